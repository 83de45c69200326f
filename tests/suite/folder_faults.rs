//! A folder that the provider has a fault with (500, 502, 503) while it serves the others, and outages (Outlook).
#![allow(missing_docs, clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]

use crate::support::USER;
use crate::support::service::{Mail, Service};
use crate::support::world::World;
use chrono::TimeDelta;
use serde_json::{Value, json};

const FAULTS: [u16; 3] = [500, 502, 503];

/// Makes the provider answer with a status to the feed of a folder, until faults are cleared.
fn fail(world: &World, folder: &str, fault: &Value) {
    let (id, _) = world.folders().into_iter().find(|each| each.1 == folder).unwrap();
    for part in [true, false] {
        let mut rule = json!({ "part": part, "path": format!("/mailFolders/{id}/messages"), "count": 0 });
        rule.as_object_mut()
            .unwrap()
            .extend(fault.as_object().unwrap().clone());
        world.control("fault", rule);
    }
}

/// The folders that can't be read, as pages show them.
fn unreadable(world: &World) -> Vec<Value> {
    let asked = json!({ "email": world.service.mailbox() });
    let answer = world.site.mail(USER, "synchronization", asked).unwrap();
    answer["unreadable"].as_array().unwrap().clone()
}

#[test]
fn a_folder_with_a_steady_fault_is_set_aside_and_the_others_go_on() {
    for status in FAULTS {
        let world = World::synced(Service::Microsoft, 60);
        let hidden = world.in_box("in")[0].clone();
        fail(&world, "Customers", &json!({ "status": status }));
        world.touch("move", &hidden, json!({ "to": "Customers" }));
        let new = world.deliver(json!({ "subject": "Goes on" }));
        world.sync_emails();
        assert_eq!(world.account()["status"], "ready", "{status}");
        assert!(world.stored().iter().any(|mail| mail.0 == new), "{status}");
        let told = unreadable(&world);
        assert_eq!(
            (told.len(), &told[0]["name"]),
            (1, &json!("Customers")),
            "{status}"
        );
        assert!(told[0]["message"].as_str().unwrap().contains(&status.to_string()));

        // It is asked for less and less, each time once more after a moment; nothing of it is audited.
        let caught = || {
            world.stats()["partStatuses"][status.to_string()]
                .as_u64()
                .unwrap()
        };
        let before = caught();
        for _ in 0..36 {
            world.site.host.advance(TimeDelta::minutes(5));
            world.run();
            assert_eq!(world.account()["status"], "ready", "{status}");
        }
        let failed = caught() - before;
        assert!((4..=12).contains(&failed), "{status}: asked {failed} times");
        for _ in 0..30 {
            world.site.host.advance(TimeDelta::hours(1));
            world.run();
            assert_eq!(world.account()["status"], "ready", "{status}");
        }
        world.control("clear-faults", json!({}));
        world.site.host.advance(TimeDelta::minutes(61));
        world.run();
        assert_eq!(unreadable(&world), Vec::<Value>::new(), "{status}");
        world.assert_equal();
    }
}

#[test]
fn a_folder_with_a_fault_from_the_start_is_the_only_one_that_is_missing() {
    for status in FAULTS {
        let world = World::started(Service::Microsoft, 400);
        fail(&world, "Inbox", &json!({ "status": status }));
        world.run();
        assert_eq!(world.account()["status"], "ready", "{status}");
        assert_eq!(unreadable(&world)[0]["name"], "Inbox", "{status}");
        let others =
            |mails: Vec<Mail>| -> Vec<_> { mails.into_iter().filter(|mail| mail.1 != "in").collect() };
        assert_eq!(others(world.stored()), others(world.expected()), "{status}");
        world.control("clear-faults", json!({}));
        world.sync_emails();
        world.assert_equal();
        assert_eq!(unreadable(&world), Vec::<Value>::new());
    }
}

#[test]
fn a_passing_fault_of_a_folder_is_asked_about_once_more_and_nobody_is_told() {
    let world = World::synced(Service::Microsoft, 60);
    let (id, _) = world
        .folders()
        .into_iter()
        .find(|each| each.1 == "Inbox")
        .unwrap();
    let rule = json!({ "part": true, "path": format!("/mailFolders/{id}/messages"), "status": 500 });
    world.control("fault", rule);
    world.deliver(json!({ "subject": "Comes all the same" }));
    world.sync_emails();
    assert_eq!(world.account()["status"], "ready");
    assert_eq!(unreadable(&world), Vec::<Value>::new());
    world.assert_equal();
}

#[test]
fn an_outage_is_nobodys_folder() {
    for status in FAULTS {
        let everything =
            json!([{ "status": status, "count": 0 }, { "part": true, "status": status, "count": 0 }]);
        let parts_alone = json!({ "part": true, "status": status, "count": 0 });
        for (is_first, outage) in [(true, &everything), (false, &everything), (false, &parts_alone)] {
            let mut world = match is_first {
                true => World::started(Service::Microsoft, 400),
                false => World::synced(Service::Microsoft, 400),
            };
            if is_first {
                // The outage begins when the folders are known and the inbox is listed.
                assert!(world.step().unwrap().unwrap());
            }
            world.control("fault", outage.clone());
            world.sync_emails();
            assert_eq!(world.account()["status"], "failing", "{status}");
            assert_eq!(world.account()["statusCode"], "provider_unavailable", "{status}");
            for _ in 0..12 {
                world.site.host.advance(TimeDelta::minutes(5));
                world.run();
            }
            assert_eq!(unreadable(&world), Vec::<Value>::new(), "{status}");
            world.control("clear-faults", json!({}));
            world.recover();
            world.assert_equal();
        }
    }
}

#[test]
fn an_outage_that_begins_with_a_folder_blames_none() {
    let world = World::synced(Service::Microsoft, 60);
    fail(&world, "Customers", &json!({ "status": 503 }));
    // The first batch is answered but for that folder, and nothing after it.
    world.control(
        "fault",
        json!({ "path": "$batch", "status": 503, "skip": 1, "count": 0 }),
    );
    world.sync_emails();
    assert_eq!(world.account()["status"], "failing");
    assert_eq!(unreadable(&world), Vec::<Value>::new());
}

#[test]
fn a_folder_whose_fault_names_a_time_stops_no_other() {
    let world = World::synced(Service::Microsoft, 60);
    fail(&world, "Customers", &json!({ "status": 503, "retryAfter": 60 }));
    let new = world.deliver(json!({ "subject": "Goes on" }));
    world.sync_emails();
    world.site.host.advance(TimeDelta::minutes(2));
    world.run();
    assert!(world.stored().iter().any(|mail| mail.0 == new));
    assert_eq!(world.account()["status"], "ready");
    assert_eq!(unreadable(&world)[0]["name"], "Customers");
}
