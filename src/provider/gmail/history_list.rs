//! `users.history.list`: <https://developers.google.com/workspace/gmail/api/reference/rest/v1/users.history/list>.

use chrono::{DateTime, Utc};
use http::{Request, Response, StatusCode};

use super::super::http::{costing, get, json, with_query};
use super::convert::HistoryCursor;
use super::error;
use super::wire::ListHistoryResponse;
use crate::error::{ErrorCode, Result};

/// What a page costs.
const UNITS: u32 = 2;

const FIELDS: &str = "history(messagesAdded/message(id,threadId,labelIds),messagesDeleted/message(id,labelIds),\
                      labelsAdded/message(id,labelIds),labelsRemoved/message(id,labelIds)),\
                      nextPageToken,historyId";

/// What has changed since a history id; at most 500 records a page.
pub(super) fn request(api: &str, cursor: &HistoryCursor, size: u32) -> Result<Request<Vec<u8>>> {
    let size = size.clamp(1, 500).to_string();
    let mut pairs = vec![
        ("startHistoryId", cursor.start.as_str()),
        ("maxResults", size.as_str()),
        ("fields", FIELDS),
    ];
    pairs.extend(cursor.page_token.as_deref().map(|token| ("pageToken", token)));
    let request = get(&with_query(&format!("{api}/users/me/history"), &pairs))?;
    Ok(costing(request, UNITS))
}

/// The page; `None` where the history id is too old, or the page token that was sent is no longer valid.
pub(super) fn parse(
    response: &Response<Vec<u8>>,
    now: DateTime<Utc>,
    has_token: bool,
) -> Result<Option<ListHistoryResponse>> {
    match error::check(response, now) {
        Ok(body) => json(body).map(Some),
        Err(_) if response.status() == StatusCode::NOT_FOUND => Ok(None),
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
