//! Both authorisation servers: the way through, and everything that must not go through.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "test code")]

mod common;

use common::server::{BOTH, GOOGLE, MICROSOFT, Server};
use common::{ALICE, Client, REDIRECT, query, redirected};
use serde_json::json;

#[test]
fn consent_page_offers_the_seeded_mailboxes_and_both_buttons() {
    for server in BOTH {
        let mut client = Client::new(10);
        let target = format!(
            "{}?{}",
            server.authorize,
            server.query(&[("login_hint", server.user)])
        );
        let response = client.call("GET", &target, "", Vec::new());
        let page = String::from_utf8(response.body().clone()).unwrap();
        assert_eq!(response.status(), 200);
        for part in [
            "id=\"allow\"",
            "id=\"deny\"",
            "SIMULATOR",
            server.user,
            server.client_id,
            "type=\"checkbox\"",
        ] {
            assert!(page.contains(part), "{part}");
        }
        assert!(page.contains(&format!("value=\"{}\" required checked", server.user)));
    }
}

#[test]
fn code_becomes_tokens_that_open_the_mailbox() {
    for server in BOTH {
        let mut client = Client::new(10);
        let code = server.consent(&mut client, &[]);
        let (status, tokens) = server.exchange(&mut client, &code, &[]);
        assert_eq!(status, 200, "{tokens}");
        assert_eq!(tokens["token_type"], "Bearer");
        assert_eq!(tokens["id_token"].as_str().unwrap().split('.').count(), 3);
        assert!(!tokens["scope"].as_str().unwrap().contains("offline_access"));
        assert_eq!(server.probe(&mut client, &tokens), 200);
        let (status, fresh) = server.refresh(&mut client, tokens["refresh_token"].as_str().unwrap());
        assert_eq!(status, 200);
        assert_ne!(fresh["access_token"], tokens["access_token"]);
        assert_eq!(server.probe(&mut client, &fresh), 200);
    }
}

#[test]
fn microsoft_rotates_refresh_tokens_and_google_keeps_them() {
    for (server, rotates) in [(GOOGLE, false), (MICROSOFT, true)] {
        let mut client = Client::new(10);
        let code = server.consent(&mut client, &[]);
        let first = server.exchange(&mut client, &code, &[]).1["refresh_token"]
            .as_str()
            .unwrap()
            .to_owned();
        let answer = server.refresh(&mut client, &first).1;
        assert_eq!(answer["refresh_token"].is_string(), rotates);
        assert_ne!(answer["refresh_token"], json!(first));
        assert_eq!(
            server.refresh(&mut client, &first).0,
            200,
            "the old one keeps working"
        );
    }
}

/// Changed fields, Google's error, Microsoft's error and its number.
type Attack = (
    &'static [(&'static str, &'static str)],
    &'static str,
    &'static str,
    u64,
);

#[test]
fn attacks_at_the_token_endpoint_are_refused() {
    let cases: [Attack; 4] = [
        (
            &[("code_verifier", "wrong-wrong-wrong-wrong-wrong-wrong-wrong-1")],
            "invalid_grant",
            "invalid_grant",
            501_481,
        ),
        (
            &[("code_verifier", "")],
            "invalid_grant",
            "invalid_grant",
            501_481,
        ),
        (
            &[(
                "redirect_uri",
                "http://127.0.0.1:13001/admin/settings/mail/oauth2",
            )],
            "redirect_uri_mismatch",
            "invalid_grant",
            50011,
        ),
        (
            &[("client_secret", "guess")],
            "invalid_client",
            "invalid_client",
            7_000_215,
        ),
    ];
    for (changes, google, microsoft, number) in cases {
        for (server, expected) in [(GOOGLE, google), (MICROSOFT, microsoft)] {
            let mut client = Client::new(10);
            let code = server.consent(&mut client, &[]);
            let (status, body) = server.exchange(&mut client, &code, changes);
            assert!(status == 400 || status == 401, "{status}");
            assert_eq!(body["error"], expected, "{changes:?}");
            if server.token.starts_with("/microsoft") {
                assert_eq!(body["error_codes"], json!([number]));
                assert!(
                    body["error_description"]
                        .as_str()
                        .unwrap()
                        .starts_with(&format!("AADSTS{}", number))
                );
            }
            assert!(body.get("access_token").is_none());
        }
    }
}

