//! The folders of a mailbox, and what becomes of the feeds of those that are gone or stand elsewhere.

use serde_json::json;

use super::super::cursor::{EXCLUSIONS_SCOPE, Progress, ScopeCursor};
use super::super::merge::Merged;
use super::{Ahead, Step, StepOutcome};
use crate::error::Result;
use crate::host::{Batch, Comparison, Filter, row};
use crate::model::Folder;
use crate::provider::CursorScope;
use crate::store::collections;

impl<'w> Step<'w, '_> {
    /// Reads the folders. Where nothing of the mailbox was read yet, its first page comes along.
    pub(super) async fn folders(&self) -> Result<(StepOutcome, Option<Ahead<'w>>)> {
        let folders = self.provider.folders(self.session).await?;
        let batch = self.save_folders(Batch::new(), &folders)?;
        let wanted = folders.iter().filter(|folder| !folder.is_technical);
        let total = wanted.map(|folder| folder.total).sum::<Option<u64>>();
        let outcome = StepOutcome {
            total: total.filter(|_| self.account.sync_start_date.is_none()),
            ..self.outcome(batch, Merged::default())
        };
        let progress = Progress {
            folders,
            folders_read_at: Some(self.now),
            ..self.progress.clone()
        };
        let begins = progress.cursors.is_empty() && self.account.sync_state.stored == 0;
        let step = Step {
            progress: &progress,
            ..*self
        };
        let following = match begins {
            true => step.first_page().await,
            false => None,
        };
        let ahead = following.map(|following| Ahead::new(progress, following));
        Ok((outcome, ahead))
    }

    pub(super) fn save_folders(&self, batch: Batch, folders: &[Folder]) -> Result<Batch> {
        let rows = folders.iter().enumerate().map(|(position, folder)| {
            row([
                ("accountId", json!(self.account.id)),
                ("folderId", json!(folder.id)),
                ("name", json!(folder.name)),
                ("parentId", json!(folder.parent_id)),
                ("isOwn", json!(folder.is_own)),
                ("isTechnical", json!(folder.is_technical)),
                ("boxType", json!(folder.box_type)),
                ("total", json!(folder.total)),
                ("position", json!(position)),
            ])
        });
        let ids: Vec<&str> = folders.iter().map(|folder| folder.id.as_str()).collect();
        let gone = |column: &str| {
            let others = Filter::compare(column, Comparison::NotIn, json!(ids));
            Filter::eq("accountId", self.account.id).and(others)
        };
        let batch = batch.delete(collections::FOLDERS, gone("folderId")).upsert(
            collections::FOLDERS,
            &["accountId", "folderId"],
            rows.collect(),
        );
        let batch = ScopeCursor::folders_read(self.now).save(batch, self.account)?;
        self.folders_changed(folders, batch)
    }

    /// Where folders have feeds of their own, the feed of a folder that was deleted or moved to another box doesn't
    /// tell what became of its mails.
    fn folders_changed(&self, folders: &[Folder], mut batch: Batch) -> Result<Batch> {
        if self.provider.capabilities().cursor_scope != CursorScope::Folder {
            return Ok(batch);
        }
        for known in &self.progress.folders {
            // Mails may stand in a folder that was not begun: changes of another one have told of them.
            let begun = self
                .progress
                .cursors
                .iter()
                .find(|cursor| cursor.scope == known.id)
                .cloned();
            let cursor = begun.unwrap_or_else(|| ScopeCursor::new(&known.id));
            match folders.iter().find(|folder| folder.id == known.id) {
                Some(folder) if folder.is_technical && !known.is_technical => {
                    let feed = Filter::eq("accountId", self.account.id).and(Filter::eq("scope", &*known.id));
                    batch = batch.delete(collections::CURSORS, feed);
                    batch = ScopeCursor::new(EXCLUSIONS_SCOPE).save(batch, self.account)?;
                }
                Some(folder) if known.is_technical && !folder.is_technical => {
                    batch = ScopeCursor::wanted_again(&known.id, self.now).save(batch, self.account)?;
                }
                Some(folder) if folder.is_technical => {}
                None => batch = cursor.confirming(self.now).save(batch, self.account)?,
                Some(folder) if folder.box_type != known.box_type => {
                    batch = cursor.relisting(None, self.now).save(batch, self.account)?;
                }
                Some(_) => {}
            }
        }
        Ok(batch)
    }
}
