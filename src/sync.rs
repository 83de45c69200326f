//! The sync engine: plan → fetch → merge → commit, in short resumable steps. No provider's name stands in here.
//!
//! A step takes the lease of one account, asks the provider for one page, and writes the page's records, the
//! ledger's rows and the cursor in one commit that holds only while the lease does. Whatever happens in between, the
//! next step goes on from what is in the database. Where a listing goes on, a step keeps the lease for the next one,
//! which reads its page while this one's is being written: the commits keep their order.

use std::cell::Cell;
use std::rc::Rc;

use chrono::{DateTime, TimeDelta, Utc};
use futures_util::future::join;
use serde_json::json;

use crate::account::{
    self, Account, AccountStatus, Pace, RunKind, SyncFailure, SyncPhase, SyncState, Tally, Traffic,
};
use crate::error::{Error, ErrorCode, Result};
use crate::host::{Batch, CommitOutcome, Comparison, Event, Filter, Host, LogLevel, Row, row};
use crate::mail::remote;
use crate::session::Session;
use crate::settings;
use crate::store::collections;

mod activity;
mod audit;
mod brake;
mod control;
mod cursor;
mod echo;
mod excluding;
mod explain;
mod fetch;
mod history;
mod known;
pub(crate) mod lease;
mod ledger;
mod merge;
mod outgoing;
mod overview;
mod plan;
mod sorted;
mod step;
mod tidy;
mod trail;
mod trouble;

pub use activity::seen;
pub use audit::{AuditState, Completeness};
pub use control::{exclude, folders, request_audit, resync, retry};
pub use explain::explain;
pub use history::{Stop, close as close_run, page as runs};
pub use ledger::ItemState;
pub(crate) use outgoing::hurry;
pub use overview::{counts, items};
pub use step::StepOutcome;
pub use tidy::{GRACE, tidy};
pub use trouble::unreadable;

/// The longest pause between two tries of an account that fails.
const MAX_BACKOFF: TimeDelta = TimeDelta::hours(1);

/// Runs one step for the account that is due longest. Returns whether another step is due already.
///
/// # Errors
/// Only what makes every account fail: the storage. What fails for one account is recorded in it.
pub async fn run(host: &Rc<dyn Host>) -> Result<bool> {
    // What people did goes out before anything is read.
    if let Some(account) = outgoing::next(host.as_ref()).await? {
        outgoing::run(host, &account).await?;
        return Ok(true);
    }
    let Some(mut account) = lease::next(host.as_ref()).await? else {
        return Ok(false);
    };
    let interval = TimeDelta::minutes(i64::from(settings::general(host.as_ref()).await?.sync_interval));
    match remote::session(host, &account).await {
        Ok(session) => work(host, &session.in_background(), &mut account, interval).await?,
        Err(error) => give_up(host, &account, &error, Traffic::default()).await?,
    }
    Ok(true)
}

/// Takes a step, and the next ones as long as a listing goes on: what one of them has found is written while the next
/// one reads.
async fn work(
    host: &Rc<dyn Host>,
    session: &Session,
    account: &mut Account,
    interval: TimeDelta,
) -> Result<()> {
    let mut recorded = Traffic::default();
    let mut stepped = step::run(host.as_ref(), session, account, interval).await;
    loop {
        let traffic = session.traffic().minus(recorded);
        recorded = session.traffic();
        let (outcome, ahead) = match stepped {
            Ok(stepped) => stepped,
            Err(error) => return give_up(host, account, &error, traffic).await,
        };
        let Some(mut ahead) = ahead else {
            // Where the lease was lost, whoever has it now repeats the step; and it is repeated after a conflict.
            let written = finish(host, account, outcome, traffic, interval, Lease::Released).await;
            return written.map(drop);
        };
        let before = account.clone();
        let pass_started_at = outcome.pass_started_at;
        let may_overtake = account.sync_state.work.missing == 0;
        let is_written = Cell::new(false);
        let write = async {
            let written = finish(host, account, outcome, traffic, interval, Lease::Kept).await;
            is_written.set(true);
            written
        };
        let read = async {
            ahead.arrival().await;
            let mut following = match may_overtake && ahead.only_adds() {
                true => Ok(step::go_on(host.as_ref(), session, &before, pass_started_at, ahead).await),
                false => Err(ahead),
            };
            if let Ok(Ok((_, Some(ahead)))) | Err(ahead) = &mut following {
                ahead.come_until(|| is_written.get()).await;
            }
            following
        };
        let (written, following) = join(write, read).await;
        if written? == CommitOutcome::Conflict {
            return Ok(());
        }
        stepped = match following {
            Ok(following) => following,
            Err(ahead) => step::go_on(host.as_ref(), session, account, pass_started_at, ahead).await,
        };
    }
}

