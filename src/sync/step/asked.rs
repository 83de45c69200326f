//! Pages that are asked for, and come while the ones before them are brought together and written.

use std::future::poll_fn;
use std::pin::{Pin, pin};
use std::task::{Context, Poll};

use futures_util::future::{LocalBoxFuture, MaybeDone, maybe_done};

use super::listing::Page;
use crate::error::Result;

/// A page that is asked for: on its way, or come and waiting for its turn.
pub(super) struct Asked<'w> {
    /// The scopes that it is a page of.
    pub(super) scopes: Vec<String>,
    page: MaybeDone<LocalBoxFuture<'w, Result<Page>>>,
}

impl<'w> Asked<'w> {
    pub(super) fn new(scopes: Vec<String>, page: LocalBoxFuture<'w, Result<Page>>) -> Self {
        let page = maybe_done(page);
        Self { scopes, page }
    }

    /// What has come.
    pub(super) const fn come(&self) -> Option<&Result<Page>> {
        match &self.page {
            MaybeDone::Done(page) => Some(page),
            MaybeDone::Future(_) | MaybeDone::Gone => None,
        }
    }

    /// Whether it can't be followed by another one.
    pub(super) fn ends(&self) -> bool {
        self.come()
            .is_some_and(|page| !page.as_ref().is_ok_and(|page| page.leads_on))
    }

    fn is_here(&self) -> bool {
        self.come().is_some_and(Result::is_ok)
    }

    fn go_on(&mut self, context: &mut Context<'_>) {
        if self.come().is_none() {
            let _: Poll<()> = Future::poll(Pin::new(&mut self.page), context);
        }
    }
}

/// Sends what is to be asked.
pub(super) async fn begin(asked: &mut [Asked<'_>]) {
    come_until(asked, |_| true).await;
}

/// Waits until a page has come that can be read, or all have come.
pub(super) async fn arrival(asked: &mut [Asked<'_>]) {
    come_until(asked, |asked| {
        asked.iter().any(Asked::is_here) || asked.iter().all(|each| each.come().is_some())
    })
    .await;
}

/// Lets what is asked for come, until it `is_over` at a time at which this is woken.
pub(super) async fn come_until(asked: &mut [Asked<'_>], is_over: impl Fn(&[Asked<'_>]) -> bool) {
    poll_fn(|context| {
        asked.iter_mut().for_each(|each| each.go_on(context));
        match is_over(asked) {
            true => Poll::Ready(()),
            false => Poll::Pending,
        }
    })
    .await;
}

/// Waits for `work`, and lets what is asked for come meanwhile.
pub(super) async fn beside<Work: Future>(asked: &mut [Asked<'_>], work: Work) -> Work::Output {
    let mut work = pin!(work);
    poll_fn(|context| {
        asked.iter_mut().for_each(|each| each.go_on(context));
        work.as_mut().poll(context)
    })
    .await
}

/// The page that is next, once it has come. One that has come isn't lost because another one hasn't: they are of different
/// scopes.
pub(super) fn next<'a>(asked: &'a [Asked<'_>]) -> Option<&'a Result<Page>> {
    asked.get(place_of_next(asked)).and_then(Asked::come)
}

/// Takes that page out.
pub(super) fn take_next(asked: &mut Vec<Asked<'_>>) -> Option<Result<Page>> {
    let place = place_of_next(asked);
    let mut next = (place < asked.len()).then(|| asked.remove(place))?;
    Pin::new(&mut next.page).take_output()
}

fn place_of_next(asked: &[Asked<'_>]) -> usize {
    asked.iter().position(Asked::is_here).unwrap_or(0)
}
