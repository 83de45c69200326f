//! Graph mail as a mail client uses it.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "test code")]

mod common;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use common::{BOB, Client, ids};
use serde_json::{Value, json};

const ME: &str = "/microsoft/graph/v1.0/me";

#[test]
fn default_id_dies_with_a_move_and_the_immutable_one_survives() {
    let mut client = Client::graph(30);
    let immutable = client.get(&format!("{ME}/mailFolders/inbox/messages?$top=1"))["value"][0].clone();
    client.prefer = "";
    let old = client.get(&format!("{ME}/mailFolders/inbox/messages?$top=1"))["value"][0].clone();
    assert_ne!(old["id"], immutable["id"]);
    let target = format!("{ME}/messages/{}", old["id"].as_str().unwrap());
    let (status, moved) = client.post(
        &format!("{target}/move"),
        json!({ "destinationId": "deleteditems" }),
    );
    assert_eq!(
        (status, moved["subject"].as_str()),
        (201, old["subject"].as_str())
    );
    assert_ne!(moved["id"], old["id"]);
    assert_eq!(client.fail(&target).0, 404);
    let same = client.get(&format!("{ME}/messages/{}", immutable["id"].as_str().unwrap()));
    assert_eq!(same["internetMessageId"], immutable["internetMessageId"]);
}

#[test]
fn folders_are_found_by_well_known_name_id_and_parent() {
    let mut client = Client::graph(30);
    let top = client.get(&format!("{ME}/mailFolders?$top=100"))["value"]
        .as_array()
        .unwrap()
        .clone();
    let names: Vec<&str> = top
        .iter()
        .map(|folder| folder["displayName"].as_str().unwrap())
        .collect();
    assert!(names.contains(&"Inbox") && names.contains(&"Customers") && !names.contains(&"Invoices"));
    let (paged, _) = client.links(&format!("{ME}/mailFolders?$top=3"));
    assert_eq!(paged, top);
    let customers = top
        .iter()
        .find(|folder| folder["displayName"] == "Customers")
        .unwrap();
    assert_eq!(customers["childFolderCount"], 1);
    let children = client.get(&format!(
        "{ME}/mailFolders/{}/childFolders",
        customers["id"].as_str().unwrap()
    ));
    assert_eq!(children["value"][0]["displayName"], "Invoices");
    assert_eq!(children["value"][0]["parentFolderId"], customers["id"]);
    let inbox = client.get(&format!("{ME}/mailFolders/inbox"));
    assert_eq!(
        inbox["id"],
        top.iter()
            .find(|folder| folder["displayName"] == "Inbox")
            .unwrap()["id"]
    );
    assert_eq!(
        client.fail(&format!("{ME}/mailFolders/nowhere")).1["error"]["code"],
        "ErrorInvalidIdMalformed"
    );
}

#[test]
fn listing_filters_and_orders_as_odata_does() {
    let mut client = Client::graph(200);
    let (all, _) = client.links(&format!(
        "{ME}/messages?$top=100&$select=isRead,internetMessageId,parentFolderId"
    ));
    assert_eq!(all.len(), 200);
    let (unread, _) = client.links(&format!(
        "{ME}/messages?$filter=isRead%20eq%20false&$top=100&$select=isRead"
    ));
    assert_eq!(
        unread.len(),
        all.iter().filter(|item| item["isRead"] == false).count()
    );
    let wanted = all
        .iter()
        .find(|item| item["internetMessageId"].is_string())
        .unwrap();
    let id = wanted["internetMessageId"].as_str().unwrap();
    let filter = common::query(&[("$filter", &format!("internetMessageId eq '{id}'"))]);
    let found = client.get(&format!("{ME}/messages?{filter}"))["value"]
        .as_array()
        .unwrap()
        .clone();
    assert_eq!(ids(&found), [wanted["id"].as_str().unwrap()]);
    let bad = format!("{ME}/messages?$filter=isRead%20eq%20false&$orderby=receivedDateTime%20desc");
    assert_eq!(client.fail(&bad).1["error"]["code"], "InefficientFilter");
    assert_eq!(client.fail(&format!("{ME}/messages?$filter=nonsense")).0, 400);
    assert_eq!(client.fail(&format!("{ME}/messages?$top=1001")).0, 400);
}

