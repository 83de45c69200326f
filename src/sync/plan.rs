//! What to do next for an account.

use chrono::{DateTime, TimeDelta, Utc};

use super::cursor::{MAILBOX_SCOPE, Phase, Progress, ScopeCursor};
use crate::account::Account;
use crate::model::Folder;
use crate::provider::{Capabilities, CursorScope};

/// How long folders are taken as known where a feed tells that one is missing.
const FOLDERS_EVERY: TimeDelta = TimeDelta::hours(1);
/// So many messages of small folders are listed at once.
const LISTED_AT_ONCE: u64 = 100;

/// A scope, and the folder where it is one.
pub(super) type Scope<'a> = (ScopeCursor, Option<&'a Folder>);

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
    /// Read a page of each of several scopes in one exchange, and the folders where they are due.
    Feeds {
        /// The scopes.
        feeds: Vec<Scope<'a>>,
        /// Whether to read what has changed in them, or else what is there.
        are_changes: bool,
        /// Whether to read the folders.
        with_folders: bool,
    },
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
    let capabilities = &account.provider.mail().capabilities();
    // A long back-fill doesn't keep new mail waiting for longer than an interval.
    let stale = |read_at: Option<DateTime<Utc>>| read_at.is_none_or(|at| at < pass_start.max(now - interval));
    let with_folders = match capabilities.reads_folders_always {
        true => stale(progress.folders_read_at),
        false => progress.folders_read_at.is_none_or(|at| at < now - FOLDERS_EVERY),
    };
    // What is hidden and what is shown is settled before anything else is read.
    if let Some(cursor) = &progress.exclusions {
        return Task::Exclusions(cursor.clone());
    }
    let scopes = scopes(progress, account);
    let mut feeds: Vec<Scope<'_>> = scopes
        .iter()
        .filter(|(cursor, _)| has_changes(cursor) && stale(cursor.checked_at))
        .cloned()
        .collect();
    if with_folders && (capabilities.feeds_at_once < 2 || feeds.is_empty()) {
        return Task::Folders;
    }
    if capabilities.feeds_at_once > 1 && (with_folders || feeds.len() > 1) {
        feeds.truncate(capabilities.feeds_at_once);
        let are_changes = true;
        return Task::Feeds {
            feeds,
            are_changes,
            with_folders,
        };
    }
    if let Some((cursor, folder)) = feeds.into_iter().next() {
        return Task::Changes(cursor, folder);
    }
    if let Some(task) = listing(scopes, capabilities) {
        return task;
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

/// Whether changes of the scope can be read: also while it is listed, once they were read before.
fn has_changes(cursor: &ScopeCursor) -> bool {
    match cursor.phase {
        Phase::Following => true,
        Phase::Listing | Phase::Relisting | Phase::Confirming => {
            cursor.position.is_some() && cursor.checked_at.is_some()
        }
        Phase::New => false,
    }
}

/// The scope that is listed next for the first time, once all that `progress` tells is stored; `None` where something
/// else comes first.
pub(super) fn next_listed<'a>(progress: &'a Progress, account: &Account) -> Option<Scope<'a>> {
    let capabilities = account.provider.mail().capabilities();
    match listing(scopes(progress, account), &capabilities)? {
        Task::List(cursor, folder) if cursor.phase == Phase::Listing => Some((cursor, folder)),
        _ => None,
    }
}

/// Goes on with the first scope that isn't read to its end.
fn listing<'a>(scopes: Vec<Scope<'a>>, capabilities: &Capabilities) -> Option<Task<'a>> {
    let is_first = scopes.iter().all(|(cursor, _)| cursor.phase == Phase::New);
    let open = scopes
        .into_iter()
        .filter(|(cursor, _)| cursor.phase != Phase::Following);
    // The feed of a folder begins with what is there; only a mailbox's changes have a position of their own.
    let open = open.map(
        |(cursor, folder)| match (cursor.phase, capabilities.cursor_scope) {
            (Phase::New, CursorScope::Folder) => {
                let phase = Phase::Listing;
                (ScopeCursor { phase, ..cursor }, folder)
            }
            _ => (cursor, folder),
        },
    );
    let mut open = open.peekable();
    let (cursor, folder) = open.next()?;
    match cursor.phase {
        Phase::New => return Some(Task::Begin(cursor)),
        Phase::Confirming => return Some(Task::Confirm(cursor)),
        Phase::Listing | Phase::Relisting | Phase::Following => {}
    }
    let mut feeds = vec![(cursor, folder)];
    let mut left = LISTED_AT_ONCE;
    // The first page shall be there soon, so it comes alone.
    while !is_first
        && feeds.len() < capabilities.feeds_at_once
        && let Some(size) = feeds.last().and_then(small)
        && size <= left
        && let Some(next) = open.next_if(|next| small(next).is_some_and(|other| other <= left - size))
    {
        left -= size;
        feeds.push(next);
    }
    match feeds.len() {
        1 => feeds.pop().map(|(cursor, folder)| Task::List(cursor, folder)),
        _ => Some(Task::Feeds {
            feeds,
            are_changes: false,
            with_folders: false,
        }),
    }
}

/// How many messages a folder has that can be listed together with others.
fn small((cursor, folder): &Scope<'_>) -> Option<u64> {
    let begins = matches!(cursor.phase, Phase::Listing | Phase::Relisting) && cursor.page.is_none();
    folder.and_then(|folder| folder.total).filter(|_| begins)
}

/// What is read of a mailbox, with how far it has been read. A folder that its user has switched off is not read.
fn scopes<'a>(progress: &'a Progress, account: &Account) -> Vec<Scope<'a>> {
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
