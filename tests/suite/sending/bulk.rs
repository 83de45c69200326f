//! Bulk mails: what may be asked for, and what each recipient gets.

use chrono::TimeDelta;
use email_manager::error::Result;
use email_manager::host::Host;
use serde_json::{Value, json};

use super::files::{bytes, upload};
use super::{call, deliver, mail};
use crate::support::service::{SERVICES, Service};
use crate::support::world::World;
use crate::support::{USER, refusal};

pub(super) fn bulk(world: &World, data: Value, interval: Value) -> Result<Value> {
    let values = json!({ "data": mail(data), "mailSendSetting": { "interval": interval } });
    call(world, "mailMassMessages", "send", values)
}

/// The records of all recipients, in their order.
pub(super) fn recipients(world: &World) -> Vec<Value> {
    let rows = world.site.host.rows("mailMassMessages");
    let of_recipient = |row: &email_manager::host::Row| row.get("number").is_some_and(Value::is_number);
    rows.into_iter().filter(of_recipient).map(Value::Object).collect()
}

pub(super) fn statuses(world: &World) -> Vec<String> {
    let text = |row: &Value| row["status"].as_str().unwrap().to_owned();
    recipients(world).iter().map(text).collect()
}

fn people(count: usize) -> Vec<String> {
    (0..count)
        .map(|number| format!("p{number}@customer.example"))
        .collect()
}

#[test]
fn each_recipient_is_called_by_name_and_sees_nobody_else() {
    for service in SERVICES {
        let world = World::synced(service, 6);
        let data = json!({
            "to": [{ "name": "Ann <b>Lee", "address": "ann@customer.example" }, { "name": "", "address": "bo@customer.example" }, "ANN@customer.example"],
            "subject": "Offer for {{name}}",
            "body": "<p>Dear {{ name }}, your address is {{email}}, not {{other}}. <a href=\"https://x.example/{{email}}\">Link</a></p>",
        });
        bulk(&world, data, json!(0)).unwrap();
        assert_eq!(recipients(&world).len(), 2, "who is named twice gets one mail");
        assert_eq!(
            recipients(&world)[0]["message"]["subject"],
            "Offer for Ann <b>Lee"
        );
        deliver(&world);
        let sent = world.sent();
        assert_eq!(sent.len(), 2, "{service:?}");
        for (number, (address, subject, text)) in [
            (
                "ann@customer.example",
                "Offer for Ann <b>Lee",
                "Dear Ann &lt;b&gt;Lee, your address is ann@customer.example, not {{other}}.",
            ),
            (
                "bo@customer.example",
                "Offer for bo@customer.example",
                "Dear bo@customer.example, your",
            ),
        ]
        .into_iter()
        .enumerate()
        {
            assert_eq!(sent[number]["to"], json!([address]));
            assert_eq!(sent[number]["subject"], subject);
            let html = sent[number]["html"].as_str().unwrap();
            assert!(html.contains(text), "{html}");
        }
        world.assert_discreet();
    }
}

#[test]
fn a_name_does_not_become_a_link_of_its_own() {
    let world = World::synced(Service::Google, 6);
    let data = json!({
        "to": [{ "name": "javascript:alert(1)", "address": "ann@customer.example" }],
        "body": "<p><a href=\"{{name}}\">Link</a> <a title=\"{{name}}\" href=\"https://x.example\">Other</a></p>",
    });
    bulk(&world, data, json!(0)).unwrap();
    deliver(&world);
    let html = world.sent()[0]["html"].clone();
    assert!(!html.as_str().unwrap().contains("href=\"javascript"), "{html}");
}

