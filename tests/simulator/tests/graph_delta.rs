//! Delta of Graph: listing, changes, moves, expiry.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "test code")]

mod common;

use std::collections::HashSet;

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
fn folder_delta_tells_created_renamed_and_deleted() {
    let mut client = Client::graph(30);
    let (all, delta) = client.links(&format!("{ME}/mailFolders/delta"));
    assert_eq!(all.len(), 14);
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
