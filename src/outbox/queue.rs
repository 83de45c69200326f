//! From what a page sends to a durable row.

use std::rc::Rc;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::{DateTime, TimeDelta, Utc};
use serde_json::{Map, Value, json};
use sha2::{Digest, Sha256};

use super::{Entry, LONGEST_UNDO, State, UNDO, announce, bulk, entry, files, record};
use crate::account::{self, Account, AccountStatus};
use crate::compose::{
    Attached, Composition, File, FileName, MediaType, Payload, Person, Picture, Source, pictures, reply,
};
use crate::drafts;
use crate::error::{Error, ErrorCode, Result};
use crate::host::{Batch, CommitOutcome, Filter, Host, Row, row};
use crate::identities;
use crate::mail::remote;
use crate::settings::AccessMode;
use crate::store::collections;

/// How long files are kept for a mail that waits, beyond its time.
pub(super) const FILES_LIFE: TimeDelta = TimeDelta::days(60);
/// The furthest time that a mail may be scheduled for.
const FURTHEST: TimeDelta = TimeDelta::days(366);

/// What came of a wish to send.
#[derive(Debug)]
pub struct Queued {
    /// The mail in the outbox.
    pub entry: Entry,
    /// Whether it was there already: the same click came twice.
    pub repeated: bool,
}

/// Puts a mail into the outbox; with an interval as a bulk mail, to each of its recipients alone. The same key, or the
/// same version of a draft, is one mail however often it comes.
///
/// # Errors
/// `invalid_input` naming the field; `not_found` for an account, a file or a mail to answer that isn't the user's;
/// `conflict` for a paused account or a draft that is gone; `reauthorization_required`; `permission_missing` where the
/// account may only read; `storage_failed`.
pub async fn queue(
    host: &Rc<dyn Host>,
    user_id: i64,
    values: &Map<String, Value>,
    interval: Option<TimeDelta>,
) -> Result<Queued> {
    let payload = Payload::parse(host.as_ref(), values)?;
    let key = match (&payload.key, payload.draft_id) {
        (Some(key), _) => key.clone(),
        (None, Some(id)) => format!("draft-{id}-{}", payload.version.unwrap_or_default()),
        (None, None) => random(host.as_ref())?,
    };
    let same = || Filter::eq("userId", user_id).and(Filter::eq("key", key.as_str()));
    if let Some(entry) = entry::one(host.as_ref(), same()).await? {
        return Ok(Queued {
            entry,
            repeated: true,
        });
    }
    let (account, from) = identities::sender(host.as_ref(), user_id, &payload).await?;
    may_send(&account)?;
    let mail = compose(host, user_id, &account, from, &payload).await?;
    let kept = drafts::payload(values, &payload.html);
    let committed = insert(host.as_ref(), &account, &mail, &payload, (&key, kept), interval).await;
    match entry::one(host.as_ref(), same()).await? {
        Some(entry) => {
            announce(host.as_ref(), user_id, entry.id, entry.state);
            // Two clicks at once: one of them has written it.
            Ok(Queued {
                entry,
                repeated: committed.is_err(),
            })
        }
        None => Err(committed.err().unwrap_or_else(|| {
            Error::new(
                ErrorCode::StorageFailed,
                "the mail could not be stored: send it again",
            )
        })),
    }
}

/// Refuses an account that can't send now, and says why.
fn may_send(account: &Account) -> Result<()> {
    match account.status {
        AccountStatus::NeedsReauthorization => Err(Error::new(
            ErrorCode::ReauthorizationRequired,
            "this mailbox has to be authorised again before mail can be sent from it",
        )
        .about("identityEmail")),
        AccountStatus::Paused => Err(Error::new(
            ErrorCode::Conflict,
            "this mailbox is paused: let it go on before sending mail from it",
        )
        .about("identityEmail")),
        _ if !account.mode.is_none_or(AccessMode::sends) => Err(Error::new(
            ErrorCode::PermissionMissing,
            "this mailbox may only be read: an administrator can allow sending in Email settings",
        )
        .about("identityEmail")),
        _ => Ok(()),
    }
}

