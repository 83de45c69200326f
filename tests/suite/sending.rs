//! Sending from end to end: what pages ask for, what leaves the simulated providers, and what users are told.
#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::print_stdout,
    reason = "tests"
)]

mod bulk;
mod bulk_faults;
mod drafts;
mod expiry;
mod faults;
pub(super) mod files;
mod kept_files;
mod leases;
mod organising;
mod patience;
mod replies;
mod roundtrip;
mod send_only;
mod theirs;
mod waiting;

use crate::support::service::{SERVICES, Service};
use crate::support::world::World;
use crate::support::{OTHER, USER, refusal};
use chrono::TimeDelta;
use email_manager::error::Result;
use serde_json::{Value, json};

/// A mail to somebody.
fn mail(with: Value) -> Value {
    let mut mail = json!({
        "to": ["Ann Lee <ann@customer.example>"],
        "subject": "Offer",
        "body": "<p>Hello Ann</p>",
    });
    for (name, value) in with.as_object().unwrap() {
        mail[name] = value.clone();
    }
    mail
}

fn send(world: &World, with: Value) -> Result<Value> {
    world.site.mail(USER, "messageSend", mail(with))
}

/// Lets time pass until everything that was sent is confirmed.
fn deliver(world: &World) {
    world.site.host.advance(TimeDelta::seconds(6));
    world.post();
    world.site.host.advance(TimeDelta::seconds(30));
    world.post();
}

fn call(world: &World, resource: &str, action: &str, values: Value) -> Result<Value> {
    let answer = world.site.call(Some(USER), resource, action, json!({}), values)?;
    Ok(answer.body)
}

fn states(world: &World) -> Vec<String> {
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    world.outbox().iter().map(|row| text(&row["state"])).collect()
}

#[test]
fn a_mail_is_sent_after_the_time_to_take_it_back_and_shows_once() {
    for service in SERVICES {
        let world = World::synced(service, 20);
        let answer = send(&world, json!({ "cc": "bo@customer.example", "bcc": [{ "name": "Cy", "address": "cy@customer.example" }] })).unwrap();
        assert_eq!(answer["state"], "queued");
        world.post();
        assert!(world.sent().is_empty(), "it can still be taken back");
        deliver(&world);
        let sent = world.sent();
        assert_eq!(sent.len(), 1, "{service:?} {:?}", world.outbox());
        assert_eq!(sent[0]["subject"], "Offer");
        assert_eq!(
            (&sent[0]["to"], &sent[0]["cc"], &sent[0]["bcc"]),
            (
                &json!(["ann@customer.example"]),
                &json!(["bo@customer.example"]),
                &json!(["cy@customer.example"])
            )
        );
        assert_eq!(sent[0]["from"]["address"], service.mailbox());
        assert!(sent[0]["html"].as_str().unwrap().contains("<p>Hello Ann</p>"));
        assert_eq!(states(&world), ["confirmed"]);
        let shown = |world: &World| {
            let rows = world.site.host.rows("mailMessages");
            rows.into_iter()
                .filter(|row| row["subject"] == "Offer")
                .collect::<Vec<_>>()
        };
        assert_eq!(shown(&world).len(), 1, "it shows before any sync");
        assert_eq!(shown(&world)[0]["boxType"], "out");
        world.sync_emails();
        assert_eq!(shown(&world).len(), 1, "the sync shows no second one");
        world.assert_equal();
        world.assert_discreet();
        let events = world.site.host.events();
        assert!(
            events
                .iter()
                .any(|event| event.kind == "mail:outbox" && event.payload["state"] == "accepted")
        );
    }
}

#[test]
fn the_same_click_twice_is_one_mail() {
    for service in SERVICES {
        let world = World::synced(service, 10);
        let first = send(&world, json!({ "key": "click-1" })).unwrap();
        let second = send(&world, json!({ "key": "click-1", "subject": "Offer again" })).unwrap();
        assert_eq!(first["id"], second["id"]);
        assert_eq!(
            (&first["repeated"], &second["repeated"]),
            (&json!(false), &json!(true))
        );
        deliver(&world);
        assert_eq!(
            send(&world, json!({ "key": "click-1" })).unwrap()["state"],
            "confirmed"
        );
        deliver(&world);
        assert_eq!(world.sent().len(), 1);
        // Somebody else's key is another one.
        world.link(OTHER, service.other_mailbox()).unwrap();
        let other = world
            .site
            .mail(OTHER, "messageSend", mail(json!({ "key": "click-1" })))
            .unwrap();
        assert_ne!(other["id"], first["id"]);
    }
}

