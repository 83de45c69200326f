//! Files: small and large ones, pictures in the text, and what is left of them afterwards.

use std::rc::Rc;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use chrono::TimeDelta;
use email_manager::plugin::{ActionRequest, IncomingFile};
use serde_json::{Map, Value, json};
use sha2::{Digest, Sha256};

use super::{deliver, send};
use crate::support::service::{SERVICES, Service};
use crate::support::world::World;
use crate::support::{ORIGIN, OTHER, USER, refusal};

pub(super) fn upload(
    world: &World,
    name: &str,
    kind: &str,
    bytes: Vec<u8>,
) -> email_manager::error::Result<Value> {
    let request = ActionRequest {
        resource: "mail".to_owned(),
        action: "messageAttachmentUpload".to_owned(),
        params: Map::new(),
        values: Map::new(),
        user: Some(USER),
        session: None,
        origin: ORIGIN.to_owned(),
        language: "en-US".to_owned(),
        file: Some(IncomingFile {
            name: name.to_owned(),
            mime_type: kind.to_owned(),
            size: bytes.len() as u64,
            bytes: Rc::new(bytes),
        }),
    };
    pollster::block_on(world.site.plugin.action(request)).map(|answer| answer.body)
}

/// Bytes that repeat at no power of two.
pub(super) fn bytes(length: usize) -> Vec<u8> {
    (0..length).map(|number| (number % 251) as u8).collect()
}

#[test]
fn files_of_every_size_arrive_whole() {
    for service in SERVICES {
        let world = World::synced(service, 10);
        let sizes = [0, 1, 57, 983_040, 983_041, 3 << 20, (3 << 20) - 1, 7_000_001];
        let names: Vec<String> = sizes.iter().map(|size| format!("报价 {size}.bin")).collect();
        let mut attachments = Vec::new();
        for (size, name) in sizes.iter().zip(&names) {
            attachments.push(upload(&world, name, "application/x-test", bytes(*size)).unwrap());
        }
        send(&world, json!({ "attachments": attachments })).unwrap();
        deliver(&world);
        let sent = world.sent().remove(0);
        let files = sent["attachments"].as_array().unwrap();
        let came: Vec<(String, usize)> = files
            .iter()
            .map(|file| {
                (
                    file["filename"].as_str().unwrap().to_owned(),
                    file["size"].as_u64().unwrap() as usize,
                )
            })
            .collect();
        let expected: Vec<(String, usize)> = names.into_iter().zip(sizes).collect();
        assert_eq!(came, expected, "{service:?}");
        for (file, size) in files.iter().zip(sizes) {
            let hash = STANDARD.encode(Sha256::digest(bytes(size)));
            assert_eq!(file["sha256"], hash.as_str(), "{service:?} {size}");
        }
        let requests = world.requests();
        let uploads = requests
            .iter()
            .filter(|request| request.starts_with("PUT"))
            .count();
        assert!(uploads >= 4, "large files go in several requests: {uploads}");
    }
}

#[test]
fn pictures_of_the_text_are_found_there() {
    for service in SERVICES {
        let world = World::synced(service, 10);
        let mut picture = upload(&world, "logo.png", "image/png", bytes(100)).unwrap();
        picture["contentId"] = json!("<logo@page>");
        send(
            &world,
            json!({ "body": "<p>Hi <img src=\"cid:logo@page\"></p>", "attachments": [picture] }),
        )
        .unwrap();
        deliver(&world);
        let sent = world.sent().remove(0);
        assert_eq!(sent["attachments"][0]["contentId"], "logo@page");
        assert!(
            sent["html"].as_str().unwrap().contains("cid:logo@page"),
            "{}",
            sent["html"]
        );
    }
}

#[test]
fn a_file_belongs_to_who_uploaded_it_and_goes_when_its_time_is_up() {
    let world = World::synced(Service::Google, 10);
    let file = upload(&world, "a.txt", "text/plain", bytes(10)).unwrap();
    assert_eq!(file["originalname"], "a.txt");
    assert_eq!(
        (&file["size"], &file["mimetype"]),
        (&json!(10), &json!("text/plain"))
    );
    world.link(OTHER, Service::Google.other_mailbox()).unwrap();
    let stolen = super::mail(json!({ "attachments": [file] }));
    let error = world.site.mail(OTHER, "messageSend", stolen).unwrap_err();
    assert_eq!(refusal(&error), ("not_found", Some("attachments")));
    let kept = upload(&world, "b.txt", "text/plain", bytes(20)).unwrap();
    let draft = save_draft(&world, json!({ "attachments": [kept] }));
    let tidy = || pollster::block_on(world.site.plugin.run_schedule("tidy")).unwrap();
    tidy();
    assert_eq!(world.site.host.rows("mailUploads").len(), 2);
    world.site.host.advance(TimeDelta::days(2));
    tidy();
    let left = world.site.host.rows("mailUploads");
    assert_eq!(left.len(), 1);
    assert_eq!(left[0]["filename"], "b.txt");
    assert_eq!(world.site.host.rows("mailUploadPieces").len(), 1);
    send(&world, json!({ "id": draft["id"], "attachments": [kept] })).unwrap();
    deliver(&world);
    world.site.host.advance(TimeDelta::hours(2));
    tidy();
    assert!(world.site.host.rows("mailUploads").is_empty());
    assert!(world.site.host.rows("mailUploadPieces").is_empty());
}

