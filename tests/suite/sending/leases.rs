//! Two steps that work on one mail, as one of them has lost its lease without having noticed.

use chrono::TimeDelta;
use serde_json::{Value, json};

use super::faults::{ALL, Node, poll};
use super::files::{bytes, upload};
use super::{deliver, send, states};
use crate::support::service::{SERVICES, Service};
use crate::support::world::World;

/// A world with a mail of two small files that is due.
fn due(service: Service) -> World {
    let world = World::synced(service, 3);
    let files = ["a.txt", "b.txt"].map(|name| upload(&world, name, "text/plain", bytes(100)).unwrap());
    send(&world, json!({ "attachments": files })).unwrap();
    world.site.host.advance(TimeDelta::seconds(6));
    world
}

/// The names of the files that were sent.
fn sent_files(world: &World) -> Vec<Value> {
    let sent = world.sent();
    assert_eq!(sent.len(), 1, "{:?}", world.outbox());
    let files = sent[0]["attachments"].as_array().unwrap();
    files.iter().map(|file| file["filename"].clone()).collect()
}

#[test]
fn a_step_whose_lease_is_over_asks_the_provider_for_nothing_and_each_file_is_sent_once() {
    for service in SERVICES {
        let mut stalled = 0;
        for first in 5..60 {
            for second in [5, 20, 35, ALL] {
                let world = due(service);
                let stale = poll(Node::new(&world).start(), first);
                let is_leased = world.outbox()[0]["leaseUntil"].is_string();
                world.site.host.advance(TimeDelta::minutes(4));
                let other = poll(Node::new(&world).start(), second);
                world.wire.take_requests();
                if let Some(stale) = stale {
                    poll(stale, ALL);
                    let late = world.wire.take_requests();
                    let what = format!("{service:?} after {first} and {second} turns: {late:?}");
                    assert!(late.is_empty() || !is_leased, "{what}");
                    stalled += 1;
                }
                if let Some(other) = other {
                    poll(other, ALL);
                }
                for _ in 0..4 {
                    world.site.host.advance(TimeDelta::minutes(11));
                    world.post();
                }
                assert_eq!(
                    sent_files(&world),
                    ["a.txt", "b.txt"],
                    "{service:?} {first} {second}"
                );
                assert_eq!(states(&world), ["confirmed"]);
            }
        }
        assert!(stalled > 50, "{service:?}: {stalled}");
    }
}

#[test]
fn a_file_that_another_step_has_added_to_the_draft_is_neither_sent_twice_nor_instead_of_another() {
    for added in [["a.txt"].as_slice(), &["a.txt", "b.txt"]] {
        let world = due(Service::Microsoft);
        let fault = json!({ "path": "/attachments", "method": "POST", "skip": 1, "status": 503 });
        world.control("fault", fault);
        world.post();
        let row = world.outbox().remove(0);
        assert_eq!(row["preparation"]["files"], 1, "{row:?}");
        for name in added {
            world.attach_to_draft(row["preparation"]["draft"].as_str().unwrap(), name);
        }
        for _ in 0..6 {
            world.site.host.advance(TimeDelta::minutes(2));
            deliver(&world);
        }
        assert_eq!(sent_files(&world), ["a.txt", "b.txt"], "{added:?}");
        assert_eq!(world.sent()[0]["attachments"][1]["size"], 100);
    }
}
