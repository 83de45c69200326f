//! Each method through the trait: what is asked, and what is made of the answer.

use chrono::DateTime;
use http::{Request, Response};
use pollster::block_on;
use serde_json::{Value, json};

use super::super::testing::{self, Mailbox};
use super::super::{Change, FetchOutcome, Next, Page, Provider};
use super::*;
use crate::model::{BoxType, Cursor};

mod items;

const API: &str = "https://graph.microsoft.com/v1.0";
const DELTA: &str = "https://graph.microsoft.com/v1.0/me/mailFolders/in/messages/delta?$deltatoken=d";

type Network = fn(&str) -> (u16, Value);

/// Answers each call of a batch by its address, and other requests with `page`.
fn mailbox(page: Value, calls: Network) -> Mailbox {
    Mailbox::new(Provider::Microsoft, move |request| answer(request, &page, calls))
}

fn answer(
    request: &Request<Vec<u8>>,
    page: &Value,
    calls: Network,
) -> crate::error::Result<Response<Vec<u8>>> {
    if request.uri().path() != "/v1.0/$batch" {
        return testing::json(200, page);
    }
    let batch: Value = serde_json::from_slice(request.body()).unwrap();
    let responses: Vec<Value> = batch["requests"]
        .as_array()
        .unwrap()
        .iter()
        .rev()
        .map(|call| {
            let prefer = call["headers"]["Prefer"].as_str().unwrap();
            assert!(prefer.starts_with("IdType=\"ImmutableId\""), "{prefer}");
            let (status, body) = calls(call["url"].as_str().unwrap());
            json!({ "id": call["id"], "status": status, "headers": { "Retry-After": "9" }, "body": body })
        })
        .collect();
    assert!(responses.len() <= 20);
    testing::json(200, &json!({ "responses": responses }))
}

fn no_calls(url: &str) -> (u16, Value) {
    panic!("unexpected call {url}")
}

fn folder(id: &str, box_type: BoxType) -> Folder {
    Folder {
        id: id.to_owned(),
        name: id.to_owned(),
        parent_id: None,
        is_own: false,
        is_technical: false,
        box_type,
        total: Some(3),
    }
}

fn whole(id: &str) -> Value {
    json!({
        "id": id, "parentFolderId": "in", "conversationId": "c", "internetMessageId": "<1@x>", "subject": null,
        "bodyPreview": "a\r\n b", "body": { "contentType": "text", "content": "a" }, "isRead": true, "isDraft": false,
        "receivedDateTime": "2026-03-01T12:00:00Z", "flag": { "flagStatus": "flagged" }, "hasAttachments": false,
        "from": { "emailAddress": { "name": "ann@x.test", "address": "ann@x.test" } }, "sender": null,
        "toRecipients": [{ "emailAddress": { "name": "Bo", "address": "bo@x.test" } }, {}],
    })
}

fn page_of(value: Value, calls: Network) -> (Page, Mailbox) {
    let mailbox = mailbox(json!({ "value": value, "@odata.deltaLink": DELTA }), calls);
    let folders = [folder("in", BoxType::In), folder("bin", BoxType::Trash)];
    let request = ChangesRequest {
        folder: Some(&folders[0]),
        folders: &folders,
        cursor: &Cursor(DELTA.into()),
        size: 50,
    };
    let PageOutcome::Page(page) = block_on(Graph.changes(&mailbox.session, request)).unwrap() else {
        panic!("expired")
    };
    (page, mailbox)
}

