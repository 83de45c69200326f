//! Conversations: mails that their provider threads together, which it does by References and its own knowledge, never by
//! the subject alone.
//!
//! A row of a merged list is the newest mail that the list asks for. What is told of the rest counts wherever it stands,
//! but for the bin and junk mail.

use serde_json::{Value, json};

use super::{access, labels, record};
use crate::error::Result;
use crate::host::{Comparison, Filter, Host, Query, Row};
use crate::model::BoxType;
use crate::ordered::sorted_by_key;
use crate::store::{self, collections};

/// What the mails of a conversation agree in. Conversations of different mailboxes are never one.
pub(super) const COLUMNS: [&str; 2] = ["accountId", "conversationId"];
/// So many mails are looked at for one page, the newest ones first.
const MOST: u64 = 5_000;
/// How many people a row names.
const MAX_PEOPLE: usize = 12;

/// Adds to each row of a merged list `relatedMessageIds` (newest first), `idsInBox` (of them, those in the row's own box),
/// `relatedMessageCount`, `relatedMessagesIsRead`, `relatedMessageLatestDate`, `participants` (as they joined),
/// `hasAttachments`, and the labels of all its mails.
///
/// # Errors
/// `storage_failed`.
pub(super) async fn add_to_rows(
    host: &dyn Host,
    user_id: i64,
    whose: Filter,
    rows: &mut [Row],
) -> Result<()> {
    let values = |column: &str| -> Vec<Value> {
        let values = rows.iter().filter_map(|row| row.get(column)).cloned();
        let mut values = sorted_by_key(values.filter(|value| !value.is_null()), Value::to_string);
        values.dedup();
        values
    };
    let within = whose
        .and(Filter::is_in("accountId", values("accountId")))
        .and(Filter::is_in("conversationId", values("conversationId")));
    let mut query = Query::new(collections::MESSAGES, within)
        .sort(&["-date", "-id"])
        .limit(MOST);
    query = query.fields(&[
        "id",
        "accountId",
        "userId",
        "conversationId",
        "boxType",
        "isRead",
        "date",
        "from",
        "fromUser",
        "attachments",
    ]);
    let mails = host.find(query).await?;
    let own: Vec<i64> = mails
        .iter()
        .filter(|mail| is_of(mail, user_id))
        .filter_map(id_of)
        .collect();
    let labels = labels::of_mails(host, user_id, &own).await?;
    for row in rows.iter_mut() {
        let together = together(row, &mails);
        let labels = together.iter().filter_map(|mail| id_of(mail)).flat_map(|id| {
            let of_mail = labels.iter().filter(move |(mail, _)| *mail == id);
            of_mail.map(|(_, label)| label.clone())
        });
        let name = |label: &Value| label.get("label").and_then(Value::as_str).map(str::to_lowercase);
        let mut labels = sorted_by_key(labels, name);
        labels.dedup();
        let told = told(row, &together);
        row.extend(told);
        row.insert("labels".to_owned(), Value::Array(labels));
    }
    Ok(())
}

/// Adds to a mail that is opened which others belong to it: `relatedMessageIds` and `relatedMessagesIsRead`.
///
/// # Errors
/// `storage_failed`.
pub(super) async fn add_to_mail(host: &dyn Host, row: &mut Row) -> Result<()> {
    let mut mails = others(
        host,
        row,
        &["id", "accountId", "conversationId", "boxType", "isRead", "date"],
    )
    .await?;
    mails.push(row.clone());
    let date = |mail: &Row| std::cmp::Reverse(store::text(mail, "date").map(str::to_owned));
    let mails = sorted_by_key(mails, date);
    let told = told(row, &mails.iter().collect::<Vec<_>>());
    for name in [
        "relatedMessageIds",
        "relatedMessagesIsRead",
        "relatedMessageLatestDate",
    ] {
        row.insert(name.to_owned(), told.get(name).cloned().unwrap_or_default());
    }
    Ok(())
}

