//! The targets. Each panics when something doesn't hold.

mod mailbox;
mod pages;
mod provider;
mod service;
mod text;

pub use mailbox::{changes, lists, sending};
pub use pages::filter;
pub use provider::{gmail, graph, id_token};
pub use service::{headers, token};
pub use text::{css, html, mime};
