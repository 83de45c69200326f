//! Several folders in one step.

use std::collections::BTreeSet;

use super::super::cursor::Progress;
use super::super::merge::Merge;
use super::super::plan::Scope;
use super::{CHANGES_OF_MANY, Step, StepOutcome};
use crate::error::Result;
use crate::provider::{ChangesRequest, FeedRequest, FeedsRequest, ListRequest, PageOutcome};

impl Step<'_> {
    /// A page of each of several folders, in one commit. A folder that is listed again has changes all the same.
    pub(super) async fn feeds(
        &self,
        scopes: Vec<Scope<'_>>,
        are_changes: bool,
        with_folders: bool,
    ) -> Result<StepOutcome> {
        if let Some(lost) = scopes
            .iter()
            .find(|(cursor, _)| are_changes && cursor.position.is_none())
        {
            return self.start_again(lost.0.clone()).await;
        }
        let requests: Vec<FeedRequest<'_>> = scopes
            .iter()
            .map(|(cursor, folder)| match &cursor.position {
                Some(position) if are_changes => FeedRequest::Changes(ChangesRequest {
                    folder: *folder,
                    folders: &self.progress.folders,
                    cursor: position,
                    size: CHANGES_OF_MANY,
                }),
                _ => FeedRequest::List(ListRequest {
                    folder: *folder,
                    folders: &self.progress.folders,
                    since: self.account.sync_start_date,
                    page: cursor.page.as_ref(),
                    size: self.capabilities.list_size,
                }),
            })
            .collect();
        let request = FeedsRequest {
            feeds: &requests,
            with_folders,
        };
        let read = self.provider.feeds(self.session, request).await?;
        let mut changes = Vec::new();
        let mut cursors = Vec::with_capacity(scopes.len());
        for ((cursor, _), page) in scopes.iter().zip(read.pages) {
            let cursor = cursor.clone();
            cursors.push(match page {
                PageOutcome::CursorExpired => cursor.relisting(None, self.now),
                PageOutcome::Page(page) => {
                    changes.extend(page.changes);
                    match are_changes {
                        true => self.after_changes(cursor, page.next),
                        false => self.after_list(self.seen_from(cursor), page.next),
                    }
                }
            });
        }
        let progress = match &read.folders {
            Some(folders) => &Progress {
                folders: folders.clone(),
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
        for cursor in cursors {
            batch = cursor.save(batch, self.account)?;
        }
        // After the cursors: what becomes of a folder decides what becomes of its cursor.
        if let Some(folders) = &read.folders {
            batch = self.save_folders(batch, folders)?;
        }
        Ok(self.outcome(batch, merged))
    }
}
