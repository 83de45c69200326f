//! An email manager for NocoBase: Gmail and Outlook mailboxes, linked by OAuth, kept in step with the host's
//! database, read and managed through the providers' APIs.
//!
//! The flow, and the modules in its order:
//!
//! `host → shim → plugin → account / oauth → session → provider (gmail | graph) → sync / mail → store → host`
//!
//! The laws that hold everywhere:
//!
//! 1. The core never names JavaScript, the clock, randomness or the network: the [`host::Host`] supplies them.
//! 2. Cursor and the items it covers are committed together; an expired cursor is a value; a failed item is a row.
//! 3. Secrets are newtypes that don't show themselves; nothing personal is logged or put into an error.
//! 4. What a user may see or touch is decided here, from the signed-in user the server knows.
//! 5. A run is a sequence of short steps, none of which needs the one before it to be still in memory.

pub mod account;
pub mod audit;
pub mod compose;
pub mod drafts;
pub mod error;
pub mod host;
pub mod identities;
pub mod json;
pub mod mail;
pub mod mime;
pub mod model;
pub mod notice;
pub mod oauth;
pub mod ordered;
pub mod outbox;
pub mod people;
pub mod plugin;
pub mod provider;
pub mod quota;
pub mod secret;
pub mod session;
pub mod settings;
pub mod store;
pub mod sync;
pub mod templates;
#[cfg(target_arch = "wasm32")]
pub mod wasm;

pub use email_manager_sanitize as sanitize;
