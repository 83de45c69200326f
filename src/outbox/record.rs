//! How mail in the outbox shows among the mails: what waits for its time in a box of its own, what was sent among the
//! sent ones, under the provider's id, so that the next sync turns it into the provider's own.

use serde_json::{Value, json};

use super::Entry;
use crate::account::Account;
use crate::compose::{Composition, Person};
use crate::error::Result;
use crate::host::{Batch, Event, Filter, Host, Row, row};
use crate::json;
use crate::mail::record;
pub(super) use crate::mail::record::{MASS, SCHEDULED};
use crate::model::{Address, Attachment, Body, BoxType, Message, Placement};
use crate::provider::sending::SentMail;
use crate::sanitize;
use crate::settings::AccessMode;
use crate::store::collections;

/// How much of the text a list shows.
const PREVIEW: usize = 200;

/// The record of a mail that no provider has: one that waits for its time, or a bulk mail.
pub(super) fn unsent(account: &Account, entry: &Row, mail: &Composition, box_type: &str) -> Result<Row> {
    let composed = entry.get("composedAt").cloned().unwrap_or_default();
    let mut columns = columns(account, mail, &SentMail::default(), &composed)?;
    columns.extend(row([
        ("mailId", Value::Null),
        ("rawId", Value::Null),
        ("boxType", json!(box_type)),
        (
            "scheduleSendAt",
            entry.get("scheduleSendAt").cloned().unwrap_or_default(),
        ),
        ("identityEmail", json!(mail.from.address)),
        ("outboxKey", entry.get("key").cloned().unwrap_or_default()),
    ]));
    Ok(columns)
}

/// The record that shows a mail while it waits for its time.
pub(super) fn of(entry: &Entry) -> Filter {
    Filter::eq("userId", entry.user_id)
        .and(Filter::eq("outboxKey", entry.key.as_str()))
        .and(Filter::eq("boxType", SCHEDULED))
}

/// Adds the record of a mail that was sent, and removes the one that showed it before.
pub(super) async fn sent(
    host: &dyn Host,
    mut batch: Batch,
    account: &Account,
    entry: &Entry,
    sent: &SentMail,
) -> Result<Batch> {
    if entry.schedule_send_at.is_some() {
        batch = batch.delete(collections::MESSAGES, of(entry));
    }
    let named = Filter::eq("accountId", account.id).and(Filter::eq("mailId", sent.mail_id.as_str()));
    let is_known = host.count(collections::MESSAGES, named.clone()).await? > 0;
    if is_known {
        // A sync has seen it already; perhaps while it was a draft still.
        let values = row([
            ("boxType", json!(BoxType::Out)),
            ("isDraft", json!(false)),
            ("isRead", json!(true)),
        ]);
        return Ok(batch.update(
            collections::MESSAGES,
            named.and(Filter::eq("boxType", BoxType::Draft.as_str())),
            values,
        ));
    }
    // A first sync under way skips what is stored already: it shall find this mail by itself.
    let is_synced = account.sync_state.done || !account.mode.is_none_or(AccessMode::reads);
    if !is_synced || sent.mail_id.is_empty() {
        return Ok(batch);
    }
    let columns = columns(account, &entry.mail, sent, &json!(host.now()))?;
    Ok(batch.upsert(collections::MESSAGES, &["accountId", "mailId"], vec![columns]))
}

/// Takes the record of a sent mail back, unless a sync has seen that mail.
pub(super) fn unseen(batch: Batch, entry: &Entry) -> Batch {
    let Some(mail_id) = &entry.mail_id else {
        return batch;
    };
    let ours = Filter::eq("accountId", entry.account_id)
        .and(Filter::eq("mailId", mail_id.as_str()))
        .and(Filter::eq("syncedAt", Value::Null));
    batch.delete(collections::MESSAGES, ours)
}

/// Tells the user's pages that a list has changed.
pub(super) fn announce(host: &dyn Host, account: &Account) {
    host.emit(Event {
        kind: "mail:messages",
        user_id: account.user_id,
        payload: json!({ "accountId": account.id }),
    });
}

fn columns(account: &Account, mail: &Composition, sent: &SentMail, date: &Value) -> Result<Row> {
    let people = |list: &[Person]| -> Vec<Address> { list.iter().map(Person::to_address).collect() };
    let text = sanitize::html_to_text(&mail.html);
    let answered = mail.answers.as_ref();
    let conversation = answered.and_then(|answered| answered.conversation_id.clone());
    let attachments = mail.files.iter().map(|file| Attachment {
        // The provider's id comes with the next sync: until then the upload is what can be opened.
        attachment_id: file.token.clone(),
        filename: file.filename.as_str().to_owned(),
        mime_type: file.mime_type.as_str().to_owned(),
        content_id: file.content_id.as_ref().map(|id| id.as_str().to_owned()),
        size: Some(file.size),
    });
    let message = Message {
        mail_id: sent.mail_id.clone(),
        conversation_id: Some(sent.conversation_id.clone())
            .filter(|id| !id.is_empty())
            .or(conversation)
            .unwrap_or_default(),
        raw_id: None,
        placement: Placement {
            box_type: BoxType::Out,
            folder_ids: Vec::new(),
            is_read: true,
            is_starred: false,
            categories: None,
        },
        from: Some(mail.from.to_address()),
        to: people(&mail.to),
        cc: people(&mail.cc),
        bcc: people(&mail.bcc),
        reply_to: Vec::new(),
        date: json::read(date.clone()).unwrap_or_default(),
        subject: mail.subject.as_str().to_owned(),
        preview: text
            .split_whitespace()
            .collect::<Vec<_>>()
            .join(" ")
            .chars()
            .take(PREVIEW)
            .collect(),
        body: Body {
            html: Some(mail.html.clone()),
            text: Some(text),
        },
        attachments: attachments.collect(),
        authentication: None,
        references: answered
            .map(|answered| {
                let ids = answered.references.iter().chain(&answered.message_id);
                ids.map(|id| id.as_str().to_owned()).collect()
            })
            .unwrap_or_default(),
    };
    record::columns(account, &message)
}
