//! Reading the outbox.

use serde_json::Value;

use super::{Entry, State};
use crate::error::{Error, ErrorCode, Result};
use crate::host::{Filter, Host, Query};
use crate::store::{self, collections};

/// How many mails the page shows.
const SHOWN: u64 = 100;
/// What it shows of each: neither its text nor what the page sent.
const LISTED: [&str; 14] = [
    "id",
    "userId",
    "accountId",
    "key",
    "state",
    "mail",
    "mark",
    "composedAt",
    "scheduleSendAt",
    "notBefore",
    "triedAt",
    "mailId",
    "code",
    "reason",
];

/// The user's mails that are on their way or need their user: everything but what has ended well.
///
/// # Errors
/// `storage_failed`.
pub async fn list(host: &dyn Host, user_id: i64) -> Result<Value> {
    let shown = [State::Queued, State::Sending, State::Ambiguous, State::Failed].map(State::as_str);
    let filter = Filter::eq("userId", user_id).and(Filter::is_in("state", shown));
    let query = Query::new(collections::OUTBOX, filter)
        .fields(&LISTED)
        .sort(&["-id"])
        .limit(SHOWN);
    let entries: Vec<Entry> = store::find(host, query).await?;
    Ok(entries.iter().map(Entry::to_public).collect())
}

/// One of the user's mails in the outbox.
///
/// # Errors
/// `not_found` when there is none, or it isn't the user's; `storage_failed`.
pub async fn of_user(host: &dyn Host, user_id: i64, id: i64) -> Result<Entry> {
    let own = Filter::eq("userId", user_id).and(Filter::eq("id", id));
    one(host, own)
        .await?
        .ok_or_else(|| Error::new(ErrorCode::NotFound, "this mail is not in the outbox any more"))
}

/// The first mail that matches.
pub(super) async fn one(host: &dyn Host, filter: Filter) -> Result<Option<Entry>> {
    first(host, Query::new(collections::OUTBOX, filter)).await
}

/// The first mail of a query, with its text.
pub(super) async fn first(host: &dyn Host, query: Query) -> Result<Option<Entry>> {
    let mut found: Option<Entry> = store::find_one(host, query).await?;
    // A mail that has waited since before texts had a column still has its own.
    if let Some(entry) = found.as_mut().filter(|entry| !entry.html.is_empty()) {
        entry.mail.html = std::mem::take(&mut entry.html);
    }
    Ok(found)
}
