//! Records: the collections the plugin keeps in the host's database, and typed access to them.

pub mod collections;
pub mod schema;
