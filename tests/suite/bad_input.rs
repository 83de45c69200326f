//! Mails that break the rules: each has a defined outcome that its user can see.
#![allow(missing_docs, clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]

mod ids;
mod large;
mod letters;
mod swapped;

use crate::support::USER;
use crate::support::service::{SERVICES, Service};
use crate::support::world::World;
use serde_json::{Value, json};

/// Changes the item with this id wherever the provider sends it whole: alone, in a list, in a conversation, or in a part
/// of a batch.
fn change(world: &World, id: &str, with: impl Fn(&mut Value) + 'static) {
    let id = id.to_owned();
    world.wire.tamper(move |_, answer| {
        let text = String::from_utf8_lossy(answer.body()).into_owned();
        // Parts of a batch of Gmail are lines of JSON among headers.
        let changed: Vec<String> = text
            .split("\r\n")
            .map(|line| match serde_json::from_str::<Value>(line) {
                Ok(mut answer) => match change_within(&mut answer, &id, &with) {
                    true => answer.to_string(),
                    false => line.to_owned(),
                },
                Err(_) => line.to_owned(),
            })
            .collect();
        *answer.body_mut() = changed.join("\r\n").into_bytes();
    });
}

/// Returns whether the item was there.
fn change_within(value: &mut Value, id: &str, with: &impl Fn(&mut Value)) -> bool {
    let is_whole = value.get("payload").is_some() || value.get("receivedDateTime").is_some();
    if is_whole && value["id"] == *id {
        with(value);
        return true;
    }
    let mut found = false;
    match value {
        Value::Array(items) => items
            .iter_mut()
            .for_each(|item| found |= change_within(item, id, with)),
        Value::Object(fields) => fields
            .values_mut()
            .for_each(|field| found |= change_within(field, id, with)),
        _ => {}
    }
    found
}

fn record(world: &World, id: &str) -> Option<serde_json::Map<String, Value>> {
    world.shown().into_iter().find(|row| row["mailId"] == *id)
}

/// What a page says of the items in a state, as id and reason.
fn items(world: &World, state: &str) -> Vec<(String, String)> {
    let asked = json!({ "email": world.service.mailbox(), "state": state });
    let items = world.site.mail(USER, "syncItems", asked).unwrap();
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let items = items.as_array().unwrap().iter();
    items
        .map(|item| (text(&item["mailId"]), text(&item["reason"])))
        .collect()
}

/// Checks that the run has come to its end, with nothing left to do and nothing wrong.
fn assert_ready(world: &World) {
    let account = world.account();
    let context = format!("{:?}: {}", world.service, account["statusReason"]);
    assert_eq!(account["status"], "ready", "{context}");
    assert_eq!(account["syncState"]["done"], true, "{context}");
    world.assert_discreet();
}

/// The answer to "why isn't my mail here?".
fn explanation(world: &World, message_id: &str) -> Value {
    let asked = json!({ "email": world.service.mailbox(), "messageId": message_id });
    world.site.mail(USER, "explainMessage", asked).unwrap()
}

#[test]
fn a_mail_without_subject_sender_or_text_is_stored_as_that() {
    for service in SERVICES {
        let world = World::synced(service, 20);
        let id = world.deliver(json!({ "subject": "To be lost" }));
        change(&world, &id, move |item| match service {
            Service::Google => {
                item["payload"] = json!({ "mimeType": "text/plain", "headers": [], "body": { "size": 0 } });
            }
            Service::Microsoft => {
                for name in [
                    "subject",
                    "from",
                    "sender",
                    "body",
                    "bodyPreview",
                    "toRecipients",
                    "internetMessageId",
                ] {
                    item[name] = Value::Null;
                }
            }
        });
        world.sync_emails();
        let row = record(&world, &id).unwrap();
        assert_eq!(
            (&row["subject"], &row["from"], &row["bodyHtml"]),
            (&json!(""), &Value::Null, &json!("")),
            "{service:?}"
        );
        world.assert_equal();
    }
}

#[test]
fn a_mail_without_a_date_is_an_item_that_fails_and_the_rest_goes_on() {
    for service in SERVICES {
        let world = World::synced(service, 20);
        let id = world.deliver(json!({ "subject": "Timeless" }));
        let other = world.deliver(json!({ "subject": "Sound" }));
        change(&world, &id, move |item| match service {
            Service::Google => {
                item["internalDate"] = Value::Null;
                item["payload"]["headers"] = json!([]);
            }
            Service::Microsoft => {
                for name in ["receivedDateTime", "sentDateTime", "createdDateTime"] {
                    item[name] = Value::Null;
                }
            }
        });
        world.sync_emails();
        assert!(record(&world, &other).is_some(), "{service:?}");
        let asked = json!({ "email": service.mailbox(), "state": "failing" });
        let items = world.site.mail(USER, "syncItems", asked).unwrap();
        assert_eq!(items[0]["mailId"], json!(id), "{service:?}: {items}");
        assert!(items[0]["reason"].as_str().unwrap().contains("date"), "{items}");
    }
}

#[test]
fn ids_that_are_listed_twice_are_stored_once_and_counted_once() {
    for service in SERVICES {
        let world = World::started(service, 60);
        world.wire.tamper(|_, answer| {
            let Ok(mut body) = serde_json::from_slice::<Value>(answer.body()) else {
                return;
            };
            for name in ["value", "messages"] {
                if let Some(list) = body[name].as_array_mut() {
                    let again: Vec<Value> = list.iter().rev().take(3).cloned().collect();
                    list.extend(again);
                }
            }
            *answer.body_mut() = body.to_string().into_bytes();
        });
        world.run();
        world.wire.restore();
        world.assert_equal();
        assert_eq!(world.account()["syncState"]["stored"], 60, "{service:?}");
    }
}

#[test]
fn a_mail_whose_id_changes_is_the_new_one_and_the_old_one_ends_with_its_grace() {
    for service in SERVICES {
        let world = World::synced(service, 20);
        let old = world.deliver(json!({ "subject": "One", "messageId": "<same@mail.example.com>" }));
        world.sync_emails();
        world.touch("delete", &old, json!({}));
        let new = world.deliver(json!({ "subject": "One", "messageId": "<same@mail.example.com>" }));
        world.sync_emails();
        assert!(
            record(&world, &old).is_none() && record(&world, &new).is_some(),
            "{service:?}"
        );
        world.assert_equal();
        let asked = json!({ "email": service.mailbox(), "messageId": "<same@mail.example.com>" });
        assert_eq!(
            world.site.mail(USER, "explainMessage", asked).unwrap()["answer"],
            "here"
        );
    }
}
