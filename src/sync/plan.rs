//! What to do next for an account.

use chrono::{DateTime, TimeDelta, Utc};

use super::cursor::{MAILBOX_SCOPE, Phase, Progress, ScopeCursor};
use super::ledger::Due;
use super::trouble::Trouble;
use crate::account::Account;
use crate::model::Folder;
use crate::ordered::map_of;
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
    /// Read a page of what is there in a scope, or of each of several in one exchange.
    List(Vec<Scope<'a>>),
    /// Ask for stored messages that listing again has not shown.
    Confirm(ScopeCursor),
    /// Read a page of changes.
    Changes(ScopeCursor, Option<&'a Folder>),
    /// Count the mails since the start date.
    Count(DateTime<Utc>),
    /// Look for what has arrived since then, wherever in the mailbox.
    Look(DateTime<Utc>),
    /// Compare stored mails with exclusions that were changed.
    Exclusions(ScopeCursor),
    /// Read a page of what has changed in each of several scopes in one exchange, and the folders where they are due.
    Feeds {
        /// The scopes.
        feeds: Vec<Scope<'a>>,
        /// Whether to read the folders.
        with_folders: bool,
    },
    /// Ask for items of the ledger.
    Retry {
        /// Whether only for those that have failed before.
        only_failing: bool,
    },
    /// Compare the mails that have a label here with those that have it at the provider.
    Label(ScopeCursor),
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
    /// What of the ledger is due.
    pub(super) retry_due: Due,
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
    let mut feeds = all_scopes(progress, account);
    feeds.retain(|(cursor, _)| {
        let trouble = cursor.trouble.as_ref();
        let rests = trouble.is_some_and(|trouble| trouble.is_of_everything() && trouble.rests(account, now));
        !rests && has_changes(cursor) && stale(cursor.checked_at)
    });
    if with_folders && (capabilities.feeds_at_once < 2 || feeds.is_empty()) {
        return Task::Folders;
    }
    if capabilities.feeds_at_once > 1 && (with_folders || feeds.len() > 1) {
        feeds.truncate(capabilities.feeds_at_once);
        return Task::Feeds { feeds, with_folders };
    }
    if let Some((cursor, folder)) = feeds.into_iter().next() {
        return Task::Changes(cursor, folder);
    }
    let scopes = scopes(progress, account, now);
    if let Some(since) = unseen_since(progress, account, &scopes, situation) {
        return Task::Look(since);
    }
    // Once the first page is there: how much is it in all?
    let state = &account.sync_state;
    let is_uncounted = !state.done && !state.is_counted && state.stored > 0;
    if let Some(since) = account.sync_start_date.filter(|_| is_uncounted) {
        return Task::Count(since);
    }
    if let Some(task) = listing(scopes, capabilities) {
        // A new mail that has failed once doesn't wait for the end of a long back-fill. The two take turns, so that mails
        // that fail all the time don't keep the listing from going on.
        let is_turn = account.lease_number % 2 == 0 && account.audit.running.is_none();
        return match retry_due == Due::Failing && is_turn {
            true => Task::Retry { only_failing: true },
            false => task,
        };
    }
    // A folder that was deleted has no feed any more; its mails are asked for one by one.
    if let Some(cursor) = progress
        .cursors
        .iter()
        .find(|cursor| cursor.phase == Phase::Confirming)
    {
        return Task::Confirm(cursor.clone());
    }
    // What one label has told of is read before the next one is compared: it often tells of the same mails.
    if let (Some(label), Due::Nothing) = (progress.labels.first(), retry_due) {
        return Task::Label(label.clone());
    }
    // A comparison that has begun isn't disturbed by what it finds.
    let audit_due = account.audit.is_due(account.sync_state.started_at, now);
    match (account.audit.running.is_some(), retry_due, audit_due) {
        (true, _, _) | (false, Due::Nothing, true) => Task::Audit,
        (false, Due::Untried | Due::Failing, _) => Task::Retry { only_failing: false },
        (false, Due::Nothing, false) => Task::End,
    }
}

/// Since when mail may have arrived that nothing tells of, where it is time for a look: the feed of a folder gives its
/// changes only after all that is there, which takes long.
fn unseen_since(
    progress: &Progress,
    account: &Account,
    scopes: &[Scope<'_>],
    situation: Situation,
) -> Option<DateTime<Utc>> {
    /// The provider's clock may be another, and what has arrived may be listed a moment later.
    const MARGIN: TimeDelta = TimeDelta::minutes(10);
    if account.provider.mail().capabilities().cursor_scope == CursorScope::Mailbox {
        return None;
    }
    let unread = scopes
        .iter()
        .map(|(cursor, _)| cursor)
        .filter(|cursor| cursor.phase != Phase::Following && !has_changes(cursor));
    let begun = match account.sync_state.done {
        false => unread
            .take(1)
            .filter_map(|_| account.sync_state.started_at)
            .next(),
        true => unread.filter_map(|cursor| cursor.relisted_from).min(),
    };
    let last = begun.max(progress.looked_at.filter(|_| begun.is_some()))?;
    let is_asked = account.sync_requested_at.is_some_and(|at| at > last);
    (is_asked || last < situation.now - situation.interval).then(|| last - MARGIN)
}

/// Whether changes of the scope can be read: also while it is listed, once they were read before.
fn has_changes(cursor: &ScopeCursor) -> bool {
    match cursor.phase {
        Phase::Following => true,
        Phase::Listing | Phase::Relisting | Phase::Comparing | Phase::Completing | Phase::Confirming => {
            cursor.position.is_some() && cursor.checked_at.is_some()
        }
        Phase::New => false,
    }
}

/// The scopes that are listed next for the first time, once all that `progress` tells is stored, and beside those that
/// are `busy`: their next pages are under way. `None` where something else comes first.
pub(super) fn next_listed<'a>(
    progress: &'a Progress,
    account: &Account,
    busy: &[String],
    now: DateTime<Utc>,
) -> Option<Vec<Scope<'a>>> {
    let capabilities = account.provider.mail().capabilities();
    let mut scopes = scopes(progress, account, now);
    scopes.retain(|(cursor, _)| !busy.contains(&cursor.scope));
    match listing(scopes, &capabilities)? {
        Task::List(scopes) if scopes.iter().all(|(cursor, _)| cursor.phase.skips_stored()) => Some(scopes),
        _ => None,
    }
}

