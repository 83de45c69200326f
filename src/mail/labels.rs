//! Labels that users make here: their own, on their own mails, with a colour.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value, json};

use super::{access, query};
use crate::error::{Error, ErrorCode, Result};
use crate::host::{Batch, Comparison, Filter, Host, Query, Row, row};
use crate::store::{self, collections};

/// The columns that pages see.
const COLUMNS: [&str; 4] = ["id", "label", "color", "description"];
const MAX_NAME: usize = 60;
const MAX_DESCRIPTION: usize = 500;
/// More than anybody tells apart.
const MAX_LABELS: u64 = 200;
/// How many mails of a label one list may show, the newest ones first.
const MAX_FOUND: u64 = 10_000;
/// As NocoBase's colour fields have them, and plain ones.
const DEFAULT_COLOR: &str = "#1677ff";

/// The user's labels by name.
///
/// # Errors
/// `storage_failed`.
pub async fn list(host: &dyn Host, user_id: i64) -> Result<Vec<Row>> {
    let query = Query::new(collections::LABELS, own(user_id));
    host.find(query.fields(&COLUMNS).sort(&["label", "id"])).await
}

/// Makes a label.
///
/// # Errors
/// `invalid_input` about `label`, `color` or `description`: the name is missing or the user has it already.
pub async fn create(host: &dyn Host, user_id: i64, entered: &Map<String, Value>) -> Result<Row> {
    let name = name(entered.get("label"))?;
    refuse_double(host, user_id, &name, None).await?;
    if host.count(collections::LABELS, own(user_id)).await? >= MAX_LABELS {
        return Err(Error::invalid(
            "label",
            "there are 200 labels already: delete one first",
        ));
    }
    let color = color(entered.get("color"))?.unwrap_or_else(|| DEFAULT_COLOR.to_owned());
    let columns = row([
        ("userId", json!(user_id)),
        ("label", json!(name)),
        ("color", json!(color)),
        ("description", json!(description(entered.get("description"))?)),
    ]);
    store::commit(host, Batch::new().insert(collections::LABELS, vec![columns])).await?;
    one(host, own(user_id).and(Filter::eq("label", name))).await
}

/// Changes a label of the user.
///
/// # Errors
/// As [`create`], and `not_found`.
pub async fn update(host: &dyn Host, user_id: i64, id: i64, entered: &Map<String, Value>) -> Result<Row> {
    let this = own(user_id).and(Filter::eq("id", id));
    one(host, this.clone()).await?;
    let mut columns = Row::new();
    if entered.contains_key("label") {
        let name = name(entered.get("label"))?;
        refuse_double(host, user_id, &name, Some(id)).await?;
        columns.insert("label".to_owned(), json!(name));
    }
    if let Some(color) = color(entered.get("color"))? {
        columns.insert("color".to_owned(), json!(color));
    }
    if entered.contains_key("description") {
        let text = description(entered.get("description"))?;
        columns.insert("description".to_owned(), json!(text));
    }
    if !columns.is_empty() {
        let batch = Batch::new().swap(collections::LABELS, this.clone(), columns);
        store::commit(host, batch).await?;
    }
    one(host, this).await
}

/// Removes labels of the user, and takes them off every mail.
///
/// # Errors
/// `not_found` where none of them is the user's.
pub async fn destroy(host: &dyn Host, user_id: i64, ids: &[i64]) -> Result<()> {
    let these = own(user_id).and(Filter::is_in("id", ids.iter().copied()));
    if host.count(collections::LABELS, these.clone()).await? == 0 {
        return Err(missing());
    }
    let links = own(user_id).and(Filter::is_in("labelId", ids.iter().copied()));
    let batch = Batch::new()
        .delete(collections::LABEL_LINKS, links)
        .delete(collections::LABELS, these);
    store::commit(host, batch).await
}

/// A mail that labels are put on.
#[derive(Clone, Copy, Debug)]
pub struct Labelled {
    /// The mail's record.
    pub message_id: i64,
    /// Its account.
    pub account_id: i64,
}

