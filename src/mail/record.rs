//! A message as a record of `mailMessages`.

use std::borrow::Cow;

use serde_json::{Value, json};

use super::words;
use crate::account::Account;
use crate::error::Result;
use crate::host::{Row, row};
use crate::model::{Address, BoxType, Message, Placement};
use crate::sanitize;
use crate::store;

/// How many other mails of a conversation are told.
pub(super) const MAX_CHILDREN: u64 = 100;
/// The longest text kept of a plain body or subject line; the provider keeps the whole.
const MAX_TEXT: usize = 1 << 20;

/// The columns of a message of `account`. The HTML is sanitised here, before anything is stored.
///
/// # Errors
/// `internal` when a part can't be serialised.
pub fn columns(account: &Account, message: &Message) -> Result<Row> {
    let mut html = match (&message.body.html, &message.body.text) {
        (Some(html), _) => sanitize::html(html).html,
        (None, Some(text)) => sanitize::text_to_html(&bounded(text)),
        (None, None) => String::new(),
    };
    bound(&mut html);
    let mut columns = row([
        ("accountId", json!(account.id)),
        ("userId", json!(account.user_id)),
        ("email", json!(account.email)),
        ("mailId", json!(message.mail_id)),
        ("rawId", json!(message.raw_id)),
        ("isTodo", json!(false)),
        (
            "from",
            json!(message.from.as_ref().map(|from| from.address.as_str())),
        ),
        ("fromUser", json!(message.from)),
        ("to", json!(addresses(&message.to))),
        ("toUsers", json!(message.to)),
        ("cc", json!(addresses(&message.cc))),
        ("ccUsers", json!(message.cc)),
        ("bcc", json!(addresses(&message.bcc))),
        ("bccUsers", json!(message.bcc)),
        ("replyTo", json!(addresses(&message.reply_to))),
        ("date", json!(message.date)),
        ("subject", storable(&message.subject)),
        ("preview", storable(&message.preview)),
        (
            "conversationId",
            json!(Some(&message.conversation_id).filter(|id| !id.is_empty())),
        ),
        ("references", json!(message.references)),
        ("authentication", json!(message.authentication)),
        ("relatedMessageLatestDate", json!(message.date)),
        (
            "bodyText",
            message.body.text.as_deref().map_or(Value::Null, storable),
        ),
        ("bodyHtml", Value::String(html)),
        ("attachments", json!(message.attachments)),
        ("searchText", Value::String(words::of_message(message))),
    ]);
    columns.extend(placement_columns(&message.placement)?);
    // All records of a batch have the same columns.
    columns.entry("categories").or_insert_with(|| json!([]));
    Ok(columns)
}

/// The columns that change after a message has arrived.
///
/// # Errors
/// `internal` when a part can't be serialised.
pub fn placement_columns(placement: &Placement) -> Result<Row> {
    let mut columns = store::to_row(&json!({
        "boxType": placement.box_type,
        "folderIds": placement.folder_ids,
        "isRead": placement.is_read,
        "isStarred": placement.is_starred,
        "isDraft": placement.box_type == BoxType::Draft,
    }))?;
    if let Some(categories) = &placement.categories {
        columns.insert("categories".to_owned(), json!(categories));
    }
    Ok(columns)
}

/// The placement in a record; `None` for a box that is no place of a mailbox.
pub fn placement_of(row: &Row) -> Option<Placement> {
    let flag = |name: &str| row.get(name) == Some(&Value::Bool(true));
    let texts = |name: &str| {
        let list = row.get(name)?.as_array()?;
        Some(
            list.iter()
                .filter_map(Value::as_str)
                .map(str::to_owned)
                .collect::<Vec<_>>(),
        )
    };
    Some(Placement {
        box_type: row.get("boxType")?.as_str().and_then(BoxType::parse)?,
        folder_ids: texts("folderIds").unwrap_or_default(),
        is_read: flag("isRead"),
        is_starred: flag("isStarred"),
        categories: texts("categories"),
    })
}

/// The box of mail that waits for its time; no place of a mailbox.
pub const SCHEDULED: &str = "scheduled";

/// The box of bulk mails; no place of a mailbox either. What was sent to each recipient stands among the sent mails.
pub const MASS: &str = "mass";

/// The columns that say where a mail stands, beside its id.
pub(super) const PLACEMENT_COLUMNS: [&str; 7] = [
    "id",
    "boxType",
    "originalBoxType",
    "folderIds",
    "categories",
    "isRead",
    "isStarred",
];

/// The columns of a list row: everything but the bodies.
pub const LIST_COLUMNS: [&str; 34] = [
    "id",
    "accountId",
    "userId",
    "email",
    "mailId",
    "rawId",
    "boxType",
    "originalBoxType",
    "folderIds",
    "categories",
    "isRead",
    "isStarred",
    "isDraft",
    "isTodo",
    "from",
    "fromUser",
    "to",
    "toUsers",
    "cc",
    "ccUsers",
    "bcc",
    "bccUsers",
    "replyTo",
    "date",
    "subject",
    "preview",
    "conversationId",
    "relatedMessageLatestDate",
    "attachments",
    "scheduleSendAt",
    "draftVersion",
    "identityEmail",
    "createdAt",
    "updatedAt",
];

fn addresses(list: &[Address]) -> String {
    list.iter()
        .map(|each| each.address.as_str())
        .collect::<Vec<_>>()
        .join(", ")
}

/// The text as it can be stored.
fn storable(text: &str) -> Value {
    let mut text = bounded(text).into_owned();
    bound(&mut text);
    Value::String(text)
}

/// Of a text without bound its beginning, and a sign that there is more.
fn bounded(text: &str) -> Cow<'_, str> {
    // So few bytes are no more characters, without counting them.
    let is_long = text.len() > MAX_TEXT && text.chars().nth(MAX_TEXT).is_some();
    match is_long.then(|| text.char_indices().nth(MAX_TEXT - 1)).flatten() {
        Some((end, _)) => Cow::Owned(format!("{}…", text.get(..end).unwrap_or_default())),
        None => Cow::Borrowed(text),
    }
}

/// PostgreSQL takes no NUL characters.
fn bound(text: &mut String) {
    if text.as_bytes().contains(&0) {
        text.retain(|character| character != '\0');
    }
}
