//! What holds once nothing goes wrong any more and time has passed.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Utc};
use email_manager::host::Row;
use serde_json::Value;

use crate::observer::{Violation, is_there};
use crate::support::service::Service;
use crate::world::World;

/// What of a mail has to agree.
#[derive(Debug, PartialEq, Eq)]
struct Digest {
    box_type: String,
    folders: BTreeSet<String>,
    is_read: bool,
    is_starred: bool,
    subject: String,
    files: usize,
}

/// Checks everything that holds at the end.
pub fn check(world: &World) {
    let outcome = equality(world).and_then(|()| intents(world));
    if let Err(violation) = outcome {
        world.observer.violate(violation);
    }
    world.observer.check_fetches();
}

/// Whether the database says what the provider says.
pub fn is_equal(world: &World) -> bool {
    equality(world).is_ok()
}

/// The database says what the provider says: ids, boxes, folders, labels, flags, texts.
fn equality(world: &World) -> Result<(), Violation> {
    let violation = |detail: String| Err(Violation::new("the database equals the provider", detail));
    let state = world.provider.state();
    let there = expected(world, &state);
    let rows = world.site.site.host.rows("mailMessages");
    let mut here = BTreeMap::new();
    for row in rows.iter().filter(|row| is_there(row)) {
        let id = text(row, "mailId");
        if here.insert(id.clone(), stored(row)).is_some() {
            return violation(format!("{id} is stored twice"));
        }
        let body = text(row, "bodyText") + &text(row, "bodyHtml");
        let wanted = world.texts.get(&id).cloned().unwrap_or_default();
        if !body.contains(&wanted) {
            return violation(format!("{id} has an old text instead of {wanted:?}"));
        }
    }
    for (id, mail) in &there {
        match here.get(id) {
            None => return violation(format!("{id} is missing: {mail:?}")),
            Some(stored) if stored != mail => {
                return violation(format!("{id} is {stored:?}, at the provider {mail:?}"));
            }
            Some(_) => {}
        }
    }
    match here.keys().find(|id| !there.contains_key(*id)) {
        Some(id) => violation(format!("{id} is stored, and the provider has no such mail")),
        None => Ok(()),
    }
}

/// What was granted here and not overtaken is so at the provider.
fn intents(world: &World) -> Result<(), Violation> {
    let messages = world.provider.messages();
    for (intent, uttered) in &world.granted {
        let message = messages
            .iter()
            .find(|message| world.service().id(message) == intent.mail_id);
        // What is gone needs nothing.
        let Some(message) = message else { continue };
        if world.is_last_word(intent, *uttered) && !intent.change.holds(message) {
            return Err(Violation::new(
                "no local intent is lost",
                format!("{intent:?} was granted, at the provider: {message}"),
            ));
        }
    }
    Ok(())
}

fn expected(world: &World, state: &Value) -> BTreeMap<String, Digest> {
    let service = world.service();
    let instant = |value: &Value| -> Option<DateTime<Utc>> { value.as_str()?.parse().ok() };
    let since = world.since.as_ref().and_then(instant);
    let mut mails = BTreeMap::new();
    for message in state["messages"].as_array().into_iter().flatten() {
        if since.is_some_and(|since| instant(&message["received"]).is_some_and(|at| at < since)) {
            continue;
        }
        let (id, box_type, is_read, is_starred) = service.expected(message);
        let folders = match service {
            Service::Google => message["labels"]
                .as_array()
                .into_iter()
                .flatten()
                .filter_map(Value::as_str)
                .map(str::to_owned)
                .collect(),
            Service::Microsoft => state["folders"]
                .as_array()
                .into_iter()
                .flatten()
                .filter(|folder| folder["name"] == message["folder"])
                .filter_map(|folder| folder["id"].as_str())
                .map(str::to_owned)
                .collect(),
        };
        let digest = Digest {
            box_type,
            folders,
            is_read,
            is_starred,
            subject: message["subject"].as_str().unwrap_or_default().to_owned(),
            files: usize::try_from(message["attachments"].as_u64().unwrap_or_default()).unwrap_or_default(),
        };
        mails.insert(id, digest);
    }
    mails
}

fn stored(row: &Row) -> Digest {
    let flag = |column: &str| row[column].as_bool().unwrap_or_default();
    Digest {
        box_type: text(row, "boxType"),
        folders: row["folderIds"]
            .as_array()
            .into_iter()
            .flatten()
            .filter_map(Value::as_str)
            .map(str::to_owned)
            .collect(),
        is_read: flag("isRead"),
        is_starred: flag("isStarred"),
        subject: text(row, "subject"),
        files: row["attachments"].as_array().map_or(0, Vec::len),
    }
}

fn text(row: &Row, column: &str) -> String {
    row[column].as_str().unwrap_or_default().to_owned()
}
