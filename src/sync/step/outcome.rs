//! What a step leaves to be committed.

use chrono::{DateTime, Utc};

use crate::account::{RunKind, Tally, UnreadableList};
use crate::host::Batch;
use crate::sync::audit::AuditState;

/// What a step found, ready to be committed.
pub struct StepOutcome {
    /// The records, ledger rows and cursor.
    pub(in super::super) batch: Batch,
    /// What to write instead where that is a conflict.
    pub(in super::super) after_conflict: Batch,
    /// What became of mails.
    pub(in super::super) tally: Tally,
    /// What the step belongs to.
    pub(in super::super) kind: RunKind,
    /// How many mails were removed on the provider's word alone.
    pub(in super::super) unconfirmed: u64,
    /// How many mails the provider no longer lists, each to be confirmed.
    pub(in super::super) missing: u64,
    /// How many mails are stored and shown, where they were counted.
    pub(in super::super) stored: Option<u64>,
    /// The lists that can't be read, at the end of a pass.
    pub(in super::super) unreadable: Vec<UnreadableList>,
    /// How many mails the provider expects in all, where it said so.
    pub(in super::super) total: Option<u64>,
    /// Whether that was counted, and whether the count is a guess.
    pub(in super::super) is_counted: bool,
    pub(in super::super) is_estimate: bool,
    /// How far the comparison with the provider's lists is, where the step was about it.
    pub(in super::super) audit: Option<AuditState>,
    /// When the pass in hand began.
    pub(in super::super) pass_started_at: DateTime<Utc>,
    /// Whether there is nothing more to do until the next pass.
    pub(in super::super) pass_ended: bool,
    /// When the pass goes on, where the provider's limits make it wait.
    pub(in super::super) resumes_at: Option<DateTime<Utc>>,
}
