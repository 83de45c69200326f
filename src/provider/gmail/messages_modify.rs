//! `users.messages.modify`:
//! <https://developers.google.com/workspace/gmail/api/reference/rest/v1/users.messages/modify>.

use chrono::{DateTime, Utc};
use http::{Request, Response};
use serde_json::json;

use super::super::http::{costing, post_json, segment};
use super::convert::LabelChange;
use super::error;
use crate::error::Result;

/// What a call costs.
const UNITS: u32 = 5;

pub(super) fn request(api: &str, id: &str, change: &LabelChange) -> Result<Request<Vec<u8>>> {
    let request = post_json(
        &format!("{api}/users/me/messages/{}/modify", segment(id)?),
        &json!({ "addLabelIds": change.add, "removeLabelIds": change.remove }),
    )?;
    Ok(costing(request, UNITS))
}

pub(super) fn parse(response: &Response<Vec<u8>>, now: DateTime<Utc>) -> Result<()> {
    error::check(response, now).map(drop)
}
