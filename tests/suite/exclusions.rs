//! What users leave out: folders, boxes, senders; and what comes back when they want it again.
#![allow(missing_docs, clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]

use std::future::Future;

use crate::support::organising::organise;
use crate::support::service::{Mail, SERVICES, Service};
use crate::support::world::World;
use crate::support::{OTHER, USER, refusal};
use chrono::TimeDelta;
use serde_json::{Value, json};

fn call(world: &World, action: &str, mut values: Value) -> Value {
    values["email"] = json!(world.service.mailbox());
    world.site.mail(USER, action, values).unwrap()
}

fn exclude(world: &World, values: Value) {
    call(world, "updateAccountFolders", values);
    world.site.host.advance(TimeDelta::seconds(1));
    world.run();
}

fn outside(world: &World, box_type: &str) -> Vec<Mail> {
    world
        .expected()
        .into_iter()
        .filter(|mail| mail.1 != box_type)
        .collect()
}

/// The id of the inbox.
fn inbox(world: &World) -> String {
    let choice = call(world, "accountFolders", json!({}));
    let wanted = choice["folders"]
        .as_array()
        .unwrap()
        .iter()
        .find(|each| each["boxType"] == "in");
    wanted.unwrap()["id"].as_str().unwrap().to_owned()
}

#[test]
fn a_box_that_is_switched_off_is_hidden_and_comes_back_with_what_happened_meanwhile() {
    for service in SERVICES {
        let world = World::synced(service, 80);
        for id in &world.in_box("in")[..4] {
            world.move_to(id, "trash");
        }
        world.sync_emails();
        let spam = world.in_box("spam").len();
        let trash = world.in_box("trash").len();
        assert!(trash > 0, "{service:?}");
        exclude(&world, json!({ "boxes": ["spam", "trash"] }));
        let shown = |world: &World| {
            world
                .expected()
                .into_iter()
                .filter(|mail| mail.1 != "spam" && mail.1 != "trash")
                .collect::<Vec<_>>()
        };
        assert_eq!(world.stored(), shown(&world), "{service:?}");
        let counts = call(&world, "synchronization", json!({}))["counts"].clone();
        assert_eq!(counts["hidden"]["folder"], spam + trash);

        // Moved in, moved out, new in there, deleted in there.
        world.move_to(&world.in_box("in")[0], "trash");
        world.sync_emails();
        assert_eq!(world.stored(), shown(&world), "{service:?}: moved in");
        let out = world.in_box("trash")[1].clone();
        world.move_to(&out, "inbox");
        world.sync_emails();
        assert_eq!(world.stored(), shown(&world), "{service:?}: moved out");
        let inside = json!({ "subject": "Junk", "folder": service.place("spam"), "labels": if service == Service::Google { json!(["SPAM"]) } else { json!([]) } });
        let junk = world.deliver(inside);
        world.sync_emails();
        assert_eq!(world.stored(), shown(&world), "{service:?}: new inside");
        world.touch("delete", &world.in_box("trash")[0], json!({}));
        world.touch("mark", &world.in_box("trash")[0], json!({ "starred": true }));
        world.sync_emails();

        exclude(&world, json!({}));
        world.assert_equal();
        assert!(world.stored().iter().any(|mail| mail.0 == junk));
        assert!(
            !world.ledger().iter().any(|row| row["state"] == "skipped"),
            "{:?}",
            world.ledger()
        );
    }
}

#[test]
fn what_its_user_moves_to_a_box_that_is_left_out_is_hidden_though_nobody_reads_that_box() {
    for service in SERVICES {
        let world = World::synced(service, 40);
        exclude(&world, json!({ "boxes": ["spam"] }));
        let moved = world.in_box("in").remove(0);
        organise(&world, &[&moved], json!({ "boxType": "spam" }));
        // What would tell that it has left the inbox is forgotten.
        match service {
            Service::Google => world.control("expire-history", json!({ "mailbox": service.mailbox() })),
            Service::Microsoft => world.control("expire-delta", json!({ "mailbox": service.mailbox() })),
        };
        world.site.host.advance(TimeDelta::seconds(1));
        world.run();
        assert_eq!(world.stored(), outside(&world, "spam"), "{service:?}");
    }
}

