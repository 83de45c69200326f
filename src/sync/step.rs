//! One step: a task from the plan, carried out up to the batch that records it.

use std::collections::BTreeSet;

use chrono::{DateTime, TimeDelta, Utc};

use super::audit;
use super::brake;
use super::cursor::{self, Phase, Progress, ScopeCursor};
use super::excluding;
use super::known;
use super::ledger::{self, ItemState};
use super::merge::{Merge, Merged};
use super::plan::{self, Situation, Task};
use super::trail::Trail;
use super::trouble;
use crate::account::{Account, RunKind};
use crate::error::Result;
use crate::host::{Batch, Host};
use crate::model::Folder;
use crate::provider::{Capabilities, ChangesRequest, MailProvider, Next, PageOutcome};
use crate::session::Session;
use crate::store::collections;

mod asked;
mod feeds;
mod folders;
mod labels;
mod listing;
mod look;
mod outcome;
mod pending;
mod unreadable;

pub(super) use listing::Ahead;
pub use outcome::StepOutcome;

/// The first page is small, so that the newest mails can be read at once.
const FIRST_PAGE: u32 = 20;
/// How many messages a step fetches of what was listed: few requests, and no more in memory than a small host bears.
const FETCHED_PER_STEP: usize = 150;
/// How many changes a page has.
const CHANGES: u32 = 100;
/// How many changes a page has that comes together with those of other folders.
const CHANGES_OF_MANY: u32 = 20;
/// How many lists that can't be read the account's state names.
const LISTS_TOLD: usize = 5;

/// Carries out the next task of `account`. Where a listing goes on, its next page comes along.
pub(super) async fn run<'w>(
    host: &'w dyn Host,
    session: &'w Session,
    account: &Account,
    interval: TimeDelta,
) -> Result<(StepOutcome, Option<Ahead<'w>>)> {
    let progress = cursor::load(host, account).await?;
    let account = &among(account, &progress);
    let now = host.now();
    let situation = Situation {
        pass_start: plan::pass_start(account, now),
        now,
        interval,
        retry_due: ledger::has_due(host, account).await?,
    };
    let step = Step::new(host, session, account, &progress, situation.pass_start);
    let mut following = None;
    let outcome = match plan::next(&progress, account, situation) {
        Task::Folders => {
            let (outcome, ahead) = step.folders().await?;
            return Ok((step.with_missing(outcome).await?, ahead));
        }
        Task::Exclusions(cursor) => step.exclusions(cursor).await?,
        Task::Begin(cursor) => step.begin(cursor).await?,
        Task::List(scopes) => {
            let (outcome, next) = step.list(scopes).await?;
            following = next;
            outcome
        }
        Task::Confirm(cursor) => step.confirm(cursor).await?,
        Task::Changes(cursor, folder) => step.changes(cursor, folder).await?,
        Task::Feeds { feeds, with_folders } => step.feeds(feeds, with_folders).await?,
        Task::Count(since) => step.count(since).await,
        Task::Look(since) => step.look(since).await?,
        Task::Label(cursor) => step.label(cursor).await?,
        Task::Retry { only_failing } => step.retry(only_failing).await?,
        Task::Audit => step.audit().await?,
        Task::End => StepOutcome {
            pass_ended: true,
            stored: Some(host.count(collections::MESSAGES, known::shown(account)).await?),
            unreadable: trouble::lists(&progress).take(LISTS_TOLD).collect(),
            ..step.outcome(Batch::new(), Merged::default())
        },
    };
    let outcome = step.with_missing(outcome).await?;
    Ok((
        outcome,
        following.map(|following| Ahead::new(progress, following)),
    ))
}

/// Goes on with a page that came along with the step before, of the pass that began at `pass_started_at`.
pub(super) async fn go_on<'w>(
    host: &'w dyn Host,
    session: &'w Session,
    account: &Account,
    pass_started_at: DateTime<Utc>,
    ahead: Ahead<'w>,
) -> Result<(StepOutcome, Option<Ahead<'w>>)> {
    let Ahead { progress, following } = ahead;
    let account = &among(account, &progress);
    let step = Step::new(host, session, account, &progress, pass_started_at);
    let (outcome, next) = step.go_on(following).await?;
    let outcome = step.with_missing(outcome).await?;
    Ok((outcome, next.map(|following| Ahead::new(progress, following))))
}

/// The account with the technical folders of its mailbox left out.
fn among(account: &Account, progress: &Progress) -> Account {
    Account {
        exclusions: account.exclusions.among(&progress.folders),
        ..account.clone()
    }
}

struct Step<'w, 'a> {
    host: &'w dyn Host,
    session: &'w Session,
    provider: &'static dyn MailProvider,
    capabilities: Capabilities,
    account: &'a Account,
    progress: &'a Progress,
    now: DateTime<Utc>,
    pass_started_at: DateTime<Utc>,
}

