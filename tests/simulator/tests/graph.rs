//! Graph mail as a mail client uses it.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "test code")]

mod common;

use std::collections::HashSet;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use common::{BOB, Client, ids};
use serde_json::{Value, json};

const ME: &str = "/microsoft/graph/v1.0/me";

fn inbox_delta(client: &mut Client) -> (Vec<Value>, String) {
    client.links(&format!(
        "{ME}/mailFolders/inbox/messages/delta?$select=subject,isRead&$top=25"
    ))
}

#[test]
fn delta_walks_each_folder_once_and_the_folders_add_up() {
    let mut client = Client::graph(300);
    let (folders, _) = client.links(&format!("{ME}/mailFolders/delta"));
    let mut seen = HashSet::new();
    let mut total = 0;
    for folder in &folders {
        let id = folder["id"].as_str().unwrap();
        let (messages, delta) = client.links(&format!(
            "{ME}/mailFolders/{id}/messages/delta?$select=id&$top=40"
        ));
        assert_eq!(folder["totalItemCount"], messages.len());
        assert!(delta.starts_with("http://simulator:1/microsoft/graph/v1.0/me/mailFolders/"));
        total += messages.len();
        seen.extend(ids(&messages));
    }
    assert_eq!((total, seen.len()), (300, 300));
}

#[test]
fn delta_comes_newest_first_with_the_selected_properties_only() {
    let mut client = Client::graph(100);
    let target = format!(
        "{ME}/mailFolders/inbox/messages/delta?$select=subject,receivedDateTime&$orderby=receivedDateTime%20desc"
    );
    client.prefer = "IdType=\"ImmutableId\", odata.maxpagesize=7";
    let first = client.get(&target);
    assert_eq!(first["value"].as_array().unwrap().len(), 7);
    let (all, _) = client.links(&target);
    let dates: Vec<&str> = all
        .iter()
        .map(|item| item["receivedDateTime"].as_str().unwrap())
        .collect();
    assert!(dates.windows(2).all(|pair| pair[0] >= pair[1]));
    let members: HashSet<&String> = all
        .iter()
        .flat_map(|item| item.as_object().unwrap().keys())
        .collect();
    assert_eq!(members.len(), 4, "{members:?}");
}

#[test]
fn delta_filter_by_time_cuts_the_listing_and_the_changes() {
    let mut client = Client::graph(200);
    let target =
        format!("{ME}/mailFolders/inbox/messages/delta?$filter=receivedDateTime%20ge%202026-03-01T00:00:00Z");
    let (found, delta) = client.links(&target);
    let inbox = inbox_delta(&mut client).0.len();
    assert!(!found.is_empty() && found.len() < inbox);
    assert!(
        found
            .iter()
            .all(|item| item["receivedDateTime"].as_str().unwrap() >= "2026-03-01")
    );
    client.control(
        "deliver",
        json!({ "mailbox": BOB, "subject": "Old", "date": "2020-01-01" }),
    );
    assert!(client.links(&delta).0.is_empty());
    assert_eq!(
        client
            .fail(&format!(
                "{ME}/mailFolders/inbox/messages/delta?$filter=isRead%20eq%20true"
            ))
            .0,
        400
    );
}

#[test]
fn move_is_removed_in_one_folder_and_new_in_the_other() {
    let mut client = Client::graph(60);
    let (inbox, delta) = inbox_delta(&mut client);
    let archive = client
        .links(&format!(
            "{ME}/mailFolders/archive/messages/delta?$select=subject"
        ))
        .1;
    let id = inbox[0]["id"].as_str().unwrap();
    client.control("move", json!({ "mailbox": BOB, "id": id, "to": "archive" }));
    let removed = client.links(&delta).0;
    assert_eq!(
        removed,
        [json!({ "id": id, "@removed": { "reason": "deleted" } })]
    );
    let added = client.links(&archive).0;
    assert_eq!(
        (added.len(), &added[0]["id"], &added[0]["subject"]),
        (1, &inbox[0]["id"], &inbox[0]["subject"])
    );
    client.get(&format!("{ME}/messages/{id}"));
}

#[test]
fn delta_tells_new_changed_and_deleted_and_then_is_quiet() {
    let mut client = Client::graph(60);
    let (inbox, delta) = inbox_delta(&mut client);
    let (changed, gone) = (inbox[0]["id"].as_str().unwrap(), inbox[1]["id"].as_str().unwrap());
    client.control(
        "deliver",
        json!({ "mailbox": BOB, "subject": "New", "html": "<p>x</p>" }),
    );
    client.control(
        "mark",
        json!({ "mailbox": BOB, "id": changed, "starred": true, "read": true }),
    );
    client.control("delete", json!({ "mailbox": BOB, "id": gone }));
    let (items, next) = client.links(&delta);
    assert_eq!(items.len(), 3);
    assert_eq!(items[0]["subject"], "New");
    assert_eq!(
        (items[1]["id"].as_str(), items[1]["isRead"].as_bool()),
        (Some(changed), Some(true))
    );
    assert_eq!(items[2]["@removed"]["reason"], "deleted");
    assert!(client.links(&next).0.is_empty());
    assert_eq!(
        client.fail(&format!("{ME}/messages/{gone}")).1["error"]["code"],
        "ErrorItemNotFound"
    );
}

#[test]
fn expired_delta_is_a_410_for_its_folder_alone() {
    let mut client = Client::graph(60);
    let inbox = inbox_delta(&mut client).1;
    let archive = client
        .links(&format!("{ME}/mailFolders/archive/messages/delta"))
        .1;
    let half = client.get(&format!("{ME}/mailFolders/inbox/messages/delta?$top=5"))["@odata.nextLink"]
        .as_str()
        .unwrap()
        .to_owned();
    client.control("expire-delta", json!({ "mailbox": BOB, "folder": "inbox" }));
    for link in [inbox, half] {
        let (status, body) = client.fail(&link);
        assert_eq!(
            (status, body["error"]["code"].as_str()),
            (410, Some("SyncStateNotFound"))
        );
    }
    client.links(&archive);
    inbox_delta(&mut client);
    assert_eq!(
        client
            .fail(&format!(
                "{ME}/mailFolders/inbox/messages/delta?$deltatoken=garbage"
            ))
            .0,
        400
    );
}

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
fn folder_delta_tells_created_renamed_and_deleted() {
    let mut client = Client::graph(30);
    let (all, delta) = client.links(&format!("{ME}/mailFolders/delta"));
    assert_eq!(all.len(), 11);
    let created = client.control("folder", json!({ "mailbox": BOB, "create": "Tenders" }))["id"].clone();
    client.control(
        "folder",
        json!({ "mailbox": BOB, "rename": "Projects", "to": "Works" }),
    );
    let (changed, delta) = client.links(&delta);
    assert_eq!(changed.len(), 2);
    assert!(
        changed
            .iter()
            .any(|folder| folder["id"] == created && folder["displayName"] == "Tenders")
    );
    client.control("folder", json!({ "mailbox": BOB, "delete": "Tenders" }));
    assert_eq!(
        client.links(&delta).0,
        [json!({ "id": created, "@removed": { "reason": "deleted" } })]
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
