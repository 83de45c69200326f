//! Batches of Gmail: several calls in one multipart body.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "test code")]

mod common;

use common::{ALICE, Client, ids};
use serde_json::Value;

const ME: &str = "/google/gmail/v1/users/me";

fn batch(paths: &[String]) -> Vec<u8> {
    let mut body = String::new();
    for (number, path) in paths.iter().enumerate() {
        body.push_str(&format!(
            "--xyz\r\nContent-Type: application/http\r\nContent-ID: <item-{number}>\r\n\r\nGET {path} HTTP/1.1\r\n\r\n\r\n"
        ));
    }
    body.push_str("--xyz--\r\n");
    body.into_bytes()
}

fn run_batch(client: &mut Client, paths: &[String]) -> (u16, String) {
    let answer = client.call(
        "POST",
        "/google/batch/gmail/v1",
        "multipart/mixed; boundary=xyz",
        batch(paths),
    );
    (
        answer.status().as_u16(),
        String::from_utf8(answer.body().clone()).unwrap(),
    )
}

#[test]
fn batch_answers_each_part_by_its_id_and_counts_its_units() {
    let mut client = Client::gmail(20);
    let found = ids(client.get(&format!("{ME}/messages?maxResults=3"))["messages"]
        .as_array()
        .unwrap());
    client.control("reset-stats", Value::Null);
    let mut paths: Vec<String> = found
        .iter()
        .map(|id| format!("/gmail/v1/users/me/messages/{id}?format=minimal"))
        .collect();
    paths.push("/gmail/v1/users/me/messages/1999999900000fff".to_owned());
    let (status, text) = run_batch(&mut client, &paths);
    assert_eq!(status, 200);
    for (number, id) in found.iter().enumerate() {
        assert!(text.contains(&format!("Content-ID: <response-item-{number}>")));
        assert!(text.contains(&format!("\"id\":\"{id}\"")));
    }
    assert_eq!(text.matches("HTTP/1.1 200 OK").count(), 3);
    assert_eq!(text.matches("HTTP/1.1 404 Not Found").count(), 1);
    let stats = client.get("/control/stats");
    assert_eq!(stats["batchParts"]["gmail.messages.get"], 4);
    assert_eq!(stats["requests"]["gmail.batch"], 1);
    assert_eq!(stats["mailboxes"][ALICE]["units"], 80);
}

#[test]
fn batch_takes_a_hundred_parts_and_no_more() {
    let mut client = Client::gmail(10);
    let path = "/gmail/v1/users/me/profile".to_owned();
    assert_eq!(run_batch(&mut client, &vec![path.clone(); 100]).0, 200);
    assert_eq!(run_batch(&mut client, &vec![path; 101]).0, 400);
    assert_eq!(run_batch(&mut client, &[]).0, 400);
}
