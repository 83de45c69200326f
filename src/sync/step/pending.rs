//! What a page of ids has listed is fetched in several steps.

use super::super::cursor::Pending;
use crate::ordered::set_of;
use crate::provider::{Change, Listed, Next};

impl Pending {
    /// What a page lists.
    pub(super) fn of(changes: Vec<Change>, next: &Next) -> Self {
        let listed = |change| match change {
            Change::Listed(listed) => Some(listed),
            _ => None,
        };
        Self {
            items: changes.into_iter().filter_map(listed).collect(),
            is_last: !matches!(next, Next::Page(_)),
        }
    }

    /// Takes the first `count` messages, the newest ones, and those of the rest that belong to the same conversations.
    pub(super) fn take_chunk(&mut self, count: usize) -> Vec<Change> {
        let items = &mut self.items;
        let rest = items.split_off(count.min(items.len()));
        let mut chunk = std::mem::replace(items, rest);
        let conversations = set_of(chunk.iter().filter_map(|item| item.conversation_id.clone()));
        let belongs = |item: &mut Listed| {
            item.conversation_id
                .as_ref()
                .is_some_and(|id| conversations.contains(id))
        };
        chunk.extend(items.extract_if(.., belongs));
        chunk.into_iter().map(Change::Listed).collect()
    }
}
