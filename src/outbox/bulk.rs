//! Bulk mails: one mail of its own for each recipient, an interval apart, and each of them sent exactly once.
//!
//! A bulk mail is an [entry](super::Entry) of the outbox in a state of its own, and a record of `mailMassMessages`. A step
//! of it writes a record for every recipient; each one after that turns one recipient whose time has come into an entry
//! that is sent like any other mail. What becomes of that entry is written to the recipient's record by the same commit,
//! and the state of the bulk mail is what its recipients' states come to.

use std::rc::Rc;

use chrono::{DateTime, TimeDelta, Utc};
use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::step::write;
use super::{Entry, State, lease, queue, record};
use crate::account::{self, Account};
use crate::compose::{self, Composition, Line, Person};
use crate::error::{Error, ErrorCode, Result};
use crate::host::{Batch, Filter, Host, Query, Row, row};
use crate::json;
use crate::sanitize;
use crate::store::{self, collections};
use crate::templates;

mod list;
mod manage;

pub use list::list;
pub use manage::{Wish, change};

/// The longest time between two mails, in milliseconds.
const LONGEST_INTERVAL: i64 = 24 * 60 * 60 * 1000;
/// Where the interval stands in what a page sends.
const INTERVAL: &str = "mailSendSetting.interval";
/// From which delay on the interval is kept from now on, instead of making up for it all at once.
const LATE: TimeDelta = TimeDelta::minutes(1);
/// The status of a recipient whose mail is yet to be sent.
const PENDING: &str = "pending";

/// Plans a bulk mail: `data` is what [`queue`](super::queue()) takes, `mailSendSetting.interval` the time between two
/// mails. In subject and text, `{{name}}` and `{{email}}` are each recipient's own. At most 500 recipients; one that is
/// named twice gets one mail.
///
/// # Errors
/// As [`queue`](super::queue()) reports; a recipient that can't be sent to is named by its place.
pub async fn send(host: &Rc<dyn Host>, user_id: i64, values: &Map<String, Value>) -> Result<Value> {
    let (data, interval) = asked(host.as_ref(), values)?;
    let queued = super::queue(host, user_id, &data, Some(interval)).await?;
    let entry = queued.entry;
    if entry.state != State::Bulk {
        // The same wish as one mail to all.
        return Err(manage::late().about("key"));
    }
    if entry.mass_id == 0 {
        // Where it fails, or somebody else is about it, a step does it.
        let _ = expand(host.as_ref(), &entry).await;
    }
    let mut parent = list::public(host.as_ref(), named(&entry)).await?;
    parent.insert("key".to_owned(), json!(entry.key));
    parent.insert("repeated".to_owned(), json!(queued.repeated));
    Ok(Value::Object(parent))
}

/// The payload and the interval in a page's request.
fn asked(host: &dyn Host, values: &Map<String, Value>) -> Result<(Map<String, Value>, TimeDelta)> {
    let data = values.get("data").and_then(Value::as_object);
    let data = data.ok_or_else(|| Error::invalid("data", "this is required"))?;
    let interval = values
        .get("mailSendSetting")
        .and_then(|setting| setting.get("interval"))
        .map_or(Some(0), store::id_of)
        .filter(|interval| (0..=LONGEST_INTERVAL).contains(interval))
        .and_then(TimeDelta::try_milliseconds)
        .ok_or_else(|| Error::invalid(INTERVAL, "enter milliseconds, at most a day"))?;
    let mut place = 0;
    let to = compose::people(host, data.get("to"), "to", &mut place);
    let to = to.map_err(|_| {
        let sentence = format!("recipient {place} has no complete e-mail address, such as ann@example.com");
        Error::invalid("to", sentence)
    })?;
    if to.is_empty() {
        return Err(Error::invalid("to", "enter at least one recipient"));
    }
    Ok((data.clone(), interval))
}

/// When the mail to the last recipient is due.
pub(super) fn last(mail: &Composition, first: DateTime<Utc>, interval: TimeDelta) -> DateTime<Utc> {
    time_of(mail.to.len().saturating_sub(1), first, interval)
}

fn time_of(number: usize, first: DateTime<Utc>, interval: TimeDelta) -> DateTime<Utc> {
    first + interval * i32::try_from(number).unwrap_or(i32::MAX)
}

