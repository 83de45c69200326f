//! A listing, page by page: the next pages are asked for while the one before them is brought together with what is
//! stored and written. Of folders, two are read beside each other, so that nobody waits for the end of one to begin the
//! next. What follows is the same as if one page had waited for the other: nothing is written out of order, each page
//! with its own cursor, and where a page can't be written, what was asked for behind it is forgotten.

use std::collections::BTreeSet;

use chrono::{DateTime, TimeDelta, Utc};
use futures_util::future::{join, join_all};

use super::super::cursor::{Pending, Phase, Progress, ScopeCursor};
use super::super::plan::Scope;
use super::super::sorted::Sorted;
use super::super::trail::Trails;
use super::super::{audit, lease, outgoing, plan};
use super::{FETCHED_PER_STEP, FIRST_PAGE, Step, StepOutcome};
use crate::error::{Error, Result};
use crate::provider::{FeedRequest, FeedsRequest, ListRequest, Next, PageOutcome};

/// How long pages are read without a look at what else there is to do.
const LONGEST: TimeDelta = TimeDelta::seconds(5);
/// After a page of so many bytes none is asked for ahead: several of them together are too much for a small host.
const LARGE_PAGE: u64 = 8 << 20;
/// How many pages are asked for ahead at most, and then wait for their turn: a mailbox takes a few requests at once, and people
/// need some, too.
const AHEAD: usize = 2;

/// A page of a listing, or of several, that has still to be brought together with what is stored.
pub(super) struct Page {
    sorted: Sorted,
    /// The cursors behind it.
    cursors: Vec<ScopeCursor>,
    /// Why folders among them can't be read.
    refusals: Vec<Error>,
    /// Whether another page can follow before this one is stored.
    leads_on: bool,
}

/// The pages after a step's: asked for already, to be brought together once the step is being written.
pub(in super::super) struct Ahead {
    pub(super) progress: Progress,
    pub(super) following: Following,
}

/// What a page knows of those before it, and those behind it.
pub(super) struct Following {
    asked: Result<Page>,
    /// What was asked for behind it.
    later: Vec<Result<Page>>,
    /// The cursors behind the page before it.
    behind: Vec<ScopeCursor>,
    /// What the page before it writes.
    under_way: BTreeSet<String>,
    /// Up to when another page may follow.
    until: DateTime<Utc>,
}

impl Ahead {
    /// The page that follows a step that began with `progress`.
    pub(super) fn new(progress: Progress, mut following: Following) -> Self {
        let behind = std::mem::take(&mut following.behind);
        let progress = behind.into_iter().fold(progress, Progress::with);
        Self { progress, following }
    }

    /// Whether the page may be brought together with what is stored before the one before it is: it removes nothing, so
    /// that nothing has to be counted first.
    pub(in super::super) fn only_adds(&self) -> bool {
        match &self.following.asked {
            Ok(page) => page.sorted.removed.is_empty(),
            Err(_) => false,
        }
    }
}

