//! A folder that can't be read while the rest of its mailbox can (Outlook).
#![allow(missing_docs, clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]

use crate::support::USER;
use crate::support::service::Service;
use crate::support::world::World;
use chrono::TimeDelta;
use serde_json::{Value, json};

/// Makes the provider refuse the feed of a folder, alone and in batches, until faults are cleared.
fn refuse(world: &World, folder: &str, status: u16, reason: &str) {
    let (id, _) = world.folders().into_iter().find(|each| each.1 == folder).unwrap();
    for part in [true, false] {
        let path = format!("/mailFolders/{id}/messages");
        let rule = json!({ "part": part, "path": path, "status": status, "reason": reason, "count": 0 });
        world.control("fault", rule);
    }
}

fn asked(world: &World) -> Value {
    let asked = json!({ "email": world.service.mailbox() });
    world.site.mail(USER, "synchronization", asked).unwrap()
}

/// The folders that can't be read, as pages show them.
fn unreadable(world: &World) -> Vec<Value> {
    asked(world)["unreadable"].as_array().unwrap().clone()
}

const REFUSALS: [(u16, &str); 3] = [
    (403, "ErrorAccessDenied"),
    (404, "ErrorItemNotFound"),
    (400, "ErrorInvalidRequest"),
];

#[test]
fn a_folder_that_is_refused_keeps_nothing_else_from_being_read_and_comes_back_by_itself() {
    for (status, reason) in REFUSALS {
        let world = World::synced(Service::Microsoft, 60);
        let hidden = world.in_box("in")[0].clone();
        refuse(&world, "Customers", status, reason);
        world.touch("move", &hidden, json!({ "to": "Customers" }));
        let new = world.deliver(json!({ "subject": "Goes on" }));
        world.sync_emails();
        assert_eq!(world.account()["status"], "ready", "{status}");
        assert!(world.stored().iter().any(|mail| mail.0 == new), "{status}");
        let told = unreadable(&world);
        assert_eq!(told.len(), 1, "{status}: {told:?}");
        assert_eq!(told[0]["name"], "Customers");
        assert!(told[0]["message"].as_str().unwrap().contains(&status.to_string()));
        assert!(told[0]["retryAt"].is_string() && told[0]["since"].is_string());

        // It is asked for less and less, and the other folders as ever.
        world.requests();
        let mut tries = 0;
        let caught = |world: &World| {
            world.stats()["partStatuses"][status.to_string()]
                .as_u64()
                .unwrap_or(0)
        };
        let before = caught(&world);
        for _ in 0..36 {
            world.site.host.advance(TimeDelta::minutes(5));
            world.run();
            tries += 1;
        }
        let refused = caught(&world) - before;
        assert!(
            (2..=8).contains(&refused),
            "{status}: asked {refused} times in {tries} passes"
        );
        assert!(world.requests().len() > refused as usize, "{status}");
        assert_eq!(world.account()["status"], "ready");

        world.control("clear-faults", json!({}));
        world.site.host.advance(TimeDelta::minutes(61));
        world.run();
        assert_eq!(unreadable(&world), Vec::<Value>::new(), "{status}");
        world.assert_equal();
        world.assert_discreet();
    }
}

#[test]
fn a_folder_that_is_refused_from_the_start_is_the_only_one_that_is_missing() {
    for (status, reason) in REFUSALS {
        let world = World::started(Service::Microsoft, 400);
        refuse(&world, "Archive", status, reason);
        world.run();
        let state = world.account()["syncState"].clone();
        assert_eq!(
            (&state["done"], &state["lastError"]),
            (&json!(true), &Value::Null),
            "{status}"
        );
        let archived: Vec<String> = world.in_box("archive");
        assert!(!archived.is_empty());
        let mut others = world.expected();
        let of = |name: &str| {
            let in_folder = world.state().into_iter().filter(|mail| mail["folder"] == name);
            in_folder.map(|mail| world.service.id(&mail)).collect::<Vec<_>>()
        };
        let refused = of("Archive");
        others.retain(|mail| !refused.contains(&mail.0));
        assert_eq!(world.stored(), others, "{status}");
        // Whoever asks to synchronise has perhaps put it right.
        world.control("clear-faults", json!({}));
        world.sync_emails();
        world.assert_equal();
        assert_eq!(unreadable(&world), Vec::<Value>::new());
    }
}

#[test]
fn what_stands_in_a_folder_that_is_refused_is_not_taken_for_gone() {
    let world = World::synced(Service::Microsoft, 60);
    refuse(&world, "Customers", 403, "ErrorAccessDenied");
    world
        .site
        .mail(
            USER,
            "messagesResync",
            json!({ "email": world.service.mailbox() }),
        )
        .unwrap();
    world.run();
    for _ in 0..30 {
        world.site.host.advance(TimeDelta::hours(1));
        world.run();
    }
    assert_eq!(world.stored(), world.expected());
    world.control("clear-faults", json!({}));
    world.site.host.advance(TimeDelta::hours(2));
    world.run();
    world.assert_equal();
    assert_eq!(asked(&world)["account"]["status"], "ready");
}

#[test]
fn a_mailbox_whose_folders_are_all_refused_has_failed() {
    let world = World::synced(Service::Microsoft, 20);
    for part in [true, false] {
        let rule = json!({ "part": part, "path": "/messages/delta", "status": 403, "reason": "ErrorAccessDenied", "count": 0 });
        world.control("fault", rule);
    }
    world.sync_emails();
    assert_eq!(world.account()["status"], "failing");
    assert_eq!(world.account()["statusCode"], "permission_missing");
    world.control("clear-faults", json!({}));
    world.sync_emails();
    assert_eq!(world.account()["status"], "ready");
    world.assert_equal();
}

#[test]
fn a_folder_that_was_deleted_during_its_listing_is_found_out_by_reading_the_folders_again() {
    let world = World::linked(Service::Microsoft, 40);
    let mailbox = world.service.mailbox();
    world.control(
        "folder",
        json!({ "mailbox": mailbox, "create": "Travel", "parent": "inbox" }),
    );
    world.deliver(json!({ "subject": "On the way", "folder": "Travel", "count": 400 }));
    let (id, _) = world
        .folders()
        .into_iter()
        .find(|each| each.1 == "Travel")
        .unwrap();
    world.start(USER, Value::Null);
    world.edge.is_slow.set(true);
    let is_listed = |world: &World| {
        let cursors = world.site.host.rows("mailSyncCursors");
        cursors
            .iter()
            .any(|cursor| cursor["scope"] == json!(id) && cursor["page"].is_string())
    };
    while !is_listed(&world) {
        assert!(world.step().unwrap().unwrap());
    }
    world.control("folder", json!({ "mailbox": mailbox, "delete": "Travel" }));
    world.edge.is_slow.set(false);
    world.site.host.advance(TimeDelta::seconds(1));
    world.run();
    assert_eq!(world.account()["status"], "ready");
    assert_eq!(world.account()["syncState"]["done"], true);
    assert_eq!(unreadable(&world), Vec::<Value>::new());
    world.assert_equal();
}
