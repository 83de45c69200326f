//! What to do next for an account.

use chrono::{DateTime, TimeDelta, Utc};

use super::cursor::{MAILBOX_SCOPE, Phase, Progress, ScopeCursor};
use crate::account::Account;
use crate::model::Folder;
use crate::provider::CursorScope;

/// The next thing to do.
#[derive(Debug)]
pub(super) enum Task<'a> {
    /// Read the folders.
    Folders,
    /// Begin a scope: take the position from which changes will be read.
    Begin(ScopeCursor),
    /// Read a page of what is there.
    List(ScopeCursor, Option<&'a Folder>),
    /// Ask for stored messages that listing again has not shown.
    Confirm(ScopeCursor),
    /// Read a page of changes.
    Changes(ScopeCursor, Option<&'a Folder>),
    /// Compare stored mails with exclusions that were changed.
    Exclusions(ScopeCursor),
    /// Ask for items of the ledger.
    Retry,
    /// Compare what is stored with what the provider lists.
    Audit,
    /// Nothing more in this pass.
    End,
}

/// When the pass in hand began: a request after it began starts a new one.
pub(super) fn pass_start(account: &Account, now: DateTime<Utc>) -> DateTime<Utc> {
    let running = account.sync_state.pass_started_at;
    match (running, account.sync_requested_at) {
        (Some(started), Some(requested)) => started.max(requested),
        (Some(started), None) => started,
        (None, _) => now,
    }
}

/// The circumstances that a task is chosen in.
#[derive(Clone, Copy)]
pub(super) struct Situation {
    /// When the pass in hand began.
    pub(super) pass_start: DateTime<Utc>,
    /// The time.
    pub(super) now: DateTime<Utc>,
    /// How often changes are read.
    pub(super) interval: TimeDelta,
    /// Whether items of the ledger are due.
    pub(super) retry_due: bool,
}

/// Chooses the next task: changes before the back-fill, so that new mail shows while old mail is still listed.
pub(super) fn next<'a>(progress: &'a Progress, account: &Account, situation: Situation) -> Task<'a> {
    let Situation {
        pass_start,
        now,
        interval,
        retry_due,
    } = situation;
    // A long back-fill doesn't keep new mail waiting for longer than an interval.
    let stale = |read_at: Option<DateTime<Utc>>| read_at.is_none_or(|at| at < pass_start.max(now - interval));
    if stale(progress.folders_read_at) {
        return Task::Folders;
    }
    // What is hidden and what is shown is settled before anything else is read.
    if let Some(cursor) = &progress.exclusions {
        return Task::Exclusions(cursor.clone());
    }
    let scopes = scopes(progress, account);
    for (cursor, folder) in &scopes {
        if cursor.phase == Phase::Following && stale(cursor.checked_at) {
            return Task::Changes(cursor.clone(), *folder);
        }
        let begun_listing = matches!(
            cursor.phase,
            Phase::Listing | Phase::Relisting | Phase::Confirming
        );
        if begun_listing
            && cursor.position.is_some()
            && cursor.checked_at.is_some()
            && stale(cursor.checked_at)
        {
            return Task::Changes(cursor.clone(), *folder);
        }
    }
    for (cursor, folder) in scopes {
        match cursor.phase {
            Phase::New => return Task::Begin(cursor),
            Phase::Listing | Phase::Relisting => return Task::List(cursor, folder),
            Phase::Confirming => return Task::Confirm(cursor),
            Phase::Following => {}
        }
    }
    // A folder that was deleted has no feed any more; its mails are asked for one by one.
    if let Some(cursor) = progress
        .cursors
        .iter()
        .find(|cursor| cursor.phase == Phase::Confirming)
    {
        return Task::Confirm(cursor.clone());
    }
    // A comparison that has begun isn't disturbed by what it finds.
    let audit_due = account.audit.is_due(account.sync_state.started_at, now);
    match (account.audit.running.is_some(), retry_due, audit_due) {
        (true, _, _) | (false, false, true) => Task::Audit,
        (false, true, _) => Task::Retry,
        (false, false, false) => Task::End,
    }
}

/// What is read of a mailbox, with how far it has been read. A folder that its user has switched off is not read.
fn scopes<'a>(progress: &'a Progress, account: &Account) -> Vec<(ScopeCursor, Option<&'a Folder>)> {
    let of = |name: &str| {
        let known = progress
            .cursors
            .iter()
            .find(|cursor| cursor.scope == name)
            .cloned();
        known.unwrap_or_else(|| ScopeCursor::new(name))
    };
    match account.provider.mail().capabilities().cursor_scope {
        CursorScope::Mailbox => vec![(of(MAILBOX_SCOPE), None)],
        CursorScope::Folder => progress
            .folders
            .iter()
            .filter(|folder| !account.exclusions.cover_folder(folder))
            .map(|folder| (of(&folder.id), Some(folder)))
            .collect(),
    }
}
