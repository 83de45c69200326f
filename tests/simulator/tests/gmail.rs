//! The Gmail API as a mail client uses it.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "test code")]

mod common;

use std::collections::HashSet;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE;
use common::{ALICE, Client, ids};
use serde_json::{Value, json};

const ME: &str = "/google/gmail/v1/users/me";

fn header<'a>(message: &'a Value, name: &str) -> Option<&'a str> {
    let headers = message["payload"]["headers"].as_array()?;
    headers.iter().find(|header| header["name"] == name)?["value"].as_str()
}

#[test]
fn listing_walks_every_message_once_newest_first() {
    let mut client = Client::gmail(300);
    let found = client.pages(
        &format!("{ME}/messages?maxResults=70&includeSpamTrash=true"),
        "messages",
    );
    let unique: HashSet<String> = ids(&found).into_iter().collect();
    assert_eq!((found.len(), unique.len()), (300, 300));
    let mut last = i64::MAX;
    for message in &found {
        let body = client.get(&format!(
            "{ME}/messages/{}?format=minimal",
            message["id"].as_str().unwrap()
        ));
        let date: i64 = body["internalDate"].as_str().unwrap().parse().unwrap();
        assert!(date <= last);
        assert_eq!(body["threadId"], message["threadId"]);
        assert!(body.get("payload").is_none());
        last = date;
    }
    assert_eq!(client.get(&format!("{ME}/profile"))["messagesTotal"], 300);
}

#[test]
fn spam_and_trash_are_listed_only_when_asked_for() {
    let mut client = Client::gmail(300);
    let all = client
        .pages(
            &format!("{ME}/messages?maxResults=500&includeSpamTrash=true"),
            "messages",
        )
        .len();
    let usual = client
        .pages(&format!("{ME}/messages?maxResults=500"), "messages")
        .len();
    let spam = client
        .pages(&format!("{ME}/messages?maxResults=500&labelIds=SPAM"), "messages")
        .len();
    let trash = client
        .pages(
            &format!("{ME}/messages?maxResults=500&labelIds=TRASH"),
            "messages",
        )
        .len();
    assert!(spam > 0 && trash > 0);
    assert_eq!(usual + spam + trash, all);
}

#[test]
fn search_limits_by_time_label_and_message_id() {
    let mut client = Client::gmail(200);
    let cut = common::NOW / 1_000 - 60 * 86_400;
    let newer = client.pages(&format!("{ME}/messages?maxResults=500&q=after:{cut}"), "messages");
    let older = client.pages(
        &format!("{ME}/messages?maxResults=500&q=before:{cut}"),
        "messages",
    );
    let all = client.pages(&format!("{ME}/messages?maxResults=500"), "messages");
    assert!(!newer.is_empty() && !older.is_empty());
    assert_eq!(newer.len() + older.len(), all.len());
    let first = client.get(&format!("{ME}/messages/{}", newer[0]["id"].as_str().unwrap()));
    let message_id = header(&first, "Message-ID").unwrap();
    let found = client.pages(
        &format!(
            "{ME}/messages?q=rfc822msgid:{}",
            message_id.trim_matches(['<', '>'])
        ),
        "messages",
    );
    assert_eq!(ids(&found), [first["id"].as_str().unwrap()]);
    let unread = client.pages(
        &format!("{ME}/messages?maxResults=500&q=is:unread%20in:inbox"),
        "messages",
    );
    let label = client.get(&format!("{ME}/labels/INBOX"));
    assert_eq!(label["messagesUnread"], unread.len());
}

