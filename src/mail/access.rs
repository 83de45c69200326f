//! Whose mail a user may see: their own, and, where an administrator has switched it on, that of the members of the
//! departments that they head. The latter to read only, and every opening is noted.
//!
//! It is asked anew for every request: a switch turned off or a member who has left counts at once.

use serde_json::{Value, json};

use crate::account::{self, Account};
use crate::audit::{self, Act, Entry};
use crate::error::Result;
use crate::host::{Batch, Filter, Host, Person, Query};
use crate::ordered::sorted_by_key;
use crate::settings;
use crate::store::{self, collections};

/// A part of a mail that is opened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// The mail with its text.
    Mail,
    /// A file that came with it.
    Attachment,
    /// A picture that its text shows.
    Image,
}

impl Part {
    const fn as_str(self) -> &'static str {
        match self {
            Self::Mail => "mail",
            Self::Attachment => "attachment",
            Self::Image => "image",
        }
    }
}

/// The users whose mail `user_id` may see besides their own.
///
/// # Errors
/// `storage_failed`.
pub async fn members(host: &dyn Host, user_id: i64) -> Result<Vec<i64>> {
    if !settings::general(host).await?.department_viewing {
        return Ok(Vec::new());
    }
    let mut members = host.supervised(user_id).await?;
    members.retain(|member| *member != user_id);
    members.sort_unstable();
    members.dedup();
    Ok(members)
}

/// The members with their mailboxes: `[{id, nickname, mailboxes: [{email, type}]}]`, those without one left out.
///
/// # Errors
/// `storage_failed`.
pub async fn department(host: &dyn Host, user_id: i64) -> Result<Value> {
    let ids = members(host, user_id).await?;
    if ids.is_empty() {
        return Ok(json!([]));
    }
    let query = Query::new(
        collections::ACCOUNTS,
        Filter::is_in("userId", ids.iter().copied()),
    );
    let accounts: Vec<Account> = store::find(host, query.sort(&["id"])).await?;
    let people = sorted_by_key(host.people(ids).await?, |person| person.nickname.to_lowercase());
    let with_mailboxes = people.into_iter().filter_map(|Person { id, nickname }| {
        let own = accounts.iter().filter(|account| account.user_id == id);
        let mailboxes: Vec<Value> = own
            .map(|account| json!({ "email": account.email, "type": account.provider }))
            .collect();
        (!mailboxes.is_empty()).then(|| json!({ "id": id, "nickname": nickname, "mailboxes": mailboxes }))
    });
    Ok(with_mailboxes.collect())
}

/// The condition on mails of the user themselves.
pub fn own(user_id: i64) -> Filter {
    shown(Filter::eq("userId", user_id))
}

/// Those of the records that aren't hidden: what is gone at the provider, or left out, waits here until its grace ends.
pub fn shown(filter: Filter) -> Filter {
    filter.and(Filter::eq("deletedAt", Value::Null))
}

/// The condition on all mails that the user may see.
///
/// # Errors
/// `storage_failed`.
pub async fn visible(host: &dyn Host, user_id: i64) -> Result<Filter> {
    let mut whose = members(host, user_id).await?;
    whose.push(user_id);
    Ok(shown(Filter::is_in("userId", whose)))
}

/// Notes that `user_id` opens a part of a mail of an account of somebody else. Unless that is stored, nothing is shown.
///
/// # Errors
/// `not_found` where the account is gone, `storage_failed`.
pub async fn note(host: &dyn Host, user_id: i64, account_id: i64, message_id: i64, part: Part) -> Result<()> {
    // A mail's pictures come with it, one by one.
    if part == Part::Image && audit::has_opened(host, user_id, message_id).await? {
        return Ok(());
    }
    let account = account::by_id(host, account_id).await?;
    let entry = Entry::new(host, Act::MailViewed, user_id)
        .account(&account)
        .mail(message_id)
        .details(json!({ "part": part.as_str() }));
    store::commit(host, entry.note(Batch::new())).await
}
