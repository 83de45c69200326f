//! Fetching messages by id, and the ledger of those that failed.

use chrono::TimeDelta;
use futures_util::future::try_join_all;
use serde::Deserialize;
use serde_json::json;

use super::cursor::Progress;
use crate::account::Account;
use crate::error::{Error, ErrorCode, Result};
use crate::host::{Comparison, Filter, Host, Query, Row, row};
use crate::provider::Fetched;
use crate::session::Session;
use crate::store::{self, collections};

/// How many failed items one step tries again.
const RETRIES_PER_STEP: u64 = 50;
/// After so many tries an item waits for a day, or for an hour where it isn't to blame.
const QUICK_ATTEMPTS: u32 = 5;

/// A ledger row: an item that is known and not stored.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct LedgerRow {
    /// The provider's id.
    pub(super) mail_id: String,
    /// How often it was tried.
    #[serde(default)]
    pub(super) attempts: u32,
}

impl LedgerRow {
    /// An item that was not tried yet.
    pub(super) const fn untried(mail_id: String) -> Self {
        Self { mail_id, attempts: 0 }
    }
}

/// Fetches messages, as many requests at once as the provider allows, each item with an outcome of its own.
pub(super) async fn messages(
    session: &Session,
    account: &Account,
    progress: &Progress,
    ids: &[String],
) -> Result<Vec<Fetched>> {
    let provider = account.provider.mail();
    let capabilities = provider.capabilities();
    let mut fetched = Vec::with_capacity(ids.len());
    for wave in ids.chunks(capabilities.fetch_size.max(1) * capabilities.fetch_concurrency.max(1)) {
        let requests = wave
            .chunks(capabilities.fetch_size.max(1))
            .map(|chunk| provider.fetch(session, chunk, &progress.folders));
        fetched.extend(try_join_all(requests).await?.into_iter().flatten());
    }
    Ok(fetched)
}

/// Whether a failed item is due for another try.
pub(super) async fn has_due_retries(host: &dyn Host, account: &Account) -> Result<bool> {
    Ok(host.count(collections::LEDGER, due(host, account)).await? > 0)
}

/// The failed items that are due for another try, the longest waiting first.
pub(super) async fn due_retries(host: &dyn Host, account: &Account) -> Result<Vec<LedgerRow>> {
    let query = Query::new(collections::LEDGER, due(host, account))
        .sort(&["nextAttemptAt"])
        .limit(RETRIES_PER_STEP);
    store::find(host, query).await
}

/// The ledger row of an item that failed for the `attempts`th time.
pub(super) fn failing(
    host: &dyn Host,
    account: &Account,
    mail_id: &str,
    attempts: u32,
    error: &Error,
) -> Row {
    let pause = match attempts {
        0..QUICK_ATTEMPTS => TimeDelta::seconds(20 << attempts),
        // The mailbox is short of quota or broken, not the item.
        _ if matches!(
            error.code(),
            ErrorCode::RateLimited | ErrorCode::ProviderUnavailable
        ) =>
        {
            TimeDelta::hours(1)
        }
        _ => TimeDelta::days(1),
    };
    ledger_row(
        account,
        mail_id,
        "failing",
        &format!("{}: {}", error.code().as_str(), error.message()),
        attempts,
        json!(host.now() + pause),
    )
}

/// The ledger row of an item that is left out for a reason.
pub(super) fn skipped(account: &Account, mail_id: &str, reason: &str) -> Row {
    ledger_row(account, mail_id, "skipped", reason, 0, json!(null))
}

fn ledger_row(
    account: &Account,
    mail_id: &str,
    state: &str,
    reason: &str,
    attempts: u32,
    next: serde_json::Value,
) -> Row {
    row([
        ("accountId", json!(account.id)),
        ("mailId", json!(mail_id)),
        ("state", json!(state)),
        ("reason", json!(reason)),
        ("attempts", json!(attempts)),
        ("nextAttemptAt", next),
    ])
}

fn due(host: &dyn Host, account: &Account) -> Filter {
    Filter::eq("accountId", account.id)
        .and(Filter::eq("state", "failing"))
        .and(Filter::compare(
            "nextAttemptAt",
            Comparison::LessOrEqual,
            json!(host.now()),
        ))
}
