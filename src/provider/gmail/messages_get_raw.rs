//! `users.messages.get` with `format=raw`:
//! <https://developers.google.com/workspace/gmail/api/reference/rest/v1/users.messages/get>.

use chrono::{DateTime, Utc};
use http::{Request, Response};
use serde_json::Value;

use super::super::http::{costing, get, missing, segment, value, with_query};
use super::{convert, error, messages_get};
use crate::error::Result;

pub(super) fn request(api: &str, id: &str) -> Result<Request<Vec<u8>>> {
    let address = format!("{api}/users/me/messages/{}", segment(id)?);
    let request = get(&with_query(&address, &[("format", "raw"), ("fields", "raw")]))?;
    Ok(costing(request, messages_get::UNITS))
}

/// The message as it came.
pub(super) fn parse(response: &Response<Vec<u8>>, now: DateTime<Utc>) -> Result<Vec<u8>> {
    let answer = value(error::check(response, now)?)?;
    let raw = answer.get("raw").and_then(Value::as_str);
    convert::bytes(raw.ok_or_else(|| missing("message"))?)
}
