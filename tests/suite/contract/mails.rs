//! What is done with mails.

use std::collections::BTreeMap;

use chrono::TimeDelta;
use email_manager::host::Host;
use serde_json::{Value, json};

use super::{answer, ask};
use crate::support::USER;
use crate::support::organising::{here, id, set_scopes, unread};
use crate::support::service::{SERVICES, Service};
use crate::support::world::World;

fn count(world: &World) -> u64 {
    let unread = answer(world, "mail:messageUnreadCount", json!({}), json!({}));
    unread["count"].as_u64().unwrap()
}

#[test]
fn mails_are_read_by_the_ids_of_their_provider_and_counted() {
    for service in SERVICES {
        let world = World::synced(service, 40);
        let before = count(&world);
        assert_eq!(
            before,
            world
                .shown()
                .iter()
                .filter(|row| row["boxType"] == "in" && row["isRead"] == false)
                .count() as u64
        );
        let mail = unread(&world);
        for (is_read, expected) in [(true, before - 1), (false, before)] {
            let values = json!({ "mailIds": [mail], "isRead": is_read });
            answer(&world, "mail:messageSetReaded", json!({}), values);
            assert_eq!(here(&world, &mail).1, is_read);
            assert_eq!(count(&world), expected, "{service:?}");
            world.run();
            world.assert_equal();
        }
    }
}

#[test]
fn a_mail_is_found_by_a_filter_and_changed_by_its_id_in_the_query() {
    for service in SERVICES {
        let world = World::synced(service, 40);
        let mail = unread(&world);
        let filter =
            json!({ "filter": json!({ "mailId": mail }).to_string(), "appends": "children,labels,note" });
        let (found, _) = ask(&world, "get", filter);
        assert_eq!(found["id"], id(&world, &mail));
        let listed =
            json!({ "filterByTk": found["id"].to_string(), "appends": ["children", "labels", "note"] });
        let (same, _) = ask(&world, "get", listed);
        assert_eq!(same, found);
        let label = answer(
            &world,
            "mailMessageLabels:create",
            json!({}),
            json!({ "label": "Deal" }),
        );
        let key = json!({ "filterByTk": found["id"].to_string() });
        let update = |values: Value| answer(&world, "mailMessages:update", key.clone(), values);
        let changed = update(json!({ "labels": [label["id"]], "isTodo": true }));
        assert_eq!(
            (&changed["labels"][0]["label"], &changed["isTodo"]),
            (&json!("Deal"), &json!(true))
        );
        let changed = update(json!({ "boxType": "archive" }));
        assert_eq!(
            (&changed["boxType"], &changed["originalBoxType"]),
            (&json!("archive"), &json!("in"))
        );
        assert_eq!(changed["labels"][0]["id"], label["id"], "what isn't named stays");
        assert_eq!(update(json!({ "labels": [] }))["labels"], json!([]));
        world.run();
        world.assert_equal();
    }
}

#[test]
fn mails_go_into_the_bin_come_back_and_go_for_good() {
    for service in SERVICES {
        let world = World::synced(service, 60);
        let mails: Vec<String> = world.in_box("in").into_iter().take(2).collect();
        let keys: Vec<String> = mails.iter().map(|mail| id(&world, mail).to_string()).collect();
        let boxes = |world: &World| -> Vec<String> { mails.iter().map(|mail| here(world, mail).0).collect() };
        let trash = |params: Value, values: Value| answer(&world, "mailMessages:trash", params, values);
        trash(json!({ "filterByTk": keys, "moveToTrash": "true" }), json!({}));
        assert_eq!(boxes(&world), ["trash", "trash"]);
        trash(json!({}), json!({ "filterByTk": keys, "moveToTrash": false }));
        assert_eq!(boxes(&world), ["in", "in"], "{service:?}");
        trash(json!({ "filterByTk": keys.join(",") }), json!({}));
        assert_eq!(boxes(&world), ["trash", "trash"]);
        world.run();
        world.assert_equal();
        // Gmail lets nobody delete for good who was granted less; Outlook never asks.
        if service == Service::Google {
            set_scopes(&world, &["https://mail.google.com/"]);
        }
        answer(
            &world,
            "mailMessages:destroy",
            json!({ "filterByTk": keys }),
            json!({}),
        );
        for mail in &mails {
            assert!(world.shown().iter().all(|row| row["mailId"] != mail.as_str()));
        }
        let lost = world
            .site
            .call(
                Some(USER),
                "mailMessages",
                "get",
                json!({ "filterByTk": keys[0] }),
                json!({}),
            )
            .unwrap_err();
        assert_eq!(
            (lost.code().as_str(), lost.code().http_status()),
            ("not_found", 404)
        );
    }
}

