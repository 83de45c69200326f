//! Update message: <https://learn.microsoft.com/graph/api/message-update>.

use chrono::{DateTime, Utc};
use http::Response;
use serde_json::Value;

use super::super::http::segment;
use super::batch::Call;
use super::error;
use crate::error::Result;

/// A call for a batch that sets `properties`.
pub(super) fn call(id: &str, properties: Value) -> Result<Call> {
    let path = format!("/me/messages/{}", segment(id)?);
    Ok(Call::patch(path, properties))
}

pub(super) fn parse(response: &Response<Vec<u8>>, now: DateTime<Utc>) -> Result<()> {
    error::check(response, now).map(drop)
}
