//! The proof of completeness: the ids that the provider lists, compared with those that are stored.
//!
//! Only ids are read, a page at a step, and each page is looked up by itself: no mailbox is ever held in memory. When
//! everything listed is stored, and as much is stored as was listed, both sides are the same. When more is stored, a
//! second reading marks what is listed, and what has no mark afterwards goes to the brake.

use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::brake;
use super::cursor::{MAILBOX_SCOPE, Progress};
use super::known::{self, Known};
use super::ledger::{self, ItemState};
use super::trail::Trail;
use crate::account::{Account, Reason};
use crate::error::{Error, ErrorCode, Result};
use crate::host::{Batch, Comparison, Filter, Host, LogLevel, Row, row};
use crate::model::{Cursor, Folder};
use crate::ordered::set_of;
use crate::provider::{Change, CursorScope, ListRequest, Next, PageOutcome};
use crate::session::Session;
use crate::store::collections;

/// How often a mailbox is compared.
const INTERVAL: TimeDelta = TimeDelta::hours(24);
/// How long one waits that the provider could not list for.
const PAUSE: TimeDelta = TimeDelta::hours(1);
/// Ids in a page.
pub(super) const PAGE: u32 = 500;

/// The comparison with the provider's lists, as an account remembers it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct AuditState {
    /// The one in hand.
    pub running: Option<Audit>,
    /// What the last one found.
    pub result: Option<Completeness>,
    /// Whether its user has asked for one.
    pub requested: bool,
    /// When to try again after the provider could not list.
    pub retry_at: Option<DateTime<Utc>>,
}

/// What a comparison found. "12,431 of 12,431" is `stored` of `total`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Completeness {
    /// When it ended.
    pub checked_at: DateTime<Utc>,
    /// How many mails were here.
    pub stored: u64,
    /// How many should have been.
    pub total: u64,
    /// How many the provider has that are left out for a reason.
    pub skipped: u64,
    /// How many were missing here and are fetched.
    pub repaired: u64,
    /// How many wait for another try.
    pub waiting: u64,
    /// How many are here that the provider doesn't list; each is confirmed before it is removed.
    pub surplus: u64,
}

/// A comparison in hand.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Audit {
    started_at: DateTime<Utc>,
    stage: Stage,
    scope: Option<String>,
    page: Option<Cursor>,
    #[serde(default)]
    trail: Trail,
    stored: u64,
    skipped: u64,
    repaired: u64,
    waiting: u64,
    surplus: u64,
}

/// What is being done in a comparison.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Stage {
    /// Looking up what is listed.
    Listing,
    /// Doing it again, with marks.
    Marking,
    /// Looking for what has no mark.
    Sweeping,
}

impl Audit {
    fn new(stage: Stage, now: DateTime<Utc>) -> Self {
        Self {
            started_at: now,
            stage,
            scope: None,
            page: None,
            trail: Trail::default(),
            stored: 0,
            skipped: 0,
            repaired: 0,
            waiting: 0,
            surplus: 0,
        }
    }
}

impl AuditState {
    /// Whether there is something to do now for an account whose changes have been read.
    pub(super) fn is_due(&self, first_sync_began: Option<DateTime<Utc>>, now: DateTime<Utc>) -> bool {
        if self.retry_at.is_some_and(|at| now < at) {
            return false;
        }
        let last = self
            .result
            .as_ref()
            .map(|result| result.checked_at)
            .or(first_sync_began);
        self.running.is_some() || self.requested || last.is_some_and(|last| now - last >= INTERVAL)
    }
}

/// What a step of a comparison comes to.
pub(super) struct Audited {
    /// Entries and marks.
    pub(super) batch: Batch,
    /// What the account remembers.
    pub(super) state: AuditState,
    /// How many mails have to be confirmed before they are removed.
    pub(super) missing: u64,
}

