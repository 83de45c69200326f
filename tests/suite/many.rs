//! Many accounts on several nodes: fair turns, idle mailboxes, visits that wake them.
#![allow(missing_docs, clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]

use std::rc::Rc;

use crate::support::edge::Edge;
use crate::support::organising::{organise, queue, unread};
use crate::support::service::{SERVICES, Service};
use crate::support::world::World;
use crate::support::{OTHER, USER};
use chrono::TimeDelta;
use email_manager::host::Host;
use email_manager::plugin::Plugin;
use serde_json::{Value, json};

fn accounts(world: &World) -> Vec<serde_json::Map<String, Value>> {
    world.site.host.rows("mailAccounts")
}

fn stored(world: &World, user: i64) -> usize {
    world.shown().iter().filter(|row| row["userId"] == user).count()
}

#[test]
fn two_first_syncs_take_turns() {
    for service in SERVICES {
        let world = World::started(service, 400);
        world.link(OTHER, service.mailbox()).unwrap();
        world.start(OTHER, Value::Null);
        for _ in 0..60 {
            world.site.host.advance(TimeDelta::milliseconds(200));
            world.step().unwrap().unwrap();
            let (mine, theirs) = (stored(&world, USER.id), stored(&world, OTHER.id));
            if mine + theirs < 800 {
                assert!(mine.abs_diff(theirs) <= 200, "{service:?}: {mine} and {theirs}");
            }
        }
        world.run();
        assert_eq!((stored(&world, USER.id), stored(&world, OTHER.id)), (400, 400));
    }
}

/// How many steps the first sync of the other user takes, with a change of the first user on its way or not.
fn steps_beside(service: Service, changes: bool, stop: impl Fn(&World)) -> Value {
    let world = World::synced(service, 300);
    if changes {
        organise(&world, &[&unread(&world)], json!({ "isRead": true }));
    }
    stop(&world);
    world.link(OTHER, service.mailbox()).unwrap();
    world.start(OTHER, Value::Null);
    world.run();
    assert_eq!(stored(&world, OTHER.id), 300);
    assert_eq!(
        queue(&world).len(),
        usize::from(changes),
        "it waits for its mailbox"
    );
    accounts(&world)[1]["leaseNumber"].clone()
}

#[test]
fn a_change_of_a_mailbox_that_stands_still_slows_no_other_down() {
    let pause = |world: &World| {
        let email = world.service.mailbox();
        let values = json!({ "email": email, "paused": true });
        world.site.mail(USER, "pauseAccount", values).unwrap();
    };
    for service in SERVICES {
        assert_eq!(
            steps_beside(service, true, pause),
            steps_beside(service, false, pause),
            "{service:?}"
        );
    }
}

#[test]
fn several_steps_at_once_work_on_different_accounts() {
    let world = World::started(Service::Google, 60);
    world.link(OTHER, Service::Google.mailbox()).unwrap();
    world.start(OTHER, Value::Null);
    let other = Rc::new(Edge::new(Rc::clone(&world.site.host)));
    for edge in [&world.edge, &other] {
        edge.takes_turns.set(true);
    }
    let second = Plugin::new(Rc::clone(&other) as Rc<dyn Host>);
    let (here, there) = (world.site.plugin.clone(), second);
    // Both have looked at the accounts before either has taken one.
    let (one, two) = pollster::block_on(futures_util::future::join(
        here.run_schedule("sync"),
        there.run_schedule("sync"),
    ));
    assert!(one.unwrap().again && two.unwrap().again);
    let numbers: Vec<Value> = accounts(&world)
        .iter()
        .map(|row| row["leaseNumber"].clone())
        .collect();
    assert_eq!(numbers, [1, 1], "each took one");
}

#[test]
fn a_mailbox_where_nothing_happens_is_asked_less_often_until_something_does() {
    for service in SERVICES {
        let world = World::synced(service, 20);
        let passes = |world: &World, hours: i64| {
            let mut passes = 0;
            for _ in 0..hours * 60 {
                world.site.host.advance(TimeDelta::minutes(1));
                world.requests();
                world.run();
                passes += usize::from(!world.requests().is_empty());
            }
            passes
        };
        let first = passes(&world, 1);
        assert!((11..=12).contains(&first), "{service:?}: {first}");
        passes(&world, 8);
        let idle = passes(&world, 2);
        assert!((3..=5).contains(&idle), "{service:?}: {idle} in two idle hours");

        // Mail that comes makes it lively again.
        world.deliver(json!({ "subject": "At last" }));
        passes(&world, 1);
        world.assert_equal();
        let lively = passes(&world, 1);
        assert!((6..=12).contains(&lively), "{service:?}: {lively}");
    }
}

#[test]
fn a_user_who_comes_back_to_an_idle_mailbox_sees_what_is_new() {
    for service in SERVICES {
        let world = World::synced(service, 20);
        for _ in 0..200 {
            world.site.host.advance(TimeDelta::minutes(5));
            world.run();
        }
        world.deliver(json!({ "subject": "New" }));
        world.site.host.advance(TimeDelta::minutes(1));
        world.run();
        assert_eq!(world.stored().len(), 20, "it isn't due yet");
        let answer = world
            .site
            .call(Some(USER), "mail", "folders", json!({}), json!({}))
            .unwrap();
        assert_eq!(answer.wake, ["sync"]);
        world.run();
        world.assert_equal();
        // Coming again at once asks for nothing, and who looks is served at the pace of the settings.
        let again = world
            .site
            .call(Some(USER), "mail", "getMailAccounts", json!({}), json!({}))
            .unwrap();
        assert!(again.wake.is_empty());
    }
}
