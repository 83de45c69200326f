//! "Verify": what each mistake in the settings looks like before any user connects.
#![allow(missing_docs, clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]

use crate::support::service::Service;
use crate::support::world::World;
use crate::support::{ADMIN, Site, USER, refusal};
use email_manager::error::{Error, ErrorCode};
use http::Response;
use serde_json::{Value, json};

fn verify(site: &Site, service: Service, values: Value) -> Value {
    let call = json!({ "section": service.name(), "values": values });
    site.mail(ADMIN, "verifySettings", call).unwrap()
}

fn check<'a>(report: &'a Value, name: &str) -> &'a Value {
    let mut checks = report["checks"].as_array().unwrap().iter();
    checks.find(|check| check["check"] == name).unwrap()
}

/// The failed checks, each with its step and the provider's code.
fn failures(report: &Value) -> Vec<(&str, &str, &str)> {
    let checks = report["checks"].as_array().unwrap().iter();
    checks
        .filter(|check| check["state"] == "failed")
        .map(|check| {
            (
                check["check"].as_str().unwrap(),
                check["step"].as_str().unwrap(),
                check["code"].as_str().unwrap_or_default(),
            )
        })
        .collect()
}

fn states(report: &Value) -> Vec<String> {
    let checks = report["checks"].as_array().unwrap().iter();
    checks
        .map(|check| {
            format!(
                "{} {}",
                check["check"].as_str().unwrap(),
                check["state"].as_str().unwrap()
            )
        })
        .collect()
}

#[test]
fn right_settings_pass_and_what_only_a_user_can_show_is_said_to_be_unknown() {
    let world = World::new(Service::Google, 10);
    let report = verify(&world.site, Service::Google, json!({}));
    let expected = [
        "route ok",
        "clientId ok",
        "clientSecret ok",
        "redirectUri ok",
        "api unknown",
        "consent unknown",
    ];
    assert_eq!(states(&report), expected);
    let report = verify(&world.site, Service::Microsoft, Value::Null);
    let expected = [
        "route ok",
        "clientId ok",
        "clientSecret ok",
        "redirectUri ok",
        "tenant ok",
        "api unknown",
        "consent unknown",
    ];
    assert_eq!(states(&report), expected);
    assert_eq!(check(&report, "consent")["step"], "microsoft.admin-consent");
}

#[test]
fn what_is_asked_needs_no_user_and_changes_nothing() {
    let world = World::new(Service::Microsoft, 10);
    let before = world.site.host.rows("mailSettings");
    verify(
        &world.site,
        Service::Microsoft,
        json!({ "clientSecret": "another", "tenant": "contoso.example" }),
    );
    assert_eq!(world.site.host.rows("mailSettings"), before);
    assert!(world.site.host.rows("mailAuthorizations").is_empty());
    let requests = world.wire.take_requests();
    assert_eq!(
        requests,
        [
            "POST /microsoft/contoso.example/oauth2/v2.0/token",
            "GET /microsoft/contoso.example/oauth2/v2.0/authorize",
            "GET /microsoft/graph/v1.0/me",
        ]
    );
}

#[test]
fn each_mistake_at_google_is_named_with_its_step() {
    let world = World::new(Service::Google, 10);
    let failed = |values| {
        let report = verify(&world.site, Service::Google, values);
        let failures = failures(&report);
        assert_eq!(failures.len(), 1, "{report}");
        let (subject, step, code) = failures[0];
        (subject.to_owned(), step.to_owned(), code.to_owned())
    };
    let expected =
        |subject: &str, step: &str, code: &str| (subject.to_owned(), step.to_owned(), code.to_owned());
    assert_eq!(
        failed(json!({ "clientId": "somebody else" })),
        expected("clientId", "google.credentials", "invalid_client")
    );
    assert_eq!(
        failed(json!({ "clientSecret": "wrong" })),
        expected("clientSecret", "google.credentials", "invalid_client")
    );
    assert_eq!(
        failed(json!({ "clientSecret": "••••••••", "clientId": "" })),
        expected("clientId", "google.credentials", "")
    );
    assert_eq!(
        failed(json!({ "clientSecret": "{{$env.NOT_SET}}" })),
        expected("clientSecret", "google.credentials", "")
    );
    world
        .site
        .save("general", json!({ "publicUrl": "https://other.example.com" }))
        .unwrap();
    assert_eq!(
        failed(json!({})),
        expected("redirectUri", "google.redirect-uri", "redirect_uri_mismatch")
    );
    world
        .site
        .save("general", json!({ "publicUrl": "http://crm.example.com" }))
        .unwrap();
    let report = verify(&world.site, Service::Google, json!({}));
    assert_eq!(failures(&report), [("redirectUri", "google.redirect-uri", "")]);
}

