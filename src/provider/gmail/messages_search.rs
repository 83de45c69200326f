//! `users.messages.list` with a search: <https://support.google.com/mail/answer/7190>.

use chrono::{DateTime, Utc};
use http::{Request, Response};

use super::super::http::{costing, get, json, with_query};
use super::error;
use super::wire::ListMessagesResponse;
use crate::error::Result;

/// What a search costs.
const UNITS: u32 = 5;
/// More mails than this with one Message-ID aren't looked at.
const MOST: &str = "10";

/// The messages with this Message-ID, bin and junk included.
pub(super) fn request(api: &str, message_id: &str) -> Result<Request<Vec<u8>>> {
    let bare = message_id.trim_start_matches('<').trim_end_matches('>');
    let query = format!("rfc822msgid:{bare}");
    let pairs = [
        ("includeSpamTrash", "true"),
        ("maxResults", MOST),
        ("fields", "messages/id"),
        ("q", query.as_str()),
    ];
    let request = get(&with_query(&format!("{api}/users/me/messages"), &pairs))?;
    Ok(costing(request, UNITS))
}

/// Their ids.
pub(super) fn parse(response: &Response<Vec<u8>>, now: DateTime<Utc>) -> Result<Vec<String>> {
    let list: ListMessagesResponse = json(error::check(response, now)?)?;
    Ok(list
        .messages
        .unwrap_or_default()
        .into_iter()
        .map(|message| message.id)
        .collect())
}
