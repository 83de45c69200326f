//! Applying what a user leaves out: stored mails are hidden or shown again, a chunk of records at a step.

use std::collections::BTreeMap;

use serde_json::json;

use super::cursor::{EXCLUSIONS_SCOPE, ScopeCursor};
use super::known;
use crate::account::{Account, Reason, Tally};
use crate::error::Result;
use crate::host::{Batch, Comparison, Filter, Host, Query};
use crate::model::{BoxType, Cursor};
use crate::store::{self, collections};

/// Records looked at in one step.
const LOOKED_AT: u64 = 500;

/// What a step comes to.
pub(super) struct Applied {
    /// The records and the cursor.
    pub(super) batch: Batch,
    /// What became of mails.
    pub(super) tally: Tally,
}

/// Compares the next records with the account's exclusions.
pub(super) async fn step(host: &dyn Host, account: &Account, mut cursor: ScopeCursor) -> Result<Applied> {
    let page = cursor.page.as_ref();
    let after: i64 = page.and_then(|page| page.0.parse().ok()).unwrap_or(0);
    // What is written here and isn't at the provider yet stays as it is.
    let filter = Filter::eq("accountId", account.id)
        .and(Filter::compare("id", Comparison::Greater, after))
        .and(Filter::compare("mailId", Comparison::NotEqual, json!(null)));
    let query = Query::new(collections::MESSAGES, filter)
        .fields(&["id", "boxType", "folderIds", "from", "deletedAt", "deletedReason"])
        .sort(&["id"])
        .limit(LOOKED_AT);
    let rows = host.find(query).await?;

    let mut tally = Tally::default();
    let mut hidden: BTreeMap<&str, (Reason, Vec<i64>)> = BTreeMap::new();
    let mut shown: Vec<i64> = Vec::new();
    for row in &rows {
        let id = store::own_id(row)?;
        let is_hidden = row.get("deletedAt").is_some_and(|at| !at.is_null());
        let was = Reason::of(row, "deletedReason");
        let box_type = store::text(row, "boxType").and_then(BoxType::parse);
        let folder_ids = store::texts(row, "folderIds");
        let reason = box_type
            .and_then(|box_type| account.exclusions.of_place(box_type, &folder_ids))
            .or_else(|| account.exclusions.of_sender(store::text(row, "from")));
        match reason {
            Some(reason) if !is_hidden => {
                tally.skipped += 1;
                tally.hidden += 1;
                let of_reason = hidden
                    .entry(reason.as_str())
                    .or_insert_with(|| (reason, Vec::new()));
                of_reason.1.push(id);
            }
            None if is_hidden && was.is_some_and(|was| Reason::CHOSEN.contains(&was)) => {
                tally.created += 1;
                shown.push(id);
            }
            _ => {}
        }
    }
    let mut batch = Batch::new();
    for (reason, ids) in hidden.into_values() {
        let filter = Filter::is_in("id", ids);
        batch = batch.update(collections::MESSAGES, filter, known::hiding(host, reason));
    }
    if !shown.is_empty() {
        batch = batch.update(
            collections::MESSAGES,
            Filter::is_in("id", shown),
            known::showing(),
        );
    }
    let last = rows.last().filter(|_| rows.len() as u64 == LOOKED_AT);
    batch = match last {
        Some(last) => {
            cursor.page = Some(Cursor(store::own_id(last)?.to_string()));
            cursor.save(batch, account)?
        }
        None => batch.delete(
            collections::CURSORS,
            Filter::eq("accountId", account.id).and(Filter::eq("scope", EXCLUSIONS_SCOPE)),
        ),
    };
    Ok(Applied { batch, tally })
}
