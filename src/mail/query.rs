//! Filters, sorting and pages that are asked for, checked against what may be asked.

use chrono::DateTime;
use serde_json::{Map, Value, json};

use crate::error::{Error, Result};
use crate::host::{Comparison, Filter, Row, row};
use crate::json;

/// Stands for the labels of a mail, which are records of their own: see [`super::labels::resolve`].
pub(super) const LABEL: &str = "labels.id";
/// The folders of a mail, a list: mails are filtered by what is in it and not sorted by it.
const FOLDERS: &str = "folderIds";
/// The columns that a page may filter and sort by.
const COLUMNS: [&str; 21] = [
    "id",
    "userId",
    "accountId",
    "email",
    "mailId",
    "rawId",
    "boxType",
    "isRead",
    "isStarred",
    "isDraft",
    "isTodo",
    "from",
    "to",
    "cc",
    "date",
    "subject",
    "conversationId",
    "relatedMessageLatestDate",
    "createdAt",
    LABEL,
    FOLDERS,
];
const DEFAULT_PAGE_SIZE: u64 = 20;
const MAX_PAGE_SIZE: u64 = 200;
const MAX_DEPTH: usize = 6;
const MAX_CONDITIONS: usize = 64;
const MAX_LIST: usize = 1_000;
const MAX_FOLDERS: usize = 100;
const MAX_TEXT: usize = 500;

/// Reads a filter in NocoBase's syntax, as an object or as its JSON text. Absent or empty, it matches everything.
///
/// # Errors
/// `invalid_input` about `filter` for anything that isn't a plain condition on a known column.
pub fn filter(value: Option<&Value>) -> Result<Filter> {
    let parsed;
    let value = match value {
        None | Some(Value::Null) => return Ok(Filter::all()),
        Some(Value::String(text)) if text.trim().is_empty() => return Ok(Filter::all()),
        Some(Value::String(text)) => {
            parsed = json::parse(text).ok_or_else(|| invalid("the filter is not valid JSON"))?;
            &parsed
        }
        Some(value) => value,
    };
    let mut budget = MAX_CONDITIONS;
    object(value, MAX_DEPTH, &mut budget)
}

/// Reads a sort order: a column or a list of columns, descending with a leading `-`.
///
/// # Errors
/// `invalid_input` about `sort` for unknown columns.
pub fn sort(value: Option<&Value>, default: &str) -> Result<Vec<String>> {
    let texts: Vec<&str> = match value {
        Some(Value::String(text)) if !text.is_empty() => text.split(',').collect(),
        Some(Value::Array(list)) => list.iter().filter_map(Value::as_str).collect(),
        _ => vec![default],
    };
    let is_known = |text: &&str| {
        let name = text.strip_prefix('-').unwrap_or(text);
        !matches!(name, LABEL | FOLDERS) && COLUMNS.contains(&name)
    };
    if !texts.iter().all(is_known) {
        return Err(Error::invalid("sort", "mails can't be sorted by this"));
    }
    // The id makes the order total, so that pages don't overlap.
    // A record's own newest mail is itself: the date, by which there are indexes.
    Ok(texts
        .into_iter()
        .map(|text| text.replace("relatedMessageLatestDate", "date"))
        .chain(["-id".to_owned()])
        .collect())
}

/// Which part of a list a page shows.
#[derive(Clone, Copy, Debug)]
pub struct Page {
    /// Its number, from 1 on.
    pub number: u64,
    /// How many records it has at most.
    pub size: u64,
}

impl Page {
    /// How many records come before it.
    pub const fn offset(self) -> u64 {
        (self.number - 1).saturating_mul(self.size)
    }

    /// What a list of `count` records says about the page.
    pub fn meta(self, count: Option<u64>, next: Option<String>) -> Value {
        let Self { number, size } = self;
        let mut meta = row([("page", number.into()), ("pageSize", size.into())]);
        if let Some(count) = count {
            meta.insert("count".to_owned(), count.into());
            meta.insert("totalPage".to_owned(), count.div_ceil(size).into());
        }
        if let Some(next) = next {
            meta.insert("next".to_owned(), next.into());
        }
        Value::Object(meta)
    }
}

