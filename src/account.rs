//! Accounts: a user's connected mailboxes and the state they are in.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::audit::{Act, Entry};
use crate::error::{Error, ErrorCode, Result};
use crate::host::{Batch, Comparison, Filter, Host, Query, Row, row};
use crate::outbox::files;
use crate::provider::Provider;
use crate::provider::sending::MailSender;
use crate::settings::AccessMode;
use crate::store::{self, collections};
use crate::sync::AuditState;

mod alert;
mod config;
mod exclusions;
mod folders;
mod pause;
mod state;
mod work;

pub use alert::alert;
pub use exclusions::{Exclusions, Reason};
pub use folders::{folders, folders_of};
pub use pause::pause;
pub use state::{SyncFailure, SyncPhase, SyncState, UnreadableList};
pub use work::{Pace, Quiet, Run, RunKind, Tally, Traffic, Work};

/// A connected mailbox, as stored.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Account {
    /// The record's id.
    #[serde(deserialize_with = "store::id_from")]
    pub id: i64,
    /// Who holds the mailbox.
    #[serde(rename = "type")]
    pub provider: Provider,
    /// The mailbox's address, lower case.
    pub email: String,
    /// Whose account it is.
    #[serde(deserialize_with = "store::id_from")]
    pub user_id: i64,
    /// Whether it was linked in a dry run: a test mailbox of the stand-in.
    #[serde(default, deserialize_with = "store::or_default")]
    pub dry_run: bool,
    /// What the user configured: `displayName`, `signatures`.
    #[serde(default)]
    pub config: Value,
    /// The addresses the user may send from.
    #[serde(default)]
    pub identities: Value,
    /// What state it is in.
    pub status: AccountStatus,
    /// The [`ErrorCode`] behind the state, where it is a bad one.
    #[serde(default)]
    pub status_code: Option<String>,
    /// The sentence behind the state.
    #[serde(default)]
    pub status_reason: Option<String>,
    /// Since when.
    #[serde(default)]
    pub status_since: Option<DateTime<Utc>>,
    /// Mail older than this is not synchronised; everything where there is none.
    #[serde(default)]
    pub sync_start_date: Option<DateTime<Utc>>,
    /// How far synchronisation is.
    #[serde(default, deserialize_with = "store::or_default")]
    pub sync_state: SyncState,
    /// When somebody asked for a run that hasn't ended yet.
    #[serde(default)]
    pub sync_requested_at: Option<DateTime<Utc>>,
    /// How often a lease on it was taken: the fencing token.
    #[serde(deserialize_with = "store::id_from")]
    pub lease_number: i64,
    /// Until when somebody works on it.
    #[serde(default)]
    pub lease_until: Option<DateTime<Utc>>,
    /// When its user was last here.
    #[serde(default)]
    pub active_at: Option<DateTime<Utc>>,
    /// What its user doesn't want to have here.
    #[serde(default, deserialize_with = "store::or_default")]
    pub exclusions: Exclusions,
    /// The comparison with the provider's lists.
    #[serde(default, deserialize_with = "store::or_default")]
    pub audit: AuditState,
    /// The stable id of the mailbox's owner at the provider, where it told one.
    #[serde(default)]
    pub subject: Option<String>,
    /// What the grant was asked for.
    #[serde(default)]
    pub mode: Option<AccessMode>,
    /// The scopes that were granted.
    #[serde(default)]
    pub scopes: Option<Vec<String>>,
    /// The encrypted refresh token.
    #[serde(default)]
    pub refresh_token: Option<String>,
    /// The encrypted access token.
    #[serde(default)]
    pub access_token: Option<String>,
    /// When the access token expires.
    #[serde(default)]
    pub access_token_expires_at: Option<DateTime<Utc>>,
    /// How often its tokens were replaced, for compare and swap.
    #[serde(deserialize_with = "store::id_from")]
    pub token_version: i64,
    /// Until when somebody is renewing its tokens.
    #[serde(default)]
    pub token_lease_until: Option<DateTime<Utc>>,
    /// How often that lease was taken.
    #[serde(default, deserialize_with = "store::id_or_zero")]
    pub token_lease_number: i64,
}