#[test]
fn a_folder_that_is_switched_off_is_not_read_any_more() {
    let world = World::synced(Service::Microsoft, 40);
    let id = inbox(&world);
    exclude(&world, json!({ "folders": [id] }));
    assert_eq!(world.stored(), outside(&world, "in"));
    world.requests();
    world.sync_emails();
    let read = world.requests();
    assert!(!read.iter().any(|each| each.contains("/Inbox/")), "{read:?}");
    let choice = call(&world, "accountFolders", json!({}));
    let off: Vec<&Value> = choice["folders"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|each| each["synchronized"] == false)
        .collect();
    assert_eq!(off.len(), 1);
    exclude(&world, json!({ "folders": [] }));
    world.assert_equal();
}

#[test]
fn a_label_that_is_switched_off_takes_its_mails_along_and_gives_them_back() {
    let world = World::synced(Service::Google, 60);
    let id = inbox(&world);
    exclude(&world, json!({ "folders": [id] }));
    let labelled = |mail: &Mail| {
        world.state().iter().any(|each| {
            world.service.id(each) == mail.0 && each["labels"].as_array().unwrap().contains(&json!("INBOX"))
        })
    };
    let expected: Vec<Mail> = world
        .expected()
        .into_iter()
        .filter(|mail| !labelled(mail))
        .collect();
    assert_eq!(world.stored(), expected);
    // Archived, it is one of those that are wanted; it was never stored here.
    let new = world.deliver(json!({ "subject": "New in the inbox" }));
    world.sync_emails();
    assert_eq!(world.stored(), expected);
    let skipped: Vec<Value> = world.ledger().iter().map(|row| row["reason"].clone()).collect();
    assert_eq!(skipped, ["folder"]);
    world.move_to(&new, "archive");
    world.sync_emails();
    assert!(world.stored().iter().any(|mail| mail.0 == new));
    assert!(world.ledger().is_empty());
    exclude(&world, json!({ "folders": [] }));
    world.assert_equal();
}

#[test]
fn excluded_senders_are_left_out_and_counted() {
    for service in SERVICES {
        let world = World::synced(service, 40);
        exclude(&world, json!({ "senders": ["shop.example", "Ann@Example.com"] }));
        world.assert_equal();
        for from in [
            "Shop <news@mail.shop.example>",
            "Ann <ann@example.com>",
            "Joann <joann@example.com>",
        ] {
            world.deliver(json!({ "subject": "Hello", "from": from }));
        }
        world.sync_emails();
        assert_eq!(world.stored().len(), 41, "{service:?}");
        let counts = call(&world, "synchronization", json!({}))["counts"].clone();
        assert_eq!(counts["skipped"]["sender"], 2);
        // What is stored already is hidden, and shown again.
        exclude(&world, json!({ "senders": ["example.com"] }));
        assert_eq!(
            world.stored().len(),
            41,
            "ann stays out, joann goes, the shop comes"
        );
        assert_eq!(world.account()["syncState"]["stored"], 41);
        exclude(&world, json!({}));
        world.assert_equal();
        assert_eq!(world.stored().len(), 43);
        assert_eq!(world.account()["syncState"]["stored"], 43);
    }
}

#[test]
fn switching_off_during_the_first_sync_or_a_step_under_way_holds() {
    for service in SERVICES {
        for steps in 1..8 {
            let world = World::started(service, 80);
            for _ in 0..steps {
                world.step().unwrap().unwrap();
            }
            call(&world, "updateAccountFolders", json!({ "boxes": ["trash"] }));
            world.run();
            assert_eq!(world.stored(), outside(&world, "trash"), "{service:?} {steps}");
            exclude(&world, json!({}));
            world.assert_equal();
        }
        let world = World::synced(service, 60);
        world.site.host.advance(TimeDelta::minutes(6));
        // The step has read the account when its user changes their mind.
        world.edge.takes_turns.set(true);
        let mut step = Box::pin(world.site.plugin.run_schedule("sync"));
        for _ in 0..4 {
            let mut context = std::task::Context::from_waker(std::task::Waker::noop());
            let _ = step.as_mut().poll(&mut context);
        }
        world.edge.takes_turns.set(false);
        call(&world, "updateAccountFolders", json!({ "boxes": ["trash"] }));
        pollster::block_on(step).unwrap();
        world.run();
        assert_eq!(world.stored(), outside(&world, "trash"), "{service:?}");
    }
}

