//! A folder with more mails since the start date than its feed gives: the rest of them is listed by their ids.
#![allow(missing_docs, clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]

use crate::support::USER;
use crate::support::edge::Trouble;
use crate::support::service::{Mail, Service};
use crate::support::world::World;
use chrono::TimeDelta;
use serde_json::json;

/// So many the feed leaves out.
const LEFT_OUT: usize = 200;

/// A mailbox whose inbox has more mails since the start date than the feed gives, and a few from before it.
fn large() -> World {
    let world = World::linked(Service::Microsoft, 20);
    for (date, count) in [
        ("2026-02-20T12:00:00Z", LEFT_OUT - 60),
        ("2026-02-24T12:00:00Z", 5_060),
        ("2026-01-20T12:00:00Z", 3),
    ] {
        world.deliver(json!({ "subject": "One of many", "date": date, "count": count }));
    }
    world.start(USER, json!("2026-02-10"));
    world
}

/// What is there since the start date.
fn wanted(world: &World) -> Vec<Mail> {
    let ids: Vec<String> = world
        .state()
        .iter()
        .filter(|message| message["received"].as_str().unwrap() >= "2026-02-10")
        .map(|message| world.service.id(message))
        .collect();
    let mut mails = world.expected();
    mails.retain(|mail| ids.contains(&mail.0));
    mails
}

fn completes(world: &World) -> bool {
    let cursors = world.site.host.rows("mailSyncCursors");
    cursors.iter().any(|cursor| cursor["phase"] == "completing")
}

#[test]
fn a_start_date_leaves_nothing_out_of_a_large_folder() {
    let world = large();
    world.run();
    assert_eq!(world.account()["syncState"]["done"], true);
    assert_eq!(world.stored(), wanted(&world));
}

#[test]
fn what_the_feed_left_out_is_listed_on_after_a_crash_while_changes_are_followed() {
    let mut world = large();
    world.edge.is_slow.set(true);
    while !completes(&world) {
        assert!(world.step().unwrap().unwrap());
    }
    world.edge.is_slow.set(false);
    assert_eq!(world.account()["syncState"]["done"], false);
    for skip in [0, 3] {
        world.edge.strike(skip, Trouble::CrashInFetch);
        while world.step().is_some_and(|step| step.unwrap()) {}
        assert!(!world.edge.spare() && completes(&world), "{skip}");
        world.restart();
        world.site.host.advance(TimeDelta::minutes(11));
    }
    let mails = wanted(&world);
    world.deliver(json!({ "subject": "Came meanwhile" }));
    world.touch("delete", &mails[0].0, json!({}));
    world.touch("mark", &mails[1].0, json!({ "starred": true }));
    world.run();
    assert_eq!(world.account()["syncState"]["done"], true);
    assert_eq!(world.stored(), wanted(&world));
    assert!(world.ledger().is_empty(), "{:?}", world.ledger());
}
