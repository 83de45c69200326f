//! Each method through the trait: what is asked, and what is made of the answer.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::DateTime;
use http::Response;
use pollster::block_on;
use serde_json::{Value, json};

use super::super::testing::{self, Mailbox};
use super::super::{Change, Next, Provider};
use super::*;
use crate::error::ErrorCode;
use crate::model::BoxType;

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
    let fetched = block_on(Gmail.fetch(&mailbox.session, &ids, &[])).unwrap();
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
    let mailbox = mailbox(json!({ "emailAddress": "Ann@X.test", "historyId": "77" }));
    assert_eq!(
        block_on(Gmail.profile(&mailbox.session)).unwrap().email,
        "ann@x.test"
    );
    assert_eq!(
        block_on(Gmail.position(&mailbox.session)).unwrap(),
        Some(Cursor("77".into()))
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
    assert_eq!(mailbox.sent(), [format!("GET {API}/labels")]);
}

#[test]
fn listing_asks_for_ids_since_a_date_page_by_page() {
    let mailbox = mailbox(json!({
        "messages": [{ "id": "b" }, { "id": "a" }], "nextPageToken": "p2", "resultSizeEstimate": 9
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
    assert!(matches!(&page.changes[..], [Change::Listed(b), Change::Listed(a)] if b == "b" && a == "a"));
    assert_eq!(page.next, Next::Page(Cursor("p2".into())));
    assert_eq!(page.total, Some(9));
    assert_eq!(
        mailbox.sent(),
        [format!(
            "GET {API}/messages?includeSpamTrash=true&maxResults=500&fields=messages/id,nextPageToken,\
             resultSizeEstimate&q=after:1772366399&pageToken=p1"
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
        [new, moved, archived, brief],
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
fn a_batch_asks_for_whole_messages_and_each_part_has_its_outcome() {
    let whole = json!({ "internalDate": "1772366400000", "payload": {} }).to_string();
    let parts = [
        (3, 429, "{}".to_owned()),
        (0, 200, whole),
        (1, 404, "{}".to_owned()),
        (2, 200, "{\"id\":".to_owned()),
        (
            4,
            200,
            json!({ "labelIds": ["CHAT"], "internalDate": "1" }).to_string(),
        ),
        (6, 200, json!({ "payload": {} }).to_string()),
        (99, 200, "{}".to_owned()),
    ];
    let outcomes = fetch(&["a", "b", "c", "d", "e", "f", "g"], move || {
        batch_answer(
            &parts
                .each_ref()
                .map(|(number, status, json)| (*number, *status, json.as_str())),
        )
    });
    let codes: Vec<_> = outcomes
        .iter()
        .map(|outcome| match outcome {
            FetchOutcome::Message(message) => message.mail_id.as_str(),
            FetchOutcome::Gone => "gone",
            FetchOutcome::Failed(error) => error.code().as_str(),
        })
        .collect();
    assert_eq!(
        codes,
        [
            "a",
            "gone",
            "response_invalid",
            "rate_limited",
            "gone",
            "response_invalid",
            "response_invalid"
        ]
    );
    assert!(matches!(&outcomes[3], FetchOutcome::Failed(error) if error.retry_after_seconds() == Some(9)));
}

#[test]
fn a_batch_is_written_as_the_api_wants_it() {
    let mailbox = Mailbox::new(Provider::Google, |_| batch_answer(&[]));
    block_on(Gmail.fetch(&mailbox.session, &["a/b\r\n".to_owned(), "c".to_owned()], &[])).unwrap();
    let request = &mailbox.requests.borrow()[0];
    assert_eq!(
        mailbox.sent(),
        ["POST https://gmail.googleapis.com/batch/gmail/v1"]
    );
    assert_eq!(
        request.headers()["content-type"],
        "multipart/mixed; boundary=batch_email_manager"
    );
    let body = std::str::from_utf8(request.body()).unwrap();
    assert!(body.starts_with(
        "--batch_email_manager\r\nContent-Type: application/http\r\nContent-ID: <item-0>\r\n\r\n\
         GET /gmail/v1/users/me/messages/a%2Fb%0D%0A?format=full&fields=id%2CthreadId%2ClabelIds%2Csnippet%2C\
         internalDate%2Cpayload HTTP/1.1\r\n"
    ));
    assert!(body.ends_with("--batch_email_manager--\r\n") && body.contains("<item-1>"));
}

#[test]
fn a_token_refused_within_a_batch_is_renewed_once() {
    let network = |request: &http::Request<Vec<u8>>| {
        let is_renewed = request.headers()["authorization"] == "Bearer renewed";
        match (request.method().as_str(), is_renewed) {
            ("POST", false) => batch_answer(&[(0, 401, "{}")]),
            ("POST", true) => batch_answer(&[(0, 404, "{}")]),
            (_, false) => testing::json(401, &json!({})),
            (_, true) => testing::json(200, &json!({ "emailAddress": "a@x.test" })),
        }
    };
    let mailbox = Mailbox::new(Provider::Google, network);
    let fetched = block_on(Gmail.fetch(&mailbox.session, &["a".to_owned()], &[])).unwrap();
    assert!(matches!(fetched[0].outcome, FetchOutcome::Gone));
    assert_eq!(mailbox.sent().len(), 4);
}

#[test]
fn a_message_is_read_in_full() {
    let header = |name: &str, value: &str| json!({ "name": name, "value": value });
    let message = message(json!({
        "threadId": "t", "labelIds": ["INBOX", "UNREAD", "SENT"], "internalDate": "1772366400000",
        "snippet": "It&#39;s &amp;lt;",
        "payload": {
            "mimeType": "multipart/mixed",
            "headers": [
                header("SUBJECT", "=?UTF-8?B?5L2g5aW9?="), header("From", "\"Lee, Ann\" <ann@x.test>"),
                header("To", "b@x.test, C <c@x.test>"), header("Message-Id", "<1@x>"),
                header("References", "<r@x>"), header("In-Reply-To", "<r@x> <s@x>"),
                header("Date", "Mon, 1 Jan 2024 00:00:00 +0000"),
            ],
            "parts": [
                { "mimeType": "multipart/alternative", "parts": [
                    { "mimeType": "text/plain", "body": data("text é"), "headers": [
                        header("Content-Type", "text/plain; charset=iso-8859-1")] },
                    { "mimeType": "text/html", "body": data([0x3c, 0x70, 0x3e, 0xe9]), "headers": [
                        header("Content-Type", "text/html; charset=\"ISO-8859-1\"")] },
                ] },
                { "partId": "2", "mimeType": "image/png", "filename": "", "headers": [
                    header("Content-ID", "<logo@x>")], "body": { "attachmentId": "A1", "size": 5 } },
                { "partId": "3", "mimeType": "text/plain", "filename": "=?utf-8?Q?=C3=A9.txt?=",
                  "body": data("small") },
            ],
        },
    }));
    assert_eq!(
        (message.mail_id.as_str(), message.conversation_id.as_str()),
        ("m", "t")
    );
    assert_eq!(message.subject, "你好");
    assert_eq!(message.from.unwrap().name, "Lee, Ann");
    assert_eq!(message.to.len(), 2);
    assert_eq!(message.raw_id.as_deref(), Some("<1@x>"));
    assert_eq!(message.references, ["<r@x>", "<s@x>"]);
    assert_eq!(message.date.timestamp(), 1_772_366_400);
    assert_eq!(message.preview, "It's &lt;");
    assert_eq!(message.placement.box_type, BoxType::In);
    assert!(!message.placement.is_read);
    assert_eq!(message.body.text.as_deref(), Some("text é"));
    assert_eq!(message.body.html.as_deref(), Some("<p>é"));
    let files: Vec<_> = message
        .attachments
        .iter()
        .map(|file| {
            (
                file.attachment_id.as_str(),
                file.filename.as_str(),
                file.content_id.as_deref(),
            )
        })
        .collect();
    assert_eq!(
        files,
        [("A1", "file-2", Some("logo@x")), ("part:3", "é.txt", None)]
    );
}

#[test]
fn broken_messages_fail_alone() {
    let deep = format!("{}{}", "{\"parts\":[".repeat(200), "]}".repeat(200));
    for payload in [
        json!({ "mimeType": "text/plain", "body": { "data": "*" } }).to_string(),
        json!({ "headers": "x" }).to_string(),
        json!({ "headers": [{ "value": "no name" }] }).to_string(),
        json!({ "parts": [{ "body": 7 }] }).to_string(),
        deep,
    ] {
        let text = format!("{{\"internalDate\":\"1\",\"payload\":{payload}}}");
        let outcome = fetch(&["m"], move || batch_answer(&[(0, 200, &text)]))
            .pop()
            .unwrap();
        assert!(
            matches!(&outcome, FetchOutcome::Failed(error) if error.code() == ErrorCode::ResponseInvalid),
            "{payload} {outcome:?}"
        );
    }
    let dated = message(json!({ "payload": { "headers": [
        { "name": "Date", "value": "Sun, 01 Mar 2026 12:00:00 GMT" }] } }));
    assert_eq!(dated.date.timestamp(), 1_772_366_400);
}

#[test]
fn marking_takes_the_unread_label_away_or_adds_it() {
    let mailbox = Mailbox::new(Provider::Google, |_| testing::bytes(204, b""));
    let ids = ["a".to_owned(), "b".to_owned()];
    block_on(Gmail.set_read(&mailbox.session, &ids, true)).unwrap();
    block_on(Gmail.set_read(&mailbox.session, &ids, false)).unwrap();
    assert_eq!(mailbox.sent()[0], format!("POST {API}/messages/batchModify"));
    assert_eq!(
        mailbox.body(0),
        json!({ "ids": ["a", "b"], "removeLabelIds": ["UNREAD"] })
    );
    assert_eq!(
        mailbox.body(1),
        json!({ "ids": ["a", "b"], "addLabelIds": ["UNREAD"] })
    );
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
