//! What a page of ids has listed is fetched in several steps.

use super::super::cursor::{Pending, Phase, ScopeCursor};
use super::{Step, StepOutcome};
use crate::error::Result;
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
}

impl Step<'_> {
    /// Fetches some of what a page has listed, the newest first; the rest is the next step's.
    pub(super) async fn fetch_pending(
        &self,
        mut cursor: ScopeCursor,
        mut pending: Pending,
        count: usize,
    ) -> Result<StepOutcome> {
        let chunk = take_chunk(&mut pending.items, count);
        let chunk = chunk.into_iter().map(Change::Listed).collect();
        let merged = self.merge().listed(chunk, cursor.phase == Phase::Listing).await?;
        pending.items.splice(..0, merged.postponed.iter().cloned());
        if !pending.items.is_empty() {
            cursor.pending = Some(pending);
        } else if pending.is_last {
            cursor = self.after_list(cursor, Next::End(None));
        }
        let batch = cursor.save(merged.batch.clone(), self.account)?;
        Ok(self.outcome(batch, merged))
    }
}

/// Takes the first `count` messages, and those of the rest that belong to the same conversations.
fn take_chunk(items: &mut Vec<Listed>, count: usize) -> Vec<Listed> {
    let rest = items.split_off(count.min(items.len()));
    let mut chunk = std::mem::replace(items, rest);
    let conversations = set_of(chunk.iter().filter_map(|item| item.conversation_id.clone()));
    let belongs = |item: &mut Listed| {
        item.conversation_id
            .as_ref()
            .is_some_and(|id| conversations.contains(id))
    };
    chunk.extend(items.extract_if(.., belongs));
    chunk
}
