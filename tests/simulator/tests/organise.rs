//! Organising mail by both APIs: what is allowed, what is refused, and what the change feeds say of it.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "test code")]

mod common;

use common::{ALICE, BOB, Client, ids};
use serde_json::{Value, json};

const GMAIL: &str = "/google/gmail/v1/users/me";
const GRAPH: &str = "/microsoft/graph/v1.0/me";

fn labels(client: &mut Client, id: &str) -> Vec<String> {
    let message = client.get(&format!("{GMAIL}/messages/{id}?format=minimal"));
    let list = message["labelIds"].as_array().cloned().unwrap_or_default();
    list.iter()
        .map(|label| label.as_str().unwrap().to_owned())
        .collect()
}

#[test]
fn gmail_sets_trash_and_spam_like_any_label_and_the_fixed_ones_never() {
    let mut client = Client::gmail(30);
    let inbox = ids(&client.pages(
        &format!("{GMAIL}/messages?maxResults=30&labelIds=INBOX"),
        "messages",
    ));
    let modify = |client: &mut Client, body: Value| {
        client
            .post(&format!("{GMAIL}/messages/{}/modify", inbox[0]), body)
            .0
    };
    for label in ["TRASH", "SPAM"] {
        assert_eq!(
            modify(
                &mut client,
                json!({ "addLabelIds": [label], "removeLabelIds": ["INBOX"] })
            ),
            200
        );
        let now = labels(&mut client, &inbox[0]);
        assert!(now.contains(&label.to_owned()) && !now.contains(&"INBOX".to_owned()));
        assert_eq!(
            modify(
                &mut client,
                json!({ "addLabelIds": ["INBOX"], "removeLabelIds": [label] })
            ),
            200
        );
        assert!(labels(&mut client, &inbox[0]).contains(&"INBOX".to_owned()));
    }
    for label in ["SENT", "DRAFT"] {
        assert_eq!(modify(&mut client, json!({ "addLabelIds": [label] })), 400);
    }
}

#[test]
fn gmail_bulk_calls_take_a_thousand_ids_and_pass_over_unknown_ones() {
    let mut client = Client::gmail(30);
    let inbox = ids(&client.pages(
        &format!("{GMAIL}/messages?maxResults=30&labelIds=INBOX"),
        "messages",
    ));
    let before = client.get(&format!("{GMAIL}/profile"))["historyId"]
        .as_str()
        .unwrap()
        .to_owned();
    let bulk = |ids: Value| json!({ "ids": ids, "addLabelIds": ["STARRED"] });
    let address = format!("{GMAIL}/messages/batchModify");
    assert_eq!(
        client
            .post(&address, bulk(json!([inbox[0], "ffffffffffff", inbox[1]])))
            .0,
        204
    );
    assert!(labels(&mut client, &inbox[1]).contains(&"STARRED".to_owned()));
    let many: Vec<String> = (0..1_001).map(|number| format!("{number:x}")).collect();
    assert_eq!(client.post(&address, bulk(json!(many))).0, 400);
    assert_eq!(client.post(&address, bulk(json!([]))).0, 400);
    assert_eq!(client.post(&address, bulk(json!(many[..1_000]))).0, 204);
    // Doing it again leaves no trace in the history.
    let history = |client: &mut Client| {
        let address = format!("{GMAIL}/history?startHistoryId={before}&maxResults=500");
        client.pages(&address, "history").len()
    };
    let told = history(&mut client);
    client.post(&address, bulk(json!([inbox[0], inbox[1]])));
    assert_eq!(history(&mut client), told);
}

