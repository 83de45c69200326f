//! Pausing the synchronisation of an account.

use serde_json::json;

use super::{Account, AccountStatus, by_id};
use crate::audit::{Act, Entry};
use crate::error::{Error, ErrorCode, Result};
use crate::host::{Batch, CommitOutcome, Host, row};
use crate::settings::AccessMode;
use crate::store::collections;
use crate::sync::{self, Stop, lease};

/// Stops the synchronisation of an account, or lets it go on. A step under way writes nothing any more.
///
/// # Errors
/// `conflict` for an account that isn't synchronised yet, or that its user has to authorise again first.
pub async fn pause(host: &dyn Host, account: &Account, paused: bool) -> Result<()> {
    /// Steps take the lease between reading and writing now and then.
    const ATTEMPTS: u32 = 5;
    for _ in 0..ATTEMPTS {
        let account = by_id(host, account.id).await?;
        if status_after(&account, paused)?.is_none() {
            return Ok(());
        }
        // What a step has written until now is read once it can write no more.
        let Some(account) = lease::seize(host, &account).await? else {
            continue;
        };
        let now = host.now();
        let status = match status_after(&account, paused) {
            Ok(Some(status)) => status,
            nothing => {
                lease::give_back(host, &account).await?;
                return nothing.map(drop);
            }
        };
        let reads = account.mode.is_none_or(AccessMode::reads);
        let next = Some(now).filter(|_| !paused && reads);
        let mut values = account.status_columns(status, None, now);
        values.extend(row([
            ("nextSyncAt", json!(next)),
            ("syncRequestedAt", json!(null)),
            ("leaseUntil", json!(null)),
        ]));
        let mut state = account.sync_state.clone();
        let batch = sync::close_run(Batch::new(), account.id, &mut state, Stop::Paused, now);
        values.insert("syncState".to_owned(), json!(state));
        let act = if paused {
            Act::AccountPaused
        } else {
            Act::AccountResumed
        };
        let entry = Entry::new(host, act, account.user_id).account(&account);
        let batch = entry.note(batch.swap(collections::ACCOUNTS, lease::numbered(&account), values));
        if host.commit(batch).await? == CommitOutcome::Committed {
            return Ok(());
        }
    }
    Err(Error::new(
        ErrorCode::Conflict,
        "somebody else changed this: please try again",
    ))
}

/// The status to come; `None` where it is that already.
fn status_after(account: &Account, paused: bool) -> Result<Option<AccountStatus>> {
    match (paused, account.status) {
        (true, AccountStatus::Paused) | (false, AccountStatus::Ready | AccountStatus::Failing) => Ok(None),
        (true, AccountStatus::Ready | AccountStatus::Failing) => Ok(Some(AccountStatus::Paused)),
        (false, AccountStatus::Paused) => Ok(Some(AccountStatus::Ready)),
        _ => Err(Error::new(
            ErrorCode::Conflict,
            "the account has to be connected and its start date chosen first",
        )),
    }
}
