//! Which records: a closed set of conditions that every storage can evaluate.

use serde::ser::{Serialize, Serializer};
use serde_json::{Map, Value, json};

/// A condition on a record.
#[derive(Clone, Debug, PartialEq)]
pub enum Filter {
    /// Every condition holds; with none of them, every record matches.
    And(Vec<Filter>),
    /// At least one condition holds; with none of them, no record matches.
    Or(Vec<Filter>),
    /// A column compared with a value.
    Field(String, Comparison, Value),
}

/// How a column is compared. The names in the serialised form are NocoBase's filter operators.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Comparison {
    /// Equal; with null, the column is null.
    Equal,
    /// Not equal; with null, the column is not null.
    NotEqual,
    /// One of a list.
    In,
    /// None of a list; a null column matches.
    NotIn,
    /// Greater than.
    Greater,
    /// Greater than or equal.
    GreaterOrEqual,
    /// Less than.
    Less,
    /// Less than or equal.
    LessOrEqual,
    /// Contains a text, ignoring case.
    Includes,
    /// Contains these words one after the other. Text and operand are words in single spaces, with one before the first
    /// and one behind the last; without the one at its end, the operand's last word may be the beginning of one.
    Words,
    /// A list with at least one of these texts in it.
    AnyOf,
}

impl Comparison {
    /// NocoBase's name of this operator.
    pub const fn operator(self) -> &'static str {
        match self {
            Self::Equal => "$eq",
            Self::NotEqual => "$ne",
            Self::In => "$in",
            Self::NotIn => "$notIn",
            Self::Greater => "$gt",
            Self::GreaterOrEqual => "$gte",
            Self::Less => "$lt",
            Self::LessOrEqual => "$lte",
            Self::Includes => "$includes",
            Self::Words => "$words",
            Self::AnyOf => "$anyOf",
        }
    }
}

impl Filter {
    /// Matches every record.
    pub const fn all() -> Self {
        Self::And(Vec::new())
    }

    /// The column equals `value`.
    pub fn eq(column: &str, value: impl Into<Value>) -> Self {
        Self::Field(column.to_owned(), Comparison::Equal, value.into())
    }

    /// The column is one of `values`.
    pub fn is_in<V: Into<Value>>(column: &str, values: impl IntoIterator<Item = V>) -> Self {
        let list = values.into_iter().map(Into::into).collect();
        Self::Field(column.to_owned(), Comparison::In, Value::Array(list))
    }

    /// The column compares with `value` as `comparison` says.
    pub fn compare(column: &str, comparison: Comparison, value: impl Into<Value>) -> Self {
        Self::Field(column.to_owned(), comparison, value.into())
    }

    /// This condition and `other`.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        match self {
            Self::And(mut list) => {
                list.push(other);
                Self::And(list)
            }
            first => Self::And(vec![first, other]),
        }
    }

    /// The condition in NocoBase's filter syntax.
    pub fn to_json(&self) -> Value {
        match self {
            Self::And(list) if list.is_empty() => json!({}),
            Self::And(list) => json!({ "$and": list.iter().map(Self::to_json).collect::<Vec<_>>() }),
            // NocoBase reads an empty $or as no condition at all; this one matches nothing.
            Self::Or(list) if list.is_empty() => json!({ "id": { "$in": [] } }),
            Self::Or(list) => json!({ "$or": list.iter().map(Self::to_json).collect::<Vec<_>>() }),
            Self::Field(column, comparison, value) => {
                let mut condition = Map::new();
                condition.insert(comparison.operator().to_owned(), value.clone());
                let mut object = Map::new();
                object.insert(column.clone(), Value::Object(condition));
                Value::Object(object)
            }
        }
    }
}

impl Serialize for Filter {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.to_json().serialize(serializer)
    }
}
