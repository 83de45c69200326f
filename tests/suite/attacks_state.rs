//! Attacks on the state of an authorisation: missing, foreign, somebody else's, of another login, used, expired.
//!
//! Each is made with a code that the simulated provider has really issued: only the state stands in its way.
#![allow(missing_docs, clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]

use crate::support::attack::{assert_refused, assert_still_good, callback, consented, from, with};
use crate::support::service::SERVICES;
use crate::support::world::World;
use crate::support::{ORIGIN, OTHER, USER, refusal};
use chrono::TimeDelta;
use serde_json::{Value, json};

#[test]
fn a_state_that_is_missing_gets_nowhere() {
    for service in SERVICES {
        let world = World::new(service, 10);
        let back = consented(&world, USER);
        for state in [
            Value::Null,
            json!(""),
            json!(0),
            json!([back["state"]]),
            json!({}),
        ] {
            let result = callback(&world, USER, &with(&back, "state", state.clone()));
            assert_refused(&world, &state.to_string(), result);
        }
        assert_still_good(&world, &back);
    }
}

#[test]
fn a_state_of_another_site_gets_nowhere() {
    for service in SERVICES {
        let (world, elsewhere) = (World::new(service, 10), World::new(service, 10));
        // Another installation draws other states: here the second one of the same generator.
        consented(&elsewhere, USER);
        let foreign = consented(&elsewhere, USER);
        let back = consented(&world, USER);
        let near = format!("{}A", back["state"].as_str().unwrap());
        for state in [
            foreign["state"].clone(),
            json!(near),
            json!("%"),
            json!("' OR 1=1 --"),
        ] {
            let result = callback(&world, USER, &with(&back, "state", state.clone()));
            assert_refused(&world, &state.to_string(), result);
        }
        assert_still_good(&world, &back);
    }
}

#[test]
fn a_state_of_another_user_gets_nowhere() {
    for service in SERVICES {
        let world = World::new(service, 10);
        let back = consented(&world, USER);
        assert_refused(&world, "another user", callback(&world, OTHER, &back));
        // A login of the same name is no help to somebody else.
        let session = format!("login of {}", USER.id);
        let result = from(&world, ORIGIN, Some(&session), OTHER, &back);
        assert_refused(&world, "another user with the same login", result);
        assert_still_good(&world, &back);
    }
}

#[test]
fn a_state_of_another_session_gets_nowhere() {
    for service in SERVICES {
        let world = World::new(service, 10);
        let back = consented(&world, USER);
        for session in [Some("another login"), Some(""), None] {
            let result = from(&world, ORIGIN, session, USER, &back);
            assert_refused(&world, &format!("{session:?}"), result);
        }
        assert_still_good(&world, &back);
    }
}

#[test]
fn a_state_that_was_used_is_good_for_nothing_else() {
    for service in SERVICES {
        let world = World::new(service, 10);
        let back = consented(&world, USER);
        let linked = callback(&world, USER, &back).unwrap();
        let fresh = consented(&world, USER);
        world.wire.take_requests();
        for changed in [
            with(&back, "code", fresh["code"].clone()),
            with(&back, "code", Value::Null),
            json!({ "state": back["state"], "error": "access_denied" }),
        ] {
            let error = callback(&world, USER, &changed).unwrap_err();
            assert_eq!(refusal(&error).0, "state_invalid");
        }
        // The very same answer again gets the same end, and nobody is asked.
        assert_eq!(
            callback(&world, USER, &back).unwrap()["account"],
            linked["account"]
        );
        assert_eq!(world.wire.take_requests(), [""; 0]);
        assert_eq!(world.site.host.rows("mailAccounts").len(), 1);
    }
}

#[test]
fn a_state_that_has_expired_gets_nowhere() {
    for service in SERVICES {
        let world = World::new(service, 10);
        let back = consented(&world, USER);
        world
            .site
            .host
            .advance(TimeDelta::minutes(10) + TimeDelta::milliseconds(1));
        assert_refused(&world, "expired", callback(&world, USER, &back));
        pollster::block_on(world.site.plugin.run_schedule("tidy")).unwrap();
        assert!(world.site.host.rows("mailAuthorizations").is_empty());
        assert_refused(&world, "forgotten", callback(&world, USER, &back));

        let back = consented(&world, USER);
        world.site.host.advance(TimeDelta::minutes(10));
        assert_still_good(&world, &back);
    }
}
