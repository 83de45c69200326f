//! Lists and single mails: the user's own, and for reading what [`access`] adds to it.

use chrono::{DateTime, Utc};
use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::access::{self, Part, own};
use super::{conversations, extras, hints, labels, query, record, trust};
use crate::account;
use crate::error::{Error, ErrorCode, Result};
use crate::host::{Filter, Host, Query, Row};
use crate::model::{Attachment, BoxType};
use crate::people;
use crate::settings;
use crate::store::{self, collections};

/// What of a stored mail is needed to find its files.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct StoredMail {
    /// The record's id.
    #[serde(deserialize_with = "store::id_from")]
    pub id: i64,
    /// The account it belongs to.
    #[serde(deserialize_with = "store::id_from")]
    pub account_id: i64,
    /// Whose it is.
    #[serde(deserialize_with = "store::id_from")]
    pub user_id: i64,
    /// The provider's id, once it has one.
    #[serde(default)]
    mail_id: Option<String>,
    /// When the provider last sent it whole.
    #[serde(default)]
    synced_at: Option<DateTime<Utc>>,
    /// Its files.
    #[serde(default, deserialize_with = "store::or_default")]
    pub attachments: Vec<Attachment>,
}

impl StoredMail {
    const COLUMNS: [&'static str; 6] = ["id", "accountId", "userId", "mailId", "syncedAt", "attachments"];

    /// Its id at the provider, where its files are named as the provider does. Those of a draft written here, of what waits
    /// to be sent, and of what was sent and not seen there since, are uploads.
    pub fn at_provider(&self) -> Option<&str> {
        self.synced_at.and(self.mail_id.as_deref())
    }
}

/// Whose mails a list has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scope {
    /// The user's own.
    Own,
    /// All that the user may see.
    Visible,
}

/// A page of mails: the rows without bodies but with labels and what is on its way to the provider, and
/// `{count, page, pageSize, totalPage, next}`. Others' are `readOnly`. With `subjectMerge`, a row is the newest of its
/// conversation, with what [`conversations`] adds to it; `subjectMerge=setting` leaves that to the general settings.
///
/// `next` goes on behind the page as `after`, which costs the same however far down that is; `withCount=false` leaves the
/// count out.
///
/// # Errors
/// `invalid_input` about `filter`, `sort`, `page`, `pageSize` or `after`; `storage_failed`.
pub async fn list(
    host: &dyn Host,
    user_id: i64,
    scope: Scope,
    params: &Map<String, Value>,
) -> Result<(Vec<Row>, Value)> {
    let asked = labels::resolve(host, user_id, query::filter(params.get("filter"))?).await?;
    list_of(host, user_id, scope, params, asked).await
}

