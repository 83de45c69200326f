//! One at a time, within a process.

use std::cell::{Cell, RefCell};
use std::future::poll_fn;
use std::task::{Poll, Waker};

/// Lets one at a time through. Single-threaded, as the module is.
pub(super) struct Turn {
    taken: Cell<bool>,
    waiting: RefCell<Vec<Waker>>,
}

/// Somebody's turn; the next one's begins when it is dropped.
pub(super) struct Taken<'a>(&'a Turn);

impl Turn {
    pub(super) const fn new() -> Self {
        Self {
            taken: Cell::new(false),
            waiting: RefCell::new(Vec::new()),
        }
    }

    pub(super) async fn take(&self) -> Taken<'_> {
        poll_fn(|context| {
            if self.taken.replace(true) {
                self.waiting.borrow_mut().push(context.waker().clone());
                return Poll::Pending;
            }
            Poll::Ready(Taken(self))
        })
        .await
    }
}

impl Drop for Taken<'_> {
    fn drop(&mut self) {
        self.0.taken.set(false);
        self.0.waiting.take().into_iter().for_each(Waker::wake);
    }
}
