//! Faults on request, limits, counting, and the control interface itself.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "test code")]

mod common;

use common::{ALICE, BOB, Client, NOW};
use email_manager_simulator::{Reply, Request};
use serde_json::{Value, json};

const GMAIL: &str = "/google/gmail/v1/users/me/profile";
const GRAPH: &str = "/microsoft/graph/v1.0/me";

fn request(client: &Client, target: &str) -> Request {
    let builder = http::Request::get(target).header("host", "simulator:1");
    builder
        .header("authorization", format!("Bearer {}", client.token))
        .body(Vec::new())
        .unwrap()
}

fn reply(client: &mut Client, target: &str) -> Reply {
    let request = request(client, target);
    client.send(request)
}

#[test]
fn status_faults_have_the_providers_shape_and_end_after_their_count() {
    for (mut client, target, code) in [
        (Client::gmail(10), GMAIL, "/error/errors/0/reason"),
        (Client::graph(10), GRAPH, "/error/code"),
    ] {
        let rules = json!([
            { "path": target, "status": 429, "retryAfter": 7, "count": 2 },
            { "path": target, "status": 503 },
            { "path": target, "status": 403, "reason": "custom" },
        ]);
        client.control("fault", rules);
        for _ in 0..2 {
            let reply = reply(&mut client, target);
            assert_eq!(reply.response.status(), 429);
            assert_eq!(reply.response.headers()["retry-after"], "7");
            assert!(
                common::body_json(&reply.response)
                    .pointer(code)
                    .unwrap()
                    .is_string()
            );
        }
        let unavailable = reply(&mut client, target);
        assert_eq!(unavailable.response.status(), 503);
        assert!(unavailable.response.headers().get("retry-after").is_none());
        assert_eq!(client.fail(target).1.pointer(code).unwrap(), "custom");
        client.get(target);
    }
}

#[test]
fn rules_catch_only_what_they_name() {
    let mut client = Client::gmail(10);
    client.control(
        "fault",
        json!({ "provider": "microsoft", "status": 500, "count": 0 }),
    );
    client.control(
        "fault",
        json!({ "path": "/messages", "method": "POST", "status": 500, "count": 0 }),
    );
    client.control("fault", json!({ "path": "/labels", "status": 500, "skip": 1 }));
    client.get(GMAIL);
    client.get("/google/gmail/v1/users/me/messages");
    client.get("/google/gmail/v1/users/me/labels");
    assert_eq!(client.fail("/google/gmail/v1/users/me/labels").0, 500);
    client.get("/google/gmail/v1/users/me/labels");
    assert_eq!(client.fail(GRAPH).0, 500);
    client.control("clear-faults", Value::Null);
    assert_eq!(client.get("/control/faults"), json!([]));
}

#[test]
fn bodies_can_be_a_page_half_or_nothing() {
    let mut client = Client::gmail(10);
    let whole = reply(&mut client, GMAIL).response.body().len();
    client.control(
        "fault",
        json!([{ "action": "html" }, { "action": "truncate" }, { "action": "empty" }]),
    );
    let page = reply(&mut client, GMAIL).response;
    assert!(page.body().starts_with(b"<!DOCTYPE html>") && page.status() == 200);
    assert_eq!(reply(&mut client, GMAIL).response.body().len(), whole / 2);
    assert!(reply(&mut client, GMAIL).response.body().is_empty());
}

#[test]
fn dropped_before_does_nothing_and_dropped_after_has_done_it() {
    let mut client = Client::gmail(20);
    let found = client.get("/google/gmail/v1/users/me/messages?maxResults=2");
    for (place, action, done) in [(0, "drop-before", false), (1, "drop-after", true)] {
        let id = found["messages"][place]["id"].as_str().unwrap();
        client.control("fault", json!({ "path": "/trash", "action": action }));
        let target = format!("/google/gmail/v1/users/me/messages/{id}/trash");
        let mut trash = request(&client, &target);
        *trash.method_mut() = http::Method::POST;
        assert!(client.send(trash).drop_connection);
        let labels =
            client.get(&format!("/google/gmail/v1/users/me/messages/{id}?format=minimal"))["labelIds"]
                .clone();
        assert_eq!(labels.as_array().unwrap().contains(&json!("TRASH")), done);
    }
}

#[test]
fn delays_add_up_and_spare_the_control_interface() {
    let mut client = Client::gmail(10);
    client.control("latency", json!({ "ms": 50 }));
    client.control("fault", json!({ "action": "delay", "delayMs": 200 }));
    assert_eq!(reply(&mut client, GMAIL).delay_ms, 250);
    assert_eq!(reply(&mut client, GMAIL).delay_ms, 50);
    let stats = http::Request::get("/control/stats").body(Vec::new()).unwrap();
    assert_eq!(client.send(stats).delay_ms, 0);
}

#[test]
fn part_rule_fails_one_part_of_a_batch() {
    let mut client = Client::graph(10);
    client.control(
        "fault",
        json!({ "part": true, "path": "mailFolders/inbox", "status": 429, "retryAfter": 3 }),
    );
    let requests = json!({ "requests": [
        { "id": "a", "method": "GET", "url": "/me/mailFolders/inbox" },
        { "id": "b", "method": "GET", "url": "/me/mailFolders/archive" },
    ]});
    let (_, body) = client.post("/microsoft/graph/v1.0/$batch", requests);
    assert_eq!(
        (&body["responses"][0]["status"], &body["responses"][1]["status"]),
        (&json!(429), &json!(200))
    );
    assert_eq!(body["responses"][0]["headers"]["Retry-After"], "3");
}