/// A page of the mails that fulfil `asked`.
pub(super) async fn list_of(
    host: &dyn Host,
    user_id: i64,
    scope: Scope,
    params: &Map<String, Value>,
    asked: Filter,
) -> Result<(Vec<Row>, Value)> {
    let page = query::page(params)?;
    let merged = match params.get("subjectMerge") {
        Some(Value::String(text)) if text == "setting" => {
            settings::general(host).await?.merge_by_conversation
        }
        _ => query::flag(params, "subjectMerge", false)?,
    };
    let whose = match scope {
        Scope::Own => own(user_id),
        Scope::Visible => access::visible(host, user_id).await?,
    };
    let filter = whose.clone().and(asked);
    let distinct: &[&'static str] = if merged { &conversations::COLUMNS } else { &[] };
    let mut wanted = Query::new(collections::MESSAGES, filter)
        .fields(&record::LIST_COLUMNS)
        .distinct(distinct)
        .limit(page.size);
    wanted.sort = query::sort(params.get("sort"), "-date")?;
    let count = match query::flag(params, "withCount", true)? {
        true => Some(counted(host, wanted.clone()).await?),
        false => None,
    };
    match query::after(params, &wanted.sort)? {
        Some(after) => wanted.after = Some(after),
        None => wanted.offset = page.offset(),
    }
    let sort = wanted.sort.clone();
    let mut rows = host.find(wanted).await?;
    let is_full = rows.len() as u64 == page.size;
    let next = rows
        .last()
        .filter(|_| is_full)
        .map(|row| query::position(row, &sort));
    finish(host, user_id, params, &mut rows).await?;
    extras::add_to_rows(host, user_id, &mut rows).await?;
    if merged {
        conversations::add_to_rows(host, user_id, whose, &mut rows).await?;
    }
    Ok((rows, page.meta(count, next)))
}

async fn counted(host: &dyn Host, query: Query) -> Result<u64> {
    if query.distinct.is_empty() {
        return host.count(query.collection, query.filter).await;
    }
    let counted = host.find(query.counted(&[])).await?;
    let count = counted.first().and_then(|row| row.get("count"));
    Ok(count.and_then(Value::as_u64).unwrap_or(0))
}

/// One of the mails that the user may see, with its bodies, its conversation, `trustedSender` and `hints`. Opening another's is noted; it is `readOnly`.
///
/// # Errors
/// `not_found` when it isn't there any more, or the user may not see it; `storage_failed`.
pub async fn get(host: &dyn Host, user_id: i64, params: &Map<String, Value>) -> Result<Row> {
    let filter = match params.get("filterByTk") {
        Some(id) => Filter::eq("id", identifier(id, "filterByTk")?),
        None => labels::resolve(host, user_id, query::filter(params.get("filter"))?).await?,
    };
    let first = |whose: Filter| Query::new(collections::MESSAGES, whose.and(filter.clone())).limit(1);
    let mut rows = host.find(first(own(user_id))).await?;
    if rows.is_empty() {
        rows = host.find(first(access::visible(host, user_id).await?)).await?;
        for row in &rows {
            let id = |column: &str| row.get(column).and_then(store::id_of).ok_or_else(gone);
            access::note(host, user_id, id("accountId")?, id("id")?, Part::Mail).await?;
        }
    }
    finish(host, user_id, params, &mut rows).await?;
    let mut row = rows.into_iter().next().ok_or_else(gone)?;
    extras::add_to_mail(host, user_id, &mut row, params.get("appends")).await?;
    conversations::add_to_mail(host, &mut row).await?;
    trust::add_to_mail(host, user_id, &mut row).await?;
    let hints = hints::of(&row);
    row.insert("hints".to_owned(), hints);
    Ok(row)
}

/// Adds what isn't stored with a mail: whether it is to be read only, and, with `appends=user`, whose it is.
async fn finish(host: &dyn Host, user_id: i64, params: &Map<String, Value>, rows: &mut [Row]) -> Result<()> {
    for row in rows.iter_mut() {
        if row.get("userId").and_then(store::id_of) != Some(user_id) {
            row.insert("readOnly".to_owned(), json!(true));
        }
    }
    match query::names(params.get("appends"), "user") {
        true => people::append(host, rows, &[("userId", "user")]).await,
        false => Ok(()),
    }
}

/// A mail that the user may see, of which a part is opened. Of another's mail it is noted.
///
/// # Errors
/// `not_found`, `storage_failed`.
pub async fn opened(host: &dyn Host, user_id: i64, id: i64, part: Part) -> Result<StoredMail> {
    let named = |whose: Filter| {
        let query = Query::new(collections::MESSAGES, whose.and(Filter::eq("id", id)));
        store::find_one::<StoredMail>(host, query.fields(&StoredMail::COLUMNS))
    };
    if let Some(mail) = named(own(user_id)).await? {
        return Ok(mail);
    }
    let visible = access::visible(host, user_id).await?;
    let mail = named(visible).await?.ok_or_else(gone)?;
    access::note(host, user_id, mail.account_id, mail.id, part).await?;
    Ok(mail)
}

/// The account that one of the user's mails belongs to.
///
/// # Errors
/// `not_found`, `storage_failed`.
pub async fn account_of(host: &dyn Host, user_id: i64, id: i64) -> Result<i64> {
    let query = Query::new(collections::MESSAGES, own(user_id).and(Filter::eq("id", id)));
    let rows = host.find(query.fields(&["accountId"]).limit(1)).await?;
    let found = rows.first().ok_or_else(gone)?;
    Ok(found.get("accountId").and_then(store::id_of).unwrap_or(0))
}

/// How many unread mails stand in the user's inboxes.
///
/// # Errors
/// `storage_failed`.
pub async fn unread_count(host: &dyn Host, user_id: i64) -> Result<u64> {
    let accounts = account::of_user(host, user_id).await?;
    // By the account, as an index has it; the record's user counts all the same.
    let inbox = Filter::is_in("accountId", accounts.iter().map(|account| account.id))
        .and(Filter::eq("boxType", BoxType::In.as_str()))
        .and(Filter::eq("isRead", false));
    host.count(collections::MESSAGES, inbox.and(own(user_id))).await
}

/// The record id in a parameter.
///
/// # Errors
/// `invalid_input` about `field`.
pub fn identifier(value: &Value, field: &'static str) -> Result<i64> {
    store::id_of(value).ok_or_else(|| Error::invalid(field, "name one mail by its id"))
}

/// The error about a mail that isn't there, or isn't the user's.
pub fn gone() -> Error {
    Error::new(ErrorCode::NotFound, "this mail is not here any more")
}