#[test]
fn code_works_once_and_its_second_use_ends_the_first_ones_tokens() {
    for server in BOTH {
        let mut client = Client::new(10);
        let code = server.consent(&mut client, &[]);
        let tokens = server.exchange(&mut client, &code, &[]).1;
        let (status, body) = server.exchange(&mut client, &code, &[]);
        assert_eq!((status, body["error"].as_str()), (400, Some("invalid_grant")));
        assert_eq!(server.probe(&mut client, &tokens), 401);
        assert_eq!(
            server
                .refresh(&mut client, tokens["refresh_token"].as_str().unwrap())
                .0,
            400
        );
    }
}

#[test]
fn code_dies_after_ten_minutes_and_access_token_after_an_hour() {
    for server in BOTH {
        let mut client = Client::new(10);
        let late = server.consent(&mut client, &[]);
        client.control("advance-clock", json!({ "ms": 601_000 }));
        assert_eq!(
            server.exchange(&mut client, &late, &[]).1["error"],
            "invalid_grant"
        );
        let code = server.consent(&mut client, &[]);
        let tokens = server.exchange(&mut client, &code, &[]).1;
        client.control("advance-clock", json!({ "ms": 3_599_000 }));
        assert_eq!(server.probe(&mut client, &tokens), 200);
        client.control("advance-clock", json!({ "ms": 1_000 }));
        assert_eq!(server.probe(&mut client, &tokens), 401);
        assert_eq!(
            server
                .refresh(&mut client, tokens["refresh_token"].as_str().unwrap())
                .0,
            200
        );
    }
}

#[test]
fn unregistered_application_or_address_is_told_to_the_user_and_never_redirected() {
    for server in BOTH {
        for changes in [
            [(
                "redirect_uri",
                "http://127.0.0.1:13000.evil.example/admin/settings/mail/oauth2",
            )],
            [(
                "redirect_uri",
                "http://127.0.0.1:13000/admin/settings/mail/oauth2/",
            )],
            [("redirect_uri", "https://evil.example/")],
            [("client_id", "somebody-else")],
        ] {
            let mut client = Client::new(10);
            let original = server.query(&changes);
            let shown = client.call("GET", &format!("{}?{original}", server.authorize), "", Vec::new());
            assert!(shown.status().is_client_error(), "{changes:?}");
            let fields = [
                ("query", original.as_str()),
                ("user", server.user),
                ("decision", "allow"),
            ];
            let posted = client.form(server.authorize, &fields);
            assert!(posted.status().is_client_error() && posted.headers().get("location").is_none());
        }
    }
}

#[test]
fn denial_comes_back_with_the_state() {
    for server in BOTH {
        let mut client = Client::new(10);
        let original = server.query(&[]);
        let response = client.form(
            server.authorize,
            &[("query", &original), ("user", server.user), ("decision", "deny")],
        );
        assert_eq!(redirected(&response, "error").as_deref(), Some("access_denied"));
        assert_eq!(redirected(&response, "state").as_deref(), Some("st&te=1"));
        assert_eq!(redirected(&response, "code"), None);
    }
}

#[test]
fn google_leaves_out_scopes_that_the_user_unticked() {
    let mut client = Client::new(10);
    let original = GOOGLE.query(&[]);
    let fields = [
        ("query", original.as_str()),
        ("user", ALICE),
        ("decision", "allow"),
        ("grant", "openid"),
        ("grant", "https://mail.google.com/"),
    ];
    let response = client.form(GOOGLE.authorize, &fields);
    // What was not asked for is not granted either.
    assert_eq!(redirected(&response, "scope").as_deref(), Some("openid"));
    let code = redirected(&response, "code").unwrap();
    let tokens = GOOGLE.exchange(&mut client, &code, &[]).1;
    assert_eq!(tokens["scope"], "openid");
    assert_eq!(GOOGLE.probe(&mut client, &tokens), 403);
}

#[test]
fn google_gives_a_refresh_token_only_offline_and_again_only_with_consent() {
    let mut client = Client::new(10);
    let mut tokens = |changes: &[(&str, &str)]| {
        let code = GOOGLE.consent(&mut client, changes);
        GOOGLE.exchange(&mut client, &code, &[]).1["refresh_token"].is_string()
    };
    assert!(!tokens(&[("access_type", "online")]));
    assert!(!tokens(&[("prompt", "")]));
    assert!(tokens(&[]));
}

