//! `users.messages.modify`:
//! <https://developers.google.com/workspace/gmail/api/reference/rest/v1/users.messages/modify>.

use chrono::{DateTime, Utc};
use http::{Request, Response};
use serde_json::json;

use super::super::http::{post_json, segment};
use super::convert::LabelChange;
use super::error;
use crate::error::Result;

pub(super) fn request(api: &str, id: &str, change: &LabelChange) -> Result<Request<Vec<u8>>> {
    post_json(
        &format!("{api}/users/me/messages/{}/modify", segment(id)?),
        &json!({ "addLabelIds": change.add, "removeLabelIds": change.remove }),
    )
}

pub(super) fn parse(response: &Response<Vec<u8>>, now: DateTime<Utc>) -> Result<()> {
    error::check(response, now).map(drop)
}
