//! Several nodes on one database: leases, and requests that come while a step is under way.
#![allow(missing_docs, clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]

use std::pin::Pin;
use std::rc::Rc;

use crate::support::edge::Edge;
use crate::support::service::{SERVICES, Service};
use crate::support::world::World;
use crate::support::{ORIGIN, USER};
use chrono::TimeDelta;
use email_manager::host::Host;
use email_manager::plugin::{ActionRequest, Plugin};
use serde_json::{Map, Value, json};

#[test]
fn two_nodes_share_the_work_and_store_nothing_twice() {
    for service in SERVICES {
        let world = World::started(service, 60);
        let other = Rc::new(Edge::new(Rc::clone(&world.site.host)));
        world.edge.takes_turns.set(true);
        other.takes_turns.set(true);
        let second = Plugin::new(Rc::clone(&other) as Rc<dyn Host>);
        let everything = |plugin: Plugin| {
            let host = Rc::clone(&world.site.host);
            async move {
                let mut steps = 0;
                for _ in 0..200 {
                    let again = plugin.run_schedule("sync").await.unwrap().again;
                    steps += usize::from(again);
                    if !again && host.rows("mailAccounts")[0]["syncState"]["done"] == json!(true) {
                        break;
                    }
                }
                steps
            }
        };
        let plugins = (everything(world.site.plugin.clone()), everything(second));
        let (here, there) = pollster::block_on(futures_util::future::join(plugins.0, plugins.1));
        assert!(here > 0 && there > 0, "{service:?}: {here} and {there} steps");
        world.assert_equal();
        assert_eq!(world.account()["syncState"]["stored"], 60);
        let alone = World::started(service, 60);
        alone.run();
        assert_eq!(
            world.requests().len(),
            alone.requests().len(),
            "no request was sent by both"
        );
        assert_eq!(world.account()["leaseNumber"], json!(here + there));
    }
}

/// The run of a first sync that has just stored its first page. What runs before it have asked is forgotten.
fn with_a_page_stored(world: &World) -> Pin<Box<impl Future>> {
    world.edge.takes_turns.set(true);
    let mut context = std::task::Context::from_waker(std::task::Waker::noop());
    loop {
        world.requests();
        let mut run = Box::pin(world.site.plugin.run_schedule("sync"));
        while run.as_mut().poll(&mut context).is_pending() {
            if !world.stored().is_empty() {
                return run;
            }
        }
    }
}

#[test]
fn the_next_page_is_asked_for_before_the_one_before_is_stored() {
    for service in SERVICES {
        let world = World::started(service, 600);
        let run = with_a_page_stored(&world);
        let page = match service {
            Service::Google => "/batch",
            Service::Microsoft => "/messages/delta",
        };
        let asked = world.requests();
        let pages = asked.iter().filter(|request| request.contains(page)).count();
        // The first page alone takes one.
        assert!(pages > 1, "{asked:?}");
        drop(run);
    }
}

#[test]
fn a_node_that_lost_its_lease_while_it_reads_ahead_writes_nothing_more() {
    for service in SERVICES {
        let world = World::started(service, 600);
        let slow = with_a_page_stored(&world);
        assert!(
            world.stored().len() < world.expected().len(),
            "there is more to come"
        );
        // Another node takes over and does the rest.
        let other = Plugin::new(Rc::new(Edge::new(Rc::clone(&world.site.host))) as Rc<dyn Host>);
        world.site.host.advance(TimeDelta::minutes(4));
        while pollster::block_on(other.run_schedule("sync")).unwrap().again {}
        world.assert_equal();
        let state = || {
            (
                world.stored(),
                world.site.host.rows("mailSyncCursors"),
                world.account(),
            )
        };
        let done = state();
        pollster::block_on(slow);
        assert_eq!(state(), done, "{service:?}");
    }
}

#[test]
fn a_node_that_lost_its_lease_writes_nothing() {
    for service in SERVICES {
        let world = World::started(service, 40);
        while world.stored().is_empty() {
            world.step().unwrap().unwrap();
        }
        // The slow node waits for an answer until another one has done all the work.
        world.edge.takes_turns.set(true);
        let mut slow = Box::pin(world.site.plugin.run_schedule("sync"));
        let mut context = std::task::Context::from_waker(std::task::Waker::noop());
        for _ in 0..6 {
            assert!(slow.as_mut().poll(&mut context).is_pending());
        }
        let other = Plugin::new(Rc::new(Edge::new(Rc::clone(&world.site.host))) as Rc<dyn Host>);
        assert!(
            !pollster::block_on(other.run_schedule("sync")).unwrap().again,
            "the lease is held"
        );
        world.site.host.advance(TimeDelta::minutes(4));
        let inbox = world.in_box("in");
        world.touch("delete", &inbox[0], json!({}));
        while pollster::block_on(other.run_schedule("sync")).unwrap().again {}
        let done = (
            world.stored(),
            world.site.host.rows("mailSyncCursors"),
            world.account(),
        );
        pollster::block_on(slow).unwrap();
        let after = (
            world.stored(),
            world.site.host.rows("mailSyncCursors"),
            world.account(),
        );
        assert_eq!(after, done, "{service:?}");
        world.edge.takes_turns.set(false);
        world.sync_emails();
        world.assert_equal();
    }
}