#[test]
fn revoking_either_way_ends_every_token() {
    for by_control in [true, false] {
        let mut client = Client::new(10);
        let code = GOOGLE.consent(&mut client, &[]);
        let tokens = GOOGLE.exchange(&mut client, &code, &[]).1;
        let refresh = tokens["refresh_token"].as_str().unwrap();
        if by_control {
            client.control("revoke-consent", json!({ "mailbox": ALICE }));
        } else {
            assert_eq!(client.form("/google/revoke", &[("token", refresh)]).status(), 200);
            assert_eq!(client.form("/google/revoke", &[("token", refresh)]).status(), 400);
        }
        assert_eq!(GOOGLE.probe(&mut client, &tokens), 401);
        let (status, body) = GOOGLE.refresh(&mut client, refresh);
        assert_eq!((status, body["error"].as_str()), (400, Some("invalid_grant")));
        assert_eq!(body["error_description"], "Token has been expired or revoked.");
    }
}

#[test]
fn userinfo_tells_whose_mailbox_it_is() {
    let mut client = Client::gmail(10);
    let body = client.get("/google/oauth2/v3/userinfo");
    assert_eq!(
        (body["email"].as_str(), body["email_verified"].as_bool()),
        (Some(ALICE), Some(true))
    );
}

#[test]
fn microsoft_application_states_answer_with_their_codes() {
    let cases = [
        (json!({ "secretExpired": true }), 7_000_222),
        (json!({ "singleTenant": true }), 50194),
    ];
    for (state, number) in cases {
        let mut client = Client::new(10);
        let code = MICROSOFT.consent(&mut client, &[]);
        client.control("application", state);
        assert_eq!(
            MICROSOFT.exchange(&mut client, &code, &[]).1["error_codes"],
            json!([number])
        );
    }
    let mut client = Client::new(10);
    let unknown = Server {
        client_id: "nobody",
        ..MICROSOFT
    };
    assert_eq!(
        unknown.refresh(&mut client, "x").1["error_codes"],
        json!([700_016])
    );
    let elsewhere = Server {
        token: "/microsoft/no-such-tenant/oauth2/v2.0/token",
        ..MICROSOFT
    };
    assert_eq!(
        elsewhere.refresh(&mut client, "x").1["error_codes"],
        json!([90002])
    );
}

#[test]
fn admin_consent_opens_what_an_administrator_had_closed() {
    let mut client = Client::new(10);
    client.control("application", json!({ "adminConsentRequired": true }));
    let target = format!("{}?{}", MICROSOFT.authorize, MICROSOFT.query(&[]));
    let refused = client.call("GET", &target, "", Vec::new());
    assert!(
        redirected(&refused, "error_description")
            .unwrap()
            .starts_with("AADSTS90094")
    );
    let original = query(&[
        ("client_id", "simulator-microsoft"),
        ("redirect_uri", REDIRECT),
        ("state", "s"),
    ]);
    let path = "/microsoft/organizations/adminconsent";
    assert_eq!(
        client
            .call("GET", &format!("{path}?{original}"), "", Vec::new())
            .status(),
        200
    );
    let agreed = client.form(path, &[("query", &original), ("decision", "allow")]);
    assert_eq!(redirected(&agreed, "admin_consent").as_deref(), Some("True"));
    assert_eq!(client.call("GET", &target, "", Vec::new()).status(), 200);
}

#[test]
fn redirect_addresses_that_are_configured_replace_the_usual_ones() {
    let config = email_manager_simulator::Config {
        redirect_uris: vec!["https://crm.example/admin/settings/mail/oauth2".to_owned()],
        ..email_manager_simulator::Config::default()
    };
    let mut client = Client {
        simulator: email_manager_simulator::Simulator::new(config),
        ..Client::new(10)
    };
    let mut status = |uri: &str| {
        let target = format!("{}?{}", GOOGLE.authorize, GOOGLE.query(&[("redirect_uri", uri)]));
        client.call("GET", &target, "", Vec::new()).status().as_u16()
    };
    assert_eq!(status("https://crm.example/admin/settings/mail/oauth2"), 200);
    assert_eq!(status(REDIRECT), 400);
}
