//! Messages fetched in a batch, and how they are read.

use super::*;

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
    block_on(Gmail.fetch(
        &mailbox.session,
        &["a/b\r\n", "c"].map(|id| Wanted::Message(id.to_owned())),
        &[],
    ))
    .unwrap();
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
    let fetched = block_on(Gmail.fetch(&mailbox.session, &[Wanted::Message("a".to_owned())], &[])).unwrap();
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
