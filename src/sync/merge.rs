//! What a page says, brought together with what is stored.

mod writing;

use std::collections::{BTreeMap, BTreeSet};

use serde_json::json;

use super::cursor::{Progress, ScopeCursor};
use super::echo;
use super::fetch;
use super::known::{self, Known};
use super::ledger::{self, ItemState, LedgerRow};
use super::sorted::Sorted;
use crate::account::{Account, Reason, Tally};
use crate::error::Result;
use crate::host::{Batch, Host, row};
use crate::model::Placement;
use crate::provider::{Change, CursorScope, Listed};
use crate::session::Session;
use crate::store::collections;

use writing::Writing;

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
    /// What is to be written where the rest was a conflict.
    pub(super) after_conflict: Batch,
    /// The cursors of folders that weren't begun and have mail already.
    pub(super) early: Vec<ScopeCursor>,
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
    /// second time. Where the list `keeps` what can't be fetched now, it is left there; elsewhere it is noted.
    pub(super) async fn ask(self, changes: Vec<Change>, skip_stored: bool, keeps: bool) -> Result<Sorted> {
        let mut page = Sorted::from(changes);
        page.is_listing = keeps;
        if skip_stored {
            let stored = self.stored(page.listed.keys()).await?;
            // What was called gone and is listed has come back.
            page.met = page
                .listed
                .extract_if(.., |id, _| {
                    stored
                        .get(id)
                        .is_some_and(|known| *known != Known::Hidden(Reason::Gone))
                })
                .map(|(id, _)| id)
                .collect();
            let entries = ledger::states(self.host, self.account, page.listed.keys().collect()).await?;
            page.listed
                .retain(|id, _| entries.get(id) != Some(&ItemState::Skipped));
        }
        let page = self.doubted(page).await?;
        self.fetched(page).await
    }

    /// A page of changes.
    pub(super) async fn changed(self, changes: Vec<Change>) -> Result<Merged> {
        let page = self.doubted(Sorted::from(changes)).await?;
        self.page(page).await
    }

    /// Where "removed" may mean moved, only the mail itself can tell.
    async fn doubted(self, mut page: Sorted) -> Result<Sorted> {
        if !self.account.provider.mail().capabilities().removal_is_final {
            let stored = self.stored(page.removed.iter()).await?;
            let contested = std::mem::take(&mut page.contested);
            page.listed.extend(
                std::mem::take(&mut page.removed)
                    .into_iter()
                    .filter(|id| stored.contains_key(id) || contested.contains(id))
                    .map(|id| (id, None)),
            );
        }
        Ok(page)
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
                after_conflict: settled_here.note_afterwards(account),
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
        let relisted_from = self
            .progress
            .cursors
            .iter()
            .filter_map(|cursor| cursor.relisted_from);
        if let Some(mark) = relisted_from.max().filter(|_| !page.met.is_empty()) {
            let met = known::several(account, page.met.iter().map(String::as_str));
            let mark = row([("auditedAt", json!(mark))]);
            merged.batch = merged.batch.update(collections::MESSAGES, met, mark);
        }
        for cursor in &merged.early {
            merged.batch = cursor.save(merged.batch, self.account)?;
        }
        Ok(merged)
    }

    /// Mail may stand in a folder that was not begun, because the feed of another one has told where it went. Should it
    /// be gone by the time the folder is listed, nothing tells so: what that listing doesn't show is then asked for.
    fn early(self, folders: BTreeSet<String>) -> Vec<ScopeCursor> {
        let Progress {
            folders: known,
            cursors,
            ..
        } = self.progress;
        let is_listed_alone = self.account.provider.mail().capabilities().cursor_scope == CursorScope::Folder;
        let has_begun = |id: &String| cursors.iter().any(|cursor| cursor.scope == *id);
        let is_early =
            |id: &String| is_listed_alone && !has_begun(id) && known.iter().any(|folder| folder.id == *id);
        let cursor = |id: String| ScopeCursor::new(&id).relisting(None, self.host.now());
        folders.into_iter().filter(is_early).map(cursor).collect()
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
        let (mut unknown, placed): (BTreeMap<_, _>, BTreeMap<_, _>) = std::mem::take(&mut page.placed)
            .into_iter()
            .partition(|(id, placement)| !stored.contains_key(id) && wanted(placement));
        page.placed = placed;
        if unknown.is_empty() {
            return Ok(());
        }
        // Another place makes it neither younger nor another sender's.
        for id in ledger::left_out_anywhere(self.host, self.account, unknown.keys()).await? {
            unknown.remove(&id);
        }
        page.listed.extend(unknown.into_keys().map(|id| (id, None)));
        Ok(())
    }
}
