//! Gmail has forgotten the position: what is stored is compared by lists of ids, and little is read.
#![allow(missing_docs, clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]

use std::collections::{BTreeMap, BTreeSet};

use crate::support::USER;
use crate::support::edge::Trouble;
use crate::support::service::Service;
use crate::support::world::World;
use chrono::TimeDelta;
use serde_json::{Value, json};

fn units(world: &World) -> u64 {
    world.stats()["mailboxes"][world.service.mailbox()]["units"]
        .as_u64()
        .unwrap()
}

fn forget(world: &World) {
    world.control("expire-history", json!({ "mailbox": world.service.mailbox() }));
}

/// What counts of each mail's labels here, and there.
fn labels(world: &World) -> [BTreeMap<String, BTreeSet<String>>; 2] {
    let counts = |label: &&str| *label != "IMPORTANT" && !label.starts_with("CATEGORY_");
    let set = |list: &Value| -> BTreeSet<String> {
        let texts = list.as_array().unwrap().iter().filter_map(Value::as_str);
        texts.filter(counts).map(str::to_owned).collect()
    };
    let here = world
        .shown()
        .into_iter()
        .map(|row| (row["mailId"].as_str().unwrap().to_owned(), set(&row["folderIds"])));
    let there = world
        .state()
        .into_iter()
        .map(|mail| (world.service.id(&mail), set(&mail["labels"])));
    [here.collect(), there.collect()]
}

fn assert_same(world: &World) {
    world.assert_equal();
    let [here, there] = labels(world);
    assert_eq!(here, there);
}

/// A few changes of every kind. Returns the id of a new mail.
fn change(world: &World) -> String {
    let inbox = world.in_box("in");
    let archived = world.in_box("archive");
    world.make_label("Brand new");
    world.touch(
        "mark",
        &inbox[0],
        json!({ "read": true, "starred": true, "addLabels": ["Brand new"] }),
    );
    world.touch(
        "mark",
        &inbox[1],
        json!({ "read": false, "starred": false, "addLabels": ["Customers"] }),
    );
    world.touch("mark", &archived[0], json!({ "addLabels": ["Customers"] }));
    world.touch("mark", &archived[1], json!({ "removeLabels": ["Customers"] }));
    world.move_to(&inbox[2], "archive");
    world.move_to(&inbox[3], "trash");
    world.move_to(&archived[2], "inbox");
    world.touch("delete", &inbox[4], json!({}));
    world.deliver(json!({ "subject": "Came in the gap" }))
}

fn cursors(world: &World) -> Vec<String> {
    let rows = world.site.host.rows("mailSyncCursors");
    rows.iter()
        .map(|row| row["scope"].as_str().unwrap().to_owned())
        .collect()
}

#[test]
fn a_forgotten_position_costs_lists_of_ids_and_what_has_changed() {
    let world = World::started(Service::Google, 600);
    let before = units(&world);
    world.run();
    let first = units(&world) - before;
    world.site.host.advance(TimeDelta::days(20));
    // The nightly comparison is over.
    world.run();
    world.run();
    let new = change(&world);
    forget(&world);
    let before = units(&world);
    world.sync_emails();
    let spent = units(&world) - before;
    assert_same(&world);
    assert!(world.stored().iter().any(|mail| mail.0 == new));
    assert!(world.ledger().is_empty(), "{:?}", world.ledger());
    assert!(
        spent * 10 < first,
        "{spent} units, and {first} for the first time"
    );
    assert!(!cursors(&world).iter().any(|scope| scope.starts_with("label:")));
    let run = &world
        .site
        .mail(USER, "syncRuns", json!({ "email": world.service.mailbox() }))
        .unwrap()[0];
    assert_eq!(
        (&run["kind"], &run["stop"]),
        (&json!("reconcile"), &json!("done"))
    );

    // And changes are followed again, at the usual price.
    let inbox = world.in_box("in");
    world.touch(
        "mark",
        &inbox[0],
        json!({ "starred": false, "addLabels": ["Customers"] }),
    );
    let before = units(&world);
    world.sync_emails();
    assert_same(&world);
    assert!(units(&world) - before <= 4);
}

