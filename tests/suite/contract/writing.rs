//! Mail that is written here.

use chrono::TimeDelta;
use email_manager::host::Host;
use serde_json::{Value, json};

use super::super::sending::files::upload;
use super::{answer, ask, assert_has};
use crate::support::service::SERVICES;
use crate::support::world::World;

/// All that a send payload may have, as the client of NocoBase's own email manager fills it in.
pub(super) fn payload(world: &World, with: Value) -> Value {
    let mut payload = json!({
        "from": world.service.mailbox(),
        "accountEmail": world.service.mailbox(),
        "identityEmail": world.service.mailbox(),
        "to": ["ann@customer.example"],
        "cc": ["bo@customer.example"],
        "bcc": ["cy@customer.example"],
        "subject": "Offer",
        "body": "<p>Hello Ann</p>",
        "attachments": [],
    });
    for (name, value) in with.as_object().unwrap() {
        payload[name] = value.clone();
    }
    payload
}

pub(super) fn deliver(world: &World) {
    world.site.host.advance(TimeDelta::seconds(60));
    world.post();
}

fn drafts(world: &World) -> Vec<Value> {
    let filter = json!({ "boxType": { "$in": ["draft"] }, "subject": "Offer" }).to_string();
    let (rows, _) = ask(world, "listPerson", json!({ "filter": filter }));
    rows.as_array().unwrap().clone()
}

#[test]
fn a_whole_payload_is_sent_and_a_saved_draft_is_used_up() {
    for service in SERVICES {
        let world = World::synced(service, 6);
        answer(&world, "mail:messageSend", json!({}), payload(&world, json!({})));
        deliver(&world);
        assert_eq!(world.sent().len(), 1);
        let saved = answer(
            &world,
            "mail:messageSavingDraft",
            json!({}),
            payload(&world, json!({ "isDraft": true })),
        );
        let draft = drafts(&world).remove(0);
        assert_eq!((&draft["id"], &draft["isDraft"]), (&saved["id"], &json!(true)));
        for name in ["mailId", "rawId"] {
            assert!(
                draft.get(name).is_none_or(Value::is_null),
                "{name} of a local draft"
            );
        }
        let again = json!({ "id": saved["id"], "isDraft": true, "subject": "Offer" });
        let same = answer(
            &world,
            "mail:messageSavingDraft",
            json!({}),
            payload(&world, again),
        );
        assert_eq!(same["id"], saved["id"]);
        let sent = payload(&world, json!({ "id": saved["id"], "isDraft": false }));
        answer(&world, "mail:messageSend", json!({}), sent);
        assert_eq!(drafts(&world), Vec::<Value>::new());
        deliver(&world);
        assert_eq!(world.sent().len(), 2, "{service:?}");
    }
}

#[test]
fn an_uploaded_file_is_attached_as_its_upload_was_answered() {
    for service in SERVICES {
        let world = World::synced(service, 6);
        let uploaded = upload(&world, "Offer é.pdf", "application/pdf", vec![7; 3000]).unwrap();
        assert_has(
            &uploaded,
            "originalname filename path size encoding mimetype",
            "an uploaded file",
        );
        assert_eq!(uploaded["originalname"], "Offer é.pdf");
        assert_eq!(
            (&uploaded["size"], &uploaded["mimetype"]),
            (&json!(3000), &json!("application/pdf"))
        );
        let with_file = payload(&world, json!({ "attachments": [uploaded] }));
        answer(&world, "mail:messageSend", json!({}), with_file);
        deliver(&world);
        let sent = world.sent().remove(0);
        let file = &sent["attachments"][0];
        assert_eq!(
            (&file["filename"], &file["size"]),
            (&json!("Offer é.pdf"), &json!(3000)),
            "{service:?}"
        );
    }
}

#[test]
fn an_answer_names_the_message_by_its_record_or_its_id() {
    for service in SERVICES {
        let world = World::synced(service, 20);
        let mail = world.in_box("in").remove(0);
        let filter = json!({ "filter": json!({ "mailId": mail }).to_string() });
        let (original, _) = ask(&world, "get", filter);
        for (number, reply_to) in [original.clone(), original["id"].clone()].into_iter().enumerate() {
            let reply = payload(&world, json!({ "replyTo": reply_to }));
            answer(&world, "mail:messageSend", json!({}), reply);
            deliver(&world);
            let sent = world.sent();
            assert_eq!(sent.len(), number + 1);
            assert_eq!(
                sent[number]["inReplyTo"], original["rawId"],
                "{service:?} {}",
                sent[number]
            );
        }
    }
}

#[test]
fn a_scheduled_mail_is_listed_in_its_box_and_called_off_by_its_id() {
    for service in SERVICES {
        let world = World::synced(service, 6);
        let at = world.site.host.now() + TimeDelta::hours(3);
        let later = payload(&world, json!({ "scheduleSendAt": at }));
        answer(&world, "mail:messageSend", json!({}), later);
        let filter = json!({ "boxType": { "$in": ["scheduled"] } }).to_string();
        let (rows, meta) = ask(&world, "listPerson", json!({ "filter": filter }));
        assert_eq!(meta.unwrap()["count"], 1);
        let row = &rows[0];
        assert_eq!(row["scheduleSendAt"], json!(at));
        assert_eq!(row["identityEmail"], service.mailbox());
        assert_has(
            row,
            "id email boxType from fromUser toUsers subject createdAt updatedAt",
            "a scheduled mail",
        );
        answer(
            &world,
            "mailMessages:cancelTimelySend",
            json!({}),
            json!({ "id": row["id"] }),
        );
        world.site.host.advance(TimeDelta::hours(4));
        world.post();
        assert_eq!((world.sent(), drafts(&world).len()), (Vec::new(), 1));
    }
}