/// Adds the records of a bulk mail to the commit that puts it into the outbox as `columns`.
pub(super) fn plan(
    batch: Batch,
    account: &Account,
    mail: &Composition,
    columns: &mut Row,
    interval: TimeDelta,
    now: DateTime<Utc>,
) -> Result<Batch> {
    let shown = record::unsent(account, columns, mail, record::MASS)?;
    let mut message = columns.get("payload").cloned().unwrap_or_default();
    if let Some(parts) = message.as_object_mut() {
        // It stands with the mail.
        parts.remove("body");
    }
    let addresses: Vec<&str> = mail.to.iter().map(|person| person.address.as_str()).collect();
    let parent = row([
        ("userId", json!(account.user_id)),
        ("accountId", json!(account.id)),
        ("interval", json!(interval.num_milliseconds())),
        ("message", message),
        ("from", json!(mail.from.address)),
        ("to", json!(addresses.join(", "))),
        ("sendAt", columns.get("notBefore").cloned().unwrap_or_default()),
        ("outboxKey", columns.get("key").cloned().unwrap_or_default()),
    ]);
    columns.insert("state".to_owned(), json!(State::Bulk));
    // Its recipients get their records at once.
    columns.insert("notBefore".to_owned(), json!(now));
    Ok(batch
        .insert(collections::MASS_MESSAGES, vec![parent])
        .insert(collections::MESSAGES, vec![shown]))
}

/// The record of a bulk mail in the outbox.
fn named(entry: &Entry) -> Filter {
    Filter::eq("userId", entry.user_id)
        .and(Filter::eq("outboxKey", entry.key.as_str()))
        .and(Filter::eq("parentId", Value::Null))
}

/// A record of `mailMassMessages`.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Record {
    #[serde(deserialize_with = "store::id_from")]
    id: i64,
    /// Zero for a bulk mail itself.
    #[serde(default, deserialize_with = "store::id_or_zero")]
    parent_id: i64,
    #[serde(default)]
    number: Option<usize>,
    #[serde(deserialize_with = "store::id_from")]
    interval: i64,
    send_at: DateTime<Utc>,
    #[serde(default)]
    outbox_key: Option<String>,
}

/// Writes the records of the recipients, once.
async fn expand(host: &dyn Host, entry: &Entry) -> Result<()> {
    let query = Query::new(collections::MASS_MESSAGES, named(entry));
    let parent: Option<Record> = store::find_one(host, query).await?;
    let Some(parent) = parent else {
        return Ok(());
    };
    let interval = TimeDelta::try_milliseconds(parent.interval).unwrap_or_default();
    let child = |(number, person): (usize, &Person)| {
        row([
            ("userId", json!(entry.user_id)),
            ("accountId", json!(entry.account_id)),
            ("parentId", json!(parent.id)),
            ("number", json!(number)),
            ("interval", json!(parent.interval)),
            ("message", json!({ "subject": subject_for(&entry.mail, person) })),
            ("from", json!(entry.mail.from.address)),
            ("to", json!(person.address)),
            ("sendAt", json!(time_of(number, parent.send_at, interval))),
            ("status", json!(PENDING)),
        ])
    };
    let values = row([
        ("massId", json!(parent.id)),
        ("notBefore", json!(parent.send_at)),
        ("leaseUntil", Value::Null),
        ("leaseNumber", json!(entry.lease_number + 1)),
    ]);
    let unwritten = lease::held(entry).and(Filter::eq("massId", Value::Null));
    let batch = Batch::new().swap(collections::OUTBOX, unwritten, values).insert(
        collections::MASS_MESSAGES,
        entry.mail.to.iter().enumerate().map(child).collect(),
    );
    store::commit(host, batch).await
}

/// A step of a bulk mail whose lease is taken: its recipients' records, or the mail to the one that is due.
pub(super) async fn step(host: &dyn Host, entry: &Entry) -> Result<()> {
    if entry.mass_id == 0 {
        return match expand(host, entry).await {
            // Who has asked for it was faster.
            Err(error) if error.code() == ErrorCode::Conflict => Ok(()),
            done => done,
        };
    }
    let query = Query::new(collections::MASS_MESSAGES, waiting(entry.mass_id))
        .sort(&["sendAt", "number"])
        .limit(2);
    let children: Vec<Record> = store::find(host, query).await?;
    let now = host.now();
    let mut children = children.into_iter();
    let mut next = children.next();
    let mut batch = Batch::new();
    // Never earlier than now, so that the mails of others get their turn.
    let mut earliest = now;
    if let Some(child) = next.take_if(|child| child.send_at <= now) {
        let account = account::by_id(host, entry.account_id).await?;
        batch = release(host, &account, entry, &child)?;
        next = children.next();
        if now - child.send_at > LATE {
            earliest += TimeDelta::try_milliseconds(child.interval).unwrap_or_default();
        }
    }
    let values = row([
        ("notBefore", json!(next.map(|child| child.send_at.max(earliest)))),
        ("leaseUntil", Value::Null),
    ]);
    if write(host, entry, batch, values).await?.is_err() {
        // It was cancelled right now: the next step sees that.
        let _ = write(host, entry, Batch::new(), row([("leaseUntil", Value::Null)])).await?;
    }
    Ok(())
}

