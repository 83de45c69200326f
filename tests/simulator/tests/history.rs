//! What the authorisation servers remember for tests: spent refresh tokens, and everything secret.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "test code")]

mod common;

use common::server::BOTH;
use common::{Client, VERIFIER, body_json};
use serde_json::{Value, json};

#[test]
fn refresh_tokens_of_single_use_rotate_and_their_second_use_ends_the_grant() {
    for server in BOTH {
        let mut client = Client::new(10);
        client.control("application", json!({ "singleUseRefreshTokens": true }));
        let code = server.consent(&mut client, &[]);
        let token = |answer: &Value| answer["refresh_token"].as_str().unwrap().to_owned();
        let first = token(&server.exchange(&mut client, &code, &[]).1);
        let second = token(&server.refresh(&mut client, &first).1);
        let third = token(&server.refresh(&mut client, &second).1);
        let (status, refused) = server.refresh(&mut client, &first);
        assert_eq!((status, &refused["error"]), (400, &json!("invalid_grant")));
        assert_eq!(
            server.refresh(&mut client, &third).0,
            400,
            "the newest one has ended too"
        );
    }
}

#[test]
fn everything_secret_that_has_passed_is_listed() {
    for server in BOTH {
        let mut client = Client::new(10);
        let code = server.consent(&mut client, &[]);
        let tokens = server.exchange(&mut client, &code, &[]).1;
        let listed = body_json(&client.call("GET", "/control/secrets", "", Vec::new()));
        let text = |value: &Value| value.as_str().unwrap().to_owned();
        for secret in [
            server.secret.to_owned(),
            code,
            text(&tokens["access_token"]),
            text(&tokens["refresh_token"]),
            VERIFIER.to_owned(),
        ] {
            assert!(listed.as_array().unwrap().contains(&json!(secret)), "{secret}");
        }
    }
}
