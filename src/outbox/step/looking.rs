//! After a try: what came of it, and whether the mail is among the sent ones.

use chrono::TimeDelta;
use serde_json::{Value, json};

use super::ending::settle;
use super::sending::send;
use super::{Done, GIVE_UP, Lost, log, write};
use crate::account::{self, Account};
use crate::error::{Error, ErrorCode, Result};
use crate::host::{Batch, Host, row};
use crate::outbox::{Entry, State, announce, record};
use crate::provider::sending::{SentMail, Sighting};
use crate::session::Session;

/// A draft that is still one so long after it was tried to send it was not sent.
const SETTLED: TimeDelta = TimeDelta::minutes(5);
/// What is seen nowhere so long after the try can't be told.
const PATIENCE: TimeDelta = TimeDelta::minutes(30);
/// After how many seconds a mail is looked for, again and again.
const LOOKS: [i64; 5] = [20, 60, 300, 600, 1_200];

/// Finds out what came of a try, and does what follows from it.
pub(super) async fn decide(
    host: &dyn Host,
    session: &Session,
    account: &Account,
    entry: &mut Entry,
) -> Result<Done> {
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
            if host.now() - entry.since() < GIVE_UP {
                return send(host, session, account, entry).await;
            }
            entry.tried_at = None;
            let error = Error::new(
                ErrorCode::ProviderUnavailable,
                "the provider has not taken the mail for a day: it was not sent",
            );
            settle(host, entry, State::Failed, Some(&error), Batch::new()).await
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

pub(super) fn looks_after(looks: u32) -> TimeDelta {
    let index = usize::try_from(looks).unwrap_or(usize::MAX);
    let seconds = LOOKS.get(index).copied().unwrap_or(PATIENCE.num_seconds());
    TimeDelta::seconds(seconds)
}

/// The answer to sending got lost: the mail is looked for soon.
pub(super) async fn wait(host: &dyn Host, entry: &Entry, error: &Error) -> Result<Done> {
    log(host, entry, error);
    let values = row([
        ("code", json!(error.code().as_str())),
        ("notBefore", json!(host.now() + looks_after(0))),
        ("leaseUntil", Value::Null),
    ]);
    write(host, entry, Batch::new(), values).await
}

/// The provider has taken the mail: that is final. It shows among the sent mails at once.
pub(super) async fn accept(
    host: &dyn Host,
    account: &Account,
    entry: &mut Entry,
    sent: &SentMail,
) -> Result<Done> {
    let now = host.now();
    let values = row([
        ("state", json!(State::Accepted)),
        ("since", json!(now)),
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
pub(super) async fn confirm(
    host: &dyn Host,
    session: &Session,
    account: &Account,
    entry: &mut Entry,
) -> Result<Done> {
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