/// The other mails of the conversation of a mail that may be seen, newest first.
///
/// # Errors
/// `storage_failed`.
pub(super) async fn others(host: &dyn Host, row: &Row, fields: &[&'static str]) -> Result<Vec<Row>> {
    let column = |name: &str| row.get(name).cloned().unwrap_or_default();
    if column("conversationId").as_str().is_none_or(str::is_empty) {
        return Ok(Vec::new());
    }
    let mut others = access::shown(Filter::eq("userId", column("userId")))
        .and(Filter::eq("accountId", column("accountId")))
        .and(Filter::eq("conversationId", column("conversationId")))
        .and(Filter::compare("id", Comparison::NotEqual, column("id")));
    if !is_away(row) {
        others = others.and(Filter::compare("boxType", Comparison::NotIn, json!(AWAY)));
    }
    let query = Query::new(collections::MESSAGES, others).fields(fields);
    host.find(query.sort(&["-date", "-id"]).limit(record::MAX_CHILDREN))
        .await
}

const AWAY: [BoxType; 2] = [BoxType::Trash, BoxType::Spam];

fn is_away(row: &Row) -> bool {
    let box_type = store::text(row, "boxType");
    AWAY.iter().any(|away| box_type == Some(away.as_str()))
}

/// The mails of the row's conversation, itself where there is no other.
fn together<'a>(row: &'a Row, mails: &'a [Row]) -> Vec<&'a Row> {
    let agrees = |mail: &&Row| {
        let same = |column: &&str| {
            row.get(*column)
                .is_some_and(|value| !value.is_null() && mail.get(*column) == Some(value))
        };
        COLUMNS.iter().all(same) && (is_away(row) || !is_away(mail))
    };
    let found: Vec<&Row> = mails.iter().filter(agrees).collect();
    if found.is_empty() { vec![row] } else { found }
}

/// What a conversation comes to; its mails are given newest first.
fn told(row: &Row, mails: &[&Row]) -> Row {
    let is_read = mails
        .iter()
        .all(|mail| mail.get("isRead") == Some(&Value::Bool(true)));
    let mut people: Vec<&Value> = Vec::new();
    for mail in mails.iter().rev() {
        let Some(from) = mail.get("fromUser").filter(|from| from.is_object()) else {
            continue;
        };
        let same = |known: &&Value| known.get("address") == from.get("address");
        if !people.iter().any(same) {
            people.push(from);
        }
    }
    people.truncate(MAX_PEOPLE);
    let latest = mails
        .first()
        .and_then(|mail| mail.get("date"))
        .or_else(|| row.get("date"));
    let ids = |within: &dyn Fn(&Row) -> bool| -> Value {
        let these = mails.iter().filter(|mail| within(mail));
        these.filter_map(|mail| mail.get("id")).cloned().collect()
    };
    let columns = [
        ("relatedMessageIds", ids(&|_| true)),
        ("idsInBox", ids(&|mail| mail.get("boxType") == row.get("boxType"))),
        ("relatedMessageCount", json!(mails.len())),
        ("relatedMessagesIsRead", json!(is_read)),
        ("relatedMessageLatestDate", json!(latest)),
        ("participants", json!(people)),
        ("hasAttachments", json!(mails.iter().any(|mail| has_files(mail)))),
    ];
    crate::host::row(columns)
}

/// Whether a mail has a file that isn't a picture of its text.
fn has_files(mail: &Row) -> bool {
    let files = mail.get("attachments").and_then(Value::as_array);
    let is_inline = |file: &Value| file.get("contentId").is_some_and(Value::is_string);
    files.is_some_and(|files| files.iter().any(|file| !is_inline(file)))
}

fn is_of(mail: &Row, user_id: i64) -> bool {
    mail.get("userId").and_then(store::id_of) == Some(user_id)
}

fn id_of(row: &Row) -> Option<i64> {
    row.get("id").and_then(store::id_of)
}
