//! Drafts that were begun at the provider and are gone on with here.

use serde_json::{Value, json};

use super::{call, deliver};
use crate::support::organising::id as record;
use crate::support::service::{SERVICES, Service};
use crate::support::world::World;
use crate::support::{OTHER, USER, refusal};
use email_manager::error::Result;

/// A draft at the provider, and its record here.
fn begun(world: &World, with: Value) -> (String, i64) {
    let mut mail = json!({
        "subject": "Offer",
        "folder": world.service.place("draft"),
        "labels": ["DRAFT"],
        "from": world.service.mailbox(),
        "to": "Ann <ann@customer.example>, bo@customer.example",
        "cc": "cy@customer.example",
        "html": "<p>First <b>words</b></p><script>alert(1)</script>",
        "attachments": [{ "filename": "plan.txt", "mimeType": "text/plain", "text": "ground floor" }],
    });
    for (name, value) in with.as_object().unwrap() {
        mail[name] = value.clone();
    }
    let mail_id = world.deliver(mail);
    world.sync_emails();
    let id = record(world, &mail_id);
    (mail_id, id)
}

fn edit(world: &World, id: i64) -> Result<Value> {
    world.site.mail(USER, "draftTakeOver", json!({ "id": id }))
}

/// The drafts that are shown, by their records' ids.
fn drafts(world: &World) -> Value {
    let mut ids: Vec<Value> = world
        .shown()
        .into_iter()
        .filter(|row| row["boxType"] == "draft" && row["subject"] == "Offer")
        .map(|row| row["id"].clone())
        .collect();
    ids.sort_by_key(Value::as_i64);
    Value::Array(ids)
}

fn get(world: &World, id: &Value) -> Value {
    let params = json!({ "filterByTk": id });
    let answer = world
        .site
        .call(Some(USER), "mailMessages", "get", params, json!({}));
    answer.unwrap().body
}

#[test]
fn a_draft_of_the_provider_is_gone_on_with_and_sent_once_as_it_was_with_its_files() {
    for service in SERVICES {
        let world = World::synced(service, 20);
        let (mail_id, id) = begun(&world, json!({}));
        let copy = edit(&world, id).unwrap()["id"].clone();
        assert_eq!(drafts(&world), json!([copy]), "{service:?}");
        assert_eq!(edit(&world, id).unwrap_err().code().as_str(), "not_found");
        let mut draft = get(&world, &copy)["draft"].clone();
        assert_eq!(draft["body"], "<p>First <b>words</b></p>");
        assert_eq!(draft["subject"], "Offer");
        assert_eq!(
            draft["to"][0],
            json!({ "name": "Ann", "address": "ann@customer.example" })
        );
        assert_eq!(draft["cc"][0]["address"], "cy@customer.example");
        assert_eq!(draft["attachments"][0]["originalname"], "plan.txt");
        assert_eq!(draft["replyTo"], Value::Null);
        // At the provider it can still be found.
        world.sync_emails();
        world.run();
        assert_eq!(drafts(&world), json!([copy]), "{service:?}");
        assert!(world.in_box("trash").contains(&mail_id), "{service:?}");
        // Nor are its files lost once that trash is emptied.
        world.touch("delete", &mail_id, json!({}));

        draft["id"] = copy;
        draft["version"] = json!(1);
        world.site.mail(USER, "messageSend", draft).unwrap();
        deliver(&world);
        let sent = world.sent();
        assert_eq!(sent.len(), 1, "{service:?} {:?}", world.outbox());
        assert_eq!(
            sent[0]["to"],
            json!(["ann@customer.example", "bo@customer.example"])
        );
        assert_eq!(sent[0]["attachments"][0]["filename"], "plan.txt");
        assert_eq!(drafts(&world), json!([]), "{service:?}");
        world.sync_emails();
        assert_eq!(drafts(&world), json!([]), "{service:?}");
    }
}