/// Goes on with the first scope that isn't read to its end, and with small ones behind it.
fn listing<'a>(scopes: Vec<Scope<'a>>, capabilities: &Capabilities) -> Option<Task<'a>> {
    let is_first = scopes.iter().all(|(cursor, _)| cursor.phase == Phase::New);
    let open = scopes
        .into_iter()
        .filter(|(cursor, _)| cursor.phase != Phase::Following);
    // The feed of a folder begins with what is there; only a mailbox's changes have a position of their own.
    let mut open = open.map(
        |(cursor, folder)| match (cursor.phase, capabilities.cursor_scope) {
            (Phase::New, CursorScope::Folder) => {
                let phase = Phase::Listing;
                (ScopeCursor { phase, ..cursor }, folder)
            }
            _ => (cursor, folder),
        },
    );
    let (cursor, folder) = open.next()?;
    match cursor.phase {
        Phase::New => return Some(Task::Begin(cursor)),
        Phase::Confirming => return Some(Task::Confirm(cursor)),
        Phase::Listing | Phase::Relisting | Phase::Comparing | Phase::Completing | Phase::Following => {}
    }
    let mut feeds = vec![(cursor, folder)];
    let size = feeds
        .first()
        .and_then(small)
        .filter(|size| *size <= LISTED_AT_ONCE);
    // The first page shall be there soon, so it comes alone.
    if let Some(size) = size.filter(|_| !is_first) {
        let mut left = LISTED_AT_ONCE - size;
        let others = open.filter(|other| match small(other) {
            Some(size) if size <= left => {
                left -= size;
                true
            }
            _ => false,
        });
        feeds.extend(others.take(capabilities.feeds_at_once.saturating_sub(1)));
    }
    Some(Task::List(feeds))
}

/// How many messages a folder has that can be listed together with others.
fn small((cursor, folder): &Scope<'_>) -> Option<u64> {
    let begins = matches!(cursor.phase, Phase::Listing | Phase::Relisting) && cursor.page.is_none();
    folder.and_then(|folder| folder.total).filter(|_| begins)
}

/// Whether nothing of the mailbox can be read.
pub(super) fn nothing_is_readable(progress: &Progress, account: &Account) -> bool {
    let is_unreadable = |cursor: &ScopeCursor| cursor.trouble.as_ref().is_some_and(Trouble::is_of_everything);
    all_scopes(progress, account)
        .iter()
        .all(|(cursor, _)| is_unreadable(cursor))
}

/// What of a mailbox can be listed now, with how far it has been read.
fn scopes<'a>(progress: &'a Progress, account: &Account, now: DateTime<Utc>) -> Vec<Scope<'a>> {
    let mut scopes = all_scopes(progress, account);
    scopes.retain(|(cursor, _)| {
        cursor
            .trouble
            .as_ref()
            .is_none_or(|trouble| !trouble.rests(account, now))
    });
    scopes
}

/// What is read of a mailbox, with how far it has been read. A folder that its user has switched off is not read.
fn all_scopes<'a>(progress: &'a Progress, account: &Account) -> Vec<Scope<'a>> {
    // Of thousands of folders, each is found at once.
    let known = map_of(
        progress
            .cursors
            .iter()
            .map(|cursor| (cursor.scope.as_str(), cursor)),
    );
    let of = |name: &str| {
        let known = known.get(name).map(|cursor| (*cursor).clone());
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
