//! Changes on their way: waiting, brought together, and at odds with what happens at the provider.
#![allow(missing_docs, clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]

use crate::support::organising::*;
use crate::support::service::{SERVICES, Service};
use crate::support::world::World;
use crate::support::{ORIGIN, USER};
use chrono::TimeDelta;
use email_manager::plugin::ActionRequest;
use futures_util::FutureExt;
use serde_json::{Map, json};

#[test]
fn while_the_provider_is_out_of_reach_changes_wait_and_are_shown_to_wait() {
    for service in SERVICES {
        let mut world = World::synced(service, 45);
        let inbox = world.in_box("in");
        world.control(
            "fault",
            json!({ "provider": service.name(), "status": 503, "count": 0 }),
        );
        organise(&world, &[&inbox[0], &inbox[1]], json!({ "boxType": "archive" }));
        world.run();
        organise(&world, &[&inbox[2]], json!({ "isStarred": true }));
        world.run();
        assert_eq!(here(&world, &inbox[0]).0, "archive");
        assert_eq!(there(&world, &inbox[0]).0, "in");
        assert_eq!(queue(&world).len(), 3);
        let listed = world
            .site
            .call(
                Some(USER),
                "mailMessages",
                "list",
                json!({ "filter": { "mailId": inbox[0] } }),
                json!({}),
            )
            .unwrap();
        assert_eq!(listed.body[0]["outgoing"]["state"], "queued");
        assert!(listed.body[0]["outgoing"]["attempts"].as_u64().unwrap() > 0);

        // A provider that refuses is asked less and less.
        world.requests();
        for _ in 0..120 {
            world.site.host.advance(TimeDelta::minutes(1));
            while world.step().unwrap().unwrap() {}
        }
        let asked = world.requests().len();
        assert!(
            (2..=40).contains(&asked),
            "{service:?} was asked {asked} times in two hours"
        );
        world.control("clear-faults", json!({}));
        world.recover();
        assert_eq!(there(&world, &inbox[0]).0, "archive");
        assert!(there(&world, &inbox[2]).2);
        assert_settled(&world, "back again");
    }
}

#[test]
fn after_an_outage_sync_emails_sends_what_waits_at_once() {
    for service in SERVICES {
        let world = World::synced(service, 45);
        let mail = unread(&world);
        world.control(
            "fault",
            json!({ "provider": service.name(), "status": 503, "count": 0 }),
        );
        organise(&world, &[&mail], json!({ "isStarred": true }));
        world.run();
        world.run();
        world.control("clear-faults", json!({}));
        world.run();
        assert!(!there(&world, &mail).2, "it waits for its next try");
        world
            .site
            .mail(USER, "messagesSync", json!({ "emails": [] }))
            .unwrap();
        world.run();
        assert!(there(&world, &mail).2, "{service:?}");
    }
}

#[test]
fn changes_made_before_anything_is_sent_are_brought_together() {
    for service in SERVICES {
        let world = World::synced(service, 45);
        let mail = unread(&world);
        world.requests();
        organise(&world, &[&mail], json!({ "isRead": true }));
        organise(&world, &[&mail], json!({ "isRead": false }));
        world.run();
        assert_eq!(
            world.requests(),
            Vec::<String>::new(),
            "what was taken back is not sent"
        );
        assert_settled(&world, "taken back");

        organise(&world, &[&mail], json!({ "boxType": "trash" }));
        organise(&world, &[&mail], json!({ "boxType": "archive" }));
        organise(&world, &[&mail], json!({ "isRead": true }));
        organise(&world, &[&mail], json!({ "boxType": "spam" }));
        world.run();
        assert_eq!(
            there(&world, &mail),
            ("spam".to_owned(), true, there(&world, &mail).2)
        );
        assert!(world.requests().len() <= 2);
        assert_settled(&world, "brought together");
        assert_eq!(row(&world, &mail)["originalBoxType"], "archive");
    }
}

