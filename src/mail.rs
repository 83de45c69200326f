//! Mail as users see it: records, lists, single mails, and what is done with them.

pub mod access;
pub mod query;
pub mod read;
pub mod record;
pub mod remote;
