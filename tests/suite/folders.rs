//! The folders that users have made at their provider: what is in them, and how a tree shows them.
#![allow(missing_docs, clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]

use crate::support::organising::{call, id, organise, row, unread};
use crate::support::service::{SERVICES, Service};
use crate::support::world::World;
use crate::support::{OTHER, USER, refusal};
use chrono::TimeDelta;
use email_manager::error::Error;
use serde_json::{Value, json};

/// What the tree has of the mailbox.
fn tree(world: &World) -> Value {
    call(world, "mail", "folders", json!({})).unwrap()[0].clone()
}

/// A folder of the tree by its name.
fn folder(world: &World, name: &str) -> Option<Value> {
    let tree = tree(world);
    let mut folders = tree["folders"].as_array().unwrap().iter();
    folders.find(|each| each["name"] == name).cloned()
}

fn folder_id(world: &World, name: &str) -> String {
    folder(world, name).unwrap()["id"].as_str().unwrap().to_owned()
}

/// Makes a folder at the provider, and lets it become known.
fn make(world: &World, name: &str, parent: Option<&str>) {
    match world.service {
        Service::Google => {
            let path = parent.map_or_else(|| name.to_owned(), |parent| format!("{parent}/{name}"));
            world.make_label(&path);
        }
        Service::Microsoft => {
            let mailbox = world.service.mailbox();
            let body = json!({ "mailbox": mailbox, "create": name, "parent": parent.unwrap_or_default() });
            world.control("folder", body);
        }
    }
    // Folders are read again once an hour.
    world.site.host.advance(TimeDelta::hours(2));
    world.sync_emails();
}

fn list(world: &World, action: &str, filter: &Value) -> Result<Vec<i64>, Error> {
    let params = json!({ "filter": filter.to_string(), "pageSize": 200 });
    let answer = world
        .site
        .call(Some(USER), "mailMessages", action, params, json!({}))?;
    let rows = answer.body.as_array().unwrap().clone();
    assert_eq!(answer.meta.unwrap()["count"], rows.len());
    Ok(rows.iter().map(|row| row["id"].as_i64().unwrap()).collect())
}

#[test]
fn a_folder_has_its_mails_whatever_their_box_and_those_of_nobody_else() {
    for service in SERVICES {
        let world = World::synced(service, 60);
        let folder = folder_id(&world, "Customers");
        let mail = unread(&world);
        let in_folder = json!({ "folderIds": { "$anyOf": [folder] } });
        let before = list(&world, "listPerson", &in_folder).unwrap();
        assert!(!before.contains(&id(&world, &mail)));
        organise(&world, &[&mail], json!({ "folderId": folder }));
        let stored = world.site.host.rows("mailMessages");
        let inside = stored
            .iter()
            .filter(|row| row["folderIds"].as_array().unwrap().contains(&json!(folder)));
        let mut expected: Vec<i64> = inside.map(|row| row["id"].as_i64().unwrap()).collect();
        expected.sort_unstable();
        for action in ["list", "listPerson"] {
            let mut found = list(&world, action, &in_folder).unwrap();
            found.sort_unstable();
            assert_eq!(found, expected, "{service:?} {action}");
        }
        assert_eq!(expected.len(), before.len() + 1);
        world.run();
        world.assert_equal();

        // Another condition narrows it, and somebody else's request finds nothing of it.
        let starred = json!({ "folderIds.$anyOf": [folder], "isStarred": true, "email": service.mailbox() });
        let before = list(&world, "listPerson", &starred).unwrap();
        assert!(before.len() < expected.len() && !before.contains(&id(&world, &mail)));
        organise(&world, &[&mail], json!({ "isStarred": true }));
        let after = list(&world, "listPerson", &starred).unwrap();
        assert!(after.len() == before.len() + 1 && after.contains(&id(&world, &mail)));
        for action in ["list", "listPerson"] {
            let params = json!({ "filter": in_folder });
            let theirs = world
                .site
                .call(Some(OTHER), "mailMessages", action, params, json!({}));
            assert_eq!(theirs.unwrap().body, json!([]), "{service:?} {action}");
        }
    }
}

