//! What to write: operations that take effect together or not at all.

use std::collections::BTreeSet;

use serde::Serialize;
use serde_json::Value;

use super::{Filter, Row};

/// Operations for one atomic commit, in order.
#[derive(Clone, Debug, Default, Serialize)]
#[serde(transparent)]
pub struct Batch {
    operations: Vec<Operation>,
}

/// One step of a [`Batch`].
#[derive(Clone, Debug, Serialize)]
#[serde(tag = "kind", rename_all = "camelCase")]
pub enum Operation {
    /// Adds records.
    #[serde(rename_all = "camelCase")]
    Insert {
        /// The collection's name.
        collection: &'static str,
        /// The new records, all with the same columns.
        rows: Vec<Row>,
    },
    /// Adds records, or replaces the given columns of those whose `key` columns exist already.
    #[serde(rename_all = "camelCase")]
    Upsert {
        /// The collection's name.
        collection: &'static str,
        /// The columns of a unique index.
        key: Vec<&'static str>,
        /// The records, all with the same columns, no two with the same key.
        rows: Vec<Row>,
    },
    /// Changes columns of the records that match.
    #[serde(rename_all = "camelCase")]
    Update {
        /// The collection's name.
        collection: &'static str,
        /// Which records.
        filter: Filter,
        /// The new values.
        values: Row,
        /// The precondition: exactly so many records match, or nothing of the batch is written.
        expect: Option<u64>,
    },
    /// Removes the records that match.
    #[serde(rename_all = "camelCase")]
    Delete {
        /// The collection's name.
        collection: &'static str,
        /// Which records.
        filter: Filter,
        /// The precondition: exactly so many records match, or nothing of the batch is written.
        expect: Option<u64>,
    },
}

impl Operation {
    /// The collection that it writes to.
    pub const fn collection(&self) -> &'static str {
        match self {
            Self::Insert { collection, .. }
            | Self::Upsert { collection, .. }
            | Self::Update { collection, .. }
            | Self::Delete { collection, .. } => collection,
        }
    }
}

/// How a commit ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[must_use]
pub enum CommitOutcome {
    /// Everything is written.
    Committed,
    /// A precondition did not hold and nothing is written.
    Conflict,
}

impl Batch {
    /// An empty batch.
    pub const fn new() -> Self {
        Self {
            operations: Vec::new(),
        }
    }

    /// Adds records, all with the same columns; an empty list adds no operation.
    #[must_use]
    pub fn insert(mut self, collection: &'static str, rows: Vec<Row>) -> Self {
        if !rows.is_empty() {
            self.operations.push(Operation::Insert { collection, rows });
        }
        self
    }

    /// Adds or replaces records by a unique key; an empty list adds no operation.
    ///
    /// All rows must have the same columns: the first one's are the columns that are replaced. Of rows with the same
    /// key, the last one counts: hosts write them in one statement, which may not touch a record twice.
    #[must_use]
    pub fn upsert(mut self, collection: &'static str, key: &[&'static str], rows: Vec<Row>) -> Self {
        let rows = last_of_each(key, rows);
        if !rows.is_empty() {
            self.operations.push(Operation::Upsert {
                collection,
                key: key.to_vec(),
                rows,
            });
        }
        self
    }

    /// Changes the records that match, however many.
    #[must_use]
    pub fn update(mut self, collection: &'static str, filter: Filter, values: Row) -> Self {
        self.operations.push(Operation::Update {
            collection,
            filter,
            values,
            expect: None,
        });
        self
    }

    /// Changes exactly one record, or the whole batch is a conflict: compare and swap.
    #[must_use]
    pub fn swap(mut self, collection: &'static str, filter: Filter, values: Row) -> Self {
        self.operations.push(Operation::Update {
            collection,
            filter,
            values,
            expect: Some(1),
        });
        self
    }

    /// Changes exactly `count` records, or the whole batch is a conflict.
    #[must_use]
    pub fn update_exactly(
        mut self,
        collection: &'static str,
        filter: Filter,
        values: Row,
        count: u64,
    ) -> Self {
        self.operations.push(Operation::Update {
            collection,
            filter,
            values,
            expect: Some(count),
        });
        self
    }

    /// Removes the records that match, however many.
    #[must_use]
    pub fn delete(mut self, collection: &'static str, filter: Filter) -> Self {
        self.operations.push(Operation::Delete {
            collection,
            filter,
            expect: None,
        });
        self
    }

    /// Removes exactly `count` records, or the whole batch is a conflict.
    #[must_use]
    pub fn delete_exactly(mut self, collection: &'static str, filter: Filter, count: u64) -> Self {
        self.operations.push(Operation::Delete {
            collection,
            filter,
            expect: Some(count),
        });
        self
    }

    /// Removes exactly one record, or the whole batch is a conflict: claim once.
    #[must_use]
    pub fn claim(self, collection: &'static str, filter: Filter) -> Self {
        self.delete_exactly(collection, filter, 1)
    }

    /// These operations, then those of `other`.
    #[must_use]
    pub fn followed_by(mut self, other: Self) -> Self {
        self.operations.extend(other.operations);
        self
    }

    /// The operations in order, given away.
    pub fn into_operations(self) -> Vec<Operation> {
        self.operations
    }

    /// The operations in order.
    pub fn operations(&self) -> &[Operation] {
        &self.operations
    }
}

fn last_of_each(key: &[&str], rows: Vec<Row>) -> Vec<Row> {
    let mut seen = BTreeSet::new();
    let mut kept: Vec<Row> = rows
        .into_iter()
        .rev()
        .filter(|row| {
            seen.insert(
                key.iter()
                    .map(|name| row.get(*name).map(Value::to_string))
                    .collect::<Vec<_>>(),
            )
        })
        .collect();
    kept.reverse();
    kept
}

/// A row of column and value pairs.
pub fn row<const N: usize>(mut columns: [(&str, Value); N]) -> Row {
    filled(&mut columns)
}

/// Compiled once for every number of columns: collecting would bring a sorting algorithm for each.
#[inline(never)]
fn filled(columns: &mut [(&str, Value)]) -> Row {
    let mut row = Row::new();
    for (name, value) in columns {
        row.insert((*name).to_owned(), value.take());
    }
    row
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn of_rows_with_the_same_key_an_upsert_keeps_the_last() {
        let item = |id: &str, name: &str| row([("id", json!(id)), ("name", json!(name))]);
        let rows = vec![item("a", "1"), item("b", "2"), item("a", "3")];
        let batch = Batch::new().upsert("things", &["id"], rows);
        let [Operation::Upsert { rows, .. }] = batch.operations() else {
            panic!("one upsert is expected");
        };
        assert_eq!(*rows, [item("b", "2"), item("a", "3")]);
    }
}
