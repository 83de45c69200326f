//! No change is lost, whatever fails on its way: storage, process, provider, another node.
#![allow(missing_docs, clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]

use std::rc::Rc;

use crate::support::edge::{Edge, Trouble};
use crate::support::organising::*;
use crate::support::service::{SERVICES, Service};
use crate::support::world::World;
use chrono::TimeDelta;
use email_manager::host::Host;
use email_manager::plugin::Plugin;
use serde_json::json;

const TROUBLES: [Trouble; 4] = [
    Trouble::FailsBefore,
    Trouble::FailsAfter,
    Trouble::CrashAfterCommit,
    Trouble::CrashInFetch,
];

/// Changes of every kind, all of which the provider has to have in the end: the mails and what is wanted of them.
fn change(world: &World, round: usize) -> Vec<(String, (String, bool, bool))> {
    let mails: Vec<String> = world.state().iter().map(|mail| world.service.id(mail)).collect();
    let wishes = [
        json!({ "isRead": round.is_multiple_of(2), "isStarred": true }),
        json!({ "boxType": "archive" }),
        json!({ "boxType": "spam", "isRead": true }),
        json!({ "boxType": "trash" }),
        json!({ "putBack": true }),
        json!({ "isStarred": false }),
    ];
    let mut wanted = Vec::new();
    for (wish, mail) in wishes.into_iter().zip(mails) {
        // A commit that reports a failure may have taken effect: asking again is harmless.
        let mut values = wish;
        values["ids"] = json!([id(world, &mail)]);
        while call(world, "mail", "messagesOrganise", values.clone()).is_err() {}
        wanted.push((mail.clone(), here(world, &mail)));
    }
    wanted
}

fn assert_wanted(world: &World, wanted: &[(String, (String, bool, bool))], what: &str) {
    assert_eq!(queue(world), Vec::new(), "{what}");
    for (mail, placement) in wanted {
        assert_eq!(there(world, mail), *placement, "{:?} {what}", world.service);
    }
    assert_eq!(world.stored(), world.expected(), "{:?} {what}", world.service);
}

fn storage_trouble(service: Service) {
    for trouble in TROUBLES {
        let mut world = World::synced(service, 45);
        let mut struck = 0;
        for skip in 0.. {
            let wanted = change(&world, skip);
            world.edge.strike(skip, trouble);
            world.run();
            if world.edge.spare() {
                break;
            }
            struck += 1;
            world.recover();
            assert_wanted(&world, &wanted, &format!("{trouble:?} at {skip}"));
        }
        let least = if trouble == Trouble::CrashInFetch { 1 } else { 3 };
        assert!(struck >= least, "{trouble:?} struck {struck} calls");
        world.recover();
        world.assert_equal();
        world.assert_discreet();
    }
}

#[test]
fn no_change_on_its_way_to_google_is_lost_whatever_fails_here() {
    storage_trouble(Service::Google);
}

#[test]
fn no_change_on_its_way_to_microsoft_is_lost_whatever_fails_here() {
    storage_trouble(Service::Microsoft);
}

#[test]
fn no_change_is_lost_whatever_the_provider_answers() {
    let faults = [
        json!({ "status": 429, "retryAfter": 90 }),
        json!({ "status": 503 }),
        json!({ "status": 401 }),
        json!({ "action": "html" }),
        json!({ "action": "truncate" }),
        json!({ "action": "empty" }),
        json!({ "action": "drop-before" }),
        json!({ "action": "drop-after" }),
        json!({ "part": true, "status": 503 }),
        json!({ "part": true, "status": 429 }),
    ];
    for service in SERVICES {
        for fault in &faults {
            let mut world = World::synced(service, 45);
            for skip in 0..3 {
                let wanted = change(&world, skip);
                let mut rule = fault.clone();
                rule["provider"] = json!(service.name());
                rule["skip"] = json!(skip);
                world.control("fault", rule);
                world.run();
                world.control("clear-faults", json!({}));
                world.recover();
                assert_wanted(&world, &wanted, &format!("{fault} at {skip}"));
            }
            world.assert_discreet();
        }
    }
}

