//! Each method through the trait: what is asked, and what is made of the answer.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::DateTime;
use http::Response;
use pollster::block_on;
use serde_json::{Value, json};

use super::super::testing::{self, Mailbox};
use super::super::{Change, FetchOutcome, Next, Provider};
use super::*;
use crate::error::ErrorCode;
use crate::model::{BoxType, Cursor};

mod applying;
mod conversations;
mod counting;
mod fetching;

const API: &str = "https://gmail.googleapis.com/gmail/v1/users/me";

fn mailbox(body: Value) -> Mailbox {
    Mailbox::new(Provider::Google, move |_| testing::json(200, &body))
}

fn batch_answer(parts: &[(usize, u16, &str)]) -> crate::error::Result<Response<Vec<u8>>> {
    let mut body = String::from("preamble\r\n");
    for (number, status, json) in parts {
        body.push_str(&format!(
            "--b_1\r\nContent-Type: application/http\r\nContent-ID: <response-item-{number}>\r\n\r\n\
             HTTP/1.1 {status} X\r\nContent-Type: application/json\r\nRetry-After: 9\r\n\r\n{json}\r\n"
        ));
    }
    body.push_str("--b_1--\r\n");
    Ok(Response::builder()
        .header("content-type", "multipart/mixed; boundary=b_1")
        .body(body.into_bytes())
        .unwrap())
}

fn fetch(
    ids: &[&str],
    network: impl Fn() -> crate::error::Result<Response<Vec<u8>>> + 'static,
) -> Vec<FetchOutcome> {
    let mailbox = Mailbox::new(Provider::Google, move |_| network());
    let ids: Vec<String> = ids.iter().map(|id| (*id).to_owned()).collect();
    let wanted: Vec<Wanted> = ids.iter().cloned().map(Wanted::Message).collect();
    let fetched = block_on(Gmail.fetch(&mailbox.session, &wanted, &[])).unwrap();
    assert_eq!(
        fetched
            .iter()
            .map(|each| each.mail_id.clone())
            .collect::<Vec<_>>(),
        ids
    );
    fetched.into_iter().map(|each| each.outcome).collect()
}

fn message(json: Value) -> crate::model::Message {
    let text = json.to_string();
    match fetch(&["m"], move || batch_answer(&[(0, 200, &text)]))
        .pop()
        .unwrap()
    {
        FetchOutcome::Message(message) => *message,
        other => panic!("{other:?}"),
    }
}

fn data(bytes: impl AsRef<[u8]>) -> Value {
    json!({ "data": URL_SAFE_NO_PAD.encode(bytes) })
}

#[test]
fn the_profile_is_the_address_and_the_position_its_history_id() {
    let mailbox = mailbox(json!({ "emailAddress": "Ann@X.test", "historyId": "77", "messagesTotal": 12 }));
    assert_eq!(
        block_on(Gmail.profile(&mailbox.session)).unwrap().email,
        "ann@x.test"
    );
    assert_eq!(
        block_on(Gmail.position(&mailbox.session)).unwrap(),
        Some(Position {
            cursor: Cursor("77".into()),
            total: Some(12)
        })
    );
    assert_eq!(mailbox.sent(), vec![format!("GET {API}/profile"); 2]);
    assert_eq!(
        mailbox.requests.borrow()[0].headers()["authorization"],
        "Bearer token"
    );
}

#[test]
fn folders_are_the_boxes_and_the_users_labels() {
    let mailbox = mailbox(json!({ "labels": [
        { "id": "TRASH", "name": "TRASH", "type": "system" },
        { "id": "Label_1", "name": "Work", "type": "user" },
        { "id": "CATEGORY_SOCIAL", "name": "CATEGORY_SOCIAL", "type": "system" },
        { "id": "UNREAD", "name": "UNREAD", "type": "system" },
        { "id": "INBOX", "name": "INBOX", "type": "system" },
    ] }));
    let folders = block_on(Gmail.folders(&mailbox.session)).unwrap();
    let shown: Vec<_> = folders
        .iter()
        .map(|each| (each.name.as_str(), each.box_type))
        .collect();
    assert_eq!(
        shown,
        [
            ("Inbox", BoxType::In),
            ("Work", BoxType::Archive),
            ("Bin", BoxType::Trash)
        ]
    );
    assert!(folders.iter().all(|each| each.is_own == (each.id == "Label_1")));
    assert_eq!(mailbox.sent(), [format!("GET {API}/labels")]);
}

#[test]
fn a_label_is_in_the_one_whose_name_is_the_longest_beginning_of_its_own() {
    let label = |id: &str, name: &str| json!({ "id": id, "name": name, "type": "user" });
    let mailbox = mailbox(json!({ "labels": [
        label("1", "Customers/ACME/2026/Offers"),
        label("2", "Customers/ACME"),
        label("3", "Customers"),
        label("4", "Customers 2/ACME"),
        label("5", "Inbox/Later"),
        label("6", "/"),
        { "id": "INBOX", "name": "INBOX", "type": "system" },
    ] }));
    let folders = block_on(Gmail.folders(&mailbox.session)).unwrap();
    let parent = |id: &str| {
        let found = folders.iter().find(|each| each.id == id).unwrap();
        found.parent_id.as_deref()
    };
    let parents = ["1", "2", "3", "4", "5", "6"].map(parent);
    assert_eq!(parents, [Some("2"), Some("3"), None, None, None, None]);
}

