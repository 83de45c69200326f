//! One mailbox: compact state of every message, conversations, folders, labels and the log of changes.
//!
//! Both providers' APIs read the same state. Gmail looks at labels, Graph at the folder and the flags among the labels.

mod changes;
pub(crate) mod disorder;
pub(crate) mod folder;
pub(crate) mod label;
mod lookup;
pub(crate) mod post;
mod reserved;

use std::cell::Cell;
use std::collections::HashMap;

pub(crate) use changes::{Change, ChangeKind};
pub(crate) use folder::{Folder, FolderSlot};

use crate::generate::{self, Kind, Owner, Profile, Source};
use crate::mail::Mail;
use crate::rng::{hash, mix};

/// Whose API a mailbox is reached by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Provider {
    /// Gmail API.
    Google,
    /// Microsoft Graph.
    Microsoft,
}

impl Provider {
    /// `google` or `microsoft`, as in addresses and in the control interface.
    pub fn name(self) -> &'static str {
        match self {
            Self::Google => "google",
            Self::Microsoft => "microsoft",
        }
    }
}

/// State of one message; its content is composed or looked up.
#[derive(Clone, Debug)]
pub(crate) struct Entry {
    pub(crate) received_ms: i64,
    /// Sequence number of the last change.
    pub(crate) changed: u64,
    pub(crate) labels: u64,
    pub(crate) thread: u32,
    /// Place among the stored mails; `None` when it is generated.
    pub(crate) stored: Option<u32>,
    pub(crate) folder: FolderSlot,
    pub(crate) position: u16,
    /// How often it moved between folders: part of a Graph id that is not immutable.
    pub(crate) moves: u16,
    pub(crate) alive: bool,
    /// How often its whole content was given out.
    pub(crate) given: Cell<u16>,
}

impl Entry {
    pub(crate) fn has(&self, label: u64) -> bool {
        self.labels & label != 0
    }
}

/// A conversation: its messages, oldest first. `kind` is `None` when none of it was generated.
#[derive(Clone, Debug, Default)]
pub(crate) struct Thread {
    pub(crate) kind: Option<Kind>,
    pub(crate) members: Vec<u32>,
}

/// A mailbox of either provider.
#[derive(Debug)]
pub(crate) struct Mailbox {
    pub(crate) provider: Provider,
    pub(crate) owner: Owner,
    /// Whose it is, whatever the address: ids of its owner come from it.
    pub(crate) identity: u64,
    pub(crate) seed: u64,
    pub(crate) entries: Vec<Entry>,
    pub(crate) threads: Vec<Thread>,
    /// Indexes by time received, oldest first.
    order: Vec<u32>,
    stored: Vec<Mail>,
    stored_ids: HashMap<String, u32>,
    pub(crate) labels: Vec<label::UserLabel>,
    pub(crate) folders: Vec<Folder>,
    log: Vec<Change>,
    sequence: u64,
    /// Oldest history id that Gmail still knows.
    pub(crate) history_floor: u64,
    /// Single-value extended properties of Graph messages, by message.
    pub(crate) extended: HashMap<u32, Vec<(String, String)>>,
    pub(crate) post: post::Post,
    pub(crate) disorder: disorder::Disorder,
}

impl Mailbox {
    pub(crate) fn new(
        provider: Provider,
        email: &str,
        seed: u64,
        count: u32,
        profile: Profile,
        now_ms: i64,
    ) -> Self {
        let owner = Owner::of(email);
        let seed = mix(seed, hash(email));
        let (threads, entries) = generate::plan(seed, count, profile, now_ms);
        Self {
            provider,
            owner,
            identity: hash(email),
            seed,
            order: (0..entries.len() as u32).collect(),
            sequence: entries.len() as u64 + 1,
            entries,
            threads,
            stored: Vec::new(),
            stored_ids: HashMap::new(),
            labels: label::standard(),
            folders: folder::standard(),
            log: Vec::new(),
            history_floor: 0,
            extended: HashMap::new(),
            post: post::Post::default(),
            disorder: disorder::Disorder::default(),
        }
    }

    pub(crate) fn email(&self) -> &str {
        &self.owner.address.email
    }

    /// Sequence number of the newest change.
    pub(crate) fn sequence(&self) -> u64 {
        self.sequence
    }

    /// A message that exists.
    pub(crate) fn entry(&self, index: u32) -> Option<&Entry> {
        self.entries.get(index as usize).filter(|entry| entry.alive)
    }

