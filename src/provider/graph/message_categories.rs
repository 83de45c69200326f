//! The categories of a message, which are set as a whole: <https://learn.microsoft.com/graph/api/message-get>.

use chrono::{DateTime, Utc};
use http::Response;
use serde::Deserialize;

use super::super::http::{json, segment};
use super::batch::Call;
use super::error;
use crate::error::Result;

#[derive(Deserialize)]
struct Categories {
    categories: Option<Vec<String>>,
}

/// A call for a batch.
pub(super) fn call(id: &str) -> Result<Call> {
    Ok(Call::get(format!(
        "/me/messages/{}?$select=categories",
        segment(id)?
    )))
}

pub(super) fn parse(response: &Response<Vec<u8>>, now: DateTime<Utc>) -> Result<Vec<String>> {
    let message: Categories = json(error::check(response, now)?)?;
    Ok(message.categories.unwrap_or_default())
}
