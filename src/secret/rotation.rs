//! Key rotation: a new data key, and every stored secret moved under it in short steps.
//!
//! A step reads some secrets that are under a retired key, and writes each back under the newest one, unless somebody
//! has changed it meanwhile. Whatever ends a step, the next one goes on from what is in the database: at any moment
//! each secret is under a key that is kept. A retired key goes when nothing is under it any more, and not before an hour
//! has passed, because a request under way may still store a secret under it.

use chrono::{DateTime, TimeDelta, Utc};
use serde::Serialize;
use serde_json::{Value, json};

use super::Vault;
use super::keys::{self, KeyRecord};
use super::vault::{SealingKey, key_id, prefix};
use crate::account::Account;
use crate::audit::{Act, Entry};
use crate::error::{Error, ErrorCode, Result};
use crate::host::{Batch, CommitOutcome, Comparison, Filter, Host, LogLevel, Query, Row, row};
use crate::provider::Provider;
use crate::store::{self, collections};
use crate::{oauth, settings};

/// How many records a step moves.
const STEP: usize = 20;
/// How many records are read at once.
const PAGE: u64 = 100;
/// How long a retired key is kept at least: far longer than any request is under way.
const GRACE: TimeDelta = TimeDelta::hours(1);
/// How many keys may wait for their end at once. Each is opened with every request and looked for in every secret.
const WAITING: usize = 8;

/// How far a rotation is.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct RotationState {
    /// How many rotations there have been.
    pub generation: i64,
    /// When the key in use was made; none before the first rotation.
    pub since: Option<DateTime<Utc>>,
    /// How many records still hold a secret under an earlier key.
    pub remaining: u64,
}

/// Makes a new key for `by`, a user. From now on secrets are sealed under it; [`step`] moves the stored ones.
///
/// # Errors
/// `conflict` when somebody else rotates at the same time, or there were too many rotations within an hour; `storage_failed`, `host_failed`.
pub async fn rotate(host: &dyn Host, by: i64) -> Result<()> {
    let root = SealingKey::root(&host.application_key()?)?;
    let records = keys::load(host).await?;
    let is_waiting = |key: &&KeyRecord| key.retired_at.is_some_and(|since| since + GRACE > host.now());
    if records.iter().filter(is_waiting).count() >= WAITING {
        return Err(Error::new(
            ErrorCode::Conflict,
            "the key was replaced several times within an hour: wait before you replace it again",
        ));
    }
    let retired = row([("retiredAt", json!(host.now()))]);
    let (batch, generation) = match records.first() {
        Some(newest) => {
            let current =
                Filter::eq("keyId", newest.key_id.as_str()).and(Filter::eq("retiredAt", Value::Null));
            let batch = Batch::new().swap(collections::KEYS, current, retired);
            (batch, newest.generation + 1)
        }
        None => {
            let mut first = row([("generation", json!(0)), ("keyId", json!(root.id()))]);
            first.extend(retired);
            (Batch::new().insert(collections::KEYS, vec![first]), 1)
        }
    };
    let new = keys::create(host, &root, generation)?;
    let entry = Entry::new(host, Act::KeyRotated, by).details(json!({ "generation": generation }));
    store::commit(host, entry.note(batch.insert(collections::KEYS, vec![new]))).await
}

/// How far the last rotation is.
///
/// # Errors
/// `storage_failed`.
pub async fn state(host: &dyn Host) -> Result<RotationState> {
    let records = keys::load(host).await?;
    let retired = retired_ids(&records);
    let mut remaining = 0;
    for place in PLACES.iter().filter(|_| !retired.is_empty()) {
        remaining += host.count(place.collection, place.under(&retired)).await?;
    }
    let newest = records.first();
    Ok(RotationState {
        generation: newest.map_or(0, |key| key.generation),
        since: newest.and_then(|key| key.created_at),
        remaining,
    })
}

/// Moves some secrets. Returns whether there may be more to move.
///
/// # Errors
/// `storage_failed`, `host_failed`. A secret that can't be opened is left as it is and doesn't stop the others.
pub async fn step(host: &dyn Host) -> Result<bool> {
    let records = keys::load(host).await?;
    let retired = retired_ids(&records);
    let Some(newest) = records
        .first()
        .filter(|newest| is_due(newest, &retired, host.now()))
    else {
        return Ok(false);
    };
    let vault = Vault::open(host).await?;
    if vault.newest()?.id() != newest.key_id {
        // The application's key has changed: there is nothing to move secrets to before the next rotation.
        return Ok(false);
    }
    let mut stuck = Vec::new();
    for place in PLACES {
        if move_some(host, &vault, place, &retired, &mut stuck).await? {
            return Ok(true);
        }
    }
    finish(host, &records, &stuck).await?;
    Ok(false)
}

fn is_due(newest: &KeyRecord, retired: &[String], now: DateTime<Utc>) -> bool {
    !retired.is_empty() && newest.checked_at.is_none_or(|checked| checked + GRACE <= now)
}

fn retired_ids(records: &[KeyRecord]) -> Vec<String> {
    let retired = records.iter().filter(|key| key.retired_at.is_some());
    retired.map(|key| key.key_id.clone()).collect()
}

