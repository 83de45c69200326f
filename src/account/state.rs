//! How far the synchronisation of an account is.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::work::Work;

/// How far the synchronisation of an account is; pages show it as it is.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct SyncState {
    /// What it is doing.
    pub phase: SyncPhase,
    /// How many mails are stored and shown: counted whenever a pass ends, and reckoned up from there.
    pub stored: u64,
    /// How many the provider expects in all, where it says so.
    pub total: Option<u64>,
    /// Whether that is a guess.
    pub is_estimate: bool,
    /// Whether it was counted how many there are from the start date on.
    pub is_counted: bool,
    /// Whether the first sync has ended.
    pub done: bool,
    /// When the first sync began.
    pub started_at: Option<DateTime<Utc>>,
    /// When a run last ended well.
    pub last_run_at: Option<DateTime<Utc>>,
    /// What stopped the last run, where something did.
    pub last_error: Option<SyncFailure>,
    /// Lists that could not be read, or not to their end, when a pass last ended: the first few of them. As long as there
    /// is one, the mailbox isn't here as a whole.
    pub unreadable: Vec<UnreadableList>,
    /// When the pass in hand began; none between passes.
    pub pass_started_at: Option<DateTime<Utc>>,
    /// How many runs in a row have failed.
    pub failures: u32,
    /// The run in hand, its pace, and what waits to be confirmed.
    pub work: Work,
}

/// What the synchronisation of an account is doing.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum SyncPhase {
    /// Waiting for the start date.
    #[default]
    Waiting,
    /// Listing what is there, newest first.
    Listing,
    /// Following changes.
    Incremental,
}

/// A list of mails that can't be read at present, or not to its end, while the others can.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct UnreadableList {
    /// The folder's id, or the scope of the whole mailbox.
    pub id: String,
    /// The folder's name; none where it is the list of the whole mailbox.
    pub name: Option<String>,
    /// The [`ErrorCode`](crate::error::ErrorCode).
    pub code: String,
    /// The sentence.
    pub message: String,
    /// Since when.
    pub since: DateTime<Utc>,
    /// When it is tried again.
    pub retry_at: DateTime<Utc>,
}

/// What stopped a run.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SyncFailure {
    /// The [`ErrorCode`].
    pub code: String,
    /// The sentence.
    pub message: String,
}
