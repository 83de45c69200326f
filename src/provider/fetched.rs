//! What is fetched of a mailbox by its ids, and what came of it.

use serde::{Deserialize, Serialize};

use crate::error::Error;
use crate::model::Message;

/// Something to fetch.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Wanted {
    /// The message with this id.
    Message(String),
    /// The messages of a conversation, among them those with these ids.
    Conversation {
        /// The conversation.
        id: String,
        /// The messages of it that are wanted.
        mail_ids: Vec<String>,
    },
}

impl Wanted {
    /// The messages that are wanted.
    pub fn mail_ids(&self) -> &[String] {
        match self {
            Self::Message(id) => std::slice::from_ref(id),
            Self::Conversation { mail_ids, .. } => mail_ids,
        }
    }
}

/// A message that is known by its id only.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Listed {
    /// The message.
    pub mail_id: String,
    /// The conversation that it belongs to, where the list says so.
    pub conversation_id: Option<String>,
}

impl From<String> for Listed {
    fn from(mail_id: String) -> Self {
        Self {
            mail_id,
            conversation_id: None,
        }
    }
}

/// The outcome of fetching one message.
#[derive(Debug)]
pub struct Fetched {
    /// The message.
    pub mail_id: String,
    /// What came.
    pub outcome: FetchOutcome,
}

/// What came of fetching one message.
#[derive(Debug)]
pub enum FetchOutcome {
    /// The message.
    Message(Box<Message>),
    /// There is no such message any more.
    Gone,
    /// This message failed; others are not affected.
    Failed(Error),
}