/// Moves up to [`STEP`] records of a place. Returns whether it moved any; the key ids of what can't be opened go to `stuck`.
async fn move_some(
    host: &dyn Host,
    vault: &Vault,
    place: &Place,
    retired: &[String],
    stuck: &mut Vec<String>,
) -> Result<bool> {
    let (mut moved, mut after) = (0, 0);
    loop {
        let further = Filter::compare("id", Comparison::Greater, after).and(place.under(retired));
        let query = Query::new(place.collection, further).sort(&["id"]).limit(PAGE);
        let rows = host.find(query).await?;
        let Some(last) = rows.last().and_then(|row| store::id_of(row.get("id")?)) else {
            return Ok(moved > 0);
        };
        after = last;
        for row in &rows {
            match reseal(host, vault, place, row, retired) {
                Ok(None) => {}
                Ok(Some(batch)) => {
                    // Who changed it meanwhile has sealed it anew; the next step looks again.
                    let (CommitOutcome::Committed | CommitOutcome::Conflict) = host.commit(batch).await?;
                    moved += 1;
                }
                Err(error) if error.code() == ErrorCode::SecretUnreadable => {
                    let message = format!(
                        "a secret of {} can't be moved to the new key: {error}",
                        place.collection
                    );
                    host.log(LogLevel::Warn, &message);
                    stuck.extend(
                        place
                            .sealed(row)
                            .filter_map(|(_, sealed)| key_id(sealed).map(str::to_owned)),
                    );
                }
                Err(error) => return Err(error),
            }
            if moved >= STEP {
                return Ok(true);
            }
        }
    }
}

/// The record's secrets under the newest key, to be written where none of them has changed.
fn reseal(
    host: &dyn Host,
    vault: &Vault,
    place: &Place,
    row: &Row,
    retired: &[String],
) -> Result<Option<Batch>> {
    let mut unchanged = Filter::eq("id", row.get("id").cloned().unwrap_or_default());
    let mut values = Row::new();
    for (column, sealed) in place.sealed(row) {
        if !key_id(sealed).is_some_and(|id| retired.iter().any(|each| each == id)) {
            continue;
        }
        let context = (place.context)(row, column)
            .ok_or_else(|| Error::new(ErrorCode::SecretUnreadable, "its record is damaged"))?;
        let moved = vault.seal(host, &context, &vault.unseal(&context, sealed)?)?;
        unchanged = unchanged.and(Filter::eq(column, sealed));
        values.insert(column.to_owned(), json!(moved));
    }
    Ok((!values.is_empty()).then(|| Batch::new().swap(place.collection, unchanged, values)))
}

/// Notes that nothing was left to move, and forgets keys that nothing is under.
async fn finish(host: &dyn Host, records: &[KeyRecord], stuck: &[String]) -> Result<()> {
    let now = host.now();
    let unused = records.iter().filter(|key| {
        key.retired_at.is_some_and(|since| since + GRACE <= now) && !stuck.contains(&key.key_id)
    });
    let unused = Filter::is_in("keyId", unused.map(|key| key.key_id.as_str()));
    let newest = Filter::eq("retiredAt", Value::Null);
    let batch = Batch::new().delete(collections::KEYS, unused).update(
        collections::KEYS,
        newest,
        row([("checkedAt", json!(now))]),
    );
    store::commit(host, batch).await
}

/// Where secrets are stored.
struct Place {
    collection: &'static str,
    columns: &'static [&'static str],
    /// The context under which a column of this record was sealed.
    context: fn(&Row, &str) -> Option<String>,
}

const PLACES: &[Place] = &[
    Place {
        collection: collections::SETTINGS,
        columns: &["clientSecret"],
        context: |row, _| Some(settings::secret_context(provider(row)?)),
    },
    Place {
        collection: collections::ACCOUNTS,
        columns: &["refreshToken", "accessToken"],
        context: |row, column| {
            let user_id = store::id_of(row.get("userId")?)?;
            Some(Account::secret_context(
                user_id,
                provider(row)?,
                row.get("email")?.as_str()?,
                column,
            ))
        },
    },
    Place {
        collection: collections::AUTHORIZATIONS,
        columns: &["verifier"],
        context: |row, _| Some(oauth::verifier_context(row.get("stateHash")?.as_str()?)),
    },
];

impl Place {
    /// The records with a secret under one of these keys.
    fn under(&self, ids: &[String]) -> Filter {
        let conditions = self.columns.iter().flat_map(|column| {
            ids.iter()
                .map(|id| Filter::compare(column, Comparison::Includes, prefix(id)))
        });
        Filter::Or(conditions.collect())
    }

    fn sealed<'a>(&'a self, row: &'a Row) -> impl Iterator<Item = (&'static str, &'a str)> {
        self.columns
            .iter()
            .filter_map(|column| Some((*column, row.get(*column)?.as_str()?)))
    }
}

fn provider(row: &Row) -> Option<Provider> {
    Provider::parse(row.get("type")?.as_str()?).ok()
}
