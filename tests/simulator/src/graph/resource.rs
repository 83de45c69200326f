//! Graph's resources: user, message, mail folder; built property by property, so that `$select` costs only what it names.

use std::cell::OnceCell;

use serde_json::{Map, Value, json};

use super::{Call, Prefer, ids};
use crate::answer::Parameters;
use crate::dates::iso8601;
use crate::mail::{Address, Mail, escape_html, mime};
use crate::mailbox::{Entry, FolderSlot, Mailbox, label};
use crate::oauth::microsoft::uuid;

pub(super) fn user(call: &Call<'_>) -> Value {
    let owner = &call.mailbox.owner;
    let name = &owner.address.name;
    let surname = name.split_once(' ').map_or("", |(_, surname)| surname);
    let email = call.mailbox.email();
    let properties = [
        ("businessPhones", json!([])),
        ("displayName", json!(name)),
        ("givenName", json!(owner.first_name)),
        ("jobTitle", json!("Account Manager")),
        ("mail", json!(email)),
        ("mobilePhone", Value::Null),
        ("officeLocation", Value::Null),
        ("preferredLanguage", json!("en-GB")),
        ("surname", json!(surname)),
        ("userPrincipalName", json!(email)),
        (
            "proxyAddresses",
            json!([format!("SMTP:{email}"), format!("smtp:sales-{email}")]),
        ),
        ("id", json!(uuid(call.mailbox.identity))),
    ];
    let select = selection(&call.query);
    let mut user = Map::new();
    user.insert("@odata.context".to_owned(), json!(call.context("users/$entity")));
    for (name, value) in properties {
        // Only who asks for them gets these.
        let is_usual = name != "proxyAddresses";
        if select
            .as_ref()
            .map_or(is_usual, |select| select.iter().any(|wanted| wanted == name))
        {
            user.insert(name.to_owned(), value);
        }
    }
    Value::Object(user)
}

/// The properties of `$select`; `None` when everything usual is wanted.
pub(super) fn selection(query: &Parameters) -> Option<Vec<String>> {
    let select = query.get("$select");
    (!select.is_empty()).then(|| select.split(',').map(|name| name.trim().to_owned()).collect())
}

const USUAL: &[&str] = &[
    "createdDateTime",
    "lastModifiedDateTime",
    "changeKey",
    "categories",
    "receivedDateTime",
    "sentDateTime",
    "hasAttachments",
    "internetMessageId",
    "subject",
    "bodyPreview",
    "importance",
    "parentFolderId",
    "conversationId",
    "conversationIndex",
    "isDeliveryReceiptRequested",
    "isReadReceiptRequested",
    "isRead",
    "isDraft",
    "webLink",
    "inferenceClassification",
    "body",
    "sender",
    "from",
    "toRecipients",
    "ccRecipients",
    "bccRecipients",
    "replyTo",
    "flag",
];

/// A message with the wanted properties (`None`: the usual ones).
pub(super) fn message(mailbox: &Mailbox, index: u32, prefer: Prefer, select: Option<&[String]>) -> Value {
    match mailbox.entries.get(index as usize) {
        Some(entry) => message_as(mailbox, index, entry, prefer, select),
        None => Value::Null,
    }
}

/// A message as it stands, or stood, in `entry`.
pub(super) fn message_as(
    mailbox: &Mailbox,
    index: u32,
    entry: &Entry,
    prefer: Prefer,
    select: Option<&[String]>,
) -> Value {
    if select.is_none_or(|select| select.iter().any(|name| name == "body")) {
        mailbox.give(index);
    }
    let view = View {
        mailbox,
        index,
        entry,
        prefer,
        mail: OnceCell::new(),
    };
    let mut message = Map::new();
    message.insert(
        "@odata.etag".to_owned(),
        json!(format!("W/\"{}\"", ids::change_key(mailbox, entry.changed))),
    );
    message.insert(
        "id".to_owned(),
        json!(ids::message_id(mailbox, index, prefer.immutable_ids)),
    );
    let mut add = |name: &str| {
        if let Some(value) = view.property(name) {
            message.insert(name.to_owned(), value);
        }
    };
    match select {
        Some(select) => select.iter().for_each(|name| add(name)),
        None => USUAL.iter().for_each(|name| add(name)),
    }
    Value::Object(message)
}

struct View<'a> {
    mailbox: &'a Mailbox,
    index: u32,
    entry: &'a Entry,
    prefer: Prefer,
    mail: OnceCell<Mail>,
}

