//! How much a mailbox is asked for at once, by how long its answers take: half of it after one that took long or never came,
//! and twice as much again after a few quick ones in a row, up to the best.

use chrono::{DateTime, TimeDelta, Utc};

/// What takes longer is asked for in smaller pieces. A request may take a minute.
const LONG: TimeDelta = TimeDelta::seconds(15);
/// Twice as much as what is answered within this time doesn't take long either.
const QUICK: TimeDelta = TimeDelta::seconds(5);
/// So many quick answers in a row are no chance.
const IN_A_ROW: u32 = 4;
/// The smallest piece is a sixteenth of the best one.
const MOST_HALVINGS: u32 = 4;

#[derive(Default)]
pub(super) struct Stride {
    halvings: u32,
    changed_at: Option<DateTime<Utc>>,
    quick_in_a_row: u32,
}

impl Stride {
    /// How much to ask for where `best` is the best.
    pub(super) fn of(&self, best: usize) -> usize {
        (best >> self.halvings).max(1)
    }

    pub(super) const fn is_shortened(&self) -> bool {
        self.halvings > 0
    }

    /// What was asked for at `asked_at` was answered, or given up. A quick answer counts only where it `is_full`: one with
    /// little in it tells nothing.
    pub(super) fn answered(&mut self, asked_at: DateTime<Utc>, now: DateTime<Utc>, is_full: bool) {
        // What was under way by then was asked for in the size of before.
        if self.changed_at.is_some_and(|at| asked_at < at) {
            return;
        }
        let time = now - asked_at;
        if time > QUICK {
            self.quick_in_a_row = 0;
        } else if is_full {
            self.quick_in_a_row += 1;
        }
        let halvings = match () {
            () if time > LONG => (self.halvings + 1).min(MOST_HALVINGS),
            () if self.quick_in_a_row >= IN_A_ROW => self.halvings.saturating_sub(1),
            () => return,
        };
        *self = Self {
            halvings,
            changed_at: Some(now),
            quick_in_a_row: 0,
        };
    }
}
