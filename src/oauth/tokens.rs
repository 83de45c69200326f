//! Access tokens of stored accounts: renewed ahead of expiry by one node at a time, stored before use, swapped so that
//! none is lost.
//!
//! Who renews takes a short lease on the account's tokens; everybody else waits for what they store. A node that dies
//! meanwhile leaves a lease that runs out, and a refresh token that still works: Google's stays the same, and
//! Microsoft's old one is good beside the new one that was lost.

use std::rc::Rc;

use chrono::TimeDelta;
use serde_json::json;

use super::turn::Turn;
use super::{client, link};
use crate::account::{self, Account, AccountStatus};
use crate::error::{Error, ErrorCode, Result};
use crate::host::{Batch, CommitOutcome, Filter, Host, HostFuture, Row, row};
use crate::notice;
use crate::secret::{Secret, Vault};
use crate::session::TokenSource;
use crate::settings::Application;
use crate::store::collections;

/// Tokens are renewed this long before they expire, so that none expires under way, or by a clock that is behind.
const AHEAD: TimeDelta = TimeDelta::minutes(5);

/// Longer than a refresh takes until it is stored or given up.
const LEASE: TimeDelta = TimeDelta::seconds(30);

/// How often, and after how many milliseconds each time, the others look for what the renewing node stores.
const LOOKS: u32 = 40;
const PAUSE: u32 = 250;

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
        for _ in 0..LOOKS {
            let account = account::by_id(self.host.as_ref(), self.account_id).await?;
            let vault = Vault::open(self.host.as_ref()).await?;
            if let Some(token) = self.usable(&vault, &account, rejected) {
                return Ok(token);
            }
            if account.status == AccountStatus::NeedsReauthorization {
                return Err(ended());
            }
            let is_leased = account
                .token_lease_until
                .is_some_and(|until| until > self.host.now());
            if is_leased {
                self.host.sleep(PAUSE).await?;
            } else if let Some(lease) = self.take_lease(&account).await? {
                match self.refresh(&vault, &account).await {
                    Ok(Some(token)) => return Ok(token),
                    // Meanwhile the mailbox was authorised again: those tokens are newer.
                    Ok(None) => {}
                    Err(error) => {
                        self.release(lease).await;
                        return Err(error);
                    }
                }
            }
        }
        Err(Error::new(
            ErrorCode::Conflict,
            "the mailbox's access is being renewed: try again in a moment",
        ))
    }

    /// The stored access token, if it can be opened, lives long enough and isn't the one that was rejected.
    fn usable(&self, vault: &Vault, account: &Account, rejected: Option<&Secret>) -> Option<Secret> {
        let expires_at = account.access_token_expires_at?;
        if expires_at - AHEAD <= self.host.now() {
            return None;
        }
        let token = vault
            .unseal(&context(account, "accessToken"), account.access_token.as_deref()?)
            .ok()?;
        Some(token).filter(|token| rejected.is_none_or(|old| old.expose() != token.expose()))
    }

    /// Takes the lease on the account's tokens and returns its number; `None` where somebody else was faster.
    async fn take_lease(&self, account: &Account) -> Result<Option<i64>> {
        let number = account.token_lease_number + 1;
        let unchanged = Filter::eq("id", account.id)
            .and(Filter::eq("tokenVersion", account.token_version))
            .and(Filter::eq("tokenLeaseNumber", account.token_lease_number));
        let values = row([
            ("tokenLeaseNumber", json!(number)),
            ("tokenLeaseUntil", json!(self.host.now() + LEASE)),
        ]);
        let batch = Batch::new().swap(collections::ACCOUNTS, unchanged, values);
        Ok((self.host.commit(batch).await? == CommitOutcome::Committed).then_some(number))
    }

    /// Lets the next one try. Where the storage fails the lease runs out by itself.
    async fn release(&self, lease: i64) {
        let held = Filter::eq("id", self.account_id).and(Filter::eq("tokenLeaseNumber", lease));
        let free = row([("tokenLeaseUntil", json!(null))]);
        let _ = self
            .host
            .commit(Batch::new().update(collections::ACCOUNTS, held, free))
            .await;
    }

    /// Renews the access token and stores what came before it is used. `None` where the tokens were replaced meanwhile.
    async fn refresh(&self, vault: &Vault, account: &Account) -> Result<Option<Secret>> {
        let Some(sealed) = account.refresh_token.as_deref() else {
            return self.mark_dead(account, ended()).await;
        };
        let refresh_token = vault.unseal(&context(account, "refreshToken"), sealed).map_err(|error| {
            Error::new(
                error.code(),
                "the mailbox's tokens can't be opened, because the application's key has changed: restore that key, or authorise the mailbox again",
            )
        })?;
        let answered = client::refresh(&self.host, &self.application, &refresh_token).await;
        let grant = match answered {
            Ok(grant) => grant,
            Err(error) if error.needs_reauthorization() => return self.mark_dead(account, error).await,
            Err(error) => {
                self.application
                    .note_secret(self.host.as_ref(), Some(&error))
                    .await?;
                return Err(error);
            }
        };
        if link::is_another_mailbox(account, grant.subject.as_ref()) {
            let error = Error::new(ErrorCode::ReauthorizationRequired, link::ANOTHER_MAILBOX);
            return self.mark_dead(account, error).await;
        }
        let seal =
            |column: &str, secret: &Secret| vault.seal(self.host.as_ref(), &context(account, column), secret);
        let mut columns = row([
            ("accessToken", json!(seal("accessToken", &grant.access_token)?)),
            ("accessTokenExpiresAt", json!(grant.expires_at)),
        ]);
        if let Some(rotated) = &grant.refresh_token {
            columns.insert("refreshToken".to_owned(), json!(seal("refreshToken", rotated)?));
        }
        if let Some(scopes) = &grant.scopes {
            columns.insert("scopes".to_owned(), json!(scopes));
        }
        let is_stored = self.swap(Batch::new(), account, columns).await?;
        self.application.note_secret(self.host.as_ref(), None).await?;
        Ok(is_stored.then_some(grant.access_token))
    }

    /// Marks the account and has its user told, in one commit and nowhere else, so that it is told once. Not where the
    /// tokens were replaced meanwhile: then the dead one was an old one.
    async fn mark_dead(&self, account: &Account, error: Error) -> Result<Option<Secret>> {
        let mut columns =
            account.status_columns(AccountStatus::NeedsReauthorization, Some(&error), self.host.now());
        columns.extend(row([
            ("nextSyncAt", json!(null)),
            ("syncRequestedAt", json!(null)),
            ("leaseUntil", json!(null)),
        ]));
        let told = notice::add(
            self.host.as_ref(),
            Batch::new(),
            Some(account.id),
            &account::alert(account),
        );
        if self.swap(told, account, columns).await? {
            Err(error)
        } else {
            Ok(None)
        }
    }

    async fn swap(&self, batch: Batch, account: &Account, mut columns: Row) -> Result<bool> {
        columns.extend(row([
            ("tokenVersion", json!(account.token_version + 1)),
            ("tokenLeaseUntil", json!(null)),
        ]));
        let unchanged = Filter::eq("id", account.id).and(Filter::eq("tokenVersion", account.token_version));
        let batch = batch.swap(collections::ACCOUNTS, unchanged, columns);
        Ok(self.host.commit(batch).await? == CommitOutcome::Committed)
    }
}

impl TokenSource for AccountTokens {
    fn access_token<'a>(&'a self, rejected: Option<&'a Secret>) -> HostFuture<'a, Secret> {
        Box::pin(self.current(rejected))
    }
}

fn ended() -> Error {
    Error::new(
        ErrorCode::ReauthorizationRequired,
        "the mailbox's authorisation has ended: authorise it again",
    )
}

fn context(account: &Account, column: &str) -> String {
    Account::secret_context(account.user_id, account.provider, &account.email, column)
}
