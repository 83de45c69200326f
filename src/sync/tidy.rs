//! Forgetting what has outlived its use: hidden mails after their grace, old runs, entries of mails long gone.

use chrono::TimeDelta;
use serde_json::json;

use super::history;
use super::ledger::ItemState;
use crate::error::Result;
use crate::host::{Batch, Comparison, Filter, Host, Query};
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
        .fields(&["id"])
        .sort(&["id"])
        .limit(AT_ONCE);
    let hidden = host.find(query).await?;
    let hidden = hidden.iter().map(store::own_id).collect::<Result<Vec<i64>>>()?;
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
        // What has come back in the meantime stays.
        let these = Filter::is_in("id", hidden).and(over);
        batch = batch.delete(collections::MESSAGES, these);
    }
    store::commit(host, batch).await?;
    Ok(again)
}
