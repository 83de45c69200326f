//! The two providers as the simulator stands in for them, and what their mailboxes should look like here.

use serde_json::{Value, json};

/// A provider at the simulator.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Service {
    Google,
    Microsoft,
}

/// Both.
pub const SERVICES: [Service; 2] = [Service::Google, Service::Microsoft];

/// Where the simulator stands; nothing listens there.
pub const SIMULATOR: &str = "http://127.0.0.1:14100";

/// What of a stored mail has to agree with the provider: id, box, read, starred.
pub type Mail = (String, String, bool, bool);

impl Service {
    /// Its name in records.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Google => "google",
            Self::Microsoft => "microsoft",
        }
    }

    /// The mailbox of these tests.
    pub const fn mailbox(self) -> &'static str {
        match self {
            Self::Google => "alice@gmail.example",
            Self::Microsoft => "bob@outlook.example",
        }
    }

    /// Another mailbox.
    pub const fn other_mailbox(self) -> &'static str {
        match self {
            Self::Google => "carol@gmail.example",
            Self::Microsoft => "dave@outlook.example",
        }
    }

    pub const fn provider(self) -> email_manager_simulator::Provider {
        match self {
            Self::Google => email_manager_simulator::Provider::Google,
            Self::Microsoft => email_manager_simulator::Provider::Microsoft,
        }
    }

    /// The settings under which the plugin finds the simulator.
    pub fn settings(self) -> Value {
        let paths = match self {
            Self::Google => [
                ("authorize", "/google/o/oauth2/v2/auth"),
                ("token", "/google/token"),
                ("revoke", "/google/revoke"),
                ("api", "/google/gmail/v1"),
                ("batch", "/google/batch/gmail/v1"),
            ]
            .as_slice(),
            Self::Microsoft => [
                ("authorize", "/microsoft/{tenant}/oauth2/v2.0/authorize"),
                ("token", "/microsoft/{tenant}/oauth2/v2.0/token"),
                ("api", "/microsoft/graph/v1.0"),
                ("batch", "/microsoft/graph/v1.0/$batch"),
            ]
            .as_slice(),
        };
        let mut endpoints: serde_json::Map<String, Value> = paths
            .iter()
            .map(|(name, path)| ((*name).to_owned(), json!(format!("{SIMULATOR}{path}"))))
            .collect();
        endpoints.insert("allowPrivate".to_owned(), json!(true));
        json!({
            "clientId": format!("{}-id", self.name()),
            "clientSecret": format!("{}-secret", self.name()),
            "enabled": true,
            "endpoints": endpoints,
        })
    }

    /// The name of the folder or label of a box at the provider.
    pub fn place(self, box_type: &str) -> &str {
        match (self, box_type) {
            (Self::Microsoft, "trash") => "deleteditems",
            (Self::Microsoft, "spam") => "junkemail",
            (Self::Microsoft, "draft") => "drafts",
            _ => box_type,
        }
    }

    /// The id under which a message of the simulator's state is stored.
    pub fn id(self, message: &Value) -> String {
        let column = match self {
            Self::Google => "id",
            Self::Microsoft => "immutableId",
        };
        message[column].as_str().unwrap().to_owned()
    }

    /// How a message of the simulator's state has to be stored.
    pub fn expected(self, message: &Value) -> Mail {
        let flag = |name: &str| message[name].as_bool().unwrap();
        let box_type = match self {
            Self::Google => {
                let labels = message["labels"].as_array().unwrap();
                let boxes = [
                    ("TRASH", "trash"),
                    ("SPAM", "spam"),
                    ("DRAFT", "draft"),
                    ("INBOX", "in"),
                    ("SENT", "out"),
                ];
                boxes
                    .into_iter()
                    .find(|(label, _)| labels.contains(&json!(label)))
                    .map_or("archive", |(_, box_type)| box_type)
            }
            Self::Microsoft => match message["folder"].as_str().unwrap() {
                "Inbox" => "in",
                "Sent Items" => "out",
                "Drafts" => "draft",
                "Junk Email" => "spam",
                "Deleted Items" => "trash",
                _ => "archive",
            },
        };
        (
            self.id(message),
            box_type.to_owned(),
            !flag("unread"),
            flag("starred"),
        )
    }
}
