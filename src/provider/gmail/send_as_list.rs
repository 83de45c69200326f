//! `users.settings.sendAs.list`:
//! <https://developers.google.com/workspace/gmail/api/reference/rest/v1/users.settings.sendAs/list>.

use chrono::{DateTime, Utc};
use http::{Request, Response};
use serde::Deserialize;

use super::super::http::{get, json};
use super::super::sending::Identity;
use super::error;
use crate::error::Result;

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct ListSendAsResponse {
    send_as: Vec<SendAs>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct SendAs {
    send_as_email: String,
    #[serde(default)]
    display_name: Option<String>,
    #[serde(default)]
    is_primary: bool,
    #[serde(default)]
    verification_status: Option<String>,
}

pub(super) fn request(api: &str) -> Result<Request<Vec<u8>>> {
    get(&format!("{api}/users/me/settings/sendAs"))
}

pub(super) fn parse(response: &Response<Vec<u8>>, now: DateTime<Utc>) -> Result<Vec<Identity>> {
    let list: ListSendAsResponse = json(error::check(response, now)?)?;
    let identities = list.send_as.into_iter().map(|each| Identity {
        email: each.send_as_email.to_lowercase(),
        name: each.display_name.unwrap_or_default(),
        is_primary: each.is_primary,
        // The primary address has no status.
        is_verified: each.is_primary || each.verification_status.as_deref() == Some("accepted"),
    });
    Ok(identities.collect())
}
