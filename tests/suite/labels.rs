//! Labels, notes and to-do marks: a user's own, on their own mails.
#![allow(missing_docs, clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]

use crate::support::service::{SERVICES, Service};
use crate::support::world::World;
use crate::support::{OTHER, USER, refusal};
use email_manager::error::Result;
use email_manager::plugin::User;
use serde_json::{Value, json};

fn call(world: &World, user: User, resource: &str, action: &str, values: Value) -> Result<Value> {
    world
        .site
        .call(Some(user), resource, action, json!({}), values)
        .map(|answer| answer.body)
}

fn ids(world: &World, user: User, filter: Value) -> Vec<i64> {
    let params = json!({ "filter": filter.to_string(), "pageSize": 200, "sort": "id" });
    let answer = world
        .site
        .call(Some(user), "mailMessages", "listPerson", params, json!({}))
        .unwrap();
    let rows = answer.body.as_array().unwrap().clone();
    assert_eq!(answer.meta.unwrap()["count"], rows.len());
    rows.iter().map(|row| row["id"].as_i64().unwrap()).collect()
}

fn get(world: &World, id: i64, appends: &str) -> Value {
    let params = json!({ "filterByTk": id, "appends": appends });
    let answer = world
        .site
        .call(Some(USER), "mailMessages", "get", params, json!({}));
    answer.unwrap().body
}

fn label(world: &World, user: User, name: &str) -> i64 {
    let made = call(
        world,
        user,
        "mailMessageLabels",
        "create",
        json!({ "label": name, "color": "#F00" }),
    )
    .unwrap();
    assert_eq!((&made["label"], &made["color"]), (&json!(name), &json!("#f00")));
    made["id"].as_i64().unwrap()
}

#[test]
fn the_tree_counts_unread_mails_by_their_labels_as_their_lists_do() {
    for service in SERVICES {
        let world = World::synced(service, 30);
        let tree = |user| call(&world, user, "mail", "folders", json!({})).unwrap()[0]["labels"].clone();
        assert_eq!(tree(USER), json!([]));
        let (urgent, later) = (label(&world, USER, "Urgent"), label(&world, USER, "Later"));
        let inbox = ids(&world, USER, json!({ "boxType": "in" }));
        let change = |values: Value| call(&world, USER, "mail", "messagesOrganise", values).unwrap();
        change(json!({ "ids": inbox[..3], "isRead": false, "addLabels": [urgent] }));
        change(json!({ "ids": [inbox[0]], "addLabels": [later] }));
        let count = |id: i64, unread: u64| json!({ "id": id, "unread": unread });
        assert_eq!(
            tree(USER),
            json!([count(urgent, 3), count(later, 1)]),
            "{service:?}"
        );
        change(json!({ "ids": [inbox[0]], "isRead": true }));
        assert_eq!(tree(USER), json!([count(urgent, 2)]), "{service:?}");
        change(json!({ "ids": [inbox[1]], "boxType": "trash" }));
        let listed = json!({ "labels.id": { "$in": [urgent] }, "isRead": false });
        assert_eq!(ids(&world, USER, listed).len(), 2);
        assert_eq!(tree(USER), json!([count(urgent, 2)]), "{service:?}");
        change(json!({ "ids": [inbox[1]], "removeLabels": [urgent] }));
        assert_eq!(tree(USER), json!([count(urgent, 1)]), "{service:?}");

        // A mail that is hidden is none of them.
        change(json!({ "ids": [inbox[2]], "boxType": "spam" }));
        assert_eq!(tree(USER), json!([count(urgent, 1)]), "{service:?}");
        let left_out = json!({ "email": service.mailbox(), "boxes": ["spam"] });
        call(&world, USER, "mail", "updateAccountFolders", left_out).unwrap();
        world.run();
        assert_eq!(tree(USER), json!([]), "{service:?}");
    }
}