#[test]
fn gmail_deletes_for_good_with_full_access_only() {
    let mut client = Client::gmail(30);
    let inbox = ids(&client.pages(
        &format!("{GMAIL}/messages?maxResults=30&labelIds=INBOX"),
        "messages",
    ));
    let address = format!("{GMAIL}/messages/batchDelete");
    let wish = json!({ "ids": [inbox[0], inbox[1]] });
    for scope in ["gmail.modify", "gmail.readonly"] {
        client.connect(ALICE, &format!("https://www.googleapis.com/auth/{scope}"));
        let (status, body) = client.post(&address, wish.clone());
        assert_eq!(
            (status, &body["error"]["errors"][0]["reason"]),
            (403, &json!("insufficientPermissions"))
        );
    }
    client.connect(ALICE, "https://mail.google.com/");
    assert_eq!(client.post(&address, wish).0, 204);
    assert_eq!(client.fail(&format!("{GMAIL}/messages/{}", inbox[0])).0, 404);
    let (status, _) = client.json("DELETE", &format!("{GMAIL}/messages/{}", inbox[2]), Value::Null);
    assert_eq!(status, 204);
    let (status, _) = client.json("DELETE", &format!("{GMAIL}/messages/{}", inbox[2]), Value::Null);
    assert_eq!(status, 404);
}

#[test]
fn graph_moves_copies_and_deletes_and_refuses_what_it_does_not_know() {
    let mut client = Client::graph(40);
    let (messages, _) = client.links(&format!("{GRAPH}/mailFolders/inbox/messages?$top=40"));
    let inbox = ids(&messages);
    let message = |id: &str| format!("{GRAPH}/messages/{id}");
    let to = |folder: &str| json!({ "destinationId": folder });
    let (status, moved) = client.post(&format!("{}/move", message(&inbox[0])), to("archive"));
    assert_eq!((status, &moved["id"]), (201, &json!(inbox[0])));
    let archive = client.get(&format!("{GRAPH}/mailFolders/archive"))["id"].clone();
    assert_eq!(moved["parentFolderId"], archive);
    // The id of a folder does as well as its name, and the same place again is no fault.
    assert_eq!(
        client
            .post(
                &format!("{}/move", message(&inbox[0])),
                to(archive.as_str().unwrap())
            )
            .0,
        201
    );
    assert!(
        client
            .post(&format!("{}/move", message(&inbox[0])), to("nowhere"))
            .0
            >= 400
    );
    let (status, copied) = client.post(&format!("{}/copy", message(&inbox[1])), to("junkemail"));
    assert_eq!(status, 201);
    assert_ne!(copied["id"], inbox[1]);
    for (method, address) in [
        ("DELETE", message(&inbox[2])),
        ("POST", format!("{}/permanentDelete", message(&inbox[3]))),
    ] {
        assert_eq!(client.json(method, &address, Value::Null).0, 204);
        assert_eq!(client.json(method, &address, Value::Null).0, 404);
    }
    client.connect(BOB, "User.Read Mail.Read");
    for (method, address) in [
        ("PATCH", message(&inbox[4])),
        ("DELETE", message(&inbox[4])),
        ("POST", format!("{}/move", message(&inbox[4]))),
    ] {
        let (status, body) = client.json(
            method,
            &address,
            json!({ "isRead": true, "destinationId": "archive" }),
        );
        assert_eq!(
            (status, &body["error"]["code"]),
            (403, &json!("ErrorAccessDenied"))
        );
    }
}

#[test]
fn graph_sets_categories_as_a_whole() {
    let mut client = Client::graph(30);
    let first = client.get(&format!("{GRAPH}/mailFolders/inbox/messages?$top=1"))["value"][0]["id"].clone();
    let address = format!("{GRAPH}/messages/{}", first.as_str().unwrap());
    for categories in [json!(["Red", "Blue"]), json!(["Blue"]), json!([])] {
        let wish = json!({ "categories": categories });
        assert_eq!(client.json("PATCH", &address, wish).0, 200);
        let shown = client.get(&format!("{address}?$select=categories"))["categories"].clone();
        let sorted = |list: &Value| {
            let mut names: Vec<String> = list.as_array().unwrap().iter().map(Value::to_string).collect();
            names.sort();
            names
        };
        assert_eq!(sorted(&shown), sorted(&categories));
    }
}
