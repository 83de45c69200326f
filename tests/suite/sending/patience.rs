//! Where nothing helps: how long it is tried, and what follows.

use chrono::TimeDelta;
use serde_json::{Value, json};

use super::{deliver, send, states};
use crate::support::USER;
use crate::support::service::{SERVICES, Service};
use crate::support::world::World;

/// Lets `hours` pass, with the schedule running.
pub(super) fn pass(world: &World, hours: i64) {
    for _ in 0..hours * 3 {
        world.site.host.advance(TimeDelta::minutes(20));
        world.post();
    }
}

/// Whom the host has told what.
fn told(world: &World) -> Vec<(i64, String)> {
    pollster::block_on(world.site.plugin.run_schedule("tidy")).unwrap();
    let all = world.site.host.notifications().into_iter();
    all.map(|each| (each.user_id, each.title)).collect()
}

pub(super) fn fails_for_good(world: &World, path: &str) {
    let fault = json!({ "path": path, "status": 503, "count": 0, "provider": world.service.name() });
    world.control("fault", fault);
}

/// Where each provider is asked about drafts and sent mails.
pub(super) const fn api(service: Service) -> &'static str {
    match service {
        Service::Google => "/users/me",
        Service::Microsoft => "/me/messages",
    }
}

#[test]
fn a_mail_that_the_provider_does_not_take_for_a_day_has_failed_and_its_draft_goes() {
    for service in SERVICES {
        let world = World::synced(service, 10);
        let drafts = world.in_box("draft").len();
        send(&world, json!({})).unwrap();
        fails_for_good(&world, "/send");
        deliver(&world);
        pass(&world, 20);
        assert_eq!(states(&world), ["sending"], "{service:?}");
        pass(&world, 6);
        assert_eq!(states(&world), ["failed"], "{service:?}");
        let reason = world.outbox()[0]["reason"].clone();
        assert!(reason.as_str().unwrap().contains("was not sent"), "{reason}");
        assert_eq!(world.in_box("draft").len(), drafts, "{service:?}");
        assert_eq!(
            told(&world),
            [(USER.id, "An email from {{email}} was not sent".to_owned())]
        );
        world.control("clear-faults", json!({}));
        pass(&world, 1);
        assert!(world.sent().is_empty());
    }
}

#[test]
fn where_nobody_can_look_for_a_day_what_came_of_a_try_its_user_is_asked() {
    for service in SERVICES {
        let world = World::synced(service, 10);
        send(&world, json!({})).unwrap();
        world.control("fault", json!({ "path": "/send", "action": "drop-after" }));
        world.site.host.advance(TimeDelta::seconds(6));
        world.post();
        fails_for_good(&world, api(service));
        pass(&world, 20);
        assert_eq!(states(&world), ["sending"], "{service:?}");
        pass(&world, 6);
        assert_eq!(states(&world), ["ambiguous"], "{service:?}");
        assert_eq!(world.sent().len(), 1);
        assert_eq!(
            told(&world),
            [(
                USER.id,
                "An email from {{email}} may not have been sent".to_owned()
            )]
        );
    }
}

#[test]
fn a_mail_that_was_accepted_is_looked_for_no_longer_than_a_day() {
    for service in SERVICES {
        let world = World::synced(service, 10);
        send(&world, json!({})).unwrap();
        world.site.host.advance(TimeDelta::seconds(6));
        world.post();
        assert_eq!(states(&world), ["accepted"]);
        fails_for_good(&world, api(service));
        pass(&world, 26);
        assert_eq!(states(&world), ["accepted"], "{service:?}");
        assert_eq!(world.outbox()[0]["notBefore"], Value::Null, "{service:?}");
    }
}

#[test]
fn time_in_which_nobody_could_try_does_not_make_a_mail_fail() {
    for service in SERVICES {
        let world = World::synced(service, 10);
        send(&world, json!({})).unwrap();
        world.site.host.advance(TimeDelta::days(3));
        let fault = json!({ "path": api(service), "status": 503, "provider": service.name() });
        world.control("fault", fault);
        world.post();
        assert_eq!(states(&world), ["sending"], "{service:?}");
        deliver(&world);
        pass(&world, 1);
        assert_eq!(states(&world), ["confirmed"], "{service:?}");
    }
}

#[test]
fn a_refusal_of_a_second_try_says_nothing_about_the_first() {
    for service in SERVICES {
        let world = World::synced(service, 10);
        send(&world, json!({})).unwrap();
        world.control("fault", json!({ "path": "/send", "action": "drop-before" }));
        world.site.host.advance(TimeDelta::seconds(6));
        world.post();
        // The first try gets through at last, just before the second one, which is refused for that.
        world.wire.tamper(|request, response| {
            if request.uri().path().ends_with("/send") {
                *response.status_mut() = http::StatusCode::BAD_REQUEST;
                response.body_mut().clear();
            }
        });
        for _ in 0..12 {
            world.site.host.advance(TimeDelta::minutes(1));
            world.post();
        }
        assert_eq!(world.sent().len(), 1, "{service:?}");
        assert_eq!(states(&world), ["confirmed"], "{service:?} {:?}", world.outbox());
    }
}
