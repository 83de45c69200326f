//! `users.threads.get`: <https://developers.google.com/workspace/gmail/api/reference/rest/v1/users.threads/get>.

use chrono::{DateTime, Utc};
use http::{Request, Response};

use super::super::http::{costing, get, json, segment, with_query};
use super::error;
use super::wire::{Message, Thread};
use crate::error::Result;

/// What a call costs, however many messages the conversation has.
pub(super) const UNITS: u32 = 40;

const FIELDS: &str = "messages(id,threadId,labelIds,snippet,internalDate,payload)";

/// A conversation's messages with their bodies; files are named only.
pub(super) fn request(api: &str, id: &str) -> Result<Request<Vec<u8>>> {
    let address = format!("{api}/users/me/threads/{}", segment(id)?);
    let request = get(&with_query(&address, &[("format", "full"), ("fields", FIELDS)]))?;
    Ok(costing(request, UNITS))
}

/// The ids of a conversation's messages, for knowing whether there still is one.
pub(super) fn existence(api: &str, id: &str) -> Result<Request<Vec<u8>>> {
    let address = format!("{api}/users/me/threads/{}", segment(id)?);
    let request = get(&with_query(
        &address,
        &[("format", "minimal"), ("fields", "messages(id,threadId)")],
    ))?;
    Ok(costing(request, UNITS))
}

/// The messages. Where one of them is broken the whole answer is.
pub(super) fn parse(response: &Response<Vec<u8>>, now: DateTime<Utc>) -> Result<Vec<Message>> {
    json::<Thread>(error::check(response, now)?).map(|thread| thread.messages.unwrap_or_default())
}