impl Step<'_> {
    /// Reads the page that scopes go on with.
    pub(super) async fn list(&self, scopes: Vec<Scope<'_>>) -> Result<(StepOutcome, Option<Following>)> {
        let first = self.following(scopes).await;
        self.go_on(first).await
    }

    /// Reads the first page of a mailbox, where it has any.
    pub(super) async fn first_page(&self) -> Option<Following> {
        let scopes = plan::next_listed(self.progress, self.account, &[], self.now)?;
        Some(self.following(scopes).await)
    }

    async fn following(&self, scopes: Vec<Scope<'_>>) -> Following {
        let under_way = BTreeSet::new();
        let is_first = scopes.iter().any(|(cursor, _)| self.is_first(cursor));
        Following {
            asked: self.ask(scopes, is_first, &under_way).await,
            later: Vec::new(),
            behind: Vec::new(),
            under_way,
            until: self.now + LONGEST,
        }
    }

    /// Brings a page together with what is stored, and asks for the next ones meanwhile.
    pub(super) async fn go_on(&self, page: Following) -> Result<(StepOutcome, Option<Following>)> {
        let Following {
            asked,
            mut later,
            under_way,
            until,
            ..
        } = page;
        let Page {
            sorted,
            cursors,
            refusals,
            leads_on,
        } = asked?;
        let mut taken = under_way.clone();
        taken.extend(sorted.messages.keys().cloned());
        let progress = cursors
            .iter()
            .cloned()
            .fold(self.progress.clone(), Progress::with);
        let next = async {
            // While one waits, nobody has to wait for another: the next ones are asked for together, beside the last.
            let may_ask = leads_on && later.is_empty() && self.host.now() < until;
            let mut asking = Vec::new();
            let mut busy: Vec<String> = Vec::new();
            if may_ask && !self.is_needed_elsewhere().await? {
                while asking.len() < AHEAD
                    && let Some(scopes) = plan::next_listed(&progress, self.account, &busy, self.now)
                {
                    busy.extend(scopes.iter().map(|(cursor, _)| cursor.scope.clone()));
                    asking.push(self.ask(scopes, false, &taken));
                }
            }
            Ok(join_all(asking).await)
        };
        let (merged, asked) = join(self.merge(&under_way).merged(sorted), next).await;
        let mut merged = merged?;
        later.extend(asked?);
        // What is found in a folder before it is listed decides how it is listed.
        let mut early = std::mem::take(&mut merged.early);
        let is_of = |cursors: &[ScopeCursor], scope: &str| cursors.iter().any(|cursor| cursor.scope == scope);
        early.retain(|early| !is_of(&cursors, &early.scope));
        let begins_early = |page: &Page| early.iter().any(|early| is_of(&page.cursors, &early.scope));
        later.retain(|page| !page.as_ref().is_ok_and(begins_early));
        // A page that has come isn't lost because another one hasn't: they are of different scopes.
        let first = later.iter().position(Result::is_ok).unwrap_or(0);
        let batch = std::mem::take(&mut merged.batch);
        let batch = ScopeCursor::save_all(&cursors, batch, self.account)?;
        let batch = self.noted(batch, &cursors, refusals, self.progress)?;
        let following = (first < later.len()).then(|| Following {
            asked: later.remove(first),
            later,
            behind: early.into_iter().chain(cursors).collect(),
            under_way: std::mem::take(&mut merged.written),
            until,
        });
        Ok((self.outcome(batch, merged), following))
    }

    /// Asks for the page that scopes go on with, and for the messages that it only lists.
    async fn ask(
        &self,
        mut scopes: Vec<Scope<'_>>,
        is_first: bool,
        under_way: &BTreeSet<String>,
    ) -> Result<Page> {
        let received = self.session.traffic().bytes;
        let was_listing = scopes.iter().all(|(cursor, _)| cursor.phase.skips_stored());
        // Pages that only list are those of one scope.
        let mut pending = scopes.first_mut().and_then(|(cursor, _)| cursor.pending.take());
        let pages = match pending {
            Some(_) => Vec::new(),
            None => self.pages(&scopes, is_first).await?,
        };
        let mut pages = pages.into_iter();
        let mut changes = Vec::new();
        let mut cursors = Vec::with_capacity(scopes.len());
        let mut refusals = Vec::new();
        for (mut cursor, _) in scopes {
            match pages.next() {
                None => {}
                Some(PageOutcome::CursorExpired) => cursor = self.listed_again(cursor).await?,
                Some(PageOutcome::Unreadable(error)) => {
                    cursor = self.in_trouble(cursor, &error);
                    refusals.push(error);
                }
                Some(PageOutcome::Page(page)) => {
                    cursor = self.seen_from(cursor);
                    if self.carries_messages(&cursor) {
                        cursor.given += page.changes.len() as u64;
                        changes.extend(page.changes);
                        cursor = self.after_list(cursor, page.next);
                    } else {
                        pending = Some(Pending::of(page.changes, &page.next));
                        // The end is reached once all of the page is fetched.
                        if let next @ Next::Page(_) = page.next {
                            cursor = self.after_list(cursor, next);
                        }
                    }
                }
            }
            cursors.push(cursor);
        }
        if let Some(pending) = &mut pending {
            changes = pending.take_chunk(match is_first {
                true => FIRST_PAGE as usize,
                false => FETCHED_PER_STEP,
            });
        }
        let sorted = self
            .merge(under_way)
            .ask(changes, was_listing, pending.is_some())
            .await?;
        if let (Some(mut pending), Some(cursor)) = (pending, cursors.last_mut()) {
            pending.items.splice(..0, sorted.postponed.iter().cloned());
            if !pending.items.is_empty() {
                cursor.pending = Some(pending);
            } else if pending.is_last {
                *cursor = self.after_list(cursor.clone(), Next::End(None));
            }
        }
        let is_large = self.session.traffic().bytes - received > LARGE_PAGE;
        let leads_on = was_listing && sorted.postponed.is_empty() && !is_large;
        Ok(Page {
            sorted,
            cursors,
            refusals,
            leads_on,
        })
    }

    /// The provider has forgotten how far the list was read. Where it tells what has changed since it was begun, nothing
    /// but the list begins anew: what is stored needs no second look.
    async fn listed_again(&self, cursor: ScopeCursor) -> Result<ScopeCursor> {
        match cursor.phase.skips_stored() && cursor.position.is_some() {
            true => Ok(ScopeCursor {
                page: None,
                trails: Trails::default(),
                ..cursor
            }),
            false => self.started_again(cursor).await,
        }
    }

    fn carries_messages(&self, cursor: &ScopeCursor) -> bool {
        self.capabilities.pages_carry_messages && cursor.phase != Phase::Completing
    }

    /// A page of each scope, in one exchange.
    async fn pages(&self, scopes: &[Scope<'_>], is_first: bool) -> Result<Vec<PageOutcome>> {
        let requests = scopes.iter().map(|(cursor, folder)| ListRequest {
            folder: *folder,
            folders: &self.progress.folders,
            since: self.account.sync_start_date,
            page: cursor.page.as_ref(),
            size: self
                .session
                .page_size(match is_first && self.capabilities.pages_carry_messages {
                    true => FIRST_PAGE,
                    false => self.capabilities.list_size,
                }),
        });
        let requests: Vec<_> = requests.collect();
        match (scopes, &*requests) {
            ([(cursor, _)], [ids]) if cursor.phase == Phase::Completing => {
                let request = ListRequest {
                    size: audit::PAGE,
                    ..*ids
                };
                return Ok(vec![self.provider.list_ids(self.session, request).await?]);
            }
            (_, [only]) => {
                let asked = self.provider.list(self.session, *only);
                return Ok(vec![
                    self.session.timed(asked, |page| page.fills(only.size)).await?,
                ]);
            }
            _ => {}
        }
        let feeds: Vec<_> = requests.into_iter().map(FeedRequest::List).collect();
        let request = FeedsRequest {
            feeds: &feeds,
            with_folders: false,
        };
        let asked = self.provider.feeds(self.session, request);
        Ok(self.session.timed(asked, |_| false).await?.pages)
    }

    /// What people did goes out before anything else is read, and accounts take turns.
    async fn is_needed_elsewhere(&self) -> Result<bool> {
        Ok(outgoing::is_due(self.host, self.account).await?
            || lease::others_wait(self.host, self.account).await?)
    }

    /// Whether nothing of the mailbox has been listed yet.
    fn is_first(&self, cursor: &ScopeCursor) -> bool {
        let begins = cursor.phase == Phase::Listing && cursor.page.is_none() && cursor.pending.is_none();
        begins && self.account.sync_state.stored == 0
    }
}
