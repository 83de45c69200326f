//! Settings, parsed once: what an administrator entered on the "Email settings" page.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::error::{Error, ErrorCode, Result};
use crate::host::{Filter, Host, Query, Row, row};
use crate::provider::Provider;
use crate::secret::{Secret, Vault};
use crate::store::{self, collections};

mod endpoints;
mod save;
mod schema;

pub use endpoints::{EndpointOverrides, Endpoints};
pub use save::save;
pub use schema::{NAMESPACE, schema};

/// What a page sees instead of a secret that is set, and sends back to leave it as it is.
pub const PLACEHOLDER: &str = "••••••••";

const GENERAL_KEY: &str = "general";
const DEFAULT_SYNC_INTERVAL_MINUTES: u32 = 5;

/// What applies to every mailbox.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct General {
    /// Minutes between two runs of a mailbox.
    pub sync_interval: u32,
    /// The site's address as browsers see it, where it can't be told from requests.
    pub public_url: Option<String>,
}

impl Default for General {
    fn default() -> Self {
        Self {
            sync_interval: DEFAULT_SYNC_INTERVAL_MINUTES,
            public_url: None,
        }
    }
}

/// What was entered for one provider, without its secret.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct ProviderValues {
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

/// A provider application, ready for use.
#[derive(Clone, Debug)]
pub struct Application {
    /// Whose application it is.
    pub provider: Provider,
    /// Its client id.
    pub client_id: String,
    /// Its client secret.
    pub client_secret: Secret,
    /// The addresses in force.
    pub endpoints: Endpoints,
}

#[derive(Deserialize)]
struct GeneralRecord {
    #[serde(default, deserialize_with = "store::or_default")]
    values: General,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct ProviderRecord {
    #[serde(default, deserialize_with = "store::or_default")]
    values: ProviderValues,
    #[serde(default)]
    client_secret: Option<String>,
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

/// The provider's application, if an administrator has set it up and enabled it.
///
/// # Errors
/// `not_configured` when it isn't set up, naming what is missing; `secret_unreadable`; `storage_failed`.
pub async fn application(host: &dyn Host, provider: Provider) -> Result<Application> {
    let missing = |what: String| Error::new(ErrorCode::NotConfigured, what).about("type");
    let name = provider.service_name();
    let record = provider_record(host, provider)
        .await?
        .filter(|record| record.values.enabled)
        .ok_or_else(|| {
            missing(format!(
                "{name} is not set up: an administrator enables it in Email settings"
            ))
        })?;
    let client_id = resolve(host, &record.values.client_id)?;
    let sealed = record
        .client_secret
        .filter(|_| !client_id.is_empty())
        .ok_or_else(|| {
            missing(format!(
                "{name} has no client id and secret: an administrator enters them in Email settings"
            ))
        })?;
    let entered = Vault::open(host)?.unseal(&secret_context(provider), &sealed)?;
    let client_secret = Secret::new(resolve(host, entered.expose())?);
    let tenant = record
        .values
        .tenant
        .as_deref()
        .filter(|tenant| !tenant.is_empty())
        .unwrap_or("common");
    let endpoints = Endpoints::in_force(provider, &record.values.endpoints, tenant);
    Ok(Application {
        provider,
        client_id,
        client_secret,
        endpoints,
    })
}

/// What the settings page shows: every section's values, with the placeholder instead of a secret that is set.
///
/// # Errors
/// `storage_failed`.
pub async fn to_page(host: &dyn Host) -> Result<Row> {
    let mut page = row([(GENERAL_KEY, json!(general(host).await?))]);
    for provider in Provider::ALL {
        let record = provider_record(host, provider).await?;
        page.insert(
            provider.as_str().to_owned(),
            Value::Object(provider_to_page(provider, record)),
        );
    }
    Ok(page)
}

/// The origins of all addresses that administrators entered.
///
/// # Errors
/// `storage_failed`.
pub async fn origins(host: &dyn Host) -> Result<Vec<String>> {
    let mut origins = Vec::new();
    for provider in Provider::ALL {
        if let Some(record) = provider_record(host, provider).await? {
            origins.extend(Endpoints::in_force(provider, &record.values.endpoints, "common").origins());
        }
    }
    Ok(origins)
}

/// The redirect URI of a site: `<origin>/admin/settings/mail/oauth2`.
pub fn redirect_uri(general: &General, request_origin: &str) -> String {
    let entered = general.public_url.as_deref().filter(|url| !url.is_empty());
    format!(
        "{}/admin/settings/mail/oauth2",
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

fn provider_to_page(provider: Provider, record: Option<ProviderRecord>) -> Row {
    let (values, is_set) = match record {
        Some(record) => (record.values, record.client_secret.is_some()),
        None => (ProviderValues::default(), false),
    };
    let mut page = row([
        ("clientId", json!(values.client_id)),
        ("clientSecret", json!(if is_set { PLACEHOLDER } else { "" })),
        ("enabled", json!(values.enabled)),
        ("endpoints", json!(values.endpoints)),
    ]);
    if provider == Provider::Microsoft {
        page.insert(
            "tenant".to_owned(),
            json!(values.tenant.as_deref().unwrap_or("common")),
        );
    }
    page
}

fn secret_context(provider: Provider) -> String {
    format!("{}/{}/clientSecret", collections::SETTINGS, provider.as_str())
}

/// Replaces a value that is `{{$env.NAME}}` by the host's variable; any other value stands for itself.
fn resolve(host: &dyn Host, value: &str) -> Result<String> {
    let name = value
        .trim()
        .strip_prefix("{{")
        .and_then(|rest| rest.strip_suffix("}}"))
        .and_then(|inner| inner.trim().strip_prefix("$env."));
    match name {
        None => Ok(value.to_owned()),
        Some(name) => host.environment(name.trim()).ok_or_else(|| {
            Error::new(
                ErrorCode::NotConfigured,
                format!("the variable {name} is not set: an administrator adds it"),
            )
        }),
    }
}
