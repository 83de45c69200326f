//! `deliver`: new mail arrives.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

use super::{Outcome, find, folder_slot, label_bit};
use crate::answer::{text, texts};
use crate::dates;
use crate::mail::{Address, Attachment, Mail, parse};
use crate::mailbox::{FolderSlot, Mailbox, Provider, label};
use crate::simulator::Simulator;
use crate::{gmail, graph};

impl Simulator {
    pub(super) fn deliver(&mut self, body: &Value, now_ms: i64) -> Outcome {
        let mailbox = self.mailbox_of(body)?;
        let count = body.get("count").and_then(Value::as_u64).unwrap_or(1);
        let mut ids = Vec::new();
        for number in 0..count {
            let subject = text(body, "subject");
            let subject = if number == 0 {
                subject.to_owned()
            } else {
                format!("{subject} ({})", number + 1)
            };
            let index = deliver_one(mailbox, body, &subject, now_ms)?;
            ids.push(match mailbox.provider {
                Provider::Google => json!({ "id": gmail::message_id(mailbox, index), "messageId": mailbox.mail(index).message_id }),
                Provider::Microsoft => json!({
                    "id": graph::id_of(mailbox, index, false),
                    "immutableId": graph::id_of(mailbox, index, true),
                    "messageId": mailbox.mail(index).message_id,
                }),
            });
        }
        Ok(json!({ "delivered": ids }))
    }
}

fn deliver_one(mailbox: &mut Mailbox, body: &Value, subject: &str, now_ms: i64) -> Result<u32, String> {
    let received_ms = match text(body, "date") {
        "" => now_ms,
        date => dates::parse(date).ok_or("date must be ISO 8601")?,
    };
    let number = mailbox.entries.len();
    let message_id = match text(body, "messageId") {
        "" => format!("<delivered.{number}.{:x}@mail.delivered.example>", mailbox.seed),
        id => id.to_owned(),
    };
    let list = |name: &str| parse::addresses(text(body, name));
    let mut to = list("to");
    if to.is_empty() {
        to.push(mailbox.owner.address.clone());
    }
    let mut mail = Mail {
        message_id: Some(message_id),
        date_ms: Some(received_ms),
        from: list("from").into_iter().next().or_else(|| {
            Some(Address::new(
                "Sofia Brandt",
                "sofia.brandt@nordwind-logistics.example",
            ))
        }),
        to,
        cc: list("cc"),
        reply_to: list("replyTo"),
        subject: Some(subject.to_owned()),
        text: body.get("text").and_then(Value::as_str).map(str::to_owned),
        html: body.get("html").and_then(Value::as_str).map(str::to_owned),
        attachments: attachments(body)?,
        headers: headers(body),
        is_forged: body.get("forged").and_then(Value::as_bool).unwrap_or(false),
        ..Mail::default()
    };
    let mut thread = None;
    let answered = text(body, "inReplyTo");
    if !answered.is_empty() {
        let index = find(mailbox, answered).ok_or_else(|| format!("no message {answered:?}"))?;
        let earlier = mailbox.mail(index);
        thread = mailbox.entry(index).map(|entry| entry.thread);
        mail.references = earlier.references;
        mail.references.extend(earlier.message_id.clone());
        mail.in_reply_to = earlier.message_id;
    }
    let (mut labels, mut folder) = (label::INBOX, FolderSlot::INBOX);
    let place = text(body, "folder");
    if !place.is_empty() && mailbox.provider == Provider::Microsoft {
        folder = folder_slot(mailbox, place)?;
    } else if !place.is_empty() {
        labels = if place.eq_ignore_ascii_case("archive") {
            0
        } else {
            label_bit(mailbox, place)?
        };
    }
    for name in texts(body, "labels") {
        labels |= label_bit(mailbox, name)?;
    }
    let flag = |name: &str, default: bool| body.get(name).and_then(Value::as_bool).unwrap_or(default);
    if flag("unread", true) {
        labels |= label::UNREAD;
    }
    if flag("starred", false) {
        labels |= label::STARRED;
    }
    Ok(mailbox.insert(mail, thread, received_ms, labels, folder))
}

/// Further header fields: `{name: value}`.
fn headers(body: &Value) -> Vec<(String, String)> {
    let fields = body.get("headers").and_then(Value::as_object);
    let text = |(name, value): (&String, &Value)| Some((name.clone(), value.as_str()?.to_owned()));
    fields.into_iter().flatten().filter_map(text).collect()
}

fn attachments(body: &Value) -> Result<Vec<Attachment>, String> {
    let list = body.get("attachments").and_then(Value::as_array);
    let read = |item: &Value| {
        let data = match item.get("base64").and_then(Value::as_str) {
            Some(packed) => STANDARD
                .decode(packed)
                .map_err(|_| "base64 of an attachment is damaged")?,
            None => text(item, "text").as_bytes().to_vec(),
        };
        let kind = text(item, "mimeType");
        let content_id = item.get("contentId").and_then(Value::as_str).map(str::to_owned);
        Ok(Attachment {
            filename: text(item, "filename").to_owned(),
            mime_type: if kind.is_empty() {
                "application/octet-stream".to_owned()
            } else {
                kind.to_owned()
            },
            inline: content_id.is_some(),
            content_id,
            data,
            filler: item
                .get("filler")
                .and_then(Value::as_u64)
                .and_then(|bytes| usize::try_from(bytes).ok())
                .unwrap_or(0),
        })
    };
    list.into_iter().flatten().map(read).collect()
}
