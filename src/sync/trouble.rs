//! A folder that can't be read while the others of its mailbox can: it is left alone for a while, and its user is told.

use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};

use super::cursor::{self, Progress};
use crate::account::{Account, UnreadableList};
use crate::error::Error;
use crate::error::Result;
use crate::host::Host;

/// The first pause, doubled with every try that fails up to the longest one.
const FIRST_PAUSE: TimeDelta = TimeDelta::minutes(5);
const LONGEST_PAUSE: TimeDelta = TimeDelta::hours(1);

/// Why a scope can't be read, and when to try again.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Trouble {
    attempts: u32,
    since: DateTime<Utc>,
    tried_at: DateTime<Utc>,
    retry_at: DateTime<Utc>,
    /// Whether it is about the list of what is there: changes can be read all the same.
    is_of_list: bool,
    code: String,
    message: String,
}

impl Trouble {
    /// The trouble after another try has failed.
    pub(super) fn after(before: Option<Self>, error: &Error, now: DateTime<Utc>) -> Self {
        let attempts = before.as_ref().map_or(0, |before| before.attempts);
        let pause = (FIRST_PAUSE * (1 << attempts.min(4))).min(LONGEST_PAUSE);
        Self {
            attempts: attempts + 1,
            since: before.map_or(now, |before| before.since),
            tried_at: now,
            retry_at: now + pause,
            is_of_list: false,
            code: error.code().as_str().to_owned(),
            message: error.message().to_owned(),
        }
    }

    /// The same about nothing but the list of what is there.
    pub(super) fn of_list(mut self) -> Self {
        self.is_of_list = true;
        self
    }

    /// Whether changes can't be read either.
    pub(super) const fn is_of_everything(&self) -> bool {
        !self.is_of_list
    }

    /// Whether the scope is left alone at `now`. Whoever has asked to synchronise since has perhaps put it right.
    pub(super) fn rests(&self, account: &Account, now: DateTime<Utc>) -> bool {
        now < self.retry_at && account.sync_requested_at.is_none_or(|at| at <= self.tried_at)
    }
}

/// The lists that can't be read, as pages show them.
///
/// # Errors
/// `storage_failed`.
pub async fn unreadable(host: &dyn Host, account: &Account) -> Result<Vec<UnreadableList>> {
    let progress = cursor::load(host, account).await?;
    Ok(lists(&progress).collect())
}

/// The lists that can't be read.
pub(super) fn lists(progress: &Progress) -> impl Iterator<Item = UnreadableList> {
    progress.cursors.iter().filter_map(|cursor| {
        let trouble = cursor.trouble.as_ref()?;
        let folder = progress.folders.iter().find(|folder| folder.id == cursor.scope);
        Some(UnreadableList {
            id: cursor.scope.clone(),
            name: folder.map(|folder| folder.name.clone()),
            code: trouble.code.clone(),
            message: trouble.message.clone(),
            since: trouble.since,
            retry_at: trouble.retry_at,
        })
    })
}