#[test]
fn folders_are_filtered_by_a_list_of_ids_and_by_nothing_else() {
    let world = World::synced(Service::Google, 4);
    let long = "x".repeat(501);
    for wrong in [
        json!({ "folderIds": "Label_1" }),
        json!({ "folderIds": null }),
        json!({ "folderIds": { "$anyOf": "Label_1" } }),
        json!({ "folderIds": { "$anyOf": [1] } }),
        json!({ "folderIds": { "$anyOf": [long] } }),
        json!({ "folderIds": { "$anyOf": vec!["x"; 101] } }),
        json!({ "folderIds": { "$in": ["Label_1"] } }),
        json!({ "folderIds": { "$includes": "Label" } }),
        json!({ "folderIds": { "$anyOf": ["Label_1"], "$ne": null } }),
        json!({ "subject": { "$anyOf": ["Label_1"] } }),
    ] {
        let error = list(&world, "listPerson", &wrong).unwrap_err();
        assert_eq!(refusal(&error), ("invalid_input", Some("filter")), "{wrong}");
    }
    let params = json!({ "sort": "folderIds" });
    let sorted = world
        .site
        .call(Some(USER), "mailMessages", "list", params, json!({}));
    assert_eq!(refusal(&sorted.unwrap_err()), ("invalid_input", Some("sort")));
}

#[test]
fn the_tree_has_the_users_own_folders_each_below_the_one_it_is_in() {
    for service in SERVICES {
        let world = World::synced(service, 40);
        make(&world, "ACME", Some("Customers"));
        let names = |tree: &Value| -> Vec<(String, Option<String>)> {
            let folders = tree["folders"].as_array().unwrap();
            let named = |id: &Value| {
                let found = folders.iter().find(|each| each["id"] == *id)?;
                found["name"].as_str().map(str::to_owned)
            };
            let mut names: Vec<_> = folders
                .iter()
                .map(|each| {
                    (
                        each["name"].as_str().unwrap().to_owned(),
                        named(&each["parentId"]),
                    )
                })
                .collect();
            names.sort();
            names
        };
        let found = names(&tree(&world));
        let has = |name: &str, parent: Option<&str>| {
            let wanted = (name.to_owned(), parent.map(str::to_owned));
            found.contains(&wanted)
        };
        assert!(
            has("Customers", None) && has("ACME", Some("Customers")),
            "{found:?}"
        );
        match service {
            // A label without the one that its name begins with stands at the top, under its whole name.
            Service::Google => assert!(has("Projects/Atlas", None), "{found:?}"),
            Service::Microsoft => assert!(has("Invoices", Some("Customers")), "{found:?}"),
        }
        for theirs in ["Inbox", "Sent", "Sent Items", "Archive", "Bin", "Deleted Items"] {
            assert!(!has(theirs, None), "{service:?}: {theirs} is a box");
        }

        // What is left out isn't shown, and what stands below it moves up.
        let left_out = json!({ "email": service.mailbox(), "folders": [folder_id(&world, "Customers")] });
        world.site.mail(USER, "updateAccountFolders", left_out).unwrap();
        let after = names(&tree(&world));
        assert!(!after.iter().any(|(name, _)| name == "Customers"), "{after:?}");
        let name = match service {
            Service::Google => "Customers/ACME",
            Service::Microsoft => "ACME",
        };
        assert!(after.contains(&(name.to_owned(), None)), "{after:?}");
    }
}

#[test]
fn a_folder_in_the_bin_is_no_folder_of_the_tree() {
    let world = World::synced(Service::Microsoft, 10);
    make(&world, "Old", Some("Deleted Items"));
    make(&world, "Below", Some("Inbox"));
    assert_eq!(folder(&world, "Old"), None);
    assert_eq!(folder(&world, "Below").unwrap()["parentId"], Value::Null);
}

#[test]
fn folders_and_marks_are_counted_as_their_mails_change() {
    for service in SERVICES {
        let world = World::synced(service, 60);
        let folder_id = folder_id(&world, "Customers");
        let counts = || {
            let tree = tree(&world);
            let count = |value: &Value| value.as_u64().unwrap();
            let unread = count(&folder(&world, "Customers").unwrap()["unread"]);
            [unread, count(&tree["starred"]), count(&tree["todo"])]
        };
        let expected = || {
            let rows = world.shown();
            let kept = rows
                .iter()
                .filter(|row| row["boxType"] != "trash" && row["boxType"] != "spam");
            let (mut unread, mut starred) = (0, 0);
            for row in kept {
                let inside = row["folderIds"].as_array().unwrap().contains(&json!(folder_id));
                unread += u64::from(inside && row["isRead"] == false);
                starred += u64::from(row["isStarred"] == true);
            }
            let todo = rows.iter().filter(|row| row["isTodo"] == true).count();
            [unread, starred, todo as u64]
        };
        let before = counts();
        assert_eq!(before, expected(), "{service:?}");
        let mail = unread(&world);
        organise(
            &world,
            &[&mail],
            json!({ "folderId": folder_id, "isStarred": true }),
        );
        let values = json!({ "ids": [id(&world, &mail)], "isTodo": true });
        call(&world, "mail", "messagesOrganise", values).unwrap();
        assert_eq!(counts(), before.map(|count| count + 1), "{service:?}");
        assert_eq!(counts(), expected());
        organise(&world, &[&mail], json!({ "boxType": "trash" }));
        // In the bin a mail is starred no more, but what is to do is still to be done.
        assert_eq!(counts(), [before[0], before[1], before[2] + 1], "{service:?}");
        if service == Service::Google {
            let labels = row(&world, &mail)["folderIds"].clone();
            assert!(labels.as_array().unwrap().contains(&json!(folder_id)));
        }
        organise(&world, &[&mail], json!({ "putBack": true, "isRead": true }));
        assert_eq!(counts(), [before[0], before[1] + 1, before[2] + 1], "{service:?}");
        assert_eq!(counts(), expected());
    }
}

