//! The generated mailboxes: the same from the same seed, of every size, with all that mail can have.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "test code")]

mod common;

use std::collections::HashSet;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE;
use common::{ALICE, BOB, Client, NOW};
use email_manager_simulator::{Config, Profile, Simulator};
use serde_json::Value;

const ME: &str = "/google/gmail/v1/users/me";

fn everything(client: &mut Client) -> Vec<Value> {
    let listed = client.pages(
        &format!("{ME}/messages?maxResults=500&includeSpamTrash=true"),
        "messages",
    );
    listed
        .iter()
        .map(|item| client.get(&format!("{ME}/messages/{}", item["id"].as_str().unwrap())))
        .collect()
}

fn header<'a>(message: &'a Value, name: &str) -> Option<&'a str> {
    let headers = message["payload"]["headers"].as_array()?;
    headers.iter().find(|header| header["name"] == name)?["value"].as_str()
}

fn leaves<'a>(part: &'a Value, found: &mut Vec<&'a Value>) {
    match part["parts"].as_array() {
        Some(parts) => parts.iter().for_each(|part| leaves(part, found)),
        None => found.push(part),
    }
}

#[test]
fn same_seed_gives_the_same_answers_and_another_seed_others() {
    let run = |seed: u64| {
        let config = Config {
            seed,
            start_ms: NOW,
            ..Config::default()
        };
        let mut client = Client {
            simulator: Simulator::new(config),
            ..Client::new(10)
        };
        let tokens = client.connect(ALICE, "");
        (
            tokens,
            everything(&mut client),
            client.get(&format!("/control/state?mailbox={BOB}&content=true")),
        )
    };
    assert_eq!(run(7), run(7));
    assert_ne!(run(7).1, run(8).1);
}

#[test]
fn every_size_is_exact_and_lies_between_two_years_ago_and_now() {
    for count in [10, 11, 59, 60, 99, 100, 1_000, 5_000] {
        for profile in [Profile::Business, Profile::Bench] {
            let mut client = Client::of(count, profile);
            for mailbox in [ALICE, BOB] {
                let state = client.get(&format!("/control/state?mailbox={mailbox}"));
                let messages = state["messages"].as_array().unwrap();
                assert_eq!(messages.len(), count as usize);
                let dates: Vec<&str> = messages
                    .iter()
                    .map(|item| item["received"].as_str().unwrap())
                    .collect();
                assert!(dates[0] < "2026-04-24T03:06:40Z", "{}", dates[0]);
                assert!(*dates.last().unwrap() > "2024-03-01", "{}", dates.last().unwrap());
            }
        }
    }
}

#[test]
fn mailbox_holds_every_kind_of_mail() {
    let mut client = Client::gmail(400);
    let messages = everything(&mut client);
    let subjects: Vec<&str> = messages
        .iter()
        .filter_map(|message| header(message, "Subject"))
        .collect();
    for script in ['е', '見', '订', '안', 'م', 'ש', '🎉', 'é', 'ü', 'ó', 'γ', 'आ'] {
        assert!(
            subjects
                .iter()
                .any(|subject| subject.to_lowercase().contains(script)),
            "{script}"
        );
    }
    for missing in ["Subject", "From", "Date", "Message-ID", "To"] {
        assert!(
            messages.iter().any(|message| header(message, missing).is_none()),
            "one without {missing}"
        );
    }
    for label in [
        "UNREAD",
        "STARRED",
        "SENT",
        "DRAFT",
        "SPAM",
        "TRASH",
        "CATEGORY_PROMOTIONS",
        "Label_1",
        "Label_2",
    ] {
        let having = messages.iter().filter(|message| {
            message["labelIds"]
                .as_array()
                .is_some_and(|labels| labels.iter().any(|have| have == label))
        });
        assert!(having.count() > 0, "{label}");
    }
    let mut parts = Vec::new();
    messages
        .iter()
        .for_each(|message| leaves(&message["payload"], &mut parts));
    for kind in [
        "text/plain",
        "text/html",
        "application/pdf",
        "image/png",
        "text/csv",
        "text/calendar",
    ] {
        assert!(parts.iter().any(|part| part["mimeType"] == kind), "{kind}");
    }
    let data = |part: &Value| {
        part["body"]["data"]
            .as_str()
            .map(|data| URL_SAFE.decode(data).unwrap())
            .unwrap_or_default()
    };
    assert!(
        parts.iter().any(|part| data(part).len() > 12_000),
        "a heavy newsletter"
    );
    assert!(
        parts.iter().any(|part| String::from_utf8(data(part)).is_err()),
        "bytes that are no UTF-8"
    );
    assert!(
        parts
            .iter()
            .any(|part| String::from_utf8_lossy(&data(part)).contains("src=\"cid:")),
        "an inline picture"
    );
}