#[test]
fn the_profile_is_the_mail_address_or_the_principal_name() {
    let mailbox = mailbox(
        json!({ "mail": null, "userPrincipalName": "Ann@X.test", "displayName": "Ann" }),
        no_calls,
    );
    let profile = block_on(Graph.profile(&mailbox.session)).unwrap();
    assert_eq!(
        (profile.email.as_str(), profile.name.as_str()),
        ("ann@x.test", "Ann")
    );
    assert_eq!(
        mailbox.sent(),
        [format!(
            "GET {API}/me?$select=id,mail,userPrincipalName,displayName"
        )]
    );
    assert_eq!(
        mailbox.requests.borrow()[0].headers()["prefer"],
        "IdType=\"ImmutableId\""
    );
    assert_eq!(block_on(Graph.position(&mailbox.session)).unwrap(), None);
}

#[test]
fn folders_stand_in_the_box_of_their_well_known_parent() {
    let mailbox = mailbox(json!(null), |url| match url {
        "/me/mailFolders/inbox?$select=id" => (200, json!({ "id": "in" })),
        "/me/mailFolders/deleteditems?$select=id" => (200, json!({ "id": "bin" })),
        "/me/mailFolders/delta?$select=displayName,parentFolderId,totalItemCount" => (
            200,
            json!({ "value": [
                { "id": "sub", "displayName": "Old", "parentFolderId": "bin", "totalItemCount": 2 },
                { "id": "own", "displayName": "Own", "parentFolderId": "root" },
                { "id": "circle", "displayName": "Circle", "parentFolderId": "circle" },
                { "id": "search", "displayName": "S", "@odata.type": "#microsoft.graph.mailSearchFolder" },
                { "id": "gone", "@removed": { "reason": "deleted" } },
                { "id": "bin", "displayName": "Bin", "parentFolderId": "root" },
                { "id": "in", "displayName": "Before", "parentFolderId": "root" },
                { "id": "in", "displayName": "Inbox", "parentFolderId": "root" },
            ], "@odata.deltaLink": DELTA }),
        ),
        _ => (404, json!({ "error": { "code": "ErrorItemNotFound" } })),
    });
    let folders = block_on(Graph.folders(&mailbox.session)).unwrap();
    let shown: Vec<_> = folders
        .iter()
        .map(|each| (each.name.as_str(), each.box_type))
        .collect();
    assert_eq!(
        shown,
        [
            ("Inbox", BoxType::In),
            ("Own", BoxType::Archive),
            ("Circle", BoxType::Archive),
            ("Bin", BoxType::Trash),
            ("Old", BoxType::Trash)
        ]
    );
    assert_eq!(folders[4].total, Some(2));
    let parents: Vec<_> = folders.iter().map(|each| each.parent_id.as_deref()).collect();
    assert_eq!(parents, [None, None, Some("circle"), None, Some("bin")]);
    let own: Vec<_> = folders.iter().map(|each| each.is_own).collect();
    assert_eq!(own, [false, true, true, false, true]);
    assert_eq!(mailbox.sent(), [format!("POST {API}/$batch")]);
    assert_eq!(mailbox.body(0)["requests"].as_array().unwrap().len(), 10);
}

#[test]
fn listing_reads_the_feed_of_a_folder_newest_first() {
    let next = format!("{API}/me/mailFolders/in/messages/delta?$skiptoken=s");
    let mailbox = mailbox(
        json!({ "value": [whole("a")], "@odata.nextLink": next }),
        no_calls,
    );
    let inbox = folder("in/1", BoxType::In);
    let request = ListRequest {
        folder: Some(&inbox),
        folders: &[],
        since: DateTime::from_timestamp(1_772_366_400, 0),
        page: None,
        size: 50,
    };
    let PageOutcome::Page(page) = block_on(Graph.list(&mailbox.session, request)).unwrap() else {
        panic!("expired")
    };
    assert!(matches!(&page.changes[..], [Change::Message(message)] if message.mail_id == "a"));
    assert_eq!(page.next, Next::Page(Cursor(next.clone())));
    assert_eq!(page.total, Some(3));
    let cursor = Cursor(next.clone());
    let request = ListRequest {
        page: Some(&cursor),
        ..request
    };
    block_on(Graph.list(&mailbox.session, request)).unwrap();
    let sent = mailbox.sent();
    assert!(sent[0].starts_with(&format!(
        "GET {API}/me/mailFolders/in/1/messages/delta?$select=parentFolderId,"
    )));
    assert!(
        sent[0].ends_with("&$orderby=receivedDateTime desc&$filter=receivedDateTime ge 2026-03-01T12:00:00Z"),
        "{sent:?}"
    );
    assert_eq!(sent[1], format!("GET {next}"));
    let requests = mailbox.requests.borrow();
    let preferences: Vec<_> = requests[1].headers().get_all("prefer").iter().collect();
    assert_eq!(preferences, ["IdType=\"ImmutableId\"", "odata.maxpagesize=50"]);
}

