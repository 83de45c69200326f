//! A listing, page by page: the next page is asked for while the one before it is brought together with what is
//! stored and written. What follows is the same as if one had waited for the other: nothing is written out of order,
//! and where a page can't be written, what was asked for behind it is forgotten.

use std::collections::BTreeSet;

use chrono::{DateTime, TimeDelta, Utc};
use futures_util::future::join;

use super::super::cursor::{Pending, Phase, Progress, ScopeCursor};
use super::super::sorted::Sorted;
use super::super::{lease, outgoing, plan};
use super::{FETCHED_PER_STEP, FIRST_PAGE, Step, StepOutcome};
use crate::error::Result;
use crate::model::Folder;
use crate::provider::{ListRequest, Next, PageOutcome};

/// How long pages are read without a look at what else there is to do.
const LONGEST: TimeDelta = TimeDelta::seconds(5);
/// After a page of so many bytes none is asked for ahead: several of them together are too much for a small host.
const LARGE_PAGE: u64 = 8 << 20;

/// What the provider has said about a page of a listing.
pub(super) enum Asked {
    /// A page.
    Page(Box<Page>),
    /// Its cursor is no longer known.
    Expired(ScopeCursor),
}

/// A page that has still to be brought together with what is stored.
pub(super) struct Page {
    sorted: Sorted,
    total: Option<u64>,
    /// The cursor behind it.
    cursor: ScopeCursor,
    /// Whether another page can follow before this one is stored.
    leads_on: bool,
}

/// The page after a step's: asked for already, to be brought together once the step is being written.
pub(in super::super) struct Ahead {
    pub(super) progress: Progress,
    pub(super) following: Following,
}

/// What a page knows of those before it.
pub(super) struct Following {
    pub(super) asked: Result<Asked>,
    /// The cursor behind the page before it.
    pub(super) behind: ScopeCursor,
    /// What the page before it writes.
    pub(super) under_way: BTreeSet<String>,
    /// Up to when another page may follow.
    pub(super) until: DateTime<Utc>,
}

impl Ahead {
    /// The page that follows a step that began with `progress`.
    pub(super) fn new(progress: Progress, following: Following) -> Self {
        let progress = progress.with(following.behind.clone());
        Self { progress, following }
    }

    /// Whether the page may be brought together with what is stored before the one before it is: it removes nothing, so
    /// that nothing has to be counted first.
    pub(in super::super) fn only_adds(&self) -> bool {
        match &self.following.asked {
            Ok(Asked::Page(page)) => page.sorted.removed.is_empty(),
            Ok(Asked::Expired(_)) | Err(_) => false,
        }
    }
}

