//! `labels.list`, `labels.get`, `labels.create`.

use std::collections::HashSet;

use serde_json::{Value, json};

use super::{Call, Outcome, error};
use crate::answer::text;
use crate::mailbox::Mailbox;
use crate::mailbox::label::{self, SYSTEM, UserLabel};

pub(super) fn list(mailbox: &Mailbox) -> Value {
    let system = SYSTEM.iter().map(|name| system(name));
    let user = mailbox
        .labels
        .iter()
        .enumerate()
        .map(|(place, label)| user(place, label));
    json!({ "labels": system.chain(user).collect::<Vec<_>>() })
}

fn system(name: &str) -> Value {
    let mut label = json!({ "id": name, "name": name, "type": "system" });
    if let (Some(members), true) = (
        label.as_object_mut(),
        name.starts_with("CATEGORY_") || name == "CHAT" || name == "SPAM" || name == "TRASH",
    ) {
        members.insert("messageListVisibility".to_owned(), json!("hide"));
        members.insert("labelListVisibility".to_owned(), json!("labelHide"));
    }
    label
}

fn user(place: usize, label: &UserLabel) -> Value {
    json!({
        "id": label::user_id(place),
        "name": label.name,
        "type": "user",
        "messageListVisibility": "show",
        "labelListVisibility": "labelShow",
        "color": { "textColor": label.text, "backgroundColor": label.background },
    })
}

pub(super) fn get(mailbox: &Mailbox, id: &str) -> Outcome {
    let bit = label::bit_of_id(id, &mailbox.labels).ok_or_else(error::not_found)?;
    let own = mailbox
        .labels
        .iter()
        .enumerate()
        .find(|(place, _)| label::user_bit(*place) == bit);
    let mut shown = match own {
        Some((place, found)) => user(place, found),
        None => system(id),
    };
    let (mut total, mut unread) = (0, 0);
    let (mut threads, mut threads_unread) = (HashSet::new(), HashSet::new());
    for entry in mailbox
        .entries
        .iter()
        .filter(|entry| entry.alive && entry.has(bit))
    {
        total += 1;
        threads.insert(entry.thread);
        if entry.has(label::UNREAD) {
            unread += 1;
            threads_unread.insert(entry.thread);
        }
    }
    if let Some(members) = shown.as_object_mut() {
        members.insert("messagesTotal".to_owned(), json!(total));
        members.insert("messagesUnread".to_owned(), json!(unread));
        members.insert("threadsTotal".to_owned(), json!(threads.len()));
        members.insert("threadsUnread".to_owned(), json!(threads_unread.len()));
    }
    Ok(Some(shown))
}

pub(super) fn create(call: &mut Call<'_>) -> Outcome {
    let name = text(&call.body, "name").trim().to_owned();
    let place = call.mailbox.labels.len();
    if name.is_empty() || SYSTEM.contains(&name.to_uppercase().as_str()) || place >= label::MOST {
        return Err(error::invalid_argument("Invalid label name"));
    }
    if call
        .mailbox
        .labels
        .iter()
        .any(|label| label.name.eq_ignore_ascii_case(&name))
    {
        return Err(error::simulated(409, Some("aborted")));
    }
    let label = UserLabel {
        name,
        background: "#c2c2c2",
        text: "#000000",
    };
    let shown = user(place, &label);
    call.mailbox.labels.push(label);
    Ok(Some(shown))
}
