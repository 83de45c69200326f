//! Leases: at any time one step works on an account, whichever node runs it.

use chrono::TimeDelta;
use serde_json::json;

use crate::account::{Account, AccountStatus};
use crate::error::Result;
use crate::host::{Batch, CommitOutcome, Comparison, Filter, Host, Query, row};
use crate::store::{self, collections};

/// Longer than any step takes; after that a dead node's account is taken over.
const LIFE: TimeDelta = TimeDelta::minutes(3);

/// How many due accounts are tried before others are left to do the work.
const CANDIDATES: u64 = 8;

/// Takes the lease of the account that is due longest; `None` when none is due.
pub(super) async fn next(host: &dyn Host) -> Result<Option<Account>> {
    let now = host.now();
    let due = Filter::compare("nextSyncAt", Comparison::LessOrEqual, json!(now));
    let query = Query::new(collections::ACCOUNTS, runnable().and(due).and(free(now)))
        .sort(&["nextSyncAt", "id"])
        .limit(CANDIDATES);
    for mut account in store::find::<Account>(host, query).await? {
        let unchanged = Filter::eq("id", account.id)
            .and(Filter::eq("leaseNumber", account.lease_number))
            .and(free(now));
        account.lease_number += 1;
        let values = row([
            ("leaseNumber", json!(account.lease_number)),
            ("leaseUntil", json!(now + LIFE)),
        ]);
        let batch = Batch::new().swap(collections::ACCOUNTS, unchanged, values);
        // Where somebody else was faster, they work on this account, and the next one is tried.
        if host.commit(batch).await? == CommitOutcome::Committed {
            return Ok(Some(account));
        }
    }
    Ok(None)
}

/// The condition under which a step may write: nobody has taken the lease since, and the account is still to be
/// synchronised. Its grant may have turned out to be dead meanwhile, and nothing but its user makes it ready again.
pub(super) fn held(account: &Account) -> Filter {
    Filter::eq("id", account.id)
        .and(Filter::eq("leaseNumber", account.lease_number))
        .and(runnable())
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
