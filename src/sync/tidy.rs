//! Forgetting what has outlived its use: hidden mails after their grace, old runs, entries of mails long gone.

use chrono::TimeDelta;
use serde_json::json;

use super::history;
use super::ledger::{self, ItemState};
use crate::account::Reason;
use crate::error::Result;
use crate::host::{Batch, CommitOutcome, Comparison, Filter, Host, Query, Row};
use crate::store::{self, collections};

/// How long a hidden mail can come back with what its user has added to it.
pub const GRACE: TimeDelta = TimeDelta::days(7);
/// Records removed in one step.
const AT_ONCE: u64 = 500;

/// Removes what is over. Returns whether there is more of it.
///
/// # Errors
/// `storage_failed`.
pub async fn tidy(host: &dyn Host) -> Result<bool> {
    let now = host.now();
    let over = Filter::compare("deletedAt", Comparison::Less, json!(now - GRACE));
    let query = Query::new(collections::MESSAGES, over.clone())
        .fields(&["id", "accountId", "mailId", "deletedReason"])
        .sort(&["id"])
        .limit(AT_ONCE);
    let rows = host.find(query).await?;
    let hidden = rows.iter().map(store::own_id).collect::<Result<Vec<i64>>>()?;
    let old = Filter::compare("endedAt", Comparison::Less, json!(now - history::KEPT));
    let gone = Filter::eq("state", ItemState::Gone.as_str()).and(Filter::compare(
        "since",
        Comparison::Less,
        json!(now - GRACE),
    ));
    let mut batch = Batch::new()
        .delete(collections::RUNS, old)
        .delete(collections::LEDGER, gone);
    let again = hidden.len() as u64 == AT_ONCE;
    if !hidden.is_empty() {
        let left_out = rows.iter().filter_map(|row| left_out(host, row)).collect();
        // Something that has come back in the meantime stays, and its reason is over.
        let count = hidden.len() as u64;
        let these = Filter::is_in("id", hidden).and(over);
        batch = batch
            .upsert(collections::LEDGER, &ledger::KEY, left_out)
            .delete_exactly(collections::MESSAGES, these, count);
    }
    match host.commit(batch).await? {
        CommitOutcome::Committed => Ok(again),
        CommitOutcome::Conflict => Ok(true),
    }
}

/// The entry of a mail that is left out: the provider has it, and nobody misses it.
fn left_out(host: &dyn Host, row: &Row) -> Option<Row> {
    let reason = Reason::of(row, "deletedReason").filter(|reason| *reason != Reason::Gone)?;
    let account_id = row.get("accountId").and_then(store::id_of)?;
    Some(ledger::skipped(
        host,
        account_id,
        store::text(row, "mailId")?,
        reason,
    ))
}
