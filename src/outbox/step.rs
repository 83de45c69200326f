//! One step of a mail on its way: prepare, send, look, confirm. What is found out is written down before anything else
//! is done, under the condition that the lease is still ours.

use std::rc::Rc;

use chrono::TimeDelta;

use super::lease::held;
use super::{Entry, State, bulk, entry};
use crate::account::{self, AccountStatus};
use crate::error::{Error, ErrorCode, Result};
use crate::host::{Batch, CommitOutcome, Filter, Host, LogLevel, Row};
use crate::mail::remote;
use crate::provider::sending::Sighting;
use crate::session::Session;
use crate::store::collections;

mod ending;
mod looking;
mod sending;

use ending::{clear, discard, fail};
use looking::{accept, confirm, decide};
use sending::prepare;

/// After so long no request is begun any more: with the time that it may take, it ends before the lease does, and well
/// before a draft that is still there counts as not sent.
const IN_TIME: TimeDelta = TimeDelta::minutes(2);
/// For so long it is tried to hand a mail over, or to find out what came of that.
const GIVE_UP: TimeDelta = TimeDelta::hours(24);

/// The lease was lost: somebody else goes on from what is written.
pub(super) struct Lost;

/// How a piece of work ended, where not with an error.
pub(super) type Done = std::result::Result<(), Lost>;

pub(super) async fn run(host: &Rc<dyn Host>, mut entry: Entry) -> Result<()> {
    if entry.state == State::Bulk {
        return bulk::step(host.as_ref(), &entry).await;
    }
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
        // Or none does: what was made since its user took the mail back is known here alone.
        let now = entry::one(host.as_ref(), Filter::eq("id", entry.id)).await?;
        if now.is_some_and(|now| now.state == State::Cancelled) {
            discard(host, &entry).await;
        }
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
    within_lease(&session, entry);
    if entry.state == State::Cancelled {
        return clear(host.as_ref(), &session, &account, entry).await;
    }
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

/// Whoever has lost the lease, without having noticed, changes nothing at the provider any more.
fn within_lease(session: &Session, entry: &Entry) {
    session.only_until(Some(entry.leased_at + IN_TIME));
}

pub(super) async fn write(host: &dyn Host, entry: &Entry, batch: Batch, values: Row) -> Result<Done> {
    let batch = bulk::follow(batch, entry, &values).swap(collections::OUTBOX, held(entry), values);
    Ok(match host.commit(batch).await? {
        CommitOutcome::Committed => Ok(()),
        CommitOutcome::Conflict => Err(Lost),
    })
}

fn log(host: &dyn Host, entry: &Entry, error: &Error) {
    let line = format!("outbox {}: {}: {error}", entry.id, error.code().as_str());
    host.log(LogLevel::Warn, &line);
}
