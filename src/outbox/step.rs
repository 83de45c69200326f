//! One step of a mail on its way: prepare, send, look, confirm. What is found out is written down before anything else
//! is done, under the condition that the lease is still ours.

use std::rc::Rc;

use chrono::TimeDelta;
use serde_json::{Value, json};

use super::lease::{LIFE, held};
use super::{Entry, State, announce, files, files_for, record};
use crate::account::{self, Account, AccountStatus};
use crate::compose::Outgoing;
use crate::error::{Error, ErrorCode, Result};
use crate::host::{Batch, CommitOutcome, Host, LogLevel, Row, row};
use crate::mail::remote;
use crate::provider::sending::{Preparation, SentMail, Sighting};
use crate::session::Session;
use crate::store::collections;

/// How long one step goes on with the pieces of an upload before others get their turn.
const STEP: TimeDelta = TimeDelta::seconds(20);
/// A draft that is still one so long after it was tried to send it was not sent.
const SETTLED: TimeDelta = TimeDelta::minutes(5);
/// After so long a try isn't begun any more: with the time that its request may take, it ends well before that.
const IN_TIME: TimeDelta = TimeDelta::minutes(2);
/// What is seen nowhere so long after the try can't be told.
const PATIENCE: TimeDelta = TimeDelta::minutes(30);
/// After how many seconds a mail is looked for, again and again.
const LOOKS: [i64; 5] = [20, 60, 300, 600, 1_200];
/// The longest pause between two tries.
const MAX_BACKOFF: TimeDelta = TimeDelta::hours(1);
/// A mail that could not be handed over for so long has failed.
const GIVE_UP: TimeDelta = TimeDelta::hours(24);
/// How long the files of a mail are kept after it was seen among the sent ones, and after it was not sent.
const SENT_FILES: TimeDelta = TimeDelta::hours(1);
const FAILED_FILES: TimeDelta = TimeDelta::days(30);

/// The lease was lost: somebody else goes on from what is written.
struct Lost;

/// How a piece of work ended, where not with an error.
type Done = std::result::Result<(), Lost>;

pub(super) async fn run(host: &Rc<dyn Host>, mut entry: Entry) -> Result<()> {
    let done = match attempt(host, &mut entry).await {
        Ok(done) => done,
        Err(error) => fail(host.as_ref(), &mut entry, &error).await?,
    };
    if entry.state == State::Failed {
        discard(host, &entry).await;
    }
    if done.is_err() {
        let line = format!("outbox {}: the lease was lost, another step goes on", entry.id);
        host.log(LogLevel::Warn, &line);
    }
    Ok(())
}

async fn attempt(host: &Rc<dyn Host>, entry: &mut Entry) -> Result<Done> {
    let account = account::by_id(host.as_ref(), entry.account_id).await?;
    if account.status == AccountStatus::NeedsReauthorization {
        return Err(Error::new(
            ErrorCode::ReauthorizationRequired,
            "authorise the mailbox again, then send the mail again",
        ));
    }
    let session = remote::session(host, &account).await?;
    if entry.state == State::Accepted {
        return confirm(host.as_ref(), &session, &account, entry).await;
    }
    if entry.tried_at.is_some() {
        return decide(host.as_ref(), &session, &account, entry).await;
    }
    if entry.lease_number > 1 && entry.preparation.draft.is_none() {
        // The process, or the answer, that made a draft may have got lost with its id.
        let seen = account.sender().look(&session, &entry.mark, None).await?;
        match seen {
            Sighting::Sent(sent) => return accept(host.as_ref(), &account, entry, &sent).await,
            Sighting::Draft(draft) if entry.preparation.upload.is_none() => {
                account.sender().discard(&session, &draft).await?;
            }
            _ => {}
        }
    }
    prepare(host.as_ref(), &session, &account, entry).await
}

/// Completes the draft, piece by piece, and sends it.
async fn prepare(host: &dyn Host, session: &Session, account: &Account, entry: &mut Entry) -> Result<Done> {
    let sender = account.sender();
    let mail = entry.mail.clone();
    let mark = entry.mark.clone();
    let stored = files::StoredFiles(host);
    let outgoing = Outgoing {
        mail: &mail,
        mark: &mark,
        composed_at: entry.composed_at,
        files: &stored,
    };
    let began = host.now();
    while !entry.preparation.complete {
        entry.preparation = sender
            .prepare(session, &outgoing, entry.preparation.clone())
            .await?;
        let is_over = !entry.preparation.complete && host.now() - began > STEP;
        let mut values = row([
            ("preparation", json!(entry.preparation)),
            ("leaseUntil", json!(host.now() + LIFE)),
        ]);
        if is_over {
            values.insert("leaseUntil".to_owned(), Value::Null);
            values.insert("notBefore".to_owned(), json!(host.now()));
        }
        if write(host, entry, Batch::new(), values).await?.is_err() {
            return Ok(Err(Lost));
        }
        if is_over {
            return Ok(Ok(()));
        }
    }
    send(host, session, account, entry).await
}

