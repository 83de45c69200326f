//! Trouble at every single call of a run: whatever fails, afterwards the database says what the provider says.
#![allow(missing_docs, clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]

use crate::support::edge::Trouble;
use crate::support::service::Service;
use crate::support::world::World;
use serde_json::{Value, json};

/// How requests fail. `None` stands for a network that doesn't answer.
fn faults() -> Vec<Option<Value>> {
    let mut faults: Vec<Option<Value>> = [
        json!({ "status": 429, "retryAfter": 90 }),
        json!({ "status": 429 }),
        json!({ "status": 503 }),
        json!({ "status": 401 }),
        json!({ "action": "html" }),
        json!({ "action": "truncate" }),
        json!({ "action": "empty" }),
    ]
    .into_iter()
    .map(Some)
    .collect();
    faults.push(None);
    faults
}

const TROUBLES: [Trouble; 4] = [
    Trouble::FailsBefore,
    Trouble::FailsAfter,
    Trouble::CrashAfterCommit,
    Trouble::CrashInFetch,
];

/// How many mails a first sync has here: with Google two pages, with Microsoft some in most folders.
const fn size(service: Service) -> u32 {
    match service {
        Service::Google => 30,
        Service::Microsoft => 16,
    }
}

/// How many requests a first sync and a run with a few changes take here at least.
const fn fewest(service: Service) -> (usize, usize) {
    match service {
        Service::Google => (5, 2),
        Service::Microsoft => (4, 3),
    }
}

/// Checks that everything is as if nothing had happened.
fn assert_recovered(world: &mut World, what: &str) {
    world.recover();
    assert_eq!(world.stored(), world.expected(), "{what}");
    assert_eq!(world.account()["status"], "ready", "{what}");
    assert_eq!(world.account()["statusCode"], Value::Null, "{what}");
    assert_eq!(world.account()["syncState"]["lastError"], Value::Null, "{what}");
}

/// A few changes of every kind.
fn change(world: &World) {
    let inbox = world.in_box("in");
    world.deliver(json!({ "subject": "A subject nobody logs", "html": "<p>A text nobody logs</p>" }));
    world.deliver(json!({ "subject": "With a file", "attachments": [{ "filename": "a.txt", "mimeType": "text/plain", "text": "hi" }] }));
    world.touch("mark", &inbox[0], json!({ "read": true }));
    world.touch("mark", &inbox[1], json!({ "starred": true }));
    world.move_to(&inbox[2], "trash");
    world.touch("delete", &inbox[3], json!({}));
}

/// A rule that catches requests to the API and its token endpoint after `skip` of them.
fn inject(world: &World, fault: &Option<Value>, skip: usize) {
    match fault {
        None => world.wire.cut_after(skip),
        Some(fault) => {
            let mut rule = fault.clone();
            rule["provider"] = json!(world.service.name());
            rule["skip"] = json!(skip);
            world.control("fault", rule);
        }
    }
}

/// A first sync in which the request after `skip` others fails. Returns false where there were fewer requests.
fn first_sync_with(service: Service, count: u32, fault: &Option<Value>, skip: usize) -> bool {
    let mut world = World::started(service, count);
    world.requests();
    inject(&world, fault, skip);
    world.run();
    let came = world.requests().len() > skip;
    world.control("clear-faults", json!({}));
    assert_recovered(&mut world, &format!("{service:?} {fault:?} at {skip}"));
    assert_eq!(world.account()["syncState"]["stored"], count);
    world.assert_discreet();
    came
}

fn first_sync_survives(service: Service) {
    for fault in faults() {
        let mut skip = 0;
        while first_sync_with(service, size(service), &fault, skip) {
            skip += 1;
        }
        assert!(skip >= fewest(service).0, "{skip} requests were struck");
    }
}

#[test]
fn a_first_sync_from_google_survives_a_failure_of_any_request() {
    first_sync_survives(Service::Google);
}

#[test]
fn a_first_sync_from_microsoft_survives_a_failure_of_any_request() {
    first_sync_survives(Service::Microsoft);
}

fn changes_survive(service: Service) {
    for fault in faults() {
        let mut world = World::synced(service, 45);
        let mut skip = 0;
        loop {
            change(&world);
            world.requests();
            inject(&world, &fault, skip);
            world.sync_emails();
            let came = world.requests().len() > skip;
            world.control("clear-faults", json!({}));
            assert_recovered(&mut world, &format!("{service:?} {fault:?} at {skip}"));
            if !came {
                break;
            }
            skip += 1;
        }
        assert!(skip >= fewest(service).1, "{skip} requests were struck");
        world.assert_discreet();
    }
}

#[test]
fn changes_from_google_survive_a_failure_of_any_request() {
    changes_survive(Service::Google);
}

#[test]
fn changes_from_microsoft_survive_a_failure_of_any_request() {
    changes_survive(Service::Microsoft);
}

fn storage_trouble(service: Service) {
    for trouble in TROUBLES {
        let mut skip = 0;
        loop {
            let mut world = World::started(service, size(service));
            world.edge.strike(skip, trouble);
            world.run();
            if world.edge.spare() {
                break;
            }
            assert_recovered(
                &mut world,
                &format!("{service:?} {trouble:?} at {skip} of a first sync"),
            );
            skip += 1;
        }
        assert!(skip >= fewest(service).0, "{skip} calls were struck");

        let mut world = World::synced(service, 45);
        for skip in 0.. {
            change(&world);
            world.site.host.advance(chrono::TimeDelta::minutes(6));
            world.edge.strike(skip, trouble);
            world.run();
            if world.edge.spare() {
                break;
            }
            assert_recovered(
                &mut world,
                &format!("{service:?} {trouble:?} at {skip} of changes"),
            );
        }
        world.assert_equal();
        world.assert_discreet();
    }
}

#[test]
fn commits_that_fail_and_processes_that_end_lose_nothing_of_google() {
    storage_trouble(Service::Google);
}

#[test]
fn commits_that_fail_and_processes_that_end_lose_nothing_of_microsoft() {
    storage_trouble(Service::Microsoft);
}
