//! Until a mail is handed over: its draft at the provider, and the try to send it.

use chrono::{DateTime, TimeDelta, Utc};
use serde_json::{Value, json};

use super::looking::{accept, looks_after, wait};
use super::{Done, Lost, within_lease, write};
use crate::account::Account;
use crate::compose::{Composition, Outgoing};
use crate::error::{Error, ErrorCode, Result};
use crate::host::{Batch, Host, row};
use crate::outbox::lease::LIFE;
use crate::outbox::{Entry, files};
use crate::provider::sending::Sighting;
use crate::session::Session;

/// How long one step goes on with the pieces of an upload before others get their turn.
const STEP: TimeDelta = TimeDelta::seconds(20);

/// What is handed to the provider: it stays as it is while the entry learns how far that is.
struct Composed<'h> {
    mail: Composition,
    mark: String,
    composed_at: DateTime<Utc>,
    files: files::StoredFiles<'h>,
}

impl<'h> Composed<'h> {
    fn of(host: &'h dyn Host, entry: &Entry) -> Self {
        Self {
            mail: entry.mail.clone(),
            mark: entry.mark.clone(),
            composed_at: entry.composed_at,
            files: files::StoredFiles(host),
        }
    }

    fn outgoing(&self) -> Outgoing<'_> {
        Outgoing {
            mail: &self.mail,
            mark: &self.mark,
            composed_at: self.composed_at,
            files: &self.files,
        }
    }
}

/// Completes the draft, piece by piece, and sends it.
pub(super) async fn prepare(
    host: &dyn Host,
    session: &Session,
    account: &Account,
    entry: &mut Entry,
) -> Result<Done> {
    let sender = account.sender();
    let composed = Composed::of(host, entry);
    let outgoing = composed.outgoing();
    let began = host.now();
    while !entry.preparation.complete {
        let before = entry.preparation.clone();
        entry.preparation = sender.prepare(session, &outgoing, before.clone()).await?;
        if before.is_certain && !entry.preparation.is_further_than(&before) {
            return Err(Error::new(
                ErrorCode::ProviderUnavailable,
                "the upload of a file makes no progress",
            ));
        }
        let is_over = !entry.preparation.complete && host.now() - began > STEP;
        let now = host.now();
        let mut values = row([
            ("preparation", json!(entry.preparation)),
            ("leaseUntil", json!(now + LIFE)),
        ]);
        if is_over {
            values.insert("leaseUntil".to_owned(), Value::Null);
            values.insert("notBefore".to_owned(), json!(now));
        }
        if write(host, entry, Batch::new(), values).await?.is_err() {
            return Ok(Err(Lost));
        }
        if is_over {
            return Ok(Ok(()));
        }
        entry.leased_at = now;
        within_lease(session, entry);
    }
    send(host, session, account, entry).await
}

/// Notes that it is tried, then tries. Whatever can fail without having sent anything comes before that.
pub(super) async fn send(
    host: &dyn Host,
    session: &Session,
    account: &Account,
    entry: &mut Entry,
) -> Result<Done> {
    session.ready().await?;
    let now = host.now();
    let is_first = entry.tried_at.is_none();
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
    entry.leased_at = now;
    within_lease(session, entry);
    let composed = Composed::of(host, entry);
    let outgoing = composed.outgoing();
    let outcome = account
        .sender()
        .send(session, &outgoing, &entry.preparation)
        .await;
    match outcome {
        Ok(sent) => accept(host, account, entry, &sent).await,
        Err(error) if !is_refusal(&error) => wait(host, entry, &error).await,
        Err(error) => {
            // A refusal says that this try has sent nothing. Where an earlier one has, there is no draft any more.
            let draft = entry.preparation.draft.clone();
            if !is_first {
                match account
                    .sender()
                    .look(session, outgoing.mark, draft.as_deref())
                    .await?
                {
                    Sighting::Sent(sent) => return accept(host, account, entry, &sent).await,
                    Sighting::Draft(seen) if Some(&seen) == draft.as_ref() => {}
                    _ => return wait(host, entry, &error).await,
                }
            }
            entry.tried_at = None;
            Err(error)
        }
    }
}

/// Whether an answer to sending says for certain that nothing was sent.
fn is_refusal(error: &Error) -> bool {
    let may_have_arrived = matches!(
        error.code(),
        ErrorCode::NetworkFailed
            | ErrorCode::ProviderUnavailable
            | ErrorCode::ResponseInvalid
            | ErrorCode::ItemGone
            | ErrorCode::Conflict
            | ErrorCode::HostFailed
            | ErrorCode::StorageFailed
    );
    error.is_without_effect() || !may_have_arrived
}
