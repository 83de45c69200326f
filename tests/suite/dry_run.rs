//! Dry runs: the whole way with nothing but the plugin and its stand-in, and what keeps it apart from real mailboxes.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests"
)]

use crate::support::dry_run::DryRun;
use crate::support::{ADMIN, OTHER, Site, USER, parameters, refusal};
use serde_json::{Value, json};

const SERVICES: [(&str, &str); 2] = [
    ("google", "alice@gmail.example"),
    ("microsoft", "bob@outlook.example"),
];

#[test]
fn a_mailbox_is_linked_read_and_brought_up_to_date_without_any_provider() {
    for (service, email) in SERVICES {
        let run = DryRun::synced(service, email);
        assert_eq!(run.account()["dryRun"], true);
        assert_eq!(run.account()["status"], "ready", "{}", run.account());
        let stored = run.rows("mailMessages").len();
        assert!(stored >= 200, "{service}: {stored}");
        run.admin("deliverTestMail", service);
        run.sync_now();
        assert_eq!(run.rows("mailMessages").len(), stored + 1);
        assert!(run.subjects().contains(&"Test mail 1".to_owned()));
        for address in run.asked.borrow().iter() {
            let host = url::Url::parse(address).unwrap().host_str().unwrap().to_owned();
            assert!(host.ends_with(".dry-run.invalid"), "{address}");
        }
    }
}

#[test]
fn verify_finds_the_stand_in_in_order() {
    for (service, _) in SERVICES {
        let run = DryRun::started(service);
        let report = run.admin("verifyDryRun", service);
        let failed = report["checks"]
            .as_array()
            .unwrap()
            .iter()
            .find(|check| check["state"] == "failed");
        assert_eq!(failed, None, "{report}");
        let passed = |subject: &str| {
            let checks = report["checks"].as_array().unwrap();
            checks
                .iter()
                .any(|check| check["check"] == subject && check["state"] == "ok")
        };
        for subject in ["clientId", "clientSecret", "redirectUri"] {
            assert!(passed(subject), "{service} {subject}: {report}");
        }
        run.admin("endDryRun", service);
        let error = run
            .site
            .mail(ADMIN, "verifyDryRun", json!({ "type": service }))
            .unwrap_err();
        assert_eq!(refusal(&error).0, "not_configured");
    }
}

#[test]
fn after_a_restart_the_same_mailbox_is_there_with_what_was_delivered() {
    for (service, email) in SERVICES {
        let run = DryRun::synced(service, email);
        run.admin("deliverTestMail", service);
        run.sync_now();
        let mut before = run.subjects();
        run.restart();
        run.sync_now();
        let mut after = run.subjects();
        before.sort();
        after.sort();
        assert_eq!(run.account()["status"], "ready", "{}", run.account());
        assert_eq!(before, after, "{service}");
        run.admin("deliverTestMail", service);
        run.sync_now();
        assert!(run.subjects().contains(&"Test mail 2".to_owned()), "{service}");
    }
}

#[test]
fn a_code_that_one_node_gave_is_taken_by_another() {
    for (service, email) in SERVICES {
        let run = DryRun::started(service);
        let back = run.agree(service, email);
        run.restart();
        let linked = run.site.mail(USER, "oauth2callback", back).unwrap();
        assert_eq!(linked["account"]["email"], email);
    }
}

#[test]
fn ending_a_dry_run_removes_its_mailboxes_and_mail_and_nothing_else() {
    for (service, email) in SERVICES {
        let run = DryRun::on(Site::configured());
        let settings = run.site.mail(ADMIN, "settings", json!({})).unwrap();
        run.admin("startDryRun", service);
        assert_eq!(run.site.mail(ADMIN, "settings", json!({})).unwrap(), settings);
        run.link(service, email);
        let all = json!({ "email": email, "startDate": null });
        run.site.mail(USER, "startSync", all).unwrap();
        run.sync();
        run.consent_query(service);
        // A mailbox of the provider's own, linked before.
        let mut real = run.rows("mailAccounts")[0].clone();
        real.insert("id".to_owned(), json!(900));
        real.insert("email".to_owned(), json!("real@example.com"));
        real.insert("dryRun".to_owned(), Value::Null);
        run.put("mailAccounts", real);
        let state = run.admin("endDryRun", service);
        assert_eq!((&state["on"], &state["mailboxes"]), (&json!(false), &json!(0)));
        let left: Vec<Value> = run
            .rows("mailAccounts")
            .iter()
            .map(|row| row["email"].clone())
            .collect();
        assert_eq!(left, ["real@example.com"]);
        for collection in [
            "mailMessages",
            "mailFolders",
            "mailSyncCursors",
            "mailAuthorizations",
        ] {
            assert_eq!(run.rows(collection).len(), 0, "{collection}");
        }
        assert_eq!(run.site.mail(ADMIN, "settings", json!({})).unwrap(), settings);
        // Linking leads to the provider again, with the id that was entered.
        let url = run
            .site
            .mail(USER, "oauth2url", json!({ "type": service }))
            .unwrap();
        let url = url["url"].as_str().unwrap();
        assert!(!url.contains("dry-run"), "{url}");
        assert_eq!(parameters(url)["client_id"], format!("{service}-id"));
    }
}

#[test]
fn a_real_mailbox_goes_on_with_its_provider_during_a_dry_run() {
    let run = DryRun::on(Site::configured());
    run.admin("startDryRun", "google");
    run.link("google", "alice@gmail.example");
    let mut rows = run.rows("mailAccounts");
    let mut real = rows.remove(0);
    real.insert("dryRun".to_owned(), json!(false));
    run.put("mailAccounts", real);
    run.asked.borrow_mut().clear();
    let all = json!({ "email": "alice@gmail.example", "startDate": null });
    run.site.mail(USER, "startSync", all).unwrap();
    run.sync();
    let asked = run.asked.borrow().clone();
    assert!(!asked.is_empty());
    assert!(
        asked
            .iter()
            .all(|address| address.starts_with("https://gmail.googleapis.com/")),
        "{asked:?}"
    );
}

