//! What users do with mail in the outbox: take it back, send it again, say what came of it.

use chrono::{DateTime, TimeDelta, Utc};
use serde_json::{Value, json};

use super::{Entry, State, UNDO, announce, bulk, entry, files, files_for, queue, record};
use crate::account;
use crate::drafts;
use crate::error::{Error, ErrorCode, Result};
use crate::host::{Batch, Filter, Host, Query, row};
use crate::store::{self, collections};

/// How long the files of a mail that was given up are kept.
const GIVEN_UP_FILES: TimeDelta = TimeDelta::days(1);

/// What a user decides about a mail that failed, or of which nobody can tell whether it was sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Resolution {
    /// The user has seen that it was sent.
    Sent,
    /// It shall be sent again, as a mail of its own.
    SendAgain,
    /// It becomes a draft again.
    Edit,
    /// It is forgotten.
    Discard,
}

impl Resolution {
    /// The resolution of this name.
    ///
    /// # Errors
    /// `invalid_input` about `outcome`.
    pub fn parse(name: &str) -> Result<Self> {
        match name {
            "sent" => Ok(Self::Sent),
            "sendAgain" => Ok(Self::SendAgain),
            "edit" => Ok(Self::Edit),
            "discard" => Ok(Self::Discard),
            _ => Err(Error::invalid(
                "outcome",
                "choose sent, sendAgain, edit or discard",
            )),
        }
    }
}

/// Takes a mail back of which it is certain that it was not sent: it waits, or what was tried so far was refused. Where it
/// shall be edited it becomes a draft, whose id is returned.
///
/// # Errors
/// `not_found`; `conflict` when it is being sent already.
pub async fn cancel(host: &dyn Host, user_id: i64, id: i64, edit: bool) -> Result<Option<i64>> {
    let entry = entry::of_user(host, user_id, id).await?;
    take_back(host, &entry, edit, unsent()).await
}

/// What [`Entry::is_unsent`] says, where it is decided. A step notes that it tries before it does.
pub(super) fn unsent() -> Filter {
    let is = |state: State| Filter::eq("state", state.as_str());
    Filter::Or(vec![
        is(State::Queued),
        is(State::Sending).and(Filter::eq("triedAt", Value::Null)),
    ])
}

pub(super) fn one_of(states: &[State]) -> Filter {
    Filter::is_in("state", states.iter().map(|state| state.as_str()))
}

/// "Cancel and edit": a mail that waits for its time becomes a draft again. It is named by the record that shows it.
///
/// # Errors
/// As [`cancel`].
pub async fn cancel_scheduled(host: &dyn Host, user_id: i64, id: i64) -> Result<Option<i64>> {
    let gone = || Error::new(ErrorCode::NotFound, "this mail is not here any more");
    let own = Filter::eq("userId", user_id)
        .and(Filter::eq("id", id))
        .and(Filter::eq("boxType", record::SCHEDULED));
    let query = Query::new(collections::MESSAGES, own).fields(&["outboxKey"]);
    let rows = host.find(query.limit(1)).await?;
    let key = rows
        .first()
        .and_then(|row| row.get("outboxKey")?.as_str())
        .ok_or_else(gone)?;
    let named = Filter::eq("userId", user_id).and(Filter::eq("key", key));
    let entry = entry::one(host, named).await?.ok_or_else(gone)?;
    let from = Filter::Or(vec![unsent(), one_of(&[State::Failed])]);
    take_back(host, &entry, true, from).await
}

