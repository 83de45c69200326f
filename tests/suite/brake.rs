//! The brake on removal, and the grace of what was removed.
#![allow(missing_docs, clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]

use crate::support::USER;
use crate::support::edge::Trouble;
use crate::support::service::{SERVICES, Service};
use crate::support::wire::leave_out;
use crate::support::world::World;
use chrono::TimeDelta;
use serde_json::{Value, json};

fn delete(world: &World, ids: &[String]) {
    for id in ids {
        world.touch("delete", id, json!({}));
    }
}

fn everything(world: &World) -> Vec<String> {
    world.stored().into_iter().map(|mail| mail.0).collect()
}

/// Makes the provider forget every position handed out so far.
fn forget_cursors(world: &World) {
    let command = match world.service {
        Service::Google => "expire-history",
        Service::Microsoft => "expire-delta",
    };
    world.control(command, json!({ "mailbox": world.service.mailbox() }));
}

fn sync(world: &World) -> Value {
    world.site.mail(USER, "getMailAccounts", json!({})).unwrap()[0]["sync"].clone()
}

fn in_state(world: &World, state: &str) -> usize {
    world.ledger().iter().filter(|row| row["state"] == state).count()
}

/// How many single mails the provider was asked for.
fn asked(requests: &[String]) -> usize {
    requests.iter().filter(|each| each.contains("batch")).count()
}

#[test]
fn a_few_removals_are_taken_on_the_providers_word() {
    let world = World::synced(Service::Google, 60);
    let ids = everything(&world);
    world.requests();
    delete(&world, &ids[..20]);
    world.sync_emails();
    world.assert_equal();
    assert_eq!(asked(&world.requests()), 0);
    assert_eq!(sync(&world)["stored"], 40);
}

#[test]
fn in_a_large_mailbox_a_few_are_a_twentieth() {
    let world = World::synced(Service::Google, 600);
    let ids = everything(&world);
    world.requests();
    delete(&world, &ids[..30]);
    world.sync_emails();
    world.assert_equal();
    assert_eq!(asked(&world.requests()), 0, "30 of 600 are a twentieth");
    delete(&world, &ids[30..60]);
    world.sync_emails();
    world.assert_equal();
    assert!(asked(&world.requests()) > 0, "30 of 570 are more");
}

#[test]
fn more_removals_are_confirmed_one_by_one_while_new_mail_keeps_coming() {
    for service in SERVICES {
        let world = World::synced(service, 60);
        let ids = everything(&world);
        delete(&world, &ids);
        if service == Service::Microsoft {
            // Its change feed has each confirmed at once; a forgotten one leaves them to the brake.
            forget_cursors(&world);
        }
        world.site.host.advance(TimeDelta::minutes(6));
        let mut told = 0;
        while sync(&world)["work"]["missing"] == 0 {
            assert!(world.step().unwrap().unwrap());
            told += 1;
            assert!(told < 60, "{service:?}: the brake never told");
        }
        assert!(in_state(&world, "missing") > 0);
        let event = world
            .site
            .host
            .events()
            .into_iter()
            .rev()
            .find(|event| event.kind == "mail:sync");
        assert!(
            event.unwrap().payload["sync"]["work"]["missing"]
                .as_u64()
                .unwrap()
                > 0
        );

        // New mail first; what is missing stays until the provider was asked for it.
        let new = world.deliver(json!({ "subject": "Came meanwhile" }));
        world.site.host.advance(TimeDelta::minutes(6));
        while !world.stored().iter().any(|mail| mail.0 == new) {
            assert!(world.step().unwrap().unwrap());
        }
        assert!(
            world.stored().len() > 1,
            "{service:?}: nothing was removed ahead of it"
        );
        world.run();
        world.assert_equal();
        assert_eq!(world.stored().len(), 1);
        assert_eq!(
            (
                sync(&world)["work"]["missing"].clone(),
                in_state(&world, "missing")
            ),
            (json!(0), 0)
        );
        // Gone for the pages, and there for the grace.
        assert_eq!(world.site.host.rows("mailMessages").len(), 61);
    }
}

#[test]
fn what_the_provider_calls_gone_by_mistake_is_kept() {
    let world = World::synced(Service::Google, 60);
    let before = world.stored();
    let ids = everything(&world);
    // A broken answer calls the whole mailbox deleted; the mails are there all the same.
    world.deliver(json!({ "subject": "A change, so that there is an answer" }));
    world.wire.tamper(move |request, answer| {
        if !request.uri().path().ends_with("/history") {
            return;
        }
        let mut body: Value = serde_json::from_slice(answer.body()).unwrap();
        let deleted: Vec<Value> = ids.iter().map(|id| json!({ "message": { "id": id } })).collect();
        body["history"] = json!([{ "messagesDeleted": deleted }]);
        *answer.body_mut() = body.to_string().into_bytes();
    });
    world.site.host.advance(TimeDelta::minutes(6));
    world.run();
    assert_eq!(world.stored(), before);
    assert!(world.ledger().is_empty(), "{:?}", world.ledger());
}

