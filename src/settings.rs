//! Settings, parsed once: what an administrator entered on the "Email settings" page.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use crate::error::{Error, ErrorCode, Result};
use crate::host::{AllowedOrigin, Filter, Host, Query};
use crate::ordered::sorted_by_key;
use crate::provider::Provider;
use crate::secret::{Secret, Vault};
use crate::store::{self, collections};

mod access_mode;
pub mod dry_run;
mod endpoints;
mod guide;
mod page;
mod save;
mod schema;
mod secret_watch;
pub(crate) mod trial;
mod values;
mod verify;

pub use access_mode::AccessMode;
pub use dry_run::{DryRun, STAND_IN_DOMAIN, consent_address};
pub use endpoints::{EndpointOverrides, Endpoints};
pub use page::{describe, to_page};
pub use save::save;
pub use schema::NAMESPACE;
pub use secret_watch::watch_secrets;
use secret_watch::{Refusal, StoredSecret};
pub use verify::{Check, CheckState, Report, Subject, saved_application, verify, verify_dry_run};

/// What a page sees instead of a secret that is set, and sends back to leave it as it is.
pub const PLACEHOLDER: &str = "••••••••";

/// Where providers send browsers back to, below the site's address.
const CALLBACK_PATH: &str = "/admin/settings/mail/oauth2";

const GENERAL_KEY: &str = "general";
const DEFAULT_SYNC_INTERVAL_MINUTES: u32 = 5;

/// What applies to every mailbox.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct General {
    /// Minutes between two runs of a mailbox.
    pub sync_interval: u32,
    /// Whether the head of a department may see the mail of its members.
    pub department_viewing: bool,
    /// Whether lists show one row a conversation.
    pub merge_by_conversation: bool,
    /// Who may link mailboxes.
    pub linking: Linking,
    /// The site's address as browsers see it, where it can't be told from requests.
    pub public_url: Option<String>,
}

impl Default for General {
    fn default() -> Self {
        Self {
            sync_interval: DEFAULT_SYNC_INTERVAL_MINUTES,
            department_viewing: false,
            merge_by_conversation: true,
            linking: Linking::Everyone,
            public_url: None,
        }
    }
}

/// Who may link mailboxes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Linking {
    /// Every user.
    #[default]
    Everyone,
    /// Those with a role that was given the permission.
    Permitted,
}

/// What was entered for one provider, without its secret.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct ProviderValues {
    /// What the plugin may do in the mailboxes.
    pub mode: AccessMode,
    /// When the client secret expires, where an administrator noted it.
    pub secret_expires_at: Option<NaiveDate>,
    /// The application's client id, or a `{{$env.NAME}}` that holds it.
    pub client_id: String,
    /// The Microsoft tenant: `common`, `organizations`, `consumers` or an id. Unused for Google.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tenant: Option<String>,
    /// Whether users may link mailboxes of this provider.
    pub enabled: bool,
    /// Other addresses than the public ones.
    pub endpoints: EndpointOverrides,
}

impl ProviderValues {
    /// The tenant in force.
    fn tenant(&self) -> &str {
        let entered = self.tenant.as_deref();
        entered.filter(|tenant| !tenant.is_empty()).unwrap_or("common")
    }
}

/// A provider application, ready for use.
#[derive(Clone, Debug)]
pub struct Application {
    /// Whose application it is.
    pub provider: Provider,
    /// Its client id.
    pub client_id: String,
    /// Its client secret.
    pub client_secret: Secret,
    /// What it may do in mailboxes; [`AccessMode::scopes`] are the scopes to ask consent for.
    pub mode: AccessMode,
    /// The addresses in force.
    pub endpoints: Endpoints,
    /// The secret as it is stored, and whether it was refused; none where it isn't.
    stored: Option<StoredSecret>,
}

