//! What is done with drafts written here, and with mail that waits to be sent, among all other mail.

use chrono::TimeDelta;
use email_manager::host::Host;
use serde_json::{Value, json};

use super::expiry::{discard_draft, save_draft, small, stored};
use super::{call, deliver, mail, send};
use crate::support::organising::{id, queue};
use crate::support::service::{SERVICES, Service};
use crate::support::world::World;
use crate::support::{USER, refusal};

/// Does `values` to mails named by their records.
fn organise(world: &World, ids: &[&Value], mut values: Value) -> email_manager::error::Result<Value> {
    values["ids"] = json!(ids);
    call(world, "mail", "messagesOrganise", values)
}

fn named(world: &World, id: &Value) -> Option<Value> {
    let rows = world.site.host.rows("mailMessages");
    let found = rows.into_iter().find(|row| row["id"] == *id);
    found.map(Value::Object)
}

/// Box, whether it is a draft, read, starred.
fn stands(world: &World, id: &Value) -> Value {
    let row = named(world, id).unwrap();
    json!([row["boxType"], row["isDraft"], row["isRead"], row["isStarred"]])
}

fn schedule(world: &World) -> Value {
    let at = world.site.host.now() + TimeDelta::hours(3);
    send(world, json!({ "scheduleSendAt": at })).unwrap()["mailMessageId"].clone()
}

#[test]
fn a_draft_written_here_stays_one_starred_unread_in_the_trash_and_put_back() {
    for service in SERVICES {
        let world = World::synced(service, 10);
        let file = small(&world, "kept");
        let content = json!({ "attachments": [file], "to": ["ann@customer.example"] });
        let draft = save_draft(&world, content.clone())["id"].clone();
        world.requests();
        for (values, expected) in [
            (json!({ "isStarred": true }), json!(["draft", true, true, true])),
            (json!({ "isRead": false }), json!(["draft", true, false, true])),
            (json!({ "boxType": "trash" }), json!(["trash", true, false, true])),
            (json!({ "putBack": true }), json!(["draft", true, false, true])),
            (
                json!({ "boxType": "trash", "isRead": true }),
                json!(["trash", true, true, true]),
            ),
        ] {
            let answer = organise(&world, &[&draft], values.clone()).unwrap();
            assert_eq!(answer["changed"], 1, "{service:?} {values}");
            assert_eq!(stands(&world, &draft), expected, "{service:?} {values}");
        }
        assert_eq!((queue(&world), world.requests()), (Vec::new(), Vec::new()));

        // In the trash it keeps its files, and is neither offered nor brought back unasked.
        world.site.host.advance(TimeDelta::days(3));
        assert_eq!(stored(&world), ["kept"]);
        let offered = json!({ "to": ["ann@customer.example"] });
        assert_eq!(
            world.site.mail(USER, "draftFind", offered.clone()).unwrap(),
            Value::Null
        );
        let next = mail(json!({ "id": draft, "version": 1, "subject": "Next" }));
        let saved = world.site.mail(USER, "messageSavingDraft", next.clone());
        assert_eq!(refusal(&saved.unwrap_err()), ("not_found", Some("id")));
        assert!(send(&world, json!({ "id": draft, "version": 1 })).is_err());

        organise(&world, &[&draft], json!({ "putBack": true })).unwrap();
        assert_eq!(named(&world, &draft).unwrap()["originalBoxType"], Value::Null);
        let found = world.site.mail(USER, "draftFind", offered).unwrap();
        assert_eq!(found["id"], draft);
        world.site.mail(USER, "messageSavingDraft", next).unwrap();
        assert_eq!(
            stands(&world, &draft),
            json!(["draft", true, true, true]),
            "{service:?}: what is marked stays so"
        );
        let mut sent = content;
        sent["id"] = draft;
        send(&world, sent).unwrap();
        deliver(&world);
        assert_eq!(world.sent()[0]["attachments"][0]["size"], 10);
        world.sync_emails();
        world.assert_equal();
    }
}

#[test]
fn what_needs_a_provider_is_refused_for_a_draft_written_here_and_nothing_else_is_done_then() {
    for service in SERVICES {
        let world = World::synced(service, 20);
        let draft = save_draft(&world, json!({}))["id"].clone();
        let other = json!(id(&world, &world.in_box("in")[0]));
        let targets = call(&world, "mail", "moveTargets", json!({})).unwrap()[0].clone();
        let folder = |name: &str, value: &str| {
            let folders = targets["folders"].as_array().unwrap();
            let found = folders.iter().find(|folder| folder[name] == value);
            found.unwrap()["id"].clone()
        };
        let before = (stands(&world, &draft), stands(&world, &other));
        for (values, field) in [
            (json!({ "boxType": "archive" }), "boxType"),
            (json!({ "boxType": "spam" }), "boxType"),
            (json!({ "boxType": "in", "isRead": false }), "boxType"),
            (json!({ "folderId": folder("name", "Customers") }), "folderId"),
            (json!({ "providerLabels": { "Label_2": true } }), "providerLabels"),
        ] {
            let error = organise(&world, &[&other, &draft], values.clone()).unwrap_err();
            assert_eq!(refusal(&error), ("invalid_input", Some(field)), "{values}");
            assert!(error.message().contains("written here"), "{error}");
        }
        assert_eq!((stands(&world, &draft), stands(&world, &other)), before);
        assert_eq!(queue(&world), Vec::new());
        let trash = json!({ "folderId": folder("boxType", "trash") });
        organise(&world, &[&draft], trash).unwrap();
        assert_eq!(
            stands(&world, &draft),
            json!(["trash", true, true, false]),
            "{service:?}"
        );
    }
}

