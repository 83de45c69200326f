//! Pages and batches of a provider whose answers take long, or do not.
#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "tests"
)]

use std::cell::RefCell;
use std::rc::Rc;

use crate::support::service::{SERVICES, Service};
use crate::support::world::World;
use chrono::TimeDelta;
use http::{Request, Response};
use serde_json::Value;

/// How many mails each answer held, of those that hold any.
fn sizes(world: &World) -> Rc<RefCell<Vec<usize>>> {
    let sizes: Rc<RefCell<Vec<usize>>> = Rc::default();
    let (seen, service) = (Rc::clone(&sizes), world.service);
    world.wire.tamper(move |request, answer| {
        let size = match service {
            Service::Google => in_batch(request, answer),
            Service::Microsoft => in_page(request, answer),
        };
        seen.borrow_mut().extend(size.filter(|size| *size > 0));
    });
    sizes
}

fn in_page(request: &Request<Vec<u8>>, answer: &Response<Vec<u8>>) -> Option<usize> {
    let is_feed = request.uri().path().ends_with("/messages/delta");
    let page: Value = serde_json::from_slice(answer.body()).ok()?;
    page["value"].as_array().filter(|_| is_feed).map(Vec::len)
}

fn in_batch(request: &Request<Vec<u8>>, answer: &Response<Vec<u8>>) -> Option<usize> {
    let is_batch = request.uri().path().ends_with("/batch/gmail/v1");
    let parts = String::from_utf8_lossy(answer.body())
        .matches("Content-ID: <response-item")
        .count();
    is_batch.then_some(parts)
}

fn is_done(world: &World) -> bool {
    world.account()["syncState"]["done"] == true && world.account()["status"] == "ready"
}

/// Runs with pauses until the first sync has ended.
fn finish(world: &World) {
    for _ in 0..200 {
        world.run();
        if is_done(world) {
            return;
        }
        world.site.host.advance(TimeDelta::minutes(1));
    }
    panic!("{:?}", world.account());
}

/// The largest answer that an ordinary mailbox leads to, in mails and in bytes.
fn largest(service: Service) -> (usize, usize) {
    let world = World::started(service, 450);
    let bytes = Rc::new(RefCell::new((0, 0)));
    let seen = Rc::clone(&bytes);
    world.wire.tamper(move |request, answer| {
        let size = match service {
            Service::Google => in_batch(request, answer),
            Service::Microsoft => in_page(request, answer),
        };
        let before = *seen.borrow();
        *seen.borrow_mut() = before.max((size.unwrap_or(0), answer.body().len()));
    });
    world.run();
    bytes.take()
}

#[test]
fn a_provider_whose_answers_take_too_long_is_asked_for_less_until_they_come() {
    for service in SERVICES {
        let (best, bytes) = largest(service);
        let world = World::started(service, 450);
        let sizes = sizes(&world);
        // The best page would take a minute and a half.
        world.edge.bytes_per_second.set(Some(bytes / 90));
        finish(&world);
        world.assert_equal();
        let slow = sizes.take();
        let last = slow[slow.len() / 2..].iter().max().unwrap();
        assert!(*last <= best / 2, "{service:?}: {best} and then {slow:?}");
        assert!(*last >= best / 16, "{service:?}: {best} and then {slow:?}");
    }
}

#[test]
fn a_provider_that_answers_quickly_is_asked_for_the_most_throughout() {
    for service in SERVICES {
        let (best, bytes) = largest(service);
        let world = World::started(service, 450);
        let sizes = sizes(&world);
        world.edge.bytes_per_second.set(Some(bytes));
        finish(&world);
        world.assert_equal();
        let ordinary = World::started(service, 450);
        let expected = self::sizes(&ordinary);
        ordinary.run();
        assert_eq!(sizes.borrow().iter().max(), Some(&best), "{service:?}");
        assert_eq!(sizes.borrow().len(), expected.borrow().len(), "{service:?}");
    }
}

#[test]
fn pages_grow_again_when_the_provider_has_recovered() {
    for service in SERVICES {
        let (best, bytes) = largest(service);
        let world = World::started(service, 1_600);
        let sizes = sizes(&world);
        world.edge.bytes_per_second.set(Some(bytes / 90));
        let stored = || world.shown().len();
        for _ in 0..100 {
            if stored() > 300 {
                break;
            }
            world.step();
            world.site.host.advance(TimeDelta::minutes(1));
        }
        sizes.take();
        world.edge.bytes_per_second.set(None);
        finish(&world);
        world.assert_equal();
        let recovered = sizes.take();
        assert!(
            recovered[0] <= best / 2,
            "{service:?}: {best} and then {recovered:?}"
        );
        // Sizes double: what is beyond the half has the best one, however many happened to be left for it.
        assert!(
            recovered.iter().any(|size| *size > best / 2),
            "{service:?}: {best} and then {recovered:?}"
        );
    }
}
