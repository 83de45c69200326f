//! Files: small and large ones, pictures in the text, and what is left of them afterwards.

use std::rc::Rc;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use chrono::TimeDelta;
use email_manager::host::Host;
use email_manager::plugin::{ActionRequest, IncomingFile};
use serde_json::{Map, Value, json};
use sha2::{Digest, Sha256};

use super::expiry::save_draft;
use super::{call, deliver, send};
use crate::support::service::{SERVICES, Service};
use crate::support::world::World;
use crate::support::{ORIGIN, OTHER, USER, downloaded, refusal};

pub(in super::super) fn upload(
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
fn a_picture_in_the_text_itself_comes_along_as_a_file_and_is_back_in_the_text_when_the_mail_is_taken_back() {
    for service in SERVICES {
        let world = World::synced(service, 10);
        let picture = format!("data:image/png;base64,{}", STANDARD.encode(bytes(100)));
        let body = format!("<p>Regards</p><img src=\"{picture}\" width=\"40\"><img src=\"{picture}\">");
        send(&world, json!({ "body": body })).unwrap();
        deliver(&world);
        let sent = world.sent().remove(0);
        let files = sent["attachments"].as_array().unwrap();
        assert_eq!(files.len(), 1, "{service:?}");
        assert_eq!(
            files[0]["sha256"],
            STANDARD.encode(Sha256::digest(bytes(100))).as_str()
        );
        let html = sent["html"].as_str().unwrap();
        let shown = format!("src=\"cid:{}\"", files[0]["contentId"].as_str().unwrap());
        assert_eq!(html.matches(&shown).count(), 2, "{html}");
        assert!(!html.contains("data:"), "{html}");

        let queued = send(
            &world,
            json!({ "body": body, "scheduleSendAt": world.site.host.now() + TimeDelta::days(30) }),
        )
        .unwrap();
        let id = json!({ "id": queued["id"] });
        let draft = call(&world, "mailOutbox", "cancel", id).unwrap();
        let params = json!({ "filterByTk": draft["id"] });
        let read = world
            .site
            .call(Some(USER), "mailMessages", "get", params, json!({}))
            .unwrap();
        let text = read.body["draft"]["body"].as_str().unwrap();
        assert!(text.contains(&picture), "{text}");
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
    assert_eq!(shown.headers["Content-Type"], "image/png");
    assert_eq!(shown.headers["X-Content-Type-Options"], "nosniff");
    assert_eq!(downloaded(shown), bytes(1_000_000));
    for refused in [get(OTHER, &picture), get(USER, &page)] {
        assert_eq!(refusal(&refused.unwrap_err()), ("not_found", Some("filename")));
    }
}

#[test]
fn an_upload_that_makes_no_progress_is_left_for_a_while() {
    for service in SERVICES {
        let world = World::synced(service, 10);
        let file = upload(&world, "large.bin", "application/pdf", bytes(7_000_000)).unwrap();
        send(&world, json!({ "attachments": [file] })).unwrap();
        world.site.host.advance(TimeDelta::seconds(6));
        let puts = Rc::new(std::cell::Cell::new(0));
        let count = Rc::clone(&puts);
        world.wire.tamper(move |request, response| {
            if request.method() == http::Method::PUT {
                count.set(count.get() + 1);
                assert!(count.get() < 100, "it is tried again and again");
                *response = match service {
                    Service::Google => http::Response::builder().status(308).body(Vec::new()).unwrap(),
                    Service::Microsoft => {
                        http::Response::new(json!({ "nextExpectedRanges": ["0-"] }).to_string().into_bytes())
                    }
                };
            }
        });
        world.post();
        assert_eq!(puts.get(), 1, "{service:?}");
        assert_eq!(super::states(&world), ["sending"]);
        world.wire.restore();
        world.site.host.advance(TimeDelta::minutes(1));
        deliver(&world);
        assert_eq!(
            super::states(&world),
            ["confirmed"],
            "{service:?} {:?}",
            world.outbox()
        );
        assert_eq!(world.sent()[0]["attachments"][0]["size"], 7_000_000);
    }
}
