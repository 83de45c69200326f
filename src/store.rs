//! Records: the collections the plugin keeps in the host's database, and typed access to them.

use serde::de::{DeserializeOwned, Deserializer, Error as _};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::error::{Error, ErrorCode, Result};
use crate::host::{Batch, CommitOutcome, Host, Query, Row};
use crate::json::{self, Mismatch};

pub mod collections;
pub mod schema;

/// Reads records as `T`.
///
/// # Errors
/// `storage_failed` when the storage failed or a record isn't what its collection says.
pub async fn find<T: DeserializeOwned>(host: &dyn Host, query: Query) -> Result<Vec<T>> {
    let collection = query.collection;
    let rows = host.find(query).await?;
    let mut records = Vec::with_capacity(rows.len());
    for row in rows {
        records.push(parse(collection, row)?);
    }
    Ok(records)
}

/// Reads the first record that matches, if there is one.
///
/// # Errors
/// As [`find`].
pub async fn find_one<T: DeserializeOwned>(host: &dyn Host, query: Query) -> Result<Option<T>> {
    Ok(find(host, query.limit(1)).await?.into_iter().next())
}

/// Writes a batch whose preconditions must hold.
///
/// # Errors
/// `conflict` when one does not, `storage_failed` when the storage failed.
pub async fn commit(host: &dyn Host, batch: Batch) -> Result<()> {
    match host.commit(batch).await? {
        CommitOutcome::Committed => Ok(()),
        CommitOutcome::Conflict => Err(Error::new(
            ErrorCode::Conflict,
            "somebody else changed this: please try again",
        )),
    }
}

/// The columns of a record.
///
/// # Errors
/// `internal` when `record` isn't an object.
pub fn to_row(record: &impl Serialize) -> Result<Row> {
    match serde_json::to_value(record) {
        Ok(Value::Object(row)) => Ok(row),
        Ok(_) => Err(Error::new(ErrorCode::Internal, "a record must be an object")),
        Err(error) => Err(Error::new(ErrorCode::Internal, "a record could not be written").because(error)),
    }
}

/// A 64-bit id, which databases' drivers give as a number or as its digits.
///
/// # Errors
/// When it is neither.
pub fn id_from<'de, D: Deserializer<'de>>(deserializer: D) -> std::result::Result<i64, D::Error> {
    let value = Value::deserialize(deserializer)?;
    id_of(&value).ok_or_else(|| D::Error::custom("an id must be an integer"))
}

/// As [`id_from`], and zero where there is none.
///
/// # Errors
/// When there is something else.
pub fn id_or_zero<'de, D: Deserializer<'de>>(deserializer: D) -> std::result::Result<i64, D::Error> {
    match Value::deserialize(deserializer)? {
        Value::Null => Ok(0),
        value => id_of(&value).ok_or_else(|| D::Error::custom("an id must be an integer")),
    }
}

/// The id that a JSON number or string of digits stands for.
pub fn id_of(value: &Value) -> Option<i64> {
    value.as_i64().or_else(|| value.as_str()?.parse().ok())
}

/// The text in a column of a record that is read by hand: where only a few columns count, no type is made for them.
pub fn text<'a>(row: &'a Row, column: &str) -> Option<&'a str> {
    row.get(column)?.as_str()
}

/// The id in the column `id`.
///
/// # Errors
/// `storage_failed` where there is none.
pub fn own_id(row: &Row) -> Result<i64> {
    row.get("id")
        .and_then(id_of)
        .ok_or_else(|| Error::new(ErrorCode::StorageFailed, "a record has no id"))
}

/// The texts in a column that is a list of them.
pub fn texts(row: &Row, column: &str) -> Vec<String> {
    let list = row.get(column).and_then(Value::as_array);
    let text = |each: &Value| each.as_str().map(str::to_owned);
    list.into_iter().flatten().filter_map(text).collect()
}

/// A column that is null or absent stands for the type's default.
///
/// # Errors
/// When there is a value of another shape.
pub fn or_default<'de, D: Deserializer<'de>, T: Deserialize<'de> + Default>(
    deserializer: D,
) -> std::result::Result<T, D::Error> {
    Ok(Option::deserialize(deserializer)?.unwrap_or_default())
}

fn parse<T: DeserializeOwned>(collection: &str, row: Row) -> Result<T> {
    json::read(Value::Object(row)).map_err(|mismatch| unreadable(collection, &mismatch))
}

fn unreadable(collection: &str, mismatch: &Mismatch) -> Error {
    Error::new(
        ErrorCode::StorageFailed,
        format!("a record of {collection} can't be read: it has {mismatch}"),
    )
}