async fn compose(
    host: &Rc<dyn Host>,
    user_id: i64,
    account: &Account,
    from: Person,
    payload: &Payload,
) -> Result<Composition> {
    if payload.to.is_empty() && payload.cc.is_empty() && payload.bcc.is_empty() {
        return Err(Error::invalid("to", "enter at least one recipient"));
    }
    let answers = match &payload.answers {
        Some((named, mode)) => {
            let original = reply::original(host.as_ref(), user_id, named).await?;
            Some(original.answered(account, *mode))
        }
        None => None,
    };
    let (html, pictures) = pictures::taken_out(&payload.html)?;
    let mut files = attached(host, user_id, &payload.files).await?;
    for picture in pictures {
        files.push(stored(host.as_ref(), user_id, picture).await?);
    }
    let size: u64 = files.iter().map(|file| file.size).sum();
    if size > account.sender().largest() {
        let limit = account.sender().largest() >> 20;
        return Err(Error::invalid(
            "attachments",
            format!("the files have more than {limit} MB together"),
        ));
    }
    Ok(Composition {
        from,
        to: payload.to.clone(),
        cc: payload.cc.clone(),
        bcc: payload.bcc.clone(),
        subject: payload.subject.clone(),
        html,
        files,
        answers,
    })
}

/// The files with what is known of them; those of a mail that is here are fetched from its provider.
async fn attached(host: &Rc<dyn Host>, user_id: i64, listed: &[File]) -> Result<Vec<Attached>> {
    let tokens: Vec<&str> = listed
        .iter()
        .filter_map(|file| match &file.source {
            Source::Upload(token) => Some(token.as_str()),
            Source::Mail(..) => None,
        })
        .collect();
    let known = files::of_user(host.as_ref(), user_id, &tokens).await?;
    let mut attached = Vec::with_capacity(listed.len());
    for file in listed {
        let upload = match &file.source {
            Source::Upload(token) => known.iter().find(|upload| upload.token == *token).cloned(),
            Source::Mail(id, attachment) => {
                let wanted = |each: &crate::model::Attachment| each.attachment_id == *attachment;
                let (about, content) = remote::open_attachment(host, user_id, *id, wanted).await?;
                let name = FileName::cleaned(&about.filename);
                let kind = MediaType::cleaned(&about.mime_type);
                let incoming = files::Incoming::Content(content, about.size.unwrap_or_default());
                Some(files::save(host.as_ref(), user_id, name, kind, incoming).await?)
            }
        };
        let upload = upload.ok_or_else(files::gone)?;
        attached.push(upload.attached(file.content_id.clone()));
    }
    Ok(attached)
}

/// A picture of the text as a file of the mail.
async fn stored(host: &dyn Host, user_id: i64, picture: Picture) -> Result<Attached> {
    let size = picture.bytes.len() as u64;
    let incoming = files::Incoming::Blob(&picture.bytes, size);
    let upload = files::save(host, user_id, picture.filename, picture.mime_type, incoming).await?;
    Ok(upload.attached(Some(picture.content_id)))
}

/// The row of a mail that waits until it is `due`.
pub(super) fn columns(
    account: &Account,
    key: &str,
    mail: &Composition,
    payload: Value,
    due: DateTime<Utc>,
    composed_at: DateTime<Utc>,
) -> Row {
    row([
        ("userId", json!(account.user_id)),
        ("accountId", json!(account.id)),
        ("key", json!(key)),
        ("state", json!(State::Queued)),
        ("mail", json!(mail)),
        ("html", json!(mail.html)),
        ("payload", payload),
        ("mark", json!(mark(account, key, 0))),
        ("composedAt", json!(composed_at)),
        ("notBefore", json!(due)),
        ("filesUntil", json!(due + FILES_LIFE)),
        ("leaseNumber", json!(0)),
    ])
}

