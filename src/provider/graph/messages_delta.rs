//! message: delta, the messages of one folder: <https://learn.microsoft.com/graph/api/message-delta>.

use chrono::{DateTime, SecondsFormat, Utc};
use http::{Request, Response};
use serde_json::Value;

use super::super::http::{get, missing, segment, shaped, value, with_query};
use super::error;
use super::message_get::{SELECT, SELECT_WITHOUT_BODY};
use super::prefer::with_preferences;
use super::wire::Collection;
use crate::error::Result;

/// So many messages a delta with a filter gives in all; the documentation names the number.
pub(super) const FILTERED_MOST: u64 = 5_000;

/// The address of the first page, the newest messages first.
pub(super) fn first(api: &str, folder_id: &str, since: Option<DateTime<Utc>>) -> Result<String> {
    address(api, folder_id, since, SELECT)
}

/// The address of the first page of a feed without bodies: each message has to be read by its id.
pub(super) fn first_without_bodies(
    api: &str,
    folder_id: &str,
    since: Option<DateTime<Utc>>,
) -> Result<String> {
    address(api, folder_id, since, SELECT_WITHOUT_BODY)
}

fn address(api: &str, folder_id: &str, since: Option<DateTime<Utc>>, select: &str) -> Result<String> {
    let filter = since.map(|since| {
        let since = since.to_rfc3339_opts(SecondsFormat::Secs, true);
        format!("receivedDateTime ge {since}")
    });
    let mut pairs = vec![("$select", select), ("$orderby", "receivedDateTime desc")];
    pairs.extend(filter.as_deref().map(|filter| ("$filter", filter)));
    let address = format!("{api}/me/mailFolders/{}/messages/delta", segment(folder_id)?);
    Ok(with_query(&address, &pairs))
}

/// The page at an address; links keep the query of the first request.
pub(super) fn request(address: &str, size: u32) -> Result<Request<Vec<u8>>> {
    Ok(with_preferences(get(address)?, Some(size.clamp(1, 1000))))
}

/// The page, its items unread as yet; `None` where the link is no longer known.
pub(super) fn parse(response: &Response<Vec<u8>>, now: DateTime<Utc>) -> Result<Option<Collection<Value>>> {
    if error::is_expired(response) {
        return Ok(None);
    }
    let mut page = value(error::check(response, now)?)?;
    // The items as they came: as a part of the type they would be copied.
    let items = page
        .get_mut("value")
        .and_then(Value::as_array_mut)
        .map(std::mem::take);
    Ok(Some(Collection {
        value: items.ok_or_else(|| missing("list of messages"))?,
        ..shaped(page)?
    }))
}