#[test]
fn raw_form_encodes_what_the_payload_shows_decoded() {
    let mut client = Client::gmail(200);
    let messages = everything(&mut client);
    let foreign = messages
        .iter()
        .find(|message| header(message, "Subject").is_some_and(|subject| !subject.is_ascii()))
        .unwrap();
    let target = format!("{ME}/messages/{}?format=raw", foreign["id"].as_str().unwrap());
    let raw = URL_SAFE
        .decode(client.get(&target)["raw"].as_str().unwrap())
        .unwrap();
    let head = String::from_utf8(raw)
        .unwrap()
        .split("\r\n\r\n")
        .next()
        .unwrap()
        .to_owned();
    assert!(head.is_ascii() && head.contains("Subject: =?UTF-8?B?"));
}

#[test]
fn pictures_and_pdfs_are_what_they_say() {
    let mut client = Client::gmail(200);
    let messages = everything(&mut client);
    let mut seen = HashSet::new();
    for message in &messages {
        let mut parts = Vec::new();
        leaves(&message["payload"], &mut parts);
        for part in parts
            .iter()
            .filter(|part| part["body"]["attachmentId"].is_string())
        {
            let (id, file) = (
                message["id"].as_str().unwrap(),
                part["body"]["attachmentId"].as_str().unwrap(),
            );
            let body = client.get(&format!("{ME}/messages/{id}/attachments/{file}"));
            let bytes = URL_SAFE.decode(body["data"].as_str().unwrap()).unwrap();
            let begins: &[u8] = match part["mimeType"].as_str().unwrap() {
                "image/png" => b"\x89PNG\r\n\x1a\n",
                "application/pdf" => b"%PDF-1.4",
                "text/calendar" => b"BEGIN:VCALENDAR",
                _ => b"",
            };
            assert!(bytes.starts_with(begins));
            seen.insert(part["mimeType"].as_str().unwrap().to_owned());
        }
    }
    assert!(seen.len() >= 4);
}

#[test]
fn bench_profile_has_conversations_of_two_and_a_half_and_eight_kilobytes_each() {
    let mut client = Client::of(1_000, Profile::Bench);
    client.connect(ALICE, "");
    assert_eq!(client.get(&format!("{ME}/profile"))["threadsTotal"], 400);
    let listed = client.pages(&format!("{ME}/messages?maxResults=500"), "messages");
    for item in listed.iter().take(20) {
        let message = client.get(&format!("{ME}/messages/{}", item["id"].as_str().unwrap()));
        let mut parts = Vec::new();
        leaves(&message["payload"], &mut parts);
        let html = parts.iter().find(|part| part["mimeType"] == "text/html").unwrap();
        let size = html["body"]["size"].as_u64().unwrap();
        assert!((8_000..9_000).contains(&size), "{size}");
    }
}

#[test]
fn both_providers_show_the_same_conversation_in_full() {
    let mut client = Client::graph(60);
    let (all, _) = client.links("/microsoft/graph/v1.0/me/messages?$top=100&$select=conversationId,subject");
    let mut sizes: std::collections::HashMap<&str, usize> = std::collections::HashMap::new();
    for item in &all {
        *sizes.entry(item["conversationId"].as_str().unwrap()).or_default() += 1;
    }
    assert!(sizes.values().any(|size| *size >= 3));
}
