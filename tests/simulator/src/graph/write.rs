//! Changes of messages: create a draft, update, move, copy, delete.

use serde_json::Value;

use super::messages::entity;
use super::{Call, Outcome, attachments, error, ids};
use crate::answer::{empty, text, texts};
use crate::graph::error::ApiError;
use crate::mail::{Address, Mail, parse};
use crate::mailbox::label::{self, UserLabel};
use crate::mailbox::{FolderSlot, Mailbox};

pub(super) fn create(call: &mut Call<'_>, folder: Option<&str>) -> Outcome {
    let slot = folder.map_or(Ok(FolderSlot::DRAFTS), |id| ids::find_folder(call.mailbox, id))?;
    let (mail, extended) = read_message(call)?;
    let index = insert_draft(call, mail, None, slot);
    call.mailbox.extended.insert(index, extended);
    Ok(entity(call, 201, index))
}

/// Puts a draft in, under an id and a time of its own.
pub(super) fn insert_draft(
    call: &mut Call<'_>,
    mut mail: Mail,
    thread: Option<u32>,
    slot: FolderSlot,
) -> u32 {
    if mail.message_id.is_none() {
        let (seed, number) = (call.mailbox.seed, call.mailbox.entries.len());
        mail.message_id = Some(format!("<{seed:016X}{number:08X}@simulator.outlook.example>"));
    }
    mail.from = mail.from.or_else(|| Some(call.mailbox.owner.address.clone()));
    mail.date_ms = mail.date_ms.or(Some(call.now_ms));
    call.mailbox.insert(mail, thread, call.now_ms, label::DRAFT, slot)
}

/// The message in a request: JSON, or MIME in base64 with the type text/plain.
pub(super) fn read_message(call: &Call<'_>) -> Result<(Mail, Vec<(String, String)>), ApiError> {
    if call.content_type.starts_with("text/plain") {
        let packed: String = String::from_utf8_lossy(call.body).split_whitespace().collect();
        let raw = base64::Engine::decode(&base64::engine::general_purpose::STANDARD, packed).ok();
        let mail = raw.and_then(|raw| parse::parse(&raw));
        return mail.map(|mail| (mail, Vec::new())).ok_or_else(|| {
            error::error(
                400,
                "ErrorMimeContentInvalidBase64String",
                "Invalid base64 string for MIME content.",
            )
        });
    }
    if !call.json.is_object() {
        return Err(error::bad_request(
            "Unable to read JSON request payload. Please ensure Content-Type header is set and payload is of valid JSON format.",
        ));
    }
    let mut mail = Mail::default();
    apply(&call.json, &mut mail);
    Ok((mail, extended(&call.json)))
}

/// The properties that Exchange writes a mail's headers from (MS-OXCMAIL).
const IN_REPLY_TO: &str = "String 0x1042";
const REFERENCES: &str = "String 0x1039";

/// The single-value extended properties of a message in JSON.
pub(super) fn extended(message: &Value) -> Vec<(String, String)> {
    let list = message
        .get("singleValueExtendedProperties")
        .and_then(Value::as_array);
    let pairs = list
        .into_iter()
        .flatten()
        .map(|item| (text(item, "id").to_owned(), text(item, "value").to_owned()));
    pairs.collect()
}

/// Writes the properties of a message in JSON into a mail.
pub(super) fn apply(message: &Value, mail: &mut Mail) {
    if let Some(subject) = message.get("subject").and_then(Value::as_str) {
        mail.subject = Some(subject.to_owned());
    }
    if let Some(body) = message.get("body") {
        let content = text(body, "content").to_owned();
        if text(body, "contentType").eq_ignore_ascii_case("html") {
            (mail.html, mail.text) = (Some(content), None);
        } else {
            (mail.html, mail.text) = (None, Some(content));
        }
    }
    let lists = [
        ("toRecipients", &mut mail.to),
        ("ccRecipients", &mut mail.cc),
        ("bccRecipients", &mut mail.bcc),
        ("replyTo", &mut mail.reply_to),
    ];
    for (name, list) in lists {
        if let Some(items) = message.get(name).and_then(Value::as_array) {
            *list = items.iter().map(address).collect();
        }
    }
    if let Some(from) = message.get("from") {
        mail.from = Some(address(from));
    }
    if let Some(id) = message.get("internetMessageId").and_then(Value::as_str) {
        mail.message_id = Some(id.to_owned());
    }
    if let Some(headers) = message.get("internetMessageHeaders").and_then(Value::as_array) {
        mail.headers = headers
            .iter()
            .map(|item| (text(item, "name").to_owned(), text(item, "value").to_owned()))
            .collect();
    }
    for (name, value) in extended(message) {
        match name.as_str() {
            IN_REPLY_TO => mail.in_reply_to = Some(value),
            REFERENCES => mail.references = value.split_whitespace().map(str::to_owned).collect(),
            _ => {}
        }
    }
    if let Some(files) = message.get("attachments").and_then(Value::as_array) {
        mail.attachments = files.iter().filter_map(attachments::read).collect();
    }
}