#[test]
fn formats_differ_in_what_they_carry() {
    let mut client = Client::gmail(50);
    let id = ids(&client.pages(&format!("{ME}/messages?maxResults=50"), "messages"))[1].clone();
    let full = client.get(&format!("{ME}/messages/{id}"));
    assert!(full["payload"]["parts"].is_array() && full.get("raw").is_none());
    let target = format!("{ME}/messages/{id}?format=metadata&metadataHeaders=Subject&metadataHeaders=from");
    let metadata = client.get(&target);
    assert_eq!(metadata["payload"]["headers"].as_array().unwrap().len(), 2);
    assert!(metadata["payload"].get("body").is_none());
    let raw = client.get(&format!("{ME}/messages/{id}?format=raw"));
    let bytes = URL_SAFE.decode(raw["raw"].as_str().unwrap()).unwrap();
    let text = String::from_utf8(bytes).unwrap();
    assert!(text.contains("\r\nSubject: ") && text.contains("\r\n\r\n") && raw.get("payload").is_none());
    let partial = client.get(&format!(
        "{ME}/messages/{id}?fields=id,payload(mimeType,headers/name)"
    ));
    assert_eq!(partial.as_object().unwrap().len(), 2);
    assert!(partial["payload"]["headers"][0].get("value").is_none());
}

#[test]
fn thread_holds_its_messages_oldest_first_with_references() {
    let mut client = Client::gmail(100);
    let threads = client.pages(&format!("{ME}/threads?maxResults=30"), "threads");
    let mut longest = Value::Null;
    for thread in &threads {
        let body = client.get(&format!(
            "{ME}/threads/{}?format=metadata",
            thread["id"].as_str().unwrap()
        ));
        assert!(
            body["messages"]
                .as_array()
                .unwrap()
                .iter()
                .all(|message| message["threadId"] == thread["id"])
        );
        if body["messages"].as_array().unwrap().len() > longest["messages"].as_array().map_or(0, Vec::len) {
            longest = body;
        }
    }
    let messages = longest["messages"].as_array().unwrap();
    assert!(messages.len() >= 3);
    assert_eq!(messages[0]["id"], longest["id"]);
    for pair in messages.windows(2) {
        assert_eq!(header(&pair[1], "In-Reply-To"), header(&pair[0], "Message-ID"));
        assert!(header(&pair[1], "Subject").unwrap().starts_with("Re: "));
    }
    let total = client.get(&format!("{ME}/profile"))["threadsTotal"]
        .as_u64()
        .unwrap();
    let listed = client.pages(
        &format!("{ME}/threads?maxResults=7&includeSpamTrash=true"),
        "threads",
    );
    assert_eq!(listed.len() as u64, total);
}

#[test]
fn attachment_has_the_size_the_payload_tells() {
    let mut client = Client::gmail(100);
    let found = client.pages(
        &format!("{ME}/messages?maxResults=100&q=has:attachment"),
        "messages",
    );
    let message = client.get(&format!("{ME}/messages/{}", found[0]["id"].as_str().unwrap()));
    let part = message["payload"]["parts"]
        .as_array()
        .unwrap()
        .iter()
        .find(|part| part["filename"] != "")
        .unwrap();
    let (id, file) = (
        message["id"].as_str().unwrap(),
        part["body"]["attachmentId"].as_str().unwrap(),
    );
    let body = client.get(&format!("{ME}/messages/{id}/attachments/{file}"));
    let bytes = URL_SAFE.decode(body["data"].as_str().unwrap()).unwrap();
    assert_eq!(
        (&body["size"], bytes.len() as u64),
        (&part["body"]["size"], part["body"]["size"].as_u64().unwrap())
    );
    assert_eq!(
        client
            .fail(&format!("{ME}/messages/{id}/attachments/ANGjdJxxx"))
            .0,
        400
    );
}

