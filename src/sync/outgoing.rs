//! Sending what users have changed, as soon as there is something, in batches, under the account's lease.
//!
//! It is a step of its own beside a pass: it moves no cursor and puts off no pass. What is queued is sent at least once;
//! sending it again is harmless. A row leaves the queue in the commit that knows what became of it.

use std::collections::BTreeMap;
use std::rc::Rc;

use chrono::{DateTime, Utc};
use serde_json::json;

use super::{backoff, history, lease};
use crate::account::{self, Account, RunKind, Tally, Traffic};
use crate::error::{Error, Result};
use crate::host::{Batch, CommitOutcome, Comparison, Event, Filter, Host, LogLevel, Query, Row, row};
use crate::mail::organise::queue::{self, Queued};
use crate::mail::remote;
use crate::model::{Edit, Folder, Placement};
use crate::provider::{ApplyOutcome, MailProvider};
use crate::session::Session;
use crate::store::{self, collections};

mod settle;

use settle::Settlement;

/// How many queued changes one step looks at.
const LOOKED_AT: u64 = 2_000;

/// Takes the lease of the account whose changes have waited longest; `None` when none is due.
///
/// The queue itself tells what is due: no mark beside it can be lost.
pub(super) async fn next(host: &dyn Host) -> Result<Option<Account>> {
    let Some(id) = longest_waiting(host, None).await? else {
        return Ok(None);
    };
    let unchanged = Filter::eq("id", id).and(lease::available(host.now()));
    match store::find_one::<Account>(host, Query::new(collections::ACCOUNTS, unchanged)).await? {
        Some(account) => lease::take(host, account).await,
        None => Ok(None),
    }
}

/// Whether changes are due of the account `at_work`, or of one that a step may work on: those of an account that stands
/// still, or that somebody else works on, keep nobody waiting.
pub(super) async fn is_due(host: &dyn Host, at_work: &Account) -> Result<bool> {
    let id = longest_waiting(host, Some(at_work.id)).await?;
    Ok(id.is_some())
}

/// The account whose changes have waited longest, of the one `at_work` and those that a step may work on.
async fn longest_waiting(host: &dyn Host, at_work: Option<i64>) -> Result<Option<i64>> {
    let now = host.now();
    let first = |filter| async move {
        let rows = host.find(first(filter)).await?;
        let id = |row: &Row| row.get("accountId").and_then(store::id_of);
        Ok::<_, Error>(rows.first().and_then(id))
    };
    // Nearly always there is nothing, and nobody looks at the accounts.
    if first(due(now)).await?.is_none() {
        return Ok(None);
    }
    let query = Query::new(collections::ACCOUNTS, lease::available(now)).fields(&["id"]);
    let available = host.find(query).await?;
    let ids = available
        .iter()
        .filter_map(|row| row.get("id").and_then(store::id_of))
        .chain(at_work);
    first(due(now).and(Filter::is_in("accountId", ids))).await
}

/// "Sync emails" after an outage: changes of these accounts that wait for their next try are sent now.
///
/// # Errors
/// `storage_failed`.
pub(crate) async fn hurry(host: &dyn Host, account_ids: &[i64]) -> Result<()> {
    let now = json!(host.now());
    let failed = Filter::is_in("accountId", account_ids.iter().copied())
        .and(Filter::eq("state", queue::QUEUED))
        .and(Filter::compare("attempts", Comparison::Greater, 0))
        .and(Filter::compare("nextAttemptAt", Comparison::Greater, now.clone()));
    let values = row([("nextAttemptAt", now)]);
    store::commit(host, Batch::new().update(collections::OUTGOING, failed, values)).await
}

fn due(now: DateTime<Utc>) -> Filter {
    Filter::eq("state", queue::QUEUED).and(Filter::compare(
        "nextAttemptAt",
        Comparison::LessOrEqual,
        json!(now),
    ))
}

