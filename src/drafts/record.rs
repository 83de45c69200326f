//! A draft as a record of mail: the page's payload, and what lists and searches look at.

use serde_json::{Map, Value, json};

use crate::account::Account;
use crate::compose::Line;
use crate::host::{Host, Row, row};
use crate::json;
use crate::mail::words;
use crate::mime;
use crate::model::{Address, BoxType};
use crate::sanitize;

/// How much of the text a list shows.
const PREVIEW: usize = 200;

/// The address that a draft is to be sent from.
pub(super) fn sender(account: &Account, values: &Map<String, Value>) -> String {
    let given = |name: &str| {
        values
            .get(name)
            .and_then(Value::as_str)
            .map(str::trim)
            .filter(|text| !text.is_empty())
    };
    let identity = given("identityEmail").or_else(|| given("from"));
    let identity = identity.map_or_else(|| account.email.clone(), str::to_lowercase);
    identity.chars().take(255).collect()
}

/// Recipients as far as they can be read: a draft may be half written.
pub(super) fn addresses(host: &dyn Host, value: Option<&Value>) -> Vec<Address> {
    let list = match value {
        Some(Value::Array(list)) => list.as_slice(),
        Some(one) => std::slice::from_ref(one),
        None => &[],
    };
    let read = |each: &Value| match each {
        Value::String(text) => mime::addresses(host, text),
        object => json::read(object.clone()).into_iter().collect(),
    };
    list.iter().flat_map(read).collect()
}

/// Their addresses in one line.
pub(super) fn joined(list: &[Address]) -> String {
    let addresses: Vec<&str> = list.iter().map(|each| each.address.as_str()).collect();
    addresses.join(", ")
}

/// The tokens of a draft's uploads.
pub(super) fn tokens(payload: &Value) -> Vec<&str> {
    let list = payload.get("attachments").and_then(Value::as_array);
    let tokens = list
        .into_iter()
        .flatten()
        .filter(|file| file.get("messageId").is_none());
    tokens.filter_map(|file| file.get("filename")?.as_str()).collect()
}

/// The record of a draft, all but its name.
pub(super) fn columns(host: &dyn Host, account: &Account, payload: &Value) -> Row {
    let empty = Map::new();
    let values = payload.as_object().unwrap_or(&empty);
    let text = |name: &str| values.get(name).and_then(Value::as_str).unwrap_or_default();
    let people = |name: &str| addresses(host, values.get(name));
    let (to, cc, bcc) = (people("to"), people("cc"), people("bcc"));
    let plain = sanitize::html_to_text(text("body"));
    let preview: String = plain
        .split_whitespace()
        .collect::<Vec<_>>()
        .join(" ")
        .chars()
        .take(PREVIEW)
        .collect();
    let from = sender(account, values);
    let files = values.get("attachments").and_then(Value::as_array);
    let attachments: Vec<Value> = files
        .into_iter()
        .flatten()
        .map(|file| {
            let of = |names: [&str; 2]| {
                let found = names.iter().find_map(|name| file.get(*name)?.as_str());
                found.unwrap_or_default().to_owned()
            };
            json!({
                "attachmentId": of(["attachmentId", "filename"]),
                "filename": of(["originalname", "filename"]),
                "mimeType": of(["mimetype", "mimeType"]),
                "contentId": file.get("contentId").and_then(Value::as_str),
                "size": file.get("size").and_then(Value::as_u64),
            })
        })
        .collect();
    let author = Address {
        name: String::new(),
        address: from.clone(),
    };
    let names: Vec<&str> = attachments
        .iter()
        .filter_map(|file| file.get("filename")?.as_str())
        .collect();
    let searched = words::of(Some(&author), [&to, &cc, &bcc], text("subject"), &names, &plain);
    row([
        ("accountId", json!(account.id)),
        ("userId", json!(account.user_id)),
        ("email", json!(account.email)),
        ("mailId", Value::Null),
        ("rawId", Value::Null),
        ("boxType", json!(BoxType::Draft)),
        ("folderIds", json!([])),
        ("isRead", json!(true)),
        ("isStarred", json!(false)),
        ("isDraft", json!(true)),
        ("isTodo", json!(false)),
        ("from", json!(from)),
        ("fromUser", json!(author)),
        ("to", json!(joined(&to))),
        ("toUsers", json!(to)),
        ("cc", json!(joined(&cc))),
        ("ccUsers", json!(cc)),
        ("bcc", json!(joined(&bcc))),
        ("bccUsers", json!(bcc)),
        ("date", json!(host.now())),
        ("relatedMessageLatestDate", json!(host.now())),
        ("subject", json!(Line::cleaned(text("subject")))),
        ("preview", json!(preview)),
        ("conversationId", Value::Null),
        ("references", json!([])),
        ("searchText", json!(searched)),
        ("bodyText", json!(plain)),
        ("bodyHtml", json!(text("body"))),
        ("attachments", json!(attachments)),
        ("identityEmail", json!(from)),
        ("draft", payload.clone()),
        ("draftVersion", json!(1)),
    ])
}
