//! `users.messages.list`: <https://developers.google.com/workspace/gmail/api/reference/rest/v1/users.messages/list>.

use chrono::{DateTime, Utc};
use http::{Request, Response, StatusCode};

use super::super::http::{costing, get, json, with_query};
use super::error;
use super::wire::ListMessagesResponse;
use crate::error::{ErrorCode, Result};
use crate::model::Folder;

/// What a page costs, however many ids it has.
const UNITS: u32 = 5;

const FIELDS: &str = "messages(id,threadId),nextPageToken";

/// The ids of all messages, or of those with a label, the newest first, bin and junk included; at most 500 a page.
pub(super) fn request(
    api: &str,
    label: Option<&Folder>,
    since: Option<DateTime<Utc>>,
    page_token: Option<&str>,
    size: u32,
) -> Result<Request<Vec<u8>>> {
    let size = size.clamp(1, 500).to_string();
    // `after:` leaves out the second that it names.
    let query = since.map(|since| format!("after:{}", since.timestamp() - 1));
    let mut pairs = vec![
        ("includeSpamTrash", "true"),
        ("maxResults", size.as_str()),
        ("fields", FIELDS),
    ];
    pairs.extend(label.map(|label| ("labelIds", label.id.as_str())));
    pairs.extend(query.as_deref().map(|query| ("q", query)));
    pairs.extend(page_token.map(|token| ("pageToken", token)));
    let request = get(&with_query(&format!("{api}/users/me/messages"), &pairs))?;
    Ok(costing(request, UNITS))
}

/// The page; `None` where the page token that was sent is no longer valid.
pub(super) fn parse(
    response: &Response<Vec<u8>>,
    now: DateTime<Utc>,
    has_token: bool,
) -> Result<Option<ListMessagesResponse>> {
    match error::check(response, now) {
        Ok(body) => json(body).map(Some),
        Err(error)
            if has_token
                && response.status() == StatusCode::BAD_REQUEST
                && error.code() == ErrorCode::ProviderRejected =>
        {
            Ok(None)
        }
        Err(error) => Err(error),
    }
}