#[test]
fn what_was_taken_back_is_sent_all_the_same_when_somebody_did_it_there() {
    for service in SERVICES {
        let world = World::synced(service, 45);
        let mail = unread(&world);
        organise(&world, &[&mail], json!({ "isRead": true }));
        // While it waits, the same is done at the provider, and the news arrive.
        hold_queue(&world, true);
        world.touch("mark", &mail, json!({ "read": true, "starred": true }));
        world.sync_emails();
        assert!(here(&world, &mail).2, "what is not queued follows the provider");
        organise(&world, &[&mail], json!({ "isRead": false }));
        hold_queue(&world, false);
        world.run();
        assert!(!there(&world, &mail).1, "{service:?}");
        world.sync_emails();
        assert_settled(&world, "sent all the same");
    }
}

#[test]
fn what_is_queued_keeps_its_value_and_everything_else_follows_the_provider() {
    for service in SERVICES {
        let world = World::synced(service, 45);
        let mail = unread(&world);
        organise(&world, &[&mail], json!({ "boxType": "archive" }));
        hold_queue(&world, true);
        world.touch("mark", &mail, json!({ "starred": true, "read": true }));
        world.move_to(&mail, "spam");
        world.sync_emails();
        assert_eq!(
            here(&world, &mail),
            ("archive".to_owned(), true, true),
            "{service:?}"
        );
        hold_queue(&world, false);
        world.run();
        assert_eq!(there(&world, &mail), ("archive".to_owned(), true, true));
        assert_settled(&world, "merged");

        // What happens there after ours was sent, stands.
        world.move_to(&mail, "trash");
        world.touch("mark", &mail, json!({ "read": false }));
        world.sync_emails();
        assert_eq!(here(&world, &mail), ("trash".to_owned(), false, true));
        world.assert_equal();
    }
}

#[test]
fn a_mail_that_is_gone_there_is_gone_here_and_a_place_that_is_gone_is_a_conflict() {
    for service in SERVICES {
        let world = World::synced(service, 45);
        let mut inbox = world.in_box("in");
        inbox.retain(|mail| !there(&world, mail).2);
        world.touch("delete", &inbox[0], json!({}));
        organise(&world, &[&inbox[0], &inbox[1]], json!({ "isStarred": true }));
        world.run();
        assert_eq!(queue(&world), Vec::new());
        assert!(
            !world.stored().iter().any(|mail| mail.0 == inbox[0]),
            "{service:?}"
        );
        assert!(there(&world, &inbox[1]).2);
        world.assert_equal();
    }
    let world = World::synced(Service::Microsoft, 45);
    let mail = world.in_box("in")[0].clone();
    let folders = call(&world, "mail", "moveTargets", json!({})).unwrap()[0]["folders"].clone();
    let projects = folders
        .as_array()
        .unwrap()
        .iter()
        .find(|folder| folder["name"] == "Projects")
        .unwrap();
    let id_of_projects = projects["id"].clone();
    world.control(
        "folder",
        json!({ "mailbox": world.service.mailbox(), "delete": "Projects" }),
    );
    organise(
        &world,
        &[&mail],
        json!({ "folderId": id_of_projects, "isRead": true }),
    );
    world.run();
    assert_eq!(
        here(&world, &mail),
        ("in".to_owned(), true, here(&world, &mail).2),
        "it is back where it is"
    );
    assert_refused(&world, &mail, "item_gone");
    world.sync_emails();
    assert!(world.stored() == world.expected());
}

#[test]
fn a_change_that_the_provider_refuses_is_undone_and_says_so() {
    for service in SERVICES {
        let world = World::synced(service, 45);
        let mail = unread(&world);
        let path = match service {
            Service::Google => "/modify",
            Service::Microsoft => "/messages/",
        };
        let method = if service == Service::Google {
            "POST"
        } else {
            "PATCH"
        };
        world.control(
            "fault",
            json!({ "provider": service.name(), "part": service == Service::Microsoft, "method": method,
                    "path": path, "status": 400, "count": 1 }),
        );
        organise(&world, &[&mail], json!({ "isRead": true }));
        assert!(here(&world, &mail).1);
        world.run();
        assert!(!here(&world, &mail).1, "{service:?}");
        assert_refused(&world, &mail, "provider_rejected");
        world.assert_equal();
        // The next one goes through.
        organise(&world, &[&mail], json!({ "isRead": true }));
        world.run();
        assert_settled(&world, "again");
    }
}