/// Whether a commit leaves the account to whoever comes next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Lease {
    Released,
    Kept,
}

/// Commits what a step found, and when the account's next one is due.
async fn finish(
    host: &Rc<dyn Host>,
    account: &mut Account,
    outcome: StepOutcome,
    traffic: Traffic,
    interval: TimeDelta,
    lease: Lease,
) -> Result<CommitOutcome> {
    let now = host.now();
    let stored_mail = outcome.tally.changed_mail();
    let mut batch = Batch::new();
    let mut state = account.sync_state.clone();
    if account.lease_until.is_some() {
        // Whoever had the account before is gone.
        batch = history::close(batch, account.id, &mut state, Stop::LeaseLost, now);
    }
    history::add(&mut state, outcome.kind, outcome.tally, traffic, now);
    state = next_state(state, &outcome, now);
    if outcome.pass_ended {
        batch = history::close(batch, account.id, &mut state, Stop::Done, now);
    }
    let next = match outcome.pass_ended {
        true => now + activity::pause(account, &state, interval, now),
        false => outcome.resumes_at.unwrap_or(now),
    };
    let mut values = account.status_columns(AccountStatus::Ready, None, now);
    values.extend(row([
        ("syncState", json!(state)),
        ("nextSyncAt", json!(next)),
        (
            "leaseUntil",
            json!((lease == Lease::Kept).then(|| lease::end(now))),
        ),
    ]));
    if let Some(audit) = &outcome.audit {
        values.insert("audit".to_owned(), json!(audit));
    }
    let batch = outcome.batch.followed_by(batch);
    // A pass answers what was asked for before it began. What was asked since doesn't wait for the interval.
    let requested = |comparison| {
        let at = Filter::compare("syncRequestedAt", comparison, json!(outcome.pass_started_at));
        Filter::eq("id", account.id).and(at)
    };
    let mut batch = batch.swap(collections::ACCOUNTS, lease::held(account), values);
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
        let (id, repeated) = (account.id, "what it read had changed, or the lease was lost");
        host.log(
            LogLevel::Warn,
            &format!("account {id}: a step is repeated: {repeated}"),
        );
        // Where the lease is held still, it is its user who was faster, and nobody has to wait for its end.
        release(
            host.as_ref(),
            account,
            outcome.after_conflict,
            row([("nextSyncAt", json!(now))]),
        )
        .await?;
        return Ok(CommitOutcome::Conflict);
    }
    account.sync_state = state;
    account.status = AccountStatus::Ready;
    account.lease_until = None;
    announce(host.as_ref(), account, stored_mail);
    Ok(CommitOutcome::Committed)
}

