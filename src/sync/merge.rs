//! What a page says, brought together with what is stored.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::json;

use super::brake;
use super::cursor::{Progress, ScopeCursor};
use super::echo::{self, Settled};
use super::fetch;
use super::known::{self, Known};
use super::ledger::{self, ItemState, LedgerRow};
use super::sorted::Sorted;
use crate::account::{Account, Reason, Tally};
use crate::error::Result;
use crate::host::{Batch, Filter, Host, Row};
use crate::mail::record;
use crate::model::{Message, Placement};
use crate::provider::{Change, CursorScope, Listed};
use crate::session::Session;
use crate::store::collections;

/// The records that follow from a page.
#[derive(Default)]
pub(super) struct Merged {
    /// What to write.
    pub(super) batch: Batch,
    /// What becomes of mails.
    pub(super) tally: Tally,
    /// How many mails are removed on the provider's word alone.
    pub(super) unconfirmed: u64,
    /// How many mails have to be confirmed before they are removed.
    pub(super) missing: u64,
    /// What was listed and is left for later, to keep within the provider's limits.
    pub(super) postponed: Vec<Listed>,
    /// How many seconds later.
    pub(super) wait: u64,
    /// The mails whose records are written whole.
    pub(super) written: BTreeSet<String>,
    /// The folders that weren't begun and have mail already.
    pub(super) early: BTreeSet<String>,
}

/// What a page is brought together with.
#[derive(Clone, Copy)]
pub(super) struct Merge<'a> {
    pub(super) host: &'a dyn Host,
    pub(super) session: &'a Session,
    pub(super) account: &'a Account,
    pub(super) progress: &'a Progress,
    /// What is about to be stored: the pages before this one are on their way to the database.
    pub(super) under_way: &'a BTreeSet<String>,
}

impl Merge<'_> {
    /// What a page of what is there lists, fetched. In a first listing (`skip_stored`), stored mails aren't fetched a
    /// second time.
    pub(super) async fn ask(self, changes: Vec<Change>, skip_stored: bool) -> Result<Sorted> {
        let mut page = Sorted::from(changes);
        page.is_listing = true;
        if skip_stored {
            let stored = self.stored(page.listed.keys()).await?;
            // What was called gone and is listed has come back.
            page.listed.retain(|id, _| {
                stored
                    .get(id)
                    .is_none_or(|known| *known == Known::Hidden(Reason::Gone))
            });
            let entries = ledger::states(self.host, self.account, page.listed.keys().collect()).await?;
            page.listed
                .retain(|id, _| entries.get(id) != Some(&ItemState::Skipped));
        }
        self.fetched(page).await
    }

    /// A page of changes.
    pub(super) async fn changed(self, changes: Vec<Change>) -> Result<Merged> {
        let mut page = Sorted::from(changes);
        if !self.account.provider.mail().capabilities().removal_is_final {
            // "Removed" may mean moved: only the mail itself can tell.
            let stored = self.stored(page.removed.iter()).await?;
            let contested = std::mem::take(&mut page.contested);
            page.listed.extend(
                std::mem::take(&mut page.removed)
                    .into_iter()
                    .filter(|id| stored.contains_key(id) || contested.contains(id))
                    .map(|id| (id, None)),
            );
        }
        self.page(page).await
    }

    /// Items that are asked for by their ids.
    pub(super) async fn refetched(self, items: Vec<LedgerRow>) -> Result<Merged> {
        self.page(Sorted::from(items)).await
    }

    async fn page(self, page: Sorted) -> Result<Merged> {
        self.merged(self.fetched(page).await?).await
    }

    /// The page with what it only lists.
    async fn fetched(self, mut page: Sorted) -> Result<Sorted> {
        self.look_for_what_is_wanted_now(&mut page).await?;
        let asked = std::mem::take(&mut page.listed);
        let fetched =
            fetch::messages(self.session, self.account, self.progress, &asked, page.is_listing).await?;
        page.answer(&asked, fetched);
        Ok(page)
    }

    /// How these mails are stored, or will be in a moment.
    async fn stored(self, ids: impl Iterator<Item = &String>) -> Result<BTreeMap<String, Known>> {
        let ids: Vec<&String> = ids.collect();
        let mut stored = known::stored(self.host, self.account, ids.clone()).await?;
        let under_way = ids.into_iter().filter(|id| self.under_way.contains(*id));
        stored.extend(under_way.map(|id| (id.clone(), Known::Shown)));
        Ok(stored)
    }

    /// The records of a page that is complete.
    pub(super) async fn merged(self, mut page: Sorted) -> Result<Merged> {
        let Self { host, account, .. } = self;
        // What came along with its conversation is welcome where it is missing, and no news otherwise.
        let came_along = self.stored(page.came_along.iter()).await?;
        page.messages.retain(|id, _| !came_along.contains_key(id));
        let folders = &self.progress.folders;
        let settled_here = echo::settle(host, account, folders, &mut page.messages, &mut page.placed).await?;
        let known = self.stored(page.ids()).await?;

        let mut writing = Writing {
            host,
            account,
            known: &known,
            settled_here: &settled_here,
            merged: Merged {
                batch: settled_here.note(Batch::new(), account),
                ..Merged::default()
            },
            ledger: Vec::new(),
            settled: BTreeSet::new(),
            folders: BTreeSet::new(),
        };
        for (id, error) in &page.broken {
            let tries = u32::from(!error.is_postponed());
            let attempts = page.attempts.get(id).copied().unwrap_or(0) + tries;
            writing.merged.tally.failed += u64::from(tries);
            writing
                .ledger
                .push(ledger::failing(host, account, id, attempts, error));
        }
        writing
            .messages(self.session, page.messages, &page.came_along)
            .await?;
        writing.placed(&page.placed)?;
        writing.gone(page.gone);
        writing.removed(page.removed).await?;
        let early = std::mem::take(&mut writing.folders);
        let mut merged = Merged {
            postponed: page.postponed,
            wait: page.wait,
            ..writing.finish()
        };
        merged.early = self.early(early);
        for id in &merged.early {
            let cursor = ScopeCursor::new(id).relisting(None, self.host.now());
            merged.batch = cursor.save(merged.batch, self.account)?;
        }
        Ok(merged)
    }

    /// Mail may stand in a folder that was not begun, because the feed of another one has told where it went. Should it
    /// be gone by the time the folder is listed, nothing tells so: what that listing doesn't show is then asked for.
    fn early(self, mut folders: BTreeSet<String>) -> BTreeSet<String> {
        let Progress {
            folders: known,
            cursors,
            ..
        } = self.progress;
        let is_listed_alone = self.account.provider.mail().capabilities().cursor_scope == CursorScope::Folder;
        let has_begun = |id: &String| cursors.iter().any(|cursor| cursor.scope == *id);
        folders.retain(|id| is_listed_alone && !has_begun(id) && known.iter().any(|folder| folder.id == *id));
        folders
    }

    /// A mail that was never stored because it stood in an excluded folder has been put somewhere else.
    async fn look_for_what_is_wanted_now(self, page: &mut Sorted) -> Result<()> {
        if self.account.exclusions.is_empty() || page.placed.is_empty() {
            return Ok(());
        }
        let stored = self.stored(page.placed.keys()).await?;
        let wanted = |placement: &Placement| {
            let exclusions = &self.account.exclusions;
            exclusions
                .of_place(placement.box_type, &placement.folder_ids)
                .is_none()
        };
        let (unknown, placed): (BTreeMap<_, _>, BTreeMap<_, _>) = std::mem::take(&mut page.placed)
            .into_iter()
            .partition(|(id, placement)| !stored.contains_key(id) && wanted(placement));
        page.placed = placed;
        page.listed.extend(unknown.into_keys().map(|id| (id, None)));
        Ok(())
    }
}

