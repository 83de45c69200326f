//! The guides of the settings page, and that what the documentation of the set-up names is there, in French too.
#![allow(missing_docs, clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]

use std::collections::BTreeSet;

use crate::support::{ADMIN, Site};
use chrono::TimeDelta;
use serde_json::{Map, Value, json};

const LANGUAGES: [(&str, &str); 6] = [
    ("de-DE", include_str!("../../js/locale/de-DE.json")),
    ("en-US", include_str!("../../js/locale/en-US.json")),
    ("es-ES", include_str!("../../js/locale/es-ES.json")),
    ("fr-FR", include_str!("../../js/locale/fr-FR.json")),
    ("ja-JP", include_str!("../../js/locale/ja-JP.json")),
    ("zh-CN", include_str!("../../js/locale/zh-CN.json")),
];

fn texts(language: &str) -> Map<String, Value> {
    let (_, text) = LANGUAGES.into_iter().find(|(name, _)| *name == language).unwrap();
    serde_json::from_str(text).unwrap()
}

fn page(site: &Site) -> Value {
    site.mail(ADMIN, "settingsSchema", json!({})).unwrap()
}

/// The key of a `{{t("key", …)}}`.
fn key(text: &str) -> Option<String> {
    let literal = text.strip_prefix("{{t(")?.split(", { ns:").next()?;
    serde_json::from_str(literal).ok()
}

/// Every text of the page that is translated.
fn keys(value: &Value, found: &mut BTreeSet<String>) {
    match value {
        Value::String(text) => found.extend(key(text)),
        Value::Array(list) => list.iter().for_each(|each| keys(each, found)),
        Value::Object(map) => map.values().for_each(|each| keys(each, found)),
        _ => {}
    }
}

fn guide<'a>(page: &'a Value, section: &str) -> &'a Value {
    let mut sections = page["sections"].as_array().unwrap().iter();
    &sections.find(|each| each["key"] == section).unwrap()["guide"]
}

fn step<'a>(page: &'a Value, id: &str) -> &'a Value {
    let section = id.split('.').next().unwrap();
    let mut steps = guide(page, section)["steps"].as_array().unwrap().iter();
    steps.find(|step| step["id"] == id).unwrap()
}

fn values(step: &Value) -> Vec<&str> {
    let values = step["values"].as_array().unwrap().iter();
    values.map(|each| each["value"].as_str().unwrap()).collect()
}

#[test]
fn every_text_of_the_page_is_in_every_language() {
    let site = Site::configured();
    let mut found = BTreeSet::new();
    keys(&page(&site), &mut found);
    assert!(found.len() > 90, "{}", found.len());
    for (language, _) in LANGUAGES {
        let texts = texts(language);
        let missing: Vec<&String> = found.iter().filter(|text| !texts.contains_key(*text)).collect();
        assert!(missing.is_empty(), "{language}: {missing:?}");
    }
}

/// What users do after the set-up, as the set-up names it: each is a button or a state of a page.
#[test]
fn what_users_do_after_the_set_up_is_on_our_pages_in_french() {
    let french = texts("fr-FR");
    let sources = [
        include_str!("../../js/client/accounts/LinkAccountButton.tsx"),
        include_str!("../../js/client/accounts/AccountButtons.tsx"),
        include_str!("../../js/client/accounts/AccountCard.tsx"),
        include_str!("../../js/client/accounts/StartDateDialog.tsx"),
        include_str!("../../js/client/accounts/AccountsView.tsx"),
        include_str!("../../js/client/settings/Verification.tsx"),
        include_str!("../../js/client/settings/SectionCard.tsx"),
        include_str!("../../js/client/settings/CopyValue.tsx"),
        include_str!("../../js/client/callback/outcome.ts"),
    ]
    .concat();
    // Words of the guide: « connecter », « compte », « synchroniser », « autorisation », « enregistrer ».
    for (key, words) in [
        ("Link account", "Connecter un compte"),
        ("Account linked", "Compte"),
        ("Sync emails", "ynchronis"),
        ("Authorize again", "utoris"),
        ("Save", "Enregistrer"),
        ("Verify", "érifi"),
        ("Copy", "Copier"),
    ] {
        let text = french[key].as_str().unwrap();
        assert!(text.contains(words), "{key}: {text}");
        let (single, double) = (format!("'{key}'"), format!("\"{key}\""));
        assert!(
            sources.contains(&single) || sources.contains(&double),
            "{key} is on no page"
        );
    }
    // The steps that the guide lists at the provider are steps of our guides.
    let page = page(&Site::configured());
    for (id, words) in [
        ("google.api", "Gmail"),
        ("google.redirect-uri", "URI de redirection"),
        ("google.credentials", "Secret client"),
        ("microsoft.redirect-uri", "URI de redirection"),
        ("microsoft.client-id", "ID client"),
        ("microsoft.client-secret", "ecret client"),
    ] {
        let mut found = BTreeSet::new();
        keys(step(&page, id), &mut found);
        let texts: Vec<&str> = found.iter().map(|key| french[key].as_str().unwrap()).collect();
        let lower = words.to_lowercase();
        assert!(
            texts.iter().any(|text| text.to_lowercase().contains(&lower)),
            "{id} names no {words}: {texts:?}"
        );
    }
}

