//! "Test sign-in" and the admin consent link: the whole way with a user, and nothing of it kept.
#![allow(missing_docs, clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]

use crate::support::service::{SERVICES, Service};
use crate::support::world::World;
use crate::support::{ADMIN, OTHER, USER, parameters, refusal};
use chrono::TimeDelta;
use serde_json::{Value, json};

fn trial_url(world: &World) -> String {
    let asked = json!({ "section": world.service.name() });
    let answer = world.site.mail(ADMIN, "trialUrl", asked).unwrap();
    answer["url"].as_str().unwrap().to_owned()
}

/// Signs in with the service's mailbox and gives back what the settings page gets.
fn sign_in(world: &World, grants: impl Fn(&str) -> bool) -> Value {
    let back = world.decide(&trial_url(world), world.service.mailbox(), grants);
    end(world, back)
}

fn end(world: &World, back: Value) -> Value {
    let mut values = back;
    values["errorDescription"] = values["error_description"].clone();
    world.site.mail(ADMIN, "oauth2callback", values).unwrap()["trial"].clone()
}

fn states(trial: &Value) -> Vec<String> {
    let checks = trial["checks"].as_array().unwrap().iter();
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

fn failure(trial: &Value) -> (String, String, String) {
    let mut failed = trial["checks"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|check| check["state"] == "failed");
    let check = failed.next().unwrap();
    assert!(failed.next().is_none(), "{trial}");
    let text = |name: &str| check[name].as_str().unwrap_or_default().to_owned();
    (text("check"), text("sentence"), text("code"))
}

#[test]
fn a_test_sign_in_proves_everything_and_keeps_nothing() {
    for service in SERVICES {
        let world = World::new(service, 10);
        let trial = sign_in(&world, |_| true);
        assert_eq!(trial["section"], service.name());
        assert_eq!(trial["email"], service.mailbox());
        assert!(
            states(&trial).iter().all(|state| state.ends_with(" ok")),
            "{trial}"
        );
        assert!(world.site.host.rows("mailAccounts").is_empty());
        let used = Value::from(world.site.host.rows("mailAuthorizations").remove(0));
        assert_eq!(
            used["verifier"],
            Value::Null,
            "what is remembered of it can't be used again"
        );
        world.assert_discreet();
        let answer = trial.to_string();
        assert!(
            world
                .secrets()
                .iter()
                .all(|secret| secret.is_empty() || !answer.contains(secret))
        );
    }
}

#[test]
fn at_google_the_grant_is_given_back_unless_somebody_has_linked_the_mailbox() {
    let world = World::new(Service::Google, 10);
    world.wire.take_requests();
    sign_in(&world, |_| true);
    assert!(
        world
            .wire
            .take_requests()
            .contains(&"POST /google/revoke".to_owned())
    );

    let world = World::synced(Service::Google, 10);
    world.wire.take_requests();
    sign_in(&world, |_| true);
    assert!(
        !world
            .wire
            .take_requests()
            .contains(&"POST /google/revoke".to_owned())
    );
    world.site.host.advance(TimeDelta::hours(2));
    world.sync_emails();
    assert_eq!(world.account()["status"], "ready", "the linked account lives on");
}

#[test]
fn it_works_before_users_may_link_mailboxes() {
    let world = World::new(Service::Google, 10);
    world.site.save("google", json!({ "enabled": false })).unwrap();
    assert_eq!(sign_in(&world, |_| true)["email"], Service::Google.mailbox());
}

#[test]
fn what_goes_wrong_on_the_way_is_a_check_with_its_step() {
    let world = World::new(Service::Google, 10);
    world.control("application", json!({ "gmailApiDisabled": true }));
    let trial = sign_in(&world, |_| true);
    let (check, sentence, code) = failure(&trial);
    assert_eq!((check.as_str(), code.as_str()), ("api", "accessNotConfigured"));
    assert!(sentence.contains("Gmail API is not enabled"), "{sentence}");
    let step = |trial: &Value| {
        let checks = trial["checks"].as_array().unwrap().iter();
        let mut failed = checks.filter(|check| check["state"] == "failed");
        failed.next().unwrap()["step"].as_str().unwrap().to_owned()
    };
    assert_eq!(step(&trial), "google.api");

    let world = World::new(Service::Google, 10);
    let (check, _, _) = failure(&{
        let back = world.answer_consent(&trial_url(&world), Service::Google.mailbox(), "deny", |_| true);
        end(&world, back)
    });
    assert_eq!(check, "consent");

    let world = World::new(Service::Microsoft, 10);
    world.control("application", json!({ "secretExpired": true }));
    let (check, sentence, _) = failure(&sign_in(&world, |_| true));
    assert_eq!(check, "clientSecret");
    assert!(sentence.contains("expired"), "{sentence}");

    let world = World::new(Service::Microsoft, 10);
    let url = trial_url(&world);
    world.control("application", json!({ "adminConsentRequired": true }));
    let back = world.answer_consent(&url, Service::Microsoft.mailbox(), "allow", |_| true);
    let trial = end(&world, back);
    let (check, _, code) = failure(&trial);
    assert_eq!((check.as_str(), code.as_str()), ("consent", "AADSTS90094"));
    assert_eq!(step(&trial), "microsoft.admin-consent");
}

#[test]
fn a_permission_that_was_not_ticked_is_noticed() {
    let world = World::new(Service::Google, 10);
    let (check, _, _) = failure(&{
        let mut trial = sign_in(&world, |scope| !scope.contains("gmail"));
        // Without any permission Gmail refuses its profile, too.
        trial["checks"]
            .as_array_mut()
            .unwrap()
            .retain(|check| check["check"] != "api");
        trial
    });
    assert_eq!(check, "consent");
}

#[test]
fn a_test_is_its_owners_once_and_for_ten_minutes() {
    let world = World::new(Service::Google, 10);
    let begin = || world.decide(&trial_url(&world), Service::Google.mailbox(), |_| true);
    let refused = |user, values: &Value| {
        refusal(
            &world
                .site
                .mail(user, "oauth2callback", values.clone())
                .unwrap_err(),
        )
        .0
        .to_owned()
    };
    let back = begin();
    assert_eq!(refused(OTHER, &back), "state_invalid");
    let first = world.site.mail(ADMIN, "oauth2callback", back.clone()).unwrap();
    world.wire.take_requests();
    let again = world.site.mail(ADMIN, "oauth2callback", back.clone()).unwrap();
    assert_eq!(again, first, "a browser that sends it twice gets the same");
    assert_eq!(world.wire.take_requests(), [""; 0]);
    let mut other = back;
    other["code"] = json!("another code");
    assert_eq!(refused(ADMIN, &other), "state_invalid");
    let late = begin();
    world.site.host.advance(TimeDelta::minutes(11));
    assert_eq!(refused(ADMIN, &late), "state_invalid");
    assert!(world.site.host.rows("mailAccounts").is_empty());
    for action in ["trialUrl", "adminConsentUrl"] {
        let error = world
            .site
            .mail(USER, action, json!({ "section": "google" }))
            .unwrap_err();
        assert_eq!(refusal(&error).0, "forbidden");
    }
}

#[test]
fn an_authorization_of_an_account_is_never_taken_for_a_test() {
    let world = World::new(Service::Google, 10);
    let asked = json!({ "type": "google" });
    let back = world.consent(ADMIN, asked, Service::Google.mailbox(), |_| true);
    let linked = world.site.mail(ADMIN, "oauth2callback", back).unwrap();
    assert_eq!(linked["account"]["email"], Service::Google.mailbox());
}

fn consent_url(world: &World) -> String {
    let answer = world
        .site
        .mail(ADMIN, "adminConsentUrl", json!({ "section": "microsoft" }))
        .unwrap();
    answer["url"].as_str().unwrap().to_owned()
}

#[test]
fn an_administrators_consent_is_asked_for_what_is_needed_and_its_end_is_told() {
    let world = World::new(Service::Microsoft, 10);
    let url = consent_url(&world);
    assert!(
        url.starts_with("http://127.0.0.1:14100/microsoft/organizations/v2.0/adminconsent?"),
        "{url}"
    );
    let asked = parameters(&url);
    assert_eq!(asked["client_id"], "microsoft-id");
    assert_eq!(
        asked["redirect_uri"],
        "https://crm.example.com/admin/settings/mail/oauth2"
    );
    assert_eq!(
        asked["scope"],
        "offline_access http://127.0.0.1:14100/User.Read http://127.0.0.1:14100/Mail.ReadWrite http://127.0.0.1:14100/Mail.Send"
    );
    world.site.host.advance(TimeDelta::hours(23));
    let back = world.answer_consent(&url, "", "allow", |_| true);
    assert_eq!(back["admin_consent"], "True");
    let end = world.site.mail(ADMIN, "oauth2callback", back).unwrap();
    assert_eq!(end, json!({ "adminConsent": { "granted": true } }));

    let back = world.answer_consent(&consent_url(&world), "", "deny", |_| true);
    let end = world.site.mail(ADMIN, "oauth2callback", back).unwrap();
    assert_eq!(end, json!({ "adminConsent": { "granted": false } }));
    let late = world.answer_consent(&consent_url(&world), "", "allow", |_| true);
    world.site.host.advance(TimeDelta::hours(25));
    let error = world.site.mail(ADMIN, "oauth2callback", late).unwrap_err();
    assert_eq!(refusal(&error).0, "state_invalid");
}

#[test]
fn there_is_no_administrator_to_consent_for_personal_accounts_or_behind_unknown_addresses() {
    let world = World::new(Service::Microsoft, 10);
    world
        .site
        .save("microsoft", json!({ "tenant": "contoso.example" }))
        .unwrap();
    assert!(consent_url(&world).contains("/contoso.example/v2.0/adminconsent?"));
    let refused = |values: Value| {
        world.site.save("microsoft", values).unwrap();
        let error = world
            .site
            .mail(ADMIN, "adminConsentUrl", json!({ "section": "microsoft" }))
            .unwrap_err();
        error.field().unwrap().to_owned()
    };
    assert_eq!(refused(json!({ "tenant": "consumers" })), "tenant");
    let endpoints = json!({ "authorize": "https://proxy.example/consent" });
    assert_eq!(
        refused(json!({ "tenant": "common", "endpoints": endpoints })),
        "endpoints.authorize"
    );
}
