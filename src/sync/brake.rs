//! The brake on removal: what many mails at once are said to be, each has to be.
//!
//! In one pass, a few mails are removed on the provider's word. From there on, and for everything that a new listing
//! has not shown, the provider is asked for each mail by its id. A mail is removed when it is absent then, and even so
//! it is only hidden until its grace ends.

use serde_json::json;

use super::cursor::{MAILBOX_SCOPE, ScopeCursor};
use super::known;
use super::ledger::{self, ItemState};
use crate::account::{Account, Reason};
use crate::error::Result;
use crate::host::{Batch, Comparison, Filter, Host, Query, Row};
use crate::model::Cursor;
use crate::store::{self, collections};

/// So many mails may be removed in a pass in any mailbox.
const FEW: u64 = 20;
/// And one of so many.
const SHARE: u64 = 20;
/// Records looked at in one step.
const LOOKED_AT: u64 = 500;

/// Whether `count` more mails may be removed in this pass without asking for each.
pub(super) async fn allows(host: &dyn Host, account: &Account, count: u64) -> Result<bool> {
    let after = account.sync_state.work.unconfirmed + count;
    if count == 0 || after <= FEW {
        return Ok(true);
    }
    let shown = host.count(collections::MESSAGES, known::shown(account)).await?;
    // What this pass has removed already belonged to the mailbox when it began.
    let whole = shown + account.sync_state.work.unconfirmed;
    Ok(after <= FEW.max(whole / SHARE))
}

/// The entry of a mail that has to be confirmed.
pub(super) fn missing(host: &dyn Host, account: &Account, mail_id: &str) -> Row {
    ledger::entry(
        host,
        account.id,
        mail_id,
        ItemState::Missing,
        Reason::Gone.as_str(),
    )
}

/// Stored mails of a scope that a new listing has not shown, to be confirmed.
pub(super) struct Unseen {
    /// Their entries.
    pub(super) batch: Batch,
    /// How many there are.
    pub(super) count: u64,
    /// The record to go on after; none at the end.
    pub(super) next: Option<Cursor>,
}

/// Reads the next stored mails that were not seen since the scope's new listing began.
pub(super) async fn unseen(host: &dyn Host, account: &Account, cursor: &ScopeCursor) -> Result<Unseen> {
    let since = json!(cursor.relisted_from);
    let before = |column: &str| {
        Filter::Or(vec![
            Filter::eq(column, json!(null)),
            Filter::compare(column, Comparison::Less, since.clone()),
        ])
    };
    // Neither read again nor met in a list.
    let not_seen = before("syncedAt").and(before("auditedAt"));
    let in_scope = |folders: &[String]| cursor.scope == MAILBOX_SCOPE || folders.contains(&cursor.scope);
    scan(host, account, not_seen, cursor.page.as_ref(), in_scope).await
}

/// Reads the next shown mails that match, in the order of their records, and calls those of them missing that
/// `is_meant` by their folders.
pub(super) async fn scan(
    host: &dyn Host,
    account: &Account,
    filter: Filter,
    page: Option<&Cursor>,
    is_meant: impl Fn(&[String]) -> bool,
) -> Result<Unseen> {
    let (rows, next) = records(host, known::shown(account).and(filter), page).await?;
    let entries: Vec<Row> = rows
        .iter()
        .filter(|row| is_meant(&store::texts(row, "folderIds")))
        .filter_map(|row| store::text(row, "mailId"))
        .map(|id| missing(host, account, id))
        .collect();
    Ok(Unseen {
        count: entries.len() as u64,
        batch: Batch::new().upsert(collections::LEDGER, &ledger::KEY, entries),
        next,
    })
}

/// The next records that match, in their order, and the one to go on after.
pub(super) async fn records(
    host: &dyn Host,
    filter: Filter,
    page: Option<&Cursor>,
) -> Result<(Vec<Row>, Option<Cursor>)> {
    let after: i64 = page.and_then(|page| page.0.parse().ok()).unwrap_or(0);
    let filter = filter.and(Filter::compare("id", Comparison::Greater, after));
    let query = Query::new(collections::MESSAGES, filter)
        .fields(&["id", "mailId", "folderIds"])
        .sort(&["id"])
        .limit(LOOKED_AT);
    let rows = host.find(query).await?;
    let last = rows.last().filter(|_| rows.len() as u64 == LOOKED_AT);
    let next = last.map(store::own_id).transpose()?;
    Ok((rows, next.map(|id| Cursor(id.to_string()))))
}
