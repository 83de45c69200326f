//! Attacks on every action that the manifest lists, so that a new action is attacked from its first day.
#![allow(missing_docs, clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use crate::support::service::{SERVICES, Service};
use crate::support::world::World;
use crate::support::{ADMIN, OTHER, USER};
use email_manager::error::{Error, ErrorCode, Result};
use email_manager::plugin::{self, Access, ActionEntry, ActionResponse, User};
use email_manager::store::collections;
use serde_json::{Value, json};

fn call(world: &World, user: Option<User>, action: &ActionEntry, input: &Value) -> Result<ActionResponse> {
    // Each parameter is read from the body or from the query.
    let (params, values) = (input.clone(), input.clone());
    world
        .site
        .call(user, action.resource, action.name, params, values)
}

/// Everything that is stored, but for when somebody looked.
fn stored(world: &World) -> String {
    let tables = collections::all().into_iter();
    let tables = tables.map(|each| (each.name, world.site.host.rows(each.name)));
    serde_json::to_string(&tables.collect::<Vec<_>>()).unwrap()
}

/// Names what belongs to [`USER`], in every way in which an action may ask for it.
fn of_the_owner(world: &World) -> Vec<Value> {
    let account = world.account();
    let mails = world.site.host.rows("mailMessages");
    let mail = mails
        .iter()
        .find(|mail| {
            mail["attachments"]
                .as_array()
                .is_some_and(|list| !list.is_empty())
        })
        .unwrap_or(&mails[0]);
    let named = |key: &Value| {
        let attachment = &mail["attachments"][0];
        json!({
            "email": account["email"], "emails": [account["email"]], "type": world.service.name(),
            "accountId": account["id"], "userId": USER.id, "user": { "id": USER.id, "canConfigure": true },
            "id": key, "messageId": mail["id"], "mailIds": [mail["mailId"]], "filterByTk": key,
            "attachmentId": attachment["attachmentId"], "contentId": attachment["contentId"],
            "filter": { "$or": [{ "id": { "$gt": 0 } }, { "accountId": account["id"] }] }, "pageSize": 200,
            "isRead": mail["isRead"] == false, "paused": true, "startDate": "2020-01-01", "reauthorize": true,
            "config": { "displayName": "somebody else" }, "appends": ["user"],
        })
    };
    vec![named(&account["id"]), named(&mail["id"])]
}

#[test]
fn every_action_is_refused_without_a_login_and_changes_nothing() {
    for service in SERVICES {
        let world = World::synced(service, 20);
        let before = stored(&world);
        world.wire.take_requests();
        for action in plugin::manifest().actions {
            for input in of_the_owner(&world) {
                let error = call(&world, None, &action, &input).unwrap_err();
                assert_eq!(
                    error.code(),
                    ErrorCode::Unauthenticated,
                    "{}:{}",
                    action.resource,
                    action.name
                );
            }
        }
        assert_eq!(stored(&world), before);
        assert_eq!(world.wire.take_requests(), [""; 0]);
    }
}

#[test]
fn every_action_of_the_settings_is_refused_without_their_permission_and_changes_nothing() {
    let world = World::synced(Service::Google, 20);
    let before = stored(&world);
    world.wire.take_requests();
    let actions = plugin::manifest().actions.into_iter();
    let settings: Vec<ActionEntry> = actions.filter(|each| each.access == Access::Settings).collect();
    assert!(settings.len() >= 10);
    for action in settings {
        let mut input = of_the_owner(&world).remove(0);
        input["section"] = json!("google");
        input["values"] = json!({ "clientId": "changed", "enabled": false });
        let error = call(&world, Some(USER), &action, &input).unwrap_err();
        assert_eq!(
            error.code(),
            ErrorCode::Forbidden,
            "{}:{}",
            action.resource,
            action.name
        );
    }
    assert_eq!(stored(&world), before);
    assert_eq!(world.wire.take_requests(), [""; 0]);
}

#[test]
fn no_action_shows_or_changes_anything_of_somebody_else() {
    for service in SERVICES {
        let world = World::synced(service, 30);
        let before = stored(&world);
        let mails = world.site.host.rows("mailMessages");
        let subjects: Vec<&str> = mails.iter().filter_map(|mail| mail["subject"].as_str()).collect();
        assert!(subjects.iter().filter(|subject| subject.len() > 8).count() > 10);
        world.wire.take_requests();
        let actions = plugin::manifest().actions.into_iter();
        for action in actions.filter(|each| each.access == Access::LoggedIn) {
            // Beginning an authorisation of one's own is everybody's right, and stores that it was begun.
            if action.name == "oauth2url" {
                continue;
            }
            for input in of_the_owner(&world) {
                let answer = call(&world, Some(OTHER), &action, &input);
                let told = match &answer {
                    Ok(answer) => format!("{:?} {:?}", answer.body, answer.content),
                    Err(error) => format!("{error} {error:?}"),
                };
                let what = format!("{}:{}: {told}", action.resource, action.name);
                assert!(!told.contains(service.mailbox()), "{what}");
                let seen = subjects
                    .iter()
                    .find(|subject| subject.len() > 8 && told.contains(**subject));
                assert_eq!(seen, None, "{what}");
                assert_eq!(stored(&world), before, "{what}");
            }
        }
        assert_eq!(
            world.wire.take_requests().len(),
            0,
            "{service:?}: the provider was asked with the owner's token"
        );
    }
}

