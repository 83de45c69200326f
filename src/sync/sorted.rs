//! The last word of a page about each message, by what has to be done.

use std::collections::{BTreeMap, BTreeSet};

use super::ledger::LedgerRow;
use crate::error::Error;
use crate::model::{Message, Placement};
use crate::provider::{Change, FetchOutcome, Fetched};

/// What a page, and the answers to what was asked because of it, say about each message.
#[derive(Default)]
pub(super) struct Sorted {
    /// To be fetched.
    pub(super) listed: BTreeSet<String>,
    /// Here.
    pub(super) messages: BTreeMap<String, Message>,
    /// Somewhere else now.
    pub(super) placed: BTreeMap<String, Placement>,
    /// Called removed.
    pub(super) removed: BTreeSet<String>,
    /// Asked for by its id and gone.
    pub(super) gone: BTreeSet<String>,
    /// Unusable.
    pub(super) broken: BTreeMap<String, Error>,
    /// How often each was tried before.
    pub(super) attempts: BTreeMap<String, u32>,
}

impl From<Vec<Change>> for Sorted {
    fn from(changes: Vec<Change>) -> Self {
        let mut sorted = Self::default();
        for change in changes {
            sorted.hear(change);
        }
        sorted
    }
}

impl From<Vec<LedgerRow>> for Sorted {
    fn from(items: Vec<LedgerRow>) -> Self {
        Self {
            listed: items.iter().map(|item| item.mail_id.clone()).collect(),
            attempts: items
                .into_iter()
                .map(|item| (item.mail_id, item.attempts))
                .collect(),
            ..Self::default()
        }
    }
}

impl Sorted {
    fn hear(&mut self, change: Change) {
        match change {
            Change::Listed(id) => {
                self.forget(&id);
                self.listed.insert(id);
            }
            Change::Message(message) => {
                self.forget(&message.mail_id);
                self.messages.insert(message.mail_id.clone(), *message);
            }
            Change::Placed(id, placement) => match self.messages.get_mut(&id) {
                Some(message) => message.placement = placement,
                // A mail that is fetched anyway comes with its newest placement.
                None if self.listed.contains(&id) => {}
                None => {
                    self.forget(&id);
                    self.placed.insert(id, placement);
                }
            },
            Change::Removed(id) => {
                self.forget(&id);
                self.removed.insert(id);
            }
            Change::Broken(id, error) => {
                self.forget(&id);
                self.broken.insert(id, error);
            }
        }
    }

    /// Takes up what came of fetching.
    pub(super) fn answer(&mut self, fetched: Vec<Fetched>) {
        for Fetched { mail_id, outcome } in fetched {
            match outcome {
                FetchOutcome::Message(message) => drop(self.messages.insert(mail_id, *message)),
                FetchOutcome::Gone => drop(self.gone.insert(mail_id)),
                FetchOutcome::Failed(error) => drop(self.broken.insert(mail_id, error)),
            }
        }
    }

    /// Every id that the page has something to say about.
    pub(super) fn ids(&self) -> impl Iterator<Item = &String> {
        self.messages
            .keys()
            .chain(self.placed.keys())
            .chain(&self.removed)
            .chain(&self.gone)
    }

    fn forget(&mut self, id: &str) {
        self.listed.remove(id);
        self.messages.remove(id);
        self.placed.remove(id);
        self.removed.remove(id);
        self.broken.remove(id);
    }
}
