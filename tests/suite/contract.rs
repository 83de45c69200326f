//! Names, shapes and addresses as NocoBase's own email manager has them for its client: pages written for it run on ours.
#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "tests"
)]

mod bulk;
mod mailboxes;
mod mails;
mod records;
mod writing;

use std::collections::BTreeSet;

use crate::support::USER;
use crate::support::organising::*;
use crate::support::service::SERVICES;
use crate::support::world::World;
use serde_json::{Value, json};

fn ask(world: &World, action: &str, params: Value) -> (Value, Option<Value>) {
    let answer = world
        .site
        .call(Some(USER), "mailMessages", action, params, json!({}));
    let answer = answer.unwrap();
    (answer.body, answer.meta)
}

/// An action as NocoBase's client asks for it: reading with everything in the query, where all is text; changing with the
/// record's id in the query and the rest in the body.
fn answer(world: &World, action: &str, params: Value, values: Value) -> Value {
    let (resource, name) = action.split_once(':').unwrap();
    let answer = world.site.call(Some(USER), resource, name, params, values);
    answer.unwrap_or_else(|error| panic!("{action}: {error}")).body
}

fn assert_has(record: &Value, names: &str, what: &str) {
    for name in names.split_whitespace() {
        assert!(record.get(name).is_some(), "{what} has no {name}: {record}");
    }
}

fn ids<'a>(rows: impl IntoIterator<Item = &'a Value>) -> BTreeSet<i64> {
    rows.into_iter().map(|row| row["id"].as_i64().unwrap()).collect()
}

#[test]
fn every_filter_of_the_client_finds_what_it_says() {
    for service in SERVICES {
        let world = World::synced(service, 60);
        let stored: Vec<Value> = world
            .site
            .host
            .rows("mailMessages")
            .into_iter()
            .map(Value::Object)
            .collect();
        let label = call(
            &world,
            "mailMessageLabels",
            "create",
            json!({ "label": "Contract" }),
        )
        .unwrap();
        let labelled = stored[0]["mailId"].as_str().unwrap();
        organise(&world, &[labelled], json!({ "addLabels": [label["id"]] }));
        let sample = stored.iter().find(|row| row["boxType"] == "in").unwrap();
        let from = sample["from"].as_str().unwrap().to_owned();
        let word: String = sample["subject"].as_str().unwrap().chars().take(6).collect();
        let includes = |row: &Value, column: &str, text: &str| {
            let value = row[column].as_str().unwrap_or_default();
            value.to_lowercase().contains(&text.to_lowercase())
        };
        type Holds<'a> = Box<dyn Fn(&Value) -> bool + 'a>;
        let cases: Vec<(Value, Holds<'_>)> = vec![
            (
                json!({ "boxType.$in": ["in", "out"] }),
                Box::new(|row| row["boxType"] == "in" || row["boxType"] == "out"),
            ),
            (
                json!({ "boxType": { "$in": ["trash"] } }),
                Box::new(|row| row["boxType"] == "trash"),
            ),
            (json!({ "isRead": false }), Box::new(|row| row["isRead"] == false)),
            (
                json!({ "labels.id.$in": [label["id"]] }),
                Box::new(|row| row["mailId"] == labelled),
            ),
            (
                json!({ "labels": { "id": { "$in": [label["id"]] } } }),
                Box::new(|row| row["mailId"] == labelled),
            ),
            (json!({ "userId": USER.id }), Box::new(|_| true)),
            (
                json!({ "isDraft": true }),
                Box::new(|row| row["boxType"] == "draft"),
            ),
            (
                json!({ "from": from }),
                Box::new(|row| row["from"] == from.as_str()),
            ),
            (json!({ "email": world.service.mailbox() }), Box::new(|_| true)),
            (
                json!({ "to": { "$includes": world.service.mailbox() } }),
                Box::new(|row| includes(row, "to", world.service.mailbox())),
            ),
            (
                json!({ "$or": [{ "subject.$includes": word }, { "from.$includes": word }, { "to.$includes": word }] }),
                Box::new(|row| {
                    ["subject", "from", "to"]
                        .iter()
                        .any(|column| includes(row, column, &word))
                }),
            ),
        ];
        for (filter, holds) in cases {
            let expected = ids(stored.iter().filter(|row| holds(row)));
            for action in ["list", "listPerson"] {
                let params = json!({ "page": 1, "pageSize": 200, "filter": filter.to_string(),
                    "sort": "-relatedMessageLatestDate", "appends": "user" });
                let (rows, meta) = ask(&world, action, params);
                assert_eq!(
                    ids(rows.as_array().unwrap()),
                    expected,
                    "{service:?} {action} {filter}"
                );
                assert_eq!(meta.unwrap()["count"], expected.len());
            }
        }
    }
}

#[test]
fn a_mail_has_every_field_that_the_client_knows() {
    for service in SERVICES {
        let world = World::synced(service, 60);
        let (rows, _) = ask(
            &world,
            "listPerson",
            json!({ "subjectMerge": "true", "filter": r#"{"boxType":"in"}"# }),
        );
        let merged = rows.as_array().unwrap();
        let row = merged.iter().find(|row| row["relatedMessageCount"] != 1).unwrap();
        let params = json!({ "filterByTk": row["id"].to_string(), "appends": "children,labels,note,user" });
        let (mail, _) = ask(&world, "get", params);
        // What no mail has had yet is null in a database, and not there in this memory.
        let listed = "id email mailId rawId boxType isRead isDraft from fromUser to toUsers cc ccUsers bcc bccUsers date \
            subject replyTo conversationId relatedMessageIds relatedMessagesIsRead relatedMessageLatestDate parentId \
            attachments userId labels isTodo createdAt updatedAt";
        for name in listed.split_whitespace() {
            assert!(row.get(name).is_some(), "{service:?}: {name} of a row");
            assert!(mail.get(name).is_some(), "{service:?}: {name}");
        }
        for name in ["children", "bodyText", "bodyHtml", "user", "note"] {
            assert!(mail.get(name).is_some(), "{service:?}: {name}");
        }
        let child = &mail["children"][0];
        assert_eq!(
            (&mail["parentId"], &child["parentId"]),
            (&Value::Null, &mail["id"])
        );
        assert_eq!(child["conversationId"], mail["conversationId"]);
        for person in ["address", "name"] {
            assert!(mail["fromUser"].get(person).is_some(), "{service:?}: {person}");
        }
    }
}