#[test]
fn what_is_wrong_is_named_and_nothing_is_sent() {
    let world = World::synced(Service::Google, 6);
    let ok = json!("ann@customer.example");
    for (data, interval, expected) in [
        (json!({ "to": [] }), json!(0), "to"),
        (json!({ "to": [], "cc": [ok] }), json!(0), "to"),
        (json!({ "to": people(501) }), json!(0), "to"),
        (json!({}), json!(-1), "mailSendSetting.interval"),
        (json!({}), json!(86_400_001), "mailSendSetting.interval"),
        (json!({}), json!("soon"), "mailSendSetting.interval"),
        (json!({}), Value::Null, "mailSendSetting.interval"),
        (
            json!({ "subject": "Hi\r\nBcc: eve@x.example" }),
            json!(0),
            "subject",
        ),
        (
            json!({ "attachments": [{ "filename": "no-such-upload" }] }),
            json!(0),
            "attachments",
        ),
        (
            json!({ "scheduleSendAt": "2020-01-01T00:00:00Z" }),
            json!(0),
            "scheduleSendAt",
        ),
        (
            json!({ "identityEmail": "boss@gmail.example" }),
            json!(0),
            "identityEmail",
        ),
    ] {
        let error = bulk(&world, data.clone(), interval).unwrap_err();
        assert_eq!(error.field(), Some(expected), "{data} {error}");
    }
    for (to, place) in [
        (json!([ok, "bo", ok]), 2),
        (json!([ok, "bo@x.example, cy@x.example, no address", ok]), 4),
        (json!([ok, { "address": "x" }]), 2),
        (json!([ok, ok, 5]), 3),
        (json!(["ann@x.example\r\nBcc: eve@x.example"]), 1),
        (json!("ann@x.example, bo"), 2),
    ] {
        let error = bulk(&world, json!({ "to": to }), json!(0)).unwrap_err();
        assert_eq!(refusal(&error), ("invalid_input", Some("to")));
        let expected = format!("recipient {place} ");
        assert!(error.message().starts_with(&expected), "{to} {error}");
    }
    let error = call(
        &world,
        "mailMassMessages",
        "send",
        json!({ "to": ["ann@x.example"] }),
    )
    .unwrap_err();
    assert_eq!(refusal(&error), ("invalid_input", Some("data")));
    assert!(world.outbox().is_empty() && world.site.host.rows("mailMassMessages").is_empty());
    assert!(bulk(&world, json!({ "to": people(500) }), json!("86400000")).is_ok());
}

#[test]
fn a_bulk_mail_waits_for_its_time_and_uses_its_draft_up() {
    for service in SERVICES {
        let world = World::synced(service, 6);
        let saved = world
            .site
            .mail(USER, "messageSavingDraft", mail(json!({ "interval": 60_000 })))
            .unwrap();
        let kept =
            |row: &email_manager::host::Row| row["id"] == saved["id"] && row["draft"]["interval"] == 60_000;
        assert!(world.site.host.rows("mailMessages").iter().any(kept));
        let at = world.site.host.now() + TimeDelta::hours(3);
        let data =
            json!({ "id": saved["id"], "version": saved["version"], "to": people(2), "scheduleSendAt": at });
        let first = bulk(&world, data.clone(), json!(60_000)).unwrap();
        assert_eq!(first["sendAt"], json!(at));
        assert_eq!(recipients(&world)[1]["sendAt"], json!(at + TimeDelta::minutes(1)));
        let again = bulk(&world, data, json!(60_000)).unwrap();
        assert_eq!(
            (&again["id"], &again["repeated"]),
            (&first["id"], &json!(true)),
            "the draft names it"
        );
        let drafts = world.site.host.rows("mailMessages");
        assert!(!drafts.iter().any(|row| row["id"] == saved["id"]));
        deliver(&world);
        assert!(world.sent().is_empty());
        world.site.host.advance(TimeDelta::hours(3));
        world.post();
        assert_eq!(world.sent().len(), 1);
        world.site.host.advance(TimeDelta::minutes(1));
        world.post();
        assert_eq!(world.sent().len(), 2, "{service:?}");
    }
}

