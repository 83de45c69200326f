//! Gmail's answers and addresses against the discovery document.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use crate::common::{ALICE, Client};
use crate::oracle;

/// Checks a value against a discovery schema: what is wrong, by path.
fn discover(schemas: &Value, schema: &Value, value: &Value, path: &str, wrong: &mut BTreeSet<String>) {
    if let Some(name) = schema["$ref"].as_str() {
        return discover(schemas, &schemas[name], value, path, wrong);
    }
    let mut fail = |what: &str| {
        wrong.insert(format!("{path}: {what}"));
    };
    match schema["type"].as_str().unwrap_or_default() {
        "object" => {
            let Some(members) = value.as_object() else {
                return fail("not an object");
            };
            for (name, member) in members {
                match schema["properties"].get(name) {
                    Some(inner) => discover(schemas, inner, member, &format!("{path}.{name}"), wrong),
                    None => {
                        wrong.insert(format!("{path}.{name}: unknown"));
                    }
                }
            }
        }
        "array" => {
            let Some(items) = value.as_array() else {
                return fail("not an array");
            };
            for item in items {
                discover(schemas, &schema["items"], item, &format!("{path}[]"), wrong);
            }
        }
        "string" => {
            let Some(text) = value.as_str() else {
                return fail("not a string");
            };
            let sound = match schema["format"].as_str() {
                Some("uint64") => text.parse::<u64>().is_ok(),
                Some("int64") => text.parse::<i64>().is_ok(),
                Some("byte") => text
                    .bytes()
                    .all(|byte| byte.is_ascii_alphanumeric() || b"-_=".contains(&byte)),
                _ => true,
            };
            if !sound {
                fail("not of its format");
            }
            if schema["enum"]
                .as_array()
                .is_some_and(|allowed| !allowed.contains(value))
            {
                fail(&format!("{text} is not in the enumeration"));
            }
        }
        "integer" => {
            let limit = if schema["format"] == "uint32" {
                i64::from(u32::MAX)
            } else {
                i64::from(i32::MAX)
            };
            if !value.as_i64().is_some_and(|number| (0..=limit).contains(&number)) {
                fail("not an integer of its format");
            }
        }
        "boolean" if !value.is_boolean() => fail("not a boolean"),
        _ => {}
    }
}

#[test]
fn gmail_answers_fit_the_discovery_document() {
    let Some(text) = oracle("gmail.v1.discovery.json") else {
        return;
    };
    let document: Value = serde_json::from_str(&text).unwrap();
    let mut planted = BTreeSet::new();
    let bad = json!({ "id": 1, "historyId": "x", "payload": { "nonsense": 1 }, "labelIds": "INBOX" });
    discover(
        &document["schemas"],
        &json!({ "$ref": "Message" }),
        &bad,
        "planted",
        &mut planted,
    );
    assert_eq!(planted.len(), 4, "{planted:#?}");

    let mut client = Client::gmail(400);
    let me = "/google/gmail/v1/users/me";
    let start = client.get(&format!("{me}/profile"))["historyId"]
        .as_str()
        .unwrap()
        .to_owned();
    let new = client.control(
        "deliver",
        json!({ "mailbox": ALICE, "subject": "x", "text": "y" }),
    )["delivered"][0]["id"]
        .clone();
    client.control(
        "mark",
        json!({ "mailbox": ALICE, "id": new, "starred": true, "read": true }),
    );
    client.control("delete", json!({ "mailbox": ALICE, "id": new }));

    let mut answers: Vec<(&str, Value)> = vec![
        ("Profile", client.get(&format!("{me}/profile"))),
        ("ListLabelsResponse", client.get(&format!("{me}/labels"))),
        ("Label", client.get(&format!("{me}/labels/INBOX"))),
        ("Label", client.get(&format!("{me}/labels/Label_1"))),
        (
            "ListMessagesResponse",
            client.get(&format!("{me}/messages?maxResults=5")),
        ),
        (
            "ListThreadsResponse",
            client.get(&format!("{me}/threads?maxResults=5")),
        ),
        (
            "ListHistoryResponse",
            client.get(&format!("{me}/history?startHistoryId={start}")),
        ),
        ("ListSendAsResponse", client.get(&format!("{me}/settings/sendAs"))),
    ];
    let listed = client.pages(
        &format!("{me}/messages?maxResults=500&includeSpamTrash=true"),
        "messages",
    );
    for item in &listed {
        let id = item["id"].as_str().unwrap();
        for format in ["full", "metadata", "minimal", "raw"] {
            answers.push((
                "Message",
                client.get(&format!("{me}/messages/{id}?format={format}")),
            ));
        }
    }
    for item in client.pages(&format!("{me}/threads?maxResults=100"), "threads") {
        answers.push((
            "Thread",
            client.get(&format!("{me}/threads/{}", item["id"].as_str().unwrap())),
        ));
    }
    let first = listed[0]["id"].as_str().unwrap();
    answers.push((
        "Message",
        client
            .post(
                &format!("{me}/messages/{first}/modify"),
                json!({ "addLabelIds": ["STARRED"] }),
            )
            .1,
    ));
    let with_file = client.get(&format!("{me}/messages?q=has:attachment"))["messages"][0]["id"]
        .as_str()
        .unwrap()
        .to_owned();
    let message = client.get(&format!("{me}/messages/{with_file}"));
    let file = message["payload"]["parts"]
        .as_array()
        .unwrap()
        .iter()
        .find(|part| part["body"]["attachmentId"].is_string())
        .unwrap();
    let file = file["body"]["attachmentId"].as_str().unwrap();
    answers.push((
        "MessagePartBody",
        client.get(&format!("{me}/messages/{with_file}/attachments/{file}")),
    ));

    let mut wrong = BTreeSet::new();
    for (schema, answer) in &answers {
        discover(
            &document["schemas"],
            &json!({ "$ref": schema }),
            answer,
            schema,
            &mut wrong,
        );
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
    eprintln!("{} answers of Gmail checked", answers.len());
}

#[test]
fn gmail_methods_exist_in_the_discovery_document() {
    let Some(text) = oracle("gmail.v1.discovery.json") else {
        return;
    };
    let document: Value = serde_json::from_str(&text).unwrap();
    let mut known = BTreeSet::new();
    let mut open = vec![&document["resources"]["users"]];
    while let Some(resource) = open.pop() {
        for method in resource["methods"]
            .as_object()
            .into_iter()
            .flat_map(serde_json::Map::values)
        {
            let path = method["path"]
                .as_str()
                .unwrap()
                .replace("gmail/v1/users/{userId}/", "");
            known.insert(format!("{} {path}", method["httpMethod"].as_str().unwrap()));
        }
        open.extend(
            resource["resources"]
                .as_object()
                .into_iter()
                .flat_map(serde_json::Map::values),
        );
    }
    // Every address this suite uses, by its template.
    for used in [
        "GET profile",
        "GET labels",
        "GET labels/{id}",
        "POST labels",
        "GET messages",
        "GET messages/{id}",
        "POST messages/{id}/modify",
        "POST messages/{id}/trash",
        "POST messages/{id}/untrash",
        "DELETE messages/{id}",
        "POST messages/batchModify",
        "POST messages/batchDelete",
        "POST messages/send",
        "GET messages/{messageId}/attachments/{id}",
        "GET threads",
        "GET threads/{id}",
        "POST threads/{id}/modify",
        "POST threads/{id}/trash",
        "POST threads/{id}/untrash",
        "GET history",
        "GET settings/sendAs",
        "GET settings/sendAs/{sendAsEmail}",
    ] {
        assert!(known.contains(used), "{used}");
    }
}
