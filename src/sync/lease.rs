//! Leases: at any time one step works on an account, whichever node runs it.

use chrono::TimeDelta;
use serde_json::json;

use crate::account::{self, Account, AccountStatus};
use crate::error::Result;
use crate::host::{Batch, CommitOutcome, Comparison, Filter, Host, Query, row};
use crate::store::{self, collections};

/// Longer than any step takes; after that a dead node's account is taken over.
const LIFE: TimeDelta = TimeDelta::minutes(3);

/// How many due accounts are tried before others are left to do the work.
const CANDIDATES: u64 = 8;

/// Takes the lease of the account that is due longest; `None` when none is due.
pub(super) async fn next(host: &dyn Host) -> Result<Option<Account>> {
    let query = Query::new(collections::ACCOUNTS, due(host.now()))
        .sort(&["nextSyncAt", "id"])
        .limit(CANDIDATES);
    for account in store::find::<Account>(host, query).await? {
        // Where somebody else was faster, they work on this account, and the next one is tried.
        if let Some(account) = take(host, account).await? {
            return Ok(Some(account));
        }
    }
    Ok(None)
}

/// Whether another account is due that nobody works on.
pub(super) async fn others_wait(host: &dyn Host, account: &Account) -> Result<bool> {
    let others = Filter::compare("id", Comparison::NotEqual, json!(account.id));
    let query = Query::new(collections::ACCOUNTS, due(host.now()).and(others));
    Ok(!host.find(query.fields(&["id"]).limit(1)).await?.is_empty())
}

fn due(now: chrono::DateTime<chrono::Utc>) -> Filter {
    available(now).and(Filter::compare("nextSyncAt", Comparison::LessOrEqual, json!(now)))
}

/// Accounts that a step may work on.
pub(super) fn available(now: chrono::DateTime<chrono::Utc>) -> Filter {
    runnable().and(free(now))
}

/// When a lease that is taken or prolonged now ends.
pub(super) fn end(now: chrono::DateTime<chrono::Utc>) -> chrono::DateTime<chrono::Utc> {
    now + LIFE
}

/// Takes the lease of an account that was available a moment ago; `None` when another node was faster.
pub(super) async fn take(host: &dyn Host, mut account: Account) -> Result<Option<Account>> {
    let now = host.now();
    let unchanged = numbered(&account).and(free(now));
    account.lease_number += 1;
    let values = row([
        ("leaseNumber", json!(account.lease_number)),
        ("leaseUntil", json!(end(now))),
    ]);
    let batch = Batch::new().swap(collections::ACCOUNTS, unchanged, values);
    if host.commit(batch).await? == CommitOutcome::Committed {
        return Ok(Some(account));
    }
    Ok(None)
}

/// Takes an account from whoever works on it: a step under way writes nothing any more, and none begins until the
/// account is given back. What is read of it only now is as the last step has left it. `None` when somebody else was
/// faster.
pub(crate) async fn seize(host: &dyn Host, account: &Account) -> Result<Option<Account>> {
    let values = row([
        ("leaseNumber", json!(account.lease_number + 1)),
        ("leaseUntil", json!(end(host.now()))),
    ]);
    let batch = Batch::new().swap(collections::ACCOUNTS, numbered(account), values);
    match host.commit(batch).await? {
        CommitOutcome::Committed => account::by_id(host, account.id).await.map(Some),
        CommitOutcome::Conflict => Ok(None),
    }
}

/// Gives an account back that was taken for nothing.
pub(crate) async fn give_back(host: &dyn Host, account: &Account) -> Result<()> {
    let free = row([("leaseUntil", json!(null))]);
    let batch = Batch::new().update(collections::ACCOUNTS, numbered(account), free);
    store::commit(host, batch).await
}

/// The account while nobody has taken it since.
pub(crate) fn numbered(account: &Account) -> Filter {
    Filter::eq("id", account.id).and(Filter::eq("leaseNumber", account.lease_number))
}

/// The condition under which a step may write: nobody has taken the lease since, and the account is still to be
/// synchronised. Its grant may have turned out to be dead meanwhile, and nothing but its user makes it ready again.
pub(super) fn held(account: &Account) -> Filter {
    numbered(account).and(runnable())
}

fn runnable() -> Filter {
    Filter::is_in(
        "status",
        [AccountStatus::Ready.as_str(), AccountStatus::Failing.as_str()],
    )
}

fn free(now: chrono::DateTime<chrono::Utc>) -> Filter {
    Filter::Or(vec![
        Filter::eq("leaseUntil", json!(null)),
        Filter::compare("leaseUntil", Comparison::Less, json!(now)),
    ])
}
