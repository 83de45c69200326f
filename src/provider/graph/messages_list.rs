//! List messages, nothing but their ids: <https://learn.microsoft.com/graph/api/user-list-messages>.

use chrono::{DateTime, SecondsFormat, Utc};
use http::{Request, Response};
use serde::Deserialize;

use super::super::http::{get, json, own_link, segment, with_query};
use super::super::{Change, Next, Page};
use super::error;
use super::prefer::with_preferences;
use super::wire::Collection;
use crate::error::Result;
use crate::model::{Cursor, Folder};

#[derive(Deserialize)]
pub(super) struct MessageRef {
    pub(super) id: String,
}

/// The address of the first page of a folder's messages, or the whole mailbox's, the newest first.
pub(super) fn first(api: &str, folder: Option<&Folder>, since: Option<DateTime<Utc>>) -> Result<String> {
    let filter = since.map(|since| {
        let since = since.to_rfc3339_opts(SecondsFormat::Secs, true);
        format!("receivedDateTime ge {since}")
    });
    let mut pairs = vec![("$select", "id"), ("$orderby", "receivedDateTime desc")];
    pairs.extend(filter.as_deref().map(|filter| ("$filter", filter)));
    let address = match folder {
        Some(folder) => format!("{api}/me/mailFolders/{}/messages", segment(&folder.id)?),
        None => format!("{api}/me/messages"),
    };
    Ok(with_query(&address, &pairs))
}

/// How many messages there are from a date on, wherever in the mailbox.
pub(super) fn count(api: &str, since: DateTime<Utc>) -> Result<Request<Vec<u8>>> {
    let since = since.to_rfc3339_opts(SecondsFormat::Secs, true);
    let filter = format!("receivedDateTime ge {since}");
    let pairs = [
        ("$select", "id"),
        ("$count", "true"),
        ("$filter", filter.as_str()),
    ];
    request(&with_query(&format!("{api}/me/messages"), &pairs), 1)
}

/// The page at an address; links keep the query of the first request.
pub(super) fn request(address: &str, size: u32) -> Result<Request<Vec<u8>>> {
    Ok(with_preferences(get(address)?, Some(size.clamp(1, 1000))))
}

/// The messages with this Message-ID, in whatever folder.
pub(super) fn search(api: &str, message_id: &str) -> Result<Request<Vec<u8>>> {
    let filter = format!("internetMessageId eq '{}'", message_id.replace('\'', "''"));
    let pairs = [("$select", "id"), ("$filter", filter.as_str())];
    request(&with_query(&format!("{api}/me/messages"), &pairs), 10)
}

pub(super) fn parse(response: &Response<Vec<u8>>, now: DateTime<Utc>) -> Result<Collection<MessageRef>> {
    json(error::check(response, now)?)
}

/// The page of a list.
pub(super) fn page(api: &str, list: Collection<MessageRef>) -> Result<Page> {
    let listed = list
        .value
        .into_iter()
        .map(|message| Change::Listed(message.id.into()));
    Ok(Page {
        changes: listed.collect(),
        next: match list.next_link {
            Some(link) => Next::Page(own_link(api, &link).map(Cursor)?),
            None => Next::End(None),
        },
        total: None,
        names_unknown_folder: false,
    })
}
