//! A folder that can't be read: the step is about the others, and notes it.

use super::super::cursor::{Progress, ScopeCursor};
use super::super::merge::Merged;
use super::super::plan;
use super::super::trail::Trails;
use super::super::trouble::Trouble;
use super::{Step, StepOutcome};
use crate::error::{Error, ErrorCode, Result};
use crate::host::{Batch, LogLevel};

impl Step<'_, '_> {
    /// The cursor of a list that leads in a circle. It begins anew after a while.
    pub(super) fn going_round(&self, cursor: ScopeCursor, error: &Error) -> ScopeCursor {
        let cursor = self.in_trouble(cursor, error);
        ScopeCursor {
            page: None,
            pending: None,
            given: 0,
            trails: Trails::default(),
            trouble: cursor.trouble.map(Trouble::of_list),
            ..cursor
        }
    }

    /// The cursor of a folder that was asked for in vain.
    pub(super) fn in_trouble(&self, mut cursor: ScopeCursor, error: &Error) -> ScopeCursor {
        let (id, code) = (self.account.id, error.code().as_str());
        self.host.log(
            LogLevel::Warn,
            &format!("account {id}: a list can't be read: {code}: {error}"),
        );
        cursor.trouble = Some(Trouble::after(cursor.trouble, error, self.now));
        cursor
    }

    /// What is written of folders that were asked for in vain, among the `cursors` of a step. Where one is not found, the
    /// folders are read again.
    ///
    /// # Errors
    /// The reason, where nothing of the mailbox can be read.
    pub(super) fn noted(
        &self,
        batch: Batch,
        cursors: &[ScopeCursor],
        mut refusals: Vec<Error>,
        progress: &Progress,
    ) -> Result<Batch> {
        let Some(last) = refusals.pop() else {
            return Ok(batch);
        };
        let after = cursors.iter().cloned().fold(progress.clone(), Progress::with);
        if plan::nothing_is_readable(&after, self.account) {
            return Err(last);
        }
        refusals.push(last);
        let is_missing = |error: &Error| error.code() == ErrorCode::ItemGone;
        let were_read = progress.folders_read_at == Some(self.now);
        match refusals.iter().any(is_missing) && !were_read {
            true => ScopeCursor::folders_unread().save(batch, self.account),
            false => Ok(batch),
        }
    }

    /// What a step comes to whose only folder was asked for in vain.
    pub(super) fn left_alone(&self, cursor: ScopeCursor, error: Error) -> Result<StepOutcome> {
        let cursors = [self.in_trouble(cursor, &error)];
        let batch = ScopeCursor::save_all(&cursors, Batch::new(), self.account)?;
        let batch = self.noted(batch, &cursors, vec![error], self.progress)?;
        Ok(self.outcome(batch, Merged::default()))
    }
}
