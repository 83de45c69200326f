//! What users have to be told in the host's notifications: stored by the commit that makes it true, delivered after.
//!
//! So nothing that was committed is forgotten by a crash, and of several nodes one delivers. Where one dies between
//! delivering and forgetting, the next one offers the same key again, of which the host leaves no second message.

use chrono::TimeDelta;
use serde::Deserialize;
use serde_json::{Value, json};

use crate::error::Result;
use crate::host::{
    Batch, CommitOutcome, Comparison, Event, Filter, Host, LogLevel, Notification, Query, Row, row,
};
use crate::store::{self, collections};

/// How long the next try waits: longer than the host takes for one.
const PAUSE: TimeDelta = TimeDelta::minutes(5);
/// After so many tries, most of a week, it is no news any more.
const ATTEMPTS: i64 = 2_000;
/// How many are delivered in a step.
const STEP: u64 = 20;

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Stored {
    notification: Notification,
    #[serde(default)]
    account_id: Value,
    #[serde(default, deserialize_with = "store::id_or_zero")]
    attempts: i64,
}

/// The batch with something to tell, about an account or about the site. It is forgotten with the account.
pub fn add(host: &dyn Host, batch: Batch, account_id: Option<i64>, notification: &Notification) -> Batch {
    batch.insert(collections::NOTICES, vec![stored(host, account_id, notification)])
}

/// The same of something that many commits may have to tell: the last one's stands.
pub fn add_for_all(host: &dyn Host, batch: Batch, account_id: i64, notification: &Notification) -> Batch {
    let notice = stored(host, Some(account_id), notification);
    batch.upsert(collections::NOTICES, &["key"], vec![notice])
}

fn stored(host: &dyn Host, account_id: Option<i64>, notification: &Notification) -> Row {
    row([
        ("key", json!(notification.key)),
        ("accountId", json!(account_id)),
        ("notification", json!(notification)),
        ("attempts", json!(0)),
        ("dueAt", json!(host.now())),
    ])
}

/// The batch that forgets what was still to be told about an account.
pub fn forget(batch: Batch, account_id: i64) -> Batch {
    batch.delete(collections::NOTICES, Filter::eq("accountId", account_id))
}

/// Delivers what is due. A host that refuses is asked again later.
///
/// # Errors
/// `storage_failed`.
pub async fn deliver(host: &dyn Host) -> Result<()> {
    let due = Filter::compare("dueAt", Comparison::LessOrEqual, json!(host.now()));
    let query = Query::new(collections::NOTICES, due).sort(&["dueAt"]).limit(STEP);
    for stored in store::find::<Stored>(host, query).await? {
        let own = Filter::eq("key", stored.notification.key.as_str());
        let unclaimed = own.clone().and(Filter::eq("attempts", stored.attempts));
        let claimed = row([
            ("attempts", json!(stored.attempts + 1)),
            ("dueAt", json!(host.now() + PAUSE)),
        ]);
        let claim = Batch::new().swap(collections::NOTICES, unclaimed, claimed);
        if host.commit(claim).await? == CommitOutcome::Conflict {
            continue;
        }
        if stored.attempts == 0 {
            host.emit(Event {
                kind: "mail:notice",
                user_id: stored.notification.user_id,
                payload: json!({ "accountId": stored.account_id }),
            });
        }
        if let Err(error) = host.notify(stored.notification).await {
            host.log(LogLevel::Warn, &format!("a user could not be notified: {error}"));
            if stored.attempts < ATTEMPTS {
                continue;
            }
        }
        store::commit(host, Batch::new().delete(collections::NOTICES, own)).await?;
    }
    Ok(())
}
