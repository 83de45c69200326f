//! The names of users, from the host.

use serde_json::{Value, json};

use crate::error::Result;
use crate::host::{Host, Row};
use crate::ordered::set_of;
use crate::store;

/// Adds to each row, for each pair of columns, the user `{id, nickname}` of the first one as the second. A user who is
/// gone has no nickname.
///
/// # Errors
/// `storage_failed`.
pub async fn append(host: &dyn Host, rows: &mut [Row], columns: &[(&str, &str)]) -> Result<()> {
    let id_in = |row: &Row, column: &str| row.get(column).and_then(store::id_of);
    let ids = set_of(
        rows.iter()
            .flat_map(|row| columns.iter().filter_map(|(from, _)| id_in(row, from))),
    );
    let people = host.people(ids.into_iter().collect()).await?;
    for row in rows {
        for (from, to) in columns {
            let person = id_in(row, from).map(|id| match people.iter().find(|each| each.id == id) {
                Some(person) => json!(person),
                None => json!({ "id": id, "nickname": null }),
            });
            row.insert((*to).to_owned(), person.unwrap_or(Value::Null));
        }
    }
    Ok(())
}
