//! `messages.list`, `messages.get`, `messages.attachments.get`.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE;
use serde_json::{Value, json};

use super::resource::{self, Format, index_of, message_id, thread_id};
use super::search::Search;
use super::{Call, Outcome, error};
use crate::answer::{Parameters, seal, unseal};
use crate::gmail::error::ApiError;
use crate::mailbox::Mailbox;
use crate::mailbox::disorder::Kind;
use crate::oauth::Token;

/// Most entries on a page, and how many when nothing is said.
const PAGE: (usize, usize) = (500, 100);

pub(super) fn page_size(call: &Call<'_>) -> Result<usize, ApiError> {
    let size = match call.query.get("maxResults") {
        "" => PAGE.1,
        text => match text.parse::<usize>() {
            Ok(0) | Err(_) => return Err(error::invalid_argument("Invalid value at 'max_results'")),
            Ok(size) => size.min(PAGE.0),
        },
    };
    Ok(call.mailbox.disorder.page_size(size))
}

/// Where a page begins: the key of the last entry of the page before.
pub(super) fn page_start(query: &Parameters) -> Result<Option<(i64, u32)>, ApiError> {
    let token = query.get("pageToken");
    if token.is_empty() {
        return Ok(None);
    }
    let read = || {
        let value = unseal(token)?;
        let time = value.get("t")?.as_i64()?;
        let index = u32::try_from(value.get("i")?.as_u64()?).ok()?;
        Some((time, index))
    };
    read()
        .map(Some)
        .ok_or_else(|| error::invalid_argument("Invalid pageToken"))
}

pub(super) fn page_token((time, index): (i64, u32)) -> String {
    seal(&json!({ "t": time, "i": index }))
}

/// With the metadata scope alone there is no search, no body.
pub(super) fn only_metadata(token: &Token) -> bool {
    let reads = [
        "https://mail.google.com/",
        "https://www.googleapis.com/auth/gmail.modify",
        "https://www.googleapis.com/auth/gmail.readonly",
    ];
    !reads.iter().any(|scope| token.scopes.contains(*scope))
}

pub(super) fn list(call: &mut Call<'_>) -> Outcome {
    if only_metadata(call.token) && !call.query.get("q").is_empty() {
        return Err(error::forbidden("Metadata scope does not support 'q' parameter"));
    }
    let size = page_size(call)?;
    let start = page_start(&call.query)?;
    let repeated = beside(call, Kind::Repeats);
    let ghosts = beside(call, Kind::Ghosts);
    let mailbox: &Mailbox = call.mailbox;
    let search = Search::new(&call.query, mailbox)?;
    let mut found: Vec<u32> = Vec::new();
    let mut more = false;
    if let Some(named) = search.named(mailbox) {
        found.extend(named.into_iter().filter(|index| search.matches(mailbox, *index)));
    } else {
        for index in mailbox.newest_first(start) {
            if search.is_past(mailbox.key(index).0) {
                break;
            }
            if search.matches(mailbox, index) {
                if found.len() == size {
                    more = true;
                    break;
                }
                found.push(index);
            }
        }
    }
    let last = found.last().map(|last| mailbox.key(*last));
    if search.named(mailbox).is_none() {
        let before = start.map(|start| mailbox.oldest_first(Some(start)));
        let before = before
            .into_iter()
            .flatten()
            .filter(|index| search.matches(mailbox, *index));
        found.splice(..0, before.take(repeated));
        found.extend(mailbox.just_removed(ghosts));
    }
    let entry = |index: &u32| {
        let thread = mailbox
            .entries
            .get(*index as usize)
            .map(|entry| thread_id(mailbox, entry.thread))
            .unwrap_or_default();
        json!({ "id": message_id(mailbox, *index), "threadId": thread })
    };
    let messages: Vec<Value> = found.iter().map(entry).collect();
    // The real estimate is about this good, too: exact on one page, a guess beyond it.
    let estimate = if more {
        201.max(found.len() + 1)
    } else {
        found.len()
    };
    let mut body = json!({ "resultSizeEstimate": estimate });
    if let Some(members) = body.as_object_mut() {
        if !messages.is_empty() {
            members.insert("messages".to_owned(), Value::Array(messages));
        }
        if let (true, Some(last)) = (more, last) {
            members.insert("nextPageToken".to_owned(), json!(page_token(last)));
        }
    }
    Ok(Some(body))
}

/// How many messages stand on a page beside those that belong there.
pub(super) fn beside(call: &mut Call<'_>, kind: Kind) -> usize {
    let disorder = &mut call.mailbox.disorder;
    if disorder.takes(kind) {
        1 + disorder.below(3)
    } else {
        0
    }
}

/// The wanted format of a message or a conversation.
pub(super) fn format(call: &Call<'_>) -> Result<Format, ApiError> {
    let format = match call.query.get("format").to_ascii_lowercase().as_str() {
        "" | "full" => Format::Full,
        "minimal" => Format::Minimal,
        "metadata" => Format::Metadata,
        "raw" => Format::Raw,
        other => {
            return Err(error::invalid_argument(&format!(
                "Invalid value at 'format': \"{other}\""
            )));
        }
    };
    if only_metadata(call.token) && matches!(format, Format::Full | Format::Raw) {
        return Err(error::forbidden("Metadata scope doesn't allow format FULL"));
    }
    Ok(format)
}

pub(super) fn living(mailbox: &Mailbox, id: &str) -> Result<u32, ApiError> {
    if id.is_empty() || u64::from_str_radix(id, 16).is_err() {
        return Err(error::invalid_argument("Invalid id value"));
    }
    index_of(mailbox, id)
        .filter(|index| mailbox.entry(*index).is_some())
        .ok_or_else(error::not_found)
}

pub(super) fn get(call: &mut Call<'_>, id: &str) -> Outcome {
    let format = format(call)?;
    let index = living(call.mailbox, id)?;
    let headers: Vec<&str> = call.query.all("metadataHeaders").collect();
    if format == Format::Full {
        call.mailbox.give(index);
    }
    Ok(Some(resource::message(call.mailbox, index, format, &headers)))
}

pub(super) fn attachment(call: &mut Call<'_>, id: &str, attachment_id: &str) -> Outcome {
    let index = living(call.mailbox, id)?;
    let file = resource::attachment(call.mailbox, index, attachment_id)
        .ok_or_else(|| error::invalid_argument("Invalid attachment token"))?;
    Ok(Some(
        json!({ "size": file.size(), "data": URL_SAFE.encode(file.bytes()) }),
    ))
}
