//! The folders and labels of a mailbox, as they were read last.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::Value;

use crate::error::Result;
use crate::host::{Filter, Host, Query};
use crate::model::{BoxType, Folder};
use crate::store::{self, collections};

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct FolderRecord {
    #[serde(deserialize_with = "store::id_from")]
    account_id: i64,
    folder_id: String,
    name: String,
    #[serde(default)]
    parent_id: Option<String>,
    /// Not told by records that were written before it was asked.
    #[serde(default)]
    is_own: Option<bool>,
    #[serde(default)]
    is_technical: Option<bool>,
    box_type: BoxType,
    #[serde(default)]
    total: Option<Value>,
}

impl From<FolderRecord> for Folder {
    fn from(record: FolderRecord) -> Self {
        let total = record.total.as_ref().and_then(store::id_of);
        Self {
            id: record.folder_id,
            name: record.name,
            parent_id: record.parent_id,
            is_own: record.is_own.unwrap_or_default(),
            is_technical: record.is_technical.unwrap_or_default(),
            box_type: record.box_type,
            total: total.and_then(|total| u64::try_from(total).ok()),
        }
    }
}

/// The folders of an account, the most interesting ones first.
///
/// # Errors
/// `storage_failed`.
pub async fn folders(host: &dyn Host, account_id: i64) -> Result<Vec<Folder>> {
    let mut found = folders_of(host, &[account_id]).await?;
    Ok(found.remove(&account_id).unwrap_or_default())
}

/// The folders of several accounts, by their records' ids.
///
/// # Errors
/// `storage_failed`.
pub async fn folders_of(host: &dyn Host, account_ids: &[i64]) -> Result<BTreeMap<i64, Vec<Folder>>> {
    let these = Filter::is_in("accountId", account_ids.iter().copied());
    let query = Query::new(collections::FOLDERS, these).sort(&["position"]);
    let mut found: BTreeMap<i64, Vec<Folder>> = BTreeMap::new();
    for record in store::find::<FolderRecord>(host, query).await? {
        found.entry(record.account_id).or_default().push(record.into());
    }
    Ok(found)
}