/// Reads `page` and `pageSize`.
///
/// # Errors
/// `invalid_input` naming the parameter.
pub fn page(params: &Map<String, Value>) -> Result<Page> {
    Ok(Page {
        number: positive(params, "page", 1)?,
        size: positive(params, "pageSize", DEFAULT_PAGE_SIZE)?.min(MAX_PAGE_SIZE),
    })
}

/// A switch among the parameters of a query, where everything is text.
///
/// # Errors
/// `invalid_input` naming the parameter.
pub fn flag(params: &Map<String, Value>, field: &'static str, default: bool) -> Result<bool> {
    match params.get(field) {
        None | Some(Value::Null) => Ok(default),
        Some(Value::Bool(flag)) => Ok(*flag),
        Some(Value::String(text)) if matches!(text.as_str(), "true" | "1") => Ok(true),
        Some(Value::String(text)) if matches!(text.as_str(), "false" | "0" | "") => Ok(false),
        Some(_) => Err(Error::invalid(field, "send true or false")),
    }
}

/// Whether a list of names, written with commas between them or as a list, has this one.
pub fn names(list: Option<&Value>, name: &str) -> bool {
    match list {
        Some(Value::String(text)) => text.split(',').any(|each| each.trim() == name),
        Some(Value::Array(list)) => list.iter().any(|each| each == name),
        _ => false,
    }
}

/// Where a row stands in a list: its values in the columns of `sort`, which `after` takes.
pub(super) fn position(row: &Row, sort: &[String]) -> String {
    let value = |column: &String| {
        row.get(column.trim_start_matches('-'))
            .cloned()
            .unwrap_or(Value::Null)
    };
    Value::from_iter(sort.iter().map(value)).to_string()
}

/// Reads `after`.
///
/// # Errors
/// `invalid_input` for anything but the `next` of a page that was sorted the same way.
pub(super) fn after(params: &Map<String, Value>, sort: &[String]) -> Result<Option<Vec<Value>>> {
    let text = match params.get("after") {
        None | Some(Value::Null) => return Ok(None),
        Some(value) => value.as_str(),
    };
    let values = text.and_then(json::parse).and_then(|values| match values {
        Value::Array(values) => Some(values),
        _ => None,
    });
    let fits = |values: &Vec<Value>| {
        let is_plain = |(value, column): (&Value, &String)| match column.trim_start_matches('-') {
            "id" => value.is_i64(),
            "date" | "createdAt" | "relatedMessageLatestDate" => {
                let text = value.as_str().unwrap_or_default();
                DateTime::parse_from_rfc3339(text).is_ok()
            }
            _ => scalar(value).is_ok() && !value.is_null(),
        };
        values.len() == sort.len() && values.iter().zip(sort).all(is_plain)
    };
    match values.filter(fits) {
        Some(values) => Ok(Some(values)),
        None => Err(Error::invalid(
            "after",
            "go on with the `next` of a page sorted the same way",
        )),
    }
}

fn positive(params: &Map<String, Value>, field: &'static str, default: u64) -> Result<u64> {
    let Some(value) = params.get(field) else {
        return Ok(default);
    };
    let number = value.as_u64().or_else(|| value.as_str()?.parse().ok());
    number
        .filter(|number| (1..=1_000_000).contains(number))
        .ok_or_else(|| Error::invalid(field, "enter a positive number"))
}

