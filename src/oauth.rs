//! OAuth 2.0: from "Link account" to tokens that stay fresh.
//!
//! The authorisation code flow with PKCE S256 (RFC 6749, 7636) and a single-use `state` bound to user and provider
//! (RFC 9700). The protocol itself is the `oauth2` crate's; its type-state stays in [`client`].

mod authorization;
mod client;
mod tokens;
pub mod trial;

pub use authorization::{Callback, Linked, begin, complete};
pub use tokens::{AccountTokens, revoke};

use crate::provider::Provider;

/// What the plugin asks for at consent: no more than synchronising, organising and sending need.
const fn scopes(provider: Provider) -> &'static [&'static str] {
    match provider {
        Provider::Google => &["https://www.googleapis.com/auth/gmail.modify"],
        Provider::Microsoft => &["offline_access", "User.Read", "Mail.ReadWrite", "Mail.Send"],
    }
}

/// The scopes that were asked for and are not among the granted ones. `offline_access` shows as a refresh token and
/// is never listed.
fn missing_scopes(provider: Provider, granted: &[String]) -> Vec<&'static str> {
    let holds = |wanted: &str| {
        granted.iter().any(|scope| {
            let short = scope
                .strip_prefix("https://graph.microsoft.com/")
                .unwrap_or(scope);
            short.eq_ignore_ascii_case(wanted)
        })
    };
    scopes(provider)
        .iter()
        .copied()
        .filter(|scope| *scope != "offline_access" && !holds(scope))
        .collect()
}
