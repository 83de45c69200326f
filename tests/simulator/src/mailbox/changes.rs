//! The log of changes: what Gmail's history and Graph's delta are read from.

use std::collections::HashMap;

use super::{Entry, FolderSlot, Mailbox};

/// One change of one message.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Change {
    pub(crate) sequence: u64,
    pub(crate) index: u32,
    pub(crate) kind: ChangeKind,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ChangeKind {
    Added,
    Updated,
    Removed { from: FolderSlot },
    LabelsAdded(u64),
    LabelsRemoved(u64),
    Moved { from: FolderSlot },
}

impl Mailbox {
    /// Changes after a sequence number, oldest first.
    pub(crate) fn changes_since(&self, sequence: u64) -> &[Change] {
        let start = self.log.partition_point(|change| change.sequence <= sequence);
        self.log.get(start..).unwrap_or_default()
    }

    /// The messages that were removed last, so many of them.
    pub(crate) fn just_removed(&self, count: usize) -> impl Iterator<Item = u32> {
        let removed = self.log.iter().rev().filter(|change| {
            matches!(change.kind, ChangeKind::Removed { .. }) && self.entry(change.index).is_none()
        });
        removed.map(|change| change.index).take(count)
    }

    /// How a message stood before the last change of its labels after a sequence number.
    pub(crate) fn older_state(&self, index: u32, since: u64) -> Option<Entry> {
        let changes = self.changes_since(since).iter().rev();
        let labels = changes
            .filter(|change| change.index == index)
            .find_map(|change| {
                let entry = self.entry(index)?;
                match change.kind {
                    ChangeKind::LabelsAdded(bits) => Some(entry.labels & !bits),
                    ChangeKind::LabelsRemoved(bits) => Some(entry.labels | bits),
                    _ => None,
                }
            })?;
        Some(Entry {
            labels,
            ..self.entry(index)?.clone()
        })
    }

    /// Messages of a folder that changed after a sequence number: index, sequence of the newest change, and
    /// whether the message is (still) in the folder. In the order of their newest change.
    pub(crate) fn folder_changes(&self, folder: FolderSlot, since: u64) -> Vec<(u32, u64, bool)> {
        let mut newest: HashMap<u32, u64> = HashMap::new();
        for change in self.changes_since(since) {
            let inside = self
                .entry(change.index)
                .is_some_and(|entry| entry.folder == folder);
            let was_inside = matches!(change.kind,
                ChangeKind::Removed { from } | ChangeKind::Moved { from } if from == folder);
            if inside || was_inside || newest.contains_key(&change.index) {
                newest.insert(change.index, change.sequence);
            }
        }
        let is_inside = |index| self.entry(index).is_some_and(|entry| entry.folder == folder);
        let mut ordered: Vec<_> = newest
            .into_iter()
            .map(|(index, sequence)| (index, sequence, is_inside(index)))
            .collect();
        ordered.sort_unstable_by_key(|(_, sequence, _)| *sequence);
        ordered
    }
}
