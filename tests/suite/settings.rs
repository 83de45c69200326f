//! The "Email settings" page's server side.
#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "tests"
)]

use crate::support::{ADMIN, Site, USER, refusal};
use email_manager::host::{AllowedOrigin, Host as _};
use email_manager::provider::Provider;
use email_manager::settings;
use serde_json::{Value, json};

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
        ("google", json!({ "endpoints": 3 }), "endpoints"),
        ("google", json!({ "endpoints": { "api": 3 } }), "endpoints.api"),
        (
            "google",
            json!({ "endpoints": { "__proto__": {} } }),
            "endpoints.proto",
        ),
        (
            "google",
            json!({ "endpoints": { "allowPrivate": "yes" } }),
            "endpoints.allowPrivate",
        ),
        (
            "google",
            json!({ "endpoints": { "token": "https://10.0.0.8/token" } }),
            "endpoints.token",
        ),
        (
            "google",
            json!({ "endpoints": { "api": "http://localhost:9/" } }),
            "endpoints.api",
        ),
        (
            "google",
            json!({ "endpoints": { "api": "https://[::ffff:192.168.1.1]/" } }),
            "endpoints.api",
        ),
        (
            "google",
            json!({ "endpoints": { "api": "http://mail.example/", "allowPrivate": true } }),
            "endpoints.api",
        ),
        ("google", json!({ "clientId": "a\u{0}b" }), "clientId"),
        ("google", json!({ "clientId": "id\u{200b}" }), "clientId"),
        ("google", json!({ "clientSecret": "{{$env.}}" }), "clientSecret"),
        (
            "google",
            json!({ "clientSecret": "{{$env.A B}}" }),
            "clientSecret",
        ),
        ("google", json!({ "mode": "everything" }), "mode"),
        (
            "google",
            json!({ "secretExpiresAt": "tomorrow" }),
            "secretExpiresAt",
        ),
        (
            "google",
            json!({ "secretExpiresAt": "2027-2-30" }),
            "secretExpiresAt",
        ),
        (
            "google",
            json!({ "secretExpiresAt": "9999-01-01" }),
            "secretExpiresAt",
        ),
        (
            "google",
            json!({ "redirectUri": "https://x.example" }),
            "redirectUri",
        ),
        ("google", json!({ "constructor": 1 }), "constructor"),
        ("microsoft", json!({ "tenant": "-a.example" }), "tenant"),
        ("microsoft", json!({ "tenant": "nodots" }), "tenant"),
        (
            "microsoft",
            json!({ "tenant": "3f2a9c4e-51b7-4d0e-9a86" }),
            "tenant",
        ),
        (
            "general",
            json!({ "departmentViewing": "yes" }),
            "departmentViewing",
        ),
        (
            "general",
            json!({ "mergeByConversation": 1 }),
            "mergeByConversation",
        ),
        ("general", json!({ "syncInterval": 1.5 }), "syncInterval"),
        ("general", json!({ "syncInterval": 1441 }), "syncInterval"),
        (
            "general",
            json!({ "publicUrl": "https://user:word@crm.example.com" }),
            "publicUrl",
        ),
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
fn what_is_entered_is_trimmed_and_given_back_as_it_is_stored() {
    let site = Site::new();
    let id = "3F2A9C4E-51B7-4D0E-9A86-7C1D5E2B8F04";
    let entered = json!({ "clientId": "  id ", "clientSecret": " s ", "tenant": id, "mode": "readOnly",
        "secretExpiresAt": "2027-01-31", "endpoints": { "api": " https://graph.example/v1.0 " } });
    let saved = site.save("microsoft", entered).unwrap();
    assert_eq!(saved["clientId"], "id");
    assert_eq!(saved["tenant"], id.to_lowercase());
    assert_eq!(saved["mode"], "readOnly");
    assert_eq!(saved["secretExpiresAt"], "2027-01-31");
    assert_eq!(saved["endpoints"]["api"], "https://graph.example/v1.0");
    let saved = site
        .save(
            "microsoft",
            json!({ "secretExpiresAt": null, "tenant": "contoso.example" }),
        )
        .unwrap();
    assert_eq!(saved["secretExpiresAt"], Value::Null);
    assert_eq!(saved["tenant"], "contoso.example");
    assert_eq!(saved["mode"], "readOnly");
    let general = site
        .save(
            "general",
            json!({ "departmentViewing": true, "publicUrl": " https://crm.example.com/ " }),
        )
        .unwrap();
    assert_eq!(
        general,
        json!({ "syncInterval": 5, "departmentViewing": true, "mergeByConversation": true,
            "linking": "everyone", "publicUrl": "https://crm.example.com" })
    );
}