#[test]
fn body_follows_the_preference() {
    let mut client = Client::graph(30);
    let id = client.get(&format!("{ME}/mailFolders/inbox/messages?$top=1"))["value"][0]["id"]
        .as_str()
        .unwrap()
        .to_owned();
    let html = client.get(&format!("{ME}/messages/{id}?$select=body"));
    assert_eq!(html["body"]["contentType"], "html");
    client.prefer = "IdType=\"ImmutableId\", outlook.body-content-type=\"text\"";
    let response = client.call("GET", &format!("{ME}/messages/{id}?$select=body"), "", Vec::new());
    assert!(
        response.headers()["preference-applied"]
            .to_str()
            .unwrap()
            .contains("outlook.body-content-type")
    );
    let text = common::body_json(&response);
    assert_eq!(text["body"]["contentType"], "text");
    assert!(!text["body"]["content"].as_str().unwrap().contains("<p>"));
}

#[test]
fn attachments_are_listed_read_and_streamed() {
    let mut client = Client::graph(100);
    let (with_files, _) = client.links(&format!(
        "{ME}/messages?$filter=hasAttachments%20eq%20true&$select=id&$top=50"
    ));
    let id = with_files[0]["id"].as_str().unwrap();
    let files = client.get(&format!("{ME}/messages/{id}/attachments"))["value"]
        .as_array()
        .unwrap()
        .clone();
    let file = files.iter().find(|file| file["isInline"] == false).unwrap();
    assert_eq!(file["@odata.type"], "#microsoft.graph.fileAttachment");
    let bytes = STANDARD.decode(file["contentBytes"].as_str().unwrap()).unwrap();
    let target = format!("{ME}/messages/{id}/attachments/{}", file["id"].as_str().unwrap());
    assert_eq!(client.get(&target)["contentBytes"], file["contentBytes"]);
    let raw = client.call("GET", &format!("{target}/$value"), "", Vec::new());
    assert_eq!(raw.body(), &bytes);
    assert_eq!(
        raw.headers()["content-type"],
        file["contentType"].as_str().unwrap()
    );
    let expanded = client.get(&format!("{ME}/messages/{id}?$expand=attachments"));
    assert_eq!(expanded["attachments"].as_array().unwrap().len(), files.len());
}

#[test]
fn update_changes_flags_categories_and_only_drafts_content() {
    let mut client = Client::graph(30);
    let id = client.get(&format!("{ME}/mailFolders/inbox/messages?$top=1"))["value"][0]["id"]
        .as_str()
        .unwrap()
        .to_owned();
    let target = format!("{ME}/messages/{id}");
    let change =
        json!({ "isRead": true, "flag": { "flagStatus": "flagged" }, "categories": ["Invoices", "Urgent"] });
    let (status, body) = client.json("PATCH", &target, change);
    assert_eq!(status, 200);
    assert_eq!(
        (&body["isRead"], &body["flag"]["flagStatus"]),
        (&json!(true), &json!("flagged"))
    );
    assert_eq!(body["categories"], json!(["Invoices", "Urgent"]));
    assert_eq!(
        client.json("PATCH", &target, json!({ "subject": "Forged" })).0,
        400
    );
}

