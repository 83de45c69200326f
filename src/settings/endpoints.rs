//! The providers' addresses, and which of them are acceptable.

use serde::{Deserialize, Serialize};
use url::{Host, Url};

use crate::error::{Error, Result};
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

/// The addresses an administrator entered; what is absent or empty keeps its default.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct EndpointOverrides {
    authorize: Option<String>,
    token: Option<String>,
    revoke: Option<String>,
    api: Option<String>,
    batch: Option<String>,
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

    /// The addresses in force for `provider`: its public ones, with what was entered instead, for this tenant.
    pub fn in_force(provider: Provider, entered: &EndpointOverrides, tenant: &str) -> Self {
        let public = Self::public(provider);
        let choose = |entered: &Option<String>, default: String| {
            let text = entered
                .as_deref()
                .filter(|text| !text.is_empty())
                .map_or(default, str::to_owned);
            text.replace("{tenant}", tenant).trim_end_matches('/').to_owned()
        };
        Self {
            authorize: choose(&entered.authorize, public.authorize),
            token: choose(&entered.token, public.token),
            revoke: choose(&entered.revoke, public.revoke),
            api: choose(&entered.api, public.api),
            batch: choose(&entered.batch, public.batch),
        }
    }

    /// The origins that the module itself sends requests to.
    pub fn origins(&self) -> Vec<String> {
        let mut origins: Vec<String> = [&self.token, &self.revoke, &self.api, &self.batch]
            .into_iter()
            .filter_map(|address| Url::parse(address).ok())
            .map(|url| url.origin().ascii_serialization())
            .collect();
        origins.sort();
        origins.dedup();
        origins
    }
}

impl EndpointOverrides {
    /// Checks that every address is https, or plain http to this very machine.
    ///
    /// # Errors
    /// `invalid_input` naming the first field that isn't.
    pub fn check(&self) -> Result<()> {
        for (field, address) in self.entries() {
            let Some(address) = address.as_deref().filter(|address| !address.is_empty()) else {
                continue;
            };
            let url = Url::parse(&address.replace("{tenant}", "common"))
                .map_err(|_| Error::invalid(field, "enter a complete address that begins with https://"))?;
            if url.scheme() != "https" && !(url.scheme() == "http" && is_this_machine(&url)) {
                return Err(Error::invalid(field, "the address must begin with https://"));
            }
            if !url.username().is_empty() || url.password().is_some() || url.fragment().is_some() {
                return Err(Error::invalid(
                    field,
                    "the address must not contain a user, a password or a fragment",
                ));
            }
        }
        Ok(())
    }

    fn entries(&self) -> [(&'static str, &Option<String>); 5] {
        [
            ("endpoints.authorize", &self.authorize),
            ("endpoints.token", &self.token),
            ("endpoints.revoke", &self.revoke),
            ("endpoints.api", &self.api),
            ("endpoints.batch", &self.batch),
        ]
    }
}

/// Whether the address is one of this very machine.
pub(super) fn is_this_machine(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(name)) => name == "localhost",
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    }
}
