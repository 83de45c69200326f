//! When a step fails, and where a mail's way ends.

use std::collections::BTreeMap;
use std::rc::Rc;

use chrono::{DateTime, TimeDelta, Utc};
use serde_json::{Value, json};

use super::{Done, GIVE_UP, log, write};
use crate::account::{self, Account};
use crate::error::{Error, ErrorCode, Result};
use crate::host::{Batch, Host, Notification, row};
use crate::mail::remote;
use crate::notice;
use crate::outbox::{Entry, State, announce, files_for};
use crate::provider::sending::Preparation;
use crate::session::Session;

/// Where users look after what was not sent.
const OUTBOX_PATH: &str = "/admin/mail?outbox=1";
/// The longest pause between two tries.
const MAX_BACKOFF: TimeDelta = TimeDelta::hours(1);
/// How long the files of a mail are kept after it was seen among the sent ones, and after it was not sent.
const SENT_FILES: TimeDelta = TimeDelta::hours(1);
const FAILED_FILES: TimeDelta = TimeDelta::days(30);

/// A step failed. It is tried again, for a day; then a mail that wasn't tried to be sent has failed, one that was is for its
/// user to decide about, and one that was accepted stays so.
pub(super) async fn fail(host: &dyn Host, entry: &mut Entry, error: &Error) -> Result<Done> {
    log(host, entry, error);
    let now = host.now();
    let failures = entry.failures + 1;
    // From when it was begun, or tried, whichever is later: time in which nobody could try is not counted.
    let since = entry.tried_at.unwrap_or_default().max(entry.since());
    let is_open = entry.tried_at.is_some() || entry.state == State::Accepted;
    // Somebody has removed the draft: there will be another one.
    let is_begun = !is_open && entry.preparation.draft.is_some();
    let begins_again = error.code() == ErrorCode::ItemGone && is_begun;
    if begins_again {
        entry.preparation = Preparation::default();
    }
    if (error.is_retryable() || begins_again) && now - since < GIVE_UP {
        let mut values = row([
            ("failures", json!(failures)),
            ("triedAt", json!(entry.tried_at)),
            ("code", json!(error.code().as_str())),
            ("notBefore", json!(now + backoff(error, failures))),
            ("leaseUntil", Value::Null),
        ]);
        // Nobody knows how far the draft is when a request about it has failed.
        entry.preparation.is_certain = false;
        values.insert("preparation".to_owned(), json!(entry.preparation));
        return write(host, entry, Batch::new(), values).await;
    }
    if matches!(entry.state, State::Accepted | State::Cancelled) {
        // It was sent and just can't be looked at, or taken back and leaves a draft behind, which does no harm.
        let values = row([("notBefore", Value::Null), ("leaseUntil", Value::Null)]);
        let (batch, values) = files_for(entry, Batch::new(), values, now + SENT_FILES);
        return write(host, entry, batch, values).await;
    }
    let state = match entry.tried_at {
        Some(_) => State::Ambiguous,
        None => State::Failed,
    };
    settle(host, entry, state, Some(error), Batch::new()).await
}

/// Doubles from half a minute to an hour; a provider that names a time is given at least that.
fn backoff(error: &Error, failures: u32) -> TimeDelta {
    let doubled = TimeDelta::seconds(15 << failures.min(9)).min(MAX_BACKOFF);
    let asked = error
        .retry_after_seconds()
        .and_then(|seconds| i64::try_from(seconds).ok());
    doubled.max(asked.and_then(TimeDelta::try_seconds).unwrap_or_default())
}

/// Ends the mail's way, for now or for good.
pub(super) async fn settle(
    host: &dyn Host,
    entry: &mut Entry,
    state: State,
    error: Option<&Error>,
    batch: Batch,
) -> Result<Done> {
    let values = row([
        ("state", json!(state)),
        ("code", json!(error.map(|error| error.code().as_str()))),
        ("reason", json!(error.map(Error::message))),
        ("triedAt", json!(entry.tried_at)),
        ("notBefore", Value::Null),
        ("leaseUntil", Value::Null),
    ]);
    let kept = match state {
        State::Confirmed => SENT_FILES,
        _ => FAILED_FILES,
    };
    let (mut batch, values) = files_for(entry, batch, values, host.now() + kept);
    if let Some(told) = notification(entry, state, host.now()) {
        batch = notice::add_for_all(host, batch, entry.account_id, &told);
    }
    let done = write(host, entry, batch, values).await?;
    if done.is_ok() {
        entry.state = state;
        announce(host, entry.user_id, entry.id, state);
    }
    Ok(done)
}

/// What the user is told who may be anywhere by now. Of a bulk mail many may fail: one message a day tells of all.
fn notification(entry: &Entry, state: State, now: DateTime<Utc>) -> Option<Notification> {
    let title = match state {
        State::Failed => "An email from {{email}} was not sent",
        State::Ambiguous => "An email from {{email}} may not have been sent",
        _ => return None,
    };
    let key = match entry.mass_id {
        0 => format!("mail-outbox-{}-{}", entry.id, now.timestamp_millis()),
        _ => format!("mail-bulk-{}-{}", entry.account_id, now.date_naive()),
    };
    Some(Notification {
        key,
        user_id: entry.user_id,
        title: title.to_owned(),
        content: "The outbox says why. There you can correct it, send it again or discard it.".to_owned(),
        values: BTreeMap::from([("email".to_owned(), entry.mail.from.address.as_str().to_owned())]),
        path: OUTBOX_PATH.to_owned(),
    })
}

/// Removes the draft of a mail that was taken back.
pub(super) async fn clear(
    host: &dyn Host,
    session: &Session,
    account: &Account,
    entry: &Entry,
) -> Result<Done> {
    if let Some(draft) = &entry.preparation.draft {
        account.sender().discard(session, draft).await?;
    }
    let values = row([("notBefore", Value::Null), ("leaseUntil", Value::Null)]);
    write(host, entry, Batch::new(), values).await
}

/// Removes the draft of a mail that was refused or taken back. Where that fails it stays, and does no harm.
pub(super) async fn discard(host: &Rc<dyn Host>, entry: &Entry) {
    let Some(draft) = &entry.preparation.draft else {
        return;
    };
    let Ok(account) = account::by_id(host.as_ref(), entry.account_id).await else {
        return;
    };
    if let Ok(session) = remote::session(host, &account).await {
        let _ = account.sender().discard(&session, draft).await;
    }
}