#[test]
fn what_was_written_at_the_provider_meanwhile_is_what_is_gone_on_with_or_stays_a_draft_there() {
    for service in SERVICES {
        let world = World::synced(service, 20);
        let (mail_id, id) = begun(&world, json!({}));
        match service {
            Service::Microsoft => {
                world.write_draft(&mail_id, "Second words");
                let copy = edit(&world, id).unwrap()["id"].clone();
                let draft = get(&world, &copy)["draft"].clone();
                assert!(draft["body"].as_str().unwrap().contains("Second words"));
                // Put back and written on there, it is another draft.
                world.sync_emails();
                call(
                    &world,
                    "mail",
                    "messagesOrganise",
                    json!({ "ids": [id], "putBack": true }),
                )
                .unwrap();
                world.sync_emails();
                world.write_draft(&mail_id, "Third words");
                let other = edit(&world, id).unwrap()["id"].clone();
                assert_ne!(other, copy);
                assert_eq!(drafts(&world), json!([copy, other]));
            }
            // Every version has an id of its own.
            Service::Google => {
                world.touch("delete", &mail_id, json!({}));
                let newer =
                    world.deliver(json!({ "subject": "Offer", "labels": ["DRAFT"], "text": "Second words" }));
                let error = edit(&world, id).unwrap_err();
                assert_eq!(refusal(&error), ("not_found", Some("id")));
                world.run();
                world.sync_emails();
                assert_eq!(drafts(&world), json!([record(&world, &newer)]));
            }
        }
    }
}

#[test]
fn put_back_and_asked_for_again_it_is_the_copy_that_is_there_with_what_was_written_since() {
    for service in SERVICES {
        let world = World::synced(service, 20);
        let (_, id) = begun(&world, json!({}));
        let copy = edit(&world, id).unwrap()["id"].clone();
        let mut draft = get(&world, &copy)["draft"].clone();
        draft["id"] = copy.clone();
        draft["version"] = json!(1);
        draft["body"] = json!("<p>More words</p>");
        world.site.mail(USER, "messageSavingDraft", draft).unwrap();
        world.sync_emails();
        call(
            &world,
            "mail",
            "messagesOrganise",
            json!({ "ids": [id], "putBack": true }),
        )
        .unwrap();
        world.sync_emails();
        assert_eq!(drafts(&world).as_array().unwrap().len(), 2, "{service:?}");
        assert_eq!(edit(&world, id).unwrap()["id"], copy, "{service:?}");
        assert_eq!(drafts(&world), json!([copy]), "{service:?}");
        assert_eq!(get(&world, &copy)["draft"]["body"], "<p>More words</p>");
    }
}

#[test]
fn a_draft_that_answers_a_mail_goes_on_answering_it() {
    for service in SERVICES {
        let world = World::synced(service, 20);
        let asked =
            world.deliver(json!({ "subject": "Question", "from": "ann@customer.example", "text": "?" }));
        let (_, draft) = begun(&world, json!({ "subject": "Re: Question", "inReplyTo": asked }));
        let copy = edit(&world, draft).unwrap()["id"].clone();
        let payload = get(&world, &copy)["draft"].clone();
        assert_eq!(payload["replyTo"], record(&world, &asked), "{service:?}");
        assert_eq!(payload["mode"], "reply");
    }
}

#[test]
fn nobody_elses_draft_and_no_other_mail_is_gone_on_with() {
    for service in SERVICES {
        let world = World::synced(service, 20);
        let (mail_id, id) = begun(&world, json!({}));
        let inbox = world.in_box("in").remove(0);
        let refused = |user, id: i64| {
            let answer = world.site.mail(user, "draftTakeOver", json!({ "id": id }));
            answer.unwrap_err().code().as_str().to_owned()
        };
        assert_eq!(refused(OTHER, id), "not_found");
        assert_eq!(refused(USER, record(&world, &inbox)), "not_found");
        // Where the trash is left out, it goes there all the same.
        let left_out = json!({ "email": service.mailbox(), "boxes": ["trash"] });
        world.site.mail(USER, "updateAccountFolders", left_out).unwrap();
        world.run();
        edit(&world, id).unwrap();
        world.sync_emails();
        assert!(!world.in_box("draft").contains(&mail_id), "{service:?}");
    }
}