#[test]
fn a_draft_written_here_is_deleted_for_good_with_its_files_whatever_the_mailbox_allows() {
    for service in SERVICES {
        let world = World::synced(service, 10);
        let [own, shared] = ["own", "shared"].map(|name| small(&world, name));
        let draft = save_draft(&world, json!({ "attachments": [own, shared] }))["id"].clone();
        let other = save_draft(&world, json!({ "attachments": [shared] }));
        organise(&world, &[&draft], json!({ "boxType": "trash" })).unwrap();
        let destroyed = json!({ "filterByTk": [draft] });
        let answer = call(&world, "mailMessages", "destroy", destroyed.clone()).unwrap();
        assert_eq!(answer["changed"], 1);
        assert_eq!(named(&world, &draft), None);
        assert_eq!(stored(&world), ["shared"], "{service:?}");
        let error = call(&world, "mailMessages", "destroy", destroyed).unwrap_err();
        assert_eq!(refusal(&error), ("not_found", Some("filterByTk")));
        discard_draft(&world, &other);
        assert_eq!((stored(&world), queue(&world)), (Vec::new(), Vec::new()));

        // What stands beside it at Gmail still takes its permission, and then nothing is deleted.
        let draft = save_draft(&world, json!({}))["id"].clone();
        let both = json!({ "filterByTk": [draft, id(&world, &world.in_box("in")[0])] });
        let answer = call(&world, "mailMessages", "destroy", both);
        match service {
            Service::Google => assert_eq!(refusal(&answer.unwrap_err()), ("permission_missing", None)),
            Service::Microsoft => assert_eq!(answer.unwrap()["changed"], 2),
        }
        assert_eq!(named(&world, &draft).is_some(), service == Service::Google);
    }
}

#[test]
fn drafts_of_an_account_that_may_only_send_are_organised_like_others() {
    for service in SERVICES {
        let world = super::send_only::linked(service);
        let draft = save_draft(&world, json!({}))["id"].clone();
        for (values, expected) in [
            (json!({ "isStarred": true }), json!(["draft", true, true, true])),
            (json!({ "boxType": "trash" }), json!(["trash", true, true, true])),
        ] {
            organise(&world, &[&draft], values).unwrap();
            assert_eq!(stands(&world, &draft), expected, "{service:?}");
        }
        call(&world, "mailMessages", "destroy", json!({ "filterByTk": draft })).unwrap();
        assert_eq!(named(&world, &draft), None);
    }
}

#[test]
fn mail_that_waits_to_be_sent_is_not_changed_and_says_what_to_do_first() {
    for service in SERVICES {
        let world = World::synced(service, 10);
        let waiting = schedule(&world);
        let other = json!(id(&world, &world.in_box("in")[0]));
        let before = (named(&world, &waiting), stands(&world, &other));
        for values in [
            json!({ "boxType": "trash" }),
            json!({ "boxType": "archive" }),
            json!({ "putBack": true }),
            json!({ "isRead": false }),
            json!({ "isStarred": true }),
            json!({ "providerLabels": { "Label_2": true } }),
        ] {
            let error = organise(&world, &[&other, &waiting], values.clone()).unwrap_err();
            assert_eq!(refusal(&error), ("conflict", Some("ids")), "{service:?} {values}");
            assert!(error.message().contains("cancel its sending first"), "{error}");
        }
        for action in ["trash", "destroy"] {
            let values = json!({ "filterByTk": [waiting, other] });
            let error = call(&world, "mailMessages", action, values).unwrap_err();
            assert_eq!(refusal(&error), ("conflict", Some("filterByTk")), "{action}");
        }
        assert_eq!((named(&world, &waiting), stands(&world, &other)), before);
        assert_eq!(queue(&world), Vec::new());
        // A conversation that is read as a whole may have one among it; what is kept beside mails is no change of them.
        let read = organise(&world, &[&waiting], json!({ "isRead": true })).unwrap();
        assert_eq!(read["changed"], 0);
        organise(&world, &[&waiting], json!({ "isTodo": true })).unwrap();
        world.site.host.advance(TimeDelta::hours(4));
        deliver(&world);
        assert_eq!(world.sent().len(), 1);
    }
}

#[test]
fn a_bulk_mail_among_the_mails_stays_where_it_is() {
    let world = World::synced(Service::Google, 10);
    let bulk = json!({ "data": mail(json!({})), "mailSendSetting": { "interval": 60_000 } });
    call(&world, "mailMassMessages", "send", bulk).unwrap();
    let rows = world.site.host.rows("mailMessages");
    let record = rows.iter().find(|row| row["boxType"] == "mass").unwrap();
    let error = organise(&world, &[&record["id"]], json!({ "boxType": "trash" })).unwrap_err();
    assert_eq!(refusal(&error), ("conflict", Some("ids")));
    assert!(error.message().contains("bulk mail"), "{error}");
}

#[test]
fn only_what_stands_otherwise_than_before_is_counted() {
    for service in SERVICES {
        let world = World::synced(service, 20);
        let inbox = world.in_box("in");
        let keys: Vec<i64> = inbox[..2].iter().map(|mail| id(&world, mail)).collect();
        let trash = |keys: Value| {
            let answer = call(&world, "mailMessages", "trash", json!({ "filterByTk": keys }));
            answer.unwrap()["changed"].clone()
        };
        assert_eq!(trash(json!([keys[0]])), 1, "{service:?}");
        assert_eq!(trash(json!(keys)), 1);
        assert_eq!(trash(json!(keys)), 0);
        let gone = call(&world, "mailMessages", "trash", json!({ "filterByTk": [4_711] }));
        assert_eq!(refusal(&gone.unwrap_err()), ("not_found", Some("filterByTk")));
    }
}
