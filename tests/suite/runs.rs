//! The history of runs, progress with its pace, the ledger's actions, and the full resync.
#![allow(missing_docs, clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]

use crate::support::organising::{organise, unread};
use crate::support::service::{SERVICES, Service};
use crate::support::world::World;
use crate::support::{OTHER, USER, refusal};
use chrono::TimeDelta;
use serde_json::{Value, json};

fn runs(world: &World) -> Vec<Value> {
    let asked = json!({ "email": world.service.mailbox(), "pageSize": 100 });
    world
        .site
        .mail(USER, "syncRuns", asked)
        .unwrap()
        .as_array()
        .unwrap()
        .clone()
}

fn call(world: &World, action: &str, mut values: Value) -> Value {
    values["email"] = json!(world.service.mailbox());
    world.site.mail(USER, action, values).unwrap()
}

/// Breaks one mail wherever the provider sends it: alone and with its conversation.
fn poison(world: &World, victim: &str, conversation: &str) {
    for path in [&format!("/messages/{victim}"), conversation] {
        let rule = json!({ "part": true, "path": path, "action": "truncate", "count": 0 });
        world.control("fault", rule);
    }
}

#[test]
fn every_run_leaves_a_row_with_what_it_did_and_what_it_cost() {
    for service in SERVICES {
        let world = World::synced(service, 60);
        let sent = world
            .requests()
            .iter()
            .filter(|each| !each.ends_with("/token"))
            .count();
        let first = runs(&world).remove(0);
        assert_eq!(first["kind"], "first");
        assert_eq!(
            (&first["created"], &first["stop"], &first["passes"]),
            (&json!(60), &json!("done"), &json!(1))
        );
        // Linking has asked for the profile outside of any run.
        let requests = first["requests"].as_u64().unwrap() as usize;
        assert!(
            requests > 0 && requests < sent,
            "{service:?}: {requests} of {sent}"
        );
        assert!(first["bytes"].as_u64().unwrap() > 60 * 100);

        let inbox = world.in_box("in");
        world.deliver(json!({ "subject": "New" }));
        let starred = world
            .stored()
            .into_iter()
            .find(|mail| mail.0 == inbox[0])
            .unwrap()
            .3;
        world.touch("mark", &inbox[0], json!({ "starred": !starred }));
        world.touch("delete", &inbox[1], json!({}));
        world.sync_emails();
        let second = runs(&world).remove(0);
        let counted = ["created", "changed", "removed", "failed"].map(|name| second[name].clone());
        assert_eq!(counted, [json!(1), json!(1), json!(1), json!(0)], "{service:?}");
        assert_eq!(second["kind"], "incremental");
    }
}

#[test]
fn what_sending_changes_costs_is_counted_too() {
    for service in SERVICES {
        let world = World::synced(service, 45);
        let counted = || {
            let of = |run: &Value| run["requests"].as_u64().unwrap();
            runs(&world).iter().map(of).sum::<u64>()
        };
        let before = counted();
        world.requests();
        organise(&world, &[&unread(&world)], json!({ "isRead": true }));
        world.run();
        world.sync_emails();
        assert_eq!(counted() - before, world.requests().len() as u64, "{service:?}");
    }
}

#[test]
fn runs_that_change_nothing_share_a_row() {
    for service in SERVICES {
        let world = World::synced(service, 20);
        let before = runs(&world).len();
        for _ in 0..10 {
            world.sync_emails();
        }
        let after = runs(&world);
        assert_eq!(after.len(), before + 1);
        assert_eq!(after[0]["passes"], 10);
        // A pass in which nothing has changed is one exchange.
        assert!(after[0]["requests"].as_u64().unwrap() >= 10);
        world.deliver(json!({ "subject": "New" }));
        world.sync_emails();
        world.sync_emails();
        let passes: Vec<Value> = runs(&world)
            .iter()
            .take(3)
            .map(|run| run["passes"].clone())
            .collect();
        assert_eq!(passes, [1, 1, 10]);
    }
}

