//! What tests of users' changes share: making them, and looking at both sides.

use chrono::TimeDelta;
use email_manager::error::Result;
use email_manager::host::{Batch, CommitOutcome, Filter, Host, Row, row as columns};
use serde_json::{Value, json};

use super::world::World;
use super::{OTHER, USER};

pub fn row(world: &World, mail_id: &str) -> Row {
    let rows = world.site.host.rows("mailMessages");
    rows.into_iter().find(|row| row["mailId"] == mail_id).unwrap()
}

pub fn id(world: &World, mail_id: &str) -> i64 {
    row(world, mail_id)["id"].as_i64().unwrap()
}

pub fn queue(world: &World) -> Vec<Row> {
    world.site.host.rows("mailOutgoing")
}

pub fn call(world: &World, resource: &str, action: &str, values: Value) -> Result<Value> {
    let answer = world.site.call(Some(USER), resource, action, json!({}), values)?;
    Ok(answer.body)
}

/// Does `values` to mails.
pub fn organise(world: &World, mail_ids: &[&str], mut values: Value) -> Value {
    values["ids"] = mail_ids.iter().map(|mail_id| id(world, mail_id)).collect();
    let answer = world
        .site
        .call(Some(USER), "mail", "messagesOrganise", json!({}), values)
        .unwrap();
    assert_eq!(answer.wake, ["sync"], "the provider is told right away");
    answer.body
}

/// Nothing waits, and both sides say the same.
pub fn assert_settled(world: &World, what: &str) {
    assert_eq!(queue(world), Vec::new(), "{what}");
    assert_eq!(world.stored(), world.expected(), "{:?} {what}", world.service);
}

/// Where a mail stands here: box, read, starred.
pub fn here(world: &World, mail_id: &str) -> (String, bool, bool) {
    let row = row(world, mail_id);
    let flag = |name: &str| row[name].as_bool().unwrap();
    (
        row["boxType"].as_str().unwrap().to_owned(),
        flag("isRead"),
        flag("isStarred"),
    )
}

/// Where it stands at the provider.
pub fn there(world: &World, mail_id: &str) -> (String, bool, bool) {
    let found = world.expected().into_iter().find(|mail| mail.0 == mail_id);
    let (_, box_type, read, starred) = found.unwrap();
    (box_type, read, starred)
}

/// A mail in the inbox that is neither read nor starred.
pub fn unread(world: &World) -> String {
    let inbox = world.in_box("in");
    let plain = |id: &String| there(world, id) == ("in".to_owned(), false, false);
    inbox.into_iter().find(plain).unwrap()
}

/// Lets queued changes wait, or lets them go.
pub fn hold_queue(world: &World, wait: bool) {
    let now = world.site.host.now();
    let next = if wait { now + TimeDelta::hours(1) } else { now };
    let values = columns([("nextAttemptAt", json!(next))]);
    let batch = Batch::new().update("mailOutgoing", Filter::all(), values);
    let outcome = pollster::block_on(world.site.host.commit(batch)).unwrap();
    assert_eq!(outcome, CommitOutcome::Committed);
}

/// The change was undone and says so until its user has seen it.
pub fn assert_refused(world: &World, mail_id: &str, code: &str) {
    let listed = world
        .site
        .call(
            Some(USER),
            "mailMessages",
            "list",
            json!({ "filter": { "mailId": mail_id } }),
            json!({}),
        )
        .unwrap();
    let state = listed.body[0]["outgoing"].clone();
    assert_eq!(state["state"], "refused", "{state}");
    assert!(state["reason"].as_str().unwrap().starts_with(code), "{state}");
    let events = world.site.host.events();
    assert!(events.iter().any(|event| event.payload["refused"] == 1));
    let theirs = world
        .site
        .mail(OTHER, "dismissRefused", json!({ "ids": [state["id"]] }));
    theirs.unwrap();
    assert_eq!(queue(world).len(), 1, "only their user can dismiss them");
    world
        .site
        .mail(USER, "dismissRefused", json!({ "ids": [state["id"]] }))
        .unwrap();
    assert_eq!(queue(world), Vec::new());
}

pub fn set_scopes(world: &World, scopes: &[&str]) {
    let batch = Batch::new().update(
        "mailAccounts",
        Filter::all(),
        columns([("scopes", json!(scopes))]),
    );
    let outcome = pollster::block_on(world.site.host.commit(batch)).unwrap();
    assert_eq!(outcome, CommitOutcome::Committed);
}
