//! The history of runs: what each did, what it cost and why it stopped.
//!
//! The run in hand is committed with every step; when it stops it becomes a row. Runs in a row that change nothing
//! share one row, so that what happened isn't pushed out by what didn't.

use chrono::{DateTime, TimeDelta, Utc};
use serde_json::json;

use crate::account::{Account, Quiet, Run, RunKind, SyncState, Tally, Traffic};
use crate::error::{Error, Result};
use crate::host::{Batch, Comparison, Filter, Host, Query, Row, row};
use crate::store::{self, collections};

/// How many rows an account keeps.
const MOST: i64 = 200;
/// The columns that count.
const COUNTS: [&str; 9] = [
    "number", "created", "changed", "removed", "skipped", "failed", "requests", "units", "bytes",
];
/// How long a row is kept.
pub(super) const KEPT: TimeDelta = TimeDelta::days(30);

/// Why a run stopped.
#[derive(Clone, Copy, Debug)]
pub enum Stop<'a> {
    /// Everything is done.
    Done,
    /// A step failed; the next run goes on.
    Failed(&'a Error),
    /// Whoever worked on it is gone; the next run goes on.
    LeaseLost,
    /// Its user has paused the account.
    Paused,
    /// Its user has asked for something else.
    Restarted,
}

impl Stop<'_> {
    fn code(&self) -> &'static str {
        match self {
            Self::Done => "done",
            Self::Failed(error) => error.code().as_str(),
            Self::LeaseLost => "lease_lost",
            Self::Paused => "paused",
            Self::Restarted => "restarted",
        }
    }

    fn message(&self) -> Option<&str> {
        match self {
            Self::Failed(error) => Some(error.message()),
            Self::Done | Self::LeaseLost | Self::Paused | Self::Restarted => None,
        }
    }
}

/// Adds what a step did to the run in hand, or begins one.
pub(super) fn add(state: &mut SyncState, kind: RunKind, tally: Tally, traffic: Traffic, now: DateTime<Utc>) {
    let run = state.work.run.get_or_insert_with(|| Run {
        started_at: now,
        kind,
        tally: Tally::default(),
        traffic: Traffic::default(),
    });
    run.kind = run.kind.max(kind);
    run.tally = run.tally.plus(tally);
    run.traffic = run.traffic.plus(traffic);
}

/// Makes the run in hand a row, where there is one.
pub fn close(
    batch: Batch,
    account_id: i64,
    state: &mut SyncState,
    stop: Stop<'_>,
    now: DateTime<Utc>,
) -> Batch {
    let Some(run) = state.work.run.take() else {
        return batch;
    };
    let work = &mut state.work;
    let is_quiet =
        run.tally == Tally::default() && run.kind == RunKind::Incremental && matches!(stop, Stop::Done);
    let quiet = work.quiet.take().filter(|_| is_quiet).unwrap_or_else(|| {
        work.number += 1;
        Quiet {
            started_at: run.started_at,
            passes: 0,
            traffic: Traffic::default(),
        }
    });
    let quiet = Quiet {
        passes: quiet.passes + 1,
        traffic: quiet.traffic.plus(run.traffic),
        ..quiet
    };
    work.quiet = is_quiet.then_some(quiet);
    let columns = row([
        ("accountId", json!(account_id)),
        ("number", json!(work.number)),
        ("kind", json!(run.kind)),
        ("startedAt", json!(quiet.started_at)),
        ("endedAt", json!(now)),
        ("passes", json!(quiet.passes)),
        ("created", json!(run.tally.created)),
        ("changed", json!(run.tally.changed)),
        ("removed", json!(run.tally.removed)),
        ("skipped", json!(run.tally.skipped)),
        ("failed", json!(run.tally.failed)),
        ("requests", json!(quiet.traffic.requests)),
        ("units", json!(quiet.traffic.units)),
        ("bytes", json!(quiet.traffic.bytes)),
        ("stop", json!(stop.code())),
        ("message", json!(stop.message())),
    ]);
    let old = Filter::eq("accountId", account_id).and(Filter::compare(
        "number",
        Comparison::LessOrEqual,
        work.number - MOST,
    ));
    batch
        .upsert(collections::RUNS, &["accountId", "number"], vec![columns])
        .delete(collections::RUNS, old)
}

/// How many runs in a row have found nothing.
pub(super) fn quiet_passes(state: &SyncState) -> u32 {
    state.work.quiet.map_or(0, |quiet| quiet.passes)
}

/// A page of an account's runs, the newest first, and how many rows there are.
///
/// # Errors
/// `storage_failed`.
pub async fn page(host: &dyn Host, account: &Account, page: u64, size: u64) -> Result<(Vec<Row>, u64)> {
    let own = || Filter::eq("accountId", account.id);
    let count = host.count(collections::RUNS, own()).await?;
    let query = Query::new(collections::RUNS, own())
        .sort(&["-number"])
        .limit(size)
        .offset(page.saturating_sub(1).saturating_mul(size));
    let mut rows = host.find(query).await?;
    for row in &mut rows {
        row.retain(|column, _| !matches!(column.as_str(), "accountId" | "createdAt" | "updatedAt"));
        // Databases' drivers give numbers of 64 bits as their digits.
        for count in COUNTS {
            let number = row.get(count).and_then(store::id_of);
            row.insert(count.to_owned(), json!(number.unwrap_or(0)));
        }
    }
    Ok((rows, count))
}
