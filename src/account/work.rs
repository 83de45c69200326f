//! What synchronisation remembers of its work: the run in hand, its pace, and what waits to be confirmed.

use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};

/// The work on an account. It is committed with every step, so that a crash loses nothing of it.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Work {
    /// The run in hand.
    pub run: Option<Run>,
    /// How many rows of history the account has had.
    pub number: i64,
    /// The newest row of history where it tells of runs that changed nothing.
    pub quiet: Option<Quiet>,
    /// How many mails the provider no longer lists, each to be confirmed before it is removed.
    pub missing: u64,
    /// How many mails this pass has removed on the provider's word alone.
    pub unconfirmed: u64,
    /// How fast mails are stored.
    pub pace: Pace,
}

/// What a run has done so far.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Run {
    /// When it began.
    pub started_at: DateTime<Utc>,
    /// What it is about.
    pub kind: RunKind,
    /// What it did to mails.
    pub tally: Tally,
    /// What it cost.
    pub traffic: Traffic,
}

/// What a run is about; of several things, the last one here counts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum RunKind {
    /// Following changes.
    #[default]
    Incremental,
    /// Comparing what is listed with what is stored.
    Audit,
    /// Listing again what is stored already.
    Reconcile,
    /// Listing for the first time.
    First,
}

/// What became of mails.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Tally {
    /// Stored for the first time, or again.
    pub created: u64,
    /// Changed.
    pub changed: u64,
    /// Removed or hidden.
    pub removed: u64,
    /// Left out for a reason.
    pub skipped: u64,
    /// Those of the skipped ones that were shown before.
    pub hidden: u64,
    /// Failed, to be tried again.
    pub failed: u64,
}

impl Tally {
    /// Both together.
    #[must_use]
    pub const fn plus(self, other: Self) -> Self {
        Self {
            created: self.created + other.created,
            changed: self.changed + other.changed,
            removed: self.removed + other.removed,
            skipped: self.skipped + other.skipped,
            hidden: self.hidden + other.hidden,
            failed: self.failed + other.failed,
        }
    }

    /// Whether any stored mail is another than before.
    pub const fn changed_mail(self) -> bool {
        self.created + self.changed + self.removed + self.hidden > 0
    }
}

/// What went over the wire.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Traffic {
    /// Requests sent.
    pub requests: u64,
    /// Quota units spent, where the provider counts in units.
    pub units: u64,
    /// Bytes of the answers.
    pub bytes: u64,
}

impl Traffic {
    /// Both together.
    #[must_use]
    pub const fn plus(self, other: Self) -> Self {
        Self {
            requests: self.requests + other.requests,
            units: self.units + other.units,
            bytes: self.bytes + other.bytes,
        }
    }

    /// What is more in this than in `other`.
    #[must_use]
    pub const fn minus(self, other: Self) -> Self {
        Self {
            requests: self.requests.saturating_sub(other.requests),
            units: self.units.saturating_sub(other.units),
            bytes: self.bytes.saturating_sub(other.bytes),
        }
    }
}

/// Runs in a row that changed nothing: one row of history tells of all of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Quiet {
    /// When the first one began.
    pub started_at: DateTime<Utc>,
    /// How many there were.
    pub passes: u32,
    /// What they cost.
    pub traffic: Traffic,
}

/// How fast a first sync goes, over the last minute or two.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Pace {
    /// Mails a second.
    pub rate: Option<f64>,
    /// Seconds until everything is stored, where it is known how much that is.
    pub seconds_left: Option<u64>,
    before: Option<Mark>,
    latest: Option<Mark>,
}

/// How many mails were stored at a moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Mark {
    at: DateTime<Utc>,
    stored: u64,
}

impl Pace {
    /// How long a mark stays the latest one.
    const WINDOW: TimeDelta = TimeDelta::seconds(60);

    /// The pace after `stored` of `total` mails at `now`.
    #[must_use]
    pub fn after(mut self, stored: u64, total: Option<u64>, now: DateTime<Utc>) -> Self {
        let mark = Mark { at: now, stored };
        let latest = *self.latest.get_or_insert(mark);
        if now - latest.at >= Self::WINDOW {
            self.before = Some(latest);
            self.latest = Some(mark);
        }
        let since = self.before.unwrap_or(latest);
        let seconds = (now - since.at).as_seconds_f64();
        let gained = stored.saturating_sub(since.stored);
        self.rate = (seconds >= 1.0 && gained > 0).then(|| (gained as f64 / seconds * 10.0).round() / 10.0);
        let left = total.map(|total| total.saturating_sub(stored));
        let exact = (gained > 0 && seconds >= 1.0).then(|| seconds / gained as f64);
        self.seconds_left = left
            .zip(exact)
            .map(|(left, each)| (left as f64 * each).ceil() as u64);
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_pace_is_that_of_the_last_minutes() {
        let start = DateTime::from_timestamp(1_772_366_400, 0).unwrap_or_default();
        let at = |seconds| start + TimeDelta::seconds(seconds);
        let pace = Pace::default().after(0, Some(10_000), start);
        assert_eq!((pace.rate, pace.seconds_left), (None, None));
        let pace = pace.after(300, Some(10_000), at(30));
        assert_eq!((pace.rate, pace.seconds_left), (Some(10.0), Some(970)));
        // It slows down: after two windows the fast beginning no longer counts.
        let pace = (1..=6).fold(pace, |pace, step| {
            pace.after(
                300 + 30 * step,
                Some(10_000),
                at(30 + 30 * i64::try_from(step).unwrap_or(0)),
            )
        });
        assert_eq!(pace.rate, Some(1.0));
        // Nobody knows how much is left where there is no total.
        assert_eq!(pace.after(600, None, at(300)).seconds_left, None);
    }
}