/// The records of a page, as they come together.
struct Writing<'a> {
    host: &'a dyn Host,
    account: &'a Account,
    known: &'a BTreeMap<String, Known>,
    settled_here: &'a Settled,
    merged: Merged,
    ledger: Vec<Row>,
    /// What needs no entry in the ledger any more.
    settled: BTreeSet<String>,
    /// Where the mails stand that are written.
    folders: BTreeSet<String>,
}

impl Writing<'_> {
    /// New mails are inserted whole; of known ones, everything is replaced but what the user has added here. A mail that
    /// comes back within its grace is a known one.
    async fn messages(
        &mut self,
        session: &Session,
        messages: BTreeMap<String, Message>,
        came_along: &BTreeSet<String>,
    ) -> Result<()> {
        let mut new = Vec::new();
        let mut seen = Vec::new();
        for (id, message) in &messages {
            let skipped = self.reason_to_skip(message);
            // Nobody has asked for what is left out and only came along.
            if came_along.contains(id) && skipped.is_some() {
                continue;
            }
            if let Some(reason) = skipped {
                self.skip(id, reason);
                continue;
            }
            self.settled.insert(id.clone());
            self.merged.written.insert(id.clone());
            self.folders.extend(message.placement.folder_ids.iter().cloned());
            let mut columns = record::columns(self.account, message)?;
            columns.insert("syncedAt".to_owned(), json!(self.host.now()));
            columns.extend(known::showing());
            match self.known.get(id) {
                None => {
                    self.merged.tally.created += 1;
                    new.push(columns);
                }
                Some(known) => {
                    match known {
                        Known::Shown => {
                            self.merged.tally.changed += u64::from(!self.settled_here.is_echo(id));
                        }
                        Known::Hidden(_) => self.merged.tally.created += 1,
                    }
                    columns.remove("isTodo");
                    seen.push(columns);
                }
            }
            session.breathe().await;
        }
        for rows in [new, seen] {
            self.write(|batch| batch.upsert(collections::MESSAGES, &ledger::KEY, rows));
        }
        Ok(())
    }

    fn reason_to_skip(&self, message: &Message) -> Option<Reason> {
        let start = self.account.sync_start_date;
        if start.is_some_and(|start| message.date < start) {
            return Some(Reason::Older);
        }
        self.account.exclusions.of_message(message)
    }

    /// A record that is there already is hidden; only what has none needs an entry.
    fn skip(&mut self, id: &str, reason: Reason) {
        self.merged.tally.skipped += 1;
        if !self.known.contains_key(id) {
            self.ledger
                .push(ledger::skipped(self.host, self.account, id, reason));
            return;
        }
        self.settled.insert(id.to_owned());
        if self.known.get(id) == Some(&Known::Shown) {
            self.merged.tally.hidden += 1;
        }
        if self.known.get(id) != Some(&Known::Hidden(reason)) {
            self.hide([id].into_iter(), reason);
        }
    }

    fn placed(&mut self, placed: &BTreeMap<String, Placement>) -> Result<()> {
        for (id, placement) in placed {
            let Some(known) = self.known.get(id) else {
                continue;
            };
            let mut columns = record::placement_columns(placement)?;
            let place = self
                .account
                .exclusions
                .of_place(placement.box_type, &placement.folder_ids);
            match (place, known) {
                (Some(reason), Known::Shown) => {
                    self.merged.tally.skipped += 1;
                    self.merged.tally.hidden += 1;
                    columns.extend(known::hiding(self.host, reason));
                }
                (None, Known::Hidden(Reason::Folder | Reason::Gone)) => {
                    self.merged.tally.created += 1;
                    columns.extend(known::showing());
                }
                (None, Known::Shown) => self.merged.tally.changed += 1,
                (_, Known::Hidden(_)) => {}
            }
            let filter = known::several(self.account, [id.as_str()].into_iter());
            self.write(|batch| batch.update(collections::MESSAGES, filter, columns));
        }
        Ok(())
    }

    /// What the provider was asked for and doesn't have.
    fn gone(&mut self, gone: BTreeSet<String>) {
        let (stored, unknown): (BTreeSet<_>, BTreeSet<_>) =
            gone.into_iter().partition(|id| self.known.contains_key(id));
        for id in unknown {
            self.ledger.push(ledger::entry(
                self.host,
                self.account,
                &id,
                ItemState::Gone,
                Reason::Gone.as_str(),
            ));
        }
        self.remove(stored);
    }

    /// What the provider calls removed: a few are believed, many are confirmed first.
    async fn removed(&mut self, removed: BTreeSet<String>) -> Result<()> {
        let (stored, unknown): (BTreeSet<_>, BTreeSet<_>) =
            removed.into_iter().partition(|id| self.known.contains_key(id));
        self.settled.extend(unknown);
        if brake::allows(self.host, self.account, stored.len() as u64).await? {
            self.merged.unconfirmed += stored.len() as u64;
            self.remove(stored);
        } else {
            self.merged.missing += stored.len() as u64;
            let missing = |id| brake::missing(self.host, self.account, id);
            self.ledger.extend(stored.iter().map(|id| missing(id)));
        }
        Ok(())
    }

    fn remove(&mut self, ids: BTreeSet<String>) {
        let shown = |id: &&String| self.known.get(*id) == Some(&Known::Shown);
        self.merged.tally.removed += ids.iter().filter(shown).count() as u64;
        let fresh = |id: &&String| self.known.get(*id) != Some(&Known::Hidden(Reason::Gone));
        let hidden: Vec<&str> = ids.iter().filter(fresh).map(String::as_str).collect();
        self.hide(hidden.into_iter(), Reason::Gone);
        self.settled.extend(ids);
    }

    fn hide<'b>(&mut self, ids: impl Iterator<Item = &'b str>, reason: Reason) {
        let ids: Vec<&str> = ids.collect();
        if ids.is_empty() {
            return;
        }
        let filter = known::several(self.account, ids.into_iter());
        let columns = known::hiding(self.host, reason);
        self.write(|batch| batch.update(collections::MESSAGES, filter, columns));
    }

    fn write(&mut self, with: impl FnOnce(Batch) -> Batch) {
        self.merged.batch = with(std::mem::take(&mut self.merged.batch));
    }

    fn finish(mut self) -> Merged {
        let (settled, rows) = (
            std::mem::take(&mut self.settled),
            std::mem::take(&mut self.ledger),
        );
        if !settled.is_empty() {
            let filter: Filter = known::several(self.account, settled.iter().map(String::as_str));
            self.write(|batch| batch.delete(collections::LEDGER, filter));
        }
        self.write(|batch| batch.upsert(collections::LEDGER, &ledger::KEY, rows));
        self.merged
    }
}
