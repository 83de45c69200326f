//! `history.list`: what changed after a history id.

use serde_json::{Value, json};

use super::messages::{beside, page_size};
use super::resource::{message_id, thread_id};
use super::{Call, Outcome, error};
use crate::mailbox::disorder::Kind;
use crate::mailbox::{Change, ChangeKind, Mailbox, label};

pub(super) fn list(call: &mut Call<'_>) -> Outcome {
    let repeated = beside(call, Kind::Repeats);
    let mailbox: &Mailbox = call.mailbox;
    let start = call
        .query
        .get("startHistoryId")
        .parse::<u64>()
        .map_err(|_| error::invalid_argument("Missing or invalid startHistoryId"))?;
    // An id that was never given comes from another life of the mailbox.
    if start < mailbox.history_floor || start > mailbox.sequence() || start == 0 {
        return Err(error::not_found());
    }
    let size = page_size(call)?;
    let from = match call.query.get("pageToken") {
        "" => start,
        token => token
            .parse::<u64>()
            .map_err(|_| error::invalid_argument("Invalid pageToken"))?
            .max(start),
    };
    let types: Vec<&str> = call.query.all("historyTypes").collect();
    let wanted_label = match call.query.get("labelId") {
        "" => None,
        id => Some(
            label::bit_of_id(id, &mailbox.labels).ok_or_else(|| error::invalid_argument("Invalid label"))?,
        ),
    };
    let mut history = Vec::new();
    let mut next = None;
    let mut last = from;
    // What is told again comes on top, so that a page always leads on.
    let mut again = 0;
    for change in mailbox.changes_since(from.saturating_sub(2 * repeated as u64)) {
        let Some(record) = record(mailbox, change, &types, wanted_label) else {
            continue;
        };
        if change.sequence <= from {
            history.push(record);
            again += 1;
            continue;
        }
        if history.len() - again == size {
            next = Some(last);
            break;
        }
        last = change.sequence;
        if repeated > 1 {
            history.push(record.clone());
            again += 1;
        }
        history.push(record);
    }
    let mut body = json!({ "historyId": mailbox.sequence().to_string() });
    if let Some(members) = body.as_object_mut() {
        if !history.is_empty() {
            members.insert("history".to_owned(), Value::Array(history));
        }
        if let Some(next) = next {
            members.insert("nextPageToken".to_owned(), json!(next.to_string()));
        }
    }
    Ok(Some(body))
}

fn record(mailbox: &Mailbox, change: &Change, types: &[&str], wanted_label: Option<u64>) -> Option<Value> {
    let entry = mailbox.entries.get(change.index as usize)?;
    let (kind, member, labels) = match change.kind {
        ChangeKind::Added => ("messageAdded", "messagesAdded", None),
        ChangeKind::Removed { .. } => ("messageDeleted", "messagesDeleted", None),
        ChangeKind::LabelsAdded(bits) => ("labelAdded", "labelsAdded", Some(bits)),
        ChangeKind::LabelsRemoved(bits) => ("labelRemoved", "labelsRemoved", Some(bits)),
        ChangeKind::Updated | ChangeKind::Moved { .. } => return None,
    };
    if !types.is_empty() && !types.contains(&kind) {
        return None;
    }
    if wanted_label.is_some_and(|bit| (entry.labels | labels.unwrap_or_default()) & bit == 0) {
        return None;
    }
    let brief =
        json!({ "id": message_id(mailbox, change.index), "threadId": thread_id(mailbox, entry.thread) });
    let mut labelled = brief.clone();
    if let Some(members) = labelled.as_object_mut() {
        members.insert("labelIds".to_owned(), json!(label::ids(entry.labels)));
    }
    let detail = match labels {
        Some(bits) => json!({ "message": labelled, "labelIds": label::ids(bits) }),
        None => json!({ "message": labelled }),
    };
    Some(json!({ "id": change.sequence.to_string(), "messages": [brief], member: [detail] }))
}
