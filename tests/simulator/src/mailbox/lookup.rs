//! Finding messages: by time, by Message-ID, by conversation.

use super::Mailbox;
use crate::generate;

impl Mailbox {
    /// What messages are ordered by: time received, then index.
    pub(crate) fn key(&self, index: u32) -> (i64, u32) {
        (
            self.entries
                .get(index as usize)
                .map_or(0, |entry| entry.received_ms),
            index,
        )
    }

    /// Messages that exist, newest first, those strictly older than `before` when it is given.
    pub(crate) fn newest_first(&self, before: Option<(i64, u32)>) -> impl Iterator<Item = u32> {
        let end = match before {
            Some(key) => self.order.partition_point(|index| self.key(*index) < key),
            None => self.order.len(),
        };
        self.order.get(..end).unwrap_or_default().iter().rev().copied()
    }

    /// Messages that exist, oldest first, those strictly newer than `after` when it is given.
    pub(crate) fn oldest_first(&self, after: Option<(i64, u32)>) -> impl Iterator<Item = u32> {
        let start = match after {
            Some(key) => self.order.partition_point(|index| self.key(*index) <= key),
            None => 0,
        };
        self.order.get(start..).unwrap_or_default().iter().copied()
    }

    /// The living message with a Message-ID (angle brackets or not).
    pub(crate) fn find_message_id(&self, id: &str) -> Option<u32> {
        let bracketed = if id.starts_with('<') {
            id.to_owned()
        } else {
            format!("<{id}>")
        };
        let stored = self.stored_ids.get(&bracketed).copied();
        let candidate = stored.or_else(|| {
            let (thread, position) = generate::parse_message_id(&bracketed)?;
            let members = &self.threads.get(thread as usize)?.members;
            members.get(usize::from(position)).copied()
        })?;
        self.entry(candidate)?;
        (self.mail(candidate).message_id.as_deref() == Some(bracketed.as_str())).then_some(candidate)
    }

    /// Living messages of a conversation, oldest first.
    pub(crate) fn members(&self, thread: u32) -> Vec<u32> {
        let members = self
            .threads
            .get(thread as usize)
            .map(|thread| thread.members.as_slice())
            .unwrap_or_default();
        let mut living: Vec<u32> = members
            .iter()
            .copied()
            .filter(|index| self.entry(*index).is_some())
            .collect();
        living.sort_by_key(|index| self.key(*index));
        living
    }

    /// The number of living messages.
    pub(crate) fn total(&self) -> usize {
        self.order.len()
    }
}
