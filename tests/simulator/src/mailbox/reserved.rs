//! Places for mail that comes later, and lives of a mailbox: what a stand-in needs whose memory is its process's.

use std::cell::Cell;

use super::{ChangeKind, Entry, FolderSlot, Mailbox, Thread, label};
use crate::mail::Mail;

impl Mailbox {
    /// Leaves a place for a mail: its id is the same however many others come before it.
    pub(crate) fn reserve(&mut self) -> u32 {
        let index = self.entries.len() as u32;
        let thread = self.threads.len() as u32;
        self.threads.push(Thread {
            kind: None,
            members: vec![index],
        });
        self.entries.push(Entry {
            received_ms: 0,
            changed: 0,
            labels: label::INBOX | label::UNREAD,
            thread,
            stored: None,
            folder: FolderSlot::INBOX,
            position: 0,
            moves: 0,
            alive: false,
            given: Cell::default(),
        });
        index
    }

    /// Puts a mail into the inbox, unread, at a place that was left for it.
    pub(crate) fn fill(&mut self, index: u32, mail: Mail, received_ms: i64) {
        let stored = self.stored.len() as u32;
        let Some(entry) = self.entries.get_mut(index as usize) else {
            return;
        };
        entry.stored = Some(stored);
        entry.received_ms = received_ms;
        entry.alive = true;
        if let Some(id) = &mail.message_id {
            self.stored_ids.insert(id.clone(), index);
        }
        self.stored.push(mail);
        let key = self.key(index);
        let place = self.order.partition_point(|other| self.key(*other) <= key);
        self.order.insert(place, index);
        self.record(index, ChangeKind::Added);
    }

    /// Begins a life: history ids and delta tokens of every other one have expired.
    pub(crate) fn begin_life(&mut self, now_ms: i64) {
        self.sequence = self.sequence.max(now_ms.unsigned_abs());
        self.history_floor = self.sequence;
        for folder in &mut self.folders {
            folder.epoch = now_ms.unsigned_abs() as u32;
        }
    }
}