#[test]
fn a_message_is_read_in_full() {
    let (page, _) = page_of(json!([whole("a")]), no_calls);
    let [Change::Message(message)] = &page.changes[..] else {
        panic!("{:?}", page.changes)
    };
    assert_eq!(
        (message.conversation_id.as_str(), message.subject.as_str()),
        ("c", "")
    );
    assert_eq!(message.raw_id.as_deref(), Some("<1@x>"));
    assert_eq!(message.preview, "a b");
    assert_eq!(message.body.text.as_deref(), Some("a"));
    assert_eq!(message.from.as_ref().unwrap().name, "");
    assert_eq!((message.to.len(), message.to[0].name.as_str()), (1, "Bo"));
    assert_eq!(message.date.timestamp(), 1_772_366_400);
    let placement = &message.placement;
    assert!(placement.is_read && placement.is_starred && placement.box_type == BoxType::In);
    assert_eq!(page.next, Next::End(Some(Cursor(DELTA.into()))));
}

#[test]
fn files_are_asked_for_where_there_are_some() {
    let mut with_files = whole("f");
    with_files["hasAttachments"] = json!(true);
    let mut inline = whole("i");
    inline["body"] = json!({ "contentType": "HTML", "content": "<img src=\"CID:logo\">" });
    let mut gone = whole("g");
    gone["hasAttachments"] = json!(true);
    let mut busy = whole("b");
    busy["hasAttachments"] = json!(true);
    let (page, mailbox) = page_of(json!([with_files, inline, gone, busy, whole("n")]), |url| {
        assert!(url.ends_with(
            "/attachments?$select=id,name,contentType,size,isInline,microsoft.graph.fileAttachment/contentId"
        ));
        match url {
            url if url.contains("/f/") => (
                200,
                json!({ "value": [
                { "id": "1", "name": "a.pdf", "contentType": "application/pdf", "size": 7, "contentId": "<x>" },
                { "id": "2", "name": "Re: a", "@odata.type": "#microsoft.graph.itemAttachment" },
            ] }),
            ),
            url if url.contains("/i/") => (200, json!({ "value": [] })),
            url if url.contains("/g/") => (404, json!({})),
            _ => (429, json!({})),
        }
    });
    let [
        Change::Message(files),
        Change::Message(_),
        Change::Removed(gone),
        Change::Broken(busy, error),
        Change::Message(_),
    ] = &page.changes[..]
    else {
        panic!("{:?}", page.changes)
    };
    assert_eq!((gone.as_str(), busy.as_str()), ("g", "b"));
    assert_eq!(
        (error.code(), error.retry_after_seconds()),
        (ErrorCode::RateLimited, Some(9))
    );
    assert_eq!(files.attachments[0].content_id.as_deref(), Some("x"));
    assert_eq!(files.attachments[1].filename, "Re: a.eml");
    assert_eq!(files.attachments[1].mime_type, "message/rfc822");
    assert_eq!(mailbox.sent().len(), 2);
}

