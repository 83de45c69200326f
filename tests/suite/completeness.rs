//! The proof of completeness, and "why isn't my mail here?".
#![allow(missing_docs, clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]

use crate::support::edge::Trouble;
use crate::support::service::{SERVICES, Service};
use crate::support::wire::leave_out;
use crate::support::world::World;
use crate::support::{OTHER, USER, refusal};
use chrono::TimeDelta;
use email_manager::host::{Batch, Filter, row};
use serde_json::{Value, json};

fn call(world: &World, action: &str, mut values: Value) -> Value {
    values["email"] = json!(world.service.mailbox());
    world.site.mail(USER, action, values).unwrap()
}

fn commit(world: &World, batch: Batch) {
    pollster::block_on(email_manager::store::commit(world.site.host.as_ref(), batch)).unwrap();
}

fn completeness(world: &World) -> Value {
    call(world, "synchronization", json!({}))["account"]["completeness"].clone()
}

fn figures(world: &World) -> [u64; 5] {
    let result = completeness(world);
    ["stored", "total", "skipped", "repaired", "surplus"].map(|name| result[name].as_u64().unwrap())
}

fn check(world: &World) {
    call(world, "checkCompleteness", json!({}));
    world.site.host.advance(TimeDelta::seconds(1));
    world.run();
}

/// A mail that the plugin has never heard of, because the change feed didn't tell.
fn smuggle(world: &World) -> (String, String) {
    let message_id = "<smuggled@mail.example.com>";
    let id = world.deliver(json!({ "subject": "Smuggled in", "messageId": message_id }));
    let hidden = id.clone();
    world.wire.tamper(move |request, answer| {
        let path = request.uri().path().to_owned();
        if !["/history", "/delta", "/$batch"]
            .iter()
            .any(|end| path.ends_with(end))
        {
            return;
        }
        let Ok(mut body) = serde_json::from_slice::<Value>(answer.body()) else {
            return;
        };
        leave_out(&mut body, &hidden);
        if body["history"].is_array() {
            body["history"] = json!([]);
        }
        *answer.body_mut() = body.to_string().into_bytes();
    });
    world.sync_emails();
    world.wire.restore();
    assert!(
        !world.stored().iter().any(|mail| mail.0 == id),
        "{:?}",
        world.service
    );
    (id, message_id.to_owned())
}

#[test]
fn a_day_after_the_first_sync_everything_is_compared_by_its_ids_alone() {
    for service in SERVICES {
        let world = World::synced(service, 60);
        assert_eq!(completeness(&world), Value::Null);
        world.site.host.advance(TimeDelta::hours(25));
        world.requests();
        world.run();
        assert_eq!(figures(&world), [60, 60, 0, 0, 0], "{service:?}");
        let requests = world.requests();
        let read = requests
            .iter()
            .filter(|each| each.contains("/messages/") && !each.contains("delta"))
            .count();
        assert_eq!(read, 0, "no mail was read for it: {requests:?}");
        let first = completeness(&world)["checkedAt"].clone();
        world.sync_emails();
        assert_eq!(completeness(&world)["checkedAt"], first, "once a day is enough");
        let runs = call(&world, "syncRuns", json!({}));
        assert_eq!(runs[1]["kind"], "audit");
    }
}

#[test]
fn a_gap_is_named_and_repaired() {
    for service in SERVICES {
        let world = World::synced(service, 60);
        let (id, _) = smuggle(&world);
        check(&world);
        assert_eq!(figures(&world), [60, 61, 0, 1, 0], "{service:?}");
        assert!(world.stored().iter().any(|mail| mail.0 == id));
        world.assert_equal();
        check(&world);
        assert_eq!(figures(&world), [61, 61, 0, 0, 0]);
    }
}

#[test]
fn what_is_here_and_not_there_is_confirmed_before_it_is_removed() {
    for service in SERVICES {
        let world = World::synced(service, 60);
        // A record of a mail that the provider no longer has, and one that it only left out of its list.
        let ghost_id = world.deliver(json!({ "subject": "Gone again" }));
        world.touch("delete", &ghost_id, json!({}));
        world.sync_emails();
        let rows = world.site.host.rows("mailMessages");
        let mut ghost = rows[0].clone();
        ghost.remove("id");
        ghost.insert("mailId".to_owned(), json!(ghost_id));
        commit(&world, Batch::new().insert("mailMessages", vec![ghost]));
        let unlisted = rows[5]["mailId"].clone();
        let left_out = unlisted.clone();
        world.wire.tamper(move |request, answer| {
            if !request.uri().path().ends_with("/messages") {
                return;
            }
            let mut body: Value = serde_json::from_slice(answer.body()).unwrap();
            for name in ["value", "messages"] {
                if let Some(list) = body[name].as_array_mut() {
                    list.retain(|item| item["id"] != left_out);
                }
            }
            *answer.body_mut() = body.to_string().into_bytes();
        });
        check(&world);
        world.wire.restore();
        let [.., surplus] = figures(&world);
        assert_eq!(surplus, 2, "{service:?}");
        world.assert_equal();
        assert!(world.stored().iter().any(|mail| unlisted == *mail.0));
        assert!(world.ledger().is_empty());
        check(&world);
        assert_eq!(figures(&world), [60, 60, 0, 0, 0]);
    }
}

