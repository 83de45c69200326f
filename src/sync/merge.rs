//! What a page says, brought together with what is stored.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::json;

use super::cursor::{MAILBOX_SCOPE, Progress, ScopeCursor};
use super::fetch::{self, LedgerRow};
use crate::account::Account;
use crate::error::{Error, ErrorCode, Result};
use crate::host::{Batch, Comparison, Filter, Host, Query, Row};
use crate::mail::record;
use crate::model::{Cursor, Message, Placement};
use crate::provider::{Change, FetchOutcome, Fetched, Listed};
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
    /// What was listed and is left for later, to keep within the provider's limits.
    pub(super) postponed: Vec<Listed>,
    /// How many seconds later.
    pub(super) wait: u64,
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
    page.is_listing = true;
    if skip_stored {
        let stored = stored_ids(host, account, page.listed.keys()).await?;
        page.listed.retain(|id, _| !stored.contains(id));
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
        let contested = std::mem::take(&mut page.contested);
        page.listed.extend(
            std::mem::take(&mut page.removed)
                .into_iter()
                .filter(|id| known.contains(id) || contested.contains(id))
                .map(|id| (id, None)),
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
    let listed = items.iter().map(|item| (item.mail_id.clone(), None)).collect();
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
    /// Messages to fetch, with their conversations where these are known.
    listed: BTreeMap<String, Option<String>>,
    messages: BTreeMap<String, Message>,
    placed: BTreeMap<String, Placement>,
    removed: BTreeSet<String>,
    broken: BTreeMap<String, Error>,
    attempts: BTreeMap<String, u32>,
    /// Removed from one place after they have been seen in another, perhaps.
    contested: BTreeSet<String>,
    /// Whether what can't be fetched now stays listed.
    is_listing: bool,
}

impl Sorted {
    fn from(changes: Vec<Change>) -> Self {
        let mut sorted = Self::default();
        for change in changes {
            match change {
                Change::Listed(Listed {
                    mail_id,
                    conversation_id,
                }) => {
                    sorted.forget(&mail_id);
                    sorted.listed.insert(mail_id, conversation_id);
                }
                Change::Message(message) => {
                    sorted.forget(&message.mail_id);
                    sorted.messages.insert(message.mail_id.clone(), *message);
                }
                Change::Placed(id, placement) => match sorted.messages.get_mut(&id) {
                    Some(message) => message.placement = placement,
                    // A mail that is fetched anyway comes with its newest placement.
                    None if sorted.listed.contains_key(&id) => {}
                    None => {
                        sorted.forget(&id);
                        sorted.placed.insert(id, placement);
                    }
                },
                Change::Removed(id) => {
                    if sorted.forget(&id) {
                        sorted.contested.insert(id.clone());
                    }
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

    /// Returns whether it was there.
    fn forget(&mut self, id: &str) -> bool {
        self.removed.remove(id);
        let was_listed = self.listed.remove(id).is_some();
        let was_placed = self.placed.remove(id).is_some();
        let was_sent = self.messages.remove(id).is_some() || self.broken.remove(id).is_some();
        was_listed || was_placed || was_sent
    }
}

impl Sorted {
    /// Whether the page has said something about the message.
    fn knows(&self, id: &str) -> bool {
        self.messages.contains_key(id)
            || self.placed.contains_key(id)
            || self.removed.contains(id)
            || self.broken.contains_key(id)
    }
}

async fn merge(
    host: &dyn Host,
    session: &Session,
    account: &Account,
    progress: &Progress,
    mut page: Sorted,
) -> Result<Merged> {
    let asked = std::mem::take(&mut page.listed);
    let mut postponed = Vec::new();
    let mut wait = 0;
    let mut came_along = BTreeSet::new();
    for Fetched { mail_id, outcome } in
        fetch::messages(session, account, progress, &asked, page.is_listing).await?
    {
        match outcome {
            FetchOutcome::Message(message) if !asked.contains_key(&mail_id) => {
                // The page's own word about it is at least as new.
                if !page.knows(&mail_id) {
                    came_along.insert(mail_id.clone());
                    page.messages.insert(mail_id, *message);
                }
            }
            FetchOutcome::Failed(error) if page.is_listing && error.code() == ErrorCode::RateLimited => {
                wait = wait.max(error.retry_after_seconds().unwrap_or(30)).max(1);
                let conversation_id = asked.get(&mail_id).cloned().flatten();
                postponed.push(Listed {
                    mail_id,
                    conversation_id,
                });
            }
            FetchOutcome::Message(message) => drop(page.messages.insert(mail_id, *message)),
            FetchOutcome::Gone => drop(page.removed.insert(mail_id)),
            FetchOutcome::Failed(error) => drop(page.broken.insert(mail_id, error)),
        }
    }
    let too_old = |message: &Message| account.sync_start_date.is_some_and(|start| message.date < start);
    let (old, mut wanted): (Vec<Message>, Vec<Message>) = page.messages.into_values().partition(too_old);
    let known = stored_ids(host, account, wanted.iter().map(|message| &message.mail_id)).await?;
    // What came along with its conversation is welcome where it is missing, and no news otherwise.
    wanted.retain(|message| !(came_along.contains(&message.mail_id) && known.contains(&message.mail_id)));
    let known: BTreeSet<String> = known.difference(&came_along).cloned().collect();

    let mut ledger: Vec<Row> = old
        .iter()
        .filter(|message| !came_along.contains(&message.mail_id))
        .map(|message| fetch::skipped(account, &message.mail_id, "older than the start date"))
        .collect();
    ledger.extend(page.broken.iter().map(|(id, error)| {
        let tries = u32::from(!error.is_postponed());
        let attempts = page.attempts.get(id).copied().unwrap_or(0) + tries;
        fetch::failing(host, account, id, attempts, error)
    }));
    let settled: Vec<&str> = wanted
        .iter()
        .map(|message| message.mail_id.as_str())
        .chain(page.removed.iter().map(String::as_str))
        .collect();
    let changed = !(wanted.is_empty() && page.placed.is_empty() && page.removed.is_empty());
    let stored = (wanted.len() - known.len()) as u64;

    let mut batch = messages(session, Batch::new(), account, &wanted, &known).await?;
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
        postponed,
        wait,
    })
}

/// New mails are inserted whole; of known ones, everything is replaced but what the user has added here.
async fn messages(
    session: &Session,
    mut batch: Batch,
    account: &Account,
    messages: &[Message],
    known: &BTreeSet<String>,
) -> Result<Batch> {
    let now = session.host().now();
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
        session.breathe().await;
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