#[test]
fn a_mailbox_without_folders_of_its_users_own_has_none() {
    let world = World::linked(Service::Google, 4);
    assert_eq!(tree(&world)["folders"], json!([]));
}

/// Outlook's own folders, one of which its user's language has renamed.
const TECHNICAL: [&str; 5] = [
    "Outbox",
    "Gesprächsverlauf",
    "Sync Issues",
    "Conflicts",
    "Local Failures",
];

#[test]
fn what_outlook_keeps_for_itself_is_no_folder_of_its_user() {
    let world = World::linked(Service::Microsoft, 40);
    let mailbox = world.service.mailbox();
    let rename = json!({ "mailbox": mailbox, "rename": "Conversation History", "to": TECHNICAL[1] });
    world.control("folder", rename);
    let inside: Vec<String> = TECHNICAL
        .iter()
        .map(|name| world.deliver(json!({ "subject": format!("In {name}"), "folder": name })))
        .collect();
    world.start(USER, Value::Null);
    world.run();
    let has = |id: &str| world.stored().iter().any(|mail| mail.0 == id);
    assert!(!inside.iter().any(|id| has(id)));
    assert_eq!(world.stored().len() + inside.len(), world.expected().len());
    // A folder is not taken for one of them for its name.
    make(&world, "Conversation History", Some("Customers"));
    make(&world, "Outbox", Some("Customers"));
    let tree = tree(&world)["folders"].to_string();
    let choice = world
        .site
        .mail(USER, "accountFolders", json!({ "email": mailbox }));
    let choice = choice.unwrap()["folders"].to_string();
    let targets = call(&world, "mail", "moveTargets", json!({}))
        .unwrap()
        .to_string();
    for (place, shown) in [("tree", tree), ("choice", choice), ("targets", targets)] {
        assert!(shown.contains("\"Conversation History\""), "{place}: {shown}");
        assert_eq!(shown.matches("\"Outbox\"").count(), 1, "{place}: {shown}");
        for name in &TECHNICAL[1..] {
            assert!(!shown.contains(name), "{place}: {shown}");
        }
    }

    // Their feeds are not read: what goes in or out is told by the others.
    let stored = unread(&world);
    world.touch("move", &inside[3], json!({ "to": "Inbox" }));
    world.touch("move", &stored, json!({ "to": "Sync Issues" }));
    world.sync_emails();
    assert!(has(&inside[3]));
    assert!(!has(&stored));
    let technical = world.site.host.rows("mailFolders");
    let technical = technical.iter().find(|row| row["name"] == "Sync Issues").unwrap()["folderId"].clone();
    let values = json!({ "ids": [id(&world, &inside[3])], "folderId": technical });
    let refused = call(&world, "mail", "messagesOrganise", values).unwrap_err();
    assert_eq!(refusal(&refused), ("invalid_input", Some("folderId")));
}

#[test]
fn a_folder_that_is_found_to_be_outlooks_own_is_hidden_with_its_mails_and_comes_back_when_it_is_not() {
    let world = World::synced(Service::Microsoft, 20);
    let mailbox = world.service.mailbox();
    make(&world, "Errors", None);
    let mail = world.deliver(json!({ "subject": "Conflict", "folder": "Errors" }));
    let has = || world.stored().iter().any(|each| each.0 == mail);
    let put = |parent: &str| {
        world.control(
            "folder",
            json!({ "mailbox": mailbox, "move": "Errors", "parent": parent }),
        );
        world.sync_emails();
        world.run();
    };
    world.sync_emails();
    assert!(has() && folder(&world, "Errors").is_some());
    put("Sync Issues");
    assert!(!has() && folder(&world, "Errors").is_none());
    put("Customers");
    assert!(has() && folder(&world, "Errors").is_some());
    world.assert_equal();
}