fn next_state(mut state: SyncState, outcome: &StepOutcome, now: DateTime<Utc>) -> SyncState {
    let tally = outcome.tally;
    // What people and sending do to records isn't in the tally of a step: the end of a pass counts.
    let reckoned = (state.stored + tally.created).saturating_sub(tally.removed + tally.hidden);
    state.stored = outcome.stored.unwrap_or(reckoned);
    state.total = outcome.total.or(state.total).map(|total| total.max(state.stored));
    if outcome.is_counted {
        state.is_counted = true;
        state.is_estimate = outcome.is_estimate;
    }
    state.last_error = None;
    state.failures = 0;
    state.work.missing = outcome.missing;
    state.work.unconfirmed += outcome.unconfirmed;
    state.pass_started_at = Some(outcome.pass_started_at).filter(|_| !outcome.pass_ended);
    if outcome.pass_ended {
        state.last_run_at = Some(now);
        if state.is_estimate {
            state.total = Some(state.stored);
            state.is_estimate = false;
        }
        state.done = true;
        state.unreadable.clone_from(&outcome.unreadable);
        state.phase = SyncPhase::Incremental;
        state.work.unconfirmed = 0;
    }
    state.work.pace = match state.done {
        true => Pace::default(),
        false => state.work.pace.after(state.stored, state.total, now),
    };
    state
}

/// Records a step that came to nothing.
async fn give_up(host: &Rc<dyn Host>, account: &Account, error: &Error, traffic: Traffic) -> Result<()> {
    // The first complaint that names a time is no failure; one that follows it has to be looked at.
    let is_complaint = error.code() == ErrorCode::RateLimited && error.retry_after_seconds().is_some();
    let is_first = is_complaint && account.sync_state.failures == 0;
    match error.is_postponed() || is_first {
        true => postpone(host.as_ref(), account, error, traffic).await,
        false => fail(host, account, error, traffic).await,
    }
}

/// Puts the account off: the provider's limits leave nothing to do for now, and nothing has failed.
async fn postpone(host: &dyn Host, account: &Account, error: &Error, traffic: Traffic) -> Result<()> {
    let seconds = i64::try_from(error.retry_after_seconds().unwrap_or(1)).unwrap_or(i64::MAX);
    let wait = TimeDelta::try_seconds(seconds)
        .unwrap_or(MAX_BACKOFF)
        .min(MAX_BACKOFF);
    let now = host.now();
    let mut state = account.sync_state.clone();
    state.failures += u32::from(!error.is_postponed());
    history::add(&mut state, RunKind::Incremental, Tally::default(), traffic, now);
    let values = row([("syncState", json!(state)), ("nextSyncAt", json!(now + wait))]);
    release(host, account, Batch::new(), values).await
}

/// Records why a step failed, and when to try again.
async fn fail(host: &Rc<dyn Host>, account: &Account, error: &Error, traffic: Traffic) -> Result<()> {
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
    let kind = match state.done {
        true => RunKind::Incremental,
        false => RunKind::First,
    };
    history::add(&mut state, kind, Tally::default(), traffic, now);
    let batch = history::close(Batch::new(), account.id, &mut state, Stop::Failed(error), now);
    let next = now + backoff(error, state.failures);
    let mut values = account.status_columns(AccountStatus::Failing, Some(error), now);
    values.extend(row([
        ("syncState", json!(state)),
        ("nextSyncAt", json!(next)),
        ("syncRequestedAt", json!(null)),
    ]));
    // Where the grant is dead the account is marked so already, which this leaves as it is.
    release(host.as_ref(), account, batch, values).await?;
    match account::by_id(host.as_ref(), account.id).await {
        Ok(stored) => announce(host.as_ref(), &stored, false),
        Err(error) if error.code() == ErrorCode::NotFound => {}
        Err(error) => return Err(error),
    }
    Ok(())
}

async fn release(host: &dyn Host, account: &Account, batch: Batch, mut values: Row) -> Result<()> {
    values.insert("leaseUntil".to_owned(), json!(null));
    // A lost lease is no conflict here: whoever took it over, or stopped the account, records what happens next.
    let _ = host
        .commit(batch.swap(collections::ACCOUNTS, lease::held(account), values))
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
    match (error.is_postponed(), error.is_retryable()) {
        // Nothing was tried: it is as soon as the provider has said.
        (true, _) => asked.max(TimeDelta::seconds(1)),
        (false, true) => doubled.max(asked),
        (false, false) => MAX_BACKOFF.max(asked),
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
