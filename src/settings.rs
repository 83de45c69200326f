//! Settings, parsed once: what an administrator entered on the "Email settings" page.

use serde::{Deserialize, Serialize};

use crate::provider::Provider;

/// The addresses of a provider. The public ones are the defaults; national clouds, proxies and tests set others.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Endpoints {
    /// The consent page. `{tenant}` stands for the Microsoft tenant.
    pub authorize: String,
    /// Codes and refresh tokens are exchanged here. `{tenant}` stands for the Microsoft tenant.
    pub token: String,
    /// Grants are revoked here; empty where the provider has no such address.
    pub revoke: String,
    /// The mail API's base, without a trailing slash.
    pub api: String,
    /// The batch address of the mail API.
    pub batch: String,
}

impl Endpoints {
    /// The public addresses of `provider`.
    pub fn public(provider: Provider) -> Self {
        let [authorize, token, revoke, api, batch] = match provider {
            Provider::Google => [
                "https://accounts.google.com/o/oauth2/v2/auth",
                "https://oauth2.googleapis.com/token",
                "https://oauth2.googleapis.com/revoke",
                "https://gmail.googleapis.com/gmail/v1",
                "https://gmail.googleapis.com/batch/gmail/v1",
            ],
            Provider::Microsoft => [
                "https://login.microsoftonline.com/{tenant}/oauth2/v2.0/authorize",
                "https://login.microsoftonline.com/{tenant}/oauth2/v2.0/token",
                "",
                "https://graph.microsoft.com/v1.0",
                "https://graph.microsoft.com/v1.0/$batch",
            ],
        };
        Self {
            authorize: authorize.to_owned(),
            token: token.to_owned(),
            revoke: revoke.to_owned(),
            api: api.to_owned(),
            batch: batch.to_owned(),
        }
    }
}
