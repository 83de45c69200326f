//! Attacks on "Link account" with codes and addresses: injected, downgraded, redirected, sent twice, or somebody else's.
//!
//! Each is made with a code that the simulated provider has really issued: only our own guard stands in its way, or the
//! provider's where the guard is what we send it.
#![allow(missing_docs, clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]

use std::rc::Rc;

use crate::support::attack::{
    asked, assert_refused, assert_silent, assert_still_good, callback, consented, from, request, with,
};
use crate::support::edge::Edge;
use crate::support::service::{SERVICES, Service};
use crate::support::world::World;
use crate::support::{ORIGIN, OTHER, USER, parameters, refusal};
use email_manager::error::Result;
use email_manager::host::Host;
use email_manager::plugin::{ActionResponse, Plugin};
use serde_json::json;

#[test]
fn a_code_of_another_provider_is_taken_to_the_one_that_was_asked_and_opens_nothing() {
    for (service, other) in [
        (Service::Google, Service::Microsoft),
        (Service::Microsoft, Service::Google),
    ] {
        let world = World::new(service, 10);
        let back = consented(&world, USER);
        let theirs = world.consent(USER, asked(other), other.mailbox(), |_| true);
        world.wire.take_requests();
        let mut mixed = with(&back, "code", theirs["code"].clone());
        // The browser has no say in who is asked.
        mixed["type"] = json!(other.name());
        let error = callback(&world, USER, &mixed).unwrap_err();
        assert_eq!(refusal(&error).0, "state_invalid", "{error}");
        assert_silent(&world, &error);
        let asked = world.wire.take_requests();
        assert_eq!(asked.len(), 1, "{asked:?}");
        assert!(
            asked[0].starts_with(&format!("POST /{}/", service.name())),
            "{asked:?}"
        );
        assert!(world.site.host.rows("mailAccounts").is_empty());
        assert_eq!(
            callback(&world, USER, &theirs).unwrap()["account"]["type"],
            other.name()
        );
    }
}

#[test]
fn a_code_injected_from_another_flow_opens_nothing() {
    for service in SERVICES {
        let world = World::new(service, 10);
        let back = consented(&world, USER);
        // Somebody's own code, for their own mailbox, in the callback of the one who is attacked; and the other way round.
        let injected = world.consent(OTHER, asked(service), service.other_mailbox(), |_| true);
        for (user, own, stolen) in [(USER, &back, &injected), (OTHER, &injected, &back)] {
            let error = callback(&world, user, &with(own, "code", stolen["code"].clone())).unwrap_err();
            assert_eq!(refusal(&error).0, "state_invalid", "{error}");
            assert_silent(&world, &error);
        }
        assert!(world.site.host.rows("mailAccounts").is_empty());
    }
}

#[test]
fn without_its_challenge_a_code_is_not_exchanged() {
    for service in SERVICES {
        let world = World::new(service, 10);
        for downgrade in [
            ("code_challenge", ""),
            ("code_challenge", "an-attackers-own-challenge-an-attackers-own"),
        ] {
            let url = world.site.mail(USER, "oauth2url", asked(service)).unwrap()["url"].clone();
            let sent = parameters(url.as_str().unwrap());
            assert_eq!(sent["code_challenge_method"], "S256");
            let mut changed = url::Url::parse(url.as_str().unwrap()).unwrap();
            changed
                .query_pairs_mut()
                .clear()
                .extend_pairs(sent.iter().map(|(name, value)| {
                    let is_it = name == downgrade.0;
                    (name, if is_it { downgrade.1 } else { value })
                }));
            let back = world.decide(changed.as_str(), service.mailbox(), |_| true);
            // The verifier is sent whatever the page was asked for: a provider that knows no challenge for it refuses.
            let error = callback(&world, USER, &back).unwrap_err();
            assert_eq!(refusal(&error).0, "state_invalid", "{error}");
            assert!(world.site.host.rows("mailAccounts").is_empty());
        }
    }
}

#[test]
fn the_answer_of_another_issuer_gets_nowhere() {
    for service in SERVICES {
        let world = World::new(service, 10);
        for issuer in [
            "https://evil.example",
            "https://accounts.google.com.evil.example",
            "https://accounts.google.com/",
            "http://accounts.google.com",
            "https://login.microsoftonline.com/common/v2.0",
            "https://login.microsoftonline.com/../v2.0",
            "https://login.microsoftonline.com//v2.0",
            "http://127.0.0.1:14101",
            match service {
                Service::Google => {
                    "https://login.microsoftonline.com/3f2a9c4e-51b7-4d0e-9a86-7c1d5e2b8f04/v2.0"
                }
                Service::Microsoft => "https://accounts.google.com",
            },
        ] {
            let back = consented(&world, USER);
            let result = callback(&world, USER, &with(&back, "iss", json!(issuer)));
            assert_refused(&world, issuer, result);
        }
        let own = match service {
            Service::Google => "https://accounts.google.com",
            Service::Microsoft => {
                "https://login.microsoftonline.com/3f2a9c4e-51b7-4d0e-9a86-7c1d5e2b8f04/v2.0"
            }
        };
        let back = consented(&world, USER);
        assert_still_good(&world, &with(&back, "iss", json!(own)));
    }
}

