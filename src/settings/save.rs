//! Saving a section of the "Email settings" page.

use serde_json::{Value, json};

use super::values::{self, Entered, unknown_field};
use super::{General, PLACEHOLDER, ProviderValues};
use crate::audit::{Act, Entry};
use crate::error::{Error, Result};
use crate::host::{Batch, Host, row};
use crate::ordered::set_of;
use crate::provider::Provider;
use crate::secret::{Secret, Vault};
use crate::store::{self, collections};

/// Saves the values of one section for `by`, a user. Fields that are absent keep their values; other sections are not touched.
///
/// # Errors
/// `invalid_input` naming the field; `storage_failed`.
pub async fn save(host: &dyn Host, by: i64, section: &str, values: &Entered) -> Result<()> {
    match section {
        super::GENERAL_KEY => save_general(host, by, values).await,
        name => match Provider::parse(name) {
            Ok(provider) => save_provider(host, by, provider, values).await,
            Err(_) => Err(Error::invalid(
                "section",
                "there is no such section: general, google or microsoft",
            )),
        },
    }
}

async fn save_general(host: &dyn Host, by: i64, entered: &Entered) -> Result<()> {
    let stored: General = super::general(host).await?;
    let mut general = stored.clone();
    for (field, value) in entered {
        match field.as_str() {
            "syncInterval" => general.sync_interval = values::minutes(value)?,
            "departmentViewing" => general.department_viewing = values::switch(value, "departmentViewing")?,
            "mergeByConversation" => {
                general.merge_by_conversation = values::switch(value, "mergeByConversation")?;
            }
            "linking" => general.linking = values::linking(value)?,
            "publicUrl" => general.public_url = values::public_url(value)?,
            unknown => return Err(unknown_field("", unknown)),
        }
    }
    let record = row([("key", json!(super::GENERAL_KEY)), ("values", json!(general))]);
    let batch = Batch::new().upsert(collections::GENERAL_SETTINGS, &["key"], vec![record]);
    let changed = changed(&json!(stored), &json!(general));
    store::commit(host, noted(host, by, super::GENERAL_KEY, None, changed, batch)).await
}

async fn save_provider(host: &dyn Host, by: i64, provider: Provider, entered: &Entered) -> Result<()> {
    let draft = Draft::read(host, provider, entered).await?;
    draft.complete()?;
    let stored = super::provider_record(host, provider).await?.unwrap_or_default();
    let mut changed = changed(&json!(stored.values), &json!(draft.values));
    let takes_away = |secret: &Secret| secret.expose().is_empty() && stored.client_secret.is_none();
    if draft
        .new_secret
        .as_ref()
        .is_some_and(|secret| !takes_away(secret))
    {
        changed.push("clientSecret".to_owned());
    }
    let mut record = row([
        ("type", json!(provider.as_str())),
        ("values", json!(draft.values)),
    ]);
    if let Some(secret) = draft.new_secret {
        let sealed = match secret.expose() {
            "" => Value::Null,
            _ => json!(
                Vault::open(host)
                    .await?
                    .seal(host, &super::secret_context(provider), &secret)?
            ),
        };
        record.insert("clientSecret".to_owned(), sealed);
        // What was known and told of the one before says nothing of this one.
        record.insert("secretRefused".to_owned(), Value::Null);
        record.insert("secretTold".to_owned(), Value::Null);
    }
    let batch = Batch::new().upsert(collections::SETTINGS, &["type"], vec![record]);
    let batch = noted(host, by, provider.as_str(), Some(provider), changed, batch);
    store::commit(host, batch).await?;
    host.allow_origins(super::origins(host).await?);
    Ok(())
}

/// The batch with a note of which fields changed; none where nothing did.
fn noted(
    host: &dyn Host,
    by: i64,
    section: &str,
    provider: Option<Provider>,
    fields: Vec<String>,
    batch: Batch,
) -> Batch {
    if fields.is_empty() {
        return batch;
    }
    let entry = Entry::new(host, Act::SettingsSaved, by);
    let entry = provider.into_iter().fold(entry, Entry::at);
    entry
        .details(json!({ "section": section, "fields": fields }))
        .note(batch)
}

/// The names of the fields in which two records differ; of those inside a field with its name before.
fn changed(before: &Value, after: &Value) -> Vec<String> {
    let (Some(old), Some(new)) = (before.as_object(), after.as_object()) else {
        return Vec::new();
    };
    let names = set_of(old.keys().chain(new.keys()));
    let field = |name: &String| {
        let (was, is) = (old.get(name), new.get(name));
        match (was, is) {
            (Some(was @ Value::Object(_)), Some(is @ Value::Object(_))) => changed(was, is)
                .into_iter()
                .map(|inner| format!("{name}.{inner}"))
                .collect(),
            _ if was.unwrap_or(&Value::Null) == is.unwrap_or(&Value::Null) => Vec::new(),
            _ => vec![name.clone()],
        }
    };
    names.into_iter().flat_map(field).collect()
}

/// What a provider's section would be with the values that were entered.
pub(super) struct Draft {
    /// The values.
    pub(super) values: ProviderValues,
    /// A secret that was entered; an empty one takes the stored one away.
    pub(super) new_secret: Option<Secret>,
    /// The stored secret, encrypted.
    pub(super) stored_secret: Option<String>,
}

impl Draft {
    /// The stored section with `entered` over it.
    ///
    /// # Errors
    /// `invalid_input` naming the field; `storage_failed`.
    pub(super) async fn read(host: &dyn Host, provider: Provider, entered: &Entered) -> Result<Self> {
        let (mut values, stored_secret) = match super::provider_record(host, provider).await? {
            Some(record) => (record.values, record.client_secret),
            None => (ProviderValues::default(), None),
        };
        let mut new_secret = None;
        for (field, value) in entered {
            match field.as_str() {
                "clientId" => values.client_id = values::credential(value, "clientId")?,
                "clientSecret" => {
                    let secret = values::credential(value, "clientSecret")?;
                    new_secret = (secret != PLACEHOLDER).then(|| Secret::new(secret));
                }
                "secretExpiresAt" => values.secret_expires_at = values::day(value)?,
                "enabled" => values.enabled = values::switch(value, "enabled")?,
                "mode" => values.mode = values::mode(value)?,
                "tenant" if provider == Provider::Microsoft => {
                    values.tenant = Some(values::tenant(value)?);
                }
                "endpoints" => values.endpoints = values::endpoints(value)?,
                unknown => return Err(unknown_field("", unknown)),
            }
        }
        Ok(Self {
            values,
            new_secret,
            stored_secret,
        })
    }

    /// Whether there is a secret, new or stored.
    pub(super) fn has_secret(&self) -> bool {
        match &self.new_secret {
            Some(secret) => !secret.expose().is_empty(),
            None => self.stored_secret.is_some(),
        }
    }

    /// An enabled provider needs both credentials.
    fn complete(&self) -> Result<()> {
        if !self.values.enabled {
            return Ok(());
        }
        if self.values.client_id.is_empty() {
            return Err(Error::invalid(
                "clientId",
                "enter the client ID that the provider gave your application",
            ));
        }
        if !self.has_secret() {
            return Err(Error::invalid(
                "clientSecret",
                "enter the client secret that the provider gave your application",
            ));
        }
        Ok(())
    }
}