impl Step<'_> {
    /// Reads the page that a scope goes on with.
    pub(super) async fn list(
        &self,
        cursor: ScopeCursor,
        folder: Option<&Folder>,
    ) -> Result<(StepOutcome, Option<Following>)> {
        let under_way = BTreeSet::new();
        let behind = cursor.clone();
        let asked = self.ask(cursor, folder, &under_way).await;
        let first = Following {
            asked,
            behind,
            under_way,
            until: self.now + LONGEST,
        };
        self.go_on(first).await
    }

    /// Brings a page together with what is stored, and asks for the next one meanwhile.
    pub(super) async fn go_on(&self, page: Following) -> Result<(StepOutcome, Option<Following>)> {
        let Following {
            asked,
            under_way,
            until,
            ..
        } = page;
        let Page {
            sorted,
            total,
            cursor,
            leads_on,
        } = match asked? {
            Asked::Page(page) => *page,
            Asked::Expired(cursor) => return Ok((self.start_again(cursor).await?, None)),
        };
        let leads_on = leads_on && self.host.now() < until && !self.is_needed_elsewhere().await?;
        let taken: BTreeSet<String> = under_way.iter().chain(sorted.messages.keys()).cloned().collect();
        let next = async {
            if !leads_on {
                return None;
            }
            let progress = self.progress.clone().with(cursor.clone());
            let (cursor, folder) = plan::next_listed(&progress, self.account)?;
            let scope = cursor.scope.clone();
            Some((scope, self.ask(cursor, folder, &taken).await))
        };
        let (merged, next) = join(self.merge(&under_way).merged(sorted), next).await;
        let mut merged = merged?;
        // What is found in a folder before it is listed decides how it is listed.
        let next = next.filter(|(scope, _)| *scope == cursor.scope || !merged.early.contains(scope));
        let following = next.map(|(_, asked)| Following {
            asked,
            behind: cursor.clone(),
            under_way: std::mem::take(&mut merged.written),
            until,
        });
        let batch = cursor.save(std::mem::take(&mut merged.batch), self.account)?;
        let outcome = StepOutcome {
            total,
            ..self.outcome(batch, merged)
        };
        Ok((outcome, following))
    }

    /// Asks for the page that a scope goes on with, and for the messages that it only lists.
    async fn ask(
        &self,
        mut cursor: ScopeCursor,
        folder: Option<&Folder>,
        under_way: &BTreeSet<String>,
    ) -> Result<Asked> {
        let received = self.session.traffic().bytes;
        let was_listing = cursor.phase == Phase::Listing;
        let merge = self.merge(under_way);
        let count = match self.is_first(&cursor) {
            true => FIRST_PAGE as usize,
            false => FETCHED_PER_STEP,
        };
        let mut total = None;
        let mut pending = cursor.pending.take();
        let mut whole = None;
        if pending.is_none() {
            let page = match self.page(&cursor, folder).await? {
                PageOutcome::Page(page) => page,
                PageOutcome::CursorExpired => return Ok(Asked::Expired(cursor)),
            };
            cursor = self.seen_from(cursor);
            if self.capabilities.pages_carry_messages {
                total = page.total.filter(|_| folder.is_none());
                cursor = self.after_list(cursor, page.next);
                whole = Some(page.changes);
            } else {
                pending = Some(Pending::of(page.changes, &page.next));
                if let Next::Page(next) = page.next {
                    cursor.page = Some(next);
                }
            }
        }
        let listed = pending.as_mut().map(|pending| pending.take_chunk(count));
        let sorted = merge
            .ask(whole.or(listed).unwrap_or_default(), was_listing)
            .await?;
        if let Some(mut pending) = pending {
            pending.items.splice(..0, sorted.postponed.iter().cloned());
            if !pending.items.is_empty() {
                cursor.pending = Some(pending);
            } else if pending.is_last {
                cursor = self.after_list(cursor, Next::End(None));
            }
        }
        let is_large = self.session.traffic().bytes - received > LARGE_PAGE;
        let leads_on = was_listing && sorted.postponed.is_empty() && !is_large;
        Ok(Asked::Page(Box::new(Page {
            sorted,
            total,
            cursor,
            leads_on,
        })))
    }

    async fn page(&self, cursor: &ScopeCursor, folder: Option<&Folder>) -> Result<PageOutcome> {
        let request = ListRequest {
            folder,
            folders: &self.progress.folders,
            since: self.account.sync_start_date,
            page: cursor.page.as_ref(),
            size: match self.is_first(cursor) && self.capabilities.pages_carry_messages {
                true => FIRST_PAGE,
                false => self.capabilities.list_size,
            },
        };
        self.provider.list(self.session, request).await
    }

    /// What people did goes out before anything else is read, and accounts take turns.
    async fn is_needed_elsewhere(&self) -> Result<bool> {
        Ok(outgoing::is_due(self.host).await? || lease::others_wait(self.host, self.account).await?)
    }

    /// Whether nothing of the mailbox has been listed yet.
    fn is_first(&self, cursor: &ScopeCursor) -> bool {
        let begins = cursor.phase == Phase::Listing && cursor.page.is_none() && cursor.pending.is_none();
        begins && self.account.sync_state.stored == 0
    }
}
