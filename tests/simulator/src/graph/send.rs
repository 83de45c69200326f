//! Sending: at once, or by way of a draft; drafts of replies and forwards.

use serde_json::Value;

use super::messages::entity;
use super::write::{address, apply, extended, insert_draft, read_message};
use super::{Call, Outcome, error, ids};
use crate::answer::{empty, text};
use crate::mail::{Mail, escape_html};
use crate::mailbox::{FolderSlot, Mailbox, label};

/// Whom a draft answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Reply {
    Sender,
    All,
    Forward,
}

pub(super) fn draft_reply(call: &mut Call<'_>, id: &str, reply: Reply) -> Outcome {
    let index = ids::find(call.mailbox, id)?;
    let thread = call.mailbox.entry(index).map(|entry| entry.thread);
    let original = call.mailbox.mail(index);
    let mut draft = answer_to(&original, reply, call.mailbox.email());
    if let Some(message) = call.json.get("message") {
        apply(message, &mut draft);
    }
    if let Some(recipients) = call.json.get("toRecipients").and_then(Value::as_array) {
        draft.to = recipients.iter().map(address).collect();
    }
    let comment = text(&call.json, "comment");
    if !comment.is_empty() {
        let quoted = draft.html.take().unwrap_or_default();
        draft.html = Some(format!("<p>{}</p>{quoted}", escape_html(comment)));
    }
    let properties = call.json.get("message").map(extended).unwrap_or_default();
    let thread = if reply == Reply::Forward { None } else { thread };
    let created = insert_draft(call, draft, thread, FolderSlot::DRAFTS);
    call.mailbox.extended.insert(created, properties);
    Ok(entity(call, 201, created))
}

fn answer_to(original: &Mail, reply: Reply, own: &str) -> Mail {
    let subject = original.subject.clone().unwrap_or_default();
    let prefix = if reply == Reply::Forward { "FW: " } else { "RE: " };
    let sender = if original.reply_to.is_empty() {
        original.from.iter().cloned().collect()
    } else {
        original.reply_to.clone()
    };
    let others = |list: &[crate::mail::Address]| -> Vec<_> {
        list.iter()
            .filter(|address| address.email != own)
            .cloned()
            .collect()
    };
    let name = original
        .from
        .as_ref()
        .map(|from| from.name.clone())
        .unwrap_or_default();
    let quoted = original
        .html
        .clone()
        .unwrap_or_else(|| escape_html(&original.plain_text()));
    let mut references = original.references.clone();
    references.extend(original.message_id.clone());
    let mut to = if reply == Reply::Forward {
        Vec::new()
    } else {
        sender
    };
    if reply == Reply::All {
        to.extend(others(&original.to));
    }
    Mail {
        to,
        cc: if reply == Reply::All {
            others(&original.cc)
        } else {
            Vec::new()
        },
        subject: Some(if subject.starts_with(prefix) {
            subject
        } else {
            format!("{prefix}{subject}")
        }),
        in_reply_to: original.message_id.clone().filter(|_| reply != Reply::Forward),
        references,
        html: Some(format!("<hr><p><b>From:</b> {}</p>{quoted}", escape_html(&name))),
        attachments: if reply == Reply::Forward {
            original.attachments.clone()
        } else {
            Vec::new()
        },
        ..Mail::default()
    }
}

fn has_recipients(mail: &Mail) -> bool {
    [&mail.to, &mail.cc, &mail.bcc]
        .iter()
        .any(|list| !list.is_empty())
}

/// A sent draft keeps its immutable id and moves to Sent Items.
pub(super) fn send_draft(call: &mut Call<'_>, id: &str) -> Outcome {
    let index = ids::find(call.mailbox, id)?;
    if !call
        .mailbox
        .entry(index)
        .is_some_and(|entry| entry.has(label::DRAFT))
    {
        return Err(error::error(
            400,
            "ErrorInvalidOperation",
            "The item is not a draft.",
        ));
    }
    if !has_recipients(&call.mailbox.mail(index)) {
        return Err(error::error(
            400,
            "ErrorInvalidRecipients",
            "At least one recipient is not valid.",
        ));
    }
    call.mailbox.dispatched(index, call.now_ms);
    if call.mailbox.post.delay_ms == 0 {
        leave(call.mailbox, index, call.now_ms);
    }
    Ok(empty(202))
}

/// What was accepted for sending leaves the drafts.
pub(super) fn leave(mailbox: &mut Mailbox, index: u32, now_ms: i64) {
    mailbox.rewrite(index, |mail| mail.date_ms = Some(now_ms));
    mailbox.relabel(index, 0, label::DRAFT);
    mailbox.relocate(index, FolderSlot::SENT);
}

pub(super) fn send_mail(call: &mut Call<'_>) -> Outcome {
    let save = call
        .json
        .get("saveToSentItems")
        .and_then(Value::as_bool)
        .unwrap_or(true);
    let (mail, properties) = match call.json.get("message") {
        Some(message) => {
            let mut mail = Mail::default();
            apply(message, &mut mail);
            (mail, extended(message))
        }
        None => read_message(call)?,
    };
    if !has_recipients(&mail) {
        return Err(error::error(
            400,
            "ErrorInvalidRecipients",
            "At least one recipient is not valid.",
        ));
    }
    let now_ms = call.now_ms;
    if save {
        let index = insert_draft(call, mail, None, FolderSlot::SENT);
        call.mailbox.dispatched(index, now_ms);
        call.mailbox.relabel(index, 0, label::DRAFT);
        call.mailbox.extended.insert(index, properties);
    }
    Ok(empty(202))
}
