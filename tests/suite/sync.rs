//! Synchronisation from end to end: a mailbox at a simulated provider, and what stands in the database afterwards.
#![allow(missing_docs, clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]

use crate::support::USER;
use crate::support::organising::{call, id, organise};
use crate::support::service::{SERVICES, Service};
use crate::support::world::World;
use chrono::{DateTime, TimeDelta};
use serde_json::{Value, json};

/// Ids of the provider, newest first.
fn newest(world: &World) -> Vec<String> {
    world
        .state()
        .iter()
        .map(|message| world.service.id(message))
        .collect()
}

/// The ids that are stored after each commit that stored something, one step at a time.
fn stored_step_by_step(world: &World) -> Vec<Vec<String>> {
    let ids = || world.stored().into_iter().map(|mail| mail.0).collect::<Vec<_>>();
    let mut steps: Vec<Vec<String>> = vec![ids()];
    while world.step().unwrap().unwrap() {
        if steps.last() != Some(&ids()) {
            steps.push(ids());
        }
    }
    steps
}

#[test]
fn the_first_sync_stores_everything_newest_first_and_page_by_page() {
    for service in SERVICES {
        let world = World::started(service, 180);
        world.edge.is_slow.set(true);
        let mut expected: Vec<String> = match service {
            Service::Google => newest(&world),
            Service::Microsoft => {
                let inbox = |message: &&Value| message["folder"] == "Inbox";
                world
                    .state()
                    .iter()
                    .filter(inbox)
                    .map(|message| service.id(message))
                    .collect()
            }
        };
        expected.truncate(20);
        expected.sort();
        let steps = stored_step_by_step(&world);
        assert_eq!(steps[0], Vec::<String>::new());
        // Where conversations are fetched as a whole, older mails of theirs come along.
        let newest = steps[1].iter().filter(|id| expected.contains(*id));
        assert_eq!(newest.count(), 20, "the first commit with mail has the newest 20");
        let first = steps[1].len();
        assert!(
            first == 20 || (service == Service::Google && first < 40),
            "{first}"
        );
        assert!(steps.len() > 3, "{service:?} took {} commits", steps.len());
        assert!(steps.windows(2).all(|pair| pair[1].len() - pair[0].len() <= 200));
        world.assert_equal();
        world.assert_discreet();
    }
}

#[test]
fn pages_can_be_read_and_are_told_about_while_the_first_sync_runs() {
    for service in SERVICES {
        let world = World::started(service, 120);
        world.edge.is_slow.set(true);
        while world.stored().is_empty() {
            assert!(world.step().unwrap().unwrap());
        }
        let list = world
            .site
            .call(
                Some(USER),
                "mailMessages",
                "list",
                json!({ "pageSize": 50 }),
                json!({}),
            )
            .unwrap();
        let first = world.stored().len();
        assert!((20..40).contains(&first), "{first}");
        assert_eq!(list.body.as_array().unwrap().len(), first);
        let half_way = world.site.mail(USER, "getMailAccounts", json!({})).unwrap()[0]["sync"].clone();
        assert_eq!(
            (half_way["phase"].clone(), half_way["done"].clone()),
            (json!("listing"), json!(false))
        );
        assert_eq!(half_way["stored"], first);
        assert!(half_way["total"].as_u64().unwrap() >= 20);

        world.run();
        let state = world.site.mail(USER, "getMailAccounts", json!({})).unwrap()[0].clone();
        assert_eq!(state["status"], "ready");
        assert_eq!(state["sync"]["phase"], "incremental");
        assert_eq!(state["sync"]["done"], true);
        assert_eq!(state["sync"]["stored"], 120);
        assert_eq!(state["sync"]["total"], 120);
        assert_eq!(
            state["sync"]["lastRunAt"],
            json!(email_manager::host::Host::now(world.site.host.as_ref()))
        );
        assert_eq!(state["sync"]["lastError"], Value::Null);
        assert_eq!(state["sync"]["passStartedAt"], Value::Null);

        let events = world.site.host.events();
        assert!(events.iter().all(|event| event.user_id == USER.id));
        let progress: Vec<u64> = events
            .iter()
            .filter(|event| event.kind == "mail:sync")
            .map(|event| event.payload["sync"]["stored"].as_u64().unwrap())
            .collect();
        assert!(
            progress.is_sorted() && progress.last() == Some(&120),
            "{progress:?}"
        );
        assert!(
            events
                .iter()
                .filter(|event| event.kind == "mail:messages")
                .count()
                >= 2
        );
    }
}

#[test]
fn the_number_of_mails_that_an_account_shows_stays_right_whatever_its_user_does() {
    for service in SERVICES {
        let world = World::synced(service, 60);
        let values = json!({ "email": service.mailbox(), "boxes": ["trash"] });
        world.site.mail(USER, "updateAccountFolders", values).unwrap();
        world.sync_emails();
        let before = world.account()["syncState"]["stored"].as_u64().unwrap();
        assert_eq!(before, world.stored().len() as u64, "{service:?}");
        let mails = world.in_box("in");
        organise(&world, &[&mails[0], &mails[1]], json!({ "boxType": "trash" }));
        if service == Service::Microsoft {
            let doomed = json!({ "filterByTk": [id(&world, &mails[2])] });
            call(&world, "mailMessages", "destroy", doomed).unwrap();
        }
        world.run();
        world.sync_emails();
        let after = world.account()["syncState"]["stored"].as_u64().unwrap();
        assert_eq!(after, world.stored().len() as u64, "{service:?}");
        assert!(after < before);
    }
}

