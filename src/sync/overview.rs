//! How an account's synchronisation stands, as pages show it.

use serde_json::{Value, json};

use super::known;
use super::ledger::{self, ItemState};
use crate::account::{Account, Reason};
use crate::error::Result;
use crate::host::{Filter, Host, Query, Row};
use crate::store::collections;

/// How many mails are in each state: `{stored, hidden: {gone, folder, sender}, items: {listed, failing, …},
/// skipped: {older, folder, sender}}`.
///
/// # Errors
/// `storage_failed`.
pub async fn counts(host: &dyn Host, account: &Account) -> Result<Value> {
    let mut items = serde_json::Map::new();
    for state in ItemState::ALL {
        let count = ledger::count(host, account, state).await?;
        items.insert(state.as_str().to_owned(), json!(count));
    }
    let mut hidden = serde_json::Map::new();
    let mut skipped = serde_json::Map::new();
    for reason in Reason::ALL {
        let with =
            |column: &str| Filter::eq("accountId", account.id).and(Filter::eq(column, reason.as_str()));
        let records = host.count(collections::MESSAGES, with("deletedReason")).await?;
        let entries = with("reason").and(Filter::eq("state", ItemState::Skipped.as_str()));
        let entries = host.count(collections::LEDGER, entries).await?;
        hidden.insert(reason.as_str().to_owned(), json!(records));
        skipped.insert(reason.as_str().to_owned(), json!(entries));
    }
    let stored = host.count(collections::MESSAGES, known::shown(account)).await?;
    Ok(json!({ "stored": stored, "items": items, "hidden": hidden, "skipped": skipped }))
}

/// A page of the items in a state, or in any, and how many there are.
///
/// # Errors
/// `storage_failed`.
pub async fn items(
    host: &dyn Host,
    account: &Account,
    state: Option<ItemState>,
    page: u64,
    size: u64,
) -> Result<(Vec<Row>, u64)> {
    let filter = match state {
        Some(state) => ledger::in_state(account, state),
        None => Filter::eq("accountId", account.id),
    };
    let count = host.count(collections::LEDGER, filter.clone()).await?;
    let query = Query::new(collections::LEDGER, filter)
        .fields(&[
            "id",
            "mailId",
            "state",
            "reason",
            "attempts",
            "nextAttemptAt",
            "since",
        ])
        .sort(&["state", "-id"])
        .limit(size)
        .offset(page.saturating_sub(1).saturating_mul(size));
    Ok((host.find(query).await?, count))
}
