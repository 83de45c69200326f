//! What the tree of a page shows: the boxes of each mailbox, its user's own folders, and what is marked, with their counts.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::{access, labels, record};
use crate::account::{self, Account};
use crate::error::Result;
use crate::host::{Filter, Host, Query, Row};
use crate::model::{BoxType, Folder};
use crate::store::{self, collections};

/// Where the mails of a folder count. In the bin and among junk mail they keep their labels, but are in no folder any more.
const KEPT: [BoxType; 4] = [BoxType::In, BoxType::Out, BoxType::Draft, BoxType::Archive];

/// Of each account `{email, type, accountId, boxes: [{boxType, total, unread}], folders: [{id, name, parentId, unread}],
/// labels: [{id, unread}], starred, todo}`. The labels are the user's own that unread mails of the account have. The folders are those that its user has made and synchronises, in the order of their names, each with
/// the one above it that is among them.
///
/// # Errors
/// `storage_failed`.
pub async fn tree(host: &dyn Host, user_id: i64, accounts: &[Account]) -> Result<Value> {
    let ids: Vec<i64> = accounts.iter().map(|account| account.id).collect();
    let known = account::folders_of(host, &ids).await?;
    let shown: BTreeMap<i64, Vec<&Folder>> = accounts
        .iter()
        .filter_map(|account| Some((account.id, shown(account, known.get(&account.id)?))))
        .collect();
    let in_boxes = counted(host, of(&ids), &["boxType", "isRead"]).await?;
    let unread = match shown.values().all(Vec::is_empty) {
        true => Vec::new(),
        false => {
            let unread = Filter::is_in("boxType", KEPT.map(BoxType::as_str)).and(Filter::eq("isRead", false));
            counted(host, of(&ids).and(unread), &["folderIds"]).await?
        }
    };
    // Either mark has its index, which begins with the user.
    let with = |mark: &str| access::own(user_id).and(Filter::eq(mark, true));
    let marks = Filter::Or(vec![with("isStarred"), with("isTodo")]);
    let marked = counted(host, marks, &["boxType", "isStarred", "isTodo"]).await?;
    let labelled = labels::unread(host, user_id).await?;
    let trees = accounts.iter().map(|account| {
        let is_of = |row: &&Row| row.get("accountId").and_then(store::id_of) == Some(account.id);
        let of_account = |rows: &[Row]| -> Vec<Row> { rows.iter().filter(is_of).cloned().collect() };
        let shown = shown.get(&account.id).map(Vec::as_slice).unwrap_or_default();
        let known = known.get(&account.id).map(Vec::as_slice).unwrap_or_default();
        let marked = of_account(&marked);
        let labels = labelled.iter().filter(|((of, _), _)| *of == account.id);
        let labels: Vec<Value> = labels
            .map(|((_, id), unread)| json!({ "id": id, "unread": unread }))
            .collect();
        json!({
            "email": account.email,
            "type": account.provider,
            "accountId": account.id,
            "boxes": boxes(&of_account(&in_boxes)),
            "folders": named(account, shown, known, &unread_of(&of_account(&unread))),
            "labels": labels,
            "starred": sum(&marked, |row| is(row, "isStarred") && is_kept(row)),
            "todo": sum(&marked, |row| is(row, "isTodo")),
        })
    });
    Ok(trees.collect())
}

fn of(account_ids: &[i64]) -> Filter {
    access::shown(Filter::is_in("accountId", account_ids.iter().copied()))
}

/// How many mails there are of each account, with the same values in these columns.
async fn counted(host: &dyn Host, filter: Filter, columns: &[&'static str]) -> Result<Vec<Row>> {
    let columns: Vec<&'static str> = ["accountId"].iter().chain(columns).copied().collect();
    host.find(Query::new(collections::MESSAGES, filter).counted(&columns))
        .await
}

fn sum(rows: &[Row], counts: impl Fn(&Row) -> bool) -> u64 {
    let these = rows.iter().filter(|row| counts(row));
    these.map(count).sum()
}

fn count(row: &Row) -> u64 {
    row.get("count").and_then(Value::as_u64).unwrap_or(0)
}

fn is(row: &Row, column: &str) -> bool {
    row.get(column) == Some(&Value::Bool(true))
}

fn is_kept(row: &Row) -> bool {
    let box_type = store::text(row, "boxType");
    box_type.is_some_and(|name| BoxType::parse(name).is_none_or(|box_type| KEPT.contains(&box_type)))
}

fn boxes(rows: &[Row]) -> Value {
    let boxes = BoxType::ALL
        .map(BoxType::as_str)
        .into_iter()
        .chain([record::SCHEDULED, record::MASS]);
    let boxes = boxes.map(|box_type| {
        let inside = |row: &Row| store::text(row, "boxType") == Some(box_type);
        let is_unread = |row: &Row| row.get("isRead") == Some(&Value::Bool(false));
        json!({
            "boxType": box_type,
            "total": sum(rows, inside),
            "unread": sum(rows, |row| inside(row) && is_unread(row)),
        })
    });
    boxes.collect()
}

/// The folders of an account that a tree shows. Those in the bin and among junk mail are what their boxes show.
fn shown<'a>(account: &Account, known: &'a [Folder]) -> Vec<&'a Folder> {
    let is_shown = |folder: &&Folder| {
        folder.is_own && KEPT.contains(&folder.box_type) && !account.exclusions.cover_folder(folder)
    };
    let mut shown: Vec<&Folder> = known.iter().filter(is_shown).collect();
    shown.sort_by_cached_key(|folder| folder.name.to_lowercase());
    shown
}

/// Unread mails by the folders that they are in.
fn unread_of(rows: &[Row]) -> BTreeMap<String, u64> {
    let mut unread = BTreeMap::new();
    for row in rows {
        for id in store::texts(row, "folderIds") {
            *unread.entry(id).or_default() += count(row);
        }
    }
    unread
}

fn named(account: &Account, shown: &[&Folder], known: &[Folder], unread: &BTreeMap<String, u64>) -> Value {
    let is_path = !account.provider.mail().capabilities().one_folder_each;
    let folders = shown.iter().map(|folder| {
        let above = above(folder, shown, known);
        // A label's name begins with the names of those above it.
        let rest = above.filter(|_| is_path).and_then(|above| {
            let rest = folder.name.strip_prefix(&above.name)?;
            rest.strip_prefix('/')
        });
        json!({
            "id": folder.id,
            "name": rest.unwrap_or(&folder.name),
            "parentId": above.map(|above| &above.id),
            "unread": unread.get(&folder.id).copied().unwrap_or(0),
        })
    });
    folders.collect()
}

/// The nearest folder above this one that is shown.
fn above<'a>(folder: &Folder, shown: &[&'a Folder], known: &[Folder]) -> Option<&'a Folder> {
    let mut parent_id = folder.parent_id.as_ref();
    // Parents that lead in a circle end here.
    for _ in known {
        let id = parent_id.filter(|id| **id != folder.id)?;
        if let Some(found) = shown.iter().find(|each| each.id == *id) {
            return Some(found);
        }
        let hidden = known.iter().find(|each| each.id == *id)?;
        parent_id = hidden.parent_id.as_ref();
    }
    None
}
