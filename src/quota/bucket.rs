//! A token bucket that appears with the provider's first complaint.

use chrono::{DateTime, TimeDelta, Utc};

/// The bucket holds what flows in during this part of a minute: enough for a good batch, and far from a minute's
/// worth at once.
const CAPACITY_IN_MINUTES: f64 = 0.25;
/// No more of the bucket than this part is kept back.
const LARGEST_RESERVE: f64 = 0.2;
/// No complaint makes it slower than this part of the published rate.
const SLOWEST: f64 = 0.05;
/// No success makes it faster than this many times the published rate; then the limit is taken back.
const FASTEST: f64 = 16.0;
/// How much of the rate comes back with each minute's worth that was spent without complaint.
const GROWTH: f64 = 0.1;
/// Complaints closer together than this are about the same thing: requests were under way already.
const SAME_COMPLAINT: TimeDelta = TimeDelta::seconds(2);
/// How long to wait where the provider doesn't say, doubled with every complaint in a row.
const FIRST_PAUSE: TimeDelta = TimeDelta::seconds(1);
const LONGEST_PAUSE: TimeDelta = TimeDelta::seconds(64);

pub(super) struct Bucket {
    /// The published rate, units a minute.
    published: f64,
    /// What the provider's complaints have led to.
    limit: Option<Limit>,
}

struct Limit {
    /// Units a minute.
    rate: f64,
    /// Units at `at`; below zero where people have spent ahead.
    units: f64,
    at: DateTime<Utc>,
    /// Nothing is asked before.
    blocked_until: DateTime<Utc>,
    /// Whether the provider named that time.
    was_asked: bool,
    complained_at: DateTime<Utc>,
    /// Complaints since the last success.
    in_a_row: u32,
}

impl Bucket {
    pub(super) fn new(units_per_minute: u32) -> Self {
        Self {
            published: f64::from(units_per_minute),
            limit: None,
        }
    }

    pub(super) const fn is_limited(&self) -> bool {
        self.limit.is_some()
    }

    /// How long until the provider wants to be asked again: where it named a time, that holds for everybody.
    pub(super) fn until_allowed(&self, now: DateTime<Utc>) -> TimeDelta {
        match &self.limit {
            Some(limit) if limit.was_asked => (limit.blocked_until - now).max(TimeDelta::zero()),
            _ => TimeDelta::zero(),
        }
    }

    /// How long until the bucket holds `units` above `reserve`.
    pub(super) fn until_holds(&self, units: u32, reserve: u32, now: DateTime<Utc>) -> TimeDelta {
        let Some(limit) = &self.limit else {
            return TimeDelta::zero();
        };
        // A request that costs more than the bucket holds goes when it is full.
        let wanted = (f64::from(units) + limit.kept(reserve)).min(limit.capacity());
        let lacking = wanted - limit.units_at(now);
        let refill = TimeDelta::milliseconds((lacking.max(0.0) / limit.rate * 60_000.0).ceil() as i64);
        refill.max(limit.blocked_until - now).max(TimeDelta::zero())
    }

    /// How many units there are above `reserve`; `None` without a limit.
    pub(super) fn affordable(&self, reserve: u32, now: DateTime<Utc>) -> Option<u32> {
        let limit = self.limit.as_ref()?;
        if limit.blocked_until > now {
            return Some(0);
        }
        // A cast of a float saturates.
        Some((limit.units_at(now) - limit.kept(reserve)).max(0.0) as u32)
    }

    pub(super) fn spend(&mut self, units: u32, now: DateTime<Utc>) {
        if let Some(limit) = &mut self.limit {
            limit.units = limit.units_at(now) - f64::from(units);
            limit.at = now;
        }
    }

    /// Creeps up with what was spent without complaint, until nothing is left of the limit.
    pub(super) fn grow(&mut self, units: u32, now: DateTime<Utc>) {
        let Some(limit) = &mut self.limit else { return };
        // What was under way when the provider complained says nothing about the time after it.
        if limit.blocked_until > now {
            return;
        }
        limit.in_a_row = 0;
        limit.units = limit.units_at(now);
        limit.at = now;
        limit.rate += GROWTH * f64::from(units);
        if limit.rate > FASTEST * self.published {
            self.limit = None;
        }
    }

    /// Half the rate, and a pause.
    pub(super) fn shrink(&mut self, retry_after: Option<u64>, now: DateTime<Utc>) {
        let known = self.limit.as_ref();
        let is_same = known.is_some_and(|limit| now - limit.complained_at < SAME_COMPLAINT);
        let rate = match known {
            // The first complaint tells that there is a limit: the published one is the best guess.
            None => self.published,
            Some(limit) if is_same => limit.rate,
            Some(limit) => (limit.rate / 2.0).max(SLOWEST * self.published),
        };
        let in_a_row = known.map_or(0, |limit| limit.in_a_row + u32::from(!is_same));
        let asked = retry_after
            .and_then(|seconds| i64::try_from(seconds).ok())
            .and_then(TimeDelta::try_seconds);
        let pause = asked.unwrap_or_else(|| (FIRST_PAUSE * (1 << in_a_row.min(6))).min(LONGEST_PAUSE));
        let earlier = known.map_or(now, |limit| limit.blocked_until);
        self.limit = Some(Limit {
            rate,
            // Half full at first: what was refused by chance can be sent again.
            units: known.map_or(rate * CAPACITY_IN_MINUTES / 2.0, |limit| {
                limit.units_at(now).min(limit.capacity() / 2.0)
            }),
            at: now,
            blocked_until: earlier.max(now + pause),
            was_asked: asked.is_some() || (is_same && known.is_some_and(|limit| limit.was_asked)),
            complained_at: now,
            in_a_row,
        });
    }
}

impl Limit {
    fn capacity(&self) -> f64 {
        self.rate * CAPACITY_IN_MINUTES
    }

    /// What is kept for people: of a small bucket, a small part.
    fn kept(&self, reserve: u32) -> f64 {
        f64::from(reserve).min(self.capacity() * LARGEST_RESERVE)
    }

    fn units_at(&self, now: DateTime<Utc>) -> f64 {
        let minutes = (now - self.at).num_milliseconds().max(0) as f64 / 60_000.0;
        (self.units + minutes * self.rate).min(self.capacity())
    }
}