#[test]
fn nothing_older_than_the_start_date_is_stored() {
    for service in SERVICES {
        let world = World::linked(service, 60);
        let middle = world.state()[30]["received"].as_str().unwrap().to_owned();
        world.start(USER, json!(middle));
        world.run();
        let start = DateTime::parse_from_rfc3339(&middle).unwrap();
        let young = |message: &&Value| {
            DateTime::parse_from_rfc3339(message["received"].as_str().unwrap()).unwrap() >= start
        };
        let mut expected: Vec<_> = world
            .state()
            .iter()
            .filter(young)
            .map(|message| service.expected(message))
            .collect();
        expected.sort();
        assert_eq!(expected.len(), 31);
        assert_eq!(world.stored(), expected);
        assert_eq!(world.account()["syncState"]["stored"], 31);

        // What is older stays out, whatever happens to it.
        let old = service.id(&world.state()[45]);
        world.touch("mark", &old, json!({ "starred": true, "read": true }));
        world.move_to(&old, "trash");
        world.sync_emails();
        assert_eq!(world.stored(), expected);
    }
}

/// Everything that can happen to a mailbox, one thing to each message.
fn change_everything(world: &World) {
    let state = world.state();
    let inbox = world.in_box("in");
    let deliver = |subject: &str| world.deliver(json!({ "subject": subject, "html": "<p>Hi</p>" }));
    world.deliver(json!({ "subject": "Hello", "html": "<p>Hi</p>", "count": 3 }));
    world.touch("delete", &deliver("Gone at once"), json!({}));
    world.move_to(&deliver("Moved at once"), "archive");
    world.touch("mark", &inbox[0], json!({ "read": true }));
    world.touch("mark", &inbox[1], json!({ "read": false }));
    world.touch("mark", &inbox[2], json!({ "starred": true }));
    world.touch("mark", &inbox[2], json!({ "read": true }));
    world.move_to(&inbox[3], "archive");
    world.move_to(&inbox[4], "trash");
    world.move_to(&inbox[5], "spam");
    world.move_to(&inbox[6], "trash");
    world.move_to(&inbox[6], "inbox");
    world.touch("delete", &inbox[7], json!({}));
    world.move_to(&inbox[8], "trash");
    world.touch("delete", &inbox[8], json!({}));
    world.touch(
        "mark",
        &world.service.id(&state[state.len() - 1]),
        json!({ "starred": true, "read": true }),
    );
}

#[test]
fn whatever_happens_at_the_provider_is_here_after_sync_emails() {
    for service in SERVICES {
        let world = World::synced(service, 60);
        let before = world.stored();
        change_everything(&world);
        assert_ne!(world.expected(), before);
        world.sync_emails();
        world.assert_equal();
        world.assert_discreet();
        let subjects: Vec<Value> = world
            .site
            .host
            .rows("mailMessages")
            .iter()
            .map(|row| row["subject"].clone())
            .collect();
        assert!(subjects.contains(&json!("Hello (3)")) && !subjects.contains(&json!("Gone at once")));
    }
}

#[test]
fn mail_comes_by_itself_once_the_interval_has_passed() {
    for service in SERVICES {
        let world = World::synced(service, 40);
        world.site.host.advance(TimeDelta::minutes(1));
        world.control(
            "deliver",
            json!({ "mailbox": service.mailbox(), "subject": "By itself" }),
        );
        world.run();
        assert_eq!(world.stored().len(), 40);
        world.site.host.advance(TimeDelta::minutes(5));
        world.run();
        assert_eq!(world.stored().len(), 41);
        world.assert_equal();
    }
}

#[test]
fn a_draft_that_is_written_on_is_here_as_it_is_there() {
    for service in SERVICES {
        let world = World::synced(service, 40);
        let write = |text: &str| {
            let folder = service.place("draft");
            world.deliver(json!({ "subject": "Offer", "folder": folder, "labels": ["DRAFT"], "text": text }))
        };
        let first = write("first words");
        world.sync_emails();
        world.assert_equal();
        let draft = |id: &str| world.shown().into_iter().find(|row| row["mailId"] == id);
        assert_eq!(draft(&first).unwrap()["isDraft"], true);
        let id = match service {
            // Gmail gives every version of a draft an id of its own.
            Service::Google => {
                world.touch("delete", &first, json!({}));
                write("second words")
            }
            Service::Microsoft => {
                world.write_draft(&first, "second words");
                first.clone()
            }
        };
        world.sync_emails();
        world.assert_equal();
        let stored = draft(&id).unwrap();
        assert!(stored["bodyHtml"].as_str().unwrap().contains("second words"));
        assert_eq!(draft(&first).is_some(), id == first);
    }
}

#[test]
fn when_nothing_has_changed_one_request_tells() {
    let world = World::synced(Service::Google, 40);
    world.requests();
    world.sync_emails();
    assert_eq!(world.requests(), ["GET /google/gmail/v1/users/me/history"]);
    let world = World::synced(Service::Microsoft, 40);
    world.requests();
    world.sync_emails();
    assert_eq!(
        world.requests(),
        ["POST /microsoft/graph/v1.0/$batch"],
        "the folders and all of their feeds"
    );
    world.site.host.advance(TimeDelta::minutes(4));
    world.run();
    assert_eq!(
        world.requests(),
        Vec::<String>::new(),
        "nothing is due before the interval has passed"
    );
}