#[test]
fn each_mistake_at_microsoft_is_named_with_its_step() {
    let world = World::new(Service::Microsoft, 10);
    let failed = |values| {
        let report = verify(&world.site, Service::Microsoft, values);
        let failures = failures(&report);
        assert_eq!(failures.len(), 1, "{report}");
        format!("{} {} {}", failures[0].0, failures[0].1, failures[0].2)
    };
    assert_eq!(
        failed(json!({ "clientId": "unknown" })),
        "clientId microsoft.client-id AADSTS700016"
    );
    assert_eq!(
        failed(json!({ "clientSecret": "wrong" })),
        "clientSecret microsoft.client-secret AADSTS7000215"
    );
    assert_eq!(
        failed(json!({ "tenant": "nobody.invalid" })),
        "tenant microsoft.tenant AADSTS90002"
    );
    world.control("application", json!({ "singleTenant": true }));
    assert_eq!(failed(json!({})), "tenant microsoft.tenant AADSTS50194");
    world.control(
        "application",
        json!({ "singleTenant": false, "secretExpired": true }),
    );
    assert_eq!(
        failed(json!({})),
        "clientSecret microsoft.client-secret AADSTS7000222"
    );
    world.control("application", json!({ "secretExpired": false }));
    world
        .site
        .save("general", json!({ "publicUrl": "https://other.example.com" }))
        .unwrap();
    assert_eq!(
        failed(json!({})),
        "redirectUri microsoft.redirect-uri AADSTS50011"
    );
}

#[test]
fn every_code_of_microsoft_that_is_known_leads_to_its_check() {
    let cases = [
        ("AADSTS700038", "clientId"),
        ("AADSTS7000112", "clientId"),
        ("AADSTS7000218", "clientSecret"),
        ("AADSTS900023", "tenant"),
        ("AADSTS9002346", "tenant"),
        ("AADSTS9002327", "redirectUri"),
        ("AADSTS700025", "redirectUri"),
        ("AADSTS65001", "consent"),
        ("AADSTS90094", "consent"),
        ("AADSTS90095", "consent"),
    ];
    for (code, subject) in cases {
        let site = Site::configured();
        site.host.answer(move |request| {
            let body = json!({ "error": "invalid_request", "error_description": format!("{code}: words. Trace ID: 1") });
            let status = if request.uri().path().ends_with("/token") { 400 } else { 401 };
            Ok(Response::builder().status(status).body(body.to_string().into_bytes()).unwrap())
        });
        let report = verify(&site, Service::Microsoft, json!({}));
        let failures = failures(&report);
        assert_eq!((failures[0].0, failures[0].2), (subject, code), "{report}");
        assert!(
            !report.to_string().contains("Trace"),
            "the provider's own words are not repeated"
        );
    }
}

#[test]
fn where_microsoft_looks_only_at_the_code_the_secret_is_not_called_right() {
    let site = Site::configured();
    site.host.answer(|request| {
        let form = String::from_utf8(request.body().clone()).unwrap();
        let number = match form.contains("client_credentials") {
            true => "AADSTS50059",
            false => "AADSTS9002313",
        };
        let body = json!({ "error": "invalid_grant", "error_description": format!("{number}: malformed") });
        Ok(Response::builder()
            .status(400)
            .body(body.to_string().into_bytes())
            .unwrap())
    });
    let report = verify(&site, Service::Microsoft, json!({}));
    assert_eq!(check(&report, "clientSecret")["state"], "unknown");
    assert_eq!(check(&report, "clientId")["state"], "unknown");
}

