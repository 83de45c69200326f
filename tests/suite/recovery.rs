//! What mailboxes go through in years: forgotten cursors, dead grants, broken mails, short quotas.
#![allow(missing_docs, clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]

use crate::support::USER;
use crate::support::service::{SERVICES, Service};
use crate::support::world::World;
use chrono::TimeDelta;
use http::Request;
use serde_json::{Value, json};

/// Makes the provider forget every position handed out so far.
fn forget_cursors(world: &World) {
    let command = match world.service {
        Service::Google => "expire-history",
        Service::Microsoft => "expire-delta",
    };
    world.control(command, json!({ "mailbox": world.service.mailbox() }));
}

fn token_requests(requests: &[String]) -> usize {
    requests
        .iter()
        .filter(|request| request.ends_with("/token"))
        .count()
}

#[test]
fn after_a_forgotten_cursor_everything_is_as_at_the_provider() {
    for service in SERVICES {
        let world = World::synced(service, 60);
        world.site.host.advance(TimeDelta::days(20));
        let inbox = world.in_box("in");
        let new = world.deliver(json!({ "subject": "Came in the gap" }));
        world.touch("mark", &inbox[0], json!({ "read": true, "starred": true }));
        world.move_to(&inbox[1], "archive");
        world.move_to(&inbox[2], "trash");
        world.touch("delete", &inbox[3], json!({}));
        world.touch("delete", &world.in_box("out")[0], json!({}));
        forget_cursors(&world);
        world.run();
        world.assert_equal();
        assert!(world.stored().iter().any(|mail| mail.0 == new));
        assert_eq!(world.account()["status"], "ready");
        assert!(world.ledger().is_empty(), "{:?}", world.ledger());

        // And changes are followed again.
        world.touch("mark", &inbox[4], json!({ "starred": true }));
        world.sync_emails();
        world.assert_equal();
    }
}

#[test]
fn a_cursor_forgotten_during_the_first_sync_costs_nothing_but_time() {
    for service in SERVICES {
        for after in 1..6 {
            let world = World::started(service, 60);
            for _ in 0..after {
                world.step().unwrap().unwrap();
            }
            forget_cursors(&world);
            world.deliver(json!({ "subject": "Came meanwhile" }));
            world.run();
            world.sync_emails();
            world.assert_equal();
        }
    }
}

#[test]
fn nothing_is_removed_that_the_provider_does_not_call_gone() {
    for service in SERVICES {
        let mut world = World::synced(service, 40);
        let victim = world.in_box("in")[0].clone();
        forget_cursors(&world);
        world.touch("delete", &victim, json!({}));
        world.site.host.advance(TimeDelta::minutes(6));
        // The provider can't say anything about single mails for now.
        world.control(
            "fault",
            json!({ "provider": service.name(), "part": true, "path": victim, "status": 503, "count": 0 }),
        );
        world.run();
        assert!(world.stored().iter().any(|mail| mail.0 == victim), "{service:?}");
        world.control("clear-faults", json!({}));
        world.recover();
        world.assert_equal();
    }
}

#[test]
fn folders_that_are_deleted_moved_or_made_take_their_mail_along() {
    let world = World::synced(Service::Microsoft, 40);
    let mailbox = world.service.mailbox();
    let inbox = world.in_box("in");
    world.control(
        "folder",
        json!({ "mailbox": mailbox, "create": "Travel", "parent": "inbox" }),
    );
    for id in &inbox[..3] {
        world.touch("move", id, json!({ "to": "Travel" }));
    }
    world.sync_emails();
    let stored = |id: &String| world.stored().into_iter().find(|mail| mail.0 == *id);
    assert_eq!(
        stored(&inbox[0]).unwrap().1,
        "in",
        "a folder below the inbox belongs to it"
    );
    world.control("folder", json!({ "mailbox": mailbox, "delete": "Travel" }));
    world.sync_emails();
    assert_eq!(inbox[..3].iter().filter_map(stored).count(), 0);
    world.assert_equal();
}