#[test]
fn mail_that_comes_and_goes_during_a_comparison_doesnt_disturb_it() {
    for service in SERVICES {
        let world = World::synced(service, 60);
        call(&world, "checkCompleteness", json!({}));
        world.site.host.advance(TimeDelta::seconds(1));
        let mut count = 0;
        while world.step().unwrap().unwrap() {
            count += 1;
            if count % 2 == 0 && count < 12 {
                world.deliver(json!({ "subject": "Came meanwhile" }));
                world.touch("delete", &world.in_box("in")[3], json!({}));
                world.site.host.advance(TimeDelta::minutes(6));
            }
            assert!(count < 200, "{service:?}: a comparison without an end");
        }
        world.sync_emails();
        world.assert_equal();
        check(&world);
        let [stored, total, ..] = figures(&world);
        assert_eq!(stored, total, "{service:?}");
        world.assert_equal();
    }
}

#[test]
fn a_crash_or_failure_at_any_step_of_a_comparison_only_delays_it() {
    for service in SERVICES {
        for skip in 0..8 {
            let mut world = World::synced(service, 30);
            let (id, _) = smuggle(&world);
            call(&world, "checkCompleteness", json!({}));
            world.site.host.advance(TimeDelta::seconds(1));
            let trouble = [
                Trouble::CrashAfterCommit,
                Trouble::FailsAfter,
                Trouble::CrashInFetch,
                Trouble::FailsBefore,
            ];
            world.edge.strike(skip, trouble[skip % 4]);
            world.run();
            world.edge.spare();
            world.recover();
            let [stored, total, _, repaired, surplus] = figures(&world);
            assert_eq!(
                (stored, total, repaired, surplus),
                (30, 31, 1, 0),
                "{service:?} {skip}"
            );
            assert!(world.stored().iter().any(|mail| mail.0 == id));
            world.assert_equal();
        }
    }
}

#[test]
fn a_comparison_before_the_first_sync_has_ended_is_refused() {
    let world = World::started(Service::Google, 60);
    let refused = world.site.mail(
        USER,
        "checkCompleteness",
        json!({ "email": world.service.mailbox() }),
    );
    assert_eq!(refusal(&refused.unwrap_err()).0, "conflict");
}

#[test]
fn a_list_that_the_provider_refuses_or_breaks_doesnt_make_the_account_fail() {
    for service in SERVICES {
        for status in [400, 200] {
            let world = World::synced(service, 30);
            world.wire.tamper(move |request, answer| {
                if !request.uri().path().ends_with("/messages") {
                    return;
                }
                *answer.status_mut() = http::StatusCode::from_u16(status).unwrap();
                *answer.body_mut() = b"{ broken".to_vec();
            });
            check(&world);
            let account = call(&world, "synchronization", json!({}))["account"].clone();
            assert_eq!(
                (&account["status"], &account["completeness"]),
                (&json!("ready"), &Value::Null)
            );
            world.requests();
            world.sync_emails();
            let asked = world.requests();
            assert!(
                !asked.iter().any(|each| each.ends_with("/messages")),
                "{service:?}: {asked:?}"
            );
            world.deliver(json!({ "subject": "New" }));
            world.sync_emails();
            world.assert_equal();
            world.wire.restore();
            world.site.host.advance(TimeDelta::hours(2));
            world.run();
            assert_eq!(figures(&world), [31, 31, 0, 0, 0]);
        }
    }
}

