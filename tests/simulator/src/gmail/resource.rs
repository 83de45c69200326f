//! Gmail's resources: message, payload, profile, aliases.

use base64::Engine;
use base64::engine::general_purpose::{URL_SAFE, URL_SAFE_NO_PAD};
use serde_json::{Value, json};

use super::{Outcome, error};
use crate::mail::mime::{self, Body, Part};
use crate::mail::{Attachment, escape_html, raw};
use crate::mailbox::{Mailbox, label};
use crate::rng::mix;

/// How much of a message is wanted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Format {
    Minimal,
    Metadata,
    Full,
    Raw,
}

/// The 16 hexadecimal digits Gmail names a message by.
pub(crate) fn message_id(mailbox: &Mailbox, index: u32) -> String {
    let check = mix(mailbox.seed, u64::from(index)) & 0xFF_FFFF;
    format!("19{check:06x}{index:08x}")
}

/// The message an id names, deleted or not.
pub(crate) fn index_of(mailbox: &Mailbox, id: &str) -> Option<u32> {
    let index = u32::try_from(u64::from_str_radix(id, 16).ok()? & 0xFFFF_FFFF).ok()?;
    ((index as usize) < mailbox.entries.len() && message_id(mailbox, index) == id).then_some(index)
}

/// A conversation has the id of its first message.
pub(crate) fn thread_id(mailbox: &Mailbox, thread: u32) -> String {
    let first = mailbox
        .threads
        .get(thread as usize)
        .and_then(|thread| thread.members.first());
    first.map(|index| message_id(mailbox, *index)).unwrap_or_default()
}

pub(super) fn profile(mailbox: &Mailbox) -> Value {
    let threads = mailbox
        .threads
        .iter()
        .filter(|thread| thread.members.iter().any(|index| mailbox.entry(*index).is_some()));
    json!({
        "emailAddress": mailbox.email(),
        "messagesTotal": mailbox.total(),
        "threadsTotal": threads.count(),
        "historyId": mailbox.sequence().to_string(),
    })
}

/// A message resource; `headers` narrows those of the metadata format.
pub(super) fn message(mailbox: &Mailbox, index: u32, format: Format, headers: &[&str]) -> Value {
    let Some(entry) = mailbox.entries.get(index as usize) else {
        return Value::Null;
    };
    let mail = mailbox.mail(index);
    let tree = mime::tree(&mail, mailbox.email(), entry.received_ms);
    let wire_size = estimate(&tree);
    let mut message = json!({
        "id": message_id(mailbox, index),
        "threadId": thread_id(mailbox, entry.thread),
        "labelIds": label::ids(entry.labels),
        "snippet": escape_html(&mail.preview(190)),
        "historyId": entry.changed.to_string(),
        "internalDate": entry.received_ms.to_string(),
        "sizeEstimate": wire_size,
    });
    let Some(members) = message.as_object_mut() else {
        return message;
    };
    if entry.labels == 0 {
        members.remove("labelIds");
    }
    match format {
        Format::Minimal => {}
        Format::Raw => {
            members.insert("raw".to_owned(), json!(URL_SAFE.encode(raw::write(&tree))));
        }
        Format::Metadata => {
            let wanted = |name: &str| {
                headers.is_empty() || headers.iter().any(|header| header.eq_ignore_ascii_case(name))
            };
            let listed: Vec<Value> = tree
                .headers
                .iter()
                .filter(|(name, _)| wanted(name))
                .map(|(name, value)| json!({ "name": name, "value": value }))
                .collect();
            members.insert(
                "payload".to_owned(),
                json!({ "mimeType": tree.mime_type, "headers": listed }),
            );
        }
        Format::Full => {
            let mut files = 0;
            members.insert(
                "payload".to_owned(),
                payload(mailbox, index, &tree, "", &mut files),
            );
        }
    }
    message
}