#[test]
fn what_is_too_large_is_refused_with_its_limit() {
    let world = World::synced(Service::Google, 10);
    let file = upload(&world, "large.bin", "", bytes(13 << 20)).unwrap();
    let error = send(&world, json!({ "attachments": [file, file] })).unwrap_err();
    assert_eq!(refusal(&error), ("invalid_input", Some("attachments")));
    assert!(error.message().contains("25 MB"));
}

#[test]
fn an_upload_goes_on_after_the_process_has_ended() {
    use crate::support::edge::Trouble;
    for service in SERVICES {
        let mut world = World::synced(service, 10);
        let file = upload(&world, "large.bin", "application/pdf", bytes(9_000_000)).unwrap();
        send(&world, json!({ "attachments": [file] })).unwrap();
        world.site.host.advance(TimeDelta::seconds(6));
        world.requests();
        for skip in [2, 1, 1] {
            world.edge.strike(skip, Trouble::CrashInFetch);
            world.post();
            world.edge.spare();
            world.restart();
            world.site.host.advance(TimeDelta::minutes(4));
        }
        world.post();
        world.site.host.advance(TimeDelta::seconds(30));
        world.post();
        assert_eq!(
            super::states(&world),
            ["confirmed"],
            "{service:?} {:?}",
            world.requests()
        );
        let sent = world.sent();
        assert_eq!(
            (sent.len(), &sent[0]["attachments"][0]["size"]),
            (1, &json!(9_000_000))
        );
        let begun = world
            .requests()
            .iter()
            .filter(|request| request.contains("POST") && request.contains("upload"))
            .count();
        assert!(begun <= 1, "the upload was begun {begun} times");
    }
}

#[test]
fn a_picture_of_a_draft_is_shown_to_its_user_alone_and_nothing_else_is() {
    let world = World::synced(Service::Google, 10);
    let picture = upload(&world, "a.png", "image/png", bytes(1_000_000)).unwrap();
    let page = upload(&world, "a.html", "text/html", bytes(10)).unwrap();
    let get = |user, file: &Value| {
        let params = json!({ "filename": file["filename"] });
        world
            .site
            .call(Some(user), "mail", "messageUploadGet", params, json!({}))
    };
    let shown = get(USER, &picture).unwrap();
    assert_eq!(shown.bytes, Some(bytes(1_000_000)));
    assert_eq!(shown.headers["Content-Type"], "image/png");
    assert_eq!(shown.headers["X-Content-Type-Options"], "nosniff");
    for refused in [get(OTHER, &picture), get(USER, &page)] {
        assert_eq!(refusal(&refused.unwrap_err()), ("not_found", Some("filename")));
    }
}

/// The names of the files that are stored, after those that nothing uses have gone.
fn stored(world: &World) -> Vec<String> {
    pollster::block_on(world.site.plugin.run_schedule("tidy")).unwrap();
    let rows = world.site.host.rows("mailUploads");
    let mut names: Vec<String> = rows
        .iter()
        .map(|row| row["filename"].as_str().unwrap().to_owned())
        .collect();
    names.sort();
    let pieces = world.site.host.rows("mailUploadPieces");
    assert_eq!(pieces.len(), names.len(), "each of these files is one piece");
    names
}

fn small(world: &World, name: &str) -> Value {
    upload(world, name, "text/plain", bytes(10)).unwrap()
}

fn save_draft(world: &World, with: Value) -> Value {
    world
        .site
        .mail(USER, "messageSavingDraft", super::mail(with))
        .unwrap()
}

fn discard_draft(world: &World, draft: &Value) {
    let values = json!({ "id": draft["id"] });
    world.site.mail(USER, "draftDiscard", values).unwrap();
}

