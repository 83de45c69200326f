//! What users do with bulk mails: call them off, and send again what has failed.

use chrono::TimeDelta;
use serde_json::json;

use super::super::manage::{one_of, send_again, take_back, unsent};
use super::super::{Entry, State, UNDO, entry};
use super::{Record, expand, list, not_in_outbox, status};
use crate::error::{Error, ErrorCode, Result};
use crate::host::{Batch, Event, Filter, Host, Query, Row, row};
use crate::store::{self, collections};

/// What is needed of a mail to take it back or to send it again: neither its text nor what the page sent.
const NEEDED: [&str; 11] = [
    "id",
    "userId",
    "accountId",
    "key",
    "state",
    "massId",
    "mail",
    "mark",
    "composedAt",
    "preparation",
    "leaseNumber",
];

/// What a user wants of a bulk mail, or of the mail to one of its recipients.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wish {
    /// What was not sent yet is called off; what is being sent is sent.
    Cancel,
    /// What has failed is sent again. What may have been sent isn't: its user decides about it in the outbox.
    Resend,
}

/// Does what a user wants.
///
/// # Errors
/// `not_found`; `conflict` for a single mail that it is too late to cancel, or that has not failed; what is missing to
/// send it.
pub async fn change(host: &dyn Host, user_id: i64, id: i64, wish: Wish) -> Result<Row> {
    let own = Filter::eq("userId", user_id).and(Filter::eq("id", id));
    let query = Query::new(collections::MASS_MESSAGES, own.clone());
    let record: Option<Record> = store::find_one(host, query).await?;
    let record = record.ok_or_else(list::gone)?;
    let is_recipient = record.parent_id != 0;
    let recipients = match is_recipient {
        true => own.clone(),
        false => Filter::eq("parentId", record.id),
    };
    if wish == Wish::Cancel {
        if !is_recipient {
            // Who has no record yet must not get one, and a mail, afterwards.
            let named = Filter::eq("userId", user_id).and(Filter::eq("key", record.outbox_key));
            if let Some(entry) = entry::one(host, named).await?.filter(|entry| entry.mass_id == 0) {
                expand(host, &entry).await?;
            }
        }
        // From here on none of them comes into the outbox.
        let waiting = recipients.clone().and(not_in_outbox());
        let values = row([("status", json!(status(State::Cancelled)))]);
        store::commit(
            host,
            Batch::new().update(collections::MASS_MESSAGES, waiting, values),
        )
        .await?;
    }
    let from = || match wish {
        Wish::Cancel => unsent(),
        Wish::Resend => one_of(&[State::Failed]),
    };
    let query = Query::new(collections::MASS_MESSAGES, recipients).fields(&["id"]);
    let rows = host.find(query).await?;
    let ids: Vec<i64> = rows.iter().filter_map(|row| store::own_id(row).ok()).collect();
    let query = Query::new(collections::OUTBOX, Filter::is_in("massId", ids).and(from()));
    let entries: Vec<Entry> = store::find(host, query.fields(&NEEDED).sort(&["massId"])).await?;
    let has_failed = !entries.is_empty();
    let mut due = host.now() + UNDO;
    for entry in entries {
        let done = match wish {
            Wish::Cancel => take_back(host, &entry, false, from()).await.map(drop),
            Wish::Resend => send_again(host, &entry, from(), due).await,
        };
        match done {
            // Somebody else was faster.
            Err(error) if error.code() == ErrorCode::Conflict => {}
            done => done?,
        }
        due += TimeDelta::try_milliseconds(record.interval).unwrap_or_default();
    }
    host.emit(Event {
        kind: "mail:bulk",
        user_id,
        payload: json!({ "id": id }),
    });
    let row = list::public(host, own).await?;
    let is_done = match wish {
        Wish::Cancel => store::text(&row, "status") == Some(status(State::Cancelled)),
        Wish::Resend => has_failed,
    };
    if is_recipient && !is_done {
        return Err(late());
    }
    Ok(row)
}

pub(super) fn late() -> Error {
    Error::new(
        ErrorCode::Conflict,
        "it is too late for this: the mail is being sent or was decided about already",
    )
}
