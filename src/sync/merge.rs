//! What a page says, brought together with what is stored.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Utc};
use serde_json::json;

use super::cursor::{MAILBOX_SCOPE, Progress, ScopeCursor};
use super::fetch::{self, LedgerRow};
use crate::account::Account;
use crate::error::{Error, Result};
use crate::host::{Batch, Comparison, Filter, Host, Query, Row};
use crate::mail::record;
use crate::model::{Cursor, Message, Placement};
use crate::provider::{Change, FetchOutcome, Fetched};
use crate::session::Session;
use crate::store::{self, collections};

/// The records that follow from a page.
#[derive(Default)]
pub(super) struct Merged {
    /// What to write.
    pub(super) batch: Batch,
    /// How many mails are new.
    pub(super) stored: u64,
    /// Whether any record of a mail changes.
    pub(super) changed: bool,
}

/// A page of what is there. In a first listing (`skip_stored`), stored mails aren't fetched a second time.
pub(super) async fn listed(
    host: &dyn Host,
    session: &Session,
    account: &Account,
    progress: &Progress,
    changes: Vec<Change>,
    skip_stored: bool,
) -> Result<Merged> {
    let mut page = Sorted::from(changes);
    if skip_stored {
        let stored = stored_ids(host, account, page.listed.iter()).await?;
        page.listed.retain(|id| !stored.contains(id));
    }
    merge(host, session, account, progress, page).await
}

/// A page of changes.
pub(super) async fn changed(
    host: &dyn Host,
    session: &Session,
    account: &Account,
    progress: &Progress,
    changes: Vec<Change>,
) -> Result<Merged> {
    let mut page = Sorted::from(changes);
    if !account.provider.mail().capabilities().removal_is_final {
        // "Removed" may mean moved: only the mail itself can tell.
        let known = stored_ids(host, account, page.removed.iter()).await?;
        page.listed.extend(
            std::mem::take(&mut page.removed)
                .into_iter()
                .filter(|id| known.contains(id)),
        );
    }
    merge(host, session, account, progress, page).await
}

/// Items that are tried again.
pub(super) async fn refetched(
    host: &dyn Host,
    session: &Session,
    account: &Account,
    progress: &Progress,
    items: Vec<LedgerRow>,
) -> Result<Merged> {
    let listed = items.iter().map(|item| item.mail_id.clone()).collect();
    let attempts = items
        .into_iter()
        .map(|item| (item.mail_id, item.attempts))
        .collect();
    merge(
        host,
        session,
        account,
        progress,
        Sorted {
            listed,
            attempts,
            ..Sorted::default()
        },
    )
    .await
}

/// The last word of a page about each message, by what has to be done.
#[derive(Default)]
struct Sorted {
    listed: BTreeSet<String>,
    messages: BTreeMap<String, Message>,
    placed: BTreeMap<String, Placement>,
    removed: BTreeSet<String>,
    broken: BTreeMap<String, Error>,
    attempts: BTreeMap<String, u32>,
}

impl Sorted {
    fn from(changes: Vec<Change>) -> Self {
        let mut sorted = Self::default();
        for change in changes {
            match change {
                Change::Listed(id) => {
                    sorted.forget(&id);
                    sorted.listed.insert(id);
                }
                Change::Message(message) => {
                    sorted.forget(&message.mail_id);
                    sorted.messages.insert(message.mail_id.clone(), *message);
                }
                Change::Placed(id, placement) => match sorted.messages.get_mut(&id) {
                    Some(message) => message.placement = placement,
                    // A mail that is fetched anyway comes with its newest placement.
                    None if sorted.listed.contains(&id) => {}
                    None => {
                        sorted.forget(&id);
                        sorted.placed.insert(id, placement);
                    }
                },
                Change::Removed(id) => {
                    sorted.forget(&id);
                    sorted.removed.insert(id);
                }
                Change::Broken(id, error) => {
                    sorted.forget(&id);
                    sorted.broken.insert(id, error);
                }
            }
        }
        sorted
    }

    fn forget(&mut self, id: &str) {
        self.listed.remove(id);
        self.messages.remove(id);
        self.placed.remove(id);
        self.removed.remove(id);
        self.broken.remove(id);
    }
}

