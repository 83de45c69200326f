//! Replacing the encryption key: interrupted anywhere, and again and again.
#![allow(missing_docs, clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]

use crate::support::edge::Trouble;
use crate::support::service::{SERVICES, Service};
use crate::support::world::World;
use crate::support::{ADMIN, ORIGIN, USER, attack, refusal};
use chrono::TimeDelta;
use futures_util::FutureExt;
use serde_json::{Value, json};

fn rotate(world: &World) -> Result<Value, &'static str> {
    let rotated = world.site.mail(ADMIN, "rotateKey", json!({}));
    rotated.map_err(|error| refusal(&error).0)
}

fn finish(world: &World) {
    let tidy = || pollster::block_on(world.site.plugin.run_schedule("tidy")).unwrap();
    while tidy().again {}
}

/// The ids of the keys that stored secrets are under, with repetitions.
fn keys_in_use(world: &World) -> Vec<String> {
    let columns = [
        ("mailSettings", "clientSecret"),
        ("mailAccounts", "refreshToken"),
        ("mailAccounts", "accessToken"),
        ("mailAuthorizations", "verifier"),
    ];
    let sealed = columns.into_iter().flat_map(|(collection, column)| {
        let rows = world.site.host.rows(collection);
        rows.into_iter()
            .filter_map(move |row| row.get(column)?.as_str().map(str::to_owned))
    });
    sealed
        .map(|sealed| sealed.split('.').nth(1).unwrap().to_owned())
        .collect()
}

#[test]
fn a_replacement_that_is_interrupted_anywhere_goes_on_and_loses_no_secret() {
    // The two client secrets, the mailbox's tokens, the flow's verifier, the new key itself, and the note of the end.
    const COMMITS: usize = 6;
    for service in SERVICES {
        for trouble in [
            Trouble::FailsBefore,
            Trouble::FailsAfter,
            Trouble::CrashAfterCommit,
        ] {
            for commit in 0..COMMITS {
                let what = format!("{service:?} {trouble:?} at commit {commit}");
                let mut world = World::synced(service, 4);
                let asked = json!({ "type": service.name() });
                let back = world.consent(USER, asked, service.mailbox(), |_| true);
                let before = keys_in_use(&world);
                assert_eq!(before.len(), 5, "{what}");

                world.edge.strike(commit, trouble);
                let request = attack::request(ORIGIN, Some("login"), ADMIN, "rotateKey", &json!({}));
                let answered = world.site.plugin.action(request).now_or_never();
                if answered.is_some_and(|result| result.is_ok()) {
                    let _ = world.site.plugin.run_schedule("tidy").now_or_never();
                }
                assert!(!world.edge.spare(), "{what}: nothing was struck");
                world.restart();
                // A key that took effect is known by its number, whatever its answer was.
                let state = world.site.mail(ADMIN, "keyRotation", json!({})).unwrap();
                if state["generation"] == 0 {
                    rotate(&world).unwrap();
                }
                finish(&world);

                let state = world.site.mail(ADMIN, "keyRotation", json!({})).unwrap();
                assert_eq!(
                    (&state["generation"], &state["remaining"]),
                    (&json!(1), &json!(0)),
                    "{what}"
                );
                let after = keys_in_use(&world);
                assert_eq!(after.len(), 5, "{what}");
                assert!(
                    after.iter().all(|id| *id == after[0] && *id != before[0]),
                    "{what}"
                );
                // What was begun under the old key ends under the new one, and the tokens are those of before.
                world.site.mail(USER, "oauth2callback", back).unwrap();
                world.site.host.advance(TimeDelta::minutes(61));
                world.sync_emails();
                assert_eq!(world.account()["status"], "ready", "{what}");
                world.assert_equal();
                world.assert_discreet();
            }
        }
    }
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
