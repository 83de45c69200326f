//! "Link account": the way to the consent page and to the token endpoint.
#![allow(missing_docs, clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]

use std::cell::RefCell;
use std::rc::Rc;

use crate::support::{Site, USER, parameters, refusal};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::TimeDelta;
use email_manager::error::{Error, ErrorCode};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

fn begin(site: &Site, provider: &str) -> std::collections::BTreeMap<String, String> {
    let url = site.mail(USER, "oauth2url", json!({ "type": provider })).unwrap()["url"].clone();
    parameters(url.as_str().unwrap())
}

#[test]
fn the_consent_page_is_asked_for_with_pkce_state_and_the_exact_redirect_uri() {
    let site = Site::configured();
    let google = begin(&site, "google");
    assert_eq!(google["client_id"], "google-id");
    assert_eq!(google["response_type"], "code");
    assert_eq!(
        google["redirect_uri"],
        "https://crm.example.com/admin/settings/mail/oauth2"
    );
    assert_eq!(google["code_challenge_method"], "S256");
    assert_eq!(google["code_challenge"].len(), 43);
    assert_eq!(google["access_type"], "offline");
    assert_eq!(
        google["scope"],
        "openid https://www.googleapis.com/auth/gmail.modify"
    );
    let microsoft = begin(&site, "microsoft");
    assert_eq!(
        microsoft["scope"],
        "offline_access User.Read Mail.ReadWrite Mail.Send"
    );
    assert_ne!(google["state"], microsoft["state"]);
    let stored = Value::from(
        site.host
            .rows("mailAuthorizations")
            .into_iter()
            .map(Value::Object)
            .collect::<Vec<_>>(),
    );
    assert!(
        !stored.to_string().contains(&google["state"]),
        "the state itself is not stored"
    );
}

#[test]
fn the_verifier_sent_is_the_one_whose_challenge_the_consent_page_got() {
    let site = Site::configured();
    let asked = begin(&site, "google");
    let seen = Rc::new(RefCell::new(Vec::new()));
    let log = Rc::clone(&seen);
    site.host.answer(move |request| {
        log.borrow_mut().push((
            request.uri().to_string(),
            String::from_utf8(request.body().clone()).unwrap(),
        ));
        Ok(http::Response::builder()
            .status(400)
            .body(br#"{"error":"invalid_client"}"#.to_vec())
            .unwrap())
    });
    let error = site
        .mail(
            USER,
            "oauth2callback",
            json!({ "state": asked["state"], "code": "the code" }),
        )
        .unwrap_err();
    assert_eq!(refusal(&error), ("client_rejected", Some("clientSecret")));
    let (address, body) = seen.borrow()[0].clone();
    assert_eq!(address, "https://oauth2.googleapis.com/token");
    let sent: std::collections::BTreeMap<String, String> = url::form_urlencoded::parse(body.as_bytes())
        .into_owned()
        .collect();
    assert_eq!(sent["code"], "the code");
    assert_eq!(sent["client_secret"], "google-secret");
    assert_eq!(sent["redirect_uri"], asked["redirect_uri"]);
    assert_eq!(
        URL_SAFE_NO_PAD.encode(Sha256::digest(&sent["code_verifier"])),
        asked["code_challenge"]
    );
}

#[test]
fn a_refused_consent_uses_its_state_up_and_what_expires_is_cleaned_up() {
    let site = Site::configured();
    let refused = |values: Value| {
        refusal(&site.mail(USER, "oauth2callback", values).unwrap_err())
            .0
            .to_owned()
    };
    let state = begin(&site, "google")["state"].clone();
    assert_eq!(
        refused(json!({ "state": state, "error": "access_denied" })),
        "consent_denied"
    );
    assert_eq!(refused(json!({ "state": state, "code": "c" })), "state_invalid");

    begin(&site, "google");
    site.host.advance(TimeDelta::minutes(11));
    begin(&site, "google");
    assert_eq!(site.host.rows("mailAuthorizations").len(), 1);
}

#[test]
fn whatever_the_token_endpoint_answers_becomes_a_clear_error_and_no_account() {
    let answers: [(u16, &str, &str); 8] = [
        (200, "<html>busy</html>", "response_invalid"),
        (200, "{\"access_token\":\"abc\", \"tok", "response_invalid"),
        (200, "", "response_invalid"),
        (200, "{}", "response_invalid"),
        (400, "{\"error\":\"invalid_grant\"}", "state_invalid"),
        (400, "{\"error\":\"redirect_uri_mismatch\"}", "client_rejected"),
        (
            401,
            "{\"error\":\"invalid_client\",\"error_description\":\"AADSTS7000222: expired\"}",
            "client_rejected",
        ),
        (
            503,
            "{\"error\":\"temporarily_unavailable\"}",
            "provider_unavailable",
        ),
    ];
    for (status, body, code) in answers {
        let site = Site::configured();
        let state = begin(&site, "microsoft")["state"].clone();
        site.host.answer(move |_| {
            Ok(http::Response::builder()
                .status(status)
                .body(body.as_bytes().to_vec())
                .unwrap())
        });
        let error = site
            .mail(USER, "oauth2callback", json!({ "state": state, "code": "c0de" }))
            .unwrap_err();
        assert_eq!(refusal(&error).0, code, "{body}");
        assert!(!error.to_string().contains("c0de") && !error.to_string().contains("abc"));
        assert!(site.host.rows("mailAccounts").is_empty());
    }
    let site = Site::configured();
    let state = begin(&site, "google")["state"].clone();
    site.host.answer(|_| {
        Err(Error::new(
            ErrorCode::NetworkFailed,
            "no answer within 20 seconds",
        ))
    });
    let error = site
        .mail(USER, "oauth2callback", json!({ "state": state, "code": "c" }))
        .unwrap_err();
    assert_eq!(error.to_string(), "no answer within 20 seconds");
}