/// What state an account is in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AccountStatus {
    /// Linked; the user has yet to choose from when on to synchronise.
    Connected,
    /// Synchronised on schedule.
    Ready,
    /// The last run failed; the next one tries again.
    Failing,
    /// Only the user can repair it, by authorising again.
    NeedsReauthorization,
    /// Its user has stopped its synchronisation.
    Paused,
}

impl AccountStatus {
    /// The value stored in records.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Connected => "connected",
            Self::Ready => "ready",
            Self::Failing => "failing",
            Self::NeedsReauthorization => "needs_reauthorization",
            Self::Paused => "paused",
        }
    }
}

impl Account {
    /// The place of one of the account's secrets, for the vault. It doesn't depend on the record's id, so that the
    /// secret can be sealed before the record exists.
    pub fn secret_context(user_id: i64, provider: Provider, email: &str, column: &str) -> String {
        format!(
            "{}/{user_id}/{}/{email}/{column}",
            collections::ACCOUNTS,
            provider.as_str()
        )
    }

    /// How mail is sent from it.
    pub fn sender(&self) -> &'static dyn MailSender {
        self.provider.sender(self.scopes.as_deref())
    }

    /// What a page may know of the account.
    pub fn to_public(&self) -> Value {
        json!({
            "id": self.id,
            "type": self.provider,
            "email": self.email,
            "userId": self.user_id,
            "settingId": self.provider,
            "dryRun": self.dry_run,
            "config": self.config,
            "identities": self.identities,
            "status": self.status,
            "statusCode": self.status_code,
            "statusReason": self.status_reason,
            "statusSince": self.status_since,
            "mode": self.mode,
            "syncStartDate": self.sync_start_date,
            "sync": self.sync_state,
            "completeness": self.audit.result,
        })
    }

    /// The columns that put the account into `status`, because of `error` where there is one.
    pub fn status_columns(&self, status: AccountStatus, error: Option<&Error>, now: DateTime<Utc>) -> Row {
        let since = if self.status == status {
            self.status_since.unwrap_or(now)
        } else {
            now
        };
        row([
            ("status", json!(status)),
            ("statusCode", json!(error.map(|error| error.code().as_str()))),
            ("statusReason", json!(error.map(Error::message))),
            ("statusSince", json!(since)),
        ])
    }
}

/// The accounts of a user, in the order in which they were linked.
///
/// # Errors
/// `storage_failed`.
pub async fn of_user(host: &dyn Host, user_id: i64) -> Result<Vec<Account>> {
    store::find(
        host,
        Query::new(collections::ACCOUNTS, Filter::eq("userId", user_id)).sort(&["id"]),
    )
    .await
}

/// The user's own account with this address.
///
/// # Errors
/// `not_found` when the user has none, `storage_failed`.
pub async fn own(host: &dyn Host, user_id: i64, email: &str, provider: Option<Provider>) -> Result<Account> {
    let mut filter = Filter::eq("userId", user_id).and(Filter::eq("email", email.to_lowercase()));
    if let Some(provider) = provider {
        filter = filter.and(Filter::eq("type", provider.as_str()));
    }
    store::find_one(host, Query::new(collections::ACCOUNTS, filter))
        .await?
        .ok_or_else(|| {
            Error::new(ErrorCode::NotFound, "you have no account with this address").about("email")
        })
}

/// The account with this id.
///
/// # Errors
/// `not_found` when it was deleted, `storage_failed`.
pub async fn by_id(host: &dyn Host, id: i64) -> Result<Account> {
    store::find_one(host, Query::new(collections::ACCOUNTS, Filter::eq("id", id)))
        .await?
        .ok_or_else(|| Error::new(ErrorCode::NotFound, "the account was deleted"))
}

/// Chooses from when on mail is synchronised, and lets the first sync begin.
///
/// # Errors
/// `conflict` when it has begun already.
pub async fn start_sync(host: &dyn Host, account: &Account, since: Option<DateTime<Utc>>) -> Result<()> {
    let now = host.now();
    let state = SyncState {
        phase: SyncPhase::Listing,
        started_at: Some(now),
        ..SyncState::default()
    };
    let mut values = account.status_columns(AccountStatus::Ready, None, now);
    values.extend(row([
        ("syncStartDate", json!(since)),
        ("syncState", json!(state)),
        ("nextSyncAt", json!(now)),
        ("syncRequestedAt", json!(now)),
    ]));
    let waiting = Filter::eq("id", account.id).and(Filter::eq("status", AccountStatus::Connected.as_str()));
    store::commit(host, Batch::new().swap(collections::ACCOUNTS, waiting, values)).await
}

