//! Access tokens of stored accounts: renewed ahead of expiry, stored before use, swapped so that none is lost.

use std::cell::{Cell, RefCell};
use std::future::poll_fn;
use std::rc::Rc;
use std::task::{Poll, Waker};

use chrono::TimeDelta;
use serde_json::json;

use super::client;
use crate::account::{self, Account, AccountStatus};
use crate::error::{Error, ErrorCode, Result};
use crate::host::{Batch, CommitOutcome, Filter, Host, HostFuture, Row, row};
use crate::secret::{Secret, Vault};
use crate::session::TokenSource;
use crate::settings::Application;
use crate::store::collections;

/// Tokens are renewed this long before they expire, so that none expires under way.
const AHEAD: TimeDelta = TimeDelta::minutes(2);

/// How often a lost race for the refresh is repeated with what the winner stored.
const ATTEMPTS: u32 = 4;

/// The tokens of one account.
pub struct AccountTokens {
    host: Rc<dyn Host>,
    application: Application,
    account_id: i64,
    turn: Turn,
}

impl AccountTokens {
    /// The tokens of the account with this id.
    pub const fn new(host: Rc<dyn Host>, application: Application, account_id: i64) -> Self {
        Self {
            host,
            application,
            account_id,
            turn: Turn::new(),
        }
    }

    async fn current(&self, rejected: Option<&Secret>) -> Result<Secret> {
        // Requests of a session that are refused together ask together: the first one renews for all.
        let _turn = self.turn.take().await;
        for _ in 0..ATTEMPTS {
            let account = account::by_id(self.host.as_ref(), self.account_id).await?;
            let vault = Vault::open(self.host.as_ref())?;
            if let Some(token) = self.usable(&vault, &account, rejected)? {
                return Ok(token);
            }
            if let Some(token) = self.refresh(&vault, &account).await? {
                return Ok(token);
            }
        }
        Err(Error::new(
            ErrorCode::Conflict,
            "the account's tokens are being renewed elsewhere",
        ))
    }

    /// The stored access token, if it lives long enough and isn't the one that was rejected.
    fn usable(&self, vault: &Vault, account: &Account, rejected: Option<&Secret>) -> Result<Option<Secret>> {
        let (Some(sealed), Some(expires_at)) = (&account.access_token, account.access_token_expires_at)
        else {
            return Ok(None);
        };
        if expires_at - AHEAD <= self.host.now() {
            return Ok(None);
        }
        let token = vault.unseal(&context(account, "accessToken"), sealed)?;
        Ok(Some(token).filter(|token| rejected.is_none_or(|old| old.expose() != token.expose())))
    }

    /// Renews the access token and stores what came before it is used. `None` where somebody else was faster.
    async fn refresh(&self, vault: &Vault, account: &Account) -> Result<Option<Secret>> {
        let sealed = account.refresh_token.as_deref().ok_or_else(|| {
            Error::new(
                ErrorCode::ReauthorizationRequired,
                "the mailbox's authorisation has ended: authorise it again",
            )
        })?;
        let refresh_token = vault.unseal(&context(account, "refreshToken"), sealed)?;
        let grant = match client::refresh(&self.host, &self.application, &refresh_token).await {
            Ok(grant) => grant,
            Err(error) if error.needs_reauthorization() => return self.mark_dead(account, error).await,
            Err(error) => return Err(error),
        };
        let seal =
            |column: &str, secret: &Secret| vault.seal(self.host.as_ref(), &context(account, column), secret);
        let mut columns = row([
            ("accessToken", json!(seal("accessToken", &grant.access_token)?)),
            ("accessTokenExpiresAt", json!(grant.expires_at)),
        ]);
        if let Some(rotated) = &grant.refresh_token {
            columns.insert("refreshToken".to_owned(), json!(seal("refreshToken", rotated)?));
        }
        Ok(self.swap(account, columns).await?.then_some(grant.access_token))
    }

    /// Marks the account, unless its tokens were replaced meanwhile: then the dead one was an old one.
    async fn mark_dead(&self, account: &Account, error: Error) -> Result<Option<Secret>> {
        let mut columns =
            account.status_columns(AccountStatus::NeedsReauthorization, Some(&error), self.host.now());
        columns.extend(row([("nextSyncAt", json!(null))]));
        if self.swap(account, columns).await? {
            Err(error)
        } else {
            Ok(None)
        }
    }

    async fn swap(&self, account: &Account, mut columns: Row) -> Result<bool> {
        columns.insert("tokenVersion".to_owned(), json!(account.token_version + 1));
        let unchanged = Filter::eq("id", account.id).and(Filter::eq("tokenVersion", account.token_version));
        let batch = Batch::new().swap(collections::ACCOUNTS, unchanged, columns);
        Ok(self.host.commit(batch).await? == CommitOutcome::Committed)
    }
}

impl TokenSource for AccountTokens {
    fn access_token<'a>(&'a self, rejected: Option<&'a Secret>) -> HostFuture<'a, Secret> {
        Box::pin(self.current(rejected))
    }
}

/// Lets one at a time through. Single-threaded, as the module is.
struct Turn {
    taken: Cell<bool>,
    waiting: RefCell<Vec<Waker>>,
}

/// Somebody's turn; the next one's begins when it is dropped.
struct Taken<'a>(&'a Turn);

impl Turn {
    const fn new() -> Self {
        Self {
            taken: Cell::new(false),
            waiting: RefCell::new(Vec::new()),
        }
    }

    async fn take(&self) -> Taken<'_> {
        poll_fn(|context| {
            if self.taken.replace(true) {
                self.waiting.borrow_mut().push(context.waker().clone());
                return Poll::Pending;
            }
            Poll::Ready(Taken(self))
        })
        .await
    }
}

impl Drop for Taken<'_> {
    fn drop(&mut self) {
        self.0.taken.set(false);
        self.0.waiting.take().into_iter().for_each(Waker::wake);
    }
}

/// Revokes an account's grant at the provider. Returns false where the provider has no address for that.
///
/// # Errors
/// What the provider or the vault reports; the caller deletes the account all the same and says so.
pub async fn revoke(host: &Rc<dyn Host>, application: &Application, account: &Account) -> Result<bool> {
    let Some(sealed) = account.refresh_token.as_deref() else {
        return Ok(false);
    };
    let token = Vault::open(host.as_ref())?.unseal(&context(account, "refreshToken"), sealed)?;
    client::revoke(host, application, &token).await
}

fn context(account: &Account, column: &str) -> String {
    Account::secret_context(account.user_id, account.provider, &account.email, column)
}