/// The next step of a comparison.
pub(super) async fn step(
    host: &dyn Host,
    session: &Session,
    account: &Account,
    progress: &Progress,
) -> Result<Audited> {
    // What stands in a folder that can't be read would look as if it was too much.
    if progress.cursors.iter().any(|cursor| cursor.trouble.is_some()) {
        return Ok(postponed(host, account));
    }
    let mut audit = match &account.audit.running {
        Some(running) => running.clone(),
        None => Audit::new(Stage::Listing, host.now()),
    };
    let scopes = scopes(account, progress);
    let position = scopes
        .iter()
        .position(|(scope, _)| audit.scope.as_ref() == Some(scope));
    // A folder that is gone was the provider's business; the next reading will tell.
    let index = position.unwrap_or(0);
    let Some((scope, folder)) = scopes.get(index).filter(|_| audit.stage != Stage::Sweeping) else {
        return sweep(host, account, audit).await;
    };
    audit.scope = Some(scope.clone());
    let request = ListRequest {
        folder: *folder,
        folders: &progress.folders,
        since: account.sync_start_date,
        page: audit.page.as_ref(),
        size: PAGE,
    };
    let page = match account.provider.mail().list_ids(session, request).await {
        Ok(PageOutcome::Page(page)) => page,
        // Its place in the list is forgotten. It begins anew, and not again and again.
        Ok(PageOutcome::CursorExpired | PageOutcome::Unreadable(_)) => return Ok(postponed(host, account)),
        // Mail is synchronised all the same: an account doesn't fail for a list that can't be had.
        Err(error) if !is_passing(&error) => return Ok(unable(host, account, &error)),
        Err(error) => return Err(error),
    };
    let next = match page.next {
        Next::Page(next) => match audit.trail.follow(audit.page.as_ref(), next) {
            Ok(next) => Some(next),
            Err(error) => return Ok(unable(host, account, &error)),
        },
        Next::End(_) => None,
    };
    let batch = look_up(host, account, &mut audit, page.changes).await?;
    audit.page = next;
    if audit.page.is_none() {
        audit.trail = Trail::default();
        audit.scope = scopes.get(index + 1).map(|(scope, _)| scope.clone());
        if audit.scope.is_none() {
            return end(host, account, audit, batch).await;
        }
    }
    Ok(running(account, batch, audit, 0))
}

fn scopes<'a>(account: &Account, progress: &'a Progress) -> Vec<(String, Option<&'a Folder>)> {
    match account.provider.mail().capabilities().cursor_scope {
        CursorScope::Mailbox => vec![(MAILBOX_SCOPE.to_owned(), None)],
        CursorScope::Folder => progress
            .folders
            .iter()
            .filter(|folder| !account.exclusions.cover_folder(folder))
            .map(|folder| (folder.id.clone(), Some(folder)))
            .collect(),
    }
}

/// What a page lists is here, or known, or a gap.
async fn look_up(host: &dyn Host, account: &Account, audit: &mut Audit, page: Vec<Change>) -> Result<Batch> {
    let ids = set_of(page.into_iter().filter_map(|change| match change {
        Change::Listed(listed) => Some(listed.mail_id),
        _ => None,
    }));
    let stored = known::stored(host, account, ids.iter().collect()).await?;
    let absent = ids.iter().filter(|id| !stored.contains_key(*id));
    let entries = ledger::states(host, account, absent.collect()).await?;
    let mut shown: Vec<&str> = Vec::new();
    let mut gaps: Vec<Row> = Vec::new();
    for id in &ids {
        match (stored.get(id), entries.get(id)) {
            (Some(Known::Shown), _) => shown.push(id),
            (Some(Known::Hidden(Reason::Folder | Reason::Sender | Reason::Older)), _)
            | (None, Some(ItemState::Skipped)) => audit.skipped += 1,
            (None, Some(ItemState::Listed | ItemState::Failing | ItemState::Missing)) => audit.waiting += 1,
            (Some(Known::Hidden(Reason::Gone)), _) | (None, Some(ItemState::Gone) | None) => {
                gaps.push(ledger::entry(
                    host,
                    account.id,
                    id,
                    ItemState::Listed,
                    "found by comparison",
                ));
            }
        }
    }
    audit.stored += shown.len() as u64;
    audit.repaired += gaps.len() as u64;
    let mut batch = Batch::new().upsert(collections::LEDGER, &ledger::KEY, gaps);
    if audit.stage == Stage::Marking && !shown.is_empty() {
        let mark = row([("auditedAt", json!(audit.started_at))]);
        batch = batch.update(
            collections::MESSAGES,
            known::several(account, shown.into_iter()),
            mark,
        );
    }
    Ok(batch)
}

