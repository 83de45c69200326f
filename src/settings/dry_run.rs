//! Dry runs: users link test mailboxes of a stand-in for the provider, which the host answers for in its own process.
//!
//! What an administrator entered for the provider stays as it is, and mailboxes that were linked before go on with it.
//! A dry run is two numbers beside those values; its addresses follow from them, so that every node and every restart
//! comes to the same mailboxes.

use serde::{Deserialize, Serialize};
use serde_json::json;
use url::Url;

use super::{AccessMode, Application, EndpointOverrides, Endpoints, provider_record};
use crate::account::{self, Account};
use crate::audit::{Act, Entry};
use crate::error::{Error, ErrorCode, Result};
use crate::host::{Batch, Filter, Host, Query, row};
use crate::provider::Provider;
use crate::secret::Secret;
use crate::store::{self, collections};

/// The domain of the stand-in: reserved, so that no request to it could ever leave for somewhere (RFC 6761 6.4).
pub const STAND_IN_DOMAIN: &str = "dry-run.invalid";

/// Id and secret of the application that the stand-in knows. They open nothing.
const CLIENT: &str = "dry-run";

/// How many test mails can be delivered in a dry run.
const MAX_DELIVERIES: u64 = 100;

/// Where pages show the stand-in's consent page, below the site's address.
const CONSENT_PATH: &str = "/admin/settings/mail/dry-run";

/// A dry run, as stored beside the provider's values.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct DryRun {
    /// Milliseconds since 1970: its mailboxes reach back from then.
    pub started: i64,
    /// Test mails that an administrator has sent to each mailbox.
    pub deliveries: u64,
}

impl DryRun {
    /// The stand-in's application.
    ///
    /// # Errors
    /// `internal` when an address would be another one than the stand-in's.
    pub(super) fn application(self, provider: Provider, mode: AccessMode) -> Result<Application> {
        let Self { started, deliveries } = self;
        let address = |path: &str| Some(format!("https://{started}.{STAND_IN_DOMAIN}{path}"));
        // The stand-in forgets with its process; the token endpoint, to which it sends everybody then, tells it.
        let token = |path: &str| address(&format!("{path}?deliveries={deliveries}"));
        let entered = match provider {
            Provider::Google => EndpointOverrides {
                authorize: address("/google/o/oauth2/v2/auth"),
                token: token("/google/token"),
                revoke: address("/google/revoke"),
                api: address("/google/gmail/v1"),
                batch: address("/google/batch/gmail/v1"),
                ..EndpointOverrides::default()
            },
            Provider::Microsoft => EndpointOverrides {
                authorize: address("/microsoft/common/oauth2/v2.0/authorize"),
                token: token("/microsoft/common/oauth2/v2.0/token"),
                api: address("/microsoft/graph/v1.0"),
                batch: address("/microsoft/graph/v1.0/$batch"),
                ..EndpointOverrides::default()
            },
        };
        let application = Application {
            provider,
            client_id: CLIENT.to_owned(),
            client_secret: Secret::new(CLIENT),
            mode,
            endpoints: Endpoints::in_force(provider, &entered, "common"),
            stored: None,
        };
        match application.is_dry_run() {
            true => Ok(application),
            false => Err(Error::new(
                ErrorCode::Internal,
                "an address of the dry run is not the stand-in's",
            )),
        }
    }
}

impl Application {
    /// Whether it is the stand-in's: every address is.
    pub fn is_dry_run(&self) -> bool {
        let origins = self.endpoints.origins();
        origins
            .iter()
            .all(|origin| Url::parse(origin).is_ok_and(|url| is_stand_in(&url)))
    }
}

/// Whether an address is the stand-in's.
pub(super) fn is_stand_in(url: &Url) -> bool {
    let below = |host: &str| {
        host.strip_suffix(STAND_IN_DOMAIN)
            .is_some_and(|rest| rest.ends_with('.'))
    };
    url.host_str()
        .is_some_and(|host| host == STAND_IN_DOMAIN || below(host))
}

/// The provider's dry run, while there is one.
///
/// # Errors
/// `storage_failed`.
pub async fn of_provider(host: &dyn Host, provider: Provider) -> Result<Option<DryRun>> {
    Ok(provider_record(host, provider)
        .await?
        .and_then(|record| record.dry_run))
}

