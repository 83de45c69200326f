//! Graph's answers against the metadata (CSDL).

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};

use crate::common::{BOB, Client};
use crate::oracle;

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
    eprintln!("{checked} objects of Graph checked");
}
