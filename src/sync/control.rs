//! What a user asks of synchronisation: again, from the start, with or without some folders, a comparison.
//!
//! Each takes the account from a step under way: what that step has read no longer holds, and it writes nothing.

use serde_json::{Value, json};

use super::audit::AuditState;
use super::cursor::{self, EXCLUSIONS_SCOPE, MAILBOX_SCOPE, Phase, Progress, ScopeCursor};
use super::history::{self, Stop};
use super::lease;
use super::ledger::{self, ItemState};
use super::trail::Trails;
use crate::account::{self, Account, AccountStatus, Exclusions, Reason};
use crate::error::{Error, ErrorCode, Result};
use crate::host::{Batch, CommitOutcome, Filter, Host, Row, row};
use crate::model::Folder;
use crate::provider::CursorScope;
use crate::store::collections;

/// The account's folders as they were last read, the most interesting ones first.
///
/// # Errors
/// `storage_failed`.
pub async fn folders(host: &dyn Host, account: &Account) -> Result<Vec<Folder>> {
    cursor::folders(host, account).await
}

/// Lists everything again. Nothing is removed for it: what is stored is refreshed, and what isn't listed any more is
/// confirmed by its id first.
///
/// # Errors
/// `conflict` for an account whose first sync hasn't begun, or that waits for its user.
pub async fn resync(host: &dyn Host, account: &Account) -> Result<()> {
    interrupt(host, account.id, |account, progress| {
        if !is_runnable(account) {
            return Err(Error::new(
                ErrorCode::Conflict,
                "the account has to be connected and its start date chosen first",
            ));
        }
        let now = host.now();
        // A scope that is listed for the first time has nothing to be listed again.
        let begun = progress
            .cursors
            .into_iter()
            .filter(|cursor| !matches!(cursor.phase, Phase::New | Phase::Listing));
        let mut batch = Batch::new();
        for mut cursor in begun {
            cursor.phase = Phase::Relisting;
            cursor.page = None;
            cursor.pending = None;
            cursor.given = 0;
            cursor.trails = Trails::default();
            cursor.trouble = None;
            cursor.relisted_from = Some(now);
            batch = cursor.save(batch, account)?;
        }
        Ok((batch, row([])))
    })
    .await
}

/// Puts failed items at the front of the queue: those with these ids, or all.
///
/// # Errors
/// `storage_failed`.
pub async fn retry(host: &dyn Host, account: &Account, mail_ids: &[String]) -> Result<()> {
    let mut failing = ledger::in_state(account, ItemState::Failing);
    if !mail_ids.is_empty() {
        failing = failing.and(Filter::is_in("mailId", mail_ids.iter().map(String::as_str)));
    }
    let batch = Batch::new().update(collections::LEDGER, failing, row([ledger::due_now(host)]));
    crate::store::commit(host, batch).await?;
    account::request_sync(host, &[account.id]).await
}

/// Compares what is stored with what the provider lists, now instead of tonight.
///
/// # Errors
/// `conflict` for an account that can't be synchronised at present.
pub async fn request_audit(host: &dyn Host, account: &Account) -> Result<()> {
    interrupt(host, account.id, |account, _| {
        if !is_runnable(account) || !account.sync_state.done {
            return Err(Error::new(
                ErrorCode::Conflict,
                "the first synchronization has to end before its completeness can be checked",
            ));
        }
        let audit = AuditState {
            requested: true,
            retry_at: None,
            ..account.audit.clone()
        };
        Ok((Batch::new(), row([("audit", json!(audit))])))
    })
    .await
}