#[test]
fn a_run_says_why_it_stopped() {
    for service in SERVICES {
        let mut world = World::started(service, 700);
        world.edge.is_slow.set(true);
        while world.stored().is_empty() {
            world.step().unwrap().unwrap();
        }
        // The newest twenty, and what belongs to their conversations.
        let at_first = world.stored().len();
        assert!((20..150).contains(&at_first), "{service:?}: {at_first}");
        world.control("fault", json!({ "path": "/v1", "status": 503, "count": 0 }));
        world.run();
        let failed = runs(&world).remove(0);
        assert_eq!(
            (&failed["kind"], &failed["stop"]),
            (&json!("first"), &json!("provider_unavailable"))
        );
        assert_eq!(failed["created"], at_first, "what was done before counts");
        assert!(failed["message"].as_str().unwrap().contains("503"));

        world.control("clear-faults", json!({}));
        world.site.host.advance(TimeDelta::minutes(2));
        assert!(world.step().unwrap().unwrap());
        call(&world, "pauseAccount", json!({ "paused": true }));
        assert_eq!(runs(&world)[0]["stop"], "paused");
        call(&world, "pauseAccount", json!({ "paused": false }));

        // A node that dies leaves its lease behind; whoever comes next says so.
        assert!(world.step().unwrap().unwrap());
        world.edge.strike(0, crate::support::edge::Trouble::CrashInFetch);
        assert!(!world.run(), "the process ends in it");
        world.restart();
        world.site.host.advance(TimeDelta::minutes(4));
        world.run();
        let stops: Vec<Value> = runs(&world).iter().map(|run| run["stop"].clone()).collect();
        assert_eq!(
            stops,
            ["done", "lease_lost", "paused", "provider_unavailable"],
            "{service:?}"
        );
        let created: u64 = runs(&world)
            .iter()
            .map(|run| run["created"].as_u64().unwrap())
            .sum();
        assert_eq!(created, 700, "every mail is counted once");
        world.assert_discreet();
    }
}

#[test]
fn the_history_is_the_users_own_and_is_bounded() {
    let world = World::synced(Service::Google, 20);
    let foreign = world
        .site
        .mail(OTHER, "syncRuns", json!({ "email": world.service.mailbox() }));
    assert_eq!(refusal(&foreign.unwrap_err()), ("not_found", Some("email")));
    for number in 0..210 {
        world.touch(
            "mark",
            &world.in_box("in")[0],
            json!({ "starred": number % 2 == 0 }),
        );
        world.sync_emails();
    }
    assert_eq!(world.site.host.rows("mailSyncRuns").len(), 200);
    let second = world.site.call(
        Some(USER),
        "mail",
        "syncRuns",
        json!({ "email": world.service.mailbox(), "page": "2", "pageSize": "150" }),
        json!({}),
    );
    let second = second.unwrap();
    assert_eq!(
        second.meta.unwrap(),
        json!({ "count": 200, "page": 2, "pageSize": 100 })
    );
    assert_eq!(second.body.as_array().unwrap().len(), 100);
    world.site.host.advance(TimeDelta::days(31));
    pollster::block_on(world.site.plugin.run_schedule("tidy")).unwrap();
    assert!(world.site.host.rows("mailSyncRuns").is_empty());
}

#[test]
fn progress_tells_the_pace_and_the_time_left() {
    for service in SERVICES {
        let world = World::started(service, 400);
        world.edge.is_slow.set(true);
        let mut paces: Vec<Value> = Vec::new();
        while world.account()["syncState"]["done"] != true {
            world.site.host.advance(TimeDelta::seconds(10));
            world.step().unwrap().unwrap();
            let last = world
                .site
                .host
                .events()
                .into_iter()
                .rev()
                .find(|event| event.kind == "mail:sync");
            paces.push(last.unwrap().payload["sync"]["work"]["pace"].clone());
        }
        let told = |name: &str| paces.iter().filter(|pace| pace[name].is_number()).count();
        assert!(
            told("rate") > 2 && told("secondsLeft") > 2,
            "{service:?}: {paces:?}"
        );
        assert_eq!(
            paces.last().unwrap()["rate"],
            Value::Null,
            "afterwards there is no pace"
        );
    }
}

#[test]
fn from_a_start_date_on_the_mails_are_counted_after_the_first_page() {
    for service in SERVICES {
        let world = World::linked(service, 1_200);
        let middle = world.state()[700]["received"].as_str().unwrap().to_owned();
        world.start(USER, json!(middle));
        world.edge.is_slow.set(true);
        while world.account()["syncState"]["total"].is_null() {
            world.step().unwrap().unwrap();
            world.site.host.advance(TimeDelta::seconds(10));
        }
        let early = world.account()["syncState"].clone();
        assert_eq!(
            (&early["total"], &early["isEstimate"]),
            (&json!(701), &json!(false)),
            "{service:?}"
        );
        assert!(
            early["stored"].as_u64().unwrap() < 400 && early["done"] == false,
            "{early}"
        );
        world.step().unwrap().unwrap();
        let pace = world.account()["syncState"]["work"]["pace"].clone();
        assert!(
            pace["rate"].is_number() && pace["secondsLeft"].is_number(),
            "{service:?}: {pace}"
        );
        world.run();
        let end = world.account()["syncState"].clone();
        assert_eq!(
            (&end["total"], &end["stored"]),
            (&json!(701), &json!(701)),
            "{service:?}"
        );
    }
}