#[test]
fn a_deleted_account_takes_its_files_along_and_nobody_elses() {
    for service in SERVICES {
        let world = World::synced(service, 10);
        let [draft, scheduled, gone, shared, other] =
            ["draft", "scheduled", "gone", "shared", "other"].map(|name| small(&world, name));
        save_draft(&world, json!({ "attachments": [draft, shared] }));
        let at = email_manager::host::Host::now(world.site.host.as_ref()) + TimeDelta::days(3);
        send(
            &world,
            json!({ "attachments": [scheduled], "scheduleSendAt": at }),
        )
        .unwrap();
        send(&world, json!({ "attachments": [gone] })).unwrap();
        deliver(&world);
        world.link(USER, service.other_mailbox()).unwrap();
        let elsewhere = json!({ "accountEmail": service.other_mailbox(), "attachments": [shared, other] });
        save_draft(&world, elsewhere);
        let values = json!({ "email": service.mailbox() });
        world.site.mail(USER, "deleteMailAccount", values).unwrap();
        let rows = world.site.host.rows("mailUploads");
        assert_eq!(rows.len(), 2, "{service:?}: at once");
        assert_eq!(stored(&world), ["other", "shared"], "{service:?}");
    }
}

#[test]
fn a_discarded_draft_takes_its_files_along_but_for_those_of_other_drafts() {
    let world = World::synced(Service::Google, 10);
    let [own, shared] = ["own", "shared"].map(|name| small(&world, name));
    let first = save_draft(&world, json!({ "attachments": [own, shared] }));
    let second = save_draft(&world, json!({ "attachments": [shared] }));
    assert_eq!(stored(&world), ["own", "shared"]);
    discard_draft(&world, &first);
    assert_eq!(stored(&world), ["shared"]);
    discard_draft(&world, &second);
    assert_eq!(stored(&world), Vec::<String>::new());
}

#[test]
fn a_file_that_was_taken_out_of_a_draft_goes_after_a_day() {
    let world = World::synced(Service::Google, 10);
    let [out, kept] = ["out", "kept"].map(|name| small(&world, name));
    let draft = save_draft(&world, json!({ "attachments": [out, kept] }));
    world.site.host.advance(TimeDelta::days(30));
    save_draft(&world, json!({ "id": draft["id"], "attachments": [kept] }));
    assert_eq!(stored(&world), ["kept", "out"]);
    world.site.host.advance(TimeDelta::days(2));
    assert_eq!(stored(&world), ["kept"]);
}

#[test]
fn a_file_lives_as_long_as_the_last_mail_or_draft_that_has_it() {
    for service in SERVICES {
        let world = World::synced(service, 10);
        let shared = small(&world, "shared");
        let draft = save_draft(&world, json!({ "attachments": [shared] }));
        let at = email_manager::host::Host::now(world.site.host.as_ref()) + TimeDelta::days(300);
        send(&world, json!({ "attachments": [shared], "scheduleSendAt": at })).unwrap();
        // Saved again, a mail sent, one taken back, a draft discarded: none of it takes the file from what waits.
        save_draft(&world, json!({ "id": draft["id"], "attachments": [shared] }));
        send(&world, json!({ "attachments": [shared] })).unwrap();
        deliver(&world);
        let back = send(&world, json!({ "attachments": [shared] })).unwrap();
        let values = json!({ "id": back["id"], "edit": false });
        super::call(&world, "mailOutbox", "cancel", values).unwrap();
        world.site.host.advance(TimeDelta::days(3));
        assert_eq!(stored(&world), ["shared"]);
        discard_draft(&world, &draft);
        for _ in 0..6 {
            assert_eq!(stored(&world), ["shared"], "{service:?}");
            world.site.host.advance(TimeDelta::days(50));
        }
        deliver(&world);
        let sent = world.sent();
        assert_eq!(sent.len(), 2, "{service:?} {:?}", world.outbox());
        assert_eq!(sent[1]["attachments"][0]["size"], 10);
        world.site.host.advance(TimeDelta::hours(2));
        assert_eq!(stored(&world), Vec::<String>::new());
    }
}

#[test]
fn a_mail_that_becomes_a_draft_again_keeps_its_files() {
    let world = World::synced(Service::Google, 10);
    let file = small(&world, "kept");
    let queued = send(&world, json!({ "attachments": [file] })).unwrap();
    let values = json!({ "id": queued["id"] });
    super::call(&world, "mailOutbox", "cancel", values).unwrap();
    world.site.host.advance(TimeDelta::days(100));
    assert_eq!(stored(&world), ["kept"]);
}