#[test]
fn history_tells_what_changed_and_nothing_twice() {
    let mut client = Client::gmail(60);
    let start = client.get(&format!("{ME}/profile"))["historyId"]
        .as_str()
        .unwrap()
        .to_owned();
    let quiet = client.get(&format!("{ME}/history?startHistoryId={start}"));
    assert!(quiet.get("history").is_none());
    assert_eq!(quiet["historyId"], json!(start));

    let delivered = client.control(
        "deliver",
        json!({ "mailbox": ALICE, "subject": "New", "text": "x" }),
    );
    let new = delivered["delivered"][0]["id"].as_str().unwrap().to_owned();
    client.control(
        "mark",
        json!({ "mailbox": ALICE, "id": new, "read": true, "starred": true }),
    );
    client.control("delete", json!({ "mailbox": ALICE, "id": new }));
    let body = client.get(&format!("{ME}/history?startHistoryId={start}"));
    let records = body["history"].as_array().unwrap();
    let kinds: Vec<&str> = records
        .iter()
        .map(|record| {
            let names = ["messagesAdded", "labelsAdded", "labelsRemoved", "messagesDeleted"];
            names
                .into_iter()
                .find(|name| record.get(*name).is_some())
                .unwrap()
        })
        .collect();
    assert_eq!(
        kinds,
        ["messagesAdded", "labelsAdded", "labelsRemoved", "messagesDeleted"]
    );
    assert_eq!(records[1]["labelsAdded"][0]["labelIds"], json!(["STARRED"]));
    assert_eq!(records[2]["labelsRemoved"][0]["labelIds"], json!(["UNREAD"]));
    let only = client.get(&format!(
        "{ME}/history?startHistoryId={start}&historyTypes=messageAdded"
    ));
    assert_eq!(only["history"].as_array().unwrap().len(), 1);
    let paged = client.pages(
        &format!("{ME}/history?startHistoryId={start}&maxResults=1"),
        "history",
    );
    assert_eq!(&paged, records);
    assert_eq!(client.fail(&format!("{ME}/messages/{new}")).0, 404);
}

#[test]
fn expired_history_is_a_404_and_the_profile_leads_on() {
    let mut client = Client::gmail(20);
    let start = client.get(&format!("{ME}/profile"))["historyId"]
        .as_str()
        .unwrap()
        .to_owned();
    client.control("expire-history", json!({ "mailbox": ALICE }));
    let (status, body) = client.fail(&format!("{ME}/history?startHistoryId={start}"));
    assert_eq!(
        (status, body["error"]["errors"][0]["reason"].as_str()),
        (404, Some("notFound"))
    );
    let fresh = client.get(&format!("{ME}/profile"))["historyId"]
        .as_str()
        .unwrap()
        .to_owned();
    client.get(&format!("{ME}/history?startHistoryId={fresh}"));
}

#[test]
fn changes_by_the_api_show_in_labels_and_history() {
    let mut client = Client::gmail(30);
    let found = ids(&client.pages(&format!("{ME}/messages?maxResults=30&labelIds=INBOX"), "messages"));
    let modify = json!({ "addLabelIds": ["STARRED", "Label_1"], "removeLabelIds": ["INBOX"] });
    let (status, body) = client.post(&format!("{ME}/messages/{}/modify", found[0]), modify);
    let labels: Vec<&str> = body["labelIds"]
        .as_array()
        .unwrap()
        .iter()
        .map(|id| id.as_str().unwrap())
        .collect();
    assert_eq!(status, 200);
    assert!(labels.contains(&"STARRED") && labels.contains(&"Label_1") && !labels.contains(&"INBOX"));
    assert_eq!(
        client
            .post(
                &format!("{ME}/messages/{}/modify", found[0]),
                json!({ "addLabelIds": ["Nope"] })
            )
            .0,
        400
    );
    let (_, trashed) = client.post(&format!("{ME}/messages/{}/trash", found[1]), Value::Null);
    assert!(trashed["labelIds"].as_array().unwrap().contains(&json!("TRASH")));
    let batch = json!({ "ids": [found[2], found[3]], "removeLabelIds": ["INBOX"] });
    assert_eq!(client.post(&format!("{ME}/messages/batchModify"), batch).0, 204);
    let left = ids(&client.pages(&format!("{ME}/messages?maxResults=30&labelIds=INBOX"), "messages"));
    assert_eq!(left.len(), found.len() - 4);
    let (status, body) = client.json("DELETE", &format!("{ME}/messages/{}", found[0]), Value::Null);
    assert_eq!(
        (status, body["error"]["errors"][0]["reason"].as_str()),
        (403, Some("insufficientPermissions"))
    );
}

