//! What a mailbox may be asked, how fast and how much at once: units, a bucket of them, slots for requests at once, and the
//! size of pages and batches.
//!
//! Costs and limits are data of the providers ([`Policy`], [`Units`] on each request). What is learned of a mailbox
//! lives as long as the process ([`Meters`], which the host keeps) and needs no timer: everything follows from the
//! time of the next request. With several nodes each one meters what it sends itself. A mailbox's background work
//! has one node at a time, by its lease; where nodes overlap, the provider's complaint slows each of them down.
//!
//! Nothing is held back before the first complaint: how much a project may spend differs by factors, and only the
//! provider knows. From then on the bucket holds.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;

use chrono::{DateTime, TimeDelta, Utc};

use crate::error::{Error, ErrorCode, Result};

mod bucket;
mod slots;
mod stride;
#[cfg(test)]
mod tests;

use bucket::Bucket;
pub use slots::Slot;
use slots::Slots;
use stride::Stride;

/// The longest wait inside a step or an action. What takes longer is put off instead.
pub const SHORT_WAIT: TimeDelta = TimeDelta::seconds(2);

/// What a request costs, in the provider's quota units. Travels as an extension of the request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Units(pub u32);

/// A provider's limits on one mailbox, as published.
#[derive(Clone, Copy, Debug)]
pub struct Policy {
    /// Units a minute.
    pub units_per_minute: u32,
    /// Units that background work leaves to people.
    pub reserve: u32,
    /// Requests at once.
    pub concurrency: usize,
}

/// Who waits for the answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Priority {
    /// A person.
    Interactive,
    /// Nobody right now.
    Background,
}

/// The meters of all mailboxes that this process has asked.
#[derive(Default)]
pub struct Meters {
    by_mailbox: RefCell<BTreeMap<i64, Rc<Meter>>>,
}

impl Meters {
    /// The meter of an account's mailbox.
    pub fn of(&self, account_id: i64, policy: Policy) -> Rc<Meter> {
        let mut meters = self.by_mailbox.borrow_mut();
        let meter = meters
            .entry(account_id)
            .or_insert_with(|| Rc::new(Meter::new(policy)));
        Rc::clone(meter)
    }

    /// Takes every slot back: some may be held by a call that ended without letting go of anything.
    pub fn release_slots(&self) {
        for meter in self.by_mailbox.borrow().values() {
            meter.slots.release_all();
        }
    }
}

/// What is known of one mailbox's quota.
pub struct Meter {
    policy: Policy,
    bucket: RefCell<Bucket>,
    slots: Slots,
    stride: RefCell<Stride>,
}

impl Meter {
    /// A mailbox of which nothing is known yet.
    pub fn new(policy: Policy) -> Self {
        Self {
            policy,
            bucket: RefCell::new(Bucket::new(policy.units_per_minute)),
            slots: Slots::new(policy.concurrency),
            stride: RefCell::default(),
        }
    }

    /// Waits for one of the mailbox's slots; people go first.
    pub async fn slot(&self, priority: Priority) -> Slot<'_> {
        self.slots.take(priority).await
    }

    /// How long a request of `units` has to wait.
    pub fn wait(&self, priority: Priority, units: u32, now: DateTime<Utc>) -> TimeDelta {
        let bucket = self.bucket.borrow();
        match priority {
            // People spend what is reserved for them, and what is not there yet: background work pays it back.
            Priority::Interactive => bucket.until_allowed(now),
            Priority::Background => bucket.until_holds(units, self.policy.reserve, now),
        }
    }

    /// How many units background work may spend right now; `None` where nothing limits it.
    pub fn affordable(&self, now: DateTime<Utc>) -> Option<u32> {
        self.bucket.borrow().affordable(self.policy.reserve, now)
    }

    /// Counts a request that is about to be sent.
    pub fn spend(&self, units: u32, now: DateTime<Utc>) {
        self.bucket.borrow_mut().spend(units, now);
    }

    /// The provider answered a request of `units` without complaint.
    pub fn accepted(&self, units: u32, now: DateTime<Utc>) {
        self.bucket.borrow_mut().grow(units, now);
    }

    /// The provider asked to slow down, perhaps saying for how many seconds.
    pub fn throttled(&self, retry_after: Option<u64>, now: DateTime<Utc>) {
        self.bucket.borrow_mut().shrink(retry_after, now);
    }

    /// How many parts a batch should have that may have `most`: fewer after the provider has complained, and as long as
    /// answers take long.
    pub fn batch_size(&self, most: usize) -> usize {
        let most = match self.bucket.borrow().is_limited() {
            true => most.div_ceil(2),
            false => most,
        };
        self.stride.borrow().of(most)
    }

    /// How many items a page should have of which `best` are the best: fewer as long as answers take long.
    pub fn page_size(&self, best: u32) -> u32 {
        let best = usize::try_from(best).unwrap_or(usize::MAX);
        u32::try_from(self.stride.borrow().of(best)).unwrap_or(u32::MAX)
    }

    /// Whether answers take so long that one at a time is enough.
    pub fn is_slow(&self) -> bool {
        self.stride.borrow().is_shortened()
    }

    /// What was asked for at `asked_at`, in such a size, was answered or given up; `is_full` where at least half of it has
    /// come.
    pub fn answered(&self, asked_at: DateTime<Utc>, now: DateTime<Utc>, is_full: bool) {
        self.stride.borrow_mut().answered(asked_at, now, is_full);
    }
}

/// The error of work that is put off for `wait`, before anything was asked.
pub fn postponed(wait: TimeDelta) -> Error {
    let seconds = u64::try_from(wait.num_milliseconds()).unwrap_or(0).div_ceil(1000);
    Error::new(
        ErrorCode::RateLimited,
        format!("the provider asked to slow down: this goes on in {seconds} seconds"),
    )
    .retry_after(Some(seconds))
    .postponed()
}

/// Either the wait, short enough to sit out, or the error that puts the work off.
///
/// # Errors
/// `rate_limited`, [postponed](Error::is_postponed).
pub fn sit_out(wait: TimeDelta) -> Result<Option<u32>> {
    if wait <= TimeDelta::zero() {
        return Ok(None);
    }
    if wait > SHORT_WAIT {
        return Err(postponed(wait));
    }
    Ok(u32::try_from(wait.num_milliseconds()).ok())
}
