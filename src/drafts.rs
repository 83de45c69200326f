//! Drafts written here: records of `mailMessages` with `isDraft` that no provider knows.
//!
//! A draft keeps what the page sent, so that it is offered again exactly so. Its version is compared and swapped: of
//! two tabs, the second one is told instead of overwriting the first.

mod record;
mod theirs;

use std::collections::BTreeSet;

use serde::Deserialize;
use serde_json::{Map, Value, json};

use crate::account;
use crate::compose;
use crate::error::{Error, ErrorCode, Result};
use crate::host::{Batch, Filter, Host, Query, Row};
use crate::identities;
use crate::model::{Address, BoxType};
use crate::outbox::{Entry, files, random};
use crate::sanitize;
use crate::store::{self, collections};

pub use theirs::take_over;

use record::{addresses, columns, sender, tokens};

/// The largest draft, in bytes of JSON.
const LARGEST: usize = 6 << 20;

/// So many of the latest drafts are looked through for one to the same recipients.
const LOOKED_THROUGH: u64 = 200;

/// The fields of a page's payload that a draft keeps.
const KEPT: [&str; 13] = [
    "from",
    "accountEmail",
    "identityEmail",
    "to",
    "cc",
    "bcc",
    "subject",
    "attachments",
    "replyTo",
    "mode",
    "scheduleSendAt",
    "templateId",
    // Between the mails to its recipients, where each is to get one alone.
    "interval",
];

/// What of a page's payload is kept for editing it again.
pub fn payload(values: &Map<String, Value>, html: &str) -> Value {
    let mut kept = Map::new();
    for name in KEPT {
        if let Some(value) = values.get(name).filter(|value| !value.is_null()) {
            kept.insert(name.to_owned(), value.clone());
        }
    }
    // A mail to answer is named by its record, not repeated.
    if let Some(answered) = kept.get_mut("replyTo")
        && let Some(id) = answered.get("id").cloned()
    {
        *answered = id;
    }
    kept.insert("body".to_owned(), json!(html));
    Value::Object(kept)
}

/// A draft that was saved.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Saved {
    /// The record's id.
    pub id: i64,
    /// Its version.
    pub version: i64,
}

/// Saves a draft: a new one, or one that is known by `id` and, where the page says so, is still of `version`. A new one
/// with a `key` is one draft however often it comes, and the same content twice is one version: an answer that was lost
/// on its way is asked for again so.
///
/// # Errors
/// `conflict` about `version` when somebody has changed it since; `not_found` when it was sent or discarded;
/// `invalid_input` about its parts.
pub async fn save(host: &dyn Host, user_id: i64, values: &Map<String, Value>) -> Result<Saved> {
    let body = values.get("body").and_then(Value::as_str).unwrap_or_default();
    let payload = payload(values, &sanitize::composed(body).replace('\0', ""));
    if payload.to_string().len() > LARGEST {
        return Err(Error::invalid(
            "body",
            "the text is too long: attach it as a file",
        ));
    }
    let key = compose::key(values)?;
    let account = identities::account(host, user_id, values).await?;
    let mut columns = columns(host, &account, &payload);
    if let Some(id) = values.get("id").and_then(store::id_of) {
        let version = values.get("version").and_then(store::id_of);
        return change(host, user_id, (id, version), columns, &payload).await;
    }
    let name = match &key {
        Some(key) => format!("draft-{key}"),
        None => format!("draft-{}", random(host)?),
    };
    let named = || own(user_id).and(Filter::eq("outboxKey", name.as_str()));
    if key.is_some()
        && let Some(id) = first_id(host, named()).await?
    {
        if let Some(same) = same(host, user_id, id, &payload).await? {
            return Ok(same);
        }
        return change(host, user_id, (id, Some(1)), columns, &payload).await;
    }
    columns.insert("outboxKey".to_owned(), json!(name));
    let batch = account::must_exist(Batch::new(), &account);
    let batch = batch.insert(collections::MESSAGES, vec![columns]);
    let batch = files::keep_with_draft(batch, user_id, &tokens(&payload), host.now());
    store::commit(host, batch).await?;
    let id = first_id(host, named()).await?.ok_or_else(gone)?;
    Ok(Saved { id, version: 1 })
}

