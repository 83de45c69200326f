//! What the simulator holds, for comparing with what a client has stored.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use super::Outcome;
use crate::answer::Parameters;
use crate::dates::iso8601;
use crate::mail::{Address, Mail, escape_html, text_of_html};
use crate::mailbox::{FolderSlot, Mailbox, Provider, label};
use crate::simulator::Simulator;
use crate::{gmail, graph};

impl Simulator {
    pub(super) fn list_mailboxes(&self, now_ms: i64) -> Value {
        let list: Vec<Value> = self
            .mailboxes
            .iter()
            .map(|mailbox| {
                json!({
                    "provider": mailbox.provider.name(),
                    "mailbox": mailbox.email(),
                    "name": mailbox.owner.address.name,
                    "messages": mailbox.total(),
                    "connected": match mailbox.provider {
                        Provider::Google => self.google.grants.contains_key(mailbox.email()),
                        Provider::Microsoft => self.microsoft.grants.contains_key(mailbox.email()),
                    },
                })
            })
            .collect();
        json!({ "now": iso8601(now_ms), "mailboxes": list })
    }

    /// Every message that exists, newest first. `content=true` adds what it says, `limit` cuts the list.
    pub(super) fn state(&mut self, query: &Parameters) -> Outcome {
        let mailbox: &Mailbox = self.mailbox_of(&json!({ "mailbox": query.get("mailbox") }))?;
        let limit = query.get("limit").parse::<usize>().unwrap_or(usize::MAX);
        let content = query.is_true("content");
        let messages: Vec<Value> = mailbox
            .newest_first(None)
            .take(limit)
            .map(|index| message(mailbox, index, content))
            .collect();
        let folders: Vec<Value> = mailbox
            .living_folders()
            .map(|(slot, folder)| {
                json!({ "id": graph::folder_id(mailbox, slot), "name": folder.name, "wellKnown": folder.well_known })
            })
            .collect();
        let labels: Vec<Value> = mailbox
            .labels
            .iter()
            .enumerate()
            .map(|(place, own)| json!({ "id": label::user_id(place), "name": own.name }))
            .collect();
        let mut state = json!({
            "provider": mailbox.provider.name(),
            "mailbox": mailbox.email(),
            "total": mailbox.total(),
            "labels": labels,
            "messages": messages,
        });
        if let (Provider::Microsoft, Some(members)) = (mailbox.provider, state.as_object_mut()) {
            members.insert("folders".to_owned(), Value::Array(folders));
        }
        Ok(state)
    }
}

impl Simulator {
    /// Every mail that was really sent from a mailbox, in order, shown or not.
    pub(super) fn sent(&mut self, query: &Parameters) -> Outcome {
        let mailbox: &Mailbox = self.mailbox_of(&json!({ "mailbox": query.get("mailbox") }))?;
        let addresses = |list: &[Address]| list.iter().map(|each| each.email.clone()).collect::<Vec<_>>();
        let mails = mailbox.post.sent.iter().map(|dispatch| {
            let mail = mailbox.mail(dispatch.index);
            let marks = mailbox
                .extended
                .get(&dispatch.index)
                .map(Vec::as_slice)
                .unwrap_or_default();
            let files = mail.attachments.iter().map(|file| {
                json!({
                    "filename": file.filename,
                    "mimeType": file.mime_type,
                    "contentId": file.content_id,
                    "size": file.data.len(),
                    "sha256": STANDARD.encode(Sha256::digest(&file.data)),
                })
            });
            json!({
                "at": iso8601(dispatch.at_ms),
                "messageId": mail.message_id,
                "marks": marks.iter().map(|(_, value)| value.clone()).collect::<Vec<_>>(),
                "from": mail.from.as_ref().map(|from| json!({ "name": from.name, "address": from.email })),
                "to": addresses(&mail.to),
                "cc": addresses(&mail.cc),
                "bcc": addresses(&mail.bcc),
                "subject": mail.subject,
                "text": mail.text,
                "html": mail.html,
                "inReplyTo": mail.in_reply_to,
                "references": mail.references,
                "thread": mailbox.entries.get(dispatch.index as usize).map(|entry| match mailbox.provider {
                    Provider::Google => gmail::thread_id(mailbox, entry.thread),
                    Provider::Microsoft => graph::conversation_id(mailbox, entry.thread),
                }),
                "attachments": files.collect::<Vec<_>>(),
            })
        });
        Ok(json!({ "sent": mails.collect::<Vec<_>>() }))
    }
}

fn message(mailbox: &Mailbox, index: u32, content: bool) -> Value {
    let Some(entry) = mailbox.entry(index) else {
        return Value::Null;
    };
    let mut message = json!({
        "received": iso8601(entry.received_ms),
        "unread": entry.has(label::UNREAD),
        "starred": entry.has(label::STARRED),
        "draft": entry.has(label::DRAFT),
        "given": entry.given.get(),
    });
    let Some(members) = message.as_object_mut() else {
        return message;
    };
    let mut add = |name: &str, value: Value| {
        members.insert(name.to_owned(), value);
    };
    match mailbox.provider {
        Provider::Google => {
            add("id", json!(gmail::message_id(mailbox, index)));
            add("threadId", json!(gmail::thread_id(mailbox, entry.thread)));
            add("labels", json!(label::ids(entry.labels)));
        }
        Provider::Microsoft => {
            let FolderSlot(place) = entry.folder;
            add("id", json!(graph::id_of(mailbox, index, false)));
            add("immutableId", json!(graph::id_of(mailbox, index, true)));
            let folder = mailbox.folders.get(usize::from(place));
            add("folder", json!(folder.map(|folder| folder.name.as_str())));
            add("folderId", json!(graph::folder_id(mailbox, entry.folder)));
            add(
                "conversationId",
                json!(graph::conversation_id(mailbox, entry.thread)),
            );
            add("categories", json!(graph::categories(mailbox, entry.labels)));
        }
    }
    if content {
        let mail = mailbox.mail(index);
        add("subject", json!(mail.subject));
        add("messageId", json!(mail.message_id));
        add("from", json!(mail.from.as_ref().map(|from| from.email.as_str())));
        add("attachments", json!(mail.attachments.len()));
        add("words", json!(STANDARD.encode(Sha256::digest(words(&mail)))));
    }
    message
}

/// What stays of a body however it is wrapped, cleaned and encoded: the ASCII letters and digits outside tags and
/// entities.
fn words(mail: &Mail) -> String {
    let text = match (&mail.html, &mail.text) {
        (Some(html), _) => text_of_html(&html.replace('&', "&amp;")),
        (None, Some(text)) => escape_html(text),
        (None, None) => String::new(),
    };
    let mut pieces = text.split('&');
    let first = pieces.next().unwrap_or_default().to_owned();
    let joined = pieces.fold(first, |mut joined, piece| {
        let (name, rest) = piece.split_once(';').unwrap_or(("", piece));
        let is_entity =
            !name.is_empty() && name.len() < 9 && !name.contains(|letter: char| letter.is_whitespace());
        joined.push_str(if is_entity { rest } else { piece });
        joined
    });
    joined.chars().filter(char::is_ascii_alphanumeric).collect()
}
