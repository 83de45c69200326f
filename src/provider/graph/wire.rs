//! The shapes of Graph's answers, as far as they are read. Any property of an entity may be null or absent.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::Value;

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct User {
    pub(super) id: Option<String>,
    pub(super) mail: Option<String>,
    pub(super) user_principal_name: Option<String>,
    pub(super) display_name: Option<String>,
    pub(super) proxy_addresses: Option<Vec<String>>,
}

/// A page of a collection.
#[derive(Deserialize)]
pub(super) struct Collection<T> {
    pub(super) value: Vec<T>,
    #[serde(rename = "@odata.nextLink")]
    pub(super) next_link: Option<String>,
    #[serde(rename = "@odata.deltaLink")]
    pub(super) delta_link: Option<String>,
    #[serde(rename = "@odata.count")]
    pub(super) count: Option<u64>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct MailFolder {
    pub(super) id: String,
    pub(super) display_name: Option<String>,
    pub(super) parent_folder_id: Option<String>,
    pub(super) total_item_count: Option<u64>,
    #[serde(rename = "@odata.type")]
    pub(super) odata_type: Option<String>,
    #[serde(rename = "@removed")]
    pub(super) removed: Option<Value>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Message {
    pub(super) parent_folder_id: Option<String>,
    pub(super) conversation_id: Option<String>,
    pub(super) internet_message_id: Option<String>,
    pub(super) subject: Option<String>,
    pub(super) body_preview: Option<String>,
    pub(super) body: Option<ItemBody>,
    pub(super) from: Option<Recipient>,
    pub(super) sender: Option<Recipient>,
    pub(super) to_recipients: Option<Vec<Recipient>>,
    pub(super) cc_recipients: Option<Vec<Recipient>>,
    pub(super) bcc_recipients: Option<Vec<Recipient>>,
    pub(super) reply_to: Option<Vec<Recipient>>,
    pub(super) received_date_time: Option<String>,
    pub(super) sent_date_time: Option<String>,
    pub(super) created_date_time: Option<String>,
    pub(super) is_read: Option<bool>,
    pub(super) is_draft: Option<bool>,
    pub(super) flag: Option<Flag>,
    pub(super) categories: Option<Vec<String>>,
    pub(super) has_attachments: Option<bool>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct ItemBody {
    pub(super) content_type: Option<String>,
    pub(super) content: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Recipient {
    pub(super) email_address: Option<EmailAddress>,
}

#[derive(Deserialize)]
pub(super) struct EmailAddress {
    pub(super) name: Option<String>,
    pub(super) address: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Flag {
    pub(super) flag_status: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Attachment {
    pub(super) id: String,
    pub(super) name: Option<String>,
    pub(super) content_type: Option<String>,
    pub(super) size: Option<u64>,
    pub(super) content_id: Option<String>,
    #[serde(rename = "@odata.type")]
    pub(super) odata_type: Option<String>,
}

#[derive(Serialize)]
pub(super) struct BatchRequest<'a> {
    pub(super) requests: Vec<BatchCall<'a>>,
}

#[derive(Serialize)]
pub(super) struct BatchCall<'a> {
    pub(super) id: String,
    pub(super) method: &'static str,
    pub(super) url: &'a str,
    pub(super) headers: BTreeMap<&'static str, String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) body: Option<&'a Value>,
}

#[derive(Deserialize)]
pub(super) struct BatchAnswer {
    pub(super) id: String,
    pub(super) status: u16,
    #[serde(default)]
    pub(super) headers: Option<BTreeMap<String, Value>>,
}

#[derive(Deserialize)]
pub(super) struct ErrorBody {
    pub(super) error: ErrorItem,
}

#[derive(Deserialize)]
pub(super) struct ErrorItem {
    pub(super) code: Option<String>,
}
