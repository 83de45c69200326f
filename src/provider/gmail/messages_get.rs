//! `users.messages.get`: <https://developers.google.com/workspace/gmail/api/reference/rest/v1/users.messages/get>.

use chrono::{DateTime, Utc};
use http::{Request, Response};

use super::super::http::{costing, get, json, segment, with_query};
use super::error;
use super::wire::Message;
use crate::error::Result;

/// What a call costs.
pub(super) const UNITS: u32 = 20;

const FIELDS: &str = "id,threadId,labelIds,snippet,internalDate,payload";

/// A message with its bodies; files are named only.
pub(super) fn request(api: &str, id: &str) -> Result<Request<Vec<u8>>> {
    let address = format!("{api}/users/me/messages/{}", segment(id)?);
    let request = get(&with_query(&address, &[("format", "full"), ("fields", FIELDS)]))?;
    Ok(costing(request, UNITS))
}

pub(super) fn parse(response: &Response<Vec<u8>>, now: DateTime<Utc>) -> Result<Message> {
    json(error::check(response, now)?)
}