#[derive(Deserialize)]
struct GeneralRecord {
    #[serde(default, deserialize_with = "store::or_default")]
    values: General,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase")]
struct ProviderRecord {
    #[serde(default, deserialize_with = "store::or_default")]
    values: ProviderValues,
    #[serde(default)]
    client_secret: Option<String>,
    #[serde(default)]
    dry_run: Option<DryRun>,
    /// Why the provider refuses the secret, where it does.
    #[serde(default)]
    secret_refused: Option<Refusal>,
    /// What administrators were told of the secret last.
    #[serde(default)]
    secret_told: Option<String>,
}

/// The general settings in force.
///
/// # Errors
/// `storage_failed`.
pub async fn general(host: &dyn Host) -> Result<General> {
    let query = Query::new(collections::GENERAL_SETTINGS, Filter::eq("key", GENERAL_KEY));
    Ok(store::find_one::<GeneralRecord>(host, query)
        .await?
        .map(|record| record.values)
        .unwrap_or_default())
}

/// The application with which users link mailboxes now: the provider's, or the stand-in's during a dry run.
///
/// # Errors
/// As [`application_of`].
pub async fn application(host: &dyn Host, provider: Provider) -> Result<Application> {
    let record = provider_record(host, provider).await?;
    match record.as_ref().and_then(|record| record.dry_run) {
        Some(dry_run) => dry_run.application(provider, record.unwrap_or_default().values.mode),
        None => configured(host, provider, record).await,
    }
}

/// The application of an account or authorisation: the stand-in's for those of a dry run, and for no others.
///
/// # Errors
/// `not_configured` when the provider isn't set up, naming what is missing, or when the dry run has ended;
/// `secret_unreadable`; `storage_failed`.
pub async fn application_of(host: &dyn Host, provider: Provider, is_dry_run: bool) -> Result<Application> {
    let record = provider_record(host, provider).await?;
    if !is_dry_run {
        return configured(host, provider, record).await;
    }
    let record = record.unwrap_or_default();
    let dry_run = record.dry_run.ok_or_else(dry_run::ended)?;
    dry_run.application(provider, record.values.mode)
}

/// The provider's application, if an administrator has set it up and enabled it.
async fn configured(
    host: &dyn Host,
    provider: Provider,
    record: Option<ProviderRecord>,
) -> Result<Application> {
    let missing = |what: String| Error::new(ErrorCode::NotConfigured, what).about("type");
    let name = provider.service_name();
    let record = record.filter(|record| record.values.enabled).ok_or_else(|| {
        missing(format!(
            "{name} is not set up: an administrator enables it in Email settings"
        ))
    })?;
    let sealed = record
        .client_secret
        .filter(|_| !record.values.client_id.is_empty())
        .ok_or_else(|| {
            missing(format!(
                "{name} has no client id and secret: an administrator enters them in Email settings"
            ))
        })?;
    let entered = Vault::open(host)
        .await?
        .unseal(&secret_context(provider), &sealed)?;
    let stored = StoredSecret {
        sealed,
        is_refused: record.secret_refused.is_some(),
    };
    Ok(Application {
        stored: Some(stored),
        ..assemble(host, provider, &record.values, &entered)?
    })
}

/// What the provider's application may do in mailboxes, whether it is enabled or not.
///
/// # Errors
/// `storage_failed`.
pub async fn mode(host: &dyn Host, provider: Provider) -> Result<AccessMode> {
    let record = provider_record(host, provider).await?;
    Ok(record.map(|record| record.values.mode).unwrap_or_default())
}

/// The application that these values make.
///
/// # Errors
/// `not_configured` naming a variable of the host that isn't set.
fn assemble(
    host: &dyn Host,
    provider: Provider,
    values: &ProviderValues,
    secret: &Secret,
) -> Result<Application> {
    Ok(Application {
        provider,
        client_id: resolve(host, &values.client_id).map_err(|error| error.about("clientId"))?,
        client_secret: Secret::new(
            resolve(host, secret.expose()).map_err(|error| error.about("clientSecret"))?,
        ),
        mode: values.mode,
        endpoints: Endpoints::in_force(provider, &values.endpoints, values.tenant()),
        stored: None,
    })
}

/// The origins of all addresses that administrators entered.
///
/// # Errors
/// `storage_failed`.
pub async fn origins(host: &dyn Host) -> Result<Vec<AllowedOrigin>> {
    let mut origins = Vec::new();
    for provider in Provider::ALL {
        if let Some(record) = provider_record(host, provider).await? {
            origins.extend(record.values.endpoints.origins(record.values.tenant()));
        }
    }
    let mut origins = sorted_by_key(origins, Clone::clone);
    origins.dedup();
    Ok(origins)
}

/// The redirect URI of a site: `<origin>/admin/settings/mail/oauth2`.
pub fn redirect_uri(general: &General, request_origin: &str) -> String {
    let entered = general.public_url.as_deref().filter(|url| !url.is_empty());
    format!(
        "{}{CALLBACK_PATH}",
        entered.unwrap_or(request_origin).trim_end_matches('/')
    )
}

async fn provider_record(host: &dyn Host, provider: Provider) -> Result<Option<ProviderRecord>> {
    store::find_one(
        host,
        Query::new(collections::SETTINGS, Filter::eq("type", provider.as_str())),
    )
    .await
}

pub(crate) fn secret_context(provider: Provider) -> String {
    format!("{}/{}/clientSecret", collections::SETTINGS, provider.as_str())
}

/// Replaces a value that is `{{$env.NAME}}` by the host's variable; any other value stands for itself.
fn resolve(host: &dyn Host, value: &str) -> Result<String> {
    match variable(value) {
        None => Ok(value.to_owned()),
        Some(name) => host
            .environment(name)
            .filter(|value| !value.trim().is_empty())
            .ok_or_else(|| {
                Error::new(
                    ErrorCode::NotConfigured,
                    format!("the variable {name} is not set: an administrator adds it"),
                )
            }),
    }
}

/// The name in a value that is `{{$env.NAME}}`.
fn variable(value: &str) -> Option<&str> {
    let inner = value.trim().strip_prefix("{{")?.strip_suffix("}}")?;
    let name = inner.trim().strip_prefix("$env.")?.trim();
    let is_name = name
        .bytes()
        .all(|byte| byte == b'_' || byte.is_ascii_alphanumeric());
    (!name.is_empty() && is_name).then_some(name)
}
