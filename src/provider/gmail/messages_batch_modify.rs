//! `users.messages.batchModify`:
//! <https://developers.google.com/workspace/gmail/api/reference/rest/v1/users.messages/batchModify>.

use chrono::{DateTime, Utc};
use http::{Request, Response};
use serde_json::json;

use super::super::http::{costing, post_json};
use super::convert::LabelChange;
use super::error;
use crate::error::Result;

/// What a call costs, however many messages it names.
const UNITS: u32 = 50;

/// Changes the labels of up to 1000 messages. Messages that don't exist are passed over.
pub(super) fn request(api: &str, ids: &[&str], change: &LabelChange) -> Result<Request<Vec<u8>>> {
    let request = post_json(
        &format!("{api}/users/me/messages/batchModify"),
        &json!({ "ids": ids, "addLabelIds": change.add, "removeLabelIds": change.remove }),
    )?;
    Ok(costing(request, UNITS))
}

pub(super) fn parse(response: &Response<Vec<u8>>, now: DateTime<Utc>) -> Result<()> {
    error::check(response, now).map(drop)
}
