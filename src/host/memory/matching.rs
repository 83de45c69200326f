//! Filters, sorting and paging over rows in memory.

use std::cmp::Ordering;

use chrono::{DateTime, Utc};
use serde_json::Value;

use crate::host::{Comparison, Filter, Query, Row};

/// The rows that `query` asks for.
pub(super) fn select(rows: &[Row], query: &Query) -> Vec<Row> {
    let mut found: Vec<Row> = rows
        .iter()
        .filter(|row| matches(&query.filter, row))
        .cloned()
        .collect();
    found.sort_by(|left, right| {
        query
            .sort
            .iter()
            .map(|column| order(column, left, right))
            .find(|each| each.is_ne())
            .unwrap_or(Ordering::Equal)
    });
    let limit = query
        .limit
        .map_or(usize::MAX, |limit| usize::try_from(limit).unwrap_or(usize::MAX));
    let page = found
        .into_iter()
        .skip(usize::try_from(query.offset).unwrap_or(usize::MAX))
        .take(limit);
    page.map(|row| project(row, &query.fields)).collect()
}

/// Whether `row` fulfils `filter`.
pub(super) fn matches(filter: &Filter, row: &Row) -> bool {
    match filter {
        Filter::And(list) => list.iter().all(|each| matches(each, row)),
        Filter::Or(list) => list.iter().any(|each| matches(each, row)),
        Filter::Field(column, comparison, value) => {
            holds(*comparison, row.get(column).unwrap_or(&Value::Null), value)
        }
    }
}

fn holds(comparison: Comparison, stored: &Value, value: &Value) -> bool {
    let listed = |list: &Value| {
        list.as_array()
            .is_some_and(|list| list.iter().any(|each| same(stored, each)))
    };
    match comparison {
        Comparison::Equal => same(stored, value),
        Comparison::NotEqual => !same(stored, value),
        Comparison::In => listed(value),
        Comparison::NotIn => !listed(value),
        Comparison::Includes => {
            let lower = |each: &Value| each.as_str().unwrap_or_default().to_lowercase();
            lower(stored).contains(&lower(value))
        }
        // As in SQL, null compares with nothing.
        _ if stored.is_null() || value.is_null() => false,
        Comparison::Greater => compare(stored, value).is_gt(),
        Comparison::GreaterOrEqual => compare(stored, value).is_ge(),
        Comparison::Less => compare(stored, value).is_lt(),
        Comparison::LessOrEqual => compare(stored, value).is_le(),
    }
}

fn same(left: &Value, right: &Value) -> bool {
    left == right || instant(left).is_some_and(|instant_left| instant(right) == Some(instant_left))
}

fn compare(left: &Value, right: &Value) -> Ordering {
    if let (Some(left), Some(right)) = (instant(left), instant(right)) {
        return left.cmp(&right);
    }
    match (left, right) {
        (Value::Number(left), Value::Number(right)) => left
            .as_f64()
            .partial_cmp(&right.as_f64())
            .unwrap_or(Ordering::Equal),
        (Value::String(left), Value::String(right)) => left.cmp(right),
        (Value::Bool(left), Value::Bool(right)) => left.cmp(right),
        _ => Ordering::Equal,
    }
}

fn instant(value: &Value) -> Option<DateTime<Utc>> {
    let parsed = DateTime::parse_from_rfc3339(value.as_str()?).ok()?;
    Some(parsed.with_timezone(&Utc))
}

fn order(column: &str, left: &Row, right: &Row) -> Ordering {
    let (name, descending) = column
        .strip_prefix('-')
        .map_or((column, false), |name| (name, true));
    let of = |row: &Row| row.get(name).cloned().unwrap_or(Value::Null);
    let ascending = compare(&of(left), &of(right));
    if descending {
        ascending.reverse()
    } else {
        ascending
    }
}

fn project(row: Row, fields: &[&str]) -> Row {
    if fields.is_empty() {
        return row;
    }
    row.into_iter()
        .filter(|(column, _)| fields.contains(&column.as_str()))
        .collect()
}