/// `by`, a user, begins a dry run, unless there is one. What an interrupted [`end`] left is removed first.
///
/// # Errors
/// `storage_failed`.
pub async fn start(host: &dyn Host, provider: Provider, by: i64) -> Result<DryRun> {
    if let Some(running) = of_provider(host, provider).await? {
        return Ok(running);
    }
    discard(host, provider, by).await?;
    let dry_run = DryRun {
        started: host.now().timestamp_millis(),
        deliveries: 0,
    };
    let entry = Entry::new(host, Act::DryRunStarted, by).at(provider);
    store::commit(host, entry.note(set(provider, Some(dry_run)))).await?;
    Ok(dry_run)
}

/// Sends a test mail to every mailbox of the dry run. It is there when the mailbox is synchronised next.
///
/// # Errors
/// `not_configured` outside of a dry run, `invalid_input` when it has had its share, `storage_failed`.
pub async fn deliver(host: &dyn Host, provider: Provider) -> Result<DryRun> {
    let mut dry_run = of_provider(host, provider).await?.ok_or_else(ended)?;
    if dry_run.deliveries >= MAX_DELIVERIES {
        return Err(Error::invalid(
            "type",
            "a dry run delivers no more than 100 test mails: end it and begin another",
        ));
    }
    dry_run.deliveries += 1;
    // With a new access token the accounts' next requests bring the stand-in the news, whichever node sends them.
    let stale = row([("accessTokenExpiresAt", json!(host.now()))]);
    let batch = set(provider, Some(dry_run)).update(collections::ACCOUNTS, test_mailboxes(provider), stale);
    store::commit(host, batch).await?;
    Ok(dry_run)
}

/// `by`, a user, ends the dry run: the switch first, so that nothing more is linked, then its mailboxes with all that was stored for
/// them. Returns how many mailboxes there were. Harmless when repeated, so that it can be interrupted.
///
/// # Errors
/// `storage_failed`.
pub async fn end(host: &dyn Host, provider: Provider, by: i64) -> Result<u64> {
    if of_provider(host, provider).await?.is_some() {
        let entry = Entry::new(host, Act::DryRunEnded, by).at(provider);
        store::commit(host, entry.note(set(provider, None))).await?;
    }
    discard(host, provider, by).await
}

/// The address at which the site itself shows the consent page that `url` is the address of.
pub fn consent_address(provider: Provider, url: &str, redirect_uri: &str) -> String {
    let (_, query) = url.split_once('?').unwrap_or_default();
    let site = redirect_uri
        .strip_suffix(super::CALLBACK_PATH)
        .unwrap_or_default();
    format!("{site}{CONSENT_PATH}?type={}&{query}", provider.as_str())
}

/// What holds for what is left of a dry run.
pub(super) fn ended() -> Error {
    Error::new(
        ErrorCode::NotConfigured,
        "the dry run has ended: delete the test mailbox, or link it again in another dry run",
    )
    .about("type")
}

/// The test mailboxes of a provider.
fn test_mailboxes(provider: Provider) -> Filter {
    Filter::eq("type", provider.as_str()).and(Filter::eq("dryRun", true))
}

fn set(provider: Provider, dry_run: Option<DryRun>) -> Batch {
    let record = row([("type", json!(provider)), ("dryRun", json!(dry_run))]);
    Batch::new().upsert(collections::SETTINGS, &["type"], vec![record])
}

async fn discard(host: &dyn Host, provider: Provider, by: i64) -> Result<u64> {
    let begun = Batch::new().delete(collections::AUTHORIZATIONS, test_mailboxes(provider));
    store::commit(host, begun).await?;
    let query = Query::new(collections::ACCOUNTS, test_mailboxes(provider));
    let accounts: Vec<Account> = store::find(host, query).await?;
    for account in &accounts {
        account::delete(host, account, by).await?;
    }
    Ok(accounts.len() as u64)
}

/// How many test mailboxes of a provider there are.
///
/// # Errors
/// `storage_failed`.
pub async fn mailboxes(host: &dyn Host, provider: Provider) -> Result<u64> {
    host.count(collections::ACCOUNTS, test_mailboxes(provider)).await
}