/// The account of those that match whose change has waited longest.
fn first(filter: Filter) -> Query {
    let query = Query::new(collections::OUTGOING, filter);
    query
        .fields(&["accountId"])
        .sort(&["nextAttemptAt", "id"])
        .limit(1)
}

/// Sends one batch of the account's changes and records what became of each.
///
/// # Errors
/// Only what makes every account fail: the storage.
pub(super) async fn run(host: &Rc<dyn Host>, account: &Account) -> Result<()> {
    let plan = Plan::read(host.as_ref(), account).await?;
    let mut traffic = Traffic::default();
    let sent = match send(host, account, &plan, &mut traffic).await {
        Ok(sent) => sent,
        Err(error) if error.needs_reauthorization() => {
            return super::fail(host, account, &error, traffic).await;
        }
        Err(error) => {
            host.log(
                LogLevel::Warn,
                &format!(
                    "account {}: changes wait: {}: {error}",
                    account.id,
                    error.code().as_str()
                ),
            );
            plan.put_off(host.as_ref(), account, &error)
        }
    };
    let Some(Settlement {
        batch,
        visible,
        refused,
        ..
    }) = sent
    else {
        return Ok(());
    };
    let mut released = row([("leaseUntil", json!(null))]);
    if traffic != Traffic::default() {
        let mut state = account.sync_state.clone();
        let (kind, tally) = (RunKind::Incremental, Tally::default());
        history::add(&mut state, kind, tally, traffic, host.now());
        released.insert("syncState".to_owned(), json!(state));
    }
    let batch = batch.swap(collections::ACCOUNTS, lease::held(account), released);
    if host.commit(batch).await? == CommitOutcome::Conflict {
        host.log(
            LogLevel::Warn,
            &format!(
                "account {}: the lease was lost, changes are sent again",
                account.id
            ),
        );
        return Ok(());
    }
    if visible {
        host.emit(Event {
            kind: "mail:messages",
            user_id: account.user_id,
            payload: json!({ "accountId": account.id, "refused": refused }),
        });
    }
    Ok(())
}

/// Sends the plan's batch, and tells what that cost. `None` where the lease is lost.
async fn send(
    host: &Rc<dyn Host>,
    account: &Account,
    plan: &Plan,
    traffic: &mut Traffic,
) -> Result<Option<Settlement>> {
    let mut settlement = Settlement::new(plan.taken_back.clone());
    if plan.due.is_empty() {
        settlement.close();
        return Ok(Some(settlement));
    }
    let session = remote::session(host, account).await?;
    let sent = send_in(host, &session, account, plan, settlement).await;
    *traffic = session.traffic();
    sent
}

async fn send_in(
    host: &Rc<dyn Host>,
    session: &Session,
    account: &Account,
    plan: &Plan,
    mut settlement: Settlement,
) -> Result<Option<Settlement>> {
    // From here on nobody knows whether the provider has it.
    let rows = plan.due.iter().flat_map(|due| due.rows.iter().copied());
    let marked = Batch::new()
        .update(
            collections::OUTGOING,
            Filter::is_in("id", rows),
            row([("mustSend", json!(true))]),
        )
        .swap(
            collections::ACCOUNTS,
            lease::held(account),
            row([("leaseUntil", json!(lease::end(host.now())))]),
        );
    if host.commit(marked).await? == CommitOutcome::Conflict {
        return Ok(None);
    }
    let provider = account.provider.mail();
    let edits: Vec<(String, Edit)> = plan
        .due
        .iter()
        .map(|due| (due.mail_id.clone(), due.edit.clone()))
        .collect();
    let applied = provider.apply(session, &edits).await?;
    let sent = Sent {
        host: host.as_ref(),
        session,
        provider,
        account,
        folders: &plan.folders,
    };
    for due in &plan.due {
        let outcome = applied.iter().find(|applied| applied.mail_id == due.mail_id);
        match outcome.map(|applied| &applied.outcome) {
            Some(ApplyOutcome::Done) => settlement.done(&sent, due),
            Some(ApplyOutcome::Gone) if due.edit.deleted => settlement.done(&sent, due),
            Some(ApplyOutcome::Gone) => settlement.doubted(due, None),
            Some(ApplyOutcome::Refused { code, message }) => {
                settlement.doubted(due, Some(format!("{}: {message}", code.as_str())));
            }
            Some(ApplyOutcome::Later(seconds)) => settlement.later(due, *seconds, host.now()),
            None => settlement.later(due, None, host.now()),
        }
    }
    settlement.finish(&sent).await?;
    Ok(Some(settlement))
}