#[test]
fn a_count_that_the_provider_refuses_is_done_without() {
    for service in SERVICES {
        let world = World::linked(service, 200);
        let middle = world.state()[100]["received"].as_str().unwrap().to_owned();
        world.start(USER, json!(middle));
        world.wire.tamper(|request, answer| {
            let is_count = request.uri().to_string().contains("count=true");
            if is_count {
                *answer.status_mut() = http::StatusCode::SERVICE_UNAVAILABLE;
            }
        });
        world.run();
        let end = world.account()["syncState"].clone();
        assert_eq!(
            (&end["done"], &end["stored"], &end["lastError"]),
            (&json!(true), &json!(101), &Value::Null),
            "{service:?}"
        );
    }
}

#[test]
fn failing_items_are_listed_with_their_reason_and_tried_again_on_request() {
    let world = World::started(Service::Google, 30);
    let (victim, conversation) = world.of_conversation();
    poison(&world, &victim, &conversation);
    world.run();
    let items = call(&world, "syncItems", json!({ "state": "failing" }));
    let failing = items.as_array().unwrap();
    let ids: Vec<&str> = failing
        .iter()
        .map(|item| item["mailId"].as_str().unwrap())
        .collect();
    assert_eq!(
        ids,
        [victim.as_str()],
        "the others of its conversation are stored"
    );
    assert!(failing[0]["nextAttemptAt"].is_string() && failing[0]["reason"].is_string());
    let counts = call(&world, "synchronization", json!({}))["counts"].clone();
    assert_eq!(counts["items"]["failing"], 1);
    assert_eq!(counts["stored"], 29);
    let wrong = world.site.mail(
        USER,
        "syncItems",
        json!({ "email": world.service.mailbox(), "state": "lost" }),
    );
    assert_eq!(refusal(&wrong.unwrap_err()), ("invalid_input", Some("state")));

    world.control("clear-faults", json!({}));
    call(&world, "retrySyncItems", json!({}));
    world.run();
    world.assert_equal();
    assert!(world.ledger().is_empty());
}

#[test]
fn a_full_resync_refreshes_everything_and_removes_nothing_ahead() {
    for service in SERVICES {
        let world = World::synced(service, 60);
        let before = world.stored();
        // Something went wrong here: a text was lost, and a mail.
        let rows = world.site.host.rows("mailMessages");
        let damage = email_manager::host::Batch::new()
            .update(
                "mailMessages",
                email_manager::host::Filter::eq("id", rows[0]["id"].clone()),
                email_manager::host::row([("subject", json!("damaged"))]),
            )
            .delete(
                "mailMessages",
                email_manager::host::Filter::eq("id", rows[1]["id"].clone()),
            );
        pollster::block_on(email_manager::store::commit(world.site.host.as_ref(), damage)).unwrap();
        world.site.host.advance(TimeDelta::seconds(1));
        call(&world, "messagesResync", json!({}));
        let mut fewest = usize::MAX;
        while world.step().unwrap().unwrap() {
            fewest = fewest.min(world.stored().len());
        }
        assert!(fewest >= before.len() - 1, "{service:?}: {fewest}");
        world.assert_equal();
        assert_eq!(world.stored(), before);
        let repaired = world
            .site
            .host
            .rows("mailMessages")
            .into_iter()
            .find(|row| row["id"] == rows[0]["id"]);
        assert_eq!(repaired.unwrap()["subject"], rows[0]["subject"]);
        assert_eq!(runs(&world)[0]["kind"], "reconcile");
        assert!(world.ledger().is_empty());
        // And changes are followed as before.
        world.deliver(json!({ "subject": "Afterwards" }));
        world.sync_emails();
        world.assert_equal();
    }
}

#[test]
fn a_full_resync_of_a_mailbox_that_waits_for_its_user_is_refused() {
    let world = World::linked(Service::Google, 20);
    let refused = world.site.mail(
        USER,
        "messagesResync",
        json!({ "email": world.service.mailbox() }),
    );
    assert_eq!(refusal(&refused.unwrap_err()).0, "conflict");
}