async fn insert(
    host: &dyn Host,
    account: &Account,
    mail: &Composition,
    payload: &Payload,
    (key, kept): (&str, Value),
    interval: Option<TimeDelta>,
) -> Result<()> {
    let now = host.now();
    let due = due(payload, now)?;
    let mut columns = columns(account, key, mail, kept, due, payload.send_at.unwrap_or(now));
    columns.insert("scheduleSendAt".to_owned(), json!(payload.send_at));
    let mut until = due + FILES_LIFE;
    let mut batch = Batch::new();
    if let Some(id) = payload.draft_id {
        batch = drafts::consume(host, batch, account.user_id, id, payload.version).await?;
    }
    if let Some(interval) = interval {
        until = bulk::last(mail, due, interval) + FILES_LIFE;
        columns.insert("filesUntil".to_owned(), json!(until));
        batch = bulk::plan(batch, account, mail, &mut columns, interval, now)?;
    } else if payload.send_at.is_some() {
        let record = record::unsent(account, &columns, mail, record::SCHEDULED)?;
        batch = batch.insert(collections::MESSAGES, vec![record]);
    }
    batch = files::keep(batch, &mail.files, until);
    batch = account::must_exist(batch, account);
    match host
        .commit(batch.insert(collections::OUTBOX, vec![columns]))
        .await?
    {
        CommitOutcome::Committed => Ok(()),
        CommitOutcome::Conflict => {
            account::by_id(host, account.id).await?;
            Err(gone())
        }
    }
}

fn gone() -> Error {
    Error::new(
        ErrorCode::Conflict,
        "this draft was changed, sent or discarded in another window: reload it",
    )
    .about("id")
}

fn due(payload: &Payload, now: DateTime<Utc>) -> Result<DateTime<Utc>> {
    match payload.send_at {
        Some(at) if at > now + FURTHEST => Err(Error::invalid(
            "scheduleSendAt",
            "choose a time within the next year",
        )),
        Some(at) if at < now - TimeDelta::minutes(5) => Err(Error::invalid(
            "scheduleSendAt",
            "choose a time that is still to come",
        )),
        Some(at) => Ok(at),
        None => Ok(now
            + payload.undo_seconds.map_or(UNDO, |seconds| {
                TimeDelta::seconds(seconds.min(LONGEST_UNDO).into())
            })),
    }
}

/// The Message-ID of a mail: the same in every try, another one when its user sends it again.
pub(super) fn mark(account: &Account, key: &str, number: u32) -> String {
    let mut hash = Sha256::new();
    for part in [account.id.to_string().as_str(), key, number.to_string().as_str()] {
        hash.update(part.as_bytes());
        hash.update([0]);
    }
    let name: String = hash
        .finalize()
        .iter()
        .take(20)
        .map(|byte| format!("{byte:02x}"))
        .collect();
    let domain = account.email.rsplit('@').next().unwrap_or("localhost");
    format!("{name}@{domain}")
}

/// A name that nobody else has.
pub(crate) fn random(host: &dyn Host) -> Result<String> {
    let mut bytes = [0; 18];
    host.random(&mut bytes)?;
    Ok(URL_SAFE_NO_PAD.encode(bytes))
}

/// The columns of a row that waits again, as another mail to the provider than before.
pub(super) fn again(
    account: &Account,
    entry: &Entry,
    number: u32,
    due: DateTime<Utc>,
    now: DateTime<Utc>,
) -> Row {
    row([
        ("state", json!(State::Queued)),
        ("mark", json!(mark(account, &entry.key, number))),
        ("composedAt", json!(now)),
        ("preparation", Value::Null),
        ("triedAt", Value::Null),
        ("failures", json!(0)),
        ("looks", json!(0)),
        ("code", Value::Null),
        ("reason", Value::Null),
        ("notBefore", json!(due)),
        ("filesUntil", json!(due + FILES_LIFE)),
        ("leaseUntil", Value::Null),
        ("leaseNumber", json!(entry.lease_number + 1)),
    ])
}
