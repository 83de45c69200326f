//! What pages ask.

use email_manager::host::Filter;
use email_manager::mail::query;
use serde_json::Value;

/// Filters and sort orders, as JSON and as the text of JSON.
pub fn filter(input: &[u8]) {
    let text = String::from_utf8_lossy(input).into_owned();
    if let Ok(value) = serde_json::from_str::<Value>(&text) {
        check(&value);
        if let Ok(columns) = query::sort(Some(&value), "-date") {
            assert_eq!(
                columns.last().map(String::as_str),
                Some("-id"),
                "the order isn't total"
            );
        }
    }
    let value = Value::String(text);
    check(&value);
    let _ = query::sort(Some(&value), "-date");
}

fn check(value: &Value) {
    if let Ok(filter) = query::filter(Some(value)) {
        let mut conditions = 0;
        assert!(
            depth(&filter, &mut conditions) <= 24,
            "a filter is deeper than is allowed"
        );
        assert!(
            conditions <= 64 * 16,
            "a filter has more conditions than are allowed"
        );
    }
}

fn depth(filter: &Filter, conditions: &mut usize) -> usize {
    match filter {
        Filter::And(list) | Filter::Or(list) => {
            1 + list.iter().map(|each| depth(each, conditions)).max().unwrap_or(0)
        }
        Filter::Field(column, _, _) => {
            assert!(column.chars().all(char::is_alphanumeric), "{column}");
            *conditions += 1;
            1
        }
    }
}
