//! message: delta, the messages of one folder: <https://learn.microsoft.com/graph/api/message-delta>.

use chrono::{DateTime, SecondsFormat, Utc};
use http::{Request, Response};
use serde_json::Value;

use super::super::http::{get, missing, segment, shaped, value, with_query};
use super::batch::Call;
use super::error;
use super::message_get::SELECT;
use super::prefer::with_preferences;
use super::wire::Collection;
use crate::error::Result;

/// The first page, the newest messages first.
pub(super) fn request(
    api: &str,
    folder_id: &str,
    since: Option<DateTime<Utc>>,
    size: u32,
) -> Result<Request<Vec<u8>>> {
    let filter = since.map(|since| {
        let since = since.to_rfc3339_opts(SecondsFormat::Secs, true);
        format!("receivedDateTime ge {since}")
    });
    let mut pairs = vec![("$select", SELECT), ("$orderby", "receivedDateTime desc")];
    pairs.extend(filter.as_deref().map(|filter| ("$filter", filter)));
    let address = format!("{api}/me/mailFolders/{}/messages/delta", segment(folder_id)?);
    next_request(&with_query(&address, &pairs), size)
}

/// The same page as a call for a batch.
pub(super) fn call(
    api: &str,
    folder_id: &str,
    since: Option<DateTime<Utc>>,
    size: u32,
) -> Result<Option<Call>> {
    let request = request(api, folder_id, since, size)?;
    Ok(next_call(api, &request.uri().to_string(), size))
}

/// The page behind a link as a call for a batch; `None` where the link doesn't lead into the API's own paths.
pub(super) fn next_call(api: &str, link: &str, size: u32) -> Option<Call> {
    let path = link.strip_prefix(api)?;
    path.starts_with('/')
        .then(|| Call::get(path.to_owned()).paged(size.clamp(1, 1000)))
}

/// The page behind a next or delta link; links keep the query of the first request.
pub(super) fn next_request(link: &str, size: u32) -> Result<Request<Vec<u8>>> {
    Ok(with_preferences(get(link)?, Some(size.clamp(1, 1000))))
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