#[test]
fn what_is_hidden_ends_with_its_grace_and_is_fetched_anew_when_it_is_wanted() {
    for service in SERVICES {
        let world = World::synced(service, 60);
        exclude(&world, json!({ "boxes": ["trash"] }));
        world.site.host.advance(TimeDelta::days(8));
        pollster::block_on(world.site.plugin.run_schedule("tidy")).unwrap();
        let kept = world.site.host.rows("mailMessages").len();
        assert_eq!(kept, outside(&world, "trash").len());
        exclude(&world, json!({}));
        world.assert_equal();
    }
}

#[test]
fn what_is_left_out_is_no_gap_after_its_record_is_forgotten() {
    for service in SERVICES {
        let world = World::synced(service, 60);
        let sender = world.shown()[0]["from"].as_str().unwrap().to_owned();
        exclude(&world, json!({ "senders": [sender], "boxes": ["trash"] }));
        let before = world.stored();
        assert!(before.len() < 60, "{service:?}");
        world.site.host.advance(TimeDelta::days(8));
        world.run();
        pollster::block_on(world.site.plugin.run_schedule("tidy")).unwrap();
        assert_eq!(world.site.host.rows("mailMessages").len(), before.len());
        call(&world, "checkCompleteness", json!({}));
        world.site.host.advance(TimeDelta::seconds(1));
        world.run();
        let found = call(&world, "synchronization", json!({}))["account"]["completeness"].clone();
        assert_eq!(found["repaired"], 0, "{service:?}");
        assert_eq!(
            (&found["stored"], &found["total"]),
            (&json!(before.len()), &json!(before.len()))
        );
        assert!(found["skipped"].as_u64().unwrap() > 0);
        assert_eq!(world.stored(), before);
        exclude(&world, json!({}));
        world.assert_equal();
        assert!(world.ledger().is_empty(), "{:?}", world.ledger());
    }
}

#[test]
fn a_mail_that_is_left_out_for_its_sender_is_not_fetched_whenever_its_labels_change() {
    let world = World::synced(Service::Google, 40);
    exclude(&world, json!({ "senders": ["shop.example"] }));
    let id = world.deliver(json!({ "subject": "Sale", "from": "Shop <news@mail.shop.example>" }));
    world.sync_emails();
    assert_eq!(world.ledger().len(), 1);
    world.requests();
    for starred in [true, false] {
        world.touch("mark", &id, json!({ "starred": starred }));
        world.sync_emails();
        assert_eq!(world.requests(), ["GET /google/gmail/v1/users/me/history"]);
    }
    exclude(&world, json!({}));
    world.assert_equal();
}

#[test]
fn what_changed_while_its_sender_was_left_out_is_as_new_as_ever_when_it_is_shown_again() {
    for service in SERVICES {
        let world = World::synced(service, 40);
        let mail = json!({ "subject": "Sale", "from": "Shop <news@mail.shop.example>" });
        let id = world.deliver(mail);
        world.sync_emails();
        exclude(&world, json!({ "senders": ["shop.example"] }));
        world.touch("mark", &id, json!({ "starred": true, "read": true }));
        world.sync_emails();
        assert!(world.stored().iter().all(|mail| mail.0 != id), "{service:?}");
        exclude(&world, json!({}));
        world.assert_equal();
        assert!(world.stored().iter().any(|mail| mail.0 == id), "{service:?}");
    }
}

#[test]
fn what_can_not_be_left_out_is_refused_by_its_field() {
    let world = World::synced(Service::Google, 20);
    let email = world.service.mailbox();
    for (values, field) in [
        (
            json!({ "email": email, "folders": ["no such folder"] }),
            "folders",
        ),
        (json!({ "email": email, "folders": "INBOX" }), "folders"),
        (json!({ "email": email, "boxes": ["in"] }), "boxes"),
        (json!({ "email": email, "senders": ["not a sender"] }), "senders"),
    ] {
        let refused = world.site.mail(USER, "updateAccountFolders", values).unwrap_err();
        assert_eq!(refusal(&refused), ("invalid_input", Some(field)));
    }
    let foreign = world
        .site
        .mail(OTHER, "accountFolders", json!({ "email": email }));
    assert_eq!(refusal(&foreign.unwrap_err()).0, "not_found");
    world.assert_equal();
}
