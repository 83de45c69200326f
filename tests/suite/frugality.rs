//! What a mailbox costs: requests and quota units, and how the plugin lives with limits.
#![allow(missing_docs, clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]

use std::collections::BTreeMap;

use crate::support::USER;
use crate::support::service::{SERVICES, Service};
use crate::support::world::World;
use chrono::TimeDelta;
use serde_json::{Value, json};

/// What the provider has counted for the mailbox.
fn usage(world: &World, what: &str) -> u64 {
    let name = world.service.mailbox();
    world.stats()["mailboxes"][name][what].as_u64().unwrap()
}

/// How many calls were refused for being too many, alone or in batches.
fn refused(world: &World) -> u64 {
    let stats = world.stats();
    let of = |name: &str| stats[name]["429"].as_u64().unwrap_or(0);
    of("statuses") + of("partStatuses")
}

/// How many stored mails each conversation has.
fn conversations(world: &World) -> BTreeMap<String, u64> {
    let mut sizes = BTreeMap::new();
    for row in world.site.host.rows("mailMessages") {
        *sizes.entry(row["conversationId"].to_string()).or_default() += 1;
    }
    sizes
}

#[test]
fn a_first_sync_of_a_thousand_mails_takes_few_requests_and_units() {
    for service in SERVICES {
        let world = World::linked(service, 1_000);
        world.control("reset-stats", json!({}));
        world.start(USER, Value::Null);
        world.run();
        world.assert_equal();
        let requests = usage(&world, "requests");
        match service {
            Service::Google => {
                let units = usage(&world, "units");
                assert!(requests <= 16, "{requests} requests");
                // 20 for a message, 40 for a conversation: nothing gets these mails for less.
                let least: u64 = conversations(&world)
                    .values()
                    .map(|size| (20 * size).min(40))
                    .sum();
                assert!(
                    (least..=least + 100).contains(&units),
                    "{units} units instead of {least}"
                );
            }
            // Files are asked for in batches of their own.
            Service::Microsoft => assert!(requests <= 40, "{requests} requests"),
        }
    }
}

#[test]
fn three_changes_take_two_requests() {
    for service in SERVICES {
        let world = World::synced(service, 60);
        let inbox = world.in_box("in");
        world.requests();
        world.deliver(json!({ "subject": "One more", "text": "Hi" }));
        world.touch("mark", &inbox[0], json!({ "read": true }));
        world.touch("delete", &inbox[1], json!({}));
        world.sync_emails();
        world.assert_equal();
        let requests = world.requests();
        // The second one fetches the new mail, or asks whether the deleted one is really gone.
        assert_eq!(requests.len(), 2, "{requests:?}");
    }
}

#[test]
fn a_conversation_that_came_whole_is_not_fetched_again() {
    let world = World::linked(Service::Google, 400);
    world.control("reset-stats", json!({}));
    world.start(USER, Value::Null);
    world.run();
    world.assert_equal();
    let parts = &world.stats()["batchParts"];
    let count = |name: &str| parts[name].as_u64().unwrap_or(0);
    let conversations = conversations(&world);
    assert!(count("gmail.threads.get") > 20);
    assert!(
        count("gmail.threads.get") + count("gmail.messages.get") <= conversations.len() as u64 + 2,
        "{parts} for {} conversations",
        conversations.len()
    );
}

#[test]
fn what_comes_along_from_before_the_start_date_stays_out() {
    let world = World::linked(Service::Google, 200);
    let middle = world.state()[100]["received"].as_str().unwrap().to_owned();
    world.start(USER, json!(middle));
    world.run();
    assert_eq!(world.stored().len(), 101);
    assert!(world.ledger().is_empty(), "{:?}", world.ledger());
}

