//! What users want done to mails: how they say it here, and what the provider has to show for it in the end.

use email_manager::host::Row;
use email_manager::plugin::ActionRequest;
use serde_json::{Map, Value, json};

use crate::schedule::Here;
use crate::support::{ORIGIN, USER};

/// A wish about one mail that the plugin has said yes to.
#[derive(Clone, Debug)]
pub struct Intent {
    pub mail_id: String,
    pub change: Here,
}

impl Here {
    /// The call that says it.
    pub fn request(self, mail_id: &str) -> ActionRequest {
        let (resource, action, values) = match self {
            Self::Read(on) => (
                "mail",
                "messageSetReaded",
                json!({ "mailIds": [mail_id], "isRead": on }),
            ),
        };
        ActionRequest {
            resource: resource.to_owned(),
            action: action.to_owned(),
            params: Map::new(),
            values: values.as_object().cloned().unwrap_or_default(),
            user: Some(USER),
            session: Some("login of the user".to_owned()),
            origin: ORIGIN.to_owned(),
            language: "en-US".to_owned(),
            file: None,
        }
    }

    /// Whether the mail is here as it is wished already: then there is nothing to send, whatever the provider has to tell.
    pub fn stands(self, row: &Row) -> bool {
        match self {
            Self::Read(on) => row["isRead"].as_bool() == Some(on),
        }
    }

    /// Whether the provider's message is as it was wished.
    pub fn holds(self, message: &Value) -> bool {
        match self {
            Self::Read(on) => message["unread"].as_bool() == Some(!on),
        }
    }

    /// What it is about.
    pub const fn property(self) -> Property {
        match self {
            Self::Read(_) => Property::Read,
        }
    }
}

/// A property of a mail that both sides change.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Property {
    Read,
    Starred,
    Place,
    Labels,
}