#[test]
fn only_what_an_administrator_entered_is_allowed_and_private_only_where_they_say_so() {
    let site = Site::new();
    site.save(
        "google",
        json!({ "endpoints": { "api": "http://127.0.0.1:9/gmail", "token": "https://10.1.2.3/token", "allowPrivate": true } }),
    )
    .unwrap();
    site.save(
        "microsoft",
        json!({ "tenant": "contoso.example", "endpoints": { "token": "https://login.{tenant}/token" } }),
    )
    .unwrap();
    let origin = |origin: &str, private| AllowedOrigin {
        origin: origin.to_owned(),
        private,
    };
    let expected = [
        origin("http://127.0.0.1:9", true),
        origin("https://10.1.2.3", true),
        origin("https://login.contoso.example", false),
    ];
    assert_eq!(site.host.origins(), expected);
    site.host.allow_origins(Vec::new());
    pollster::block_on(site.plugin.enable()).unwrap();
    assert_eq!(site.host.origins(), expected, "and so after a restart");
    site.save("google", json!({ "endpoints": {} })).unwrap();
    let left = [origin("https://login.contoso.example", false)];
    assert_eq!(site.host.origins(), left);
    site.host.allow_origins(expected.to_vec());
    pollster::block_on(site.plugin.run_schedule("tidy")).unwrap();
    assert_eq!(site.host.origins(), left, "and so on the other nodes");
}

#[test]
fn each_mode_asks_for_the_least_scopes() {
    let asked = |provider: &str, mode: &str| {
        let site = Site::configured();
        site.save(provider, json!({ "mode": mode })).unwrap();
        let provider = Provider::parse(provider).unwrap();
        let application = pollster::block_on(settings::application(site.host.as_ref(), provider)).unwrap();
        application.mode.scopes(provider).join(" ")
    };
    assert_eq!(
        asked("google", "readAndSend"),
        "https://www.googleapis.com/auth/gmail.modify"
    );
    assert_eq!(
        asked("google", "readOnly"),
        "https://www.googleapis.com/auth/gmail.readonly"
    );
    assert_eq!(
        asked("google", "sendOnly"),
        "https://www.googleapis.com/auth/gmail.compose"
    );
    assert_eq!(
        asked("microsoft", "readAndSend"),
        "offline_access User.Read Mail.ReadWrite Mail.Send"
    );
    assert_eq!(
        asked("microsoft", "readOnly"),
        "offline_access User.Read Mail.Read"
    );
    assert_eq!(
        asked("microsoft", "sendOnly"),
        "offline_access User.Read Mail.Send"
    );
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

/// The paths of the fields that a schema declares.
fn declared(schema: &Value) -> Vec<String> {
    let mut found = Vec::new();
    for (name, field) in schema["properties"].as_object().unwrap() {
        match field["type"].as_str().unwrap() {
            "void" => {}
            "object" => found.extend(declared(field).iter().map(|inner| format!("{name}.{inner}"))),
            _ => found.push(name.clone()),
        }
    }
    found.sort();
    found
}

/// The paths of the values of a section.
fn fields(values: &Value) -> Vec<String> {
    let mut found = Vec::new();
    for (name, value) in values.as_object().unwrap() {
        match value {
            Value::Object(_) => found.extend(fields(value).iter().map(|inner| format!("{name}.{inner}"))),
            _ => found.push(name.clone()),
        }
    }
    found.sort();
    found
}

#[test]
fn the_schema_declares_exactly_the_fields_that_the_page_has() {
    let site = Site::configured();
    let schema = site.mail(ADMIN, "settingsSchema", json!({})).unwrap();
    let page = site.mail(ADMIN, "settings", json!({})).unwrap();
    for section in schema["sections"].as_array().unwrap() {
        let values = &page[section["key"].as_str().unwrap()];
        assert_eq!(declared(&section["schema"]), fields(values));
        let key = section["key"].as_str().unwrap();
        site.save(key, values.clone())
            .unwrap_or_else(|error| panic!("{key} can't be saved as it is shown: {error}"));
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
        crate::support::parameters(url.as_str().unwrap())["client_id"],
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
