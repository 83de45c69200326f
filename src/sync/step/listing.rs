//! A listing, page by page: the next pages are asked for while the one before them is brought together with what is
//! stored and written. Of folders, two are read beside each other, so that nobody waits for the end of one to begin the
//! next. What follows is the same as if one page had waited for the other: nothing is written out of order, each page
//! with its own cursor, and where a page can't be written, what was asked for behind it is forgotten.

use std::cell::Cell;
use std::collections::BTreeSet;
use std::rc::Rc;

use chrono::{DateTime, TimeDelta, Utc};
use futures_util::future::{FutureExt, join};

use super::super::cursor::{Pending, Phase, Progress, ScopeCursor};
use super::super::merge::Merged;
use super::super::plan::Scope;
use super::super::sorted::Sorted;
use super::super::trail::Trails;
use super::super::{audit, lease, outgoing, plan};
use super::asked::{self, Asked};
use super::{FETCHED_PER_STEP, FIRST_PAGE, Step, StepOutcome};
use crate::error::{Error, Result};
use crate::host::Batch;
use crate::model::Folder;
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
    pub(super) sorted: Sorted,
    /// The cursors behind it.
    cursors: Vec<ScopeCursor>,
    /// Why folders among them can't be read.
    refusals: Vec<Error>,
    /// Whether another page can follow before this one is stored.
    pub(super) leads_on: bool,
}

/// The pages after a step's: asked for already, to be brought together once the step is being written.
pub(in super::super) struct Ahead<'w> {
    pub(super) progress: Progress,
    pub(super) following: Following<'w>,
}

/// What a page knows of those before it, and those behind it.
pub(super) struct Following<'w> {
    /// The page, and what was asked for behind it.
    asked: Vec<Asked<'w>>,
    /// The cursors behind the page before it.
    behind: Vec<ScopeCursor>,
    /// What the page before it writes.
    under_way: BTreeSet<String>,
    /// Up to when another page may follow.
    until: DateTime<Utc>,
}

impl<'w> Ahead<'w> {
    /// The page that follows a step that began with `progress`.
    pub(super) fn new(progress: Progress, mut following: Following<'w>) -> Self {
        let behind = std::mem::take(&mut following.behind);
        let progress = behind.into_iter().fold(progress, Progress::with);
        Self { progress, following }
    }

    /// Waits for the page.
    pub(in super::super) async fn arrival(&mut self) {
        asked::arrival(&mut self.following.asked).await;
    }

    /// Lets what is asked for come in, until there is something else to do.
    pub(in super::super) async fn come_until(&mut self, is_over: impl Fn() -> bool) {
        asked::come_until(&mut self.following.asked, |_| is_over()).await;
    }

    /// Whether the page, which has come, may be brought together with what is stored before the one before it is: it
    /// removes nothing, so that nothing has to be counted first.
    pub(in super::super) fn only_adds(&self) -> bool {
        match asked::next(&self.following.asked) {
            Some(Ok(page)) => page.sorted.removed.is_empty(),
            Some(Err(_)) | None => false,
        }
    }
}

