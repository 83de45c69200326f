//! Files of what is written here and on its way out, as they are opened before a provider has them.

use chrono::TimeDelta;
use email_manager::host::Host;
use serde_json::{Value, json};

use super::expiry::save_draft;
use super::files::{bytes, upload};
use super::{deliver, send, send_only};
use crate::support::organising::id;
use crate::support::service::SERVICES;
use crate::support::world::World;
use crate::support::{OTHER, USER, downloaded, refusal};
use email_manager::plugin::User;

fn open(world: &World, user: User, action: &str, params: Value) -> email_manager::error::Result<Vec<u8>> {
    let answer = world.site.call(Some(user), "mail", action, params, json!({}))?;
    Ok(downloaded(answer))
}

/// A mail of this subject, as pages get it.
fn shown(world: &World, subject: &str) -> Value {
    let rows = world.shown();
    let found = rows.iter().find(|row| row["subject"] == subject).unwrap();
    let params = json!({ "filterByTk": found["id"] });
    let answer = world
        .site
        .call(Some(USER), "mailMessages", "get", params, json!({}));
    answer.unwrap().body
}

fn file_of(world: &World, user: User, mail: &Value) -> email_manager::error::Result<Vec<u8>> {
    let files = mail["attachments"].as_array().unwrap();
    let file = files.iter().find(|file| file["filename"] == "offer.pdf").unwrap();
    let params = json!({ "id": mail["id"], "attachmentId": file["attachmentId"] });
    open(world, user, "messageAttachmentGet", params)
}

fn picture_of(world: &World, user: User, mail: &Value) -> email_manager::error::Result<Vec<u8>> {
    let params = json!({ "messageId": mail["id"], "contentId": "logo" });
    open(world, user, "messageContentPreview", params)
}

/// A mail with a file and a picture in its text.
fn with_files(world: &World) -> Value {
    let file = upload(world, "offer.pdf", "application/pdf", bytes(1_000_000)).unwrap();
    let mut picture = upload(world, "logo.png", "image/png", bytes(300)).unwrap();
    picture["contentId"] = json!("logo");
    json!({ "body": "<p>Hi <img src=\"cid:logo\"></p>", "attachments": [file, picture] })
}

#[test]
fn files_of_mail_on_its_way_are_there_before_it_goes_after_it_went_and_once_it_was_seen() {
    for service in SERVICES {
        let world = World::synced(service, 10);
        let mut values = with_files(&world);
        values["scheduleSendAt"] = json!(world.site.host.now() + TimeDelta::hours(3));
        send(&world, values).unwrap();
        let assert_there = |what: &str, box_type: &str| {
            let mail = shown(&world, "Offer");
            assert_eq!(mail["boxType"], box_type, "{service:?} {what}");
            assert_eq!(
                file_of(&world, USER, &mail).unwrap(),
                bytes(1_000_000),
                "{service:?} {what}"
            );
            assert_eq!(
                picture_of(&world, USER, &mail).unwrap(),
                bytes(300),
                "{service:?} {what}"
            );
            for stolen in [file_of(&world, OTHER, &mail), picture_of(&world, OTHER, &mail)] {
                assert_eq!(refusal(&stolen.unwrap_err()).0, "not_found");
            }
        };
        world.requests();
        assert_there("waiting", "scheduled");
        assert_eq!(world.requests(), Vec::<String>::new(), "nobody is asked for them");
        world.site.host.advance(TimeDelta::hours(3));
        world.post();
        assert_eq!(world.sent().len(), 1);
        world.requests();
        assert_there("sent", "out");
        assert_eq!(world.requests(), Vec::<String>::new());
        deliver(&world);
        world.sync_emails();
        world.requests();
        assert_there("seen", "out");
        assert!(!world.requests().is_empty(), "by now they are the provider's");
    }
}

#[test]
fn files_of_an_account_that_may_only_send_are_there_for_a_while_and_then_it_is_said_that_they_are_not() {
    for service in SERVICES {
        let world = send_only::linked(service);
        let values = with_files(&world);
        send(&world, values).unwrap();
        deliver(&world);
        let mail = shown(&world, "Offer");
        assert_eq!(
            file_of(&world, USER, &mail).unwrap(),
            bytes(1_000_000),
            "{service:?}"
        );
        for _ in 0..40 {
            world.site.host.advance(TimeDelta::days(2));
            world.post();
        }
        assert_eq!(stored_names(&world), Vec::<String>::new());
        world.requests();
        let error = file_of(&world, USER, &mail).unwrap_err();
        assert_eq!(
            error.message(),
            "this file is not here any more",
            "{service:?} {error}"
        );
        assert_eq!(world.requests(), Vec::<String>::new());
    }
}

fn stored_names(world: &World) -> Vec<String> {
    pollster::block_on(world.site.plugin.run_schedule("tidy")).unwrap();
    let rows = world.site.host.rows("mailUploads");
    rows.iter()
        .map(|row| row["filename"].as_str().unwrap().to_owned())
        .collect()
}

#[test]
fn a_draft_shows_its_uploads_and_the_files_that_it_names_of_other_mails() {
    for service in SERVICES {
        let world = World::started(service, 4);
        let original = world.deliver(json!({ "subject": "With a file", "attachments": [
            { "filename": "offer.pdf", "mimeType": "application/pdf", "text": "hello" },
        ] }));
        world.run();
        let received = shown(&world, "With a file");
        assert_eq!(received["id"], id(&world, &original));
        let of_mail = json!({
            "messageId": received["id"],
            "attachmentId": received["attachments"][0]["attachmentId"],
            "filename": "offer.pdf",
        });
        save_draft(
            &world,
            json!({ "subject": "Names one", "attachments": [of_mail] }),
        );
        let named = shown(&world, "Names one");
        assert_eq!(file_of(&world, USER, &named).unwrap(), b"hello", "{service:?}");
        let values = with_files(&world);
        save_draft(&world, values);
        let own = shown(&world, "Offer");
        assert_eq!(file_of(&world, USER, &own).unwrap(), bytes(1_000_000));
        assert_eq!(picture_of(&world, USER, &own).unwrap(), bytes(300));
        assert!(file_of(&world, OTHER, &own).is_err());

        // Nobody is led in a circle.
        let saved = save_draft(&world, json!({ "subject": "Circle" }));
        let itself = json!({ "messageId": saved["id"], "attachmentId": "a", "filename": "offer.pdf" });
        let values = json!({ "id": saved["id"], "subject": "Circle", "attachments": [itself] });
        save_draft(&world, values);
        let error = file_of(&world, USER, &shown(&world, "Circle")).unwrap_err();
        assert_eq!(refusal(&error).0, "not_found");
    }
}
