//! The sync engine: plan → fetch → merge → commit, in short resumable steps. No provider's name stands in here.
//!
//! A step takes the lease of one account, asks the provider for one page, and writes the page's records, the
//! ledger's rows and the cursor in one commit that holds only while the lease does. Whatever happens in between, the
//! next step goes on from what is in the database.

use std::rc::Rc;

use chrono::{DateTime, TimeDelta, Utc};
use serde_json::json;

use crate::account::{self, Account, AccountStatus, SyncFailure, SyncPhase, SyncState};
use crate::error::{Error, ErrorCode, Result};
use crate::host::{Batch, CommitOutcome, Comparison, Event, Filter, Host, LogLevel, Row, row};
use crate::mail::remote;
use crate::settings;
use crate::store::collections;

mod cursor;
mod fetch;
mod lease;
mod merge;
mod plan;
mod step;

pub use step::StepOutcome;

/// The longest pause between two tries of an account that fails.
const MAX_BACKOFF: TimeDelta = TimeDelta::hours(1);

/// Runs one step for the account that is due longest. Returns whether another step is due already.
///
/// # Errors
/// Only what makes every account fail: the storage. What fails for one account is recorded in it.
pub async fn run(host: &Rc<dyn Host>) -> Result<bool> {
    let Some(mut account) = lease::next(host.as_ref()).await? else {
        return Ok(false);
    };
    let interval = TimeDelta::minutes(i64::from(settings::general(host.as_ref()).await?.sync_interval));
    match step(host, &account, interval).await {
        Ok(outcome) => finish(host, &mut account, outcome, interval).await?,
        Err(error) if error.is_postponed() => postpone(host.as_ref(), &account, &error).await?,
        Err(error) => fail(host, &account, &error).await?,
    }
    Ok(true)
}

async fn step(host: &Rc<dyn Host>, account: &Account, interval: TimeDelta) -> Result<StepOutcome> {
    let session = remote::session(host, account).await?.in_background();
    step::run(host.as_ref(), &session, account, interval).await
}

/// Commits what a step found, and when the account's next one is due.
async fn finish(
    host: &Rc<dyn Host>,
    account: &mut Account,
    outcome: StepOutcome,
    interval: TimeDelta,
) -> Result<()> {
    let now = host.now();
    let stored_mail = outcome.changed_mail;
    let state = next_state(account, &outcome, now);
    let next = match outcome.pass_ended {
        true => now + interval,
        false => outcome.resumes_at.unwrap_or(now),
    };
    let mut values = account.status_columns(AccountStatus::Ready, None, now);
    values.extend(row([
        ("syncState", json!(state)),
        ("nextSyncAt", json!(next)),
        ("leaseUntil", json!(null)),
    ]));
    let mut batch = outcome.batch;
    // A pass answers what was asked for before it began. What was asked since doesn't wait for the interval.
    let requested = |comparison| {
        let at = Filter::compare("syncRequestedAt", comparison, json!(outcome.pass_started_at));
        Filter::eq("id", account.id).and(at)
    };
    batch = batch.swap(collections::ACCOUNTS, lease::held(account), values);
    if outcome.pass_ended {
        let answered = row([("syncRequestedAt", json!(null))]);
        batch = batch
            .update(
                collections::ACCOUNTS,
                requested(Comparison::LessOrEqual),
                answered,
            )
            .update(
                collections::ACCOUNTS,
                requested(Comparison::Greater),
                row([("nextSyncAt", json!(now))]),
            );
    }
    if host.commit(batch).await? == CommitOutcome::Conflict {
        host.log(
            LogLevel::Warn,
            &format!("account {}: the lease was lost, the step is repeated", account.id),
        );
        return Ok(());
    }
    account.sync_state = state;
    account.status = AccountStatus::Ready;
    announce(host.as_ref(), account, stored_mail);
    Ok(())
}

fn next_state(account: &Account, outcome: &StepOutcome, now: DateTime<Utc>) -> SyncState {
    let mut state = account.sync_state.clone();
    state.stored += outcome.stored;
    state.total = outcome.total.or(state.total).map(|total| total.max(state.stored));
    state.last_error = None;
    state.failures = 0;
    state.pass_started_at = Some(outcome.pass_started_at).filter(|_| !outcome.pass_ended);
    if outcome.pass_ended {
        state.last_run_at = Some(now);
        state.done = true;
        state.phase = SyncPhase::Incremental;
    }
    state
}

/// Puts the account off: the provider's limits leave nothing to do for now, and nothing has failed.
async fn postpone(host: &dyn Host, account: &Account, error: &Error) -> Result<()> {
    let seconds = i64::try_from(error.retry_after_seconds().unwrap_or(1)).unwrap_or(i64::MAX);
    let wait = TimeDelta::try_seconds(seconds)
        .unwrap_or(MAX_BACKOFF)
        .min(MAX_BACKOFF);
    release(host, account, row([("nextSyncAt", json!(host.now() + wait))])).await
}

/// Records why a step failed, and when to try again.
async fn fail(host: &Rc<dyn Host>, account: &Account, error: &Error) -> Result<()> {
    host.log(
        LogLevel::Warn,
        &format!("account {}: {}: {error}", account.id, error.code().as_str()),
    );
    let now = host.now();
    let mut state = account.sync_state.clone();
    state.failures += 1;
    state.last_error = Some(SyncFailure {
        code: error.code().as_str().to_owned(),
        message: error.message().to_owned(),
    });
    let next = now + backoff(error, state.failures);
    let mut values = account.status_columns(AccountStatus::Failing, Some(error), now);
    values.extend(row([
        ("syncState", json!(state)),
        ("nextSyncAt", json!(next)),
        ("syncRequestedAt", json!(null)),
    ]));
    // Where the grant is dead the account is marked so already, which this leaves as it is.
    release(host.as_ref(), account, values).await?;
    match account::by_id(host.as_ref(), account.id).await {
        Ok(stored) => announce(host.as_ref(), &stored, false),
        Err(error) if error.code() == ErrorCode::NotFound => {}
        Err(error) => return Err(error),
    }
    Ok(())
}

async fn release(host: &dyn Host, account: &Account, mut values: Row) -> Result<()> {
    values.insert("leaseUntil".to_owned(), json!(null));
    // A lost lease is no conflict here: whoever took it over, or stopped the account, records what happens next.
    let _ = host
        .commit(Batch::new().swap(collections::ACCOUNTS, lease::held(account), values))
        .await?;
    Ok(())
}

/// Doubles from half a minute to an hour; a provider that names a time is given at least that.
fn backoff(error: &Error, failures: u32) -> TimeDelta {
    let doubled = TimeDelta::seconds(30 << failures.saturating_sub(1).min(7)).min(MAX_BACKOFF);
    let asked = error
        .retry_after_seconds()
        .and_then(|seconds| i64::try_from(seconds).ok());
    let asked = asked.and_then(TimeDelta::try_seconds).unwrap_or_default();
    match error.is_retryable() {
        true => doubled.max(asked),
        false => MAX_BACKOFF.max(asked),
    }
}

fn announce(host: &dyn Host, account: &Account, changed_mail: bool) {
    let sync = json!({
        "accountId": account.id,
        "email": account.email,
        "status": account.status,
        "sync": account.sync_state,
    });
    host.emit(Event {
        kind: "mail:sync",
        user_id: account.user_id,
        payload: sync,
    });
    if changed_mail {
        let payload = json!({ "accountId": account.id });
        host.emit(Event {
            kind: "mail:messages",
            user_id: account.user_id,
            payload,
        });
    }
}