impl View<'_> {
    fn mail(&self) -> &Mail {
        self.mail.get_or_init(|| self.mailbox.mail(self.index))
    }

    fn property(&self, name: &str) -> Option<Value> {
        let (mailbox, entry) = (self.mailbox, self.entry);
        let received = || json!(iso8601(entry.received_ms));
        Some(match name {
            "createdDateTime" | "receivedDateTime" => received(),
            "lastModifiedDateTime" => json!(iso8601(entry.received_ms + 1_000)),
            "sentDateTime" => json!(iso8601(self.mail().date_ms.unwrap_or(entry.received_ms))),
            "changeKey" => json!(ids::change_key(mailbox, entry.changed)),
            "categories" => json!(categories(mailbox, entry.labels)),
            "hasAttachments" => json!(self.mail().has_attachments()),
            "internetMessageId" => json!(self.mail().message_id.clone()?),
            "subject" => json!(self.mail().subject.clone().unwrap_or_default()),
            "bodyPreview" => json!(self.mail().preview(255)),
            "importance" => json!("normal"),
            "parentFolderId" => json!(ids::folder_id(mailbox, entry.folder)),
            "conversationId" => json!(ids::conversation_id(mailbox, entry.thread)),
            "conversationIndex" => json!(ids::change_key(mailbox, u64::from(entry.thread) << 8 | 1)),
            "isDeliveryReceiptRequested" | "isReadReceiptRequested" => json!(false),
            "isRead" => json!(!entry.has(label::UNREAD)),
            "isDraft" => json!(entry.has(label::DRAFT)),
            "webLink" => json!(format!(
                "https://outlook.office365.com/owa/?ItemID={}&exvsurl=1&viewmodel=ReadMessageItem",
                ids::message_id(mailbox, self.index, false)
            )),
            "inferenceClassification" => {
                json!(if entry.has(label::CATEGORY_PROMOTIONS) {
                    "other"
                } else {
                    "focused"
                })
            }
            "body" => body(self.mail(), self.prefer.text_body),
            "uniqueBody" => body(self.mail(), self.prefer.text_body),
            "sender" | "from" => recipient(self.mail().from.as_ref()?),
            "toRecipients" => recipients(&self.mail().to),
            "ccRecipients" => recipients(&self.mail().cc),
            "bccRecipients" => recipients(&self.mail().bcc),
            "replyTo" => recipients(&self.mail().reply_to),
            "flag" => {
                json!({ "flagStatus": if entry.has(label::STARRED) { "flagged" } else { "notFlagged" } })
            }
            "internetMessageHeaders" => {
                let headers = mime::message_headers(self.mail(), mailbox.email(), entry.received_ms);
                json!(
                    headers
                        .iter()
                        .map(|(name, value)| json!({ "name": name, "value": value }))
                        .collect::<Vec<_>>()
                )
            }
            _ => return None,
        })
    }
}

fn body(mail: &Mail, as_text: bool) -> Value {
    if as_text {
        return json!({ "contentType": "text", "content": mail.plain_text() });
    }
    match (&mail.html, &mail.text) {
        (Some(html), _) => json!({ "contentType": "html", "content": html }),
        (None, Some(text)) => {
            // Exchange wraps plain text when HTML is wanted.
            let content = format!(
                "<html><head>\r\n<meta http-equiv=\"Content-Type\" content=\"text/html; charset=utf-8\"></head><body><font size=\"2\"><span style=\"font-size:11pt;\"><div class=\"PlainText\">{}</div></span></font></body></html>",
                escape_html(text).replace('\n', "<br>\r\n")
            );
            json!({ "contentType": "html", "content": content })
        }
        (None, None) => json!({ "contentType": "text", "content": "" }),
    }
}

fn recipient(address: &Address) -> Value {
    let name = if address.name.is_empty() {
        &address.email
    } else {
        &address.name
    };
    json!({ "emailAddress": { "name": name, "address": address.email } })
}

fn recipients(list: &[Address]) -> Value {
    Value::Array(list.iter().map(recipient).collect())
}

pub(crate) fn categories(mailbox: &Mailbox, labels: u64) -> Vec<&str> {
    let named = mailbox
        .labels
        .iter()
        .enumerate()
        .filter(|(place, _)| labels & label::user_bit(*place) != 0);
    named.map(|(_, label)| label.name.as_str()).collect()
}

/// Messages and unread messages of every folder, by place.
pub(super) fn counts(mailbox: &Mailbox) -> Vec<(u32, u32)> {
    let mut counts = vec![(0, 0); mailbox.folders.len()];
    for entry in mailbox.entries.iter().filter(|entry| entry.alive) {
        if let Some((total, unread)) = counts.get_mut(usize::from(entry.folder.0)) {
            *total += 1;
            *unread += u32::from(entry.has(label::UNREAD));
        }
    }
    counts
}

pub(super) fn folder(
    mailbox: &Mailbox,
    slot: FolderSlot,
    counts: &[(u32, u32)],
    select: Option<&[String]>,
) -> Value {
    let Some(folder) = mailbox.folder(slot) else {
        return Value::Null;
    };
    let (total, unread) = counts.get(usize::from(slot.0)).copied().unwrap_or_default();
    let children = mailbox
        .living_folders()
        .filter(|(_, child)| child.parent == Some(slot))
        .count();
    let parent = folder
        .parent
        .map_or_else(|| ids::root_id(mailbox), |parent| ids::folder_id(mailbox, parent));
    let properties = [
        ("displayName", json!(folder.name)),
        ("parentFolderId", json!(parent)),
        ("childFolderCount", json!(children)),
        ("unreadItemCount", json!(unread)),
        ("totalItemCount", json!(total)),
        ("isHidden", json!(false)),
    ];
    let mut object = Map::new();
    object.insert("id".to_owned(), json!(ids::folder_id(mailbox, slot)));
    for (name, value) in properties {
        if select.is_none_or(|select| select.iter().any(|wanted| wanted == name)) {
            object.insert(name.to_owned(), value);
        }
    }
    Value::Object(object)
}