#[test]
fn units_and_concurrency_are_counted_and_limited_on_request() {
    let mut client = Client::gmail(10);
    client.control("limits", json!({ "unitsPerMinute": 3 }));
    for _ in 0..3 {
        client.get(GMAIL);
    }
    assert_eq!(client.fail(GMAIL).0, 429);
    client.control("advance-clock", json!({ "ms": 60_000 }));
    client.get(GMAIL);

    let mut client = Client::graph(10);
    client.control("limits", json!({ "concurrency": 4 }));
    let under_way: Vec<Reply> = (0..4).map(|_| reply(&mut client, GRAPH)).collect();
    let fifth = reply(&mut client, GRAPH);
    assert_eq!(fifth.response.status(), 429);
    for reply in under_way.into_iter().chain([fifth]) {
        client.simulator.finish(reply.ticket);
    }
    client.get(GRAPH);
    let stats = client.get("/control/stats");
    assert_eq!(stats["mailboxes"][BOB]["peakConcurrency"], 5);
    assert_eq!(stats["requests"]["graph.me"], 5);
}

#[test]
fn control_refuses_tokens_and_unknown_things() {
    let mut client = Client::gmail(10);
    let mut state = request(&client, &format!("/control/state?mailbox={ALICE}"));
    assert_eq!(client.send(state.clone()).response.status(), 403);
    state.headers_mut().remove("authorization");
    assert_eq!(client.send(state).response.status(), 200);
    assert_eq!(
        client
            .post("/control/deliver", json!({ "mailbox": "nobody@gmail.example" }))
            .0,
        400
    );
    assert_eq!(
        client.post("/control/fault", json!({ "action": "explode" })).0,
        400
    );
    assert_eq!(client.post("/control/no-such-command", Value::Null).0, 400);
    assert_eq!(client.fail("/elsewhere").0, 404);
}

#[test]
fn state_agrees_with_the_api_and_reset_brings_the_start_back() {
    for (mut client, mailbox) in [(Client::gmail(40), ALICE), (Client::graph(40), BOB)] {
        let before = client.get(&format!("/control/state?mailbox={mailbox}&content=true"));
        client.control(
            "deliver",
            json!({ "mailbox": mailbox, "subject": "A", "text": "t", "count": 3 }),
        );
        client.control("delete", json!({ "mailbox": mailbox, "newest": 1 }));
        let after = client.get(&format!("/control/state?mailbox={mailbox}&content=true"));
        assert_eq!(
            (before["total"].as_u64(), after["total"].as_u64()),
            (Some(40), Some(42))
        );
        let subjects: Vec<&str> = after["messages"]
            .as_array()
            .unwrap()
            .iter()
            .take(2)
            .filter_map(|item| item["subject"].as_str())
            .collect();
        assert_eq!(subjects, ["A (2)", "A"]);
        client.control("reset", Value::Null);
        assert_eq!(
            client.get(&format!("/control/state?mailbox={mailbox}&content=true")),
            before
        );
    }
}

#[test]
fn reply_can_be_delivered_into_a_conversation() {
    let mut client = Client::gmail(20);
    let first = client.get("/google/gmail/v1/users/me/messages?labelIds=INBOX")["messages"][0].clone();
    let body = json!({ "mailbox": ALICE, "subject": "Re: x", "inReplyTo": first["id"], "from": "\"Ng, Li\" <li@example.com>",
        "html": "<img src=\"cid:p\">", "labels": ["Customers"], "unread": false,
        "attachments": [{ "filename": "p.png", "mimeType": "image/png", "base64": "iVBORw0KGgo=", "contentId": "p" }] });
    let id = client.control("deliver", body)["delivered"][0]["id"]
        .as_str()
        .unwrap()
        .to_owned();
    let message = client.get(&format!("/google/gmail/v1/users/me/messages/{id}"));
    assert_eq!(message["threadId"], first["threadId"]);
    assert_eq!(message["payload"]["mimeType"], "multipart/related");
    let headers = message["payload"]["headers"].as_array().unwrap();
    let has = |name: &str| headers.iter().any(|header| header["name"] == name);
    assert!(has("In-Reply-To") && has("References"));
    assert!(headers.contains(&json!({ "name": "From", "value": "\"Ng, Li\" <li@example.com>" })));
    let labels = message["labelIds"].as_array().unwrap();
    assert!(labels.contains(&json!("Label_1")) && !labels.contains(&json!("UNREAD")));
}

#[test]
fn date_header_follows_the_simulators_clock() {
    let mut client = Client::gmail(10);
    client.control("advance-clock", json!({ "ms": 86_400_000 }));
    let date = reply(&mut client, GMAIL).response.headers()["date"]
        .to_str()
        .unwrap()
        .to_owned();
    let expected = chrono::DateTime::from_timestamp_millis(NOW + 86_400_000).unwrap();
    assert_eq!(date, expected.format("%a, %d %b %Y %H:%M:%S GMT").to_string());
}