#[test]
fn listing_asks_for_ids_since_a_date_page_by_page() {
    let mailbox = mailbox(json!({
        "messages": [{ "id": "b", "threadId": "t" }, { "id": "a" }], "nextPageToken": "p2", "resultSizeEstimate": 9
    }));
    let request = ListRequest {
        folder: None,
        folders: &[],
        since: DateTime::from_timestamp(1_772_366_400, 0),
        page: Some(&Cursor("p1".into())),
        size: 900,
    };
    let PageOutcome::Page(page) = block_on(Gmail.list(&mailbox.session, request)).unwrap() else {
        panic!("expired")
    };
    let [Change::Listed(b), Change::Listed(a)] = &page.changes[..] else {
        panic!("{:?}", page.changes)
    };
    assert_eq!(
        (b.mail_id.as_str(), b.conversation_id.as_deref()),
        ("b", Some("t"))
    );
    assert_eq!((a.mail_id.as_str(), a.conversation_id.as_deref()), ("a", None));
    assert_eq!(page.next, Next::Page(Cursor("p2".into())));
    assert_eq!(page.total, None, "the estimate is far off");
    assert_eq!(
        mailbox.sent(),
        [format!(
            "GET {API}/messages?includeSpamTrash=true&maxResults=500&fields=messages%28id,threadId%29,nextPageToken&q=after:1772366399&pageToken=p1"
        )]
    );
}

#[test]
fn an_empty_mailbox_ends_at_once() {
    let request = ListRequest {
        folder: None,
        folders: &[],
        since: None,
        page: None,
        size: 10,
    };
    let mailbox = mailbox(json!({ "resultSizeEstimate": 0 }));
    let PageOutcome::Page(page) = block_on(Gmail.list(&mailbox.session, request)).unwrap() else {
        panic!("expired")
    };
    assert!(page.changes.is_empty() && page.next == Next::End(None));
    assert!(!mailbox.sent()[0].contains("q="));
}

fn changes(cursor: &str, status: u16, body: Value) -> (PageOutcome, Mailbox) {
    let mailbox = Mailbox::new(Provider::Google, move |_| testing::json(status, &body));
    let request = ChangesRequest {
        folder: None,
        folders: &[],
        cursor: &Cursor(cursor.into()),
        size: 100,
    };
    (
        block_on(Gmail.changes(&mailbox.session, request)).unwrap(),
        mailbox,
    )
}

#[test]
fn history_becomes_one_last_word_a_message() {
    let item = |id: &str, labels: Value| json!([{ "message": { "id": id, "labelIds": labels } }]);
    let (outcome, mailbox) = changes(
        "5/p1",
        200,
        json!({ "historyId": "9", "history": [
        { "messagesAdded": item("new", json!(["INBOX", "UNREAD"])) },
        { "labelsRemoved": item("new", json!(["INBOX"])) },
        { "labelsAdded": item("moved", json!(["STARRED", "TRASH", "UNREAD"])) },
        { "labelsRemoved": item("moved", json!(["INBOX", "STARRED"])) },
        { "labelsRemoved": [{ "message": { "id": "archived" } }] },
        { "messagesAdded": item("brief", json!(["DRAFT"])) },
        { "messagesDeleted": item("brief", json!(["DRAFT"])) },
        { "messagesAdded": item("chat", json!(["CHAT"])) },
    ] }),
    );
    let PageOutcome::Page(page) = outcome else {
        panic!("expired")
    };
    let [
        Change::Listed(new),
        Change::Placed(moved, there),
        Change::Placed(archived, kept),
        Change::Removed(brief),
    ] = &page.changes[..]
    else {
        panic!("{:?}", page.changes)
    };
    assert_eq!(
        [&new.mail_id, moved, archived, brief],
        ["new", "moved", "archived", "brief"]
    );
    assert!(there.box_type == BoxType::In && there.is_read && there.is_starred);
    assert!(kept.box_type == BoxType::Archive && kept.is_read && kept.folder_ids.is_empty());
    assert_eq!(page.next, Next::End(Some(Cursor("9".into()))));
    let sent = &mailbox.sent()[0];
    assert!(
        sent.starts_with(&format!("GET {API}/history?startHistoryId=5&maxResults=100&")),
        "{sent}"
    );
    assert!(sent.ends_with("&pageToken=p1"));
}

#[test]
fn history_goes_on_from_the_same_start_or_has_expired() {
    let (outcome, _) = changes("5", 200, json!({ "historyId": "9", "nextPageToken": "p2" }));
    let PageOutcome::Page(page) = outcome else {
        panic!("expired")
    };
    assert_eq!(page.next, Next::Page(Cursor("5/p2".into())));
    for (cursor, status) in [("5", 404), ("5/p2", 404), ("5/p2", 400), ("no number", 200)] {
        assert!(matches!(
            changes(cursor, status, json!({})).0,
            PageOutcome::CursorExpired
        ));
    }
}

#[test]
fn files_come_from_their_own_address_or_from_the_message() {
    let own = mailbox(json!({ "size": 3, "data": "_-8=" }));
    let bytes = block_on(Gmail.attachment(&own.session, "m", "A/1")).unwrap();
    assert_eq!(bytes, [0xff, 0xef]);
    assert_eq!(
        own.requests.borrow()[0].uri(),
        format!("{API}/messages/m/attachments/A%2F1").as_str()
    );

    let inside =
        mailbox(json!({ "payload": { "partId": "", "parts": [{ "partId": "3", "body": data("small") }] } }));
    assert_eq!(
        block_on(Gmail.attachment(&inside.session, "m", "part:3")).unwrap(),
        b"small"
    );
    assert!(inside.sent()[0].starts_with(&format!("GET {API}/messages/m?format=full")));
    let error = block_on(Gmail.attachment(&inside.session, "m", "part:4")).unwrap_err();
    assert_eq!(error.code(), ErrorCode::ResponseInvalid);
}
