//! Everything secret that has passed, and refresh tokens that work once: what tests need beside the protocol.

use std::collections::BTreeSet;

use super::{AuthServer, Token};

/// What an authorisation server remembers for the tests.
#[derive(Debug, Default)]
pub(super) struct History {
    /// Codes and tokens that were issued, and verifiers that were sent.
    secrets: BTreeSet<String>,
    /// Refresh tokens that have served, where they serve once, with whose they were.
    spent: Vec<(String, String)>,
}

impl AuthServer {
    /// Notes what nobody but its owner may ever read. What a stand-in inside a process issues guards nothing, and isn't
    /// kept.
    pub(super) fn note_secret(&mut self, value: &str) {
        if !self.is_durable && !value.is_empty() {
            self.history.secrets.insert(value.to_owned());
        }
    }

    /// The client secret, and every code, token and verifier so far.
    pub(crate) fn secrets(&self) -> Vec<String> {
        let own = std::iter::once(self.client.secret.clone());
        own.chain(self.history.secrets.iter().cloned()).collect()
    }

    /// Ends a refresh token that has just served, where they serve once. Returns whether they do.
    pub(super) fn spend(&mut self, value: &str, token: &Token) -> bool {
        let is_single_use = self.quirks.single_use_refresh_tokens;
        if is_single_use {
            self.refresh_tokens.remove(value);
            self.history.spent.push((value.to_owned(), token.user.clone()));
        }
        is_single_use
    }

    /// A refresh token that comes back after it has served was stolen: its grant ends (RFC 9700, 4.14.2).
    pub(super) fn detect_replay(&mut self, value: &str) {
        let spent = self.history.spent.iter();
        let owner = spent
            .filter(|(token, _)| token == value)
            .map(|(_, user)| user.clone())
            .next();
        if let Some(user) = owner {
            self.revoke_user(&user);
        }
    }
}