/// Notes that it is tried, then tries.
async fn send(host: &dyn Host, session: &Session, account: &Account, entry: &mut Entry) -> Result<Done> {
    let now = host.now();
    let values = row([
        ("triedAt", json!(now)),
        ("looks", json!(0)),
        ("notBefore", json!(now + looks_after(0))),
        ("leaseUntil", json!(now + LIFE)),
    ]);
    if write(host, entry, Batch::new(), values).await?.is_err() {
        return Ok(Err(Lost));
    }
    entry.tried_at = Some(now);
    entry.looks = 0;
    // Whoever goes on after us takes a draft that was not sent by then for one that never will be.
    session.only_until(Some(now + IN_TIME));
    let (mail, mark) = (entry.mail.clone(), entry.mark.clone());
    let stored = files::StoredFiles(host);
    let outgoing = Outgoing {
        mail: &mail,
        mark: &mark,
        composed_at: entry.composed_at,
        files: &stored,
    };
    let outcome = account
        .sender()
        .send(session, &outgoing, &entry.preparation)
        .await;
    session.only_until(None);
    match outcome {
        Ok(sent) => accept(host, account, entry, &sent).await,
        Err(error) if is_refusal(&error) => {
            // A refusal says that it was not sent.
            entry.tried_at = None;
            Err(error)
        }
        Err(error) => wait(host, entry, &error).await,
    }
}

/// Whether an answer to sending says for certain that nothing was sent.
fn is_refusal(error: &Error) -> bool {
    !matches!(
        error.code(),
        ErrorCode::NetworkFailed
            | ErrorCode::ProviderUnavailable
            | ErrorCode::ResponseInvalid
            | ErrorCode::ItemGone
            | ErrorCode::Conflict
            | ErrorCode::HostFailed
            | ErrorCode::StorageFailed
    )
}

/// Finds out what came of a try, and does what follows from it.
async fn decide(host: &dyn Host, session: &Session, account: &Account, entry: &mut Entry) -> Result<Done> {
    let draft = entry.preparation.draft.clone();
    let sender = account.sender();
    let tried_at = entry.tried_at.unwrap_or(entry.composed_at);
    let waited = host.now() - tried_at;
    match sender.look(session, &entry.mark, draft.as_deref()).await? {
        Sighting::Sent(sent) => accept(host, account, entry, &sent).await,
        Sighting::Hidden => {
            let error = Error::new(
                ErrorCode::ProviderUnavailable,
                "the provider's answer was lost, and this account may not look among the sent mails: look there, then say whether it was sent",
            );
            settle(host, entry, State::Ambiguous, Some(&error), Batch::new()).await
        }
        // Only the draft that was tried may be sent again: another one of the same mail was never complete.
        Sighting::Draft(seen) if Some(&seen) == draft.as_ref() && waited >= SETTLED => {
            send(host, session, account, entry).await
        }
        Sighting::Nothing | Sighting::Draft(_) if waited >= PATIENCE => {
            let error = Error::new(
                ErrorCode::ProviderUnavailable,
                "the provider's answer was lost and the mail is not among the sent mails: look there, then say whether it was sent",
            );
            settle(host, entry, State::Ambiguous, Some(&error), Batch::new()).await
        }
        Sighting::Nothing | Sighting::Draft(_) => {
            let next = tried_at + looks_after(entry.looks + 1);
            let values = row([
                ("looks", json!(entry.looks + 1)),
                ("notBefore", json!(next.max(host.now() + looks_after(0)))),
                ("leaseUntil", Value::Null),
            ]);
            write(host, entry, Batch::new(), values).await
        }
    }
}

fn looks_after(looks: u32) -> TimeDelta {
    let index = usize::try_from(looks).unwrap_or(usize::MAX);
    let seconds = LOOKS.get(index).copied().unwrap_or(PATIENCE.num_seconds());
    TimeDelta::seconds(seconds)
}

/// The answer to sending got lost: the mail is looked for soon.
async fn wait(host: &dyn Host, entry: &Entry, error: &Error) -> Result<Done> {
    log(host, entry, error);
    let values = row([
        ("code", json!(error.code().as_str())),
        ("notBefore", json!(host.now() + looks_after(0))),
        ("leaseUntil", Value::Null),
    ]);
    write(host, entry, Batch::new(), values).await
}

