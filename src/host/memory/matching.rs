//! Filters, sorting and paging over rows in memory.

use std::cmp::Ordering;

use chrono::{DateTime, Utc};
use serde_json::Value;

use crate::host::{Comparison, Filter, Query, Row};

/// The rows that `query` asks for.
pub(super) fn select(rows: &[Row], query: &Query) -> Vec<Row> {
    let matching: Vec<&Row> = rows.iter().filter(|row| matches(&query.filter, row)).collect();
    let is_first = |row: &&&Row| {
        let agrees = |other: &Row| {
            let same = |column: &&str| {
                let value = |row: &Row| row.get(*column).filter(|value| !value.is_null()).cloned();
                value(row).is_some() && value(row) == value(other)
            };
            query.distinct.iter().all(same)
        };
        query.distinct.is_empty()
            || !matching
                .iter()
                .any(|other| agrees(other) && precedes(other, &values(row, &query.sort), &query.sort))
    };
    let distinct = matching.iter().filter(is_first);
    if let Some(columns) = &query.counted {
        return count(distinct.copied(), columns);
    }
    let is_behind = |row: &&&Row| {
        let after = query.after.as_ref();
        after.is_none_or(|after| follows(row, after, &query.sort))
    };
    let mut found: Vec<Row> = distinct.filter(is_behind).map(|row| (*row).clone()).collect();
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

/// How many rows there are with the same values in `columns`.
fn count<'a>(rows: impl Iterator<Item = &'a Row>, columns: &[&str]) -> Vec<Row> {
    let mut groups: Vec<Row> = Vec::new();
    if columns.is_empty() {
        groups.push(Row::from_iter([("count".to_owned(), 0.into())]));
    }
    for row in rows {
        let value = |column: &str| row.get(column).cloned().unwrap_or(Value::Null);
        let known = groups.iter_mut().find(|group| {
            let agrees = |column: &&str| group.get(*column) == Some(&value(column));
            columns.iter().all(agrees)
        });
        match known {
            Some(group) => {
                let counted = group.get("count").and_then(Value::as_u64).unwrap_or(0);
                group.insert("count".to_owned(), (counted + 1).into());
            }
            None => {
                let mut group: Row = columns
                    .iter()
                    .map(|column| ((*column).to_owned(), value(column)))
                    .collect();
                group.insert("count".to_owned(), 1.into());
                groups.push(group);
            }
        }
    }
    groups
}

fn values(row: &Row, sort: &[String]) -> Vec<Value> {
    let value = |column: &String| {
        row.get(column.trim_start_matches('-'))
            .cloned()
            .unwrap_or(Value::Null)
    };
    sort.iter().map(value).collect()
}

/// Whether `row` comes before what has these values in the columns of `sort`.
fn precedes(row: &Row, values: &[Value], sort: &[String]) -> bool {
    compared(row, values, sort).is_some_and(Ordering::is_lt)
}

fn follows(row: &Row, values: &[Value], sort: &[String]) -> bool {
    compared(row, values, sort).is_some_and(Ordering::is_gt)
}

/// As in SQL, null compares with nothing.
fn compared(row: &Row, others: &[Value], sort: &[String]) -> Option<Ordering> {
    for ((column, own), other) in sort.iter().zip(values(row, sort)).zip(others) {
        if own.is_null() || other.is_null() {
            return None;
        }
        let ascending = compare(&own, other);
        if ascending.is_ne() {
            return Some(if column.starts_with('-') {
                ascending.reverse()
            } else {
                ascending
            });
        }
    }
    Some(Ordering::Equal)
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
        Comparison::Words => {
            let text = |each: &'_ Value| each.as_str().map(str::to_owned);
            text(stored)
                .zip(text(value))
                .is_some_and(|(stored, words)| stored.contains(&words))
        }
        Comparison::AnyOf => {
            let wanted = value.as_array().map(Vec::as_slice).unwrap_or_default();
            let has = |list: &Vec<Value>| list.iter().any(|each| wanted.contains(each));
            stored.as_array().is_some_and(has)
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