/// What the set-up names of our pages, as it names it: menu, fields, page titles.
#[test]
fn what_the_set_up_names_in_french_is_on_our_pages() {
    let french = texts("fr-FR");
    let expected = [
        ("Email settings", "Paramètres d'e-mail"),
        ("Client ID", "ID client (Client ID)"),
        ("Client Secret", "Secret client (Client Secret)"),
        ("Redirect URI", "URI de redirection"),
        ("Google", "Google"),
        ("Microsoft", "Microsoft"),
    ];
    let mut shown = BTreeSet::new();
    keys(&page(&Site::configured()), &mut shown);
    for (key, text) in expected {
        assert_eq!(french[key], text);
        assert!(
            key == "Email settings" || shown.contains(key),
            "{key} is not on the page"
        );
    }
    // The menu's entry and the plugin's name come from the clients and the package.
    for client in [
        include_str!("../../js/client/v1.tsx"),
        include_str!("../../js/client/v2.tsx"),
    ] {
        assert!(client.contains("this.t('Email settings')"));
    }
    let package: Value = serde_json::from_str(include_str!("../../pkg/package.json")).unwrap();
    assert_eq!(package["displayName"], "Email manager");
}

#[test]
fn each_guide_leads_from_the_application_to_its_credentials() {
    let site = Site::configured();
    let page = page(&site);
    let ids = |section: &str| -> Vec<String> {
        let steps = guide(&page, section)["steps"].as_array().unwrap().iter();
        steps
            .map(|step| step["id"].as_str().unwrap().to_owned())
            .collect()
    };
    let google = [
        "project",
        "api",
        "branding",
        "audience",
        "scopes",
        "redirect-uri",
        "credentials",
        "network",
    ];
    assert_eq!(ids("google"), google.map(|id| format!("google.{id}")));
    let microsoft = [
        "registration",
        "tenant",
        "redirect-uri",
        "client-id",
        "client-secret",
        "permissions",
        "admin-consent",
        "network",
    ];
    assert_eq!(ids("microsoft"), microsoft.map(|id| format!("microsoft.{id}")));
    for id in ["google.redirect-uri", "microsoft.redirect-uri"] {
        assert_eq!(
            values(step(&page, id)),
            ["https://crm.example.com/admin/settings/mail/oauth2"]
        );
    }
    assert_eq!(values(step(&page, "google.branding")), ["crm.example.com"]);
    assert_eq!(
        values(step(&page, "google.network")),
        [
            "accounts.google.com",
            "gmail.googleapis.com",
            "oauth2.googleapis.com"
        ]
    );
    assert_eq!(
        values(step(&page, "microsoft.network")),
        ["graph.microsoft.com", "login.microsoftonline.com"]
    );
}

#[test]
fn the_permissions_to_declare_are_those_of_the_access_mode() {
    let site = Site::configured();
    let shown = |id: &str| values(step(&page(&site), id)).join(" ");
    assert_eq!(
        shown("google.scopes"),
        "https://www.googleapis.com/auth/gmail.modify"
    );
    assert_eq!(
        shown("microsoft.permissions"),
        "offline_access User.Read Mail.ReadWrite Mail.Send"
    );
    site.save("google", json!({ "mode": "readOnly" })).unwrap();
    site.save("microsoft", json!({ "mode": "sendOnly" })).unwrap();
    assert_eq!(
        shown("google.scopes"),
        "https://www.googleapis.com/auth/gmail.readonly"
    );
    assert_eq!(
        shown("microsoft.permissions"),
        "offline_access User.Read Mail.Send"
    );
}

#[test]
fn the_audience_says_how_long_authorizations_last() {
    let page = page(&Site::configured());
    let choices = step(&page, "google.audience")["choices"].as_array().unwrap();
    let meaning = |index: usize| key(choices[index]["meaning"].as_str().unwrap()).unwrap();
    assert!(meaning(0).contains("authorizations last"));
    assert!(meaning(1).contains("Authorizations last"));
    assert!(meaning(2).contains("after 7 days"));
}

#[test]
fn a_secret_that_expires_is_announced_thirty_days_ahead_and_after() {
    let site = Site::configured();
    let notice = |days: i64| {
        let today = email_manager::host::Host::now(site.host.as_ref()).date_naive();
        let date = (today + TimeDelta::days(days)).to_string();
        site.save("microsoft", json!({ "secretExpiresAt": date }))
            .unwrap();
        let notices = page(&site)["notices"].as_array().unwrap().clone();
        assert!(notices.len() <= 1);
        notices.first().map(|notice| {
            assert_eq!(notice["section"], "microsoft");
            assert_eq!(notice["values"]["date"], date);
            assert_eq!(notice["step"], "microsoft.client-secret");
            notice["level"].as_str().unwrap().to_owned()
        })
    };
    assert_eq!(notice(31), None);
    assert_eq!(notice(30).as_deref(), Some("warning"));
    assert_eq!(notice(0).as_deref(), Some("warning"));
    assert_eq!(notice(-1).as_deref(), Some("error"));
}

#[test]
fn an_enabled_provider_that_cannot_be_used_is_noticed_at_the_top() {
    let site = Site::configured();
    assert_eq!(page(&site)["notices"], json!([]));
    site.save("google", json!({ "clientId": "{{$env.GONE}}" }))
        .unwrap();
    let notices = page(&site)["notices"].clone();
    assert_eq!(notices[0]["level"], "error");
    assert!(notices[0]["sentence"].as_str().unwrap().contains("GONE"));
    site.save("google", json!({ "enabled": false })).unwrap();
    assert_eq!(page(&site)["notices"], json!([]));
}

#[test]
fn a_site_without_https_is_warned_but_for_localhost() {
    let site = Site::configured();
    let insecure = |address: &str| {
        site.save("general", json!({ "publicUrl": address })).unwrap();
        page(&site)["insecureOrigin"].as_bool().unwrap()
    };
    assert!(insecure("http://crm.example.com"));
    assert!(!insecure("https://crm.example.com"));
    assert!(!insecure("http://localhost:13000"));
    assert!(!insecure("http://127.0.0.1:13000"));
    assert!(insecure("http://192.168.1.10"));
}