#[test]
fn a_test_mailbox_that_outlives_its_dry_run_asks_nobody_and_says_why() {
    let run = DryRun::on(Site::configured());
    run.admin("startDryRun", "google");
    let account = run.link("google", "alice@gmail.example");
    let row = run.rows("mailAccounts")[0].clone();
    run.admin("endDryRun", "google");
    // As if its callback had come in at the very moment.
    run.put("mailAccounts", row);
    run.asked.borrow_mut().clear();
    let all = json!({ "email": account["email"], "startDate": null });
    run.site.mail(USER, "startSync", all).unwrap();
    run.sync();
    assert_eq!(*run.asked.borrow(), Vec::<String>::new());
    assert_eq!(run.account()["statusCode"], "not_configured");
    // The page still counts it, and ending once more removes it.
    let runs = run.site.mail(ADMIN, "dryRuns", json!({})).unwrap();
    assert_eq!(
        (&runs[0]["on"], &runs[0]["mailboxes"]),
        (&json!(false), &json!(1))
    );
    run.admin("endDryRun", "google");
    assert_eq!(run.rows("mailAccounts").len(), 0);
}

#[test]
fn a_flow_that_began_in_a_dry_run_never_ends_at_the_provider() {
    let run = DryRun::on(Site::configured());
    run.admin("startDryRun", "google");
    let back = run.agree("google", "alice@gmail.example");
    let row = run.rows("mailAuthorizations")[0].clone();
    run.admin("endDryRun", "google");
    run.put("mailAuthorizations", row);
    run.asked.borrow_mut().clear();
    let error = run.site.mail(USER, "oauth2callback", back).unwrap_err();
    assert_eq!(refusal(&error).0, "not_configured");
    assert_eq!(*run.asked.borrow(), Vec::<String>::new());
}

#[test]
fn only_the_settings_permission_switches_and_everybody_signed_in_may_link() {
    let run = DryRun::started("google");
    for action in [
        "dryRuns",
        "startDryRun",
        "verifyDryRun",
        "deliverTestMail",
        "endDryRun",
    ] {
        let error = run
            .site
            .mail(USER, action, json!({ "type": "google" }))
            .unwrap_err();
        assert_eq!(refusal(&error).0, "forbidden", "{action}");
    }
    let providers = run.site.mail(OTHER, "providers", json!({})).unwrap();
    assert_eq!(
        (&providers[0]["configured"], &providers[0]["dryRun"]),
        (&json!(true), &json!(true))
    );
    assert_eq!(
        (&providers[1]["configured"], &providers[1]["dryRun"]),
        (&json!(false), &json!(false))
    );
}

#[test]
fn the_consent_page_serves_this_site_and_a_running_dry_run_only() {
    let run = DryRun::started("google");
    let query = run.consent_query("google");
    let foreign = query.replace("crm.example.com", "evil.example");
    let path = query.replace("oauth2", "elsewhere");
    for changed in [foreign, path, String::new(), "type=google".to_owned()] {
        for action in ["dryRunConsent", "dryRunDecision"] {
            let values = json!({ "query": changed, "allow": true, "email": "alice@gmail.example" });
            let error = run.site.mail(USER, action, values).unwrap_err();
            assert_eq!(refusal(&error).0, "invalid_input", "{action} {changed}");
        }
    }
    // Another application than the one registered is refused as a provider would.
    let other = query.replace("client_id=dry-run", "client_id=other");
    let error = run
        .site
        .mail(USER, "dryRunConsent", json!({ "query": other }))
        .unwrap_err();
    assert_eq!(refusal(&error).0, "client_rejected");
    run.admin("endDryRun", "google");
    let error = run
        .site
        .mail(USER, "dryRunConsent", json!({ "query": query }))
        .unwrap_err();
    assert_eq!(refusal(&error).0, "not_configured");
}

#[test]
fn refusing_consent_comes_back_as_a_refusal() {
    for (service, _) in SERVICES {
        let run = DryRun::started(service);
        let query = run.consent_query(service);
        let url = run
            .site
            .mail(USER, "dryRunDecision", json!({ "query": query, "allow": false }))
            .unwrap();
        let back = json!(parameters(url["url"].as_str().unwrap()));
        let error = run.site.mail(USER, "oauth2callback", back).unwrap_err();
        assert_eq!(refusal(&error).0, "consent_denied", "{service}");
    }
}

#[test]
fn the_stand_ins_addresses_cannot_be_entered_as_a_providers() {
    let site = Site::new();
    for address in [
        "https://dry-run.invalid/google",
        "https://1.dry-run.invalid/google",
    ] {
        let error = site
            .save("google", json!({ "endpoints": { "api": address } }))
            .unwrap_err();
        assert_eq!(refusal(&error), ("invalid_input", Some("endpoints.api")));
    }
}

#[test]
fn a_dry_run_delivers_no_more_than_its_share() {
    let run = DryRun::started("google");
    for _ in 0..100 {
        run.admin("deliverTestMail", "google");
    }
    let error = run
        .site
        .mail(ADMIN, "deliverTestMail", json!({ "type": "google" }))
        .unwrap_err();
    assert_eq!(refusal(&error), ("invalid_input", Some("type")));
    let error = run
        .site
        .mail(ADMIN, "deliverTestMail", json!({ "type": "microsoft" }))
        .unwrap_err();
    assert_eq!(refusal(&error).0, "not_configured");
}
