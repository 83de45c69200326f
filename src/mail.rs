//! Mail as users see it: records, lists, single mails, and what is done with them.

pub mod access;
mod conversations;
mod extras;
pub mod folders;
mod hints;
pub mod labels;
pub mod notes;
pub mod organise;
pub mod query;
pub mod read;
pub mod record;
pub mod remote;
pub mod search;
pub mod trust;
pub(crate) mod words;
