//! Fetching messages by id, and the ledger of those that failed.

use std::collections::BTreeMap;

use chrono::TimeDelta;
use futures_util::future::try_join_all;
use serde::Deserialize;
use serde_json::json;

use super::cursor::Progress;
use crate::account::Account;
use crate::error::{Error, ErrorCode, Result};
use crate::host::{Comparison, Filter, Host, Query, Row, row};
use crate::provider::{Costs, FetchOutcome, Fetched, Wanted};
use crate::quota::{self, Priority};
use crate::session::Session;
use crate::store::{self, collections};

/// How many failed items one step tries again.
const RETRIES_PER_STEP: u64 = 50;
/// After so many tries an item waits for a day, or for an hour where it isn't to blame.
const QUICK_ATTEMPTS: u32 = 5;

/// What is put off waits until so many can be fetched: a step for each single one would cost more than it brings.
const WORTH_A_STEP: u32 = 25;

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

/// Fetches messages, as many requests at once as the provider allows, each item with an outcome of its own. What is
/// beyond the mailbox's quota for now is left: its outcome is an error that says so.
pub(super) async fn messages(
    session: &Session,
    account: &Account,
    progress: &Progress,
    listed: &BTreeMap<String, Option<String>>,
    joins_conversations: bool,
) -> Result<Vec<Fetched>> {
    let provider = account.provider.mail();
    let capabilities = provider.capabilities();
    let wanted = cheapest(listed, &capabilities.costs, joins_conversations);
    let mut fetched = Vec::with_capacity(listed.len());
    let mut rest = wanted.as_slice();
    while !rest.is_empty() {
        let size = session
            .meter()
            .map_or(capabilities.fetch_size, |meter| {
                meter.batch_size(capabilities.fetch_size)
            })
            .max(1);
        let most = size * capabilities.fetch_concurrency.max(1);
        let (wave, later) = rest.split_at(affordable(session, rest, &capabilities.costs).min(most));
        if wave.is_empty() {
            fetched.extend(
                rest.iter()
                    .flat_map(|each| left(session, each, &capabilities.costs)),
            );
            break;
        }
        let requests = wave.chunks(size).map(|chunk| async move {
            match provider.fetch(session, chunk, &progress.folders).await {
                Err(error) if error.is_postponed() => Ok(chunk
                    .iter()
                    .flat_map(|each| left(session, each, &capabilities.costs))
                    .collect()),
                outcome => outcome,
            }
        });
        fetched.extend(try_join_all(requests).await?.into_iter().flatten());
        rest = later;
    }
    Ok(fetched)
}

/// What to ask for: a conversation as a whole where that costs less than those of its messages that are wanted. With
/// `joins_conversations` also where it costs the same: the rest of it will be wanted, too.
fn cheapest(
    listed: &BTreeMap<String, Option<String>>,
    costs: &Costs,
    joins_conversations: bool,
) -> Vec<Wanted> {
    let mut conversations: BTreeMap<&str, Vec<String>> = BTreeMap::new();
    let mut wanted = Vec::new();
    for (mail_id, conversation) in listed {
        match conversation.as_deref().filter(|_| costs.conversation.is_some()) {
            Some(id) => conversations.entry(id).or_default().push(mail_id.clone()),
            None => wanted.push(Wanted::Message(mail_id.clone())),
        }
    }
    for (id, mail_ids) in conversations {
        let one_by_one = u32::try_from(mail_ids.len())
            .unwrap_or(u32::MAX)
            .saturating_mul(costs.message);
        let is_cheaper = costs
            .conversation
            .is_some_and(|whole| whole < one_by_one || (whole == one_by_one && joins_conversations));
        if is_cheaper {
            let id = id.to_owned();
            wanted.push(Wanted::Conversation { id, mail_ids });
        } else {
            wanted.extend(mail_ids.into_iter().map(Wanted::Message));
        }
    }
    wanted
}

/// How many of these can be asked for within the quota of now.
fn affordable(session: &Session, wanted: &[Wanted], costs: &Costs) -> usize {
    let Some(units) = session
        .meter()
        .and_then(|meter| meter.affordable(session.host().now()))
    else {
        return wanted.len();
    };
    let mut left = units;
    wanted
        .iter()
        .take_while(|each| match left.checked_sub(cost(each, costs)) {
            Some(rest) => {
                left = rest;
                true
            }
            None => false,
        })
        .count()
}

fn cost(wanted: &Wanted, costs: &Costs) -> u32 {
    match wanted {
        Wanted::Message(_) => costs.message,
        Wanted::Conversation { .. } => costs.conversation.unwrap_or(costs.message),
    }
}

/// The outcomes of what isn't asked for now.
fn left(session: &Session, wanted: &Wanted, costs: &Costs) -> Vec<Fetched> {
    let wait = session.meter().map_or(quota::SHORT_WAIT, |meter| {
        let units = cost(wanted, costs).saturating_mul(WORTH_A_STEP);
        meter.wait(Priority::Background, units, session.host().now())
    });
    let outcome = |id: &String| Fetched {
        mail_id: id.clone(),
        outcome: FetchOutcome::Failed(quota::postponed(wait)),
    };
    wanted.mail_ids().iter().map(outcome).collect()
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
        // It was not tried: the time is known.
        _ if error.is_postponed() => {
            TimeDelta::seconds(i64::try_from(error.retry_after_seconds().unwrap_or(1)).unwrap_or(60))
        }
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