#[test]
fn another_redirect_uri_by_host_path_case_or_port_gets_nowhere() {
    for service in SERVICES {
        let world = World::new(service, 10);
        let back = consented(&world, USER);
        let session = format!("login of {}", USER.id);
        for origin in [
            "https://evil.example",
            "https://crm.example.com.evil.example",
            "https://crm.example.com:444",
            "http://crm.example.com",
            "https://crm.example.com/v",
            "https://CRM.example.com",
            "https://crm.example.com.",
            "https://user@crm.example.com",
        ] {
            let error = from(&world, origin, Some(&session), USER, &back).unwrap_err();
            let expected = if origin.contains('@') {
                "not_configured"
            } else {
                "state_invalid"
            };
            assert_eq!(refusal(&error).0, expected, "{origin}: {error}");
            assert_eq!(world.wire.take_requests(), [""; 0], "{origin}");
        }
        for uri in [
            "https://evil.example/admin/settings/mail/oauth2",
            "https://crm.example.com/admin/settings/mail/oauth2/",
            "https://crm.example.com/admin/settings/mail/oauth2?x",
            "https://crm.example.com/admin/settings/mail/../mail/oauth2",
            "https://crm.example.com/Admin/settings/mail/oauth2",
            "https://crm.example.com/admin/settings/mail/OAuth2",
            "https://crm.example.com:443/admin/settings/mail/oauth2",
            "http://crm.example.com/admin/settings/mail/oauth2",
        ] {
            let result = callback(&world, USER, &with(&back, "redirectUri", json!(uri)));
            assert_refused(&world, uri, result);
        }
        let own = json!(format!("{ORIGIN}/admin/settings/mail/oauth2"));
        assert_still_good(&world, &with(&back, "redirectUri", own));
    }
}

#[test]
fn no_parameter_moves_the_address_that_people_are_sent_back_to() {
    let world = World::new(Service::Google, 10);
    let evil = "https://evil.example/";
    let names = [
        "redirect_uri",
        "redirectUri",
        "returnTo",
        "return",
        "next",
        "url",
        "origin",
        "publicUrl",
        "state",
    ];
    for service in SERVICES {
        let mut values = asked(service);
        for name in names {
            values[name] = json!(evil);
        }
        let url = world.site.mail(USER, "oauth2url", values).unwrap()["url"].clone();
        let sent = parameters(url.as_str().unwrap());
        assert_eq!(
            sent["redirect_uri"],
            format!("{ORIGIN}/admin/settings/mail/oauth2")
        );
        assert!(!url.as_str().unwrap().contains("evil"), "{url}");
    }
    // The address that an administrator entered holds, whatever host a request came to.
    world
        .site
        .save("general", json!({ "publicUrl": "https://mail.example.com" }))
        .unwrap();
    let session = format!("login of {}", USER.id);
    let request = request(
        "https://evil.example",
        Some(&session),
        USER,
        "oauth2url",
        &asked(Service::Google),
    );
    let answer = pollster::block_on(world.site.plugin.action(request))
        .unwrap()
        .body;
    let sent = parameters(answer["url"].as_str().unwrap());
    assert_eq!(
        sent["redirect_uri"],
        "https://mail.example.com/admin/settings/mail/oauth2"
    );
}

#[test]
fn a_callback_that_is_sent_twice_at_once_is_exchanged_once_on_one_node_and_on_two() {
    for service in SERVICES {
        for nodes in [1, 2] {
            let world = World::new(service, 10);
            let back = consented(&world, USER);
            world.wire.take_requests();
            world.edge.takes_turns.set(true);
            let second = Rc::new(Edge::new(Rc::clone(&world.site.host)));
            second.takes_turns.set(true);
            let second = match nodes {
                1 => world.site.plugin.clone(),
                _ => Plugin::new(second as Rc<dyn Host>),
            };
            let answer = |plugin: Plugin| {
                let session = format!("login of {}", USER.id);
                let request = request(ORIGIN, Some(&session), USER, "oauth2callback", &back);
                async move { plugin.action(request).await }
            };
            let both = futures_util::future::join(answer(world.site.plugin.clone()), answer(second));
            let (first, second): (Result<ActionResponse>, Result<ActionResponse>) = pollster::block_on(both);
            let (first, second) = (first.unwrap().body, second.unwrap().body);
            assert_eq!(first["account"]["id"], second["account"]["id"]);
            assert_eq!(
                (&first["created"], &second["created"]),
                (&json!(true), &json!(true))
            );
            let asked = world.wire.take_requests();
            let exchanges = asked.iter().filter(|each| each.ends_with("/token")).count();
            assert_eq!(exchanges, 1, "{service:?} on {nodes}: {asked:?}");
            assert_eq!(world.site.host.rows("mailAccounts").len(), 1);
        }
    }
}
