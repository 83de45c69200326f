//! New mail while folders are still listed: a look at the newest messages of the mailbox, wherever they stand.

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};

use super::super::cursor::ScopeCursor;
use super::{CHANGES, Step, StepOutcome};
use crate::error::Result;
use crate::provider::{ListRequest, PageOutcome};

impl Step<'_, '_> {
    /// Fetches what has arrived since then and isn't stored. The listing meets it again and stores nothing twice; of more
    /// than a page, it brings the rest.
    pub(super) async fn look(&self, since: DateTime<Utc>) -> Result<StepOutcome> {
        let request = ListRequest {
            folder: None,
            folders: &self.progress.folders,
            since: self.account.sync_start_date.max(Some(since)),
            page: None,
            size: CHANGES,
        };
        let changes = match self.provider.list_ids(self.session, request).await? {
            PageOutcome::Page(page) => page.changes,
            // It was only a look.
            PageOutcome::CursorExpired | PageOutcome::Unreadable(_) => Vec::new(),
        };
        let under_way = BTreeSet::new();
        let merge = self.merge(&under_way);
        let mut merged = merge.merged(merge.ask(changes, true, false).await?).await?;
        let batch = std::mem::take(&mut merged.batch);
        let batch = ScopeCursor::looked(self.now).save(batch, self.account)?;
        Ok(self.outcome(batch, merged))
    }
}
