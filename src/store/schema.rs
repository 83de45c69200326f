//! What a collection is made of, as data that the shim hands to the host.

use serde::Serialize;

/// A collection of records.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Collection {
    /// The name, also of its REST resource.
    pub name: &'static str,
    /// The title that administrators see.
    pub title: &'static str,
    /// The columns, besides `id`, `createdAt` and `updatedAt`, which every collection has.
    pub fields: Vec<Field>,
    /// The indexes.
    pub indexes: Vec<Index>,
}

/// A column.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Field {
    /// The column's name.
    pub name: &'static str,
    /// Its type, in the host's terms.
    #[serde(rename = "type")]
    pub kind: FieldKind,
    /// Whether the host must keep it out of every answer.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub hidden: bool,
}

/// The types of columns, by their names in NocoBase.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum FieldKind {
    /// Up to 255 characters.
    String,
    /// Text of any length.
    Text,
    /// A 64-bit integer.
    BigInt,
    /// A 32-bit integer.
    Integer,
    /// True or false.
    Boolean,
    /// An instant.
    DatetimeTz,
    /// JSON.
    Json,
}

/// An index.
#[derive(Clone, Debug, Serialize)]
pub struct Index {
    /// Its columns in order.
    pub fields: Vec<&'static str>,
    /// Whether no two records may agree in all of them.
    pub unique: bool,
    /// Whether it is for finding words, where the database has such indexes.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub words: bool,
    /// Whether it is for finding entries of lists, where the database has such indexes.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub entries: bool,
}

/// A column named `name`.
pub(crate) const fn field(name: &'static str, kind: FieldKind) -> Field {
    Field {
        name,
        kind,
        hidden: false,
    }
}

/// A column that never leaves the server.
pub(crate) const fn hidden(name: &'static str, kind: FieldKind) -> Field {
    Field {
        name,
        kind,
        hidden: true,
    }
}

/// An index on `fields`.
pub(crate) fn index(fields: &[&'static str]) -> Index {
    Index {
        fields: fields.to_vec(),
        unique: false,
        words: false,
        entries: false,
    }
}

/// A unique index on `fields`.
pub(crate) fn unique(fields: &[&'static str]) -> Index {
    Index {
        fields: fields.to_vec(),
        unique: true,
        words: false,
        entries: false,
    }
}

/// An index of the words in `field`, which is as [`crate::host::Comparison::Words`] says.
pub(crate) fn words(field: &'static str) -> Index {
    Index {
        fields: vec![field],
        unique: false,
        words: true,
        entries: false,
    }
}

/// An index of the entries of the lists in `field`, for [`crate::host::Comparison::AnyOf`].
pub(crate) fn entries(field: &'static str) -> Index {
    Index {
        fields: vec![field],
        unique: false,
        words: false,
        entries: true,
    }
}