#[test]
fn a_revoked_consent_stops_the_schedule_until_the_mailbox_is_linked_again() {
    for service in SERVICES {
        let world = World::synced(service, 40);
        world.control("revoke-consent", json!({ "mailbox": service.mailbox() }));
        world.site.host.advance(TimeDelta::minutes(6));
        world.run();
        let account = world.site.mail(USER, "getMailAccounts", json!({})).unwrap()[0].clone();
        assert_eq!(account["status"], "needs_reauthorization");
        assert_eq!(account["statusCode"], "reauthorization_required");
        assert!(
            account["statusReason"].as_str().unwrap().contains("authorise"),
            "{account}"
        );
        let told = world
            .site
            .host
            .events()
            .into_iter()
            .filter(|event| event.payload["status"] == "needs_reauthorization");
        assert_eq!(told.count(), 1, "the user is told once");

        world.requests();
        for _ in 0..5 {
            world.site.host.advance(TimeDelta::hours(2));
            world.run();
        }
        world.sync_emails();
        assert_eq!(world.requests(), Vec::<String>::new());

        let before = world.stored();
        world.deliver(json!({ "subject": "Came meanwhile" }));
        world.link(USER, service.mailbox()).unwrap();
        assert_eq!(world.account()["status"], "ready");
        assert_eq!(world.stored(), before);
        world.run();
        world.assert_equal();
        world.assert_discreet();
    }
}

#[test]
fn a_token_that_expires_on_the_way_is_renewed_once_and_the_rotated_one_is_kept() {
    for service in SERVICES {
        let world = World::started(service, 120);
        world.edge.is_slow.set(true);
        while world.stored().is_empty() {
            world.step().unwrap().unwrap();
        }
        world.edge.is_slow.set(false);
        world.requests();
        let sealed = |column: &str| world.account()[column].clone();
        let (refresh, access) = (sealed("refreshToken"), sealed("accessToken"));
        world.edge.takes_turns.set(true);
        world.control("expire-access-tokens", json!({ "mailbox": service.mailbox() }));
        pollster::block_on(async { while world.site.plugin.run_schedule("sync").await.unwrap().again {} });
        world.assert_equal();
        assert_eq!(token_requests(&world.requests()), 1, "{service:?}");
        assert_ne!(sealed("accessToken"), access);
        assert_eq!(sealed("refreshToken") != refresh, service == Service::Microsoft);
        assert_eq!(world.account()["status"], "ready");

        // Ahead of its time it is renewed without a refused request.
        world.edge.takes_turns.set(false);
        world.site.host.advance(TimeDelta::minutes(59));
        world.run();
        assert_eq!(token_requests(&world.requests()), 1, "{service:?}");
        world.assert_equal();
    }
}

#[test]
fn a_token_that_several_requests_need_at_once_is_renewed_once() {
    for service in SERVICES {
        let world = World::synced(service, 200);
        world.site.host.advance(TimeDelta::minutes(6));
        for id in world.in_box("in") {
            world.touch("delete", &id, json!({}));
        }
        forget_cursors(&world);
        // The mails that are not listed any more are asked for in several requests at once.
        let confirms = || {
            world
                .site
                .host
                .rows("mailSyncCursors")
                .iter()
                .any(|row| row["phase"] == "confirming")
        };
        while !confirms() {
            assert!(world.step().unwrap().unwrap());
        }
        world.requests();
        world.control("expire-access-tokens", json!({ "mailbox": service.mailbox() }));
        world.edge.takes_turns.set(true);
        pollster::block_on(async { while world.site.plugin.run_schedule("sync").await.unwrap().again {} });
        assert_eq!(token_requests(&world.requests()), 1, "{service:?}");
        world.assert_equal();
    }
}

/// A part of a batch goes wrong whenever it is for this path.
fn fail_part(world: &World, path: &str, mut how: Value) {
    how["part"] = json!(true);
    how["path"] = json!(path);
    how["count"] = json!(0);
    world.control("fault", how);
}

/// Breaks one mail wherever the provider sends it: alone, in a list, or with its conversation. Returns which.
fn poison(world: &World) -> String {
    let (victim, conversation) = match world.service {
        Service::Google => world.of_conversation(),
        Service::Microsoft => (world.in_box("in")[3].clone(), String::new()),
    };
    let broken = victim.clone();
    match world.service {
        Service::Google => {
            fail_part(
                world,
                &format!("/messages/{victim}"),
                json!({ "action": "truncate" }),
            );
            fail_part(world, &conversation, json!({ "action": "truncate" }));
        }
        Service::Microsoft => world.wire.tamper(move |_: &Request<Vec<u8>>, answer| {
            let Ok(mut body) = serde_json::from_slice::<Value>(answer.body()) else {
                return;
            };
            let break_it = |item: &mut Value| {
                if item["id"] == json!(broken) && item.get("receivedDateTime").is_some() {
                    item["receivedDateTime"] = json!({ "not": "a date" });
                }
            };
            for name in ["value", "responses"] {
                for item in body[name].as_array_mut().into_iter().flatten() {
                    break_it(if name == "value" { item } else { &mut item["body"] });
                }
            }
            *answer.body_mut() = body.to_string().into_bytes();
        }),
    }
    victim
}

