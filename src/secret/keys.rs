//! The data keys: random, kept in `mailKeys`, wrapped under the key that the application's own key stands for.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::{DateTime, Utc};
use serde::Deserialize;
use serde_json::json;

use super::Secret;
use super::vault::SealingKey;
use crate::error::{Error, ErrorCode, Result};
use crate::host::{Filter, Host, Query, Row, row};
use crate::store::{self, collections};

/// A key as stored.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct KeyRecord {
    /// Counts the rotations; the key that the application's own stands for is number 0.
    #[serde(deserialize_with = "store::id_from")]
    pub(super) generation: i64,
    /// What the secrets under it carry.
    pub(super) key_id: String,
    /// The key itself, sealed; none for number 0.
    #[serde(default)]
    wrapped: Option<String>,
    /// When another one took its place.
    #[serde(default)]
    pub(super) retired_at: Option<DateTime<Utc>>,
    /// When nothing was found any more that had to be moved under this key.
    #[serde(default)]
    pub(super) checked_at: Option<DateTime<Utc>>,
    /// When it was made.
    #[serde(default)]
    pub(super) created_at: Option<DateTime<Utc>>,
}

impl KeyRecord {
    /// The key, opened with `root`.
    pub(super) fn unwrap(&self, root: &SealingKey) -> Result<SealingKey> {
        let damaged = || Error::new(ErrorCode::SecretUnreadable, "a data key is damaged");
        let wrapped = self.wrapped.as_deref().ok_or_else(damaged)?;
        let encoded = root.unseal(&context(&self.key_id), wrapped)?;
        let bytes = URL_SAFE_NO_PAD.decode(encoded.expose()).map_err(|_| damaged())?;
        let key = bytes.try_into().map_err(|_| damaged())?;
        Ok(SealingKey::new(self.key_id.clone(), key))
    }
}

/// Every key, the newest first; none before the first rotation.
pub(super) async fn load(host: &dyn Host) -> Result<Vec<KeyRecord>> {
    let query = Query::new(collections::KEYS, Filter::all()).sort(&["-generation"]);
    store::find(host, query).await
}

/// A new random key's record.
pub(super) fn create(host: &dyn Host, root: &SealingKey, generation: i64) -> Result<Row> {
    let (mut id, mut key) = ([0; 6], [0; 32]);
    host.random(&mut id)?;
    host.random(&mut key)?;
    let id: String = id.iter().map(|byte| format!("{byte:02x}")).collect();
    let wrapped = root.seal(host, &context(&id), &Secret::new(URL_SAFE_NO_PAD.encode(key)))?;
    Ok(row([
        ("generation", json!(generation)),
        ("keyId", json!(id)),
        ("wrapped", json!(wrapped)),
    ]))
}

fn context(key_id: &str) -> String {
    format!("{}/{key_id}/wrapped", collections::KEYS)
}