#[test]
fn files_go_to_every_recipient_and_stay_for_the_last_one() {
    for service in SERVICES {
        let world = World::synced(service, 6);
        let file = upload(&world, "offer.txt", "text/plain", bytes(2_000)).unwrap();
        bulk(
            &world,
            json!({ "to": people(2), "attachments": [file] }),
            json!(86_400_000),
        )
        .unwrap();
        for day in 1..=2 {
            deliver(&world);
            assert_eq!(world.sent().len(), day, "{service:?} {:?}", world.outbox());
            assert_eq!(world.sent()[day - 1]["attachments"][0]["filename"], "offer.txt");
            world.site.host.advance(TimeDelta::hours(24));
            pollster::block_on(world.site.plugin.run_schedule("tidy")).unwrap();
        }
    }
}

#[test]
fn the_mails_of_others_take_turns_with_those_of_a_bulk_mail() {
    let world = World::synced(Service::Google, 6);
    bulk(&world, json!({ "to": people(5), "undoSeconds": 0 }), json!(0)).unwrap();
    world
        .site
        .mail(
            USER,
            "messageSend",
            mail(json!({ "subject": "Mine", "undoSeconds": 0 })),
        )
        .unwrap();
    while pollster::block_on(world.site.plugin.run_schedule("outbox"))
        .unwrap()
        .again
    {
        world.site.host.advance(TimeDelta::milliseconds(20));
    }
    assert_eq!(world.outbox().len(), 1 + 1 + 5);
    let subjects: Vec<Value> = world.sent().iter().map(|mail| mail["subject"].clone()).collect();
    let place = subjects.iter().position(|subject| subject == "Mine").unwrap();
    assert!(place < 2, "{subjects:?}");
}

#[test]
fn the_texts_of_a_bulk_mail_are_stored_when_they_are_sent_and_listed_never() {
    let world = World::synced(Service::Google, 6);
    let body = format!("<p>{}</p>", "x".repeat(100_000));
    bulk(&world, json!({ "to": people(50), "body": body }), json!(60_000)).unwrap();
    assert_eq!(world.outbox().len(), 1);
    world.edge.loaded.set(0);
    let params = json!({ "appends": "children" });
    let listed = world
        .site
        .call(Some(USER), "mailMassMessages", "list", params, json!({}))
        .unwrap();
    assert_eq!(listed.body[0]["children"].as_array().unwrap().len(), 50);
    assert!(world.edge.loaded.get() < 50_000, "{}", world.edge.loaded.get());
    let listed = call(&world, "mailOutbox", "list", json!({})).unwrap();
    assert_eq!(listed, json!([]), "it is shown in its own list");
}

#[test]
fn a_deleted_account_takes_its_bulk_mails_along() {
    let world = World::synced(Service::Google, 6);
    bulk(&world, json!({ "to": people(3) }), json!(0)).unwrap();
    let values = json!({ "email": Service::Google.mailbox() });
    world.site.mail(USER, "deleteMailAccount", values).unwrap();
    assert!(world.site.host.rows("mailMassMessages").is_empty());
    deliver(&world);
    assert!(world.sent().is_empty() && world.outbox().is_empty());
}

#[test]
fn after_an_outage_the_interval_is_kept_from_then_on() {
    for service in SERVICES {
        let world = World::synced(service, 6);
        bulk(&world, json!({ "to": people(4) }), json!(60_000)).unwrap();
        world.site.host.advance(TimeDelta::hours(1));
        for count in 1..=4 {
            world.post();
            assert_eq!(world.sent().len(), count, "{service:?}");
            world.site.host.advance(TimeDelta::minutes(1));
        }
    }
}

#[test]
fn one_wish_is_one_mail_to_all_or_a_bulk_mail_never_both() {
    let world = World::synced(Service::Google, 6);
    world
        .site
        .mail(USER, "messageSend", mail(json!({ "key": "k" })))
        .unwrap();
    let error = bulk(&world, json!({ "key": "k" }), json!(0)).unwrap_err();
    assert_eq!(refusal(&error), ("conflict", Some("key")));
    bulk(&world, json!({ "key": "b" }), json!(0)).unwrap();
    let again = world
        .site
        .mail(USER, "messageSend", mail(json!({ "key": "b" })))
        .unwrap();
    assert_eq!(again["repeated"], true);
    deliver(&world);
    assert_eq!(world.sent().len(), 2);
}