/// What a settlement needs to ask the provider how a mail stands.
struct Sent<'a> {
    host: &'a dyn Host,
    session: &'a Session,
    provider: &'static dyn MailProvider,
    account: &'a Account,
    folders: &'a [Folder],
}

/// What is to be sent for a mail: all that is queued for it, brought together.
#[derive(Debug)]
struct Due {
    mail_id: String,
    edit: Edit,
    rows: Vec<i64>,
    attempts: u32,
}

/// What one step does.
#[derive(Debug)]
struct Plan {
    folders: Vec<Folder>,
    due: Vec<Due>,
    /// Rows of changes that were taken back before they were sent.
    taken_back: Vec<i64>,
}

impl Plan {
    async fn read(host: &dyn Host, account: &Account) -> Result<Self> {
        let queued = queue::due(host, account.id, LOOKED_AT).await?;
        let folders = account::folders(host, account.id).await?;
        let provider = account.provider.mail();
        let mut places: BTreeMap<String, usize> = BTreeMap::new();
        let mut mails: Vec<Vec<Queued>> = Vec::new();
        for row in queued {
            let place = *places.entry(row.mail_id.clone()).or_insert(mails.len());
            match mails.get_mut(place) {
                Some(rows) => rows.push(row),
                None => mails.push(vec![row]),
            }
        }
        let mut plan = Self {
            folders,
            due: Vec::new(),
            taken_back: Vec::new(),
        };
        for rows in mails {
            let due = Due::of(&rows);
            if is_taken_back(&rows, |before| provider.placed(before, &due.edit, &plan.folders)) {
                plan.taken_back.extend(due.rows);
            } else if plan.due.len() < provider.capabilities().apply_size {
                plan.due.push(due);
            }
        }
        Ok(plan)
    }

    /// Everything waits: the fault was no single mail's.
    fn put_off(&self, host: &dyn Host, account: &Account, error: &Error) -> Option<Settlement> {
        let tries = u32::from(!error.is_postponed());
        let attempts = self.due.iter().map(|due| due.attempts).max().unwrap_or(0) + tries;
        let next = host.now() + backoff(error, attempts);
        let mut settlement = Settlement::new(self.taken_back.clone());
        settlement.all_later(account, self, attempts, next, host.now());
        Some(settlement)
    }
}

impl Due {
    fn of(rows: &[Queued]) -> Self {
        let mut edit = Edit::default();
        for row in rows {
            edit.absorb(row.edit.clone());
        }
        Self {
            mail_id: rows.first().map(|row| row.mail_id.clone()).unwrap_or_default(),
            edit,
            rows: rows.iter().map(|row| row.id).collect(),
            attempts: rows.iter().map(|row| row.attempts).max().unwrap_or(0),
        }
    }
}

/// Whether several changes, none of which can have reached the provider, leave the mail as it was.
fn is_taken_back(rows: &[Queued], after: impl Fn(&Placement) -> Placement) -> bool {
    let [first, _, ..] = rows else {
        return false;
    };
    let untouched = rows.iter().all(|row| !row.must_send && !row.edit.deleted);
    let is_same = |before: &Placement| after(before).agrees_with(before);
    untouched && first.before.as_ref().is_some_and(is_same)
}

/// The time after which a change is tried again.
fn later(attempts: u32, asked: Option<u64>, now: DateTime<Utc>) -> DateTime<Utc> {
    let error = Error::new(crate::error::ErrorCode::ProviderUnavailable, "not now").retry_after(asked);
    now + backoff(&error, attempts)
}