#[test]
fn labels_are_put_on_mails_shown_with_them_and_filtered_by() {
    for service in SERVICES {
        let world = World::synced(service, 30);
        let all = ids(&world, USER, json!({}));
        let (urgent, later) = (label(&world, USER, "Urgent"), label(&world, USER, "Later"));
        let update = |id: i64, labels: Value| {
            call(
                &world,
                USER,
                "mailMessages",
                "update",
                json!({ "filterByTk": id, "labels": labels }),
            )
            .unwrap()
        };
        let shown = update(all[3], json!([urgent, later]));
        let names: Vec<&Value> = shown["labels"]
            .as_array()
            .unwrap()
            .iter()
            .map(|each| &each["label"])
            .collect();
        assert_eq!(names, ["Later", "Urgent"]);
        update(all[5], json!([{ "id": urgent, "label": "Urgent" }]));
        assert_eq!(
            ids(&world, USER, json!({ "labels.id": { "$in": [urgent] } })),
            [all[3], all[5]]
        );
        assert_eq!(
            ids(&world, USER, json!({ "labels.id": { "$in": [urgent, later] } })).len(),
            2
        );
        // As pages write it, and as the query of an address is read.
        for filter in [
            json!({ "labels.id.$in": [urgent] }),
            json!({ "labels": { "id": { "$in": [urgent.to_string()] } } }),
            json!({ "labels.id": { "$in": [urgent] }, "isDraft.$isFalsy": true }),
        ] {
            assert_eq!(ids(&world, USER, filter), [all[3], all[5]]);
        }
        let wrong = json!({ "filter": { "labels.id": { "$gt": 1 } } });
        let error = world
            .site
            .call(Some(USER), "mailMessages", "list", wrong, json!({}));
        assert_eq!(refusal(&error.unwrap_err()), ("invalid_input", Some("filter")));
        let nested = json!({ "$and": [{ "$or": [{ "labels.id": later }] }, { "isDraft": false }] });
        assert_eq!(ids(&world, USER, nested), [all[3]]);
        assert_eq!(
            get(&world, all[3], "labels")["labels"].as_array().unwrap().len(),
            2
        );

        // The list is all that the mail is to have; in bulk some are put on and others taken off.
        update(all[3], json!([later]));
        assert_eq!(
            ids(&world, USER, json!({ "labels.id": { "$in": [urgent] } })),
            [all[5]]
        );
        let bulk = json!({ "ids": all, "addLabels": [urgent], "removeLabels": [later] });
        call(&world, USER, "mail", "messagesOrganise", bulk).unwrap();
        assert_eq!(
            ids(&world, USER, json!({ "labels.id": { "$in": [urgent] } })),
            all
        );
        assert_eq!(
            ids(&world, USER, json!({ "labels.id": { "$in": [later] } })),
            Vec::<i64>::new()
        );

        // What is synchronised keeps them, and nothing of it goes to the provider.
        world.touch("mark", &world.in_box("in")[0], json!({ "starred": true }));
        world.sync_emails();
        assert_eq!(
            ids(&world, USER, json!({ "labels.id": { "$in": [urgent] } })),
            all
        );
        assert!(world.site.host.rows("mailOutgoing").is_empty());

        call(
            &world,
            USER,
            "mailMessageLabels",
            "destroy",
            json!({ "filterByTk": urgent }),
        )
        .unwrap();
        assert_eq!(
            ids(&world, USER, json!({ "labels.id": { "$in": [urgent] } })),
            Vec::<i64>::new()
        );
        assert_eq!(world.site.host.rows("mailMessageLabelLinks"), Vec::new());
    }
}

#[test]
fn a_label_has_a_name_of_its_own_and_a_colour() {
    let world = World::new(Service::Google, 0);
    let id = label(&world, USER, "Urgent");
    for (values, field) in [
        (json!({}), "label"),
        (json!({ "label": "  " }), "label"),
        (json!({ "label": "urgent" }), "label"),
        (json!({ "label": "x".repeat(61) }), "label"),
        (
            json!({ "label": "New", "color": "red;background:url(//evil)" }),
            "color",
        ),
        (json!({ "label": "New", "color": 7 }), "color"),
        (json!({ "label": "New", "description": 7 }), "description"),
    ] {
        let error = call(&world, USER, "mailMessageLabels", "create", values).unwrap_err();
        assert_eq!(refusal(&error), ("invalid_input", Some(field)));
    }
    let values = json!({ "filterByTk": id, "label": "URGENT", "description": "Today" });
    let changed = call(&world, USER, "mailMessageLabels", "update", values).unwrap();
    assert_eq!(
        changed,
        json!({ "id": id, "label": "URGENT", "color": "#f00", "description": "Today" })
    );
    // Others have labels of their own, of the same name as well.
    label(&world, OTHER, "Urgent");
    assert_eq!(
        call(&world, OTHER, "mailMessageLabels", "list", json!({}))
            .unwrap()
            .as_array()
            .unwrap()
            .len(),
        1
    );
    for action in ["update", "destroy"] {
        let error = call(
            &world,
            OTHER,
            "mailMessageLabels",
            action,
            json!({ "filterByTk": id }),
        )
        .unwrap_err();
        assert_eq!(refusal(&error), ("not_found", Some("filterByTk")));
    }
    assert_eq!(
        call(&world, USER, "mailMessageLabels", "list", json!({})).unwrap()[0]["label"],
        "URGENT"
    );
}

