//! `users.messages.batchModify`:
//! <https://developers.google.com/workspace/gmail/api/reference/rest/v1/users.messages/batchModify>.

use chrono::{DateTime, Utc};
use http::{Request, Response};
use serde_json::json;

use super::super::http::{costing, post_json};
use super::error;
use crate::error::Result;

/// What a call costs, however many messages it names.
const UNITS: u32 = 50;

/// Marks up to 1000 messages read or unread: unread is a label.
pub(super) fn request(api: &str, ids: &[String], is_read: bool) -> Result<Request<Vec<u8>>> {
    let change = if is_read { "removeLabelIds" } else { "addLabelIds" };
    let request = post_json(
        &format!("{api}/users/me/messages/batchModify"),
        &json!({ "ids": ids, change: ["UNREAD"] }),
    )?;
    Ok(costing(request, UNITS))
}

pub(super) fn parse(response: &Response<Vec<u8>>, now: DateTime<Utc>) -> Result<()> {
    error::check(response, now).map(drop)
}
