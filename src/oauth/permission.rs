//! What consent is asked for, and which of it was not given (C8).

use serde::Serialize;

use crate::error::{Error, ErrorCode};
use crate::provider::Provider;
use crate::settings::AccessMode;

/// Tells Google's answer who the mailbox's owner is; Microsoft Graph tells it without.
const IDENTITY: &str = "openid";

/// A permission as its user knows it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Permission {
    /// The scope's name at the provider.
    pub scope: &'static str,
    /// What it lets the plugin do, as the key of its translation.
    pub name: &'static str,
}

/// The scopes to ask for: no more than what the mode needs.
pub(super) fn asked(provider: Provider, mode: AccessMode) -> impl Iterator<Item = &'static str> {
    let identity = (provider == Provider::Google).then_some(IDENTITY);
    identity.into_iter().chain(mode.scopes(provider).iter().copied())
}

/// What the mode needs and is not among the granted scopes. `offline_access` shows as a refresh token and is never
/// listed.
pub fn missing(provider: Provider, mode: AccessMode, granted: &[String]) -> Vec<Permission> {
    let holds = |wanted: &str| {
        granted.iter().any(|scope| {
            let scope = scope
                .strip_prefix("https://graph.microsoft.com/")
                .unwrap_or(scope);
            scope.eq_ignore_ascii_case(wanted) || includes(scope, wanted)
        })
    };
    let wanted = mode.scopes(provider).iter().copied();
    wanted
        .filter(|scope| *scope != "offline_access" && !holds(scope))
        .map(|scope| Permission {
            scope,
            name: name(scope),
        })
        .collect()
}

/// Whether a wider scope that was granted earlier covers the wanted one.
fn includes(granted: &str, wanted: &str) -> bool {
    let last = |scope: &str| scope.rsplit('/').next().unwrap_or_default().to_ascii_lowercase();
    matches!(
        (last(granted).as_str(), last(wanted).as_str()),
        ("gmail.modify", "gmail.readonly" | "gmail.compose") | ("mail.readwrite", "mail.read")
    )
}

fn name(scope: &str) -> &'static str {
    match scope.rsplit('/').next().unwrap_or_default() {
        "gmail.modify" => "read, organise and send mail",
        "gmail.readonly" | "Mail.Read" => "read mail",
        "gmail.compose" => "write drafts and send mail",
        "Mail.ReadWrite" => "read and organise mail",
        "Mail.Send" => "send mail",
        "User.Read" => "see the mailbox's address",
        _ => "what this site needs",
    }
}

/// The refusal of a grant that lacks `missing`.
pub(super) fn refusal(missing: &[Permission]) -> Error {
    let names: Vec<&str> = missing.iter().map(|permission| permission.name).collect();
    let message = format!(
        "these permissions were not granted: {}. Link the account again and allow them",
        names.join("; ")
    );
    Error::new(ErrorCode::PermissionMissing, message)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_scope_of_every_mode_has_words_of_its_own() {
        for provider in Provider::ALL {
            for mode in AccessMode::ALL {
                for permission in missing(provider, mode, &[]) {
                    assert_ne!(permission.name, name("unknown"), "{}", permission.scope);
                }
            }
        }
    }

    #[test]
    fn a_wider_permission_covers_a_narrower_one_and_not_the_other_way_round() {
        let granted = |scopes: &[&str]| scopes.iter().map(|scope| (*scope).to_owned()).collect::<Vec<_>>();
        let modify = granted(&["openid", "https://www.googleapis.com/auth/gmail.modify"]);
        let read = granted(&["https://www.googleapis.com/auth/gmail.readonly"]);
        assert!(missing(Provider::Google, AccessMode::ReadOnly, &modify).is_empty());
        assert_eq!(missing(Provider::Google, AccessMode::ReadAndSend, &read).len(), 1);
        let outlook = granted(&["https://graph.microsoft.com/User.Read", "mail.readwrite"]);
        assert!(missing(Provider::Microsoft, AccessMode::ReadOnly, &outlook).is_empty());
        let lacking = missing(Provider::Microsoft, AccessMode::ReadAndSend, &outlook);
        assert_eq!(
            lacking.iter().map(|each| each.name).collect::<Vec<_>>(),
            ["send mail"]
        );
    }
}
