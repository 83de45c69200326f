//! OAuth 2.0: from "Link account" to tokens that stay fresh.
//!
//! The authorisation code flow with PKCE S256 (RFC 6749, 7636) and a single-use `state` bound to user, login, provider
//! and redirect URI (RFC 9700); the answer's issuer is compared where it names one (RFC 9207). The protocol itself is
//! the `oauth2` crate's; its type-state stays in [`client`].

mod authorization;
mod client;
mod issuer;
mod link;
mod pending;
mod permission;
mod revocation;
mod subject;
mod tokens;
mod trial;
mod turn;

pub use authorization::{Begin, Callback, Caller, End, Linked, begin, complete};
pub use pending::forget_expired;
pub(crate) use pending::verifier_context;
pub use permission::{Permission, missing as missing_permissions};
pub use revocation::{Revocation, revoke};
pub use tokens::AccountTokens;
pub use trial::{begin as begin_trial, begin_admin_consent};