#[test]
fn a_dead_grant_keeps_the_changes_until_the_mailbox_is_linked_again() {
    for service in SERVICES {
        let world = World::synced(service, 45);
        let mail = unread(&world);
        world.control("revoke-consent", json!({ "mailbox": service.mailbox() }));
        organise(&world, &[&mail], json!({ "isRead": true }));
        world.run();
        assert_eq!(world.account()["status"], "needs_reauthorization");
        assert!(here(&world, &mail).1);
        world.link(USER, service.mailbox()).unwrap();
        world.run();
        assert!(there(&world, &mail).1);
        assert_settled(&world, "linked again");
    }
}

#[test]
fn a_list_that_is_being_read_while_a_change_is_refused_never_says_refused_of_what_is_not_taken_back() {
    /// More turns than a list takes.
    const TURNS: usize = 30;
    let mut told = 0;
    for turns in 0..TURNS {
        let world = World::synced(Service::Google, 45);
        let mail = unread(&world);
        world.control(
            "fault",
            json!({ "provider": "google", "method": "POST", "path": "/modify", "status": 400, "count": 1 }),
        );
        organise(&world, &[&mail], json!({ "isStarred": true }));
        let request = ActionRequest {
            resource: "mailMessages".to_owned(),
            action: "list".to_owned(),
            params: Map::from_iter([("filter".to_owned(), json!({ "mailId": mail }))]),
            values: Map::new(),
            user: Some(USER),
            session: None,
            origin: ORIGIN.to_owned(),
            language: "en-US".to_owned(),
            file: None,
        };
        let mut list = Box::pin(world.site.plugin.action(request));
        world.edge.takes_turns.set(true);
        let mut answer = None;
        for _ in 0..turns {
            if answer.is_none() {
                answer = list.as_mut().now_or_never();
            }
        }
        world.edge.takes_turns.set(false);
        world.run();
        let row = answer.unwrap_or_else(|| pollster::block_on(list)).unwrap().body[0].clone();
        if row["outgoing"]["state"] == "refused" {
            told += 1;
            assert_eq!(row["isStarred"], false, "after {turns} turns");
        }
    }
    assert!(
        (2..TURNS).contains(&told),
        "refused before, within and after: {told}"
    );
}

/// Does something so many turns after a step has begun to read the mailbox. Returns whether it was still under way.
fn during_a_step(world: &World, turns: usize, something: impl Fn()) -> bool {
    world.site.host.advance(TimeDelta::minutes(6));
    world.edge.takes_turns.set(true);
    let mut step = Box::pin(world.site.plugin.run_schedule("sync"));
    let mut context = std::task::Context::from_waker(std::task::Waker::noop());
    world.requests();
    while world.wire.take_requests().is_empty() {
        assert!(step.as_mut().poll(&mut context).is_pending());
    }
    let under_way = (0..turns).all(|_| step.as_mut().poll(&mut context).is_pending());
    world.edge.takes_turns.set(false);
    if under_way {
        something();
        pollster::block_on(step).unwrap();
    }
    under_way
}

#[test]
fn a_change_made_while_a_page_is_brought_together_stands() {
    for service in SERVICES {
        for turns in 1.. {
            let world = World::synced(service, 45);
            let mail = unread(&world);
            world.touch("mark", &mail, json!({ "read": true }));
            let under_way = during_a_step(&world, turns, || {
                organise(&world, &[&mail], json!({ "isStarred": true }));
            });
            if !under_way {
                assert!(turns > 3, "{service:?}: {turns} turns");
                break;
            }
            assert!(here(&world, &mail).2, "{service:?}: overwritten at turn {turns}");
            world.run();
            assert_eq!(
                there(&world, &mail),
                ("in".to_owned(), true, true),
                "{service:?} {turns}"
            );
            assert_settled(&world, "while a page was read");
        }
    }
}

#[test]
fn a_change_taken_back_while_a_page_is_brought_together_is_sent() {
    for service in SERVICES {
        for turns in 1.. {
            let world = World::synced(service, 45);
            let mail = unread(&world);
            world.touch("mark", &mail, json!({ "starred": true }));
            let under_way = during_a_step(&world, turns, || {
                organise(&world, &[&mail], json!({ "isStarred": true }));
                organise(&world, &[&mail], json!({ "isStarred": false }));
            });
            if !under_way {
                break;
            }
            world.run();
            assert_eq!(
                there(&world, &mail),
                ("in".to_owned(), false, false),
                "{service:?} {turns}"
            );
            assert_settled(&world, "taken back while a page was read");
        }
    }
}