impl<'w> Step<'w, '_> {
    /// Reads the page that scopes go on with.
    pub(super) async fn list(&self, scopes: Vec<Scope<'_>>) -> Result<(StepOutcome, Option<Following<'w>>)> {
        let first = self.following(scopes).await;
        self.go_on(first).await
    }

    /// Asks for the first page of a mailbox, where it has any.
    pub(super) async fn first_page(&self) -> Option<Following<'w>> {
        let scopes = plan::next_listed(self.progress, self.account, &[], self.now)?;
        Some(self.following(scopes).await)
    }

    async fn following(&self, scopes: Vec<Scope<'_>>) -> Following<'w> {
        let nothing = Rc::default();
        let is_first = scopes.iter().any(|(cursor, _)| self.is_first(cursor));
        let mut asked = vec![self.asked(scopes, is_first, &nothing)];
        asked::begin(&mut asked).await;
        Following {
            asked,
            behind: Vec::new(),
            under_way: BTreeSet::new(),
            until: self.now + LONGEST,
        }
    }

    /// Brings a page together with what is stored, once it has come, and asks for the next ones meanwhile.
    pub(super) async fn go_on(&self, page: Following<'w>) -> Result<(StepOutcome, Option<Following<'w>>)> {
        let Following {
            mut asked,
            under_way,
            until,
            ..
        } = page;
        asked::arrival(&mut asked).await;
        let Some(page) = asked::take_next(&mut asked) else {
            return Ok((self.outcome(Batch::new(), Merged::default()), None));
        };
        let Page {
            sorted,
            cursors,
            refusals,
            leads_on,
        } = page?;
        let come = || asked.iter().filter_map(Asked::come).flatten();
        let mut taken = under_way.clone();
        taken.extend(sorted.messages.keys().cloned());
        taken.extend(come().flat_map(|page| page.sorted.messages.keys().cloned()));
        let taken = Rc::new(taken);
        let reached = cursors.iter().chain(come().flat_map(|page| &page.cursors));
        let progress = reached.cloned().fold(self.progress.clone(), Progress::with);
        let on_their_way = asked.iter().filter(|asked| asked.come().is_none());
        let mut busy: Vec<String> = on_their_way.flat_map(|asked| asked.scopes.clone()).collect();
        let room = AHEAD.saturating_sub(asked.len());
        let may_ask = leads_on && room > 0 && !asked.iter().any(Asked::ends) && self.host.now() < until;
        let is_merged = Cell::new(false);
        let next = async {
            let mut next = Vec::new();
            if may_ask && !self.is_needed_elsewhere().await? {
                while next.len() < room
                    && let Some(scopes) = plan::next_listed(&progress, self.account, &busy, self.now)
                {
                    busy.extend(scopes.iter().map(|(cursor, _)| cursor.scope.clone()));
                    next.push(self.asked(scopes, false, &taken));
                }
                asked::come_until(&mut next, |_| is_merged.get()).await;
            }
            Ok(next)
        };
        let merge = async {
            let merged = self.merge(&under_way).merged(sorted).await;
            is_merged.set(true);
            merged
        };
        let (merged, next) = asked::beside(&mut asked, join(merge, next)).await;
        let mut merged = merged?;
        asked.extend(next?);
        // What is found in a folder before it is listed decides how it is listed.
        let mut early = std::mem::take(&mut merged.early);
        early.retain(|early| !cursors.iter().any(|cursor| cursor.scope == early.scope));
        asked.retain(|asked| !early.iter().any(|early| asked.scopes.contains(&early.scope)));
        let batch = std::mem::take(&mut merged.batch);
        let batch = ScopeCursor::save_all(&cursors, batch, self.account)?;
        let batch = self.noted(batch, &cursors, refusals, self.progress)?;
        let following = (!asked.is_empty()).then(|| Following {
            asked,
            behind: early.into_iter().chain(cursors).collect(),
            under_way: std::mem::take(&mut merged.written),
            until,
        });
        Ok((self.outcome(batch, merged), following))
    }

    /// The page that scopes go on with, to be asked for whatever becomes of this step.
    fn asked(&self, scopes: Vec<Scope<'_>>, is_first: bool, taken: &Rc<BTreeSet<String>>) -> Asked<'w> {
        let names = scopes.iter().map(|(cursor, _)| cursor.scope.clone()).collect();
        let (host, session, pass_started_at) = (self.host, self.session, self.pass_started_at);
        let (account, progress, taken) = (self.account.clone(), self.progress.clone(), Rc::clone(taken));
        let of = |folder: &Folder| progress.folders.iter().position(|each| each.id == folder.id);
        let scopes: Vec<_> = scopes
            .into_iter()
            .map(|(cursor, folder)| (cursor, folder.and_then(of)))
            .collect();
        let page = async move {
            let step = Step::new(host, session, &account, &progress, pass_started_at);
            let folder = |place: usize| progress.folders.get(place);
            let scopes = scopes
                .into_iter()
                .map(|(cursor, place)| (cursor, place.and_then(folder)));
            step.ask(scopes.collect(), is_first, &taken).await
        };
        Asked::new(names, page.boxed_local())
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
