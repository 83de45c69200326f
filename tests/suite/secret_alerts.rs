//! Client secrets that end: administrators are told once for each occasion, ahead of the date and when the provider
//! refuses.
#![allow(missing_docs, clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]

use crate::support::service::{SERVICES, Service};
use crate::support::world::World;
use crate::support::{ADMIN, Site};
use chrono::TimeDelta;
use email_manager::host::Host;
use serde_json::{Value, json};

/// Who may configure the site of these tests.
const ADMINISTRATORS: [i64; 2] = [1, 9];

fn tidy(site: &Site) {
    pollster::block_on(site.plugin.run_schedule("tidy")).unwrap();
}

/// The titles that one of the administrators was told so far; the other one was told the same.
fn told(site: &Site) -> Vec<String> {
    let all = site.host.notifications();
    let of = |user: i64| -> Vec<String> {
        let own = all.iter().filter(|each| each.user_id == user);
        own.map(|each| each.title.clone()).collect()
    };
    assert_eq!(of(ADMINISTRATORS[0]), of(ADMINISTRATORS[1]));
    assert!(all.iter().all(|each| ADMINISTRATORS.contains(&each.user_id)));
    of(ADMINISTRATORS[0])
}

fn expires_in(site: &Site, days: i64) {
    let date = (site.host.now().date_naive() + TimeDelta::days(days)).to_string();
    site.save("microsoft", json!({ "secretExpiresAt": date }))
        .unwrap();
}

fn notices(site: &Site) -> Value {
    site.mail(ADMIN, "settingsSchema", json!({})).unwrap()["notices"].clone()
}

/// The provider refuses the client secret from now on, with this description.
fn refuse(world: &World, description: &'static str) {
    world.wire.tamper(move |request, response| {
        if request.uri().path().ends_with("/token") {
            *response.status_mut() = http::StatusCode::UNAUTHORIZED;
            *response.body_mut() = json!({ "error": "invalid_client", "error_description": description })
                .to_string()
                .into_bytes();
        }
    });
}

fn refresh(world: &World) {
    world.site.host.advance(TimeDelta::minutes(70));
    world.run();
    for _ in 0..3 {
        tidy(&world.site);
    }
}

#[test]
fn administrators_are_told_thirty_seven_and_one_days_ahead_and_at_the_end_each_time_once() {
    let site = Site::configured();
    site.host.set_administrators(&ADMINISTRATORS);
    expires_in(&site, 32);
    let mut days_told: Vec<i64> = Vec::new();
    for day in 0..40 {
        let before = told(&site).len();
        for _ in 0..3 {
            tidy(&site);
            site.host.advance(TimeDelta::hours(8));
        }
        if told(&site).len() > before {
            assert_eq!(told(&site).len(), before + 1);
            days_told.push(32 - day);
        }
    }
    // The last one is the first day after the date.
    assert_eq!(days_told.len(), 4);
    for (day, expected) in days_told.iter().zip([30, 7, 1, -1]) {
        assert!(day.abs_diff(expected) <= 1, "{days_told:?}");
    }
    let titles = told(&site);
    assert!(titles[0].contains("expires on"), "{titles:?}");
    assert!(titles[3].contains("has expired"), "{titles:?}");
    let notification = &site.host.notifications()[0];
    assert_eq!(notification.path, "/admin/settings/mail");
    assert_eq!(notification.values["provider"], "Outlook");
}

#[test]
fn a_new_secret_or_another_date_is_another_occasion() {
    let site = Site::configured();
    site.host.set_administrators(&ADMINISTRATORS);
    expires_in(&site, 5);
    tidy(&site);
    assert_eq!(told(&site).len(), 1);
    // The same values again are no news.
    expires_in(&site, 5);
    tidy(&site);
    assert_eq!(told(&site).len(), 1);
    site.host.advance(TimeDelta::minutes(1));
    expires_in(&site, 6);
    tidy(&site);
    assert_eq!(told(&site).len(), 2);
    site.host.advance(TimeDelta::minutes(1));
    site.save("microsoft", json!({ "clientSecret": "another" }))
        .unwrap();
    tidy(&site);
    assert_eq!(told(&site).len(), 3);
    // A provider that nobody uses needs no new secret.
    site.save("microsoft", json!({ "enabled": false, "secretExpiresAt": null }))
        .unwrap();
    expires_in(&site, 2);
    tidy(&site);
    assert_eq!(told(&site).len(), 3);
}

#[test]
fn a_secret_that_the_provider_refuses_is_told_once_and_shown_until_it_is_replaced() {
    for service in SERVICES {
        for (description, word) in [
            ("AADSTS7000222: expired", "expired"),
            ("no such client", "refuse"),
        ] {
            let world = World::synced(service, 4);
            world.site.host.set_administrators(&ADMINISTRATORS);
            refuse(&world, description);
            for _ in 0..3 {
                refresh(&world);
            }
            let titles = told(&world.site);
            assert_eq!(titles.len(), 1, "{titles:?}");
            assert!(titles[0].contains(word), "{titles:?}");
            assert_eq!(
                world.account()["status"],
                "failing",
                "no mailbox is dead because of it"
            );
            let shown = notices(&world.site);
            assert_eq!(shown.as_array().unwrap().len(), 1, "{shown}");
            assert_eq!(shown[0]["level"], "error");
            assert!(shown[0]["sentence"].as_str().unwrap().contains(word), "{shown}");
            let step = match service {
                Service::Google => "google.credentials",
                Service::Microsoft => "microsoft.client-secret",
            };
            assert_eq!(shown[0]["step"], step);

            // A word of the provider that it works again is enough.
            world.wire.restore();
            world.site.host.advance(TimeDelta::hours(2));
            world.sync_emails();
            assert_eq!(notices(&world.site), json!([]));
            assert_eq!(world.account()["status"], "ready");
            refuse(&world, description);
            refresh(&world);
            assert_eq!(notices(&world.site).as_array().unwrap().len(), 1);

            let secret = json!({ "clientSecret": "another" });
            world.site.save(service.name(), secret).unwrap();
            assert_eq!(notices(&world.site), json!([]));
            world.assert_discreet();
        }
    }
}

#[test]
fn what_is_refused_for_another_reason_says_nothing_of_the_secret() {
    for service in SERVICES {
        let world = World::synced(service, 4);
        world.site.host.set_administrators(&ADMINISTRATORS);
        for description in ["AADSTS700016: unknown application", "AADSTS50194: one tenant"] {
            refuse(&world, description);
            refresh(&world);
        }
        assert_eq!(told(&world.site), [""; 0]);
        assert_eq!(notices(&world.site), json!([]));
    }
}
