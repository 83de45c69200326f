//! A listing under way: what it keeps, what it puts off, and what doesn't wait for its end.
#![allow(missing_docs, clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]

use std::cell::Cell;

use crate::support::service::{SERVICES, Service};
use crate::support::world::World;
use chrono::TimeDelta;
use email_manager::host::{Batch, Host, row};
use serde_json::{Value, json};

/// A first sync that has stored its first page. Every answer takes so long that a run ends with its page.
fn begun(service: Service, count: u32) -> World {
    let world = World::started(service, count);
    world.edge.is_slow.set(true);
    while world.stored().is_empty() {
        assert!(world.step().unwrap().unwrap());
    }
    world
}

/// Does something to each page of a feed in an answer, also to those in a batch's answer.
fn each_page(body: &mut Value, with: &impl Fn(&mut Vec<Value>)) {
    if let Some(items) = body["value"].as_array_mut() {
        with(items);
    }
    for answer in body["responses"].as_array_mut().into_iter().flatten() {
        each_page(&mut answer["body"], with);
    }
}

#[test]
fn a_doubt_that_a_page_leaves_is_kept_while_the_provider_asks_to_wait() {
    let world = begun(Service::Microsoft, 300);
    let victim = world.in_box("in")[0].clone();
    assert!(world.stored().iter().any(|mail| mail.0 == victim));
    world.touch("delete", &victim, json!({}));
    // Only a page of the listing tells of it.
    let (gone, told) = (victim.clone(), Cell::new(false));
    world.wire.tamper(move |request, answer| {
        let Ok(mut body) = serde_json::from_slice::<Value>(answer.body()) else {
            return;
        };
        let is_listing = request.uri().to_string().contains("skiptoken");
        each_page(&mut body, &|items| {
            items.retain(|item| item["id"] != *gone || item.get("@removed").is_none());
            if is_listing && !told.replace(true) {
                items.push(json!({ "id": gone, "@removed": { "reason": "deleted" } }));
            }
        });
        *answer.body_mut() = body.to_string().into_bytes();
    });
    let path = format!("/messages/{victim}");
    let rule = json!({ "part": true, "path": path, "status": 429, "retryAfter": 20, "count": 1 });
    world.control("fault", rule);
    world.run();
    world.site.host.advance(TimeDelta::minutes(2));
    world.run();
    assert_eq!(world.account()["syncState"]["done"], true);
    world.assert_equal();
}

#[test]
fn a_mail_that_failed_once_doesnt_wait_for_the_end_of_the_listing() {
    for service in SERVICES {
        let world = begun(service, 600);
        let oldest = world.service.id(world.state().last().unwrap());
        let entry = row([
            ("accountId", world.account()["id"].clone()),
            ("mailId", json!(oldest)),
            ("state", json!("failing")),
            ("reason", json!("provider_unavailable: the provider answered 503")),
            ("attempts", json!(1)),
            ("nextAttemptAt", json!(world.site.host.now())),
        ]);
        let batch = Batch::new().upsert("mailSyncItems", &["accountId", "mailId"], vec![entry]);
        pollster::block_on(email_manager::store::commit(world.site.host.as_ref(), batch)).unwrap();
        let mut steps = 0;
        while !world.stored().iter().any(|mail| mail.0 == oldest) {
            assert!(world.step().unwrap().unwrap());
            steps += 1;
        }
        assert!(steps <= 2, "{service:?}: it waited for {steps} steps");
        assert_eq!(world.account()["syncState"]["done"], false);
        world.run();
        world.assert_equal();
    }
}

#[test]
fn mails_that_fail_all_the_time_dont_keep_the_listing_from_going_on() {
    for service in SERVICES {
        let world = begun(service, 400);
        let missing: Vec<_> = (0..400)
            .map(|number| {
                row([
                    ("accountId", world.account()["id"].clone()),
                    ("mailId", json!(format!("no-such-mail-{number}"))),
                    ("state", json!("failing")),
                    ("reason", json!("provider_unavailable: the provider answered 503")),
                    ("attempts", json!(1)),
                    ("nextAttemptAt", json!(world.site.host.now())),
                ])
            })
            .collect();
        let batch = Batch::new().upsert("mailSyncItems", &["accountId", "mailId"], missing);
        pollster::block_on(email_manager::store::commit(world.site.host.as_ref(), batch)).unwrap();
        let before = world.stored().len();
        for _ in 0..4 {
            world.step().unwrap().unwrap();
        }
        assert!(world.stored().len() > before, "{service:?}");
        let failing = world
            .ledger()
            .iter()
            .filter(|row| row["state"] == "failing")
            .count();
        assert!(failing > 0, "{service:?}: both take turns");
        world.run();
        world.assert_equal();
    }
}

#[test]
fn a_page_that_is_forgotten_on_the_way_begins_the_list_anew_and_fetches_nothing_twice() {
    let units = |world: &World| {
        let name = world.service.mailbox();
        world.stats()["mailboxes"][name]["units"].as_u64().unwrap()
    };
    let undisturbed = World::synced(Service::Google, 700);
    let world = World::started(Service::Google, 700);
    let forgotten = Cell::new(0);
    world.wire.tamper(move |request, answer| {
        if request.uri().to_string().contains("pageToken=") && forgotten.replace(forgotten.get() + 1) == 0 {
            *answer.status_mut() = http::StatusCode::BAD_REQUEST;
            let error = json!({ "error": { "code": 400, "message": "Invalid pageToken", "errors": [{ "reason": "invalidArgument" }] } });
            *answer.body_mut() = error.to_string().into_bytes();
        }
    });
    world.run();
    world.assert_equal();
    let (spent, least) = (units(&world), units(&undisturbed));
    assert!(spent <= least + 30, "{spent} units instead of {least}");
    assert!(world.ledger().is_empty());
}
