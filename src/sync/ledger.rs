//! The ledger: what is known of items that are not stored, and of stored ones that the provider no longer lists.
//!
//! Every id that was ever listed is accounted for. A stored mail is its own record; one that is gone or was left out
//! later is a hidden record until its grace ends. Only the rest has rows here, so that a mailbox of many mails has few.

use std::collections::BTreeMap;

use chrono::TimeDelta;
use serde_json::{Value, json};

use crate::account::{Account, Reason};
use crate::error::{Error, ErrorCode, Result};
use crate::host::{Comparison, Filter, Host, Query, Row, row};
use crate::ordered::map_of;
use crate::store::{self, collections};

/// How many items one step asks for.
const RETRIES_PER_STEP: u64 = 100;
/// After so many tries an item waits for a day, or for an hour where it isn't to blame.
const QUICK_ATTEMPTS: u32 = 5;

/// The columns that an entry is found by.
pub(super) const KEY: [&str; 2] = ["accountId", "mailId"];

/// What is known of an item.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ItemState {
    /// The provider has it; it is to be fetched.
    Listed,
    /// It was tried and failed; it is tried again.
    Failing,
    /// It is stored and the provider no longer lists it; the provider is asked before it is removed.
    Missing,
    /// It is left out for a reason.
    Skipped,
    /// It was listed, and gone before it could be stored.
    Gone,
}

impl ItemState {
    /// Every state, in the order in which pages show them.
    pub const ALL: [Self; 5] = [
        Self::Listed,
        Self::Failing,
        Self::Missing,
        Self::Skipped,
        Self::Gone,
    ];

    /// The states that a step does something about.
    const PENDING: [Self; 3] = [Self::Listed, Self::Failing, Self::Missing];

    /// The value stored in records.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Listed => "listed",
            Self::Failing => "failing",
            Self::Missing => "missing",
            Self::Skipped => "skipped",
            Self::Gone => "gone",
        }
    }

    /// The state of this name.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.as_str() == name)
    }

    /// Whether it waits for a step.
    pub const fn is_pending(self) -> bool {
        matches!(self, Self::Listed | Self::Failing | Self::Missing)
    }
}

/// An entry, as far as steps need it.
#[derive(Clone, Debug)]
pub(super) struct LedgerRow {
    /// The provider's id.
    pub(super) mail_id: String,
    /// How often it was tried.
    pub(super) attempts: u32,
}

/// What of the ledger is due.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Due {
    /// Nothing.
    Nothing,
    /// Items, none of which has failed before.
    Untried,
    /// Items that have failed before, among others perhaps.
    Failing,
}

/// What is due.
pub(super) async fn has_due(host: &dyn Host, account: &Account) -> Result<Due> {
    let some = |states| async move {
        let due = due(host, account, states);
        host.count(collections::LEDGER, due).await.map(|count| count > 0)
    };
    Ok(if !some(&ItemState::PENDING).await? {
        Due::Nothing
    } else if some(&[ItemState::Failing]).await? {
        Due::Failing
    } else {
        Due::Untried
    })
}

/// The items that are due, the longest waiting first; with `only_failing` those that have failed before.
pub(super) async fn due_items(
    host: &dyn Host,
    account: &Account,
    only_failing: bool,
) -> Result<Vec<LedgerRow>> {
    let states: &[ItemState] = match only_failing {
        true => &[ItemState::Failing],
        false => &ItemState::PENDING,
    };
    let query = Query::new(collections::LEDGER, due(host, account, states))
        .sort(&["nextAttemptAt", "id"])
        .limit(RETRIES_PER_STEP);
    let item = |row: &Row| {
        let attempts = row.get("attempts").and_then(store::id_of).unwrap_or(0);
        Some(LedgerRow {
            mail_id: store::text(row, "mailId")?.to_owned(),
            attempts: u32::try_from(attempts).unwrap_or(0),
        })
    };
    Ok(host.find(query).await?.iter().filter_map(item).collect())
}

