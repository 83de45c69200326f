//! Mails that are changed alike, as what a commit does to them.

use serde_json::json;

use crate::error::Result;
use crate::host::{Batch, Filter, Row, row};
use crate::mail::record;
use crate::model::{BoxType, Placement};
use crate::store::collections;

/// Mails that stand the same and are changed the same way.
pub(super) struct Group {
    pub(super) before: Placement,
    pub(super) after: Placement,
    pub(super) deleted: bool,
    /// Whether they are drafts written here.
    pub(super) is_draft: bool,
    pub(super) ids: Vec<i64>,
}

impl Group {
    pub(super) fn write(self, batch: Batch, one_folder_each: bool) -> Result<Batch> {
        let count = self.ids.len() as u64;
        if self.deleted {
            return Ok(remove(batch, &self.ids));
        }
        let unchanged = Filter::is_in("id", self.ids)
            .and(Filter::eq("boxType", self.before.box_type.as_str()))
            .and(Filter::eq("isRead", self.before.is_read))
            .and(Filter::eq("isStarred", self.before.is_starred));
        let mut values = record::placement_columns(&self.after)?;
        if self.is_draft {
            // It is one wherever it stands.
            values.insert("isDraft".to_owned(), json!(true));
        }
        let moved = self.before.box_type != self.after.box_type
            || one_folder_each && self.before.folder_ids != self.after.folder_ids;
        if moved {
            values.extend(origin_columns(&self.before, &self.after, one_folder_each));
        }
        Ok(batch.update_exactly(collections::MESSAGES, unchanged, values, count))
    }
}

/// Remembers where a mail comes from. Between trash and spam that stays what it was; back in the inbox there is nothing to
/// remember.
fn origin_columns(before: &Placement, after: &Placement, one_folder_each: bool) -> Row {
    let is_away = |placement: &Placement| matches!(placement.box_type, BoxType::Trash | BoxType::Spam);
    if is_away(before) && is_away(after) {
        return Row::new();
    }
    let leaves = !is_away(before);
    let folder = before.folder_ids.first().filter(|_| one_folder_each && leaves);
    row([
        (
            "originalBoxType",
            json!(Some(before.box_type.as_str()).filter(|_| leaves)),
        ),
        ("originalFolderId", json!(folder)),
    ])
}

/// Takes mails away, and what users have put beside them.
fn remove(batch: Batch, ids: &[i64]) -> Batch {
    let of = |column: &str| Filter::is_in(column, ids.iter().copied());
    batch
        .delete(collections::MESSAGES, of("id"))
        .delete(collections::LABEL_LINKS, of("messageId"))
        .delete(collections::NOTES, of("mailMessageId"))
}
