//! What the settings page shows of what is stored.

use serde_json::{Value, json};

use super::{
    GENERAL_KEY, PLACEHOLDER, ProviderRecord, ProviderValues, application, general, provider_record, schema,
    secret_watch,
};
use crate::error::{ErrorCode, Result};
use crate::host::{Host, Row, row};
use crate::provider::Provider;

/// Every section's values, with the placeholder instead of a secret that is set.
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

fn provider_to_page(provider: Provider, record: Option<ProviderRecord>) -> Row {
    let (values, is_set) = match record {
        Some(record) => (record.values, record.client_secret.is_some()),
        None => (ProviderValues::default(), false),
    };
    let mut page = row([
        ("clientId", json!(values.client_id)),
        ("clientSecret", json!(if is_set { PLACEHOLDER } else { "" })),
        ("secretExpiresAt", json!(values.secret_expires_at)),
        ("mode", json!(values.mode)),
        ("enabled", json!(values.enabled)),
        ("endpoints", json!(values.endpoints)),
    ]);
    if provider == Provider::Microsoft {
        page.insert("tenant".to_owned(), json!(values.tenant()));
    }
    page
}

/// What the page is made of, and what an administrator should look at now:
/// `{sections, redirectUri, insecureOrigin, notices: [{section, level, sentence, values, step}]}`.
///
/// # Errors
/// `storage_failed`.
pub async fn describe(host: &dyn Host, request_origin: &str) -> Result<Value> {
    let general = general(host).await?;
    let mut providers = Vec::new();
    let mut notices = Vec::new();
    for provider in Provider::ALL {
        let record = provider_record(host, provider).await?;
        let values = record
            .as_ref()
            .map(|record| record.values.clone())
            .unwrap_or_default();
        if values.enabled {
            notices.extend(unusable(host, provider).await?);
        }
        if let Some(record) = &record {
            notices.extend(secret_watch::notice_of(provider, record, host.now().date_naive()));
        }
        providers.push((provider, values));
    }
    let mut page = schema::schema(&general, request_origin, &providers);
    page.insert("notices".to_owned(), Value::Array(notices));
    Ok(Value::Object(page))
}

/// Says why an enabled provider can't be used all the same: a variable that isn't set, a secret that can't be opened.
async fn unusable(host: &dyn Host, provider: Provider) -> Result<Option<Value>> {
    match application(host, provider).await {
        Ok(_) => Ok(None),
        Err(error)
            if matches!(
                error.code(),
                ErrorCode::NotConfigured | ErrorCode::SecretUnreadable
            ) =>
        {
            Ok(Some(
                json!({ "section": provider, "level": "error", "sentence": error.message() }),
            ))
        }
        Err(error) => Err(error),
    }
}