/// The provider has taken the mail: that is final. It shows among the sent mails at once.
async fn accept(host: &dyn Host, account: &Account, entry: &mut Entry, sent: &SentMail) -> Result<Done> {
    let now = host.now();
    let values = row([
        ("state", json!(State::Accepted)),
        ("mailId", json!(sent.mail_id)),
        ("triedAt", Value::Null),
        ("failures", json!(0)),
        ("looks", json!(0)),
        ("code", Value::Null),
        ("reason", Value::Null),
        ("notBefore", json!(now + looks_after(0))),
        ("leaseUntil", Value::Null),
    ]);
    let batch = record::sent(host, Batch::new(), account, entry, sent).await?;
    if write(host, entry, batch, values).await?.is_err() {
        return Ok(Err(Lost));
    }
    entry.state = State::Accepted;
    entry.tried_at = None;
    announce(host, entry.user_id, entry.id, entry.state);
    record::announce(host, account);
    account::request_sync(host, &[account.id]).await?;
    Ok(Ok(()))
}

/// Looks whether the mail is among the sent ones; drafts of it that were left behind are removed.
async fn confirm(host: &dyn Host, session: &Session, account: &Account, entry: &mut Entry) -> Result<Done> {
    let sender = account.sender();
    let seen = sender.look(session, &entry.mark, None).await?;
    match &seen {
        // Where nobody may look, the provider's word is all there is.
        Sighting::Sent(_) | Sighting::Hidden => {
            settle(host, entry, State::Confirmed, None, Batch::new()).await
        }
        Sighting::Draft(draft) if Some(draft) != entry.preparation.draft.as_ref() => {
            sender.discard(session, draft).await?;
            let values = row([
                ("notBefore", json!(host.now() + looks_after(0))),
                ("leaseUntil", Value::Null),
            ]);
            write(host, entry, Batch::new(), values).await
        }
        Sighting::Nothing | Sighting::Draft(_) => {
            let looks = entry.looks + 1;
            let is_last = usize::try_from(looks).unwrap_or(usize::MAX) > LOOKS.len();
            if is_last {
                let error = Error::new(
                    ErrorCode::ProviderUnavailable,
                    "the provider has accepted the mail, but it is not among the sent mails: look there, then say whether it was sent",
                );
                let batch = record::unseen(Batch::new(), entry);
                return settle(host, entry, State::Ambiguous, Some(&error), batch).await;
            }
            let values = row([
                ("looks", json!(looks)),
                ("notBefore", json!(host.now() + looks_after(looks))),
                ("leaseUntil", Value::Null),
            ]);
            write(host, entry, Batch::new(), values).await
        }
    }
}

/// A step failed. Before sending that is tried again; a mail that was accepted stays so.
async fn fail(host: &dyn Host, entry: &mut Entry, error: &Error) -> Result<Done> {
    log(host, entry, error);
    let now = host.now();
    let failures = entry.failures + 1;
    let since = entry
        .schedule_send_at
        .unwrap_or(entry.composed_at)
        .max(entry.composed_at);
    let is_open = entry.tried_at.is_some() || entry.state == State::Accepted;
    // Somebody has removed the draft: there will be another one.
    let is_begun = !is_open && entry.preparation.draft.is_some();
    let begins_again = error.code() == ErrorCode::ItemGone && is_begun;
    if begins_again {
        entry.preparation = Preparation::default();
    }
    if (error.is_retryable() || begins_again) && (is_open || now - since < GIVE_UP) {
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
    if entry.state == State::Accepted {
        // It was sent; it just can't be looked at.
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
async fn settle(
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
    let (batch, values) = files_for(entry, batch, values, host.now() + kept);
    let done = write(host, entry, batch, values).await?;
    if done.is_ok() {
        entry.state = state;
        announce(host, entry.user_id, entry.id, state);
    }
    Ok(done)
}

/// Removes the draft of a mail that was refused. Where that fails it stays, and does no harm.
async fn discard(host: &Rc<dyn Host>, entry: &Entry) {
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

async fn write(host: &dyn Host, entry: &Entry, batch: Batch, values: Row) -> Result<Done> {
    let batch = batch.swap(collections::OUTBOX, held(entry), values);
    Ok(match host.commit(batch).await? {
        CommitOutcome::Committed => Ok(()),
        CommitOutcome::Conflict => Err(Lost),
    })
}

fn log(host: &dyn Host, entry: &Entry, error: &Error) {
    let line = format!("outbox {}: {}: {error}", entry.id, error.code().as_str());
    host.log(LogLevel::Warn, &line);
}