#[test]
fn sent_mail_is_found_by_its_message_id_in_its_thread() {
    let mut client = Client::gmail(20);
    let original = client.pages(&format!("{ME}/messages?labelIds=INBOX"), "messages")[0].clone();
    let raw = "From: Alice <alice@gmail.example>\r\nTo: =?UTF-8?Q?Zo=C3=AB?= <zoe@example.com>\r\nSubject: =?UTF-8?B?R3LDvMOfZQ==?=\r\n\
               Message-ID: <own-1@example.com>\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=\"b\"\r\n\r\n\
               --b\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\nSch=C3=B6n=\r\n!\r\n\
               --b\r\nContent-Type: text/csv\r\nContent-Disposition: attachment; filename=\"a.csv\"\r\nContent-Transfer-Encoding: base64\r\n\r\nYTti\r\n--b--\r\n";
    let body = json!({ "raw": URL_SAFE.encode(raw), "threadId": original["threadId"] });
    let (status, sent) = client.post(&format!("{ME}/messages/send"), body);
    assert_eq!(
        (status, &sent["threadId"], &sent["labelIds"]),
        (200, &original["threadId"], &json!(["SENT"]))
    );
    let found = client.pages(
        &format!("{ME}/messages?q=rfc822msgid:own-1@example.com"),
        "messages",
    );
    assert_eq!(found[0]["id"], sent["id"]);
    let message = client.get(&format!("{ME}/messages/{}", sent["id"].as_str().unwrap()));
    assert_eq!(header(&message, "Subject"), Some("Grüße"));
    assert_eq!(header(&message, "To"), Some("Zoë <zoe@example.com>"));
    let parts = message["payload"]["parts"].as_array().unwrap();
    assert_eq!(
        URL_SAFE
            .decode(parts[0]["body"]["data"].as_str().unwrap())
            .unwrap(),
        "Schön!".as_bytes()
    );
    assert_eq!(
        (parts[1]["filename"].as_str(), parts[1]["body"]["size"].as_u64()),
        (Some("a.csv"), Some(3))
    );
    assert_eq!(
        client
            .post(&format!("{ME}/messages/send"), json!({ "raw": "" }))
            .0,
        400
    );
}

#[test]
fn refusals_have_googles_shape() {
    let mut client = Client::gmail(10);
    assert_eq!(client.fail(&format!("{ME}/messages/zzz")).0, 400);
    assert_eq!(client.fail(&format!("{ME}/messages?maxResults=0")).0, 400);
    assert_eq!(client.fail(&format!("{ME}/messages?pageToken=garbage")).0, 400);
    assert_eq!(
        client
            .fail("/google/gmail/v1/users/bob@outlook.example/profile")
            .0,
        403
    );
    client.control("application", json!({ "gmailApiDisabled": true }));
    assert_eq!(
        client.fail(&format!("{ME}/profile")).1["error"]["errors"][0]["reason"],
        "accessNotConfigured"
    );
    client.control("application", json!({ "gmailApiDisabled": false }));
    client.connect(ALICE, "https://www.googleapis.com/auth/gmail.metadata");
    let id = ids(&client.pages(&format!("{ME}/messages?maxResults=1&labelIds=INBOX"), "messages"))[0].clone();
    assert_eq!(client.fail(&format!("{ME}/messages?q=x")).0, 403);
    assert_eq!(client.fail(&format!("{ME}/messages/{id}?format=full")).0, 403);
    client.get(&format!("{ME}/messages/{id}?format=metadata"));
    client.token = "invented".to_owned();
    let (status, body) = client.fail(&format!("{ME}/profile"));
    assert_eq!(
        (status, body["error"]["status"].as_str()),
        (401, Some("UNAUTHENTICATED"))
    );
    assert_eq!(body["error"]["errors"][0]["reason"], "authError");
}