#[test]
fn a_draft_written_here_goes_into_the_bin_and_back_and_mail_that_waits_is_called_off_first() {
    for service in SERVICES {
        let world = World::synced(service, 6);
        let saved = answer(
            &world,
            "mail:messageSavingDraft",
            json!({}),
            super::writing::payload(&world, json!({ "isDraft": true })),
        );
        let key = saved["id"].to_string();
        let drafts = || {
            let filter = json!({ "isDraft": true, "boxType": { "$in": ["draft"] } }).to_string();
            ask(&world, "listPerson", json!({ "filter": filter })).0
        };
        let trash = |to_trash: &str| {
            let params = json!({ "filterByTk": key, "moveToTrash": to_trash });
            answer(&world, "mailMessages:trash", params, json!({}))
        };
        let listed = drafts();
        let holds = |list: &Value| {
            list.as_array()
                .unwrap()
                .iter()
                .any(|row| row["id"] == saved["id"])
        };
        assert!(holds(&listed));
        assert_eq!(trash("true"), json!({ "changed": 1 }));
        assert!(!holds(&drafts()));
        assert_eq!(trash("false"), json!({ "changed": 1 }));
        let changed = answer(
            &world,
            "mailMessages:update",
            json!({ "filterByTk": key }),
            json!({ "isStarred": true }),
        );
        assert_eq!(
            (&changed["isDraft"], &changed["boxType"], &changed["isStarred"]),
            (&json!(true), &json!("draft"), &json!(true)),
            "{service:?}"
        );
        assert!(holds(&drafts()));
        answer(
            &world,
            "mailMessages:destroy",
            json!({ "filterByTk": key }),
            json!({}),
        );
        assert!(!holds(&drafts()));

        let at = world.site.host.now() + TimeDelta::hours(3);
        let waiting = super::writing::payload(&world, json!({ "scheduleSendAt": at }));
        let waiting = answer(&world, "mail:messageSend", json!({}), waiting)["mailMessageId"].clone();
        for action in ["trash", "destroy"] {
            let params = json!({ "filterByTk": [waiting] });
            let refused = world
                .site
                .call(Some(USER), "mailMessages", action, params, json!({}));
            let error = refused.unwrap_err();
            assert_eq!(
                (error.code().as_str(), error.code().http_status()),
                ("conflict", 409),
                "{service:?} {action}"
            );
        }
        let call_off = json!({ "id": waiting });
        answer(&world, "mailMessages:cancelTimelySend", json!({}), call_off);
        assert_eq!(
            drafts()
                .as_array()
                .unwrap()
                .iter()
                .filter(|row| row["mailId"].is_null())
                .count(),
            1
        );
    }
}

#[test]
fn files_and_pictures_are_fetched_by_query_with_and_without_angle_brackets() {
    for service in SERVICES {
        let world = World::started(service, 4);
        let mail = world.deliver(json!({ "subject": "With files", "attachments": [
            { "filename": "报价.txt", "mimeType": "text/plain", "text": "hello" },
            { "filename": "b.png", "mimeType": "image/png", "text": "png", "contentId": "picture" },
        ] }));
        world.run();
        let key = id(&world, &mail).to_string();
        let (opened, _) = ask(&world, "get", json!({ "filterByTk": key }));
        let files: BTreeMap<&str, &Value> = opened["attachments"]
            .as_array()
            .unwrap()
            .iter()
            .map(|file| (file["filename"].as_str().unwrap(), file))
            .collect();
        let (text, picture) = (files["报价.txt"], files["b.png"]);
        super::assert_has(text, "filename mimeType attachmentId size", "an attachment");
        assert_eq!(picture["contentId"], "picture");
        let bytes = |action: &str, params: Value| {
            let got = world
                .site
                .call(Some(USER), "mail", action, params, json!({}))
                .unwrap();
            let kind = got.headers["Content-Type"].clone();
            (crate::support::downloaded(got), kind)
        };
        let file = bytes(
            "messageAttachmentGet",
            json!({ "id": key, "attachmentId": text["attachmentId"] }),
        );
        assert_eq!(file.0, b"hello");
        for content_id in ["picture", "<picture>"] {
            let shown = bytes(
                "messageContentPreview",
                json!({ "messageId": key, "contentId": content_id }),
            );
            assert_eq!(shown, (b"png".to_vec(), "image/png".to_owned()));
        }
    }
}

#[test]
fn the_source_of_a_mail_is_asked_of_its_provider_where_a_page_asks_for_it() {
    for service in SERVICES {
        let world = World::started(service, 4);
        let mail = world.deliver(json!({ "subject": "Grüße", "text": "hello there" }));
        world.run();
        let key = id(&world, &mail).to_string();
        world.requests();
        let opened = |with: Value| {
            let mut params = with;
            params["filterByTk"] = json!(key);
            ask(&world, "get", params).0
        };
        for with in [json!({}), json!({ "appends": "children,labels,note" })] {
            assert_eq!(opened(with)["raw"], Value::Null);
        }
        let (rows, _) = ask(&world, "listPerson", json!({ "appends": "raw", "fields": "raw" }));
        assert!(rows[0].get("raw").is_none(), "no list has it");
        assert_eq!(world.requests(), Vec::<String>::new());
        for with in [
            json!({ "appends": "children,raw" }),
            json!({ "fields": ["id", "raw"] }),
        ] {
            let raw = opened(with)["raw"].clone();
            let raw = raw.as_str().unwrap();
            let header = raw.split("\r\n\r\n").next().unwrap();
            assert!(
                header.contains("Subject: =?") && header.contains("Message-ID: <"),
                "{header}"
            );
            assert_eq!(world.requests().len(), 1, "{service:?}");
        }
        let stored = world.site.host.rows("mailMessages");
        assert!(stored.iter().all(|row| row.get("raw").is_none()), "it isn't kept");
        let draft = answer(
            &world,
            "mail:messageSavingDraft",
            json!({}),
            json!({ "subject": "Draft", "body": "" }),
        );
        let (draft, _) = ask(
            &world,
            "get",
            json!({ "filterByTk": draft["id"], "appends": "raw" }),
        );
        assert_eq!(draft["raw"], Value::Null, "no provider has it");
        world.touch("delete", &mail, json!({}));
        let params = json!({ "filterByTk": key, "appends": "raw" });
        let gone = world
            .site
            .call(Some(USER), "mailMessages", "get", params, json!({}));
        assert_eq!(gone.unwrap_err().code().as_str(), "item_gone");
        world.assert_discreet();
    }
}
