//! Saving a section of the "Email settings" page.

use serde::Deserialize;
use serde_json::{Map, Value, json};
use url::Url;

use super::{PLACEHOLDER, ProviderValues, endpoints::EndpointOverrides};
use crate::error::{Error, Result};
use crate::host::{Batch, Host, row};
use crate::provider::Provider;
use crate::secret::{Secret, Vault};
use crate::store::{self, collections};

/// The longest value a field takes; client ids and secrets are far shorter.
const MAX_LENGTH: usize = 2_048;

/// Saves the values of one section. Fields that are absent keep their values.
///
/// # Errors
/// `invalid_input` naming the field; `storage_failed`.
pub async fn save(host: &dyn Host, section: &str, values: &Map<String, Value>) -> Result<()> {
    match section {
        super::GENERAL_KEY => save_general(host, values).await,
        name => match Provider::parse(name) {
            Ok(provider) => save_provider(host, provider, values).await,
            Err(_) => Err(Error::invalid(
                "section",
                "there is no such section: general, google or microsoft",
            )),
        },
    }
}

async fn save_general(host: &dyn Host, values: &Map<String, Value>) -> Result<()> {
    let mut general = super::general(host).await?;
    for (field, value) in values {
        match field.as_str() {
            "syncInterval" => {
                general.sync_interval = value
                    .as_u64()
                    .and_then(|minutes| u32::try_from(minutes).ok())
                    .filter(|minutes| (1..=1_440).contains(minutes))
                    .ok_or_else(|| Error::invalid("syncInterval", "enter whole minutes from 1 to 1440"))?;
            }
            "publicUrl" => general.public_url = public_url(value)?,
            unknown => return Err(unknown_field(unknown)),
        }
    }
    let record = row([("key", json!(super::GENERAL_KEY)), ("values", json!(general))]);
    store::commit(
        host,
        Batch::new().upsert(collections::GENERAL_SETTINGS, &["key"], vec![record]),
    )
    .await
}

async fn save_provider(host: &dyn Host, provider: Provider, entered: &Map<String, Value>) -> Result<()> {
    let stored = super::provider_record(host, provider).await?;
    let had_secret = stored
        .as_ref()
        .is_some_and(|record| record.client_secret.is_some());
    let mut values = stored.map(|record| record.values).unwrap_or_default();
    let mut new_secret = None;
    for (field, value) in entered {
        match field.as_str() {
            "clientId" => values.client_id = text(value, "clientId")?,
            "clientSecret" => {
                new_secret = Some(text(value, "clientSecret")?).filter(|secret| secret != PLACEHOLDER)
            }
            "enabled" => {
                values.enabled = value
                    .as_bool()
                    .ok_or_else(|| Error::invalid("enabled", "switch it on or off"))?;
            }
            "tenant" if provider == Provider::Microsoft => values.tenant = Some(tenant(value)?),
            "endpoints" => {
                values.endpoints = EndpointOverrides::deserialize(value)
                    .map_err(|_| Error::invalid("endpoints", "the addresses must be texts"))?;
                values.endpoints.check()?;
            }
            unknown => return Err(unknown_field(unknown)),
        }
    }
    let has_secret = new_secret
        .as_deref()
        .map_or(had_secret, |secret| !secret.is_empty());
    complete(&values, has_secret)?;

    let mut record = row([("type", json!(provider.as_str())), ("values", json!(values))]);
    if let Some(secret) = new_secret {
        let sealed = match secret.as_str() {
            "" => Value::Null,
            text => {
                json!(Vault::open(host)?.seal(host, &super::secret_context(provider), &Secret::new(text))?)
            }
        };
        record.insert("clientSecret".to_owned(), sealed);
    }
    store::commit(
        host,
        Batch::new().upsert(collections::SETTINGS, &["type"], vec![record]),
    )
    .await?;
    host.allow_origins(super::origins(host).await?);
    Ok(())
}

/// An enabled provider needs both credentials.
fn complete(values: &ProviderValues, has_secret: bool) -> Result<()> {
    if !values.enabled {
        return Ok(());
    }
    if values.client_id.is_empty() {
        return Err(Error::invalid(
            "clientId",
            "enter the client ID that the provider gave your application",
        ));
    }
    if !has_secret {
        return Err(Error::invalid(
            "clientSecret",
            "enter the client secret that the provider gave your application",
        ));
    }
    Ok(())
}

fn text(value: &Value, field: &'static str) -> Result<String> {
    let text = match value {
        Value::Null => "",
        Value::String(text) => text.trim(),
        _ => return Err(Error::invalid(field, "enter a text")),
    };
    if text.len() > MAX_LENGTH || text.chars().any(char::is_control) {
        return Err(Error::invalid(
            field,
            "the value is too long or contains control characters",
        ));
    }
    Ok(text.to_owned())
}

fn tenant(value: &Value) -> Result<String> {
    let tenant = text(value, "tenant")?;
    let is_plain = tenant
        .chars()
        .all(|letter| letter.is_ascii_alphanumeric() || matches!(letter, '-' | '.'));
    if !is_plain {
        return Err(Error::invalid(
            "tenant",
            "enter common, organizations, consumers, or your directory's id or domain",
        ));
    }
    Ok(if tenant.is_empty() {
        "common".to_owned()
    } else {
        tenant
    })
}

fn public_url(value: &Value) -> Result<Option<String>> {
    let entered = text(value, "publicUrl")?;
    if entered.is_empty() {
        return Ok(None);
    }
    let problem = || {
        Error::invalid(
            "publicUrl",
            "enter the site's address, for example https://crm.example.com",
        )
    };
    let url = Url::parse(&entered).map_err(|_| problem())?;
    let is_plain =
        matches!(url.scheme(), "http" | "https") && url.query().is_none() && url.fragment().is_none();
    if !is_plain || !url.username().is_empty() {
        return Err(problem());
    }
    Ok(Some(entered.trim_end_matches('/').to_owned()))
}

fn unknown_field(name: &str) -> Error {
    let shown: String = name
        .chars()
        .filter(|letter| letter.is_ascii_alphanumeric())
        .take(40)
        .collect();
    Error::invalid(shown, "there is no such setting")
}
