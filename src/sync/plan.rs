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
    /// Try items again that have failed.
    Retry,
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

/// Chooses the next task: changes before the back-fill, so that new mail shows while old mail is still listed.
pub(super) fn next<'a>(
    progress: &'a Progress,
    scope: CursorScope,
    pass_start: DateTime<Utc>,
    now: DateTime<Utc>,
    interval: TimeDelta,
    retry_due: bool,
) -> Task<'a> {
    // A long back-fill doesn't keep new mail waiting for longer than an interval.
    let stale = |read_at: Option<DateTime<Utc>>| read_at.is_none_or(|at| at < pass_start.max(now - interval));
    if stale(progress.folders_read_at) {
        return Task::Folders;
    }
    let scopes = scopes(progress, scope);
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
    if retry_due { Task::Retry } else { Task::End }
}

fn scopes(progress: &Progress, scope: CursorScope) -> Vec<(ScopeCursor, Option<&Folder>)> {
    let of = |name: &str| {
        let known = progress
            .cursors
            .iter()
            .find(|cursor| cursor.scope == name)
            .cloned();
        known.unwrap_or_else(|| ScopeCursor::new(name))
    };
    match scope {
        CursorScope::Mailbox => vec![(of(MAILBOX_SCOPE), None)],
        CursorScope::Folder => progress
            .folders
            .iter()
            .map(|folder| (of(&folder.id), Some(folder)))
            .collect(),
    }
}