/// Everything has been listed.
async fn end(host: &dyn Host, account: &Account, mut audit: Audit, batch: Batch) -> Result<Audited> {
    if audit.stage == Stage::Marking {
        audit.stage = Stage::Sweeping;
        return Ok(running(account, batch, audit, 0));
    }
    let shown = host.count(collections::MESSAGES, known::shown(account)).await?;
    if shown == audit.stored {
        return finish(host, account, audit, batch, 0).await;
    }
    let mut marking = Audit::new(Stage::Marking, host.now());
    // Gaps that the first reading found have entries by now.
    marking.repaired = audit.repaired;
    Ok(running(account, batch, marking, 0))
}

/// What is here without a mark, and was here when the reading began, isn't listed.
async fn sweep(host: &dyn Host, account: &Account, mut audit: Audit) -> Result<Audited> {
    let before = |column: &str| {
        Filter::Or(vec![
            Filter::eq(column, json!(null)),
            Filter::compare(column, Comparison::Less, json!(audit.started_at)),
        ])
    };
    let unmarked = before("auditedAt").and(before("syncedAt"));
    let unseen = brake::scan(host, account, unmarked, audit.page.as_ref(), |_| true).await?;
    audit.surplus += unseen.count;
    audit.page = unseen.next;
    if audit.page.is_some() {
        return Ok(running(account, unseen.batch, audit, unseen.count));
    }
    finish(host, account, audit, unseen.batch, unseen.count).await
}

async fn finish(
    host: &dyn Host,
    account: &Account,
    audit: Audit,
    batch: Batch,
    missing: u64,
) -> Result<Audited> {
    let shown = host.count(collections::MESSAGES, known::shown(account)).await?;
    let stored = shown.saturating_sub(audit.surplus);
    // Gaps of a first reading are waiting in the second one.
    let waiting = audit.waiting.saturating_sub(match audit.stage {
        Stage::Listing => 0,
        Stage::Marking | Stage::Sweeping => audit.repaired,
    });
    let result = Completeness {
        checked_at: host.now(),
        stored,
        total: stored + audit.repaired + waiting,
        skipped: audit.skipped,
        repaired: audit.repaired,
        waiting,
        surplus: audit.surplus,
    };
    let state = AuditState {
        result: Some(result),
        ..AuditState::default()
    };
    Ok(Audited {
        batch,
        state,
        missing,
    })
}

/// Whether the account as a whole can't be read for now, or not without its user.
fn is_passing(error: &Error) -> bool {
    error.needs_reauthorization() || (error.is_retryable() && error.code() != ErrorCode::ResponseInvalid)
}

/// What comes of a list that can't be had.
fn unable(host: &dyn Host, account: &Account, error: &Error) -> Audited {
    let (id, code) = (account.id, error.code().as_str());
    host.log(
        LogLevel::Warn,
        &format!("account {id}: its completeness can't be checked: {code}: {error}"),
    );
    postponed(host, account)
}

fn postponed(host: &dyn Host, account: &Account) -> Audited {
    let state = AuditState {
        running: None,
        retry_at: Some(host.now() + PAUSE),
        ..account.audit.clone()
    };
    Audited {
        batch: Batch::new(),
        state,
        missing: 0,
    }
}

fn running(account: &Account, batch: Batch, audit: Audit, missing: u64) -> Audited {
    let state = AuditState {
        running: Some(audit),
        ..account.audit.clone()
    };
    Audited {
        batch,
        state,
        missing,
    }
}