/// Puts labels on mails and takes others off. The mails are the user's.
///
/// # Errors
/// `invalid_input` about `labels` where one isn't a label of the user.
pub async fn assign(
    host: &dyn Host,
    user_id: i64,
    mails: &[Labelled],
    on: &[i64],
    off: &Off,
    batch: Batch,
) -> Result<Batch> {
    let known = own(user_id).and(Filter::is_in("id", on.iter().copied()));
    let mut distinct = on.to_vec();
    distinct.sort_unstable();
    distinct.dedup();
    if host.count(collections::LABELS, known).await? != distinct.len() as u64 {
        return Err(Error::invalid(
            "labels",
            "one of these labels is not there any more",
        ));
    }
    let of_mails = own(user_id).and(Filter::is_in(
        "messageId",
        mails.iter().map(|mail| mail.message_id),
    ));
    let batch = match off {
        Off::These(ids) if ids.is_empty() => batch,
        Off::These(ids) => {
            let filter = of_mails.and(Filter::is_in("labelId", ids.iter().copied()));
            batch.delete(collections::LABEL_LINKS, filter)
        }
        Off::AllOthers => {
            let filter = of_mails.and(Filter::compare("labelId", Comparison::NotIn, json!(distinct)));
            batch.delete(collections::LABEL_LINKS, filter)
        }
    };
    let links = mails.iter().flat_map(|mail| {
        distinct.iter().map(|label_id| {
            row([
                ("accountId", json!(mail.account_id)),
                ("userId", json!(user_id)),
                ("messageId", json!(mail.message_id)),
                ("labelId", json!(label_id)),
            ])
        })
    });
    Ok(batch.upsert(
        collections::LABEL_LINKS,
        &["messageId", "labelId"],
        links.collect(),
    ))
}

/// Which labels to take off.
#[derive(Clone, Debug)]
pub enum Off {
    /// These.
    These(Vec<i64>),
    /// All but those that are put on.
    AllOthers,
}

/// The labels of these mails, each with the mail's record id.
///
/// # Errors
/// `storage_failed`.
pub async fn of_mails(host: &dyn Host, user_id: i64, message_ids: &[i64]) -> Result<Vec<(i64, Value)>> {
    let mut labelled = Vec::new();
    if message_ids.is_empty() {
        return Ok(labelled);
    }
    let filter = own(user_id).and(Filter::is_in("messageId", message_ids.iter().copied()));
    let links = host
        .find(Query::new(collections::LABEL_LINKS, filter).fields(&["messageId", "labelId"]))
        .await?;
    if links.is_empty() {
        return Ok(labelled);
    }
    let id = |row: &Row, column: &str| row.get(column).and_then(store::id_of);
    for label in list(host, user_id).await? {
        let label_id = id(&label, "id");
        for link in links.iter().filter(|link| id(link, "labelId") == label_id) {
            if let Some(message_id) = id(link, "messageId") {
                labelled.push((message_id, Value::Object(label.clone())));
            }
        }
    }
    Ok(labelled)
}

/// How many unread mails have each label of the user, by their account and the label; those that a list of the label has.
///
/// # Errors
/// `storage_failed`.
pub(super) async fn unread(host: &dyn Host, user_id: i64) -> Result<BTreeMap<(i64, i64), u64>> {
    let mut unread = BTreeMap::new();
    let known = Query::new(collections::LABELS, own(user_id)).fields(&["id"]);
    let labels = host.find(known).await?;
    if labels.is_empty() {
        return Ok(unread);
    }
    let id = |row: &Row, column: &str| row.get(column).and_then(store::id_of);
    let labels = labels.iter().filter_map(|label| id(label, "id"));
    let query = Query::new(
        collections::LABEL_LINKS,
        own(user_id).and(Filter::is_in("labelId", labels)),
    );
    let columns = ["accountId", "messageId", "labelId"];
    let links = host
        .find(query.fields(&columns).sort(&["-messageId"]).limit(MAX_FOUND))
        .await?;
    let labelled: BTreeSet<i64> = links.iter().filter_map(|link| id(link, "messageId")).collect();
    if labelled.is_empty() {
        return Ok(unread);
    }
    let these = access::own(user_id)
        .and(Filter::is_in("id", labelled))
        .and(Filter::eq("isRead", false));
    let found = host
        .find(Query::new(collections::MESSAGES, these).fields(&["id"]))
        .await?;
    let found: BTreeSet<Option<i64>> = found.iter().map(|row| id(row, "id")).collect();
    for link in links.iter().filter(|link| found.contains(&id(link, "messageId"))) {
        if let (Some(account), Some(label)) = (id(link, "accountId"), id(link, "labelId")) {
            *unread.entry((account, label)).or_default() += 1;
        }
    }
    Ok(unread)
}

