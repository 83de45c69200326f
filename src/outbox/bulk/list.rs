//! Reading bulk mails.

use serde_json::{Map, Value, json};

use super::PENDING;
use crate::error::{Error, ErrorCode, Result};
use crate::host::{Filter, Host, Query, Row, row};
use crate::json;
use crate::mail::query;
use crate::store::{self, collections};

/// What a page gets of a record.
const SHOWN: [&str; 11] = [
    "id",
    "parentId",
    "interval",
    "message",
    "from",
    "to",
    "sendAt",
    "status",
    "result",
    "createdAt",
    "updatedAt",
];
/// How many bulk mails a page has that are asked for together with their recipients.
const WITH_CHILDREN: u64 = 20;

/// A page of the user's bulk mails, newest first, or with `parentId` in the filter of the recipients of one of them, in
/// their order. `appends=children` adds its recipients to each bulk mail.
///
/// # Errors
/// `invalid_input` about `filter`, `page` or `pageSize`; `storage_failed`.
pub async fn list(host: &dyn Host, user_id: i64, params: &Map<String, Value>) -> Result<(Vec<Row>, Value)> {
    let asked = conditions(params.get("filter"))?;
    let is_of_parents = asked.get("parentId") == Some(&Value::Null);
    let mut page = query::page(params)?;
    let appends = query::names(params.get("appends"), "children");
    if appends && is_of_parents {
        page.size = page.size.min(WITH_CHILDREN);
    }
    let sort = if is_of_parents { "-id" } else { "number" };
    let these = asked
        .iter()
        .fold(Filter::eq("userId", user_id), |these, (name, value)| {
            these.and(Filter::eq(name, value.clone()))
        });
    let count = host.count(collections::MASS_MESSAGES, these.clone()).await?;
    let wanted = records(these)
        .sort(&[sort])
        .limit(page.size)
        .offset(page.offset());
    Ok((read(host, wanted, appends).await?, page.meta(Some(count), None)))
}

/// The record that matches, with its recipients where it is a bulk mail.
///
/// # Errors
/// `not_found`.
pub(super) async fn public(host: &dyn Host, which: Filter) -> Result<Row> {
    let mut rows = read(host, records(which).limit(1), true).await?;
    rows.pop().ok_or_else(gone)
}

/// The error about a bulk mail that isn't there, or isn't the user's.
pub(super) fn gone() -> Error {
    Error::new(ErrorCode::NotFound, "this bulk email is not here any more").about("id")
}

fn records(filter: Filter) -> Query {
    Query::new(collections::MASS_MESSAGES, filter).fields(&SHOWN)
}

/// The columns that a page may filter by.
const FILTERED: [&str; 2] = ["parentId", "accountId"];

/// The conditions of a filter: without one on `parentId` it asks for the bulk mails themselves.
fn conditions(filter: Option<&Value>) -> Result<Row> {
    let invalid = || {
        Error::invalid(
            "filter",
            "bulk emails are filtered by parentId and accountId alone",
        )
    };
    let parsed = match filter {
        Some(Value::String(text)) if !text.trim().is_empty() => json::parse(text).ok_or_else(invalid)?,
        Some(Value::Object(conditions)) => json!(conditions),
        _ => json!({}),
    };
    let mut found = row([("parentId", Value::Null)]);
    for (name, asked) in parsed.as_object().ok_or_else(invalid)? {
        let asked = asked.get("$eq").unwrap_or(asked);
        match store::id_of(asked) {
            _ if !FILTERED.contains(&name.as_str()) => return Err(invalid()),
            Some(id) => found.insert(name.clone(), json!(id)),
            None if asked.is_null() => None,
            None => return Err(invalid()),
        };
    }
    Ok(found)
}

/// Records, bulk mails with what their recipients' come to, and all with `children` where that is asked for.
async fn read(host: &dyn Host, wanted: Query, with_children: bool) -> Result<Vec<Row>> {
    let mut rows = host.find(wanted).await?;
    let is_parent = |row: &Row| row.get("parentId").is_none_or(Value::is_null);
    let parents = rows.iter().filter(|row| is_parent(row));
    let ids: Vec<i64> = parents.filter_map(|row| store::own_id(row).ok()).collect();
    let (mut counted, mut children) = (Vec::new(), Vec::new());
    if !ids.is_empty() {
        let below = Filter::is_in("parentId", ids);
        let query = Query::new(collections::MASS_MESSAGES, below.clone());
        counted = host.find(query.counted(&["parentId", "status"])).await?;
        if with_children {
            children = host.find(records(below).sort(&["number"])).await?;
        }
    }
    for each in &mut children {
        each.insert("children".to_owned(), json!([]));
    }
    for row in &mut rows {
        let id = row.get("id").and_then(store::id_of);
        let belongs = |each: &&Row| each.get("parentId").and_then(store::id_of) == id;
        if with_children {
            let own = children.iter().filter(belongs).cloned();
            row.insert("children".to_owned(), own.map(Value::Object).collect());
        }
        if is_parent(row) {
            let mut counts = Map::new();
            for each in counted.iter().filter(belongs) {
                let status = store::text(each, "status").unwrap_or_default();
                counts.insert(status.to_owned(), each.get("count").cloned().unwrap_or_default());
            }
            row.insert("parentId".to_owned(), Value::Null);
            row.insert("status".to_owned(), json!(status(&counts)));
            row.insert("result".to_owned(), Value::Object(counts));
        }
    }
    Ok(rows)
}

/// What the recipients' states come to.
fn status(counts: &Map<String, Value>) -> &'static str {
    let is_all = |status: &str| counts.keys().all(|each| each == status);
    let is_some = |status: &str| counts.contains_key(status);
    match () {
        // Also where their records are yet to be written.
        () if is_all(PENDING) => PENDING,
        () if is_some(PENDING) || is_some("sending") => "sending",
        () if is_all("sent") => "sent",
        () if is_some("sent") => "some_sent",
        () if is_all("canceled") => "canceled",
        () => "failed",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_state_of_a_bulk_mail_is_what_its_recipients_states_come_to() {
        for (states, expected) in [
            ("", "pending"),
            ("pending", "pending"),
            ("pending sent", "sending"),
            ("sending", "sending"),
            ("failed sending", "sending"),
            ("sent", "sent"),
            ("failed sent", "some_sent"),
            ("canceled sent", "some_sent"),
            ("canceled", "canceled"),
            ("canceled failed", "failed"),
            ("failed", "failed"),
        ] {
            let counts = states
                .split_whitespace()
                .map(|state| (state.to_owned(), json!(1)))
                .collect();
            assert_eq!(status(&counts), expected, "{states}");
        }
    }
}