/// Does what a user decides about a mail that failed, or of which nobody can tell whether it was sent.
///
/// # Errors
/// `not_found`; `conflict` for a mail that doesn't wait for a decision.
pub async fn resolve(host: &dyn Host, user_id: i64, id: i64, resolution: Resolution) -> Result<Value> {
    let entry = entry::of_user(host, user_id, id).await?;
    let waiting = match resolution {
        Resolution::Sent => one_of(&[State::Ambiguous]),
        _ => one_of(&[State::Ambiguous, State::Failed]),
    };
    let mut draft = None;
    match resolution {
        Resolution::Sent => {
            let values = row([("state", json!(State::Confirmed)), ("triedAt", Value::Null)]);
            let (batch, values) = files_for(&entry, Batch::new(), values, host.now() + GIVEN_UP_FILES);
            let batch = batch.delete(collections::MESSAGES, record::of(&entry));
            decide(host, &entry, waiting, batch, values).await?;
        }
        Resolution::SendAgain => send_again(host, &entry, waiting, host.now() + UNDO).await?,
        Resolution::Edit => draft = take_back(host, &entry, true, waiting).await?,
        Resolution::Discard => draft = take_back(host, &entry, false, waiting).await?,
    }
    let entry = entry::of_user(host, user_id, id).await?;
    announce(host, user_id, id, entry.state);
    let mut public = entry.to_public();
    if let (Some(members), Some(draft)) = (public.as_object_mut(), draft) {
        members.insert("draftId".to_owned(), json!(draft));
    }
    Ok(public)
}

/// Sends a mail that was not sent once more, as another one to the provider.
pub(super) async fn send_again(
    host: &dyn Host,
    entry: &Entry,
    from: Filter,
    due: DateTime<Utc>,
) -> Result<()> {
    let account = account::by_id(host, entry.account_id).await?;
    let tokens = files::tokens(&entry.mail.files);
    let there = files::of_user(host, entry.user_id, &tokens).await?;
    let is_there = |token: &&str| there.iter().any(|file| file.token == **token);
    if !tokens.iter().all(is_there) {
        return Err(files::gone());
    }
    // The lease's number never repeats: a mark of its own for every time it is sent again.
    let number = u32::try_from(entry.lease_number + 1).unwrap_or(u32::MAX);
    let values = queue::again(&account, entry, number, due, host.now());
    let batch = files::keep(Batch::new(), &entry.mail.files, due + queue::FILES_LIFE);
    decide(host, entry, from, batch, values).await
}

/// Cancels a mail and, where it shall be edited, writes its draft in the same commit.
pub(super) async fn take_back(
    host: &dyn Host,
    entry: &Entry,
    edit: bool,
    from: Filter,
) -> Result<Option<i64>> {
    let now = host.now();
    let batch = Batch::new().delete(collections::MESSAGES, record::of(entry));
    // What was prepared for it at the provider is removed by a step of its own.
    let leftover = entry.preparation.draft.as_ref().map(|_| now);
    let values = row([
        ("state", json!(State::Cancelled)),
        ("since", json!(now)),
        ("notBefore", json!(leftover)),
        ("leaseUntil", Value::Null),
        ("triedAt", Value::Null),
        ("failures", json!(0)),
    ]);
    let (mut batch, values) = files_for(entry, batch, values, now + GIVEN_UP_FILES);
    if edit {
        // Its files stay because it names them.
        let columns = drafts::columns_again(host, entry).await?;
        batch = batch.insert(collections::MESSAGES, vec![columns]);
    }
    decide(host, entry, from, batch, values).await?;
    announce(host, entry.user_id, entry.id, State::Cancelled);
    match edit {
        true => drafts::written_for(host, entry).await,
        false => Ok(None),
    }
}

async fn decide(
    host: &dyn Host,
    entry: &Entry,
    from: Filter,
    batch: Batch,
    mut values: crate::host::Row,
) -> Result<()> {
    values.insert("leaseNumber".to_owned(), json!(entry.lease_number + 1));
    let unchanged = Filter::eq("id", entry.id)
        .and(Filter::eq("leaseNumber", entry.lease_number))
        .and(from);
    let batch = bulk::follow(batch, entry, &values).swap(collections::OUTBOX, unchanged, values);
    store::commit(host, batch)
        .await
        .map_err(|error| match error.code() {
            ErrorCode::Conflict => Error::new(
                ErrorCode::Conflict,
                "it is too late for this: the mail is being sent or was decided about already",
            ),
            _ => error,
        })
}