/// Changes what the user configured for an account.
///
/// # Errors
/// `invalid_input` about `config`; `not_found` for an account that isn't the user's.
pub async fn configure(host: &dyn Host, user_id: i64, id: i64, entered: &Value) -> Result<Account> {
    let own = Filter::eq("id", id).and(Filter::eq("userId", user_id));
    let account: Account = store::find_one(host, Query::new(collections::ACCOUNTS, own.clone()))
        .await?
        .ok_or_else(|| Error::new(ErrorCode::NotFound, "you have no such account").about("filterByTk"))?;
    let config = config::merge(&account.config, entered)?;
    let values = row([("config", config)]);
    store::commit(host, Batch::new().swap(collections::ACCOUNTS, own, values)).await?;
    by_id(host, id).await
}

/// How many other accounts there are of the same mailbox, by its owner's id or its address.
///
/// # Errors
/// `storage_failed`.
pub async fn others_with_mailbox(host: &dyn Host, account: &Account) -> Result<u64> {
    let mut same = vec![Filter::eq("email", account.email.as_str())];
    same.extend(
        account
            .subject
            .as_ref()
            .map(|subject| Filter::eq("subject", subject.as_str())),
    );
    let other = Filter::eq("type", account.provider.as_str())
        .and(Filter::compare("id", Comparison::NotEqual, account.id))
        .and(Filter::Or(same));
    host.count(collections::ACCOUNTS, other).await
}

/// Asks for a run of these accounts now. Accounts that wait for their user are left alone.
///
/// # Errors
/// `storage_failed`.
pub async fn request_sync(host: &dyn Host, ids: &[i64]) -> Result<()> {
    let now = host.now();
    let runnable = Filter::is_in("id", ids.iter().copied()).and(Filter::is_in(
        "status",
        [AccountStatus::Ready.as_str(), AccountStatus::Failing.as_str()],
    ));
    // What may only send has nothing to synchronise.
    let sends_only = json!([AccessMode::SendOnly.as_str()]);
    let runnable = runnable.and(Filter::compare("mode", Comparison::NotIn, sends_only));
    let values = row([("syncRequestedAt", json!(now)), ("nextSyncAt", json!(now))]);
    store::commit(host, Batch::new().update(collections::ACCOUNTS, runnable, values)).await
}

/// Adds to a commit that it is one only as long as there is this account, for what must not be left behind without it.
pub fn must_exist(batch: Batch, account: &Account) -> Batch {
    // It changes nothing: what counts is that there is a record.
    let values = row([("userId", json!(account.user_id))]);
    batch.swap(collections::ACCOUNTS, Filter::eq("id", account.id), values)
}

/// Removes the account and all that was stored for it, in one commit: whatever names it in a column `accountId`. Files that
/// only its drafts and mails have used follow. The audit log keeps that `by`, a user, has done it.
///
/// # Errors
/// `storage_failed`.
pub async fn delete(host: &dyn Host, account: &Account, by: i64) -> Result<()> {
    let belonging = collections::all()
        .into_iter()
        .filter(|each| each.fields.iter().any(|field| field.name == "accountId"));
    let batch = belonging.fold(Batch::new(), |batch, each| {
        batch.delete(each.name, Filter::eq("accountId", account.id))
    });
    let batch = batch.claim(collections::ACCOUNTS, Filter::eq("id", account.id));
    let entry = Entry::new(host, Act::AccountDeleted, by)
        .account(account)
        .details(json!({ "dryRun": account.dry_run }));
    let batch = files::release_with_account(host, entry.note(batch), account.user_id, account.id).await?;
    store::commit(host, batch).await?;
    // What this doesn't come to, the schedule does.
    let _ = files::forget_expired(host).await;
    Ok(())
}