/// How many items are in a state.
pub(super) async fn count(host: &dyn Host, account: &Account, state: ItemState) -> Result<u64> {
    host.count(collections::LEDGER, in_state(account, state)).await
}

/// The items of an account that are in a state.
pub(super) fn in_state(account: &Account, state: ItemState) -> Filter {
    Filter::eq("accountId", account.id).and(Filter::eq("state", state.as_str()))
}

/// The states of those of these items that have an entry.
pub(super) async fn states(
    host: &dyn Host,
    account: &Account,
    ids: Vec<&String>,
) -> Result<BTreeMap<String, ItemState>> {
    if ids.is_empty() {
        return Ok(BTreeMap::new());
    }
    let wanted = Filter::is_in("mailId", ids.into_iter().map(String::as_str));
    let filter = Filter::eq("accountId", account.id).and(wanted);
    let query = Query::new(collections::LEDGER, filter).fields(&["mailId", "state"]);
    let state = |row: &Row| {
        let state = ItemState::parse(store::text(row, "state")?)?;
        Some((store::text(row, "mailId")?.to_owned(), state))
    };
    Ok(map_of(host.find(query).await?.iter().filter_map(state)))
}

/// Those of these items that are left out whatever place they stand in.
pub(super) async fn left_out_anywhere(
    host: &dyn Host,
    account: &Account,
    ids: impl Iterator<Item = &String>,
) -> Result<Vec<String>> {
    let reasons = [Reason::Sender, Reason::Older].map(Reason::as_str);
    let filter = in_state(account, ItemState::Skipped)
        .and(Filter::is_in("mailId", ids.map(String::as_str)))
        .and(Filter::is_in("reason", reasons));
    let rows = host
        .find(Query::new(collections::LEDGER, filter).fields(&["mailId"]))
        .await?;
    let id = |row: &Row| store::text(row, "mailId").map(str::to_owned);
    Ok(rows.iter().filter_map(id).collect())
}

/// The entry of an item that failed for the `attempts`th time.
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
        // Nor will it be smaller in a minute.
        _ if error.is_too_large() => TimeDelta::days(1),
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
    let reason = format!("{}: {}", error.code().as_str(), error.message());
    let mut entry = entry(host, account.id, mail_id, ItemState::Failing, &reason);
    entry.extend(row([
        ("attempts", json!(attempts)),
        ("nextAttemptAt", json!(host.now() + pause)),
    ]));
    entry
}

/// The entry of an item that is left out for a reason.
pub(super) fn skipped(host: &dyn Host, account_id: i64, mail_id: &str, reason: Reason) -> Row {
    entry(host, account_id, mail_id, ItemState::Skipped, reason.as_str())
}

/// The entry of an item in a state that is not the outcome of a try; pending ones are due at once.
pub(super) fn entry(host: &dyn Host, account_id: i64, mail_id: &str, state: ItemState, reason: &str) -> Row {
    let now = host.now();
    row([
        ("accountId", json!(account_id)),
        ("mailId", json!(mail_id)),
        ("state", json!(state.as_str())),
        ("reason", json!(reason)),
        ("attempts", json!(0)),
        ("nextAttemptAt", json!(state.is_pending().then_some(now))),
        ("since", json!(now)),
    ])
}

/// What puts an entry at the front of the queue.
pub(super) fn due_now(host: &dyn Host) -> (&'static str, Value) {
    ("nextAttemptAt", json!(host.now()))
}

fn due(host: &dyn Host, account: &Account, states: &[ItemState]) -> Filter {
    Filter::eq("accountId", account.id)
        .and(Filter::is_in("state", states.iter().map(|state| state.as_str())))
        .and(Filter::compare(
            "nextAttemptAt",
            Comparison::LessOrEqual,
            json!(host.now()),
        ))
}