#[test]
fn what_is_wrong_is_named_by_its_field() {
    let world = World::synced(Service::Google, 10);
    for (with, expected) in [
        (json!({ "to": [] }), ("invalid_input", Some("to"))),
        (json!({ "to": ["ann"] }), ("invalid_input", Some("to"))),
        (
            json!({ "to": ["ann@x.example\r\nBcc: eve@x.example"] }),
            ("invalid_input", Some("to")),
        ),
        (
            json!({ "cc": [{ "name": "A\nB", "address": "a@x.example" }] }),
            ("invalid_input", Some("cc")),
        ),
        (
            json!({ "subject": "Hi\r\nBcc: eve@x.example" }),
            ("invalid_input", Some("subject")),
        ),
        (
            json!({ "identityEmail": "boss@gmail.example" }),
            ("not_found", Some("identityEmail")),
        ),
        (
            json!({ "accountEmail": "carol@gmail.example" }),
            ("not_found", Some("identityEmail")),
        ),
        (json!({ "replyTo": 987654 }), ("not_found", Some("replyTo"))),
        (
            json!({ "replyTo": 1, "mode": "shout" }),
            ("invalid_input", Some("mode")),
        ),
        (
            json!({ "attachments": [{ "filename": "no-such-upload" }] }),
            ("not_found", Some("attachments")),
        ),
        (
            json!({ "scheduleSendAt": "tomorrow" }),
            ("invalid_input", Some("scheduleSendAt")),
        ),
        (
            json!({ "scheduleSendAt": "2020-01-01T00:00:00Z" }),
            ("invalid_input", Some("scheduleSendAt")),
        ),
        (json!({ "id": 987654 }), ("conflict", Some("id"))),
    ] {
        let error = send(&world, with.clone()).unwrap_err();
        assert_eq!(refusal(&error), expected, "{with} {error}");
    }
    assert!(world.outbox().is_empty());
    assert!(world.site.mail(OTHER, "messageSend", mail(json!({}))).is_err());
}

#[test]
fn an_account_that_cannot_send_says_so_at_once() {
    for service in SERVICES {
        let world = World::synced(service, 10);
        let email = service.mailbox();
        world
            .site
            .mail(USER, "pauseAccount", json!({ "email": email, "paused": true }))
            .unwrap();
        assert_eq!(
            refusal(&send(&world, json!({})).unwrap_err()),
            ("conflict", Some("identityEmail"))
        );
        world
            .site
            .mail(USER, "pauseAccount", json!({ "email": email, "paused": false }))
            .unwrap();
        send(&world, json!({})).unwrap();
        world.control("revoke-consent", json!({ "mailbox": email }));
        deliver(&world);
        world.site.host.advance(TimeDelta::hours(2));
        world.post();
        world.run();
        assert_eq!(states(&world), ["failed"], "{:?}", world.outbox());
        assert_eq!(
            refusal(&send(&world, json!({})).unwrap_err()),
            ("reauthorization_required", Some("identityEmail"))
        );
        // Once it is authorised again, the mail can be sent.
        world.link(USER, email).unwrap();
        let id = world.outbox()[0]["id"].clone();
        call(
            &world,
            "mailOutbox",
            "resolve",
            json!({ "id": id, "outcome": "sendAgain" }),
        )
        .unwrap();
        deliver(&world);
        assert_eq!(states(&world), ["confirmed"]);
        assert_eq!(world.sent().len(), 1);

        let mut settings = service.settings();
        settings["mode"] = json!("readOnly");
        world.site.save(service.name(), settings).unwrap();
        world.link(USER, email).unwrap();
        assert_eq!(
            refusal(&send(&world, json!({})).unwrap_err()),
            ("permission_missing", Some("identityEmail"))
        );
    }
}

#[test]
fn aliases_are_synchronised_and_sent_from() {
    for service in SERVICES {
        let world = World::synced(service, 10);
        let alias = match service {
            Service::Google => "sales-alice@gmail.example",
            Service::Microsoft => "sales-bob@outlook.example",
        };
        let values = json!({ "identityEmail": alias });
        assert_eq!(refusal(&send(&world, values.clone()).unwrap_err()).0, "not_found");
        let identities = world
            .site
            .mail(
                USER,
                "accountIdentitiesSync",
                json!({ "email": service.mailbox() }),
            )
            .unwrap();
        assert_eq!(identities[1]["email"], alias);
        assert_eq!(identities[1]["verificationStatus"], "accepted");
        let account = world.site.mail(USER, "getMailAccounts", json!({})).unwrap()[0].clone();
        assert_eq!(account["identities"], identities);
        send(&world, values).unwrap();
        deliver(&world);
        assert_eq!(world.sent()[0]["from"]["address"], alias);
    }
}

#[test]
fn a_refused_mail_fails_with_a_reason_and_leaves_no_draft_behind() {
    for service in SERVICES {
        let world = World::synced(service, 10);
        let drafts = world.in_box("draft").len();
        send(&world, json!({})).unwrap();
        world.control(
            "fault",
            json!({ "path": "/send", "status": 400, "reason": "ErrorInvalidRecipients", "method": "POST" }),
        );
        deliver(&world);
        assert_eq!(states(&world), ["failed"]);
        let listed = call(&world, "mailOutbox", "list", json!({})).unwrap();
        assert_eq!(listed[0]["code"], "provider_rejected");
        assert!(listed[0]["reason"].as_str().unwrap().contains("400"));
        assert_eq!(world.in_box("draft").len(), drafts);
        let resolved = call(
            &world,
            "mailOutbox",
            "resolve",
            json!({ "id": listed[0]["id"], "outcome": "edit" }),
        )
        .unwrap();
        assert!(resolved["draftId"].is_i64());
        assert!(world.sent().is_empty());
    }
}

#[test]
fn a_sending_limit_is_waited_for() {
    for service in SERVICES {
        let world = World::synced(service, 10);
        send(&world, json!({})).unwrap();
        world.control(
            "fault",
            json!({ "path": "/send", "status": 429, "retryAfter": 7200, "method": "POST" }),
        );
        deliver(&world);
        assert_eq!(states(&world), ["sending"]);
        world.site.host.advance(TimeDelta::minutes(100));
        world.post();
        assert!(world.sent().is_empty());
        world.site.host.advance(TimeDelta::minutes(30));
        deliver(&world);
        assert_eq!(states(&world), ["confirmed"]);
        assert_eq!(world.sent().len(), 1);
    }
}
