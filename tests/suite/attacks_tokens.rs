//! Token endpoints that answer what they should not, and refreshes that meet a crash or another node.
#![allow(missing_docs, clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]

use std::rc::Rc;

use crate::support::attack;
use crate::support::edge::{Edge, HANGS, Trouble};
use crate::support::service::{SERVICES, Service};
use crate::support::world::World;
use crate::support::{ORIGIN, USER, refusal};
use chrono::TimeDelta;
use email_manager::host::Host;
use email_manager::plugin::{ActionRequest, Plugin};
use http::{Request, Response};
use serde_json::{Value, json};

/// What token endpoints have been seen to answer: status and body, and the code of the error that it has to become.
fn strange_answers() -> Vec<(&'static str, u16, Vec<u8>, &'static str)> {
    let text = |text: &str| text.as_bytes().to_vec();
    vec![
        (
            "an error as a success",
            200,
            text(r#"{"error":"invalid_grant"}"#),
            "response_invalid",
        ),
        (
            "HTML",
            200,
            text("<html><h1>Sign in to the network</h1></html>"),
            "response_invalid",
        ),
        (
            "HTML as a refusal",
            400,
            text("<html>invalid_grant</html>"),
            "response_invalid",
        ),
        ("nothing", 200, Vec::new(), "response_invalid"),
        (
            "half an answer",
            200,
            text(r#"{"access_token":"half-a-t"#),
            "response_invalid",
        ),
        (
            "another kind of token",
            200,
            text(r#"{"access_token":"a","refresh_token":"b","token_type":"mac","expires_in":9}"#),
            "response_invalid",
        ),
        ("an oversized body", 200, oversized(), "provider_rejected"),
        ("a hanging body", 200, text(HANGS), "network_failed"),
        (
            "a fault of its own",
            503,
            text(r#"{"error":"invalid_grant"}"#),
            "provider_unavailable",
        ),
        (
            "too many requests",
            429,
            text(r#"{"error":"invalid_grant"}"#),
            "rate_limited",
        ),
    ]
}

/// Valid in everything but its length.
fn oversized() -> Vec<u8> {
    let padding = "x".repeat(64 << 10);
    let answer =
        json!({ "access_token": "a", "refresh_token": "b", "token_type": "Bearer", "padding": padding });
    answer.to_string().into_bytes()
}

fn is_token_request(request: &Request<Vec<u8>>) -> bool {
    request.uri().path().ends_with("/token")
}

/// Lets the token endpoint answer this from now on.
fn answer_with(world: &World, status: u16, body: Vec<u8>) {
    world
        .wire
        .tamper(move |request, response: &mut Response<Vec<u8>>| {
            if is_token_request(request) {
                *response.status_mut() = http::StatusCode::from_u16(status).unwrap();
                *response.body_mut() = body.clone();
                if body == HANGS.as_bytes() {
                    response.headers_mut().insert(HANGS, "1".parse().unwrap());
                }
            }
        });
}

fn refreshes(world: &World) -> usize {
    let requests = world.wire.take_requests();
    requests
        .iter()
        .filter(|request| request.ends_with("/token"))
        .count()
}

#[test]
fn linking_ends_in_a_clear_error_whatever_the_token_endpoint_answers() {
    for service in SERVICES {
        for (what, status, body, code) in strange_answers() {
            let world = World::new(service, 10);
            answer_with(&world, status, body);
            let error = world.link(USER, service.mailbox()).unwrap_err();
            assert_eq!(refusal(&error).0, code, "{what}: {error}");
            let told = format!("{error} {error:?}");
            assert!(!told.contains("half-a-t") && !told.contains("padding"), "{what}");
            assert!(
                world.secrets().iter().all(|secret| !told.contains(secret)),
                "{what}"
            );
            assert!(world.site.host.rows("mailAccounts").is_empty(), "{what}");
            world.assert_discreet();
        }
    }
}

#[test]
fn no_answer_but_a_dead_grant_ends_an_authorisation() {
    for service in SERVICES {
        for (what, status, body, code) in strange_answers() {
            let mut world = World::synced(service, 20);
            let before = world.account();
            answer_with(&world, status, body);
            world.site.host.advance(TimeDelta::minutes(61));
            world.run();
            let account = world.account();
            assert_eq!(account["status"], "failing", "{what}");
            assert_eq!(account["statusCode"], code, "{what}");
            for column in ["refreshToken", "accessToken", "tokenVersion"] {
                assert_eq!(account[column], before[column], "{what}: {column}");
            }
            assert_eq!(account["tokenLeaseUntil"], Value::Null, "{what}: others may try");
            world.wire.restore();
            world.recover();
            world.assert_equal();
            world.assert_discreet();
        }
    }
}

#[test]
fn two_nodes_that_need_a_token_at_the_moment_of_rotation_refresh_once() {
    for service in SERVICES {
        let world = World::synced(service, 20);
        // A refresh token that is used twice ends the grant: there is no second chance.
        world.control("application", json!({ "singleUseRefreshTokens": true }));
        world.site.host.advance(TimeDelta::minutes(61));
        world.wire.take_requests();
        world.edge.takes_turns.set(true);
        let node = || {
            let edge = Rc::new(Edge::new(Rc::clone(&world.site.host)));
            edge.takes_turns.set(true);
            Plugin::new(edge as Rc<dyn Host>)
        };
        // Only the provider can tell where a mail is that nothing here knows.
        let ask = |plugin: Plugin| {
            let email = world.service.mailbox();
            let asked = json!({ "email": email, "messageId": "<nowhere@nowhere.example>" });
            let request = request("explainMessage", &asked);
            async move { plugin.action(request).await.map(drop) }
        };
        let (here, there) = (world.site.plugin.clone(), node());
        let sync = async { node().run_schedule("sync").await.map(drop) };
        let asked = futures_util::future::join(ask(here), ask(there));
        let ((first, second), third) = pollster::block_on(futures_util::future::join(asked, sync));
        first.unwrap();
        second.unwrap();
        third.unwrap();
        assert_eq!(refreshes(&world), 1, "{service:?}");
        world.edge.takes_turns.set(false);
        // What is stored is what rotation has brought: the next refresh works with it.
        for _ in 0..3 {
            world.site.host.advance(TimeDelta::minutes(61));
            world.sync_emails();
            assert_eq!(refreshes(&world), 1);
            assert_eq!(world.account()["status"], "ready", "{service:?}");
        }
        world.assert_equal();
    }
}

#[test]
fn a_process_that_ends_between_the_token_answer_and_the_commit_loses_no_mailbox() {
    for service in SERVICES {
        for trouble in [
            Trouble::CrashInFetch,
            Trouble::CrashAfterCommit,
            Trouble::FailsBefore,
            Trouble::FailsAfter,
        ] {
            // Each call of the refresh in turn: the lease, the answer, the commit of what came.
            let calls = match (service, trouble) {
                // The token, and one exchange for all folders.
                (Service::Microsoft, Trouble::CrashInFetch) => 2,
                _ => 3,
            };
            for skip in 0..calls {
                let mut world = World::synced(service, 20);
                world.site.host.advance(TimeDelta::minutes(61));
                world.wire.take_requests();
                world.edge.strike(skip, trouble);
                world.run();
                let what = format!("{service:?} {trouble:?} {skip}");
                assert!(!world.edge.spare(), "{what}: nothing was struck");
                assert_ne!(world.account()["status"], "needs_reauthorization", "{what}");
                world.recover();
                assert_eq!(world.account()["status"], "ready", "{what}");
                world.assert_equal();
                world.assert_discreet();
            }
        }
    }
}

#[test]
fn a_process_that_ends_while_it_links_leaves_no_half_account_and_can_be_begun_again() {
    for service in SERVICES {
        for (trouble, skips) in [
            (Trouble::CrashInFetch, 2),
            (Trouble::CrashAfterCommit, 1),
            (Trouble::FailsBefore, 2),
        ] {
            for skip in 0..skips {
                let mut world = World::new(service, 10);
                let asked = json!({ "type": service.name() });
                let back = world.consent(USER, asked, service.mailbox(), |_| true);
                world.edge.strike(skip, trouble);
                let request = callback(&back);
                let ended = futures_util::FutureExt::now_or_never(world.site.plugin.action(request));
                assert!(ended.is_none_or(|result| result.is_err()));
                assert!(!world.edge.spare());
                assert!(
                    world.site.host.rows("mailAccounts").is_empty(),
                    "{trouble:?} {skip}"
                );
                world.restart();
                // The browser may send it again: it is told to begin again, or it goes through, and never in between.
                let again = pollster::block_on(world.site.plugin.action(callback(&back)));
                let accounts = world.site.host.rows("mailAccounts").len();
                assert_eq!(accounts, usize::from(again.is_ok()), "{trouble:?} {skip}");
                world.link(USER, service.mailbox()).unwrap();
                assert_eq!(world.site.host.rows("mailAccounts").len(), 1);
                world.assert_discreet();
            }
        }
    }
}

fn callback(back: &Value) -> ActionRequest {
    request("oauth2callback", back)
}

fn request(action: &str, values: &Value) -> ActionRequest {
    let session = format!("login of {}", USER.id);
    attack::request(ORIGIN, Some(&session), USER, action, values)
}
