//! Answers against the providers' own machine-readable descriptions: Google's discovery document and the metadata of
//! Microsoft Graph, read from the folder that `EMAIL_MANAGER_ORACLE` names. Without it the check says that it did not run.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "test code"
)]

mod common;

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

use common::{ALICE, BOB, Client};
use serde_json::{Value, json};

fn oracle(file: &str) -> Option<String> {
    let Ok(folder) = std::env::var("EMAIL_MANAGER_ORACLE") else {
        eprintln!("oracle check not run: EMAIL_MANAGER_ORACLE is not set");
        return None;
    };
    let path = PathBuf::from(folder).join(file);
    Some(std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display())))
}

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
    println!("{} answers of Gmail checked", answers.len());
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

/// Types of the Graph metadata: properties with their types, bases, and enumerations.
struct Metadata {
    types: BTreeMap<String, (Option<String>, BTreeMap<String, String>)>,
    enumerations: BTreeMap<String, BTreeSet<String>>,
}

fn attribute(tag: &str, name: &str) -> Option<String> {
    let (_, rest) = tag.split_once(&format!(" {name}=\""))?;
    Some(rest.split('"').next()?.to_owned())
}

impl Metadata {
    fn read(text: &str) -> Self {
        let mut metadata = Self {
            types: BTreeMap::new(),
            enumerations: BTreeMap::new(),
        };
        let (mut current, mut enumeration) = (String::new(), String::new());
        // Only the namespace microsoft.graph, which comes first in the file by its schema tag.
        let start = text.find("<Schema Namespace=\"microsoft.graph\"").unwrap();
        let schema = text.get(start..).unwrap().split("</Schema>").next().unwrap();
        for tag in schema.split('<') {
            let name = attribute(tag, "Name");
            match tag.split([' ', '>', '/']).next().unwrap_or_default() {
                "EntityType" | "ComplexType" => {
                    current = name.unwrap();
                    let base = attribute(tag, "BaseType").map(|base| base.replace("graph.", ""));
                    metadata.types.insert(current.clone(), (base, BTreeMap::new()));
                }
                "Property" | "NavigationProperty" => {
                    if let (Some(name), Some((_, properties))) = (name, metadata.types.get_mut(&current)) {
                        properties.insert(name, attribute(tag, "Type").unwrap());
                    }
                }
                "EnumType" => {
                    enumeration = name.unwrap();
                    metadata.enumerations.insert(enumeration.clone(), BTreeSet::new());
                }
                "Member" => {
                    if let (Some(name), Some(members)) = (name, metadata.enumerations.get_mut(&enumeration)) {
                        members.insert(name);
                    }
                }
                _ => {}
            }
        }
        metadata
    }

    fn property(&self, kind: &str, name: &str) -> Option<&String> {
        let (base, properties) = self.types.get(kind)?;
        properties
            .get(name)
            .or_else(|| self.property(base.as_deref()?, name))
    }

    fn check(&self, kind: &str, value: &Value, path: &str, wrong: &mut BTreeSet<String>) {
        if let Some(inner) = kind
            .strip_prefix("Collection(")
            .and_then(|kind| kind.strip_suffix(')'))
        {
            match value.as_array() {
                Some(items) => items
                    .iter()
                    .for_each(|item| self.check(inner, item, &format!("{path}[]"), wrong)),
                None => {
                    wrong.insert(format!("{path}: not a collection"));
                }
            }
            return;
        }
        let sound = match kind {
            "Edm.String" => value.is_string() || value.is_null(),
            "Edm.Boolean" => value.is_boolean() || value.is_null(),
            "Edm.Int32" => value.as_i64().is_some_and(|number| i32::try_from(number).is_ok()),
            "Edm.DateTimeOffset" => value
                .as_str()
                .is_some_and(|text| chrono::DateTime::parse_from_rfc3339(text).is_ok()),
            "Edm.Binary" => value.as_str().is_some_and(|text| text.len() % 4 == 0),
            _ => {
                let name = kind.replace("graph.", "").replace("microsoft.", "");
                if let Some(members) = self.enumerations.get(&name) {
                    value.as_str().is_some_and(|text| members.contains(text))
                } else if value.is_null() {
                    true
                } else {
                    return self.check_object(&name, value, path, wrong);
                }
            }
        };
        if !sound {
            wrong.insert(format!("{path}: {value} is no {kind}"));
        }
    }

    fn check_object(&self, kind: &str, value: &Value, path: &str, wrong: &mut BTreeSet<String>) {
        let Some(members) = value.as_object() else {
            wrong.insert(format!("{path}: not an object"));
            return;
        };
        for (name, member) in members.iter().filter(|(name, _)| !name.starts_with('@')) {
            match self.property(kind, name) {
                Some(inner) => self.check(inner, member, &format!("{path}.{name}"), wrong),
                None => {
                    wrong.insert(format!("{path}.{name}: not in {kind}"));
                }
            }
        }
    }
}

#[test]
fn graph_answers_fit_the_metadata() {
    let Some(text) = oracle("graph-v1.0-csdl.xml") else {
        return;
    };
    let metadata = Metadata::read(&text);
    assert!(
        metadata.property("message", "changeKey").is_some() && metadata.property("message", "id").is_some()
    );
    let me = "/microsoft/graph/v1.0/me";
    let mut client = Client::graph(400);
    let mut wrong = BTreeSet::new();
    let mut checked = 0;
    let mut check = |kind: &str, value: &Value| {
        metadata.check_object(kind, value, kind, &mut wrong);
        checked += 1;
    };
    check("user", &client.get(me));
    for folder in client.links(&format!("{me}/mailFolders/delta")).0 {
        check("mailFolder", &folder);
        let id = folder["id"].as_str().unwrap();
        let (messages, delta) = client.links(&format!("{me}/mailFolders/{id}/messages/delta?$top=100"));
        messages.iter().for_each(|message| check("message", message));
        client.control(
            "deliver",
            json!({ "mailbox": BOB, "subject": "x", "text": "y", "folder": folder["displayName"] }),
        );
        client
            .links(&delta)
            .0
            .iter()
            .for_each(|message| check("message", message));
    }
    let (all, _) = client.links(&format!(
        "{me}/messages?$top=100&$select=id,internetMessageHeaders,uniqueBody,hasAttachments"
    ));
    for message in &all {
        check("message", message);
        let id = message["id"].as_str().unwrap();
        for file in client.get(&format!("{me}/messages/{id}/attachments"))["value"]
            .as_array()
            .unwrap()
        {
            assert_eq!(file["@odata.type"], "#microsoft.graph.fileAttachment");
            check("fileAttachment", file);
        }
    }
    let first = all[0]["id"].as_str().unwrap();
    for action in ["createReply", "createReplyAll", "createForward"] {
        check(
            "message",
            &client
                .post(&format!("{me}/messages/{first}/{action}"), json!({}))
                .1,
        );
    }
    check(
        "message",
        &client.get(&format!("{me}/messages/{first}?$expand=attachments")),
    );
    assert!(wrong.is_empty(), "{wrong:#?}");
    println!("{checked} objects of Graph checked");
}
