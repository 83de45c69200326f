//! What users want done to mails: how they say it here, and what the provider has to show for it in the end.

use email_manager::host::Row;
use email_manager::plugin::ActionRequest;
use serde_json::{Map, Value, json};

use crate::schedule::{Here, Place};
use crate::support::service::Service;
use crate::support::{ORIGIN, USER};
use crate::world::World;

/// A wish about one mail that the plugin has said yes to.
#[derive(Clone, Debug)]
pub struct Intent {
    pub mail_id: String,
    pub change: Here,
    /// The folder or label that it names.
    pub folder: Option<String>,
}

impl World {
    /// The call that says it; `None` where there is no such folder.
    pub fn request(&self, change: Here, row: &Row) -> Option<ActionRequest> {
        let ids = json!([row["id"]]);
        let (resource, action, values) = match change {
            Here::Read(on) => (
                "mail",
                "messageSetReaded",
                json!({ "mailIds": [row["mailId"]], "isRead": on }),
            ),
            Here::Star(on) => ("mail", "messagesOrganise", json!({ "ids": ids, "isStarred": on })),
            Here::Move(place) => {
                let values = match box_type(place) {
                    Some(box_type) => json!({ "ids": ids, "boxType": box_type }),
                    None => json!({ "ids": ids, "folderId": self.folder_of(change)? }),
                };
                ("mail", "messagesOrganise", values)
            }
            Here::PutBack => ("mail", "messagesOrganise", json!({ "ids": ids, "putBack": true })),
            Here::Label(on) => {
                let labels = json!({ self.folder_of(change)?: on });
                (
                    "mail",
                    "messagesOrganise",
                    json!({ "ids": ids, "providerLabels": labels }),
                )
            }
            Here::Delete => ("mailMessages", "destroy", json!({ "filterByTk": ids })),
        };
        Some(ActionRequest {
            resource: resource.to_owned(),
            action: action.to_owned(),
            params: Map::new(),
            values: values.as_object().cloned().unwrap_or_default(),
            user: Some(USER),
            session: Some("login of the user".to_owned()),
            origin: ORIGIN.to_owned(),
            language: "en-US".to_owned(),
            file: None,
        })
    }

    /// The folder or label that a wish names, as the provider calls it: labels of Gmail and folders of Outlook by id,
    /// categories by name.
    pub fn folder_of(&self, change: Here) -> Option<String> {
        match (change, self.service()) {
            (Here::Label(_), Service::Google) => Some("Label_1".to_owned()),
            (Here::Label(_), Service::Microsoft) => Some("Customers".to_owned()),
            (Here::Move(Place::Own(nth)), Service::Google) => Some(format!("Label_{}", nth % 3 + 1)),
            (Here::Move(place @ Place::Own(_)), Service::Microsoft) => {
                let (folders, name) = (self.provider.folders(), self.place(place));
                let folder = folders.iter().find(|folder| folder["name"] == name.as_str())?;
                folder["id"].as_str().map(str::to_owned)
            }
            _ => None,
        }
    }

    /// Whether the mail is here as it is wished already: then there is nothing to send, whatever the provider has to tell.
    pub fn stands(&self, change: Here, row: &Row) -> bool {
        let named = self.folder_of(change);
        let has = |column: &str| {
            row[column]
                .as_array()
                .is_some_and(|list| list.iter().any(|each| each.as_str() == named.as_deref()))
        };
        match change {
            Here::Read(on) => row["isRead"].as_bool() == Some(on),
            Here::Star(on) => row["isStarred"].as_bool() == Some(on),
            Here::Move(place) => match box_type(place) {
                Some(box_type) => row["boxType"] == box_type,
                None => has("folderIds"),
            },
            Here::PutBack => true,
            Here::Label(on) => (has("folderIds") || has("categories")) == on,
            Here::Delete => false,
        }
    }
}

impl Intent {
    /// Whether the provider's message is as it was wished.
    pub fn holds(&self, service: Service, message: &Value) -> bool {
        let named = self.folder.as_deref();
        let has = |list: &str| {
            let list = message[list].as_array();
            list.is_some_and(|list| list.iter().any(|each| each.as_str() == named))
        };
        match self.change {
            Here::Read(on) => message["unread"].as_bool() == Some(!on),
            Here::Star(on) => message["starred"].as_bool() == Some(on),
            Here::Move(place) => match box_type(place) {
                Some(box_type) => service.expected(message).1 == box_type,
                None => has("labels") || message["folderId"].as_str() == named,
            },
            Here::PutBack => true,
            Here::Label(on) => (has("labels") || has("categories")) == on,
            Here::Delete => false,
        }
    }
}

impl Here {
    /// What it is about. In Gmail, a label is a folder.
    pub const fn property(self, service: Service) -> Property {
        match (self, service) {
            (Self::Read(_), _) => Property::Read,
            (Self::Star(_), _) => Property::Starred,
            (Self::Label(_), _) | (Self::Move(Place::Own(_)), Service::Google) => Property::Labels,
            (Self::Move(_) | Self::PutBack | Self::Delete, _) => Property::Place,
        }
    }
}

/// The plugin's name of a place; `None` for a folder that the user made.
const fn box_type(place: Place) -> Option<&'static str> {
    match place {
        Place::Inbox => Some("in"),
        Place::Archive => Some("archive"),
        Place::Trash => Some("trash"),
        Place::Spam => Some("spam"),
        Place::Draft => Some("draft"),
        Place::Own(_) => None,
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