#[test]
fn a_request_made_while_the_last_step_runs_is_answered_at_once() {
    for service in SERVICES {
        let steps = |world: &World| {
            world.site.host.advance(TimeDelta::minutes(6));
            std::iter::from_fn(|| world.step().unwrap().unwrap().then_some(())).count()
        };
        let count = steps(&World::synced(service, 40));

        let world = World::synced(service, 40);
        world.site.host.advance(TimeDelta::minutes(6));
        for _ in 1..count {
            assert!(world.step().unwrap().unwrap());
        }
        assert!(!world.account()["syncState"]["passStartedAt"].is_null());
        world.edge.takes_turns.set(true);
        let mut last = Box::pin(world.site.plugin.run_schedule("sync"));
        let mut context = std::task::Context::from_waker(std::task::Waker::noop());
        while world.account()["leaseUntil"].is_null() {
            assert!(last.as_mut().poll(&mut context).is_pending());
        }
        world.site.host.advance(TimeDelta::milliseconds(1));
        world.deliver(json!({ "subject": "Came just now" }));
        world.site.mail(USER, "messagesSync", json!({})).unwrap();
        assert!(pollster::block_on(last).unwrap().again);
        assert_eq!(
            world.account()["syncState"]["passStartedAt"],
            Value::Null,
            "the pass has ended"
        );
        world.edge.takes_turns.set(false);
        world.run();
        world.assert_equal();
        assert_eq!(world.account()["syncRequestedAt"], Value::Null);
    }
}

/// What a user asks for while a first sync goes on, after so many turns of it, each call taking its turns beside the
/// steps. Returns whether the steps were still under way.
fn interrupted(world: &World, action: &str, values: &Value, turns: usize) -> bool {
    let mut context = std::task::Context::from_waker(std::task::Waker::noop());
    let slow = Rc::new(Edge::new(Rc::clone(&world.site.host)));
    slow.takes_turns.set(true);
    world.edge.takes_turns.set(true);
    let mut step = with_a_page_stored(world);
    let user = Plugin::new(slow as Rc<dyn Host>);
    let mut asked = Box::pin(user.action(request(action, values)));
    for _ in 0..turns {
        if asked.as_mut().poll(&mut context).is_ready() {
            return false;
        }
    }
    // A page is written in between.
    let before = world.stored().len();
    let mut ended = false;
    while !ended && world.stored().len() == before {
        ended = step.as_mut().poll(&mut context).is_ready();
    }
    pollster::block_on(asked).unwrap();
    if !ended {
        pollster::block_on(step);
    }
    world.edge.takes_turns.set(false);
    true
}

fn request(action: &str, values: &Value) -> ActionRequest {
    ActionRequest {
        resource: "mail".to_owned(),
        action: action.to_owned(),
        params: Map::new(),
        values: values.as_object().unwrap().clone(),
        user: Some(USER),
        session: Some("login of 2".to_owned()),
        origin: ORIGIN.to_owned(),
        language: "en-US".to_owned(),
        file: None,
    }
}

#[test]
fn what_a_step_writes_while_its_user_asks_for_something_else_is_counted() {
    for service in SERVICES {
        let email = service.mailbox();
        for (action, values) in [
            ("pauseAccount", json!({ "email": email, "paused": true })),
            ("messagesResync", json!({ "email": email })),
        ] {
            for turns in 1.. {
                let world = World::started(service, 600);
                if !interrupted(&world, action, &values, turns) {
                    assert!(turns > 3, "{turns} turns");
                    break;
                }
                if action == "pauseAccount" {
                    let values = json!({ "email": email, "paused": false });
                    world.site.mail(USER, "pauseAccount", values).unwrap();
                }
                world.run();
                world.assert_equal();
                let stored = &world.account()["syncState"]["stored"];
                assert_eq!(*stored, 600, "{service:?}: {action} at turn {turns}");
            }
        }
    }
}
