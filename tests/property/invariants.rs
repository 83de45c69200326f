//! What holds once nothing goes wrong any more and time has passed.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Utc};
use email_manager::host::Row;
use serde_json::Value;

use crate::observer::Violation;
use crate::pages::is_there;
use crate::support::service::Service;
use crate::world::World;

/// What of a mail has to agree.
#[derive(Debug, PartialEq, Eq)]
struct Digest {
    box_type: String,
    folders: BTreeSet<String>,
    is_read: bool,
    is_starred: bool,
    categories: BTreeSet<String>,
    conversation: String,
    subject: String,
    from: String,
    /// In seconds: the provider's side is told so.
    date: Option<i64>,
    files: usize,
}

/// Checks everything that holds at the end.
pub fn check(world: &World) {
    let outcome = equality(world)
        .and_then(|()| agreement(world))
        .and_then(|()| tally(world))
        .and_then(|()| intents(world));
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
        let wanted = world.texts.get(&id).map(|text| words(text));
        let body = words(&text(row, "bodyHtml"));
        if wanted.is_some_and(|wanted| body != wanted && body != format!("Hello{wanted}")) {
            return violation(format!("{id} has another text: {body}"));
        }
    }
    for (id, mail) in &there {
        match here.get(id) {
            // It is gone here; what its user wished is checked beside this.
            None if world.observer.is_given_up(id) => {}
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

/// The ledger agrees: nothing waits, and what is called left out is.
fn agreement(world: &World) -> Result<(), Violation> {
    let violation = |detail: String| Err(Violation::new("the ledger agrees with the database", detail));
    let there = expected(world, &world.provider.state());
    for row in world.site.ledger() {
        let (id, state) = (text(&row, "mailId"), text(&row, "state"));
        if (state != "skipped" && state != "gone") || there.contains_key(&id) {
            return violation(format!("{id} is {state}, at the provider {:?}", there.get(&id)));
        }
    }
    Ok(())
}

/// The number that an account shows is that of the mails stored and shown.
fn tally(world: &World) -> Result<(), Violation> {
    let rows = world.site.site.host.rows("mailMessages");
    let count = rows
        .iter()
        .filter(|row| is_there(row) && row["mailId"].is_string())
        .count();
    let told = world.account()["syncState"]["stored"].clone();
    match told == count {
        true => Ok(()),
        false => Err(Violation::new(
            "the account tells how many mails are stored",
            format!("{told}, and {count} are"),
        )),
    }
}

/// What was granted here and not overtaken is so at the provider.
fn intents(world: &World) -> Result<(), Violation> {
    let messages = world.provider.messages();
    // Their user was told that the provider said no.
    let refused = world.site.site.host.rows("mailOutgoing");
    let is_refused = |id: &str| {
        refused
            .iter()
            .any(|row| row["state"] == "refused" && row["mailId"] == id)
    };
    for (intent, uttered) in &world.granted {
        let message = messages
            .iter()
            .find(|message| world.service().id(message) == intent.mail_id);
        // What is gone needs nothing.
        let Some(message) = message else { continue };
        let holds = intent.holds(world.service(), message) || is_refused(&intent.mail_id);
        if world.is_last_word(intent, *uttered) && !holds {
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
    let seconds = |value: &Value| instant(value).map(|at| at.timestamp());
    let since = world.since.as_ref().and_then(instant);
    let mut mails = BTreeMap::new();
    for message in state["messages"].as_array().into_iter().flatten() {
        if since.is_some_and(|since| instant(&message["received"]).is_some_and(|at| at < since)) {
            continue;
        }
        let (id, box_type, is_read, is_starred) = service.expected(message);
        let folders = match service {
            Service::Google => texts(&message["labels"]),
            Service::Microsoft => BTreeSet::from([text_of(&message["folderId"])]),
        };
        if world
            .left_out
            .covers(&box_type, folders.iter(), message["from"].as_str())
        {
            continue;
        }
        let conversation = match service {
            Service::Google => "threadId",
            Service::Microsoft => "conversationId",
        };
        let digest = Digest {
            box_type,
            folders,
            is_read,
            is_starred,
            categories: texts(&message["categories"]),
            conversation: text_of(&message[conversation]),
            subject: text_of(&message["subject"]),
            from: text_of(&message["from"]),
            date: seconds(&message["received"]),
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
        folders: texts(&row["folderIds"]),
        categories: texts(&row["categories"]),
        conversation: text(row, "conversationId"),
        from: text(row, "from"),
        date: text(row, "date")
            .parse::<DateTime<Utc>>()
            .ok()
            .map(|at| at.timestamp()),
        is_read: flag("isRead"),
        is_starred: flag("isStarred"),
        subject: text(row, "subject"),
        files: row["attachments"].as_array().map_or(0, Vec::len),
    }
}

fn text(row: &Row, column: &str) -> String {
    text_of(&row[column])
}

fn text_of(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

fn texts(list: &Value) -> BTreeSet<String> {
    list.as_array().into_iter().flatten().map(text_of).collect()
}

/// The letters and digits outside tags: what stays of a text however it is wrapped.
fn words(html: &str) -> String {
    let outside = html
        .split('<')
        .map(|piece| piece.rsplit_once('>').map_or(piece, |(_, text)| text));
    outside
        .flat_map(str::chars)
        .filter(char::is_ascii_alphanumeric)
        .collect()
}
