//! Pages that a first sync asks for ahead, of two folders beside each other: what becomes of them when something happens.
#![allow(missing_docs, clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]

use std::collections::BTreeSet;
use std::pin::Pin;

use crate::support::edge::Trouble;
use crate::support::service::Service;
use crate::support::world::World;
use chrono::TimeDelta;
use serde_json::json;

const MAILS: u32 = 600;

fn pages(requests: &[String]) -> Vec<&String> {
    requests
        .iter()
        .filter(|request| request.contains("/messages/delta"))
        .collect()
}

/// How many pages a first sync of the mailbox takes.
fn pages_undisturbed() -> usize {
    let world = World::started(Service::Microsoft, MAILS);
    world.run();
    pages(&world.requests()).len()
}

/// A first sync that waits for what it has asked for ahead: its first page is stored, and no other.
fn reading_ahead(world: &World) -> Pin<Box<impl Future>> {
    world.edge.takes_turns.set(true);
    let mut context = std::task::Context::from_waker(std::task::Waker::noop());
    let mut run = Box::pin(world.site.plugin.run_schedule("sync"));
    while world.stored().is_empty() {
        assert!(run.as_mut().poll(&mut context).is_pending());
    }
    run
}

#[test]
fn two_folders_are_read_beside_each_other() {
    let world = World::started(Service::Microsoft, MAILS);
    let run = reading_ahead(&world);
    let requests = world.requests();
    let asked = pages(&requests);
    let folders: BTreeSet<&String> = asked.iter().copied().collect();
    assert!(asked.len() >= 3 && folders.len() >= 2, "{requests:?}");
    drop(run);
}

#[test]
fn the_first_page_comes_with_the_step_that_reads_the_folders() {
    let world = World::started(Service::Microsoft, MAILS);
    let run = reading_ahead(&world);
    assert_eq!(world.account()["leaseNumber"], 1);
    assert_eq!(world.stored().len(), 20);
    drop(run);
}

#[test]
fn a_page_that_is_refused_is_asked_for_again_and_no_other() {
    let undisturbed = pages_undisturbed();
    for refused in [1, 2, 3] {
        let world = World::started(Service::Microsoft, MAILS);
        let rule = json!({ "path": "/messages/delta", "status": 429, "retryAfter": 40, "count": 1, "skip": refused });
        world.control("fault", rule);
        world.run();
        let stored = world.stored().len();
        assert!(
            (20..600).contains(&stored),
            "{stored} with page {refused} refused"
        );
        world.site.host.advance(TimeDelta::seconds(41));
        world.run();
        world.assert_equal();
        assert_eq!(world.account()["status"], "ready");
        assert!(world.ledger().is_empty());
        let asked = pages(&world.requests()).len();
        // While the provider asks to wait, the files of a page that came beside it can't be asked for.
        let again = undisturbed + 1..=undisturbed + 2;
        assert!(again.contains(&asked), "{asked} pages instead of {undisturbed}");
    }
}

#[test]
fn a_crash_loses_only_what_was_asked_for_ahead() {
    for page in 1..6 {
        let mut world = World::started(Service::Microsoft, MAILS);
        // Of the requests, the first one reads the folders.
        world.edge.strike(1 + page, Trouble::CrashInFetch);
        while world.step().is_some_and(|step| step.unwrap()) {}
        assert!(!world.edge.spare(), "page {page} was asked for");
        let before: BTreeSet<String> = world.stored().into_iter().map(|mail| mail.0).collect();
        world.recover();
        world.run();
        world.assert_equal();
        let after: BTreeSet<String> = world.stored().into_iter().map(|mail| mail.0).collect();
        assert!(before.is_subset(&after));
        let asked = pages(&world.requests()).len();
        // Two pages may be under way, and two may have come and not been written.
        assert!(asked <= pages_undisturbed() + 4, "{asked} pages");
    }
}

#[test]
fn links_that_are_forgotten_while_pages_are_read_ahead_cost_nothing_but_time() {
    let world = World::started(Service::Microsoft, MAILS);
    let run = reading_ahead(&world);
    world.site.host.advance(TimeDelta::milliseconds(1));
    let inbox = world.in_box("in");
    world.touch("delete", &inbox[0], json!({}));
    world.move_to(&inbox[1], "archive");
    world.control("expire-delta", json!({ "mailbox": world.service.mailbox() }));
    pollster::block_on(run);
    world.edge.takes_turns.set(false);
    world.run();
    world.sync_emails();
    world.assert_equal();
    assert_eq!(world.account()["status"], "ready");
}