#[test]
fn every_mail_can_be_explained() {
    for service in SERVICES {
        let world = World::synced(service, 40);
        let explain = |id: &str| call(&world, "explainMessage", json!({ "messageId": id }));

        let here = world
            .shown()
            .into_iter()
            .find(|row| row["rawId"].is_string())
            .unwrap();
        let raw_id = here["rawId"].as_str().unwrap();
        let expected = json!({ "answer": "here", "id": here["id"], "boxType": here["boxType"] });
        assert_eq!(explain(raw_id), expected);
        // People leave the brackets out when they copy it.
        assert_eq!(
            explain(&format!("  {} ", raw_id.trim_matches(['<', '>']))),
            expected
        );

        assert_eq!(explain("<nowhere@example.com>"), json!({ "answer": "not_found" }));

        let (smuggled, message_id) = smuggle(&world);
        assert_eq!(
            explain(&message_id),
            json!({ "answer": "fetching" }),
            "{service:?}"
        );
        world.run();
        assert!(world.stored().iter().any(|mail| mail.0 == smuggled));
        assert_eq!(explain(&message_id)["answer"], "here");

        world.touch("delete", &smuggled, json!({}));
        world.sync_emails();
        let removed = explain(&message_id);
        assert_eq!(
            (&removed["answer"], &removed["reason"]),
            (&json!("removed"), &json!("gone"))
        );
        assert!(removed["since"].is_string() && removed["until"].as_str() > removed["since"].as_str());

        let excluded = "<news@shop.example>";
        call(
            &world,
            "updateAccountFolders",
            json!({ "senders": ["shop.example"] }),
        );
        world.deliver(
            json!({ "subject": "Sale", "messageId": excluded, "from": "Shop <news@mail.shop.example>" }),
        );
        world.sync_emails();
        let answer = explain(excluded);
        assert_eq!(
            (&answer["answer"], &answer["reason"]),
            (&json!("excluded"), &json!("sender"))
        );

        let failing = "<broken@mail.example.com>";
        let id = world.deliver(json!({ "subject": "Broken", "messageId": failing }));
        world.control(
            "fault",
            json!({ "provider": service.name(), "part": true, "path": id, "status": 503, "count": 0 }),
        );
        let entry = row([
            ("accountId", world.account()["id"].clone()),
            ("mailId", json!(id)),
            ("state", json!("failing")),
            ("reason", json!("provider_unavailable: the provider answered 503")),
            ("nextAttemptAt", json!("2027-01-01T00:00:00Z")),
        ]);
        commit(
            &world,
            Batch::new().upsert("mailSyncItems", &["accountId", "mailId"], vec![entry]),
        );
        let answer = explain(failing);
        assert_eq!(answer["answer"], "failing");
        assert!(
            answer["reason"]
                .as_str()
                .unwrap()
                .starts_with("provider_unavailable")
        );

        for wrong in ["", "a b@c", "<a\"b@c>", "<>"] {
            let refused = world.site.mail(
                USER,
                "explainMessage",
                json!({ "email": service.mailbox(), "messageId": wrong }),
            );
            assert_eq!(
                refusal(&refused.unwrap_err()),
                ("invalid_input", Some("messageId")),
                "{wrong}"
            );
        }
        let foreign = world.site.mail(
            OTHER,
            "explainMessage",
            json!({ "email": service.mailbox(), "messageId": raw_id }),
        );
        assert_eq!(refusal(&foreign.unwrap_err()).0, "not_found");
        world.assert_discreet();
    }
}

#[test]
fn a_mail_older_than_the_start_date_is_explained_by_it() {
    for service in SERVICES {
        let world = World::linked(service, 60);
        world.start(USER, json!("2026-02-20"));
        world.run();
        let old = "<old@mail.example.com>";
        world.deliver(json!({ "subject": "Old", "messageId": old, "date": "2026-01-02T10:00:00Z" }));
        let answer = call(&world, "explainMessage", json!({ "messageId": old }));
        assert_eq!(answer["answer"], "older", "{service:?}");
        check(&world);
        let [stored, total, _, repaired, _] = figures(&world);
        assert_eq!((stored, repaired), (total, 0));
    }
}

#[test]
fn a_hidden_record_is_no_gap_while_its_reason_holds() {
    let world = World::synced(Service::Google, 60);
    for id in &world.in_box("in")[..3] {
        world.move_to(id, "trash");
    }
    call(&world, "updateAccountFolders", json!({ "boxes": ["trash"] }));
    world.sync_emails();
    let trash = world.in_box("trash").len() as u64;
    assert!(trash > 0);
    check(&world);
    assert_eq!(figures(&world), [60 - trash, 60 - trash, trash, 0, 0]);
    let gone = Batch::new().update(
        "mailMessages",
        Filter::eq("mailId", world.in_box("in")[0].as_str()),
        row([
            ("deletedAt", json!("2026-03-01T12:00:00Z")),
            ("deletedReason", json!("gone")),
        ]),
    );
    commit(&world, gone);
    check(&world);
    assert_eq!(figures(&world), [59 - trash, 60 - trash, trash, 1, 0]);
}