/// Changes what is left out. What no longer is wanted is hidden; what is wanted again is listed from the start.
///
/// # Errors
/// `storage_failed`; `conflict` when the account changes all the time.
pub async fn exclude(host: &dyn Host, account: &Account, exclusions: &Exclusions) -> Result<()> {
    interrupt(host, account.id, |account, progress| {
        let batch = ScopeCursor::new(EXCLUSIONS_SCOPE).save(Batch::new(), account)?;
        let batch = match account.provider.mail().capabilities().cursor_scope {
            CursorScope::Mailbox => mailbox_back_fill(account, exclusions, &progress, batch)?,
            CursorScope::Folder => folders_back_fill(host, account, exclusions, &progress, batch)?,
        };
        let batch = if exclusions.are_narrower_than(&account.exclusions) {
            let chosen = Filter::is_in("reason", Reason::CHOSEN.map(Reason::as_str));
            let skipped = ledger::in_state(account, ItemState::Skipped).and(chosen);
            let listed = row([
                ("state", json!(ItemState::Listed.as_str())),
                ledger::due_now(host),
            ]);
            batch.update(collections::LEDGER, skipped, listed)
        } else {
            batch
        };
        Ok((batch, row([("exclusions", json!(exclusions))])))
    })
    .await
}

/// Where one cursor covers everything, everything is listed again; what is stored isn't fetched a second time.
fn mailbox_back_fill(
    account: &Account,
    exclusions: &Exclusions,
    progress: &Progress,
    batch: Batch,
) -> Result<Batch> {
    let cursor = progress.cursors.iter().find(|each| each.scope == MAILBOX_SCOPE);
    let wanted = cursor.filter(|_| exclusions.are_narrower_than(&account.exclusions));
    let Some(cursor) = wanted else {
        return Ok(batch);
    };
    let phase = match cursor.phase {
        Phase::New => return Ok(batch),
        Phase::Listing | Phase::Completing | Phase::Following => Phase::Listing,
        Phase::Comparing => Phase::Comparing,
        Phase::Relisting | Phase::Confirming => Phase::Relisting,
    };
    let cursor = ScopeCursor {
        phase,
        page: None,
        pending: None,
        trails: Trails::default(),
        ..cursor.clone()
    };
    cursor.save(batch, account)
}

/// Where folders have cursors of their own, those of folders that are switched off are forgotten.
fn folders_back_fill(
    host: &dyn Host,
    account: &Account,
    exclusions: &Exclusions,
    progress: &Progress,
    mut batch: Batch,
) -> Result<Batch> {
    for folder in &progress.folders {
        let (was_off, is_off) = (
            account.exclusions.cover_folder(folder),
            exclusions.cover_folder(folder),
        );
        if is_off {
            let scope = Filter::eq("accountId", account.id).and(Filter::eq("scope", folder.id.as_str()));
            batch = batch.delete(collections::CURSORS, scope);
        } else if was_off && !progress.cursors.is_empty() {
            batch = ScopeCursor::wanted_again(&folder.id, host.now()).save(batch, account)?;
        }
    }
    Ok(batch)
}

/// Takes the account from a step under way, commits `change` to what that step has left, and lets the next one begin at
/// once.
async fn interrupt(
    host: &dyn Host,
    id: i64,
    change: impl Fn(&Account, Progress) -> Result<(Batch, Row)>,
) -> Result<()> {
    /// Steps take the lease between reading and writing now and then.
    const ATTEMPTS: u32 = 5;
    for _ in 0..ATTEMPTS {
        let account = account::by_id(host, id).await?;
        let Some(account) = lease::seize(host, &account).await? else {
            continue;
        };
        let progress = cursor::load(host, &account).await?;
        let (batch, mut values) = match change(&account, progress) {
            Ok(changed) => changed,
            Err(error) => {
                lease::give_back(host, &account).await?;
                return Err(error);
            }
        };
        let now = host.now();
        let mut state = account.sync_state.clone();
        state.pass_started_at = None;
        let batch = history::close(batch, account.id, &mut state, Stop::Restarted, now);
        values.extend(row([("syncState", json!(state)), ("leaseUntil", Value::Null)]));
        if is_runnable(&account) {
            values.insert("nextSyncAt".to_owned(), json!(now));
        }
        let unchanged = lease::numbered(&account).and(Filter::eq("status", account.status.as_str()));
        let batch = batch.swap(collections::ACCOUNTS, unchanged, values);
        if host.commit(batch).await? == CommitOutcome::Committed {
            return Ok(());
        }
    }
    Err(Error::new(
        ErrorCode::Conflict,
        "somebody else changed this: please try again",
    ))
}

const fn is_runnable(account: &Account) -> bool {
    matches!(account.status, AccountStatus::Ready | AccountStatus::Failing)
}