#[test]
fn a_way_that_ends_is_told_from_a_stranger_on_it() {
    let answer = |status: u16, body: &'static str| {
        let site = Site::configured();
        site.host.answer(move |_| {
            Ok(Response::builder()
                .status(status)
                .body(body.as_bytes().to_vec())
                .unwrap())
        });
        let report = verify(&site, Service::Google, json!({}));
        let route = check(&report, "route").clone();
        (
            route["state"].clone(),
            route["sentence"].as_str().unwrap().to_owned(),
            route["values"].clone(),
        )
    };
    let (state, sentence, values) = answer(200, "<html>Sign in to the network</html>");
    assert_eq!(state, "failed");
    assert!(
        sentence.starts_with("Something else than the provider"),
        "{sentence}"
    );
    assert_eq!(values["host"], "oauth2.googleapis.com");
    let (_, sentence, _) = answer(404, "not found");
    assert!(sentence.starts_with("Something else"), "{sentence}");
    let (_, sentence, values) = answer(503, "{}");
    assert!(
        sentence.contains("busy") && values["status"] == "503",
        "{sentence}"
    );

    let refused = |code: ErrorCode, message: &'static str| {
        let site = Site::configured();
        site.host.answer(move |_| Err(Error::new(code, message)));
        let report = verify(&site, Service::Google, json!({}));
        let route = check(&report, "route").clone();
        assert_eq!(route["step"], "google.network");
        assert_eq!(check(&report, "clientSecret")["state"], "unknown");
        format!(
            "{} {}",
            route["sentence"].as_str().unwrap(),
            route["values"]["reason"]
        )
    };
    let network = ErrorCode::NetworkFailed;
    assert!(refused(network, "the host's fetch failed: ENOTFOUND").contains("not be reached"));
    assert!(
        refused(
            network,
            "the host's fetch failed: no complete answer within 15000 ms"
        )
        .contains("in time")
    );
    assert!(
        refused(network, "the host's fetch failed: SELF_SIGNED_CERT_IN_CHAIN").contains("secure connection")
    );
    assert!(
        refused(ErrorCode::Forbidden, "the host's fetch failed: not allowed")
            .contains("switch on Allow private addresses")
    );
    assert!(
        refused(ErrorCode::ProviderRejected, "the host's fetch failed: too long").contains("Something else")
    );
    assert!(
        !refused(network, "the host's fetch failed: https://user@secret.example").contains("secret.example")
    );
}

#[test]
fn an_api_address_that_is_none_is_noticed() {
    let world = World::new(Service::Google, 10);
    let mut endpoints = Service::Google.settings()["endpoints"].clone();
    endpoints["api"] = json!("http://127.0.0.1:14100/google/nothing");
    let report = verify(&world.site, Service::Google, json!({ "endpoints": endpoints }));
    assert_eq!(failures(&report), [("api", "google.api", "")]);
    assert_eq!(check(&report, "api")["values"]["status"], "404");
}

#[test]
fn addresses_that_are_not_saved_are_allowed_for_the_call_only() {
    let site = Site::new();
    site.save(
        "microsoft",
        json!({ "endpoints": { "token": "https://login.example/token" } }),
    )
    .unwrap();
    let saved = site.host.origins();
    let host = std::rc::Rc::downgrade(&site.host);
    site.host.answer(move |_| {
        let origins = host.upgrade().unwrap().origins();
        assert!(
            origins.iter().any(|each| each.origin == "https://proxy.example"),
            "{origins:?}"
        );
        Err(Error::new(ErrorCode::NetworkFailed, "ENOTFOUND"))
    });
    let endpoints = json!({ "token": "https://proxy.example/token", "api": "https://proxy.example/api" });
    let values = json!({ "clientId": "a", "clientSecret": "b", "endpoints": endpoints });
    verify(&site, Service::Google, values);
    assert_eq!(site.host.origins(), saved);
}

#[test]
fn only_administrators_verify_and_only_sections_and_values_that_there_are() {
    let site = Site::configured();
    let refused = |user, values| {
        refusal(&site.mail(user, "verifySettings", values).unwrap_err())
            .0
            .to_owned()
    };
    assert_eq!(refused(USER, json!({ "section": "google" })), "forbidden");
    let field = |values| {
        let error = site.mail(ADMIN, "verifySettings", values).unwrap_err();
        error.field().map(str::to_owned).unwrap()
    };
    assert_eq!(field(json!({})), "section");
    assert_eq!(field(json!({ "section": "general" })), "section");
    assert_eq!(field(json!({ "section": "google", "values": [] })), "values");
    assert_eq!(
        field(json!({ "section": "google", "values": { "nonsense": 1 } })),
        "nonsense"
    );
    assert_eq!(
        field(json!({ "section": "google", "values": { "endpoints": { "token": "http://10.0.0.1/" } } })),
        "endpoints.token"
    );
}
