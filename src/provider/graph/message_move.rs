//! message: move: <https://learn.microsoft.com/graph/api/message-move>.

use chrono::{DateTime, Utc};
use http::Response;
use serde_json::json;

use super::super::http::segment;
use super::batch::Call;
use super::error;
use crate::error::Result;

/// A call for a batch; `destination` is a folder's id or well-known name. An immutable id stays the same.
pub(super) fn call(id: &str, destination: &str) -> Result<Call> {
    let path = format!("/me/messages/{}/move", segment(id)?);
    Ok(Call::post(path, json!({ "destinationId": destination })))
}

pub(super) fn parse(response: &Response<Vec<u8>>, now: DateTime<Utc>) -> Result<()> {
    error::check(response, now).map(drop)
}