    /// The content of a message, deleted or not.
    pub(crate) fn mail(&self, index: u32) -> Mail {
        let Some(entry) = self.entries.get(index as usize) else {
            return Mail::default();
        };
        match entry.stored {
            Some(stored) => self.stored.get(stored as usize).cloned().unwrap_or_default(),
            None => generate::compose(Source {
                owner: &self.owner,
                seed: self.seed,
                thread: entry.thread,
                kind: self
                    .threads
                    .get(entry.thread as usize)
                    .and_then(|thread| thread.kind)
                    .unwrap_or(Kind::PlainNote),
                position: entry.position,
                received_ms: entry.received_ms,
            }),
        }
    }

    /// Notes that the whole content of a message is given out.
    pub(crate) fn give(&self, index: u32) {
        if let Some(entry) = self.entries.get(index as usize) {
            entry.given.set(entry.given.get().saturating_add(1));
        }
    }

    /// Puts a mail in: its index.
    pub(crate) fn insert(
        &mut self,
        mail: Mail,
        thread: Option<u32>,
        received_ms: i64,
        labels: u64,
        folder: FolderSlot,
    ) -> u32 {
        let index = self.entries.len() as u32;
        let thread = thread
            .filter(|thread| (*thread as usize) < self.threads.len())
            .unwrap_or_else(|| {
                self.threads.push(Thread::default());
                self.threads.len() as u32 - 1
            });
        let mut position = 0;
        if let Some(owning) = self.threads.get_mut(thread as usize) {
            position = owning.members.len() as u16;
            owning.members.push(index);
        }
        if let Some(id) = &mail.message_id {
            self.stored_ids.insert(id.clone(), index);
        }
        let stored = Some(self.stored.len() as u32);
        self.stored.push(mail);
        self.entries.push(Entry {
            received_ms,
            changed: 0,
            labels,
            thread,
            stored,
            folder,
            position,
            moves: 0,
            alive: true,
            given: Cell::default(),
        });
        let place = self
            .order
            .partition_point(|other| self.key(*other) <= (received_ms, index));
        self.order.insert(place, index);
        self.record(index, ChangeKind::Added);
        index
    }

    /// Replaces the content of a stored message (a draft being written).
    pub(crate) fn rewrite(&mut self, index: u32, change: impl FnOnce(&mut Mail)) {
        let mut mail = self.mail(index);
        change(&mut mail);
        if let Some(id) = &mail.message_id {
            self.stored_ids.insert(id.clone(), index);
        }
        let place = self.stored.len() as u32;
        let Some(entry) = self.entries.get_mut(index as usize) else {
            return;
        };
        match entry
            .stored
            .and_then(|stored| self.stored.get_mut(stored as usize))
        {
            Some(slot) => *slot = mail,
            None => {
                entry.stored = Some(place);
                self.stored.push(mail);
            }
        }
        self.record(index, ChangeKind::Updated);
    }

    /// Adds and removes labels; a change that changes nothing leaves no trace.
    pub(crate) fn relabel(&mut self, index: u32, add: u64, remove: u64) -> bool {
        let Some(entry) = self.entries.get_mut(index as usize).filter(|entry| entry.alive) else {
            return false;
        };
        let added = add & !entry.labels;
        let removed = remove & entry.labels & !add;
        entry.labels = (entry.labels | added) & !removed;
        if added != 0 {
            self.record(index, ChangeKind::LabelsAdded(added));
        }
        if removed != 0 {
            self.record(index, ChangeKind::LabelsRemoved(removed));
        }
        true
    }

    /// Moves a message to another folder.
    pub(crate) fn relocate(&mut self, index: u32, to: FolderSlot) -> bool {
        let Some(entry) = self.entries.get_mut(index as usize).filter(|entry| entry.alive) else {
            return false;
        };
        let from = entry.folder;
        if from != to {
            entry.folder = to;
            entry.moves = entry.moves.wrapping_add(1);
            self.record(index, ChangeKind::Moved { from });
        }
        true
    }

    /// Removes a message for good.
    pub(crate) fn remove(&mut self, index: u32) -> bool {
        let Some(entry) = self.entries.get_mut(index as usize).filter(|entry| entry.alive) else {
            return false;
        };
        entry.alive = false;
        let from = entry.folder;
        if let Ok(place) = self
            .order
            .binary_search_by_key(&self.key(index), |other| self.key(*other))
        {
            self.order.remove(place);
        }
        self.record(index, ChangeKind::Removed { from });
        true
    }

    /// Makes room for a change of something else than a message (folders): its sequence number.
    pub(crate) fn next_sequence(&mut self) -> u64 {
        self.sequence += 1;
        self.sequence
    }

    fn record(&mut self, index: u32, kind: ChangeKind) {
        let sequence = self.next_sequence();
        if let Some(entry) = self.entries.get_mut(index as usize) {
            entry.changed = sequence;
        }
        self.log.push(Change {
            sequence,
            index,
            kind,
        });
    }
}
