//! The shapes of Gmail's answers, as far as they are read. Numbers of 64 bits are strings.

use serde::Deserialize;

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Profile {
    pub(super) email_address: Option<String>,
    pub(super) history_id: Option<String>,
    pub(super) messages_total: Option<u64>,
}

#[derive(Deserialize)]
pub(super) struct ListLabelsResponse {
    pub(super) labels: Vec<Label>,
}

#[derive(Deserialize)]
pub(super) struct Label {
    pub(super) id: String,
    pub(super) name: Option<String>,
    #[serde(rename = "type")]
    pub(super) kind: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct ListMessagesResponse {
    pub(super) messages: Option<Vec<MessageRef>>,
    pub(super) next_page_token: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct MessageRef {
    pub(super) id: String,
    pub(super) thread_id: Option<String>,
}

#[derive(Deserialize)]
pub(super) struct Thread {
    pub(super) messages: Option<Vec<Message>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct ListHistoryResponse {
    pub(super) history: Option<Vec<History>>,
    pub(super) next_page_token: Option<String>,
    pub(super) history_id: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct History {
    pub(super) messages_added: Option<Vec<HistoryItem>>,
    pub(super) messages_deleted: Option<Vec<HistoryItem>>,
    pub(super) labels_added: Option<Vec<HistoryItem>>,
    pub(super) labels_removed: Option<Vec<HistoryItem>>,
}

#[derive(Deserialize)]
pub(super) struct HistoryItem {
    pub(super) message: HistoryMessage,
}

/// `labelIds` is absent where a message has no label.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct HistoryMessage {
    pub(super) id: String,
    pub(super) thread_id: Option<String>,
    pub(super) label_ids: Option<Vec<String>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Message {
    pub(super) id: Option<String>,
    pub(super) thread_id: Option<String>,
    pub(super) label_ids: Option<Vec<String>>,
    pub(super) snippet: Option<String>,
    pub(super) internal_date: Option<String>,
    pub(super) payload: Option<MessagePart>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct MessagePart {
    pub(super) part_id: Option<String>,
    pub(super) mime_type: Option<String>,
    pub(super) filename: Option<String>,
    pub(super) headers: Option<Vec<Header>>,
    pub(super) body: Option<MessagePartBody>,
    pub(super) parts: Option<Vec<MessagePart>>,
}

impl MessagePart {
    /// The value of the first header of this name.
    pub(super) fn header(&self, name: &str) -> Option<&str> {
        self.headers
            .iter()
            .flatten()
            .find(|header| header.name.eq_ignore_ascii_case(name))
            .map(|header| header.value.as_str())
    }
}

#[derive(Deserialize)]
pub(super) struct Header {
    pub(super) name: String,
    #[serde(default)]
    pub(super) value: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct MessagePartBody {
    pub(super) attachment_id: Option<String>,
    pub(super) size: Option<u64>,
    pub(super) data: Option<String>,
}

#[derive(Deserialize)]
pub(super) struct ErrorBody {
    pub(super) error: ErrorStatus,
}

#[derive(Deserialize)]
pub(super) struct ErrorStatus {
    pub(super) status: Option<String>,
    pub(super) errors: Option<Vec<ErrorItem>>,
    pub(super) details: Option<Vec<ErrorItem>>,
}

#[derive(Deserialize)]
pub(super) struct ErrorItem {
    pub(super) reason: Option<String>,
}
