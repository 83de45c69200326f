//! The changes of several folders in one step.

use std::collections::BTreeSet;

use super::super::cursor::{Progress, ScopeCursor};
use super::super::merge::Merge;
use super::super::plan::Scope;
use super::{CHANGES_OF_MANY, Step, StepOutcome};
use crate::error::Result;
use crate::provider::{ChangesRequest, FeedRequest, FeedsRequest, PageOutcome};

impl Step<'_, '_> {
    /// A page of each of several folders, in one commit. A folder that is listed again has changes all the same.
    pub(super) async fn feeds(&self, scopes: Vec<Scope<'_>>, with_folders: bool) -> Result<StepOutcome> {
        let mut requests = Vec::with_capacity(scopes.len());
        for (cursor, folder) in &scopes {
            let Some(position) = &cursor.position else {
                return self.start_again(cursor.clone()).await;
            };
            requests.push(FeedRequest::Changes(ChangesRequest {
                folder: *folder,
                folders: &self.progress.folders,
                cursor: position,
                size: self.session.page_size(CHANGES_OF_MANY),
            }));
        }
        let request = FeedsRequest {
            feeds: &requests,
            with_folders,
        };
        let asked = self.provider.feeds(self.session, request);
        // Most of them have little to say.
        let read = self.session.timed(asked, |_| false).await?;
        let mut changes = Vec::new();
        let mut cursors = Vec::with_capacity(scopes.len());
        let mut refusals = Vec::new();
        for ((cursor, _), page) in scopes.iter().zip(read.pages) {
            let cursor = cursor.clone();
            cursors.push(match page {
                PageOutcome::CursorExpired => cursor.relisting(None, self.now),
                PageOutcome::Unreadable(error) => {
                    let cursor = self.in_trouble(cursor, &error);
                    refusals.push(error);
                    cursor
                }
                PageOutcome::Page(page) => {
                    changes.extend(page.changes);
                    self.after_changes(cursor, page.next).await?
                }
            });
        }
        let progress = match &read.folders {
            Some(folders) => &Progress {
                folders: folders.clone(),
                folders_read_at: Some(self.now),
                ..self.progress.clone()
            },
            None => self.progress,
        };
        let under_way = BTreeSet::new();
        let merge = Merge {
            progress,
            ..self.merge(&under_way)
        };
        let mut merged = merge.changed(changes).await?;
        let mut batch = std::mem::take(&mut merged.batch);
        batch = ScopeCursor::save_all(&cursors, batch, self.account)?;
        batch = self.noted(batch, &cursors, refusals, progress)?;
        // After the cursors: what becomes of a folder decides what becomes of its cursor.
        if let Some(folders) = &read.folders {
            batch = self.save_folders(batch, folders)?;
        }
        Ok(self.outcome(batch, merged))
    }
}
