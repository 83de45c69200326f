//! Leases: at any time one step works on a mail, whichever node runs it.

use chrono::{DateTime, TimeDelta, Utc};
use serde_json::json;

use super::{Entry, State, bulk, entry};
use crate::error::Result;
use crate::host::{Batch, CommitOutcome, Comparison, Filter, Host, Query, row};
use crate::store::collections;

/// Longer than two requests take; renewed with every piece of work that is written down.
pub(super) const LIFE: TimeDelta = TimeDelta::minutes(3);

/// What was found to do.
pub(super) enum Next {
    /// A mail, whose lease is taken.
    Taken(Box<Entry>),
    /// A mail that somebody else has just taken: perhaps there is another one.
    Contended,
    /// Nothing is due.
    None,
}

/// Takes the lease of the mail that is due longest.
pub(super) async fn next(host: &dyn Host) -> Result<Next> {
    let now = host.now();
    // What was taken back is due where it has left a draft behind.
    let moving = [
        State::Queued,
        State::Sending,
        State::Accepted,
        State::Cancelled,
        State::Bulk,
    ];
    let due = Filter::is_in("state", moving.map(State::as_str))
        .and(Filter::compare("notBefore", Comparison::LessOrEqual, json!(now)))
        .and(free(now));
    let query = Query::new(collections::OUTBOX, due).sort(&["notBefore", "id"]);
    let Some(mut entry) = entry::first(host, query).await? else {
        return Ok(Next::None);
    };
    let unchanged = held(&entry)
        .and(Filter::eq("state", entry.state.as_str()))
        .and(free(now));
    let begins = entry.state == State::Queued;
    if begins {
        entry.state = State::Sending;
        entry.since = Some(now);
    }
    entry.lease_number += 1;
    entry.leased_at = now;
    let values = row([
        ("state", json!(entry.state)),
        ("since", json!(entry.since)),
        ("leaseNumber", json!(entry.lease_number)),
        ("leaseUntil", json!(now + LIFE)),
    ]);
    let mut batch = Batch::new();
    if begins {
        batch = bulk::follow(batch, &entry, &values);
    }
    let batch = batch.swap(collections::OUTBOX, unchanged, values);
    Ok(match host.commit(batch).await? {
        CommitOutcome::Committed => Next::Taken(Box::new(entry)),
        CommitOutcome::Conflict => Next::Contended,
    })
}

/// The condition under which a step may write: nobody has taken the lease since.
pub(super) fn held(entry: &Entry) -> Filter {
    Filter::eq("id", entry.id).and(Filter::eq("leaseNumber", entry.lease_number))
}

fn free(now: DateTime<Utc>) -> Filter {
    Filter::Or(vec![
        Filter::eq("leaseUntil", json!(null)),
        Filter::compare("leaseUntil", Comparison::Less, json!(now)),
    ])
}