#[test]
fn partial_items_are_placements_or_read_again() {
    let value = json!([
        { "id": "p", "isRead": false, "flag": { "flagStatus": "notFlagged" }, "parentFolderId": "bin" },
        { "id": "r", "isRead": true },
        { "id": "w", "subject": "x" },
        { "id": "d", "@removed": { "reason": "deleted" } },
        { "id": "x", "isRead": "yes" },
    ]);
    let (page, _) = page_of(value, |url| {
        if url.starts_with("/me/messages/r?$select=") {
            (200, whole("r"))
        } else {
            (404, json!({}))
        }
    });
    let [
        Change::Placed(p, placement),
        Change::Message(r),
        Change::Removed(w),
        Change::Removed(d),
        Change::Broken(x, error),
    ] = &page.changes[..]
    else {
        panic!("{:?}", page.changes)
    };
    assert_eq!([p.as_str(), &r.mail_id, w, d, x], ["p", "r", "w", "d", "x"]);
    assert!(placement.box_type == BoxType::Trash && !placement.is_read && !placement.is_starred);
    assert_eq!(error.code(), ErrorCode::ResponseInvalid);
}

#[test]
fn dates_and_drafts_fall_back() {
    let mut draft = whole("a");
    draft["isDraft"] = json!(true);
    draft["receivedDateTime"] = json!("0001-01-01T00:00:00Z");
    draft["createdDateTime"] = json!("2026-03-01T12:00:00Z");
    let mut undated = whole("b");
    undated["receivedDateTime"] = json!("soon");
    let (page, _) = page_of(json!([draft, undated]), no_calls);
    let [Change::Message(draft), Change::Broken(undated, _)] = &page.changes[..] else {
        panic!("{:?}", page.changes)
    };
    assert_eq!(draft.placement.box_type, BoxType::Draft);
    assert_eq!((draft.date.timestamp(), undated.as_str()), (1_772_366_400, "b"));
}

#[test]
fn a_forgotten_link_is_a_value_and_a_foreign_one_an_error() {
    let folder = folder("in", BoxType::In);
    let read = |status: u16, body: Value, cursor: &str| {
        let mailbox = Mailbox::new(Provider::Microsoft, move |_| testing::json(status, &body));
        let request = ChangesRequest {
            folder: Some(&folder),
            folders: &[],
            cursor: &Cursor(cursor.into()),
            size: 50,
        };
        let outcome = block_on(Graph.changes(&mailbox.session, request));
        (outcome, mailbox.sent().len())
    };
    let code = |word: &str| json!({ "error": { "code": word } });
    for (status, word) in [
        (410, "gone"),
        (400, "SyncStateNotFound"),
        (404, "syncStateNotFound"),
    ] {
        let (outcome, _) = read(status, code(word), DELTA);
        assert!(matches!(outcome, Ok(PageOutcome::CursorExpired)));
    }
    let foreign = "https://evil.test/v1.0/me";
    for body in [
        json!({ "value": [], "@odata.nextLink": foreign }),
        json!({ "value": [], "@odata.deltaLink": foreign }),
        json!({ "value": [] }),
        json!({ "value": [{ "subject": "no id" }], "@odata.deltaLink": DELTA }),
    ] {
        let (outcome, _) = read(200, body, DELTA);
        assert_eq!(outcome.unwrap_err().code(), ErrorCode::ResponseInvalid);
    }
    let (outcome, sent) = read(200, json!({}), foreign);
    assert_eq!(
        (outcome.unwrap_err().code(), sent),
        (ErrorCode::ResponseInvalid, 0)
    );
}

#[test]
fn files_come_as_they_are() {
    let mailbox = Mailbox::new(Provider::Microsoft, |_| testing::bytes(200, &[0, 159, 146, 150]));
    let bytes = block_on(Graph.attachment(&mailbox.session, "m=", "f=")).unwrap();
    assert_eq!(bytes, [0, 159, 146, 150]);
    assert_eq!(
        mailbox.sent(),
        [format!("GET {API}/me/messages/m=/attachments/f=/$value")]
    );
}