/// One node of the payload. Files are numbered in the order they are met; bytes of files are fetched apart.
fn payload(mailbox: &Mailbox, index: u32, part: &Part, part_id: &str, files: &mut usize) -> Value {
    let headers: Vec<Value> = part
        .headers
        .iter()
        .map(|(name, value)| json!({ "name": name, "value": value }))
        .collect();
    let mut node = json!({
        "partId": part_id,
        "mimeType": part.mime_type,
        "filename": part.filename,
        "headers": headers,
    });
    let (body, parts) = match &part.body {
        Body::Text { text, charset } => {
            let bytes = charset.decoded_by_provider(text);
            let body = if bytes.is_empty() {
                json!({ "size": 0 })
            } else {
                json!({ "size": bytes.len(), "data": URL_SAFE.encode(&bytes) })
            };
            (body, None)
        }
        Body::File(bytes) => {
            let id = attachment_id(mailbox, index, *files);
            *files += 1;
            (json!({ "attachmentId": id, "size": bytes.len() }), None)
        }
        Body::Multipart { parts, .. } => {
            let children: Vec<Value> = parts
                .iter()
                .enumerate()
                .map(|(number, child)| {
                    let id = if part_id.is_empty() {
                        number.to_string()
                    } else {
                        format!("{part_id}.{number}")
                    };
                    payload(mailbox, index, child, &id, files)
                })
                .collect();
            (json!({ "size": 0 }), Some(children))
        }
    };
    if let Some(members) = node.as_object_mut() {
        members.insert("body".to_owned(), body);
        if let Some(parts) = parts {
            members.insert("parts".to_owned(), Value::Array(parts));
        }
    }
    node
}

/// Long and opaque, and another one at every look in the real thing; here it stays.
fn attachment_id(mailbox: &Mailbox, index: u32, file: usize) -> String {
    let check = mix(mailbox.seed ^ 0xA77A, (u64::from(index) << 8) | file as u64);
    let long = format!("{index:08x}{file:02x}{check:016x}").repeat(6);
    format!("ANGjdJ{}", URL_SAFE_NO_PAD.encode(long))
}

/// The file an attachment id of a message names.
pub(super) fn attachment(mailbox: &Mailbox, index: u32, id: &str) -> Option<Attachment> {
    let mail = mailbox.mail(index);
    // The payload numbers inline pictures before the other files.
    let (inline, files): (Vec<_>, Vec<_>) = mail.attachments.into_iter().partition(|file| file.inline);
    let mut ordered = inline.into_iter().chain(files).enumerate();
    ordered
        .find(|(place, _)| attachment_id(mailbox, index, *place) == id)
        .map(|(_, file)| file)
}

fn estimate(part: &Part) -> usize {
    let headers: usize = part
        .headers
        .iter()
        .map(|(name, value)| name.len() + value.len() + 4)
        .sum();
    headers
        + match &part.body {
            Body::Text { text, .. } => text.len() * 4 / 3,
            Body::File(bytes) => bytes.len() * 4 / 3,
            Body::Multipart { parts, .. } => parts.iter().map(estimate).sum(),
        }
}

pub(super) fn send_as_list(mailbox: &Mailbox) -> Value {
    let (local, domain) = mailbox.email().split_once('@').unwrap_or_default();
    json!({ "sendAs": [
        {
            "sendAsEmail": mailbox.email(),
            "displayName": mailbox.owner.address.name,
            "replyToAddress": "",
            "signature": format!("<div>{}</div>", escape_html(&mailbox.owner.address.name)),
            "isPrimary": true,
            "isDefault": true,
        },
        {
            "sendAsEmail": format!("sales-{local}@{domain}"),
            "displayName": format!("{} (Sales)", mailbox.owner.address.name),
            "replyToAddress": "",
            "signature": "",
            "isPrimary": false,
            "isDefault": false,
            "treatAsAlias": true,
            "verificationStatus": "accepted",
        },
    ]})
}

pub(super) fn send_as(mailbox: &Mailbox, email: &str) -> Outcome {
    let list = send_as_list(mailbox);
    let aliases = list
        .get("sendAs")
        .and_then(Value::as_array)
        .cloned()
        .unwrap_or_default();
    let found = aliases
        .into_iter()
        .find(|alias| alias.get("sendAsEmail").and_then(Value::as_str) == Some(email));
    found.map(Some).ok_or_else(error::not_found)
}