/// Nested as deep as the boundary lets through.
fn nested(depth: usize) -> Value {
    (0..depth).fold(json!({}), |inner, level| match level % 2 {
        0 => json!([inner]),
        _ => json!({ "$and": inner, "__proto__": 1 }),
    })
}

/// What may come instead of a value; `size` is about how much of it.
fn hostile(size: usize) -> Vec<(&'static str, Value)> {
    let polluting = json!({ "isAdmin": true, "canConfigure": true, "toString": null });
    let long = "x".repeat(size);
    vec![
        (
            "a prototype",
            json!({ "__proto__": polluting, "constructor": { "prototype": polluting } }),
        ),
        ("a nest", nested(60)),
        ("a long text", json!(long)),
        ("a long list", json!(vec![json!(1); size / 16])),
        ("a long list of texts", json!(vec!["x"; size / 16])),
        ("many members", {
            let members = (0..size / 64).map(|number| (format!("member{number}"), json!(number)));
            Value::Object(members.collect())
        }),
        ("control characters", json!("\u{0}\r\nSet-Cookie: a=b\u{1b}[2J")),
        ("a number beyond", json!(1e300)),
        ("a negative number", json!(-1)),
        ("nothing", Value::Null),
    ]
}

/// What no action reads, and attackers try.
const UNREAD: [&str; 6] = [
    "__proto__",
    "constructor",
    "prototype",
    "user",
    "userId",
    "session",
];

/// Where actions read their parameters.
const READING: [&str; 8] = [
    "plugin/actions",
    "compose/payload.rs",
    "drafts.rs",
    "templates.rs",
    "mail/labels.rs",
    "mail/notes.rs",
    "mail/query.rs",
    "account/config.rs",
];

/// Every parameter that any action reads, taken from the sources, so that a new one is attacked from its first day.
fn parameters() -> Vec<String> {
    let sources = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let files = READING.iter().flat_map(|each| {
        let path = sources.join(each);
        match path.is_dir() {
            false => vec![path],
            true => fs::read_dir(path)
                .unwrap()
                .map(|entry| entry.unwrap().path())
                .collect(),
        }
    });
    let mut names: BTreeSet<String> = UNREAD.iter().map(|name| (*name).to_owned()).collect();
    for file in files {
        let text = fs::read_to_string(file).unwrap();
        let calls = [
            "text(",
            "texts(",
            "parameter(",
            "required(",
            "identifiers(",
            "given(",
            "get(",
            "list(",
            "id(",
        ];
        for part in calls.iter().flat_map(|call| text.split(call).skip(1)) {
            let arguments = part.trim_start_matches("&call, ").trim_start_matches("call, ");
            let name = arguments
                .strip_prefix('"')
                .and_then(|rest| rest.split('"').next());
            let is_name =
                |name: &&str| name.starts_with(char::is_lowercase) && name.chars().all(char::is_alphanumeric);
            names.extend(name.filter(is_name).map(str::to_owned));
        }
    }
    names.into_iter().collect()
}

#[test]
fn the_parameters_that_are_attacked_are_those_that_actions_read() {
    let names = parameters();
    for known in [
        "email",
        "filterByTk",
        "filter",
        "state",
        "code",
        "section",
        "subject",
        "attachments",
        "undoSeconds",
        "variables",
        "scopes",
        "outcome",
        "folders",
    ] {
        assert!(names.iter().any(|name| name == known), "{known} of {names:?}");
    }
}

#[test]
fn no_action_is_harmed_by_hostile_input() {
    let world = World::synced(Service::Google, 20);
    world
        .site
        .host
        .answer(|_| Err(Error::new(ErrorCode::NetworkFailed, "no route to the provider")));
    let before = stored(&world);
    let base = {
        let mut input = of_the_owner(&world).remove(0);
        for (name, value) in [
            ("section", "google"),
            ("type", "google"),
            ("email", "nobody@example.com"),
        ] {
            input[name] = json!(value);
        }
        input
    };
    let parameters = parameters();
    for action in plugin::manifest().actions {
        let what = format!("{}:{}", action.resource, action.name);
        let attack = |user: User, kind: &str, input: &Value| {
            let Err(error) = call(&world, Some(user), &action, input) else {
                return;
            };
            let is_fault = error.code().http_status() >= 500 && error.code() != ErrorCode::NetworkFailed;
            assert!(!is_fault, "{what} with {kind}: {error}");
            assert!(
                error.to_string().len() < 1_000,
                "{what} with {kind}: the error repeats what was sent"
            );
        };
        for (kind, value) in hostile((4 << 20) / parameters.len()) {
            let everywhere = parameters.iter().map(|name| (name.clone(), value.clone()));
            let everywhere = Value::Object(everywhere.collect());
            for user in [OTHER, ADMIN] {
                attack(user, kind, &everywhere);
            }
        }
        // With the rest as it should be, so that each value is looked at.
        for (kind, value) in hostile(4 << 10) {
            for name in &parameters {
                let mut input = base.clone();
                input[name.as_str()] = value.clone();
                attack(ADMIN, kind, &input);
            }
        }
    }
    let after = stored(&world);
    assert!(
        after.len() < before.len() + (1 << 20),
        "{} bytes were stored",
        after.len() - before.len()
    );
    for word in ["__proto__", "isAdmin", "Set-Cookie"] {
        assert!(!after.contains(word), "{word} was stored");
    }
    world.assert_equal();
}