pub(super) fn address(recipient: &Value) -> Address {
    let inner = recipient.get("emailAddress").cloned().unwrap_or_default();
    Address::new(text(&inner, "name"), text(&inner, "address"))
}

pub(super) fn update(call: &mut Call<'_>, id: &str) -> Outcome {
    let index = ids::find(call.mailbox, id)?;
    let body = call.json.clone();
    let Some(members) = body.as_object() else {
        return Err(error::bad_request("The request body is empty."));
    };
    let content = [
        "subject",
        "body",
        "toRecipients",
        "ccRecipients",
        "bccRecipients",
        "replyTo",
        "from",
    ];
    let is_draft = call
        .mailbox
        .entry(index)
        .is_some_and(|entry| entry.has(label::DRAFT));
    let touches_content = content.iter().any(|name| members.contains_key(*name));
    if touches_content && !is_draft {
        return Err(error::error(
            400,
            "ErrorInvalidPropertySet",
            "The property can only be set on a draft.",
        ));
    }
    if touches_content {
        call.mailbox.rewrite(index, |mail| apply(&body, mail));
    }
    let (mut add, mut remove) = (0, 0);
    let mut set = |bit: u64, on: bool| if on { add |= bit } else { remove |= bit };
    if let Some(read) = members.get("isRead").and_then(Value::as_bool) {
        set(label::UNREAD, !read);
    }
    if let Some(flag) = members.get("flag") {
        set(label::STARRED, text(flag, "flagStatus") == "flagged");
    }
    if members.contains_key("categories") {
        let wanted = category_bits(call.mailbox, &texts(&body, "categories"));
        let all = (0..call.mailbox.labels.len()).fold(0, |bits, place| bits | label::user_bit(place));
        add |= wanted;
        remove |= all & !wanted;
    }
    call.mailbox.relabel(index, add, remove);
    let properties = extended(&body);
    if !properties.is_empty() {
        call.mailbox.extended.entry(index).or_default().extend(properties);
    }
    Ok(entity(call, 200, index))
}

/// Bits of categories by name; new names become categories.
pub(super) fn category_bits(mailbox: &mut Mailbox, names: &[&str]) -> u64 {
    names.iter().fold(0, |bits, name| {
        let place = mailbox
            .labels
            .iter()
            .position(|label| label.name == *name)
            .unwrap_or_else(|| {
                mailbox.labels.push(UserLabel {
                    name: (*name).to_owned(),
                    background: "#c2c2c2",
                    text: "#000000",
                });
                mailbox.labels.len() - 1
            });
        bits | label::user_bit(place)
    })
}

fn destination(call: &Call<'_>) -> Result<FolderSlot, ApiError> {
    ids::find_folder(call.mailbox, text(&call.json, "destinationId"))
}

pub(super) fn relocate(call: &mut Call<'_>, id: &str) -> Outcome {
    let index = ids::find(call.mailbox, id)?;
    let to = destination(call)?;
    call.mailbox.relocate(index, to);
    Ok(entity(call, 201, index))
}

pub(super) fn copy(call: &mut Call<'_>, id: &str) -> Outcome {
    let index = ids::find(call.mailbox, id)?;
    let to = destination(call)?;
    let Some(entry) = call.mailbox.entry(index).cloned() else {
        return Err(error::not_found());
    };
    let mail = call.mailbox.mail(index);
    let copied = call
        .mailbox
        .insert(mail, Some(entry.thread), entry.received_ms, entry.labels, to);
    Ok(entity(call, 201, copied))
}

/// Out of reach of the API at once: Exchange keeps it among the recoverable items, which no mail folder shows.
pub(super) fn delete(call: &mut Call<'_>, id: &str) -> Outcome {
    let index = ids::find(call.mailbox, id)?;
    call.mailbox.remove(index);
    Ok(empty(204))
}