/// Stores the next version of a draft that is still of the version that is known, where one is.
async fn change(
    host: &dyn Host,
    user_id: i64,
    (id, known): (i64, Option<i64>),
    mut columns: Row,
    payload: &Value,
) -> Result<Saved> {
    let before = stored(host, user_id, id).await?.ok_or_else(gone)?;
    let known = known.unwrap_or(before.draft_version);
    let version = known + 1;
    columns.insert("draftVersion".to_owned(), json!(version));
    // What its user has marked stays.
    for mark in ["isTodo", "isRead", "isStarred"] {
        columns.remove(mark);
    }
    let unchanged = own(user_id)
        .and(Filter::eq("id", id))
        .and(Filter::eq("draftVersion", known));
    let batch = Batch::new().swap(collections::MESSAGES, unchanged, columns);
    let files: Vec<&str> = attached(&before.attachments).collect();
    let batch = files::look_again(batch, user_id, &files, host.now() + files::LIFE);
    let batch = files::keep_with_draft(batch, user_id, &tokens(payload), host.now());
    match store::commit(host, batch).await {
        Ok(()) => Ok(Saved { id, version }),
        Err(error) if error.code() == ErrorCode::Conflict => same(host, user_id, id, payload)
            .await?
            .ok_or_else(changed_elsewhere),
        Err(error) => Err(error),
    }
}

/// The latest draft of the user from the same sender to the same recipients in any order, as the page sent it.
///
/// # Errors
/// `storage_failed`.
pub async fn find(host: &dyn Host, user_id: i64, values: &Map<String, Value>) -> Result<Option<Value>> {
    let account = identities::account(host, user_id, values).await?;
    let identity = sender(&account, values);
    let to = people(&addresses(host, values.get("to")));
    let from = own(user_id).and(Filter::eq("identityEmail", identity));
    let latest = Query::new(collections::MESSAGES, from)
        .fields(&["id", "toUsers"])
        .sort(&["-date"])
        .limit(LOOKED_THROUGH);
    let is_to_them = |row: &Row| people(&addresses(host, row.get("toUsers"))) == to;
    let to_them = host.find(latest).await?.into_iter().filter(is_to_them);
    let ids: Vec<i64> = to_them
        .filter_map(|row| store::id_of(row.get("id")?))
        .take(20)
        .collect();
    let same = own(user_id).and(Filter::is_in("id", ids));
    let query = Query::new(collections::MESSAGES, same).sort(&["-date"]);
    let answered = |value: Option<&Value>| {
        let value = value.map(|value| value.get("id").unwrap_or(value));
        value
            .filter(|value| !value.is_null())
            .map(|value| store::id_of(value).map_or_else(|| value.to_string(), |id| id.to_string()))
    };
    let wanted = answered(values.get("replyTo"));
    let rows = host.find(query).await?;
    let found = rows.into_iter().find(|row| {
        let draft = row.get("draft");
        answered(draft.and_then(|draft| draft.get("replyTo"))) == wanted
    });
    Ok(found.map(|row| {
        let of = |name: &str| row.get(name).cloned().unwrap_or_default();
        json!({ "id": of("id"), "version": of("draftVersion"), "date": of("date"), "draft": of("draft") })
    }))
}

/// What two lists of the same people have in common.
fn people(list: &[Address]) -> BTreeSet<String> {
    list.iter().map(|each| each.address.to_lowercase()).collect()
}

/// Removes a draft.
///
/// # Errors
/// `not_found` when it isn't there any more.
pub async fn discard(host: &dyn Host, user_id: i64, id: i64) -> Result<()> {
    let batch = consume(host, Batch::new(), user_id, id, None).await?;
    store::commit(host, batch)
        .await
        .map_err(|error| match error.code() {
            ErrorCode::Conflict => gone(),
            _ => error,
        })
}

/// Adds to a commit that a draft is used up; it must be there, and of `version` where that is given. Its files go, but for
/// those that something else uses.
///
/// # Errors
/// `storage_failed`.
pub async fn consume(
    host: &dyn Host,
    batch: Batch,
    user_id: i64,
    id: i64,
    version: Option<i64>,
) -> Result<Batch> {
    let batch = release_files(host, batch, user_id, &[id]).await?;
    let mut named = own(user_id).and(Filter::eq("id", id));
    if let Some(version) = version {
        named = named.and(Filter::eq("draftVersion", version));
    }
    Ok(batch.claim(collections::MESSAGES, named))
}

/// Adds to a commit in which drafts end that their files go, but for those that something else uses.
///
/// # Errors
/// `storage_failed`.
pub async fn release_files(host: &dyn Host, batch: Batch, user_id: i64, ids: &[i64]) -> Result<Batch> {
    if ids.is_empty() {
        return Ok(batch);
    }
    let these = written_here()
        .and(Filter::eq("userId", user_id))
        .and(Filter::is_in("id", ids.iter().copied()));
    let query = Query::new(collections::MESSAGES, these).fields(&["attachments"]);
    let drafts: Vec<Stored> = store::find(host, query).await?;
    let files = drafts.iter().flat_map(|draft| attached(&draft.attachments));
    let files: Vec<&str> = files.collect();
    Ok(files::look_again(batch, user_id, &files, host.now()))
}