#[test]
fn a_mailbox_emptied_or_swapped_for_another_is_confirmed_mail_by_mail() {
    for service in SERVICES {
        let world = World::synced(service, 80);
        let old = everything(&world);
        world.site.host.advance(TimeDelta::days(20));
        delete(&world, &old);
        let new: Vec<String> = (0..3)
            .map(|number| world.deliver(json!({ "subject": format!("Of the other mailbox {number}") })))
            .collect();
        forget_cursors(&world);
        world.run();
        world.assert_equal();
        assert_eq!(world.stored().len(), new.len());
        assert!(world.ledger().is_empty());
        let runs = world
            .site
            .mail(USER, "syncRuns", json!({ "email": service.mailbox() }))
            .unwrap();
        let removed: u64 = runs
            .as_array()
            .unwrap()
            .iter()
            .map(|run| run["removed"].as_u64().unwrap())
            .sum();
        assert_eq!(removed, 80, "{service:?}");
    }
}

#[test]
fn a_crash_at_any_commit_of_the_confirmation_loses_and_removes_nothing_wrongly() {
    for service in SERVICES {
        for skip in 0..14 {
            let mut world = World::synced(service, 40);
            let ids = everything(&world);
            delete(&world, &ids[..30]);
            forget_cursors(&world);
            world.site.host.advance(TimeDelta::minutes(6));
            let trouble = [
                Trouble::CrashAfterCommit,
                Trouble::FailsAfter,
                Trouble::FailsBefore,
            ][skip % 3];
            world.edge.strike(skip, trouble);
            world.run();
            world.edge.spare();
            world.recover();
            world.assert_equal();
            assert_eq!(in_state(&world, "missing"), 0);
        }
    }
}

#[test]
fn hidden_mail_is_in_no_list_count_or_action_and_ends_with_its_grace() {
    for service in SERVICES {
        let world = World::synced(service, 40);
        let victim = world.in_box("in")[0].clone();
        let id = world
            .shown()
            .into_iter()
            .find(|row| row["mailId"] == *victim)
            .unwrap()["id"]
            .clone();
        delete(&world, std::slice::from_ref(&victim));
        world.sync_emails();
        let call = |action: &str, params: Value| {
            world
                .site
                .call(Some(USER), "mailMessages", action, params, json!({}))
        };
        assert_eq!(call("list", json!({})).unwrap().meta.unwrap()["count"], 39);
        assert_eq!(
            call("list", json!({ "filter": { "mailId": victim } }))
                .unwrap()
                .body,
            json!([])
        );
        assert_eq!(
            call("get", json!({ "filterByTk": id }))
                .unwrap_err()
                .code()
                .as_str(),
            "not_found"
        );
        let trees = world.site.mail(USER, "folders", json!({})).unwrap();
        let total: u64 = trees[0]["boxes"]
            .as_array()
            .unwrap()
            .iter()
            .map(|each| each["total"].as_u64().unwrap())
            .sum();
        assert_eq!(total, 39);
        world.requests();
        world
            .site
            .mail(
                USER,
                "messageSetReaded",
                json!({ "mailIds": [victim], "isRead": true }),
            )
            .unwrap();
        assert_eq!(world.requests(), Vec::<String>::new());

        let tidy = || pollster::block_on(world.site.plugin.run_schedule("tidy")).unwrap();
        world.site.host.advance(TimeDelta::days(6));
        tidy();
        assert_eq!(world.site.host.rows("mailMessages").len(), 40);
        world.site.host.advance(TimeDelta::days(2));
        tidy();
        assert_eq!(world.site.host.rows("mailMessages").len(), 39);
        world.assert_equal();
    }
}

#[test]
fn a_mail_that_comes_back_within_its_grace_has_what_its_user_added() {
    let world = World::synced(Service::Microsoft, 40);
    let victim = world.in_box("in")[0].clone();
    let row = || {
        let rows = world.site.host.rows("mailMessages");
        rows.into_iter().find(|row| row["mailId"] == *victim).unwrap()
    };
    let id = row()["id"].clone();
    let marked = email_manager::host::Batch::new().update(
        "mailMessages",
        email_manager::host::Filter::eq("id", id.clone()),
        email_manager::host::row([("isTodo", json!(true))]),
    );
    pollster::block_on(email_manager::store::commit(world.site.host.as_ref(), marked)).unwrap();
    // For a while the provider denies it.
    world.control(
        "fault",
        json!({ "provider": "microsoft", "part": true, "path": victim, "status": 404, "count": 0 }),
    );
    world.touch("mark", &victim, json!({ "read": true }));
    forget_cursors(&world);
    let hidden = victim.clone();
    world.wire.tamper(move |_, answer| {
        let Ok(mut body) = serde_json::from_slice::<Value>(answer.body()) else {
            return;
        };
        leave_out(&mut body, &hidden);
        *answer.body_mut() = body.to_string().into_bytes();
    });
    world.sync_emails();
    assert_eq!(row()["deletedReason"], "gone");
    assert_eq!(world.stored().len(), 39);

    world.wire.restore();
    world.control("clear-faults", json!({}));
    world.touch("mark", &victim, json!({ "starred": true }));
    world.sync_emails();
    world.assert_equal();
    let back = row();
    assert_eq!(
        (&back["id"], &back["isTodo"], &back["deletedAt"]),
        (&id, &json!(true), &Value::Null)
    );
}