/// The recipients of a bulk mail, or this one, whose mails are not in the outbox yet.
fn waiting(parent_id: i64) -> Filter {
    Filter::eq("parentId", parent_id).and(not_in_outbox())
}

fn not_in_outbox() -> Filter {
    Filter::eq("status", PENDING).and(Filter::eq("outboxKey", Value::Null))
}

/// The commit that puts the mail to one recipient into the outbox.
fn release(host: &dyn Host, account: &Account, entry: &Entry, child: &Record) -> Result<Batch> {
    let person = child.number.and_then(|number| entry.mail.to.get(number)).cloned();
    let person = person.ok_or_else(list::gone)?;
    let key = super::random(host)?;
    let mut mail = entry.mail.clone();
    mail.subject = subject_for(&mail, &person);
    if mail.html.contains("{{") {
        let filled = templates::fill(&mail.html, &variables(&person), templates::escape);
        // A value may have become part of a link.
        mail.html = sanitize::composed(&filled);
    }
    let mut payload = entry.payload.clone();
    if let Some(parts) = payload.as_object_mut() {
        parts.insert("to".to_owned(), json!([person]));
        parts.insert("subject".to_owned(), json!(mail.subject));
        parts.insert("body".to_owned(), json!(mail.html));
        parts.remove("scheduleSendAt");
        parts.remove("interval");
    }
    mail.to = vec![person];
    // Ahead of the bulk mail's next step: what is in the outbox goes out first.
    let now = host.now();
    let due = now - TimeDelta::milliseconds(1);
    let mut columns = queue::columns(account, &key, &mail, payload, due, now);
    columns.insert("massId".to_owned(), json!(child.id));
    let values = row([
        ("outboxKey", json!(key)),
        ("status", json!(status(State::Queued))),
    ]);
    let this = Filter::eq("id", child.id).and(not_in_outbox());
    Ok(Batch::new()
        .insert(collections::OUTBOX, vec![columns])
        .swap(collections::MASS_MESSAGES, this, values))
}

fn subject_for(mail: &Composition, person: &Person) -> Line {
    Line::cleaned(&templates::fill(
        mail.subject.as_str(),
        &variables(person),
        str::to_owned,
    ))
}

/// What stands for `{{name}}` and `{{email}}`. Who has no name is called by the address.
fn variables(person: &Person) -> Map<String, Value> {
    let email = person.address.as_str();
    let name = Some(person.name.as_str()).filter(|name| !name.is_empty());
    row([("name", json!(name.unwrap_or(email))), ("email", json!(email))])
}

/// Adds to a commit that changes a mail's state that its recipient's record tells of it, where it is one of a bulk mail.
pub(super) fn follow(batch: Batch, entry: &Entry, values: &Row) -> Batch {
    let state = values.get("state").cloned();
    let state = state.and_then(|state| json::read::<State>(state).ok());
    let Some(state) = state.filter(|_| entry.mass_id != 0) else {
        return batch;
    };
    let told = |name: &str| values.get(name).cloned().unwrap_or_default();
    let result = json!({
        "outboxId": entry.id,
        "state": state,
        "code": told("code"),
        "reason": told("reason"),
        "mailId": values.get("mailId").cloned().unwrap_or_else(|| json!(entry.mail_id)),
    });
    let mut columns = row([("status", json!(status(state))), ("result", result)]);
    if state == State::Queued {
        columns.insert("sendAt".to_owned(), told("notBefore"));
    }
    batch.update(
        collections::MASS_MESSAGES,
        Filter::eq("id", entry.mass_id),
        columns,
    )
}

/// The status of a recipient. What nobody can tell the fate of is still being sent until its user decides.
const fn status(state: State) -> &'static str {
    match state {
        State::Queued => PENDING,
        State::Sending | State::Ambiguous | State::Bulk => "sending",
        State::Accepted | State::Confirmed => "sent",
        State::Failed => "failed",
        State::Cancelled => "canceled",
    }
}
