//! Replacing the encryption key again and again.
#![allow(missing_docs, clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]

use crate::support::service::Service;
use crate::support::world::World;
use crate::support::{ADMIN, refusal};
use chrono::TimeDelta;
use serde_json::{Value, json};

fn rotate(world: &World) -> Result<Value, &'static str> {
    let rotated = world.site.mail(ADMIN, "rotateKey", json!({}));
    rotated.map_err(|error| refusal(&error).0)
}

fn finish(world: &World) {
    let tidy = || pollster::block_on(world.site.plugin.run_schedule("tidy")).unwrap();
    while tidy().again {}
}

#[test]
fn hundreds_of_rotations_keep_only_a_few_keys() {
    let world = World::synced(Service::Google, 4);
    let (mut done, mut refused) = (0, 0);
    for _ in 0..300 {
        match rotate(&world) {
            Ok(_) => done += 1,
            Err(code) => {
                assert_eq!(code, "conflict");
                refused += 1;
            }
        }
        finish(&world);
        assert!(world.site.host.rows("mailKeys").len() <= 9);
    }
    assert_eq!(done + refused, 300);
    assert_eq!(done, 8);

    // With time, there may be as many as one likes, and none of them stays.
    world.site.host.advance(TimeDelta::hours(1));
    for _ in 0..300 {
        world.site.host.advance(TimeDelta::minutes(20));
        rotate(&world).unwrap();
        finish(&world);
        assert!(world.site.host.rows("mailKeys").len() <= 9);
    }
    world.site.host.advance(TimeDelta::hours(2));
    rotate(&world).unwrap();
    world.site.host.advance(TimeDelta::hours(2));
    finish(&world);
    assert_eq!(world.site.host.rows("mailKeys").len(), 1);
    world.sync_emails();
    assert_eq!(world.account()["status"], "ready");
    world.assert_equal();
}
