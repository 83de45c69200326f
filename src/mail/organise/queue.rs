//! Changes on their way to the provider: a row for each, in the order in which they were made.

use chrono::{DateTime, Utc};
use serde_json::{Value, json};

use crate::account::Account;
use crate::error::Result;
use crate::host::{Batch, Comparison, Filter, Host, Query, Row, row};
use crate::mail::record::{placement_columns, placement_of};
use crate::model::{Edit, Placement};
use crate::store::{self, collections};

/// Waiting to be sent.
pub const QUEUED: &str = "queued";
/// The provider said no, and the change was undone here; kept until its user has seen it.
pub const REFUSED: &str = "refused";

/// A change that waits to be sent.
#[derive(Clone, Debug)]
pub struct Queued {
    /// The record's id; ids rise.
    pub id: i64,
    /// The provider's id of the mail.
    pub mail_id: String,
    /// What is to be done.
    pub edit: Edit,
    /// How the mail stood here before.
    pub before: Option<Placement>,
    /// Whether it may have been sent already, or the mail has changed at the provider since: then even a change that
    /// was taken back has to be sent.
    pub must_send: bool,
    /// How often it was tried.
    pub attempts: u32,
}

impl Queued {
    fn of(row: &Row) -> Option<Self> {
        let column = |name: &str| row.get(name);
        let attempts = column("attempts").and_then(store::id_of).unwrap_or(0);
        Some(Self {
            id: column("id").and_then(store::id_of)?,
            mail_id: column("mailId")?.as_str()?.to_owned(),
            edit: Edit::from_json(column("edit")?),
            before: column("before").and_then(Value::as_object).and_then(placement_of),
            must_send: column("mustSend") == Some(&Value::Bool(true)),
            attempts: u32::try_from(attempts).unwrap_or(0),
        })
    }
}

async fn find(host: &dyn Host, query: Query) -> Result<Vec<Queued>> {
    Ok(host.find(query).await?.iter().filter_map(Queued::of).collect())
}

/// The record of a change made now.
///
/// # Errors
/// `internal` when it can't be serialised.
pub(super) fn record(
    account: &Account,
    mail_id: &str,
    edit: &Edit,
    before: &Placement,
    now: DateTime<Utc>,
) -> Result<Row> {
    Ok(row([
        ("accountId", json!(account.id)),
        ("userId", json!(account.user_id)),
        ("mailId", json!(mail_id)),
        ("edit", edit.to_json()),
        ("before", Value::Object(placement_columns(before)?)),
        ("mustSend", json!(false)),
        ("state", json!(QUEUED)),
        ("attempts", json!(0)),
        ("nextAttemptAt", json!(now)),
    ]))
}

/// All that waits for those mails of an account of which something is due, in the order in which it was made; at most
/// `limit` changes that are due.
///
/// A change made since makes the older ones of its mail due, too: sent after it, they would undo it.
///
/// # Errors
/// `storage_failed`.
pub async fn due(host: &dyn Host, account_id: i64, limit: u64) -> Result<Vec<Queued>> {
    let due = Filter::compare("nextAttemptAt", Comparison::LessOrEqual, json!(host.now()));
    let query = Query::new(collections::OUTGOING, waiting(account_id).and(due));
    let rows = host
        .find(query.fields(&["mailId"]).sort(&["id"]).limit(limit))
        .await?;
    let mail_ids = rows.iter().filter_map(|row| row.get("mailId")).cloned();
    let whole = waiting(account_id).and(Filter::is_in("mailId", mail_ids));
    find(host, Query::new(collections::OUTGOING, whole).sort(&["id"])).await
}

/// What is still to be done to each of these mails, and the changes of which it consists.
///
/// # Errors
/// `storage_failed`.
pub async fn of_mails<'a>(
    host: &dyn Host,
    account_id: i64,
    mail_ids: impl Iterator<Item = &'a str>,
) -> Result<(Vec<(String, Edit)>, Vec<i64>)> {
    let query = Query::new(
        collections::OUTGOING,
        waiting(account_id).and(Filter::is_in("mailId", mail_ids)),
    );
    let mut edits: Vec<(String, Edit)> = Vec::new();
    let mut changes = Vec::new();
    for row in find(host, query.sort(&["id"])).await? {
        changes.push(row.id);
        match edits.iter_mut().find(|(mail_id, _)| *mail_id == row.mail_id) {
            Some((_, edit)) => edit.absorb(row.edit),
            None => edits.push((row.mail_id, row.edit)),
        }
    }
    Ok((edits, changes))
}

/// What pages show beside these rows of mails: `{state, reason?, since, attempts}`, by the mail's record id.
///
/// # Errors
/// `storage_failed`.
pub async fn states(host: &dyn Host, user_id: i64, mails: &[Row]) -> Result<Vec<(i64, Value)>> {
    let mail_id = |row: &Row| row.get("mailId").and_then(Value::as_str).map(str::to_owned);
    let ids: Vec<String> = mails.iter().filter_map(mail_id).collect();
    let mut states = Vec::new();
    if ids.is_empty() {
        return Ok(states);
    }
    let filter = Filter::eq("userId", user_id).and(Filter::is_in("mailId", ids));
    let query = Query::new(collections::OUTGOING, filter).sort(&["id"]).fields(&[
        "id",
        "accountId",
        "mailId",
        "state",
        "reason",
        "attempts",
        "createdAt",
    ]);
    let rows = host.find(query).await?;
    for mail in mails {
        let is_of = |row: &&Row| {
            ["accountId", "mailId"]
                .iter()
                .all(|name| row.get(*name) == mail.get(*name))
        };
        let own: Vec<&Row> = rows.iter().filter(is_of).collect();
        let refused = own
            .iter()
            .rev()
            .find(|row| row.get("state") == Some(&json!(REFUSED)));
        let (Some(shown), Some(id)) = (refused.or(own.first()), mail.get("id").and_then(store::id_of)) else {
            continue;
        };
        let column = |name: &str| shown.get(name).cloned().unwrap_or_default();
        let state = json!({
            "id": column("id"),
            "state": column("state"),
            "reason": column("reason"),
            "attempts": column("attempts"),
            "since": column("createdAt"),
        });
        states.push((id, state));
    }
    Ok(states)
}

/// Forgets changes of the user that were refused.
///
/// # Errors
/// `storage_failed`.
pub async fn dismiss(host: &dyn Host, user_id: i64, ids: &[i64]) -> Result<()> {
    let seen = Filter::eq("userId", user_id)
        .and(Filter::eq("state", REFUSED))
        .and(Filter::is_in("id", ids.iter().copied()));
    store::commit(host, Batch::new().delete(collections::OUTGOING, seen)).await
}

/// The changes of an account that wait.
pub(crate) fn waiting(account_id: i64) -> Filter {
    Filter::eq("accountId", account_id).and(Filter::eq("state", QUEUED))
}