#[test]
fn draft_is_answered_sent_and_found_by_its_property() {
    let mut client = Client::graph(30);
    let original = client.get(&format!("{ME}/mailFolders/inbox/messages?$top=1"))["value"][0].clone();
    let property = "String {6e7f0000-0000-4000-8000-000000000001} Name outbox";
    let message = json!({ "message": { "singleValueExtendedProperties": [{ "id": property, "value": "row-1" }] }, "comment": "Thanks" });
    let reply = format!("{ME}/messages/{}/createReply", original["id"].as_str().unwrap());
    let (status, draft) = client.post(&reply, message);
    assert_eq!((status, draft["isDraft"].as_bool()), (201, Some(true)));
    assert_eq!(draft["conversationId"], original["conversationId"]);
    assert_eq!(draft["toRecipients"][0], original["from"]);
    let id = draft["id"].as_str().unwrap();
    let (status, file) = client.post(
        &format!("{ME}/messages/{id}/attachments"),
        json!({ "@odata.type": "#microsoft.graph.fileAttachment", "name": "a.txt", "contentBytes": "aGk=" }),
    );
    assert_eq!((status, file["name"].as_str()), (201, Some("a.txt")));
    let (status, body) = client.post(&format!("{ME}/messages/{id}/send"), Value::Null);
    assert_eq!((status, body), (202, Value::Null));
    let filter =
        format!("singleValueExtendedProperties/Any(ep: ep/id eq '{property}' and ep/value eq 'row-1')");
    let found = client.get(&format!(
        "{ME}/mailFolders/sentitems/messages?{}",
        common::query(&[("$filter", &filter)])
    ));
    assert_eq!(
        found["value"][0]["id"], draft["id"],
        "an immutable id survives sending"
    );
    assert_eq!(found["value"][0]["isDraft"], false);
    let mail = json!({ "message": { "subject": "Hi", "body": { "contentType": "Text", "content": "x" }, "toRecipients": [] } });
    assert_eq!(
        client.post(&format!("{ME}/sendMail"), mail).1["error"]["code"],
        "ErrorInvalidRecipients"
    );
}

#[test]
fn batch_answers_each_request_and_fails_what_depends_on_a_failure() {
    let mut client = Client::graph(30);
    let requests = json!({ "requests": [
        { "id": "1", "method": "GET", "url": "/me/mailFolders/inbox", "headers": { "Prefer": "IdType=\"ImmutableId\"" } },
        { "id": "2", "method": "GET", "url": "/me/messages/AAMkAGnot" },
        { "id": "3", "method": "GET", "url": "/me", "dependsOn": ["2"] },
        { "id": "4", "method": "GET", "url": "/me/messages?$top=1&$select=subject", "dependsOn": ["1"] },
    ]});
    let (status, body) = client.post("/microsoft/graph/v1.0/$batch", requests);
    assert_eq!(status, 200);
    let statuses: Vec<u64> = body["responses"]
        .as_array()
        .unwrap()
        .iter()
        .map(|item| item["status"].as_u64().unwrap())
        .collect();
    assert_eq!(statuses, [200, 400, 424, 200]);
    assert_eq!(body["responses"][3]["body"]["value"].as_array().unwrap().len(), 1);
    let one = json!({ "id": "x", "method": "GET", "url": "/me" });
    let many = |count: usize| {
        let list: Vec<Value> = (0..count)
            .map(|number| {
                let mut item = one.clone();
                item["id"] = json!(number.to_string());
                item
            })
            .collect();
        json!({ "requests": list })
    };
    assert_eq!(client.post("/microsoft/graph/v1.0/$batch", many(20)).0, 200);
    assert_eq!(client.post("/microsoft/graph/v1.0/$batch", many(21)).0, 400);
    assert_eq!(
        client
            .post("/microsoft/graph/v1.0/$batch", json!({ "requests": [one, one] }))
            .0,
        400
    );
}

#[test]
fn refusals_have_graphs_shape() {
    let mut client = Client::graph(10);
    assert_eq!(
        client.fail(&format!("{ME}/nonsense")).1["error"]["code"],
        "BadRequest"
    );
    assert_eq!(
        client
            .fail("/microsoft/graph/v1.0/users/alice@gmail.example/messages")
            .0,
        403
    );
    client.connect(BOB, "User.Read offline_access");
    assert_eq!(
        client.fail(&format!("{ME}/messages")).1["error"]["code"],
        "ErrorAccessDenied"
    );
    client.connect(BOB, "https://graph.microsoft.com/Mail.Read");
    client.get(&format!("{ME}/messages?$top=1"));
    assert_eq!(client.post(&format!("{ME}/sendMail"), json!({})).0, 403);
    client.token = "invented".to_owned();
    let (status, body) = client.fail(ME);
    assert_eq!(
        (status, body["error"]["code"].as_str()),
        (401, Some("InvalidAuthenticationToken"))
    );
    assert!(body["error"]["innerError"]["request-id"].is_string());
}
