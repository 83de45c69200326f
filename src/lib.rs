//! An email manager for NocoBase.

pub mod account;
pub mod error;
pub mod host;
pub mod model;
pub mod oauth;
pub mod provider;
pub mod secret;
pub mod session;
pub mod settings;
pub mod store;
#[cfg(target_arch = "wasm32")]
pub mod wasm;
