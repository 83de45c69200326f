//! Lists, single mails, folders with their counts. Everything is limited to the user's own mail.

use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::{query, record};
use crate::account::Account;
use crate::error::{Error, ErrorCode, Result};
use crate::host::{Filter, Host, Query, Row};
use crate::model::{Attachment, BoxType};
use crate::provider::Provider;
use crate::store::{self, collections};

const DEFAULT_PAGE_SIZE: u64 = 20;
const MAX_PAGE_SIZE: u64 = 200;

/// What of a stored mail is needed to ask its provider about it.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct StoredMail {
    /// The record's id.
    #[serde(deserialize_with = "store::id_from")]
    pub id: i64,
    /// The account it belongs to.
    #[serde(deserialize_with = "store::id_from")]
    pub account_id: i64,
    /// The provider's id.
    pub mail_id: String,
    /// Its files.
    #[serde(default, deserialize_with = "store::or_default")]
    pub attachments: Vec<Attachment>,
}

/// A page of the user's mails: the rows without bodies, and `{count, page, pageSize, totalPage}`.
///
/// # Errors
/// `invalid_input` about `filter`, `sort`, `page` or `pageSize`; `storage_failed`.
pub async fn list(host: &dyn Host, user_id: i64, params: &Map<String, Value>) -> Result<(Vec<Row>, Value)> {
    let page = positive(params, "page", 1)?;
    let size = positive(params, "pageSize", DEFAULT_PAGE_SIZE)?.min(MAX_PAGE_SIZE);
    let filter = own(user_id).and(query::filter(params.get("filter"))?);
    let count = host.count(collections::MESSAGES, filter.clone()).await?;
    let mut wanted = Query::new(collections::MESSAGES, filter)
        .fields(&record::LIST_COLUMNS)
        .limit(size)
        .offset((page - 1).saturating_mul(size));
    wanted.sort = query::sort(params.get("sort"), "-date")?;
    let rows = host.find(wanted).await?;
    let meta = json!({ "count": count, "page": page, "pageSize": size, "totalPage": count.div_ceil(size) });
    Ok((rows, meta))
}

/// One of the user's mails, with its bodies.
///
/// # Errors
/// `not_found` when it isn't there any more, or isn't the user's; `storage_failed`.
pub async fn get(host: &dyn Host, user_id: i64, params: &Map<String, Value>) -> Result<Row> {
    let filter = match params.get("filterByTk") {
        Some(id) => Filter::eq("id", identifier(id, "filterByTk")?),
        None => query::filter(params.get("filter"))?,
    };
    let rows = host
        .find(Query::new(collections::MESSAGES, own(user_id).and(filter)).limit(1))
        .await?;
    rows.into_iter().next().ok_or_else(gone)
}

/// One of the user's mails, as far as its provider has to be asked about it.
///
/// # Errors
/// `not_found`, `storage_failed`.
pub async fn stored(host: &dyn Host, user_id: i64, id: i64) -> Result<StoredMail> {
    let query = Query::new(collections::MESSAGES, own(user_id).and(Filter::eq("id", id)));
    store::find_one(host, query.fields(&["id", "accountId", "mailId", "attachments"]))
        .await?
        .ok_or_else(gone)
}

/// Those of the user's mails that have these provider ids.
///
/// # Errors
/// `storage_failed`.
pub async fn stored_by_mail_ids(
    host: &dyn Host,
    user_id: i64,
    mail_ids: &[String],
) -> Result<Vec<StoredMail>> {
    let filter = own(user_id).and(Filter::is_in("mailId", mail_ids.iter().map(String::as_str)));
    let query = Query::new(collections::MESSAGES, filter);
    store::find(host, query.fields(&["id", "accountId", "mailId", "attachments"])).await
}

/// The boxes of each account with their counts.
///
/// # Errors
/// `storage_failed`.
pub async fn folders(host: &dyn Host, accounts: &[Account]) -> Result<Value> {
    let mut trees = Vec::with_capacity(accounts.len());
    for account in accounts {
        let mut boxes = Vec::with_capacity(BoxType::ALL.len());
        for box_type in BoxType::ALL {
            let within =
                visible(Filter::eq("accountId", account.id)).and(Filter::eq("boxType", box_type.as_str()));
            let unread = within.clone().and(Filter::eq("isRead", false));
            boxes.push(json!({
                "boxType": box_type,
                "total": host.count(collections::MESSAGES, within).await?,
                "unread": host.count(collections::MESSAGES, unread).await?,
            }));
        }
        let provider: Provider = account.provider;
        trees.push(
            json!({ "email": account.email, "type": provider, "accountId": account.id, "boxes": boxes }),
        );
    }
    Ok(Value::Array(trees))
}

/// How many unread mails stand in the user's inboxes.
///
/// # Errors
/// `storage_failed`.
pub async fn unread_count(host: &dyn Host, user_id: i64) -> Result<u64> {
    let inbox = Filter::eq("boxType", BoxType::In.as_str()).and(Filter::eq("isRead", false));
    host.count(collections::MESSAGES, own(user_id).and(inbox)).await
}

/// The record id in a parameter.
///
/// # Errors
/// `invalid_input` about `field`.
pub fn identifier(value: &Value, field: &'static str) -> Result<i64> {
    store::id_of(value).ok_or_else(|| Error::invalid(field, "name one mail by its id"))
}

/// Those of the records that aren't hidden: what is gone at the provider, or left out, waits here until its grace ends.
pub fn visible(filter: Filter) -> Filter {
    filter.and(Filter::eq("deletedAt", Value::Null))
}

fn own(user_id: i64) -> Filter {
    visible(Filter::eq("userId", user_id))
}

fn gone() -> Error {
    Error::new(ErrorCode::NotFound, "this mail is not here any more")
}

fn positive(params: &Map<String, Value>, field: &'static str, default: u64) -> Result<u64> {
    let Some(value) = params.get(field) else {
        return Ok(default);
    };
    let number = value.as_u64().or_else(|| value.as_str()?.parse().ok());
    number
        .filter(|number| (1..=1_000_000).contains(number))
        .ok_or_else(|| Error::invalid(field, "enter a positive number"))
}
