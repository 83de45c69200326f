//! Changes that users make: here at once, at the provider soon after.
#![allow(missing_docs, clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]

use crate::support::organising::*;
use crate::support::service::{SERVICES, Service};
use crate::support::world::World;
use crate::support::{OTHER, USER, refusal};
use serde_json::{Value, json};

#[test]
fn every_change_is_here_at_once_and_there_after_a_step() {
    for service in SERVICES {
        let world = World::synced(service, 60);
        let inbox = world.in_box("in");
        let mail = unread(&world);
        for (values, expected) in [
            (json!({ "isRead": true }), ("in", true, false)),
            (json!({ "isStarred": true }), ("in", true, true)),
            (
                json!({ "isRead": false, "isStarred": false }),
                ("in", false, false),
            ),
            (json!({ "boxType": "archive" }), ("archive", false, false)),
            (json!({ "putBack": true }), ("in", false, false)),
            (json!({ "boxType": "spam" }), ("spam", false, false)),
            (
                json!({ "boxType": "trash", "isRead": true }),
                ("trash", true, false),
            ),
            (json!({ "putBack": true }), ("in", true, false)),
        ] {
            let before = there(&world, &mail);
            organise(&world, &[&mail], values.clone());
            let expected = (expected.0.to_owned(), expected.1, expected.2);
            assert_eq!(here(&world, &mail), expected, "{service:?} {values}");
            assert_eq!(there(&world, &mail), before);
            world.run();
            assert_eq!(there(&world, &mail), expected, "{service:?} {values}");
            assert_settled(&world, &values.to_string());
        }
        // The answer to reading it again is no news.
        let told = world
            .site
            .host
            .events()
            .iter()
            .filter(|event| event.kind == "mail:messages")
            .count();
        world.sync_emails();
        let now = world
            .site
            .host
            .events()
            .iter()
            .filter(|event| event.kind == "mail:messages")
            .count();
        assert_eq!(now, told, "{service:?}: an echo is no change");
        world.assert_equal();

        let answer = call(
            &world,
            "mailMessages",
            "trash",
            json!({ "filterByTk": [id(&world, &inbox[4]), id(&world, &inbox[5])] }),
        );
        assert_eq!(answer.unwrap()["changed"], 2);
        world.run();
        assert_eq!(there(&world, &inbox[4]).0, "trash");
        let back = json!({ "filterByTk": id(&world, &inbox[4]), "moveToTrash": false });
        call(&world, "mailMessages", "trash", back).unwrap();
        world.run();
        assert_eq!(there(&world, &inbox[4]).0, "in");
        assert_settled(&world, "trash and back");
        world.assert_discreet();
    }
}

#[test]
fn a_change_costs_one_or_two_requests_and_a_thousand_few() {
    for (service, count, most) in [
        (Service::Google, 1, 1),
        (Service::Google, 40, 1),
        (Service::Microsoft, 1, 1),
        (Service::Microsoft, 40, 2),
    ] {
        let world = World::synced(service, 120);
        let plain = |mail: &&Value| mail["starred"] == false;
        let state = world.state();
        let mails: Vec<String> = state
            .iter()
            .filter(plain)
            .map(|mail| service.id(mail))
            .take(count)
            .collect();
        let mails: Vec<&str> = mails.iter().map(String::as_str).collect();
        organise(&world, &mails, json!({ "isStarred": true, "isRead": false }));
        let waiting = queue(&world).len();
        assert!(waiting > 0 && waiting <= count);
        world.requests();
        world.run();
        let requests = world.requests();
        assert!(requests.len() <= most, "{service:?} {count}: {requests:?}");
        assert_settled(&world, "marked");
    }
}

#[test]
fn a_mail_goes_back_to_the_folder_it_was_in_and_folders_and_labels_are_targets() {
    for service in SERVICES {
        let world = World::synced(service, 60);
        let targets = call(&world, "mail", "moveTargets", json!({})).unwrap()[0].clone();
        let folders = targets["folders"].as_array().unwrap().clone();
        let customers = folders
            .iter()
            .find(|folder| folder["name"] == "Customers")
            .unwrap();
        assert_eq!(targets["oneFolderEach"], service == Service::Microsoft);
        assert!(folders.iter().all(|folder| folder["boxType"] != "out"));
        let mail = world.in_box("in")[0].clone();
        let is_filed = |world: &World| {
            let state = world.state();
            let found = state.iter().find(|message| service.id(message) == mail).unwrap();
            match service {
                Service::Google => found["labels"].as_array().unwrap().contains(&json!("Label_1")),
                Service::Microsoft => found["folder"] == "Customers",
            }
        };
        assert!(!is_filed(&world));
        organise(&world, &[&mail], json!({ "folderId": customers["id"] }));
        world.run();
        assert!(is_filed(&world));
        assert_settled(&world, "filed");
        organise(&world, &[&mail], json!({ "boxType": "trash" }));
        world.run();
        organise(&world, &[&mail], json!({ "putBack": true }));
        world.run();
        assert!(is_filed(&world), "{service:?}");
        assert_eq!(there(&world, &mail).0, "archive");
        assert_settled(&world, "put back");

        // Labels here, categories there.
        let name = if service == Service::Google {
            "Label_2"
        } else {
            "Red"
        };
        organise(&world, &[&mail], json!({ "providerLabels": { name: true } }));
        let shown = if service == Service::Google {
            "folderIds"
        } else {
            "categories"
        };
        assert!(
            row(&world, &mail)[shown]
                .as_array()
                .unwrap()
                .contains(&json!(name))
        );
        world.run();
        world.sync_emails();
        assert!(
            row(&world, &mail)[shown]
                .as_array()
                .unwrap()
                .contains(&json!(name)),
            "{service:?}"
        );
        organise(&world, &[&mail], json!({ "providerLabels": { name: false } }));
        world.run();
        world.sync_emails();
        assert!(
            !row(&world, &mail)[shown]
                .as_array()
                .unwrap()
                .contains(&json!(name))
        );
        assert_settled(&world, "labelled");
    }
}

