//! The folders and labels of a mailbox, as they were read last.

use serde::Deserialize;
use serde_json::Value;

use crate::error::Result;
use crate::host::{Filter, Host, Query};
use crate::model::{BoxType, Folder};
use crate::store::{self, collections};

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct FolderRecord {
    folder_id: String,
    name: String,
    box_type: BoxType,
    #[serde(default)]
    total: Option<Value>,
}

/// The folders of an account, the most interesting ones first.
///
/// # Errors
/// `storage_failed`.
pub async fn folders(host: &dyn Host, account_id: i64) -> Result<Vec<Folder>> {
    let query = Query::new(collections::FOLDERS, Filter::eq("accountId", account_id));
    let records: Vec<FolderRecord> = store::find(host, query.sort(&["position"])).await?;
    let folders = records.into_iter().map(|record| Folder {
        id: record.folder_id,
        name: record.name,
        box_type: record.box_type,
        total: record
            .total
            .as_ref()
            .and_then(store::id_of)
            .and_then(|total| u64::try_from(total).ok()),
    });
    Ok(folders.collect())
}