/// The record of a mail that is taken back from the outbox.
///
/// # Errors
/// `not_found` when the account was deleted.
pub async fn columns_again(host: &dyn Host, entry: &Entry) -> Result<Row> {
    let account = crate::account::by_id(host, entry.account_id).await?;
    let mut columns = columns(host, &account, &entry.payload);
    columns.insert("outboxKey".to_owned(), json!(entry.key));
    Ok(columns)
}

/// The draft that a mail from the outbox has become.
///
/// # Errors
/// `storage_failed`.
pub async fn written_for(host: &dyn Host, entry: &Entry) -> Result<Option<i64>> {
    first_id(
        host,
        own(entry.user_id).and(Filter::eq("outboxKey", entry.key.as_str())),
    )
    .await
}

/// The drafts that can be gone on with: what was thrown away is not brought back unasked.
fn own(user_id: i64) -> Filter {
    written_here()
        .and(Filter::eq("userId", user_id))
        .and(Filter::eq("boxType", BoxType::Draft.as_str()))
}

/// What tells the drafts written here, also those in the trash, from all other mail.
pub fn written_here() -> Filter {
    let boxes = [BoxType::Draft, BoxType::Trash].map(BoxType::as_str);
    Filter::eq("isDraft", true)
        .and(Filter::eq("mailId", Value::Null))
        .and(Filter::is_in("boxType", boxes))
}

fn changed_elsewhere() -> Error {
    Error::new(
        ErrorCode::Conflict,
        "this draft was changed in another window: reload it, or save yours as a new one",
    )
    .about("version")
}

fn gone() -> Error {
    Error::new(
        ErrorCode::NotFound,
        "this draft was sent, discarded or moved to the trash",
    )
    .about("id")
}

/// What is known of a draft without its text.
#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Stored {
    #[serde(default, deserialize_with = "store::id_or_zero")]
    draft_version: i64,
    #[serde(default)]
    attachments: Value,
}

async fn stored(host: &dyn Host, user_id: i64, id: i64) -> Result<Option<Stored>> {
    let named = own(user_id).and(Filter::eq("id", id));
    let query = Query::new(collections::MESSAGES, named).fields(&["draftVersion", "attachments"]);
    store::find_one(host, query).await
}

/// The names of a draft's files in its column `attachments`; those of other mails among them.
pub fn attached(attachments: &Value) -> impl Iterator<Item = &str> {
    let list = attachments.as_array().into_iter().flatten();
    list.filter_map(|file| file.get("attachmentId")?.as_str())
}

/// The mail whose file a draft names so; `None` for any other file.
///
/// # Errors
/// `storage_failed`.
pub async fn source_of(host: &dyn Host, id: i64, attachment_id: &str) -> Result<Option<i64>> {
    let named = written_here().and(Filter::eq("id", id));
    let query = Query::new(collections::MESSAGES, named)
        .fields(&["draft"])
        .limit(1);
    let rows = host.find(query).await?;
    let files = rows
        .first()
        .and_then(|row| row.get("draft")?.get("attachments")?.as_array());
    let named = |file: &&Value| file.get("attachmentId").and_then(Value::as_str) == Some(attachment_id);
    let file = files.into_iter().flatten().find(named);
    Ok(file.and_then(|file| store::id_of(file.get("messageId")?)))
}

/// A draft that has this content already: whoever asks for that has only missed the answer.
async fn same(host: &dyn Host, user_id: i64, id: i64, payload: &Value) -> Result<Option<Saved>> {
    let named = own(user_id).and(Filter::eq("id", id));
    let query = Query::new(collections::MESSAGES, named).fields(&["draftVersion", "draft"]);
    let rows = host.find(query.limit(1)).await?;
    let found = rows.first().filter(|row| row.get("draft") == Some(payload));
    let version = found.and_then(|row| store::id_of(row.get("draftVersion")?));
    Ok(version.map(|version| Saved { id, version }))
}

async fn first_id(host: &dyn Host, filter: Filter) -> Result<Option<i64>> {
    let query = Query::new(collections::MESSAGES, filter)
        .fields(&["id"])
        .sort(&["-id"]);
    let rows = host.find(query.limit(1)).await?;
    Ok(rows.first().and_then(|row| store::id_of(row.get("id")?)))
}
