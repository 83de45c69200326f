//! The "Email settings" page's server side.
#![allow(missing_docs, clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]

mod support;

use serde_json::{Value, json};
use support::{ADMIN, Site, USER, refusal};

#[test]
fn a_secret_is_stored_encrypted_never_returned_and_kept_when_the_placeholder_comes_back() {
    let site = Site::new();
    let values = json!({ "clientId": "id", "clientSecret": "s3cret", "enabled": true });
    let saved = site.save("google", values).unwrap();
    assert_eq!(saved["clientSecret"], "••••••••");
    let stored = site.host.rows("mailSettings");
    let sealed = stored[0]["clientSecret"].clone();
    assert!(sealed.as_str().unwrap().starts_with("v1."));
    assert!(!Value::from(stored[0].clone()).to_string().contains("s3cret"));

    site.save(
        "google",
        json!({ "clientId": "id 2", "clientSecret": "••••••••" }),
    )
    .unwrap();
    let stored = site.host.rows("mailSettings");
    assert_eq!(stored.len(), 1);
    assert_eq!(stored[0]["clientSecret"], sealed);
    assert_eq!(stored[0]["values"]["clientId"], "id 2");
    assert_eq!(stored[0]["values"]["enabled"], true);
}

#[test]
fn saving_credentials_leaves_the_general_settings_alone() {
    let site = Site::new();
    site.save("general", json!({ "syncInterval": 7 })).unwrap();
    site.save(
        "microsoft",
        json!({ "clientId": "id", "clientSecret": "x", "tenant": "organizations" }),
    )
    .unwrap();
    let page = site.mail(ADMIN, "settings", json!({})).unwrap();
    assert_eq!(page["general"]["syncInterval"], 7);
    assert_eq!(page["microsoft"]["tenant"], "organizations");
    assert_eq!(page["google"]["clientSecret"], "");
}

#[test]
fn every_wrong_value_is_refused_with_its_field_and_nothing_is_written() {
    let cases = [
        ("general", json!({ "syncInterval": 0 }), "syncInterval"),
        ("general", json!({ "syncInterval": "often" }), "syncInterval"),
        (
            "general",
            json!({ "publicUrl": "javascript:alert(1)" }),
            "publicUrl",
        ),
        ("general", json!({ "__proto__": {} }), "proto"),
        ("google", json!({ "enabled": true }), "clientId"),
        (
            "google",
            json!({ "clientId": "id", "enabled": true }),
            "clientSecret",
        ),
        ("google", json!({ "clientId": 3 }), "clientId"),
        ("google", json!({ "clientId": "a\nb" }), "clientId"),
        (
            "google",
            json!({ "clientSecret": "x".repeat(5_000) }),
            "clientSecret",
        ),
        ("google", json!({ "tenant": "common" }), "tenant"),
        ("microsoft", json!({ "tenant": "../x" }), "tenant"),
        (
            "google",
            json!({ "endpoints": { "token": "http://evil.example/" } }),
            "endpoints.token",
        ),
        (
            "google",
            json!({ "endpoints": { "api": "https://user@mail.example/" } }),
            "endpoints.api",
        ),
        ("google", json!({ "endpoints": { "api": 3 } }), "endpoints"),
    ];
    for (section, values, field) in cases {
        let site = Site::new();
        let error = site.save(section, values.clone()).unwrap_err();
        assert_eq!(refusal(&error), ("invalid_input", Some(field)), "{values}");
        assert!(
            site.host.rows("mailSettings").is_empty() && site.host.rows("mailGeneralSettings").is_empty()
        );
    }
}

#[test]
fn only_the_settings_permission_opens_the_settings() {
    let site = Site::configured();
    for action in ["settings", "settingsSchema", "saveSettings"] {
        assert_eq!(
            refusal(&site.mail(USER, action, json!({})).unwrap_err()).0,
            "forbidden"
        );
        let anonymous = site.call(None, "mail", action, json!({}), json!({})).unwrap_err();
        assert_eq!(refusal(&anonymous).0, "unauthenticated");
    }
    let unknown = site
        .call(Some(ADMIN), "mailSettings", "list", json!({}), json!({}))
        .unwrap_err();
    assert_eq!(refusal(&unknown).0, "not_found");
}

#[test]
fn the_schema_declares_exactly_the_fields_that_the_page_has() {
    let site = Site::configured();
    let schema = site.mail(ADMIN, "settingsSchema", json!({})).unwrap();
    let page = site.mail(ADMIN, "settings", json!({})).unwrap();
    for section in schema["sections"].as_array().unwrap() {
        let declared = section["schema"]["properties"].as_object().unwrap();
        let fields: Vec<&String> = declared
            .iter()
            .filter(|(_, field)| field["type"] != "void")
            .map(|(name, _)| name)
            .collect();
        let mut values: Vec<&String> = page[section["key"].as_str().unwrap()]
            .as_object()
            .unwrap()
            .keys()
            .collect();
        values.sort();
        assert_eq!(fields, values);
    }
    assert_eq!(
        schema["redirectUri"],
        "https://crm.example.com/admin/settings/mail/oauth2"
    );
    assert_eq!(schema["insecureOrigin"], false);
}

#[test]
fn variables_of_the_host_stand_for_credentials() {
    let site = Site::new();
    let values =
        json!({ "clientId": "{{$env.MAIL_ID}}", "clientSecret": "{{ $env.MAIL_SECRET }}", "enabled": true });
    site.save("google", values).unwrap();
    let configured = |site: &Site| site.mail(USER, "providers", json!({})).unwrap()[0]["configured"].clone();
    assert_eq!(configured(&site), false);
    site.host.set_environment("MAIL_ID", "id from the host");
    site.host.set_environment("MAIL_SECRET", "secret from the host");
    assert_eq!(configured(&site), true);
    let url = site.mail(USER, "oauth2url", json!({ "type": "google" })).unwrap()["url"].clone();
    assert_eq!(
        support::parameters(url.as_str().unwrap())["client_id"],
        "id from the host"
    );
}

#[test]
fn a_storage_that_fails_is_said_and_changes_nothing() {
    let site = Site::configured();
    let before = site.host.rows("mailSettings");
    site.host.fail_commits(1);
    let error = site.save("google", json!({ "clientId": "new" })).unwrap_err();
    assert_eq!(refusal(&error).0, "storage_failed");
    assert_eq!(site.host.rows("mailSettings"), before);
}