#[test]
fn deleting_for_good_takes_a_permission_at_google_and_none_at_microsoft() {
    let world = World::synced(Service::Microsoft, 45);
    let mails = world.in_box("in");
    let ids = json!({ "filterByTk": [id(&world, &mails[0]), id(&world, &mails[1])] });
    assert_eq!(
        call(&world, "mailMessages", "destroy", ids.clone()).unwrap()["changed"],
        2
    );
    assert_eq!(world.stored().len(), 43);
    // Listing everything again doesn't bring it back before it is gone there.
    hold_queue(&world, true);
    world.control("expire-delta", json!({ "mailbox": world.service.mailbox() }));
    world.sync_emails();
    assert_eq!((world.stored().len(), world.state().len()), (43, 45));
    hold_queue(&world, false);
    world.run();
    assert_eq!(world.state().len(), 43);
    assert_settled(&world, "deleted");
    let error = call(&world, "mailMessages", "destroy", ids).unwrap_err();
    assert_eq!(refusal(&error), ("not_found", Some("filterByTk")));

    let world = World::synced(Service::Google, 45);
    let mail = world.in_box("in")[0].clone();
    let wish = json!({ "filterByTk": [id(&world, &mail)] });
    world.requests();
    let error = call(&world, "mailMessages", "destroy", wish.clone()).unwrap_err();
    assert_eq!(refusal(&error), ("permission_missing", None));
    assert!(error.to_string().contains("30 days"), "{error}");
    assert!(world.requests().is_empty() && queue(&world).is_empty());
    assert_eq!(
        call(&world, "mail", "moveTargets", json!({})).unwrap()[0]["deletesForGood"],
        false
    );

    // Scopes that are only said to be there: the provider refuses, and the mail is back.
    set_scopes(&world, &["https://mail.google.com/"]);
    call(&world, "mailMessages", "destroy", wish).unwrap();
    assert_eq!(world.stored().len(), 44);
    world.run();
    assert_eq!(world.stored().len(), 45);
    assert_refused(&world, &mail, "permission_missing");
    world.assert_equal();
}

#[test]
fn with_full_access_gmail_deletes_for_good() {
    let world = World::new(Service::Google, 45);
    let asked = world
        .site
        .mail(USER, "oauth2url", json!({ "type": "google" }))
        .unwrap();
    let modify = "https%3A%2F%2Fwww.googleapis.com%2Fauth%2Fgmail.modify";
    let url = asked["url"].as_str().unwrap();
    assert!(url.contains(modify), "{url}");
    let wider = url.replace(modify, &format!("{modify}+https%3A%2F%2Fmail.google.com%2F"));
    let back = world.decide(&wider, world.service.mailbox(), |_| true);
    world.site.mail(USER, "oauth2callback", back).unwrap();
    world.start(USER, Value::Null);
    world.run();
    let mails = world.in_box("in");
    let ids: Vec<i64> = mails[..3].iter().map(|mail| id(&world, mail)).collect();
    call(&world, "mailMessages", "destroy", json!({ "filterByTk": ids })).unwrap();
    world.requests();
    world.run();
    assert_eq!(
        world.requests(),
        ["POST /google/gmail/v1/users/me/messages/batchDelete"]
    );
    assert_eq!(world.state().len(), 42);
    assert_settled(&world, "deleted");
}

#[test]
fn only_ones_own_mail_is_changed_and_only_by_what_makes_sense() {
    for service in SERVICES {
        let world = World::synced(service, 45);
        let mail = unread(&world);
        let key = id(&world, &mail);
        let before = row(&world, &mail);
        let by_other = |resource: &str, action: &str, values: Value| {
            world.site.call(Some(OTHER), resource, action, json!({}), values)
        };
        for action in ["update", "trash", "destroy"] {
            let values = json!({ "filterByTk": key, "boxType": "spam", "isTodo": true });
            assert!(by_other("mailMessages", action, values).is_err(), "{action}");
        }
        by_other(
            "mail",
            "messageSetReaded",
            json!({ "mailIds": [mail], "isRead": true }),
        )
        .unwrap();
        let changed = by_other(
            "mail",
            "messagesOrganise",
            json!({ "ids": [key], "boxType": "spam", "isTodo": true }),
        );
        assert!(changed.is_ok());
        assert_eq!(row(&world, &mail), before);
        assert!(queue(&world).is_empty());
        for (values, field) in [
            (json!({ "ids": [] , "isRead": true }), "ids"),
            (json!({ "ids": "x" }), "ids"),
            (json!({ "ids": [key], "isRead": "perhaps" }), "isRead"),
            (json!({ "ids": [key], "boxType": "out" }), "boxType"),
            (json!({ "ids": [key], "boxType": 7 }), "boxType"),
            (json!({ "ids": [key], "folderId": "nowhere" }), "folderId"),
            (
                json!({ "ids": [key], "providerLabels": { "UNREAD": true } }),
                "providerLabels",
            ),
            (json!({ "ids": [key], "addLabels": [4_711] }), "labels"),
            (
                json!({ "ids": (0..1001).collect::<Vec<_>>(), "isRead": true }),
                "ids",
            ),
        ] {
            let error = call(&world, "mail", "messagesOrganise", values).unwrap_err();
            assert_eq!(refusal(&error), ("invalid_input", Some(field)), "{error}");
        }
        assert_eq!(row(&world, &mail), before);
    }
}
