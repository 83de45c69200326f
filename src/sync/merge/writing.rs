//! The records of a page, one after the other.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::json;

use super::super::brake;
use super::super::echo::Settled;
use super::super::known::{self, Known};
use super::super::ledger::{self, ItemState};
use super::Merged;
use crate::account::{Account, Reason};
use crate::error::Result;
use crate::host::{Batch, Filter, Host, Row};
use crate::mail::record;
use crate::model::{Message, Placement};
use crate::session::Session;
use crate::store::collections;

/// The records of a page, as they come together.
pub(super) struct Writing<'a> {
    pub(super) host: &'a dyn Host,
    pub(super) account: &'a Account,
    pub(super) known: &'a BTreeMap<String, Known>,
    pub(super) settled_here: &'a Settled,
    pub(super) merged: Merged,
    pub(super) ledger: Vec<Row>,
    /// What needs no entry in the ledger any more.
    pub(super) settled: BTreeSet<String>,
    /// Where the mails stand that are written.
    pub(super) folders: BTreeSet<String>,
}

impl Writing<'_> {
    /// New mails are inserted whole; of known ones, everything is replaced but what the user has added here. A mail that
    /// comes back within its grace is a known one.
    pub(super) async fn messages(
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
                if self.known.contains_key(id) {
                    self.refresh(id, message)?;
                }
                self.skip(id, reason);
                continue;
            }
            self.settled.insert(id.clone());
            self.merged.written.insert(id.clone());
            self.folders.extend(message.placement.folder_ids.iter().cloned());
            let mut columns = self.columns(message)?;
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

    /// What is left out is as new as ever should it be shown again.
    fn refresh(&mut self, id: &str, message: &Message) -> Result<()> {
        let mut columns = self.columns(message)?;
        columns.remove("isTodo");
        let filter = known::several(self.account, [id].into_iter());
        self.write(|batch| batch.update(collections::MESSAGES, filter, columns));
        Ok(())
    }

    fn columns(&self, message: &Message) -> Result<Row> {
        let mut columns = record::columns(self.account, message)?;
        columns.insert("syncedAt".to_owned(), json!(self.host.now()));
        Ok(columns)
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
                .push(ledger::skipped(self.host, self.account.id, id, reason));
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

    pub(super) fn placed(&mut self, placed: &BTreeMap<String, Placement>) -> Result<()> {
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
    pub(super) fn gone(&mut self, gone: BTreeSet<String>) {
        let (stored, unknown): (BTreeSet<_>, BTreeSet<_>) =
            gone.into_iter().partition(|id| self.known.contains_key(id));
        for id in unknown {
            self.ledger.push(ledger::entry(
                self.host,
                self.account.id,
                &id,
                ItemState::Gone,
                Reason::Gone.as_str(),
            ));
        }
        self.remove(stored);
    }

    /// What the provider calls removed: a few are believed, many are confirmed first.
    pub(super) async fn removed(&mut self, removed: BTreeSet<String>) -> Result<()> {
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

    pub(super) fn finish(mut self) -> Merged {
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
