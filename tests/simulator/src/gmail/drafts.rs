//! `drafts.create`, `drafts.get`, `drafts.list`, `drafts.send`, `drafts.delete`.

use serde_json::{Value, json};

use super::resource::message_id;
use super::search::Search;
use super::send::{self, insert_sent};
use super::{Call, Outcome, error, modify};
use crate::gmail::error::ApiError;
use crate::mail::parse;
use crate::mailbox::{FolderSlot, Mailbox, label};

/// A draft has an id of its own, beside its message's.
fn draft_id(index: u32) -> String {
    format!("r{}", 4_000_000_000_u64 + u64::from(index))
}

fn find(mailbox: &Mailbox, id: &str) -> Result<u32, ApiError> {
    let number = id.strip_prefix('r').and_then(|number| number.parse::<u64>().ok());
    number
        .and_then(|number| u32::try_from(number.checked_sub(4_000_000_000)?).ok())
        .filter(|index| mailbox.entry(*index).is_some_and(|entry| entry.has(label::DRAFT)))
        .ok_or_else(error::not_found)
}

fn shown(mailbox: &Mailbox, index: u32) -> Value {
    json!({ "id": draft_id(index), "message": modify::brief(mailbox, index) })
}

pub(super) fn create(call: &mut Call<'_>) -> Outcome {
    let message = call.body.get("message").cloned().unwrap_or_default();
    let raw = send::raw(&message)?;
    let thread = message
        .get("threadId")
        .and_then(Value::as_str)
        .unwrap_or_default()
        .to_owned();
    insert(call.mailbox, &raw, &thread, call.now_ms).map(Some)
}

/// Puts a draft in: what `drafts.create` answers.
pub(super) fn insert(
    mailbox: &mut Mailbox,
    raw: &[u8],
    thread: &str,
    now_ms: i64,
) -> Result<Value, ApiError> {
    let mut mail = parse::parse(raw).ok_or_else(|| error::invalid_argument("Invalid raw message"))?;
    send::complete(mailbox, &mut mail, now_ms);
    let thread = send::thread(mailbox, thread)?;
    let index = mailbox.insert(mail, thread, now_ms, label::DRAFT, FolderSlot::DRAFTS);
    Ok(shown(mailbox, index))
}

pub(super) fn get(call: &mut Call<'_>, id: &str) -> Outcome {
    let index = find(call.mailbox, id)?;
    Ok(Some(shown(call.mailbox, index)))
}

pub(super) fn list(call: &mut Call<'_>) -> Outcome {
    let mailbox: &Mailbox = call.mailbox;
    let search = Search::new(&call.query, mailbox)?;
    let named = search.named(mailbox);
    let found: Vec<Value> = mailbox
        .newest_first(None)
        .filter(|index| mailbox.entry(*index).is_some_and(|entry| entry.has(label::DRAFT)))
        .filter(|index| named.as_ref().is_none_or(|named| named.contains(index)))
        .filter(|index| search.matches(mailbox, *index))
        .take(100)
        .map(|index| json!({ "id": draft_id(index), "message": { "id": message_id(mailbox, index) } }))
        .collect();
    let mut body = json!({ "resultSizeEstimate": found.len() });
    if let (false, Some(members)) = (found.is_empty(), body.as_object_mut()) {
        members.insert("drafts".to_owned(), Value::Array(found));
    }
    Ok(Some(body))
}

/// A draft that is sent is none any more; the mail has another id.
pub(super) fn send(call: &mut Call<'_>) -> Outcome {
    let id = call.body.get("id").and_then(Value::as_str).unwrap_or_default();
    let index = find(call.mailbox, id)?;
    let mail = call.mailbox.mail(index);
    send::has_recipients(&mail)?;
    let thread = call.mailbox.entry(index).map(|entry| entry.thread);
    call.mailbox.remove(index);
    let sent = insert_sent(call.mailbox, mail, thread, call.now_ms);
    Ok(Some(sent))
}

pub(super) fn delete(call: &mut Call<'_>, id: &str) -> Outcome {
    let index = find(call.mailbox, id)?;
    call.mailbox.remove(index);
    Ok(None)
}