#[test]
fn labels_are_read_again_when_a_change_names_an_unknown_one() {
    let world = World::synced(Service::Google, 40);
    let inbox = world.in_box("in");
    world.make_label("Brand new");
    world.touch("mark", &inbox[0], json!({ "addLabels": ["Brand new"] }));
    world.requests();
    world.sync_emails();
    assert_eq!(
        world.requests(),
        [
            "GET /google/gmail/v1/users/me/history",
            "GET /google/gmail/v1/users/me/labels"
        ]
    );
    let names: Vec<Value> = world
        .site
        .host
        .rows("mailFolders")
        .iter()
        .map(|row| row["name"].clone())
        .collect();
    assert!(names.contains(&json!("Brand new")), "{names:?}");
    // And after an hour, as they may have got other names.
    world.sync_emails();
    assert_eq!(world.requests().len(), 1);
    world.site.host.advance(TimeDelta::minutes(61));
    world.run();
    assert!(
        world
            .requests()
            .contains(&"GET /google/gmail/v1/users/me/labels".to_owned())
    );
}

#[test]
fn a_short_quota_is_kept_to_after_the_first_complaint() {
    let world = World::started(Service::Google, 300);
    world.control("limits", json!({ "unitsPerMinute": 3_000 }));
    let mut minutes = 0;
    while world.account()["syncState"]["done"] != json!(true) {
        world.run();
        assert_eq!(
            world.account()["status"],
            "ready",
            "a mailbox that waits has not failed"
        );
        world.site.host.advance(TimeDelta::seconds(5));
        minutes += 1;
        assert!(minutes < 200, "it never ends");
    }
    world.assert_equal();
    assert!(world.ledger().is_empty(), "{:?}", world.ledger());
    let (parts, refused) = (usage(&world, "units") / 20, refused(&world));
    assert!(refused * 4 < parts, "{refused} of {parts} calls were refused");
}

#[test]
fn people_are_served_while_the_sync_waits_for_its_quota() {
    let world = World::started(Service::Google, 300);
    world.control("limits", json!({ "unitsPerMinute": 2_000 }));
    world.run();
    assert!(!world.stored().is_empty() && world.stored().len() < 300);
    // The minute is over at the provider; the sync has taken what it may.
    world.site.host.advance(TimeDelta::seconds(61));
    world.run();
    let before = refused(&world);
    let ids: Vec<String> = world.stored().into_iter().map(|mail| mail.0).take(5).collect();
    let values = json!({ "mailIds": ids, "isRead": true });
    world.site.mail(USER, "messageSetReaded", values).unwrap();
    assert_eq!(refused(&world), before);
}

#[test]
fn parts_that_were_refused_are_sent_again_within_the_step() {
    for service in SERVICES {
        let world = World::started(service, 60);
        let rule =
            json!({ "part": true, "path": "/m", "status": 429, "retryAfter": 1, "count": 3, "skip": 8 });
        world.control("fault", rule);
        world.run();
        assert_eq!(refused(&world), 3);
        assert!(world.ledger().is_empty(), "{service:?} {:?}", world.ledger());
        assert_eq!(world.account()["status"], "ready");
        world.site.host.advance(TimeDelta::seconds(60));
        world.run();
        world.assert_equal();
    }
}

#[test]
fn the_first_complaint_that_names_a_time_is_no_failure() {
    for service in SERVICES {
        let world = World::synced(service, 40);
        let complain = |count: u32| {
            let rule = json!({ "path": "/v1", "status": 429, "retryAfter": 30, "count": count });
            world.control("fault", rule);
        };
        complain(1);
        world.deliver(json!({ "subject": "New" }));
        world.sync_emails();
        assert_eq!(world.account()["status"], "ready", "{service:?}");
        assert_eq!(world.account()["syncState"]["lastError"], Value::Null);
        world.site.host.advance(TimeDelta::seconds(31));
        world.run();
        world.assert_equal();
        // One that complains again after the time that it has named has to be looked at.
        complain(2);
        world.sync_emails();
        assert_eq!(world.account()["status"], "ready");
        world.site.host.advance(TimeDelta::seconds(31));
        world.run();
        assert_eq!(world.account()["status"], "failing", "{service:?}");
    }
}
