//! What stands beside a mail and is shown with it: labels, notes, the rest of its conversation, and changes that the
//! provider doesn't have yet.

use serde_json::{Value, json};

use super::organise::queue;
use super::{conversations, labels, notes, query, record};
use crate::error::Result;
use crate::host::{Filter, Host, Query, Row};
use crate::store::{self, collections};

/// Adds `labels`, `noteCount`, `parentId` (of none but children) and, where there is one, `outgoing` to rows of a list.
///
/// # Errors
/// `storage_failed`.
pub(super) async fn add_to_rows(host: &dyn Host, user_id: i64, rows: &mut [Row]) -> Result<()> {
    let ids: Vec<i64> = rows.iter().filter_map(id_of).collect();
    let labels = labels::of_mails(host, user_id, &ids).await?;
    let notes = noted(host, user_id, &ids).await?;
    let outgoing = queue::states(host, user_id, rows).await?;
    undo_refused(host, &outgoing, rows).await?;
    for row in rows {
        let Some(id) = id_of(row) else { continue };
        let of_mail = |list: &[(i64, Value)]| -> Vec<Value> {
            let own = list.iter().filter(|(mail, _)| *mail == id);
            own.map(|(_, value)| value.clone()).collect()
        };
        let count = notes.iter().filter(|mail| **mail == id).count();
        row.insert("labels".to_owned(), Value::Array(of_mail(&labels)));
        row.insert("noteCount".to_owned(), json!(count));
        row.insert("parentId".to_owned(), Value::Null);
        if let Some(state) = of_mail(&outgoing).pop() {
            row.insert("outgoing".to_owned(), state);
        }
    }
    Ok(())
}

/// Rows were read before their states: what was refused in between is taken back in them as well.
async fn undo_refused(host: &dyn Host, outgoing: &[(i64, Value)], rows: &mut [Row]) -> Result<()> {
    let refused = outgoing
        .iter()
        .filter(|(_, state)| state.get("state") == Some(&json!(queue::REFUSED)));
    let refused: Vec<i64> = refused.map(|(id, _)| *id).collect();
    if refused.is_empty() {
        return Ok(());
    }
    let wanted = Query::new(collections::MESSAGES, Filter::is_in("id", refused));
    for now in host.find(wanted.fields(&record::PLACEMENT_COLUMNS)).await? {
        let same = |row: &&mut Row| row.get("id") == now.get("id");
        if let Some(row) = rows.iter_mut().find(same) {
            row.extend(now);
        }
    }
    Ok(())
}

/// Adds what a list's rows have, and `note` and `children` where `appends` asks for them: the
/// other mails of the conversation, oldest first, without their bodies.
///
/// # Errors
/// `storage_failed`.
pub(super) async fn add_to_mail(
    host: &dyn Host,
    user_id: i64,
    row: &mut Row,
    appends: Option<&Value>,
) -> Result<()> {
    add_to_rows(host, user_id, std::slice::from_mut(row)).await?;
    let asked = |name: &str| query::names(appends, name);
    if asked("note") {
        let own = notes::list(host, user_id, id_of(row)).await?;
        row.insert("note".to_owned(), own.into_iter().map(Value::Object).collect());
    }
    if asked("children") {
        let mut children = conversations::others(host, row, &record::LIST_COLUMNS).await?;
        children.reverse();
        add_to_rows(host, user_id, &mut children).await?;
        let parent = row.get("id").cloned().unwrap_or_default();
        for child in &mut children {
            child.insert("parentId".to_owned(), parent.clone());
        }
        row.insert(
            "children".to_owned(),
            children.into_iter().map(Value::Object).collect(),
        );
    }
    Ok(())
}

/// The mails of the user's notes on these mails.
async fn noted(host: &dyn Host, user_id: i64, ids: &[i64]) -> Result<Vec<i64>> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let filter = Filter::eq("userId", user_id).and(Filter::is_in("mailMessageId", ids.iter().copied()));
    let query = Query::new(collections::NOTES, filter).fields(&["mailMessageId"]);
    let notes = host.find(query).await?;
    let mails = notes.iter().filter_map(|note| note.get("mailMessageId"));
    Ok(mails.filter_map(store::id_of).collect())
}

fn id_of(row: &Row) -> Option<i64> {
    row.get("id").and_then(store::id_of)
}
