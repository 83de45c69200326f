//! Property tests of the sync engine.
//!
//! A *schedule* is a small random mailbox at either provider and a list of operations: two nodes going on for a few
//! turns, time passing, changes at the provider and by the user, a fault at some call of a host, a process that ends
//! where it is. It follows from a seed, the nodes are polled by hand, the clock and chance are the test's: a seed always
//! does the same. When the operations are over, nothing goes wrong any more and time passes; then these hold:
//!
//! - the database equals the provider: ids, boxes, folders, labels, flags, subjects, senders, dates, conversations,
//!   texts, files; but for what is left out, and the ledger agrees with that;
//! - the number of mails that the account shows is that of its records;
//! - nothing was fetched twice without cause: at most once, and once for each change of the message and each fault; a
//!   conversation as a whole once for every two of those;
//! - no local intent is lost: what the user was granted stands at the provider, unless somebody changed it there since;
//! - everything comes to rest: the account is ready, no item is failing, nothing is due again and again.
//!
//! And after every single commit of a node:
//!
//! - no deletion without confirmation: a mail disappears here only when the provider has it no longer, and where many
//!   do at once, after each was asked for;
//! - only who holds the lease writes: a step whose account somebody else has taken since writes nothing any more;
//! - the cursor is never ahead of the ledger: what a page told of is stored, in the ledger, or kept in the cursor itself
//!   when that is stored; and what a cursor keeps stays there until it is stored or in the ledger.
//!
//! `SCHEDULES=1000000 cargo test --test property` runs more of them. A seed that fails is made smaller by leaving
//! operations out, and printed as a script; `SEED=…` runs a seed again and `SCRIPT=file` a script.
//!
//! Where to find it: `schedule` has the operations and how they follow from a seed, `script` their text, `world` and `there`
//! carry them out, `node` is the host with the faults, `observer` what holds at every commit, with `pages` for reading and
//! `lease` for who may write, `invariants` what holds in the end, `intents` and `asked` what users do, `shrink` the running
//! and making smaller. Another operation of a user is a variant of `schedule::Here`; what counts as removed is
//! `pages::is_there`.
#![allow(
    missing_docs,
    unreachable_pub,
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::expect_used,
    clippy::print_stdout,
    reason = "tests"
)]

mod asked;
mod intents;
mod invariants;
mod lease;
mod node;
mod observer;
mod pages;
mod provider;
mod random;
mod schedule;
mod script;
mod shrink;
#[path = "../support/mod.rs"]
mod support;
mod there;
mod world;

use std::env;

use schedule::Schedule;

/// How many schedules the suite runs.
const SCHEDULES: u64 = 10_000;
/// Tests beside each other, each with a part of the seeds.
const PARTS: u64 = 4;

fn number(name: &str) -> Option<u64> {
    env::var(name).ok()?.parse().ok()
}

/// Fails with the smallest script found.
fn check(schedule: &Schedule, again: &str) {
    let Some(violation) = shrink::run(schedule) else {
        return;
    };
    let (smallest, violation) = shrink::shrink(schedule, violation);
    panic!(
        "broken: {}\n{}\n\n{smallest}\nTo see it again: {again} cargo test --test property\n",
        violation.invariant, violation.detail
    );
}

fn part(part: u64) {
    if env::var("SCRIPT").is_ok() {
        return;
    }
    if let Some(seed) = number("SEED") {
        if seed % PARTS == part {
            check(&Schedule::of(seed), &format!("SEED={seed}"));
        }
        return;
    }
    let count = number("SCHEDULES").unwrap_or(SCHEDULES);
    for seed in (0..count).filter(|seed| seed % PARTS == part) {
        check(&Schedule::of(seed), &format!("SEED={seed}"));
    }
}

#[test]
fn every_schedule_ends_with_both_sides_equal_1() {
    part(0);
}

#[test]
fn every_schedule_ends_with_both_sides_equal_2() {
    part(1);
}

#[test]
fn every_schedule_ends_with_both_sides_equal_3() {
    part(2);
}

#[test]
fn every_schedule_ends_with_both_sides_equal_4() {
    part(3);
}

#[test]
fn a_script_runs_again() {
    if let Ok(path) = env::var("SCRIPT") {
        let script = std::fs::read_to_string(&path).unwrap();
        let schedule = Schedule::read(&script);
        check(&schedule, &format!("SCRIPT={path}"));
    }
}

#[test]
fn a_schedule_is_the_same_after_it_was_written_down() {
    for seed in 0..2_000 {
        let schedule = Schedule::of(seed);
        assert_eq!(Schedule::read(&schedule.to_string()), schedule);
        assert_eq!(Schedule::of(seed), schedule);
    }
}