#[test]
fn a_conversation_that_never_comes_is_fetched_mail_by_mail_and_only_the_broken_one_of_it_fails() {
    for how in [json!({ "status": 500 }), json!({ "action": "truncate" })] {
        let mut world = World::started(Service::Google, 60);
        let (victim, conversation) = world.of_conversation();
        fail_part(&world, &conversation, how.clone());
        fail_part(&world, &format!("/messages/{victim}"), json!({ "status": 500 }));
        world.run();
        assert_eq!(world.account()["status"], "ready", "{how}");
        // What is refused as a whole is asked for again after a while, each mail for itself.
        world.site.host.advance(TimeDelta::minutes(6));
        world.run();
        let ledger = world.ledger();
        let failing: Vec<_> = ledger.iter().map(|row| (&row["mailId"], &row["state"])).collect();
        assert_eq!(failing, [(&json!(victim), &json!("failing"))], "{how}");
        assert_eq!(world.stored().len(), 59, "{how}");
        world.control("clear-faults", json!({}));
        world.site.host.advance(TimeDelta::hours(1));
        world.run();
        world.assert_equal();
        assert!(world.ledger().is_empty());
        world.recover();
        world.assert_discreet();
    }
}

#[test]
fn one_broken_mail_never_stops_the_others_and_is_tried_again() {
    for service in SERVICES {
        let mut world = World::started(service, 60);
        let victim = poison(&world);
        world.run();
        let without: Vec<_> = world
            .expected()
            .into_iter()
            .filter(|mail| mail.0 != victim)
            .collect();
        assert_eq!(world.stored(), without, "{service:?}");
        assert_eq!(
            (
                world.account()["status"].as_str(),
                world.account()["syncState"]["done"].as_bool()
            ),
            (Some("ready"), Some(true))
        );
        let entry = |world: &World| {
            let ledger = world.ledger();
            assert_eq!(ledger.len(), 1);
            let row = &ledger[0];
            assert_eq!(
                (row["mailId"].as_str(), row["state"].as_str()),
                (Some(victim.as_str()), Some("failing"))
            );
            assert!(
                row["reason"].as_str().unwrap().starts_with("response_invalid: "),
                "{row:?}"
            );
            row["attempts"].as_u64().unwrap()
        };
        assert_eq!(entry(&world), 1);
        for attempts in 2..5 {
            world.site.host.advance(TimeDelta::minutes(6));
            world.run();
            assert_eq!(entry(&world), attempts);
        }
        // New mail comes as ever.
        world.deliver(json!({ "subject": "Not broken" }));
        world.sync_emails();
        assert_eq!(world.stored().len(), 60);

        world.wire.restore();
        world.control("clear-faults", json!({}));
        world.site.host.advance(TimeDelta::hours(1));
        world.run();
        world.assert_equal();
        assert!(world.ledger().is_empty());
        world.recover();
        world.assert_discreet();
    }
}

#[test]
fn a_provider_that_refuses_everything_is_asked_less_and_less() {
    for service in SERVICES {
        for status in [400, 409, 429, 503] {
            let mut world = World::synced(service, 40);
            world.requests();
            world.control("fault", json!({ "path": "/v1", "status": status, "count": 0 }));
            for _ in 0..4 * 30 {
                world.site.host.advance(TimeDelta::minutes(2));
                world.run();
            }
            let asked = world.requests().len();
            assert!(
                (1..=20).contains(&asked),
                "{service:?} was asked {asked} times in four hours after {status}"
            );
            let account = world.site.mail(USER, "getMailAccounts", json!({})).unwrap()[0].clone();
            assert_ne!(account["status"], "ready");
            assert!(
                account["statusReason"]
                    .as_str()
                    .unwrap()
                    .contains(&status.to_string()),
                "{account}"
            );
            world.control("clear-faults", json!({}));
            if account["status"] == "failing" {
                world.recover();
                world.assert_equal();
            }
        }
    }
}

#[test]
fn a_quota_that_runs_out_delays_mail_and_loses_none() {
    let mut world = World::started(Service::Google, 120);
    // A mail costs 20 units: two thirds of the mailbox a minute.
    world.control("limits", json!({ "unitsPerMinute": 1_600 }));
    world.run();
    assert!(!world.stored().is_empty() && world.stored().len() < 120);
    world.recover();
    world.assert_equal();
    assert_eq!(world.account()["syncState"]["stored"], 120);
}
