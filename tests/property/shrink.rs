//! Running a schedule, and finding the smallest part of it that still fails.

use std::panic::{AssertUnwindSafe, catch_unwind};

use crate::invariants;
use crate::observer::Violation;
use crate::schedule::Schedule;
use crate::world::World;

/// How many schedules may be tried to make one smaller.
const TRIES: usize = 3_000;

/// Runs a schedule. Returns the first invariant that it breaks.
pub fn run(schedule: &Schedule) -> Option<Violation> {
    let outcome = catch_unwind(AssertUnwindSafe(|| {
        let mut world = World::of(schedule);
        for operation in &schedule.operations {
            world.operate(operation);
            if let Some(violation) = world.observer.violation() {
                return Some(violation);
            }
        }
        world.settle();
        invariants::check(&world);
        world.observer.violation()
    }));
    outcome.unwrap_or_else(|panic| {
        let text = panic
            .downcast_ref::<String>()
            .map(String::as_str)
            .or_else(|| panic.downcast_ref::<&str>().copied());
        Some(Violation::new("nothing panics", text.unwrap_or("a panic")))
    })
}

/// The smallest schedule found that breaks the same invariant, and how.
pub fn shrink(schedule: &Schedule, violation: Violation) -> (Schedule, Violation) {
    let (mut best, mut known) = (schedule.clone(), violation);
    let mut tries = 0;
    let mut fails = |candidate: &Schedule, known: &mut Violation| {
        tries += 1;
        let found = run(candidate).filter(|found| tries < TRIES && found.invariant == known.invariant);
        found.map(|found| *known = found).is_some()
    };
    loop {
        let size = (best.operations.len(), best.messages);
        let mut chunk = best.operations.len().div_ceil(2).max(1);
        loop {
            let mut start = 0;
            while start < best.operations.len() {
                let mut candidate = best.clone();
                let end = (start + chunk).min(candidate.operations.len());
                candidate.operations.drain(start..end);
                if fails(&candidate, &mut known) {
                    best = candidate;
                } else {
                    start += chunk;
                }
            }
            if chunk == 1 {
                break;
            }
            chunk = chunk.div_ceil(2);
        }
        for messages in [0, 1, 2, 3, 5, 10] {
            let candidate = Schedule {
                messages,
                ..best.clone()
            };
            if messages < best.messages && fails(&candidate, &mut known) {
                best = candidate;
                break;
            }
        }
        if best.wanted.is_some() {
            let candidate = Schedule {
                wanted: None,
                ..best.clone()
            };
            if fails(&candidate, &mut known) {
                best = candidate;
            }
        }
        if (best.operations.len(), best.messages) == size {
            return (best, known);
        }
    }
}
