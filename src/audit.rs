//! The audit log: who did what to settings, accounts and others' mail. Every entry is written by the commit of what it
//! records; it holds names of fields, never their values, and of a mail no more than its record's id.

use chrono::TimeDelta;
use serde::Serialize;
use serde_json::{Map, Value, json};

use crate::account::Account;
use crate::error::{Error, Result};
use crate::host::{Batch, Comparison, Filter, Host, Query, Row, row};
use crate::mail::query;
use crate::people;
use crate::provider::Provider;
use crate::store::{self, collections};

/// How long entries are kept: a year, and the time to look back on it.
const RETENTION: TimeDelta = TimeDelta::days(400);
/// Pictures of a mail are loaded with it: within this time they are the same opening.
const ONE_OPENING: TimeDelta = TimeDelta::minutes(10);

/// What somebody did.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum Act {
    /// Changed settings; the details name the section and the fields.
    SettingsSaved,
    /// Began a dry run.
    DryRunStarted,
    /// Ended a dry run.
    DryRunEnded,
    /// Made a new encryption key.
    KeyRotated,
    /// Linked a mailbox.
    AccountLinked,
    /// Authorised a mailbox again.
    AccountReauthorized,
    /// Stopped a mailbox's synchronisation.
    AccountPaused,
    /// Let it go on.
    AccountResumed,
    /// Deleted an account.
    AccountDeleted,
    /// Opened a mail of somebody else, or a file of it.
    MailViewed,
}

impl Act {
    /// Every act.
    pub const ALL: [Self; 10] = [
        Self::SettingsSaved,
        Self::DryRunStarted,
        Self::DryRunEnded,
        Self::KeyRotated,
        Self::AccountLinked,
        Self::AccountReauthorized,
        Self::AccountPaused,
        Self::AccountResumed,
        Self::AccountDeleted,
        Self::MailViewed,
    ];
}

/// An entry before it is written.
#[derive(Clone, Debug)]
pub struct Entry {
    columns: Row,
}

impl Entry {
    /// What `user_id` does now.
    pub fn new(host: &dyn Host, act: Act, user_id: i64) -> Self {
        let columns = row([
            ("at", json!(host.now())),
            ("kind", json!(act)),
            ("userId", json!(user_id)),
            ("ownerId", Value::Null),
            ("type", Value::Null),
            ("email", Value::Null),
            ("messageId", Value::Null),
            ("details", json!({})),
        ]);
        Self { columns }
    }

    /// The same, at a provider.
    #[must_use]
    pub fn at(self, provider: Provider) -> Self {
        self.with("type", json!(provider))
    }

    /// The same, to a mailbox of `owner_id`.
    #[must_use]
    pub fn mailbox(self, owner_id: i64, provider: Provider, email: &str) -> Self {
        self.at(provider)
            .with("ownerId", json!(owner_id))
            .with("email", json!(email))
    }

    /// The same, to an account.
    #[must_use]
    pub fn account(self, account: &Account) -> Self {
        self.mailbox(account.user_id, account.provider, &account.email)
    }

    /// The same, to a mail.
    #[must_use]
    pub fn mail(self, id: i64) -> Self {
        self.with("messageId", json!(id))
    }

    /// The same with more to it.
    #[must_use]
    pub fn details(self, details: Value) -> Self {
        self.with("details", details)
    }

    /// The batch with this entry.
    pub fn note(self, batch: Batch) -> Batch {
        batch.insert(collections::AUDIT_LOG, vec![self.columns])
    }

    fn with(mut self, column: &str, value: Value) -> Self {
        self.columns.insert(column.to_owned(), value);
        self
    }
}

/// Whether the user has opened this mail within the last minutes.
///
/// # Errors
/// `storage_failed`.
pub async fn has_opened(host: &dyn Host, user_id: i64, message_id: i64) -> Result<bool> {
    let since = json!(host.now() - ONE_OPENING);
    let opened = Filter::eq("userId", user_id)
        .and(Filter::eq("kind", json!(Act::MailViewed)))
        .and(Filter::eq("messageId", message_id))
        .and(Filter::compare("at", Comparison::Greater, since));
    Ok(host.count(collections::AUDIT_LOG, opened).await? > 0)
}

/// A page of the log, newest first: the entries with the names of the users, and `{count, page, pageSize, totalPage}`.
/// `userId`, `kind` and `email` choose.
///
/// # Errors
/// `invalid_input` naming the parameter, `storage_failed`.
pub async fn list(host: &dyn Host, params: &Map<String, Value>) -> Result<(Vec<Row>, Value)> {
    let page = query::page(params)?;
    let filter = chosen(params)?;
    let count = host.count(collections::AUDIT_LOG, filter.clone()).await?;
    let wanted = Query::new(collections::AUDIT_LOG, filter)
        .sort(&["-at", "-id"])
        .limit(page.size)
        .offset(page.offset());
    let mut rows = host.find(wanted).await?;
    people::append(host, &mut rows, &[("userId", "user"), ("ownerId", "owner")]).await?;
    Ok((rows, page.meta(Some(count), None)))
}

fn chosen(params: &Map<String, Value>) -> Result<Filter> {
    let given = |name: &str| params.get(name).filter(|value| !value.is_null() && *value != "");
    let mut filter = Filter::all();
    if let Some(value) = given("userId") {
        let id = store::id_of(value).ok_or_else(|| Error::invalid("userId", "send a user's id"))?;
        filter = filter.and(Filter::eq("userId", id));
    }
    if let Some(value) = given("kind") {
        let kind = Act::ALL.into_iter().find(|act| json!(act) == *value);
        let kind = kind.ok_or_else(|| Error::invalid("kind", "nothing of this kind is noted"))?;
        filter = filter.and(Filter::eq("kind", json!(kind)));
    }
    if let Some(value) = given("email") {
        let email = value
            .as_str()
            .ok_or_else(|| Error::invalid("email", "enter a text"))?;
        filter = filter.and(Filter::eq("email", email.to_lowercase()));
    }
    Ok(filter)
}

/// Forgets entries that are older than is kept.
///
/// # Errors
/// `storage_failed`.
pub async fn forget_old(host: &dyn Host) -> Result<()> {
    let old = Filter::compare("at", Comparison::Less, json!(host.now() - RETENTION));
    store::commit(host, Batch::new().delete(collections::AUDIT_LOG, old)).await
}