#[test]
fn a_commit_that_fails_before_or_after_it_took_effect_is_told_and_can_be_repeated() {
    for service in SERVICES {
        for trouble in [Trouble::FailsBefore, Trouble::FailsAfter] {
            let world = World::synced(service, 45);
            let mail = unread(&world);
            let wish = json!({ "ids": [id(&world, &mail)], "isRead": true, "boxType": "archive" });
            world.edge.strike(0, trouble);
            let error = call(&world, "mail", "messagesOrganise", wish.clone()).unwrap_err();
            assert_eq!(error.code().as_str(), "storage_failed");
            let took = trouble == Trouble::FailsAfter;
            assert_eq!(here(&world, &mail).1, took);
            assert_eq!(queue(&world).len(), usize::from(took), "all of it or nothing");
            call(&world, "mail", "messagesOrganise", wish).unwrap();
            assert_eq!(queue(&world).len(), 1);
            world.run();
            assert_settled(&world, "repeated");
        }
    }
}

#[test]
fn two_nodes_send_each_change_once_and_lose_none() {
    for service in SERVICES {
        let world = World::synced(service, 90);
        let mails: Vec<String> = world.state().iter().map(|mail| service.id(mail)).collect();
        let mails: Vec<&str> = mails.iter().map(String::as_str).collect();
        organise(&world, &mails, json!({ "isStarred": true, "isRead": true }));
        let alone = {
            let alone = World::synced(service, 90);
            organise(&alone, &mails, json!({ "isStarred": true, "isRead": true }));
            alone.requests();
            alone.run();
            alone.requests().len()
        };
        let other = Rc::new(Edge::new(Rc::clone(&world.site.host)));
        world.edge.takes_turns.set(true);
        other.takes_turns.set(true);
        let second = Plugin::new(Rc::clone(&other) as Rc<dyn Host>);
        world.requests();
        let everything = |plugin: Plugin| {
            let host = Rc::clone(&world.site.host);
            async move {
                for _ in 0..200 {
                    plugin.run_schedule("sync").await.unwrap();
                    if host.rows("mailOutgoing").is_empty() {
                        break;
                    }
                }
            }
        };
        let both = (everything(world.site.plugin.clone()), everything(second));
        pollster::block_on(futures_util::future::join(both.0, both.1));
        assert_eq!(
            world.requests().len(),
            alone,
            "{service:?}: no request was sent by both"
        );
        world.edge.takes_turns.set(false);
        world.run();
        assert_settled(&world, "by two nodes");
    }
}

#[test]
fn a_node_that_lost_its_lease_takes_nothing_out_of_the_queue() {
    for service in SERVICES {
        let world = World::synced(service, 45);
        let mail = unread(&world);
        organise(&world, &[&mail], json!({ "isRead": true }));
        world.edge.takes_turns.set(true);
        let mut slow = Box::pin(world.site.plugin.run_schedule("sync"));
        let mut context = std::task::Context::from_waker(std::task::Waker::noop());
        world.requests();
        while world.wire.take_requests().is_empty() {
            assert!(slow.as_mut().poll(&mut context).is_pending());
        }
        // It has sent the change and waits for the answer, while another node does everything and its user goes on.
        world.site.host.advance(TimeDelta::minutes(4));
        let other = Plugin::new(Rc::new(Edge::new(Rc::clone(&world.site.host))) as Rc<dyn Host>);
        while pollster::block_on(other.run_schedule("sync")).unwrap().again {}
        world.edge.takes_turns.set(false);
        organise(&world, &[&mail], json!({ "isRead": false }));
        pollster::block_on(slow).unwrap();
        assert_eq!(queue(&world).len(), 1, "{service:?}");
        world.run();
        assert!(!there(&world, &mail).1);
        assert_settled(&world, "after a lost lease");
    }
}

#[test]
fn a_change_made_while_one_is_sent_is_sent_after_it() {
    for service in SERVICES {
        let world = World::synced(service, 45);
        let mail = unread(&world);
        organise(&world, &[&mail], json!({ "isRead": true }));
        world.edge.takes_turns.set(true);
        let mut step = Box::pin(world.site.plugin.run_schedule("sync"));
        let mut context = std::task::Context::from_waker(std::task::Waker::noop());
        world.requests();
        while world.wire.take_requests().is_empty() {
            assert!(step.as_mut().poll(&mut context).is_pending());
        }
        world.edge.takes_turns.set(false);
        organise(&world, &[&mail], json!({ "isRead": false }));
        pollster::block_on(step).unwrap();
        world.run();
        assert!(!there(&world, &mail).1, "{service:?}: the last word counts");
        assert_settled(&world, "one after the other");
    }
}
