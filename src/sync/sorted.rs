//! The last word of a page about each message, by what has to be done.

use std::collections::{BTreeMap, BTreeSet};

use super::ledger::LedgerRow;
use crate::error::{Error, ErrorCode};
use crate::model::{Message, Placement};
use crate::ordered::map_of;
use crate::provider::{Change, FetchOutcome, Fetched, Listed};

/// What a page, and the answers to what was asked because of it, say about each message.
#[derive(Default)]
pub(super) struct Sorted {
    /// To be fetched, with their conversations where these are known.
    pub(super) listed: BTreeMap<String, Option<String>>,
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
    /// Removed from one place after they have been seen in another, perhaps.
    pub(super) contested: BTreeSet<String>,
    /// Fetched with a conversation although nobody has asked for them.
    pub(super) came_along: BTreeSet<String>,
    /// Listed and left for later, to keep within the provider's limits.
    pub(super) postponed: Vec<Listed>,
    /// How many seconds later.
    pub(super) wait: u64,
    /// Listed, and stored already.
    pub(super) met: BTreeSet<String>,
    /// Whether what can't be fetched now stays listed.
    pub(super) is_listing: bool,
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
            listed: map_of(items.iter().map(|item| (item.mail_id.clone(), None))),
            attempts: map_of(items.into_iter().map(|item| (item.mail_id, item.attempts))),
            ..Self::default()
        }
    }
}

impl Sorted {
    fn hear(&mut self, change: Change) {
        match change {
            Change::Listed(Listed {
                mail_id,
                conversation_id,
            }) => {
                self.forget(&mail_id);
                self.listed.insert(mail_id, conversation_id);
            }
            Change::Message(message) => {
                self.forget(&message.mail_id);
                self.messages.insert(message.mail_id.clone(), *message);
            }
            Change::Placed(id, placement) => match self.messages.get_mut(&id) {
                Some(message) => message.placement = placement,
                // A mail that is fetched anyway comes with its newest placement.
                None if self.listed.contains_key(&id) => {}
                None => {
                    self.forget(&id);
                    self.placed.insert(id, placement);
                }
            },
            Change::Removed(id) => {
                if self.forget(&id) {
                    self.contested.insert(id.clone());
                }
                self.removed.insert(id);
            }
            Change::Broken(id, error) => {
                self.forget(&id);
                self.broken.insert(id, error);
            }
        }
    }

    /// Takes up what came of fetching what was asked for.
    pub(super) fn answer(&mut self, asked: &BTreeMap<String, Option<String>>, fetched: Vec<Fetched>) {
        for Fetched { mail_id, outcome } in fetched {
            match outcome {
                FetchOutcome::Message(message) if !asked.contains_key(&mail_id) => {
                    // The page's own word about it is at least as new.
                    if !self.knows(&mail_id) {
                        self.came_along.insert(mail_id.clone());
                        self.messages.insert(mail_id, *message);
                    }
                }
                FetchOutcome::Failed(error) if self.is_listing && error.code() == ErrorCode::RateLimited => {
                    self.wait = self.wait.max(error.retry_after_seconds().unwrap_or(30)).max(1);
                    let conversation_id = asked.get(&mail_id).cloned().flatten();
                    self.postponed.push(Listed {
                        mail_id,
                        conversation_id,
                    });
                }
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

    /// Returns whether it was there.
    fn forget(&mut self, id: &str) -> bool {
        self.removed.remove(id);
        let was_listed = self.listed.remove(id).is_some();
        let was_placed = self.placed.remove(id).is_some();
        let was_sent = self.messages.remove(id).is_some() || self.broken.remove(id).is_some();
        was_listed || was_placed || was_sent
    }

    /// Whether the page has said something about the message.
    fn knows(&self, id: &str) -> bool {
        self.messages.contains_key(id)
            || self.placed.contains_key(id)
            || self.removed.contains(id)
            || self.broken.contains_key(id)
    }
}
