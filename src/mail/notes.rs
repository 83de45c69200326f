//! Notes that users write on their mails, for themselves.

use serde_json::{Map, Value, json};

use super::read;
use crate::error::{Error, ErrorCode, Result};
use crate::host::{Batch, Filter, Host, Query, Row, row};
use crate::store::{self, collections};

/// The columns that pages see.
const COLUMNS: [&str; 5] = ["id", "mailMessageId", "note", "createdAt", "updatedAt"];
const MAX_TEXT: usize = 10_000;
const MAX_LISTED: u64 = 200;

/// The user's notes, oldest first; those on one mail where one is named.
///
/// # Errors
/// `storage_failed`.
pub async fn list(host: &dyn Host, user_id: i64, message_id: Option<i64>) -> Result<Vec<Row>> {
    let filter = match message_id {
        Some(id) => own(user_id).and(Filter::eq("mailMessageId", id)),
        None => own(user_id),
    };
    let query = Query::new(collections::NOTES, filter);
    host.find(query.fields(&COLUMNS).sort(&["id"]).limit(MAX_LISTED))
        .await
}

/// Writes a note on a mail of the user.
///
/// # Errors
/// `invalid_input` about `note` or `mailMessageId`, `not_found` for a mail that isn't the user's.
pub async fn create(host: &dyn Host, user_id: i64, entered: &Map<String, Value>) -> Result<Row> {
    let text = text(entered.get("note"))?;
    let message_id = read::identifier(
        entered.get("mailMessageId").unwrap_or(&Value::Null),
        "mailMessageId",
    )?;
    let account_id = read::account_of(host, user_id, message_id).await?;
    let columns = row([
        ("accountId", json!(account_id)),
        ("userId", json!(user_id)),
        ("mailMessageId", json!(message_id)),
        ("note", json!(text)),
    ]);
    store::commit(host, Batch::new().insert(collections::NOTES, vec![columns])).await?;
    let written = list(host, user_id, Some(message_id)).await?;
    written.into_iter().next_back().ok_or_else(missing)
}

/// Changes a note of the user.
///
/// # Errors
/// `invalid_input` about `note`, `not_found`.
pub async fn update(host: &dyn Host, user_id: i64, id: i64, entered: &Map<String, Value>) -> Result<Row> {
    let text = text(entered.get("note"))?;
    let this = own(user_id).and(Filter::eq("id", id));
    let values = row([("note", json!(text))]);
    if host.count(collections::NOTES, this.clone()).await? == 0 {
        return Err(missing());
    }
    store::commit(host, Batch::new().swap(collections::NOTES, this.clone(), values)).await?;
    let query = Query::new(collections::NOTES, this).fields(&COLUMNS).limit(1);
    host.find(query).await?.into_iter().next().ok_or_else(missing)
}

/// Removes notes of the user.
///
/// # Errors
/// `not_found` where none of them is the user's.
pub async fn destroy(host: &dyn Host, user_id: i64, ids: &[i64]) -> Result<()> {
    let these = own(user_id).and(Filter::is_in("id", ids.iter().copied()));
    if host.count(collections::NOTES, these.clone()).await? == 0 {
        return Err(missing());
    }
    store::commit(host, Batch::new().delete(collections::NOTES, these)).await
}

fn text(value: Option<&Value>) -> Result<String> {
    let text = value.and_then(Value::as_str).unwrap_or_default().trim();
    if text.is_empty() || text.chars().count() > MAX_TEXT {
        return Err(Error::invalid("note", "enter a text of up to 10,000 characters"));
    }
    Ok(text.replace('\0', ""))
}

fn own(user_id: i64) -> Filter {
    Filter::eq("userId", user_id)
}

fn missing() -> Error {
    Error::new(ErrorCode::NotFound, "you have no such note").about("filterByTk")
}
