//! The targets. Each panics when something doesn't hold.

mod pages;
mod provider;
mod text;

pub use pages::filter;
pub use provider::{gmail, graph, id_token};
pub use text::{css, html, mime};