async fn merge(
    host: &dyn Host,
    session: &Session,
    account: &Account,
    progress: &Progress,
    mut page: Sorted,
) -> Result<Merged> {
    let ids: Vec<String> = page.listed.into_iter().collect();
    for Fetched { mail_id, outcome } in fetch::messages(session, account, progress, &ids).await? {
        match outcome {
            FetchOutcome::Message(message) => drop(page.messages.insert(mail_id, *message)),
            FetchOutcome::Gone => drop(page.removed.insert(mail_id)),
            FetchOutcome::Failed(error) => drop(page.broken.insert(mail_id, error)),
        }
    }
    let too_old = |message: &Message| account.sync_start_date.is_some_and(|start| message.date < start);
    let (old, wanted): (Vec<Message>, Vec<Message>) = page.messages.into_values().partition(too_old);
    let known = stored_ids(host, account, wanted.iter().map(|message| &message.mail_id)).await?;

    let mut ledger: Vec<Row> = old
        .iter()
        .map(|message| fetch::skipped(account, &message.mail_id, "older than the start date"))
        .collect();
    ledger.extend(page.broken.iter().map(|(id, error)| {
        let attempts = page.attempts.get(id).copied().unwrap_or(0) + 1;
        fetch::failing(host, account, id, attempts, error)
    }));
    let settled: Vec<&str> = wanted
        .iter()
        .map(|message| message.mail_id.as_str())
        .chain(page.removed.iter().map(String::as_str))
        .collect();
    let changed = !(wanted.is_empty() && page.placed.is_empty() && page.removed.is_empty());
    let stored = (wanted.len() - known.len()) as u64;

    let mut batch = messages(Batch::new(), account, &wanted, &known, host.now())?;
    for (id, placement) in &page.placed {
        batch = batch.update(
            collections::MESSAGES,
            one(account, id),
            record::placement_columns(placement)?,
        );
    }
    if !page.removed.is_empty() {
        batch = batch.delete(
            collections::MESSAGES,
            several(account, page.removed.iter().map(String::as_str)),
        );
    }
    if !settled.is_empty() {
        batch = batch.delete(collections::LEDGER, several(account, settled.into_iter()));
    }
    batch = batch.upsert(collections::LEDGER, &["accountId", "mailId"], ledger);
    Ok(Merged {
        batch,
        stored,
        changed,
    })
}

/// New mails are inserted whole; of known ones, everything is replaced but what the user has added here.
fn messages(
    mut batch: Batch,
    account: &Account,
    messages: &[Message],
    known: &BTreeSet<String>,
    now: DateTime<Utc>,
) -> Result<Batch> {
    let mut new = Vec::new();
    let mut seen = Vec::new();
    for message in messages {
        let mut columns = record::columns(account, message)?;
        columns.insert("syncedAt".to_owned(), json!(now));
        if known.contains(&message.mail_id) {
            columns.remove("isTodo");
            seen.push(columns);
        } else {
            new.push(columns);
        }
    }
    batch = batch.upsert(collections::MESSAGES, &["accountId", "mailId"], new);
    Ok(batch.upsert(collections::MESSAGES, &["accountId", "mailId"], seen))
}

/// Stored mails of a scope that a new listing has not shown, and where to go on.
pub(super) struct Unseen {
    pub(super) mail_ids: Vec<String>,
    pub(super) next: Option<Cursor>,
}

/// Reads the next stored mails that were not seen since the scope's new listing began.
pub(super) async fn unseen(host: &dyn Host, account: &Account, cursor: &ScopeCursor) -> Result<Unseen> {
    /// Records looked at in one step; at worst all of them are fetched.
    const LOOKED_AT: u64 = 100;
    #[derive(serde::Deserialize)]
    #[serde(rename_all = "camelCase")]
    struct Stored {
        #[serde(deserialize_with = "store::id_from")]
        id: i64,
        mail_id: String,
        #[serde(default, deserialize_with = "store::or_default")]
        folder_ids: Vec<String>,
    }
    let after: i64 = cursor
        .page
        .as_ref()
        .and_then(|page| page.0.parse().ok())
        .unwrap_or(0);
    let not_seen = Filter::Or(vec![
        Filter::eq("syncedAt", json!(null)),
        Filter::compare("syncedAt", Comparison::Less, json!(cursor.relisted_from)),
    ]);
    let filter = Filter::eq("accountId", account.id)
        .and(Filter::compare("id", Comparison::Greater, after))
        .and(not_seen);
    let query = Query::new(collections::MESSAGES, filter)
        .fields(&["id", "mailId", "folderIds"])
        .sort(&["id"])
        .limit(LOOKED_AT);
    let rows: Vec<Stored> = store::find(host, query).await?;
    let in_scope = |row: &Stored| cursor.scope == MAILBOX_SCOPE || row.folder_ids.contains(&cursor.scope);
    Ok(Unseen {
        next: rows.last().map(|row| Cursor(row.id.to_string())),
        mail_ids: rows.into_iter().filter(in_scope).map(|row| row.mail_id).collect(),
    })
}

/// Which of these ids are stored.
async fn stored_ids<'a>(
    host: &dyn Host,
    account: &Account,
    ids: impl Iterator<Item = &'a String>,
) -> Result<BTreeSet<String>> {
    let wanted: Vec<&str> = ids.map(String::as_str).collect();
    if wanted.is_empty() {
        return Ok(BTreeSet::new());
    }
    let query = Query::new(collections::MESSAGES, several(account, wanted.into_iter())).fields(&["mailId"]);
    #[derive(serde::Deserialize)]
    #[serde(rename_all = "camelCase")]
    struct Stored {
        mail_id: String,
    }
    let rows: Vec<Stored> = store::find(host, query).await?;
    Ok(rows.into_iter().map(|row| row.mail_id).collect())
}

fn one(account: &Account, mail_id: &str) -> Filter {
    Filter::eq("accountId", account.id).and(Filter::eq("mailId", mail_id))
}

fn several<'a>(account: &Account, mail_ids: impl Iterator<Item = &'a str>) -> Filter {
    Filter::eq("accountId", account.id).and(Filter::is_in("mailId", mail_ids))
}
