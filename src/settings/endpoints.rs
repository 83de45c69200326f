//! The providers' addresses, and which of them are acceptable.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use serde::{Deserialize, Serialize};
use url::{Host, Url};

use crate::error::{Error, Result};
use crate::host::AllowedOrigin;
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
    pub(super) authorize: Option<String>,
    pub(super) token: Option<String>,
    pub(super) revoke: Option<String>,
    pub(super) api: Option<String>,
    pub(super) batch: Option<String>,
    /// Whether the addresses entered here may be of this machine or a private network.
    pub(super) allow_private: bool,
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

    /// The origins that the module itself sends requests to. The consent page is asked only when settings are verified.
    pub fn origins(&self) -> Vec<String> {
        let mut origins: Vec<String> = [&self.authorize, &self.token, &self.revoke, &self.api, &self.batch]
            .into_iter()
            .filter_map(|address| Url::parse(address).ok())
            .map(|url| url.origin().ascii_serialization())
            .collect();
        origins.sort_unstable();
        origins.dedup();
        origins
    }
}

impl EndpointOverrides {
    /// Checks that every address is https, or plain http to this very machine, and private only where that is allowed.
    ///
    /// # Errors
    /// `invalid_input` naming the first field that isn't.
    pub fn check(&self) -> Result<()> {
        for (field, address) in self.entries() {
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
            if super::dry_run::is_stand_in(&url) {
                return Err(Error::invalid(
                    field,
                    "this address is reserved for the dry run: switch the dry run on instead",
                ));
            }
            if is_private(&url) && !self.allow_private {
                return Err(Error::invalid(
                    field,
                    "this is an address of this machine or a private network: switch on Allow private addresses if you mean it",
                ));
            }
        }
        Ok(())
    }

    /// The origins of what was entered.
    pub fn origins(&self, tenant: &str) -> Vec<AllowedOrigin> {
        let addresses = self
            .entries()
            .map(|(_, address)| address.replace("{tenant}", tenant));
        addresses
            .filter_map(|address| Url::parse(&address).ok())
            .map(|url| AllowedOrigin {
                origin: url.origin().ascii_serialization(),
                private: self.allow_private,
            })
            .collect()
    }

    fn entries(&self) -> impl Iterator<Item = (&'static str, &str)> {
        let entries = [
            ("endpoints.authorize", &self.authorize),
            ("endpoints.token", &self.token),
            ("endpoints.revoke", &self.revoke),
            ("endpoints.api", &self.api),
            ("endpoints.batch", &self.batch),
        ];
        entries
            .into_iter()
            .filter_map(|(field, address)| Some((field, address.as_deref()?)))
            .filter(|(_, address)| !address.is_empty())
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

/// Whether the address is written as one that no public service has. What a name resolves to, the host checks when it
/// connects.
fn is_private(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(name)) => name == "localhost" || name.ends_with(".localhost"),
        Some(Host::Ipv4(address)) => is_private_ip(address.into()),
        Some(Host::Ipv6(address)) => is_private_ip(address.into()),
        None => true,
    }
}

fn is_private_ip(address: IpAddr) -> bool {
    let v4 = |address: Ipv4Addr| {
        // 100.64.0.0/10 is shared by the customers of one carrier (RFC 6598).
        let [first, second, ..] = address.octets();
        let is_shared = first == 100 && (64..128).contains(&second);
        is_shared
            || first == 0
            || address.is_private()
            || address.is_loopback()
            || address.is_link_local()
            || address.is_broadcast()
            || address.is_multicast()
    };
    match address {
        IpAddr::V4(address) => v4(address),
        IpAddr::V6(address) => match address.to_ipv4_mapped() {
            Some(mapped) => v4(mapped),
            None => is_private_v6(address),
        },
    }
}

const fn is_private_v6(address: Ipv6Addr) -> bool {
    address.is_loopback()
        || address.is_unspecified()
        || address.is_multicast()
        || address.is_unique_local()
        || address.is_unicast_link_local()
}