impl<'w, 'a> Step<'w, 'a> {
    fn new(
        host: &'w dyn Host,
        session: &'w Session,
        account: &'a Account,
        progress: &'a Progress,
        pass_started_at: DateTime<Utc>,
    ) -> Self {
        let provider = account.provider.mail();
        Self {
            host,
            session,
            provider,
            capabilities: provider.capabilities(),
            account,
            progress,
            now: host.now(),
            pass_started_at,
        }
    }

    /// Counts what is missing, where something is or was.
    async fn with_missing(&self, mut outcome: StepOutcome) -> Result<StepOutcome> {
        if outcome.missing + self.account.sync_state.work.missing > 0 {
            outcome.missing += ledger::count(self.host, self.account, ItemState::Missing).await?;
        }
        Ok(outcome)
    }

    /// Takes the position from which changes are read, before anything is listed: no change falls in between.
    async fn begin(&self, mut cursor: ScopeCursor) -> Result<StepOutcome> {
        let position = self.provider.position(self.session).await?;
        // From a start date on there are fewer, nobody knows how many.
        let total = position.as_ref().and_then(|position| position.total);
        let total = total.filter(|_| self.account.sync_start_date.is_none());
        cursor.position = position.map(|position| position.cursor);
        cursor.phase = Phase::Listing;
        cursor.checked_at = cursor.position.as_ref().map(|_| self.now);
        Ok(StepOutcome {
            total,
            ..self.outcome(cursor.save(Batch::new(), self.account)?, Merged::default())
        })
    }

    /// Counts the mails since the start date. It is only a figure: where it can't be had, there is none.
    async fn count(&self, since: DateTime<Utc>) -> StepOutcome {
        let expected = self.provider.count(self.session, since).await.ok();
        let exclusions = &self.account.exclusions;
        let mut left_out = self.progress.folders.iter();
        let has_exclusions = !exclusions.senders.is_empty()
            || left_out.any(|folder| exclusions.cover_folder(folder) && folder.total != Some(0));
        StepOutcome {
            is_counted: true,
            is_estimate: expected.is_some_and(|expected| expected.is_estimate || has_exclusions),
            total: expected.map(|expected| expected.total),
            ..self.outcome(Batch::new(), Merged::default())
        }
    }

    /// What was fetched before a new listing has begun, because another scope told of it, isn't seen by it yet.
    fn seen_from(&self, mut cursor: ScopeCursor) -> ScopeCursor {
        if cursor.phase == Phase::Relisting && cursor.page.is_none() {
            cursor.relisted_from = Some(self.now);
        }
        cursor
    }

    /// The cursor after a page of what is there.
    fn after_list(&self, mut cursor: ScopeCursor, next: Next) -> ScopeCursor {
        cursor.trouble = cursor.trouble.filter(|trouble| !trouble.is_of_everything());
        match next {
            Next::Page(next) => match cursor.trails.list.follow(cursor.page.as_ref(), next) {
                Ok(next) => cursor.page = Some(next),
                Err(error) => return self.going_round(cursor, &error),
            },
            Next::End(position) => {
                cursor.trouble = None;
                cursor.trails.list = Trail::default();
                cursor.checked_at = cursor.checked_at.or(Some(self.now));
                cursor.position = position.or(cursor.position);
                cursor = match cursor.relisted_from {
                    _ if self.has_left_out(&cursor) => cursor.completing(),
                    Some(from) => cursor.confirming(from),
                    None => ScopeCursor {
                        page: None,
                        phase: Phase::Following,
                        ..cursor
                    },
                };
            }
        }
        cursor
    }

    /// Whether the listing that ends here has given as many as it ever gives from a date on.
    fn has_left_out(&self, cursor: &ScopeCursor) -> bool {
        let most = self.capabilities.listed_since;
        self.account.sync_start_date.is_some() && most.is_some_and(|most| cursor.given >= most)
    }

    /// The cursor after a page of changes.
    async fn after_changes(&self, mut cursor: ScopeCursor, next: Next) -> Result<ScopeCursor> {
        cursor.trouble = cursor.trouble.filter(|trouble| !trouble.is_of_everything());
        match next {
            Next::Page(next) => match cursor.trails.changes.follow(cursor.position.as_ref(), next) {
                Ok(next) => cursor.position = Some(next),
                Err(error) => {
                    let trouble = cursor.trouble.take();
                    let cursor = self.started_again(cursor).await?;
                    return Ok(self.going_round(ScopeCursor { trouble, ..cursor }, &error));
                }
            },
            Next::End(next) => {
                cursor.trails.changes = Trail::default();
                cursor.position = next.or(cursor.position);
                cursor.checked_at = Some(self.now);
            }
        }
        Ok(cursor)
    }

