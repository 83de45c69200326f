//! `threads.list`, `threads.get` and the changes of whole conversations.

use std::collections::HashSet;

use serde_json::{Value, json};

use super::messages::{format, living, only_metadata, page_size, page_start, page_token};
use super::resource::{self, Format, thread_id};
use super::search::Search;
use super::{Call, Outcome, error, modify};
use crate::gmail::error::ApiError;
use crate::mail::escape_html;
use crate::mailbox::Mailbox;

pub(super) fn list(call: &mut Call<'_>) -> Outcome {
    if only_metadata(call.token) && !call.query.get("q").is_empty() {
        return Err(error::forbidden("Metadata scope does not support 'q' parameter"));
    }
    let mailbox: &Mailbox = call.mailbox;
    let search = Search::new(&call.query, mailbox)?;
    let size = page_size(call)?;
    let start = page_start(&call.query)?;
    let mut seen = HashSet::new();
    let mut threads = Vec::new();
    let mut next = None;
    let mut last = None;
    for index in mailbox.newest_first(start) {
        let Some(entry) = mailbox.entry(index).filter(|_| search.matches(mailbox, index)) else {
            continue;
        };
        let newest = mailbox
            .members(entry.thread)
            .into_iter()
            .rev()
            .find(|member| search.matches(mailbox, *member));
        // A conversation stands where its newest matching message does: on this page or an earlier one.
        if newest != Some(index) || !seen.insert(entry.thread) {
            continue;
        }
        if threads.len() == size {
            next = last;
            break;
        }
        last = Some(mailbox.key(index));
        threads.push(summary(mailbox, entry.thread, index));
    }
    let mut body = json!({ "resultSizeEstimate": if next.is_some() { 201.max(threads.len() + 1) } else { threads.len() } });
    if let Some(members) = body.as_object_mut() {
        if !threads.is_empty() {
            members.insert("threads".to_owned(), Value::Array(threads));
        }
        if let Some(key) = next {
            members.insert("nextPageToken".to_owned(), json!(page_token(key)));
        }
    }
    Ok(Some(body))
}

fn summary(mailbox: &Mailbox, thread: u32, newest: u32) -> Value {
    json!({
        "id": thread_id(mailbox, thread),
        "snippet": escape_html(&mailbox.mail(newest).preview(190)),
        "historyId": history_id(mailbox, thread),
    })
}

fn history_id(mailbox: &Mailbox, thread: u32) -> String {
    let changed = mailbox
        .members(thread)
        .into_iter()
        .filter_map(|index| mailbox.entry(index))
        .map(|entry| entry.changed);
    changed.max().unwrap_or_default().to_string()
}

fn living_thread(mailbox: &Mailbox, id: &str) -> Result<u32, ApiError> {
    let index = match living(mailbox, id) {
        Ok(index) => Some(index),
        // The conversation outlives its first message.
        Err(error) if error.status == 404 => resource::index_of(mailbox, id),
        Err(error) => return Err(error),
    };
    let thread = index
        .and_then(|index| mailbox.entries.get(index as usize))
        .map(|entry| entry.thread);
    thread
        .filter(|thread| thread_id(mailbox, *thread) == id && !mailbox.members(*thread).is_empty())
        .ok_or_else(error::not_found)
}

pub(super) fn get(call: &mut Call<'_>, id: &str) -> Outcome {
    let format = format(call)?;
    if format == Format::Raw {
        return Err(error::invalid_argument("Invalid value at 'format': \"raw\""));
    }
    let mailbox: &Mailbox = call.mailbox;
    let thread = living_thread(mailbox, id)?;
    let headers: Vec<&str> = call.query.all("metadataHeaders").collect();
    let messages: Vec<Value> = mailbox
        .members(thread)
        .into_iter()
        .map(|index| {
            if format == Format::Full {
                mailbox.give(index);
            }
            resource::message(mailbox, index, format, &headers)
        })
        .collect();
    Ok(Some(
        json!({ "id": id, "historyId": history_id(mailbox, thread), "messages": messages }),
    ))
}

fn shown(mailbox: &Mailbox, id: &str, thread: u32) -> Value {
    let messages: Vec<Value> = mailbox
        .members(thread)
        .into_iter()
        .map(|index| modify::brief(mailbox, index))
        .collect();
    json!({ "id": id, "messages": messages })
}

pub(super) fn modify(call: &mut Call<'_>, id: &str) -> Outcome {
    let (add, remove) = modify::bits(call)?;
    let thread = living_thread(call.mailbox, id)?;
    for index in call.mailbox.members(thread) {
        call.mailbox.relabel(index, add, remove);
    }
    Ok(Some(shown(call.mailbox, id, thread)))
}

pub(super) fn trash(call: &mut Call<'_>, id: &str, into: bool) -> Outcome {
    let thread = living_thread(call.mailbox, id)?;
    for index in call.mailbox.members(thread) {
        modify::set_trash(call.mailbox, index, into);
    }
    Ok(Some(shown(call.mailbox, id, thread)))
}