#[test]
fn new_mail_comes_and_changes_are_followed_during_the_comparison() {
    let world = World::synced(Service::Google, 400);
    world.site.host.advance(TimeDelta::minutes(10));
    change(&world);
    forget(&world);
    world.edge.is_slow.set(true);
    while !cursors(&world).iter().any(|scope| scope.starts_with("label:")) {
        world.step().unwrap().unwrap();
    }
    let mut rounds = 0;
    while cursors(&world).iter().any(|scope| scope.starts_with("label:")) {
        let new = world.deliver(json!({ "subject": "Came meanwhile" }));
        let inbox = world.in_box("in");
        world.touch(
            "mark",
            &inbox[rounds],
            json!({ "read": rounds % 2 == 0, "addLabels": ["Customers"] }),
        );
        world.touch("delete", &inbox[rounds + 1], json!({}));
        world.site.host.advance(TimeDelta::minutes(6));
        for _ in 0..4 {
            world.step().unwrap().unwrap();
        }
        assert!(world.stored().iter().any(|mail| mail.0 == new), "round {rounds}");
        rounds += 1;
        assert!(rounds < 100, "it never ends");
    }
    assert!(rounds > 1);
    world.run();
    world.sync_emails();
    assert_same(&world);
}

#[test]
fn many_that_are_gone_are_confirmed_and_a_list_that_leaves_mails_out_removes_nothing() {
    let world = World::synced(Service::Google, 200);
    world.site.host.advance(TimeDelta::minutes(10));
    let inbox = world.in_box("in");
    for id in &inbox[..60] {
        world.touch("delete", id, json!({}));
    }
    let kept = world
        .stored()
        .into_iter()
        .find(|mail| !inbox[..60].contains(&mail.0))
        .unwrap()
        .0;
    let hidden = kept.clone();
    world.wire.tamper(move |request, answer| {
        if request.uri().path().ends_with("/users/me/messages")
            && let Ok(mut body) = serde_json::from_slice::<Value>(answer.body())
        {
            crate::support::wire::leave_out(&mut body, &hidden);
            *answer.body_mut() = body.to_string().into_bytes();
        }
    });
    forget(&world);
    world.sync_emails();
    assert!(world.stored().iter().any(|mail| mail.0 == kept));
    assert_same(&world);
}

#[test]
fn a_crash_anywhere_in_the_comparison_only_delays_it() {
    for trouble in [
        Trouble::CrashAfterCommit,
        Trouble::FailsBefore,
        Trouble::CrashInFetch,
    ] {
        for skip in (0..24).step_by(3) {
            let mut world = World::synced(Service::Google, 40);
            world.site.host.advance(TimeDelta::minutes(10));
            change(&world);
            forget(&world);
            world.edge.strike(skip, trouble);
            world.run();
            world.edge.spare();
            world.recover();
            world.run();
            world.sync_emails();
            assert_same(&world);
        }
    }
}

#[test]
fn what_is_left_out_by_its_label_is_read_only_where_that_has_changed() {
    let world = World::linked(Service::Google, 300);
    let id = |name: &str| {
        let folders = world.site.host.rows("mailFolders");
        let found = folders.iter().find(|row| row["name"] == name).unwrap();
        found["folderId"].as_str().unwrap().to_owned()
    };
    world.start(USER, Value::Null);
    world.run();
    let left_out =
        json!({ "email": world.service.mailbox(), "folders": [id("Customers")], "boxes": ["trash"] });
    world.site.mail(USER, "updateAccountFolders", left_out).unwrap();
    world.run();
    // What is hidden is forgotten after its grace, and stays an entry.
    world.site.host.advance(TimeDelta::days(9));
    let outside = world.deliver(json!({ "subject": "Outside", "labels": ["Customers"] }));
    world.sync_emails();
    pollster::block_on(async { while world.site.plugin.run_schedule("tidy").await.unwrap().again {} });
    let entries = |world: &World| {
        world
            .ledger()
            .iter()
            .filter(|row| row["state"] == "skipped")
            .count()
    };
    let customers = |world: &World| -> Vec<String> {
        let id = json!(id("Customers"));
        let mails = world
            .state()
            .into_iter()
            .filter(|mail| mail["labels"].as_array().unwrap().contains(&id));
        mails.map(|mail| world.service.id(&mail)).collect()
    };
    let before = (entries(&world), customers(&world));
    assert!(before.0 > 3 && before.1.len() > 3, "{before:?}");
    let wanted = before
        .1
        .iter()
        .find(|id| !world.in_box("trash").contains(id) && **id != outside)
        .unwrap();
    world.touch("mark", wanted, json!({ "removeLabels": ["Customers"] }));
    forget(&world);
    let spent = units(&world);
    world.sync_emails();
    let spent = units(&world) - spent;
    assert!(world.stored().iter().any(|mail| mail.0 == *wanted));
    assert_eq!(entries(&world), before.0 - 1);
    assert!(spent < 300, "{spent} units");
    let left_out = |id: &String| customers(&world).contains(id) || world.in_box("trash").contains(id);
    let expected: Vec<_> = world
        .expected()
        .into_iter()
        .filter(|mail| !left_out(&mail.0))
        .collect();
    assert_eq!(world.stored(), expected);
}
