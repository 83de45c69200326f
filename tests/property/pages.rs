//! Reading what goes over the wire and into the storage, as far as the observer has to know it.

use std::collections::BTreeSet;

use email_manager::host::memory::MemoryHost;
use email_manager::host::{Operation, Row};
use http::{Response, StatusCode};
use serde_json::Value;

/// A record counts as there unless it is marked as deleted.
pub fn is_there(row: &Row) -> bool {
    row.get("deletedAt").is_none_or(Value::is_null)
}

/// The ids of the mails that are stored, and not called gone: what is only left out is kept.
pub fn stored_ids(memory: &MemoryHost) -> BTreeSet<String> {
    let rows = memory.rows("mailMessages");
    let is_kept = |row: &&Row| is_there(row) || row["deletedReason"] != "gone";
    rows.iter().filter(is_kept).map(mail_id).collect()
}

pub fn mail_id(row: &Row) -> String {
    row["mailId"].as_str().unwrap_or_default().to_owned()
}

/// Whether the answer, or each part of it, refuses the access token.
pub fn refuses_token(answer: &Response<Vec<u8>>) -> bool {
    if answer.status() == StatusCode::UNAUTHORIZED {
        return true;
    }
    let body = String::from_utf8_lossy(answer.body());
    let mut parts: Vec<bool> = body
        .lines()
        .filter_map(|line| line.strip_prefix("HTTP/1.1 "))
        .map(|status| status.starts_with("401"))
        .collect();
    if let Ok(batch) = serde_json::from_str::<Value>(&body) {
        parts.extend(
            items(&batch["responses"])
                .iter()
                .map(|part| part["status"] == 401),
        );
    }
    !parts.is_empty() && parts.into_iter().all(|is_refused| is_refused)
}

/// Whether the next page of a cursor is the one at this address: its link, or the one with its token.
pub fn stands_before(cursor: &Row, address: &str) -> bool {
    let Some(page) = cursor.get("page").and_then(Value::as_str) else {
        return false;
    };
    let query = address.split_once('?').map_or("", |(_, query)| query);
    let token = url::form_urlencoded::parse(query.as_bytes()).find(|(name, _)| name == "pageToken");
    page == address || token.is_some_and(|(_, token)| token == page)
}

/// Whether the address is that of the first page of a folder's feed, and the folder is still to be listed from there.
pub fn is_to_begin(cursors: &[Row], address: &str) -> bool {
    let (path, query) = address.split_once('?').unwrap_or((address, ""));
    let folder = path
        .strip_suffix("/messages/delta")
        .and_then(|path| path.rsplit_once("/mailFolders/"));
    let has_token = ["skiptoken=", "deltatoken="]
        .iter()
        .any(|token| query.contains(token));
    let Some((_, id)) = folder.filter(|_| !has_token) else {
        return false;
    };
    let id = percent_decoded(id);
    let cursor = cursors.iter().find(|cursor| cursor["scope"] == id.as_str());
    cursor.is_none_or(|cursor| cursor["phase"] == "relisting" && cursor["page"].is_null())
}

pub fn items(list: &Value) -> &[Value] {
    list.as_array().map_or(&[], Vec::as_slice)
}

pub fn gives_lease_back(operation: &Operation) -> bool {
    matches!(operation, Operation::Update { values, .. } if values.get("leaseUntil").is_some_and(Value::is_null))
}

pub fn percent_decoded(text: &str) -> String {
    url::form_urlencoded::parse(format!("x={}", text.replace('+', "%2B")).as_bytes())
        .next()
        .map(|(_, value)| value.into_owned())
        .unwrap_or_default()
}
