//! Accounts that may send and nothing else: no draft can be made in Outlook, and nobody looks among the sent mails.

use chrono::TimeDelta;
use serde_json::{Value, json};

use super::{deliver, send, states};
use crate::support::edge::Trouble;
use crate::support::service::{SERVICES, Service};
use crate::support::world::World;
use crate::support::{USER, refusal};

/// A mailbox that was linked while the site could only send.
pub(super) fn linked(service: Service) -> World {
    let world = World::new(service, 10);
    let mode = json!({ "mode": "sendOnly" });
    world.site.save(service.name(), mode).unwrap();
    world.link(USER, service.mailbox()).unwrap();
    world.wire.take_requests();
    world
}

#[test]
fn an_account_that_may_only_send_sends_once_with_everything_in_it() {
    for service in SERVICES {
        let world = linked(service);
        let more =
            json!({ "cc": "bo@customer.example", "bcc": "cy@customer.example", "subject": "Größe 漢字" });
        send(&world, more).unwrap();
        deliver(&world);
        let sent = world.sent();
        assert_eq!(sent.len(), 1, "{service:?} {:?}", world.outbox());
        assert_eq!(sent[0]["subject"], "Größe 漢字");
        assert_eq!(sent[0]["to"], json!(["ann@customer.example"]));
        assert_eq!(sent[0]["cc"], json!(["bo@customer.example"]));
        assert_eq!(sent[0]["bcc"], json!(["cy@customer.example"]));
        assert!(sent[0]["html"].as_str().unwrap().contains("<p>Hello Ann</p>"));
        // Gmail's draft is gone, and nobody may look further; Outlook's word was final.
        let expected = match service {
            Service::Google => "accepted",
            Service::Microsoft => "confirmed",
        };
        assert_eq!(states(&world), [expected], "{service:?}");
        for _ in 0..10 {
            world.site.host.advance(TimeDelta::minutes(20));
            world.post();
        }
        assert_eq!(world.sent().len(), 1);
        assert_eq!(
            world.shown().iter().filter(|row| row["boxType"] == "out").count(),
            1
        );
        world.assert_discreet();
    }
}

#[test]
fn an_answer_to_outlook_that_gets_lost_is_shown_at_once_and_never_guessed() {
    for trouble in [Trouble::CrashInFetch, Trouble::CrashAfterCommit] {
        for skip in 0..6 {
            let mut world = linked(Service::Microsoft);
            send(&world, json!({})).unwrap();
            world.site.host.advance(TimeDelta::seconds(6));
            world.edge.strike(skip, trouble);
            world.post();
            world.edge.spare();
            for _ in 0..12 {
                world.restart();
                world.site.host.advance(TimeDelta::minutes(11));
                world.post();
            }
            let sent = world.sent().len();
            let state = states(&world).remove(0);
            let what = format!("{trouble:?} {skip}: {state}, sent {sent} times");
            assert!(sent <= 1, "{what}");
            match state.as_str() {
                "confirmed" => assert_eq!(sent, 1, "{what}"),
                "ambiguous" => {
                    let reason = world.outbox()[0]["reason"].clone();
                    assert!(reason.as_str().unwrap().contains("may not look"), "{what}");
                }
                _ => panic!("{what}"),
            }
        }
    }
}

#[test]
fn an_outlook_account_that_may_only_send_asks_for_no_drafts_and_no_sent_mails() {
    let world = linked(Service::Microsoft);
    let body = format!("<p>{}</p>", "x".repeat(900_000));
    send(&world, json!({ "body": body })).unwrap();
    deliver(&world);
    assert_eq!(world.sent().len(), 1, "{:?}", world.outbox());
    let missing = send(&world, json!({ "to": [] })).unwrap_err();
    assert_eq!(refusal(&missing), ("invalid_input", Some("to")));
    assert_eq!(states(&world), ["confirmed"]);
    let requests = world.wire.take_requests();
    assert!(
        requests.iter().all(|request| !request.contains("/me/messages")),
        "no draft, and no look: {requests:?}"
    );
    assert_ne!(world.account()["status"], Value::Null);
}

#[test]
fn an_outlook_account_that_gets_no_token_is_asked_nothing_and_sends_later() {
    for refused in [0, 1, 2] {
        let world = linked(Service::Microsoft);
        send(&world, json!({})).unwrap();
        // The token is too old, or is refused when the mail is sent; and no other one is to be had.
        match refused {
            0 => world.site.host.advance(TimeDelta::hours(2)),
            _ => world.site.host.advance(TimeDelta::seconds(6)),
        }
        if refused > 0 {
            let fault = json!({ "path": "/sendMail", "status": 401, "count": refused });
            world.control("fault", fault);
        }
        if refused < 2 {
            world.control("fault", json!({ "path": "/token", "status": 503, "count": 0 }));
        }
        world.post();
        assert!(world.sent().is_empty());
        assert_eq!(states(&world), ["sending"], "{refused} {:?}", world.outbox());
        world.control("clear-faults", json!({}));
        world.site.host.advance(TimeDelta::hours(1));
        deliver(&world);
        assert_eq!(states(&world), ["confirmed"], "{refused} {:?}", world.outbox());
        assert_eq!(world.sent().len(), 1);
    }
}
