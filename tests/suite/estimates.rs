//! How much a first sync from a date on expects of a mailbox too large to be counted (Gmail).
#![allow(missing_docs, clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]

use crate::support::USER;
use crate::support::service::Service;
use crate::support::world::World;
use chrono::TimeDelta;
use serde_json::json;

#[test]
fn a_mailbox_beyond_ten_thousand_mails_is_estimated_while_its_first_sync_runs() {
    const COUNT: usize = 24_000;
    let world = World::linked(Service::Google, COUNT as u32);
    let oldest = world.state()[COUNT - 1]["received"].clone();
    world.start(USER, oldest);
    world.edge.is_slow.set(true);
    world.requests();
    while world.account()["syncState"]["total"].is_null() {
        world.step().unwrap().unwrap();
        world.site.host.advance(TimeDelta::seconds(10));
    }
    let state = world.account()["syncState"].clone();
    assert_eq!(
        (&state["isEstimate"], &state["done"]),
        (&json!(true), &json!(false))
    );
    let total = state["total"].as_u64().unwrap();
    assert!((12_000..=COUNT as u64).contains(&total), "{total} of {COUNT}");
    // Counting costs little: twenty pages of ids, one message and the profile, beside the first page.
    assert!(world.requests().len() < 30);
    assert!(state["stored"].as_u64().unwrap() < 1_000, "{state}");
}
