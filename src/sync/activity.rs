//! Idle mailboxes are asked less often; one whose user is looking is asked as often as the settings say.

use chrono::{DateTime, TimeDelta, Utc};
use serde_json::json;

use super::history;
use crate::account::{Account, AccountStatus, SyncState};
use crate::error::Result;
use crate::host::{Batch, Comparison, Filter, Host, row};
use crate::store::{self, collections};

/// After so many passes that found nothing, the pause grows by one interval.
const PATIENCE: u32 = 12;
/// It never is longer than so many intervals, nor than [`LONGEST`] unless the interval is.
const MOST: u32 = 6;
const LONGEST: TimeDelta = TimeDelta::hours(1);
/// Whoever was here so recently is looking. An open page asks again after every pass.
const LOOKING: TimeDelta = TimeDelta::minutes(15);
/// A visit is noted this often at most.
const NOTED: TimeDelta = TimeDelta::minutes(3);

/// How long until the next pass.
pub(super) fn pause(
    account: &Account,
    state: &SyncState,
    interval: TimeDelta,
    now: DateTime<Utc>,
) -> TimeDelta {
    if account.active_at.is_some_and(|at| now - at < LOOKING) {
        return interval;
    }
    let intervals = (1 + history::quiet_passes(state) / PATIENCE).min(MOST);
    (interval * intervals.cast_signed()).min(LONGEST.max(interval))
}

/// Notes that the user of these accounts is here. Returns whether a mailbox that was left alone for longer is due now.
///
/// # Errors
/// `storage_failed`.
pub async fn seen(host: &dyn Host, accounts: &[Account]) -> Result<bool> {
    let now = host.now();
    let fresh = |account: &&Account| account.active_at.is_none_or(|at| now - at >= NOTED);
    let ids: Vec<i64> = accounts.iter().filter(fresh).map(|account| account.id).collect();
    if ids.is_empty() {
        return Ok(false);
    }
    let here = Filter::is_in("id", ids);
    let idle: Vec<i64> = accounts
        .iter()
        .filter(fresh)
        .filter(|account| history::quiet_passes(&account.sync_state) >= PATIENCE)
        .map(|account| account.id)
        .collect();
    let is_idle = !idle.is_empty();
    let runnable = [AccountStatus::Ready.as_str(), AccountStatus::Failing.as_str()];
    let sleeping = Filter::is_in("id", idle)
        .and(Filter::is_in("status", runnable))
        .and(Filter::compare("nextSyncAt", Comparison::Greater, json!(now)));
    let mut batch = Batch::new().update(collections::ACCOUNTS, here, row([("activeAt", json!(now))]));
    if is_idle {
        batch = batch.update(collections::ACCOUNTS, sleeping, row([("nextSyncAt", json!(now))]));
    }
    store::commit(host, batch).await?;
    Ok(is_idle)
}
