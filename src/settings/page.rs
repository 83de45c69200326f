//! What the settings page shows of what is stored.

use serde_json::{Value, json};

use super::{GENERAL_KEY, PLACEHOLDER, ProviderRecord, ProviderValues, general, provider_record};
use crate::error::Result;
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