    async fn changes(&self, cursor: ScopeCursor, folder: Option<&Folder>) -> Result<StepOutcome> {
        let Some(position) = cursor.position.clone() else {
            return self.start_again(cursor).await;
        };
        let request = ChangesRequest {
            folder,
            folders: &self.progress.folders,
            cursor: &position,
            size: self.session.page_size(CHANGES),
        };
        let asked = self.provider.changes(self.session, request);
        let read = self.session.timed(asked, |page| page.fills(request.size)).await?;
        let page = match read {
            PageOutcome::Page(page) => page,
            PageOutcome::CursorExpired => return self.start_again(cursor).await,
            PageOutcome::Unreadable(error) => return self.left_alone(cursor, error),
        };
        let mut merged = self.merge(&BTreeSet::new()).changed(page.changes).await?;
        let cursor = self.after_changes(cursor, page.next).await?;
        let mut batch = cursor.save(std::mem::take(&mut merged.batch), self.account)?;
        if page.names_unknown_folder {
            batch = ScopeCursor::folders_unread().save(batch, self.account)?;
        }
        Ok(self.outcome(batch, merged))
    }

    /// The provider has forgotten the cursor: everything in the scope is listed again.
    async fn start_again(&self, cursor: ScopeCursor) -> Result<StepOutcome> {
        if let Some(marks) = self.capabilities.marks.filter(|_| self.account.sync_state.done) {
            return self.compare(cursor, marks).await;
        }
        let cursor = self.started_again(cursor).await?;
        Ok(self.outcome(cursor.save(Batch::new(), self.account)?, Merged::default()))
    }

    async fn started_again(&self, cursor: ScopeCursor) -> Result<ScopeCursor> {
        let position = self.provider.position(self.session).await?;
        Ok(cursor.relisting(position.map(|position| position.cursor), self.now))
    }

    /// What a new listing has not shown may be gone, or elsewhere: the provider is asked before anything is removed.
    async fn confirm(&self, mut cursor: ScopeCursor) -> Result<StepOutcome> {
        let unseen = brake::unseen(self.host, self.account, &cursor).await?;
        match unseen.next {
            Some(next) => cursor.page = Some(next),
            None => {
                cursor.page = None;
                cursor.phase = Phase::Following;
                cursor.relisted_from = None;
            }
        }
        Ok(StepOutcome {
            missing: unseen.count,
            ..self.outcome(cursor.save(unseen.batch, self.account)?, Merged::default())
        })
    }

    async fn exclusions(&self, cursor: ScopeCursor) -> Result<StepOutcome> {
        let applied = excluding::step(self.host, self.account, cursor).await?;
        let merged = Merged {
            tally: applied.tally,
            ..Merged::default()
        };
        Ok(self.outcome(applied.batch, merged))
    }

    async fn retry(&self, only_failing: bool) -> Result<StepOutcome> {
        let items = ledger::due_items(self.host, self.account, only_failing).await?;
        let mut merged = self.merge(&BTreeSet::new()).refetched(items).await?;
        let batch = std::mem::take(&mut merged.batch);
        Ok(self.outcome(batch, merged))
    }

    async fn audit(&self) -> Result<StepOutcome> {
        let audited = audit::step(self.host, self.session, self.account, self.progress).await?;
        Ok(StepOutcome {
            missing: audited.missing,
            audit: Some(audited.state),
            kind: RunKind::Audit,
            ..self.outcome(audited.batch, Merged::default())
        })
    }

    /// What a page is brought together with, while the pages before it are `under_way` to the database.
    const fn merge<'b>(&'b self, under_way: &'b BTreeSet<String>) -> Merge<'b> {
        Merge {
            host: self.host,
            session: self.session,
            account: self.account,
            progress: self.progress,
            under_way,
        }
    }

    fn outcome(&self, batch: Batch, merged: Merged) -> StepOutcome {
        let kind = match (self.account.sync_state.done, self.progress.relists()) {
            (false, _) => RunKind::First,
            (true, true) => RunKind::Reconcile,
            (true, false) => RunKind::Incremental,
        };
        StepOutcome {
            batch,
            after_conflict: merged.after_conflict,
            tally: merged.tally,
            kind,
            unconfirmed: merged.unconfirmed,
            missing: merged.missing,
            stored: None,
            unreadable: Vec::new(),
            total: None,
            is_counted: false,
            is_estimate: false,
            audit: None,
            pass_started_at: self.pass_started_at,
            pass_ended: false,
            resumes_at: (!merged.postponed.is_empty())
                .then(|| self.now + TimeDelta::seconds(i64::try_from(merged.wait.min(3_600)).unwrap_or(60))),
        }
    }
}