fn object(value: &Value, depth: usize, budget: &mut usize) -> Result<Filter> {
    let conditions = value
        .as_object()
        .ok_or_else(|| invalid("a condition must be an object"))?;
    let deeper = depth
        .checked_sub(1)
        .ok_or_else(|| invalid("the filter is nested too deeply"))?;
    let mut all = Vec::with_capacity(conditions.len());
    for (key, value) in conditions {
        *budget = budget
            .checked_sub(1)
            .ok_or_else(|| invalid("the filter has too many conditions"))?;
        all.push(match key.as_str() {
            "$and" => Filter::And(list(value, deeper, budget)?),
            "$or" => Filter::Or(list(value, deeper, budget)?),
            "labels" => {
                let inner = value.get("id");
                column(
                    LABEL,
                    inner.ok_or_else(|| invalid("labels are filtered by their id"))?,
                )?
            }
            name => match name.split_once(".$") {
                // `{"boxType.$in": […]}` is the same as `{"boxType": {"$in": […]}}`.
                Some((name, operator)) => {
                    let operators = row([(&format!("${operator}"), value.clone())]);
                    column(name, &Value::Object(operators))?
                }
                None => column(name, value)?,
            },
        });
    }
    Ok(Filter::And(all))
}

fn list(value: &Value, depth: usize, budget: &mut usize) -> Result<Vec<Filter>> {
    let list = value
        .as_array()
        .ok_or_else(|| invalid("$and and $or take a list"))?;
    list.iter().map(|each| object(each, depth, budget)).collect()
}

fn column(name: &str, value: &Value) -> Result<Filter> {
    if !COLUMNS.contains(&name) {
        return Err(invalid("mails can't be filtered by this"));
    }
    match value {
        Value::Object(operators) if name == FOLDERS => any_folder(operators),
        _ if name == FOLDERS => Err(invalid(FOLDERS_BY)),
        Value::Object(operators) => operator(name, operators),
        plain => Ok(Filter::eq(name, scalar(plain)?)),
    }
}

const FOLDERS_BY: &str = "folders are filtered by $anyOf with a list of their ids";

fn any_folder(operators: &Map<String, Value>) -> Result<Filter> {
    let ids = operators.get("$anyOf").and_then(Value::as_array);
    let ids = ids.filter(|ids| operators.len() == 1 && ids.len() <= MAX_FOLDERS);
    let is_id = |id: &Value| id.as_str().is_some_and(|id| id.len() <= MAX_TEXT);
    match ids.filter(|ids| ids.iter().all(is_id)) {
        Some(ids) => Ok(Filter::compare(FOLDERS, Comparison::AnyOf, json!(ids))),
        None => Err(invalid(FOLDERS_BY)),
    }
}

fn operator(name: &str, operators: &Map<String, Value>) -> Result<Filter> {
    let mut all = Vec::with_capacity(operators.len());
    for (operator, value) in operators {
        let comparison = match operator.as_str() {
            "$eq" => Comparison::Equal,
            "$ne" => Comparison::NotEqual,
            "$gt" | "$dateAfter" => Comparison::Greater,
            "$gte" | "$dateNotBefore" => Comparison::GreaterOrEqual,
            "$lt" | "$dateBefore" => Comparison::Less,
            "$lte" | "$dateNotAfter" => Comparison::LessOrEqual,
            "$includes" => Comparison::Includes,
            "$isTruly" => {
                all.push(Filter::eq(name, true));
                continue;
            }
            "$isFalsy" => {
                all.push(Filter::Field(name.to_owned(), Comparison::NotEqual, true.into()));
                continue;
            }
            "$in" | "$notIn" => {
                let values = value.as_array().filter(|values| values.len() <= MAX_LIST);
                let values = values.ok_or_else(|| invalid("$in and $notIn take a list"))?;
                let scalars = values.iter().map(scalar).collect::<Result<Vec<_>>>()?;
                let comparison = if operator == "$in" {
                    Comparison::In
                } else {
                    Comparison::NotIn
                };
                all.push(Filter::compare(name, comparison, Value::Array(scalars)));
                continue;
            }
            _ => return Err(invalid("the filter has an unknown operator")),
        };
        all.push(Filter::compare(name, comparison, scalar(value)?));
    }
    Ok(Filter::And(all))
}

fn scalar(value: &Value) -> Result<Value> {
    match value {
        Value::Null | Value::Bool(_) | Value::Number(_) => Ok(value.clone()),
        Value::String(text) if text.len() <= MAX_TEXT => Ok(value.clone()),
        _ => Err(invalid("a condition compares with a plain value")),
    }
}

fn invalid(message: &'static str) -> Error {
    Error::invalid("filter", message)
}