#[test]
fn notes_and_to_do_marks_belong_to_their_user() {
    for service in SERVICES {
        let world = World::synced(service, 30);
        let mail = ids(&world, USER, json!({}))[0];
        let write = |user: User, values: Value| call(&world, user, "mailMessageNotes", "create", values);
        let note = write(USER, json!({ "mailMessageId": mail, "note": " Call back " })).unwrap();
        assert_eq!(
            (&note["note"], &note["mailMessageId"]),
            (&json!("Call back"), &json!(mail))
        );
        write(USER, json!({ "mailMessageId": mail, "note": "Twice" })).unwrap();
        let error = write(OTHER, json!({ "mailMessageId": mail, "note": "Mine" })).unwrap_err();
        assert_eq!(error.code().as_str(), "not_found");
        for (values, field) in [
            (json!({ "mailMessageId": mail }), "note"),
            (
                json!({ "mailMessageId": mail, "note": "x".repeat(10_001) }),
                "note",
            ),
            (json!({ "note": "x" }), "mailMessageId"),
        ] {
            assert_eq!(
                refusal(&write(USER, values).unwrap_err()),
                ("invalid_input", Some(field))
            );
        }
        let list = |user: User| {
            let params = json!({ "filter": { "mailMessageId": mail } });
            let answer = world
                .site
                .call(Some(user), "mailMessageNotes", "list", params, json!({}));
            answer.unwrap().body.as_array().unwrap().len()
        };
        assert_eq!((list(USER), list(OTHER)), (2, 0));
        let values = json!({ "filterByTk": note["id"], "note": "Called" });
        call(&world, USER, "mailMessageNotes", "update", values.clone()).unwrap();
        assert!(call(&world, OTHER, "mailMessageNotes", "update", values).is_err());
        let shown = get(&world, mail, "children,labels,note");
        assert_eq!(shown["note"][0]["note"], "Called");
        assert_eq!(shown["noteCount"], 2);
        call(
            &world,
            USER,
            "mailMessageNotes",
            "destroy",
            json!({ "filterByTk": [note["id"]] }),
        )
        .unwrap();
        assert_eq!(list(USER), 1);

        let marked = call(
            &world,
            USER,
            "mailMessages",
            "update",
            json!({ "filterByTk": mail, "isTodo": true }),
        );
        assert_eq!(marked.unwrap()["isTodo"], true);
        assert_eq!(ids(&world, USER, json!({ "isTodo": true })), [mail]);
        world
            .site
            .mail(USER, "deleteMailAccount", json!({ "email": service.mailbox() }))
            .unwrap();
        assert_eq!(world.site.host.rows("mailMessageNotes"), Vec::new());
    }
}

#[test]
fn the_rest_of_a_conversation_comes_when_it_is_asked_for() {
    for service in SERVICES {
        let world = World::synced(service, 60);
        let rows = world.site.host.rows("mailMessages");
        let row = rows
            .iter()
            .find(|row| {
                rows.iter()
                    .filter(|other| other["conversationId"] == row["conversationId"])
                    .count()
                    > 2
            })
            .unwrap();
        let whole = get(&world, row["id"].as_i64().unwrap(), "children");
        let children = whole["children"].as_array().unwrap().clone();
        let others = rows
            .iter()
            .filter(|other| other["conversationId"] == row["conversationId"])
            .count()
            - 1;
        assert_eq!(children.len(), others);
        assert!(
            children
                .iter()
                .all(|child| child["id"] != row["id"] && child.get("bodyHtml").is_none())
        );
        assert!(
            get(&world, row["id"].as_i64().unwrap(), "")
                .get("children")
                .is_none()
        );
    }
}