/// Puts the mails that have a label in the place of each condition on labels.
///
/// # Errors
/// `invalid_input` about `filter` for anything else than one of some labels.
pub async fn resolve(host: &dyn Host, user_id: i64, filter: Filter) -> Result<Filter> {
    Box::pin(async move {
        Ok(match filter {
            Filter::And(list) => Filter::And(resolve_all(host, user_id, list).await?),
            Filter::Or(list) => Filter::Or(resolve_all(host, user_id, list).await?),
            Filter::Field(name, comparison, value) if name == query::LABEL => {
                let labels = match (comparison, value) {
                    (Comparison::In, Value::Array(list)) => list,
                    (Comparison::Equal, value) => vec![value],
                    _ => return Err(Error::invalid("filter", "labels are filtered by $in or $eq")),
                };
                let found =
                    own(user_id).and(Filter::is_in("labelId", labels.iter().filter_map(store::id_of)));
                let query = Query::new(collections::LABEL_LINKS, found)
                    .fields(&["messageId"])
                    .sort(&["-messageId"])
                    .limit(MAX_FOUND);
                let links = host.find(query).await?;
                let ids = links
                    .iter()
                    .filter_map(|link| link.get("messageId").and_then(store::id_of));
                Filter::is_in("id", ids)
            }
            other => other,
        })
    })
    .await
}

async fn resolve_all(host: &dyn Host, user_id: i64, list: Vec<Filter>) -> Result<Vec<Filter>> {
    let mut resolved = Vec::with_capacity(list.len());
    for filter in list {
        resolved.push(resolve(host, user_id, filter).await?);
    }
    Ok(resolved)
}

async fn refuse_double(host: &dyn Host, user_id: i64, name: &str, besides: Option<i64>) -> Result<()> {
    let lower = name.to_lowercase();
    let is_same = |row: &Row| {
        let other = row.get("label").and_then(Value::as_str).unwrap_or_default();
        other.to_lowercase() == lower && row.get("id").and_then(store::id_of) != besides
    };
    match list(host, user_id).await?.iter().any(is_same) {
        true => Err(Error::invalid("label", "you have a label of this name already")),
        false => Ok(()),
    }
}

async fn one(host: &dyn Host, filter: Filter) -> Result<Row> {
    let query = Query::new(collections::LABELS, filter).fields(&COLUMNS).limit(1);
    host.find(query).await?.into_iter().next().ok_or_else(missing)
}

fn name(value: Option<&Value>) -> Result<String> {
    let text = value.and_then(Value::as_str).unwrap_or_default().trim();
    let is_plain = !text.chars().any(char::is_control);
    if text.is_empty() || text.chars().count() > MAX_NAME || !is_plain {
        return Err(Error::invalid("label", "enter a name of up to 60 characters"));
    }
    Ok(text.to_owned())
}

/// `#rgb` or `#rrggbb`: it stands in a style of the page, where nothing else belongs.
fn color(value: Option<&Value>) -> Result<Option<String>> {
    let text = match value {
        None | Some(Value::Null) => return Ok(None),
        Some(value) => value.as_str().unwrap_or_default(),
    };
    let is_color = text.strip_prefix('#').is_some_and(|digits| {
        matches!(digits.len(), 3 | 6) && digits.bytes().all(|byte| byte.is_ascii_hexdigit())
    });
    match is_color {
        true => Ok(Some(text.to_ascii_lowercase())),
        false => Err(Error::invalid("color", "enter a colour such as #1677ff")),
    }
}

fn description(value: Option<&Value>) -> Result<Option<String>> {
    match value {
        None | Some(Value::Null) => Ok(None),
        Some(Value::String(text)) if text.chars().count() <= MAX_DESCRIPTION => {
            Ok(Some(text.replace('\0', "")))
        }
        Some(_) => Err(Error::invalid(
            "description",
            "enter a text of up to 500 characters",
        )),
    }
}

fn own(user_id: i64) -> Filter {
    Filter::eq("userId", user_id)
}

fn missing() -> Error {
    Error::new(ErrorCode::NotFound, "you have no such label").about("filterByTk")
}
