//! Changes of messages: labels, trash, deletion, one by one and in bulk.

use serde_json::{Value, json};

use super::messages::living;
use super::resource::{index_of, message_id, thread_id};
use super::{Call, Outcome, error};
use crate::answer::texts;
use crate::gmail::error::ApiError;
use crate::mailbox::{Mailbox, label};

/// Labels that no client may set.
const FIXED: u64 = label::SENT | label::DRAFT;
/// Most ids in one bulk call.
const BULK: usize = 1_000;

/// The labels to add and to remove of a request.
pub(super) fn bits(call: &Call<'_>) -> Result<(u64, u64), ApiError> {
    let read = |name| {
        texts(&call.body, name).into_iter().try_fold(0, |bits, id| {
            let bit = label::bit_of_id(id, &call.mailbox.labels);
            match bit.filter(|bit| bit & FIXED == 0) {
                Some(bit) => Ok(bits | bit),
                None => Err(error::invalid_argument(&format!("Invalid label: {id}"))),
            }
        })
    };
    Ok((read("addLabelIds")?, read("removeLabelIds")?))
}

/// What the changing methods answer with.
pub(super) fn brief(mailbox: &Mailbox, index: u32) -> Value {
    let Some(entry) = mailbox.entry(index) else {
        return Value::Null;
    };
    json!({
        "id": message_id(mailbox, index),
        "threadId": thread_id(mailbox, entry.thread),
        "labelIds": label::ids(entry.labels),
    })
}

pub(super) fn set_trash(mailbox: &mut Mailbox, index: u32, into: bool) {
    if into {
        mailbox.relabel(index, label::TRASH, label::INBOX);
    } else {
        mailbox.relabel(index, 0, label::TRASH);
    }
}

pub(super) fn message(call: &mut Call<'_>, id: &str) -> Outcome {
    let (add, remove) = bits(call)?;
    let index = living(call.mailbox, id)?;
    call.mailbox.relabel(index, add, remove);
    Ok(Some(brief(call.mailbox, index)))
}

pub(super) fn trash(call: &mut Call<'_>, id: &str, into: bool) -> Outcome {
    let index = living(call.mailbox, id)?;
    set_trash(call.mailbox, index, into);
    Ok(Some(brief(call.mailbox, index)))
}

pub(super) fn delete(call: &mut Call<'_>, id: &str) -> Outcome {
    let index = living(call.mailbox, id)?;
    call.mailbox.remove(index);
    Ok(None)
}

/// Bulk methods pass over ids that they do not know.
fn bulk(call: &Call<'_>) -> Result<Vec<u32>, ApiError> {
    let ids = texts(&call.body, "ids");
    if ids.is_empty() {
        return Err(error::invalid_argument("No message ids specified."));
    }
    if ids.len() > BULK {
        return Err(error::invalid_argument("Too many message ids specified."));
    }
    Ok(ids
        .into_iter()
        .filter_map(|id| index_of(call.mailbox, id))
        .collect())
}

pub(super) fn batch(call: &mut Call<'_>) -> Outcome {
    let (add, remove) = bits(call)?;
    for index in bulk(call)? {
        call.mailbox.relabel(index, add, remove);
    }
    Ok(None)
}

pub(super) fn batch_delete(call: &mut Call<'_>) -> Outcome {
    for index in bulk(call)? {
        call.mailbox.remove(index);
    }
    Ok(None)
}
