//! What users ask of the synchronisation, and what they leave out.

use email_manager::host::Row;
use serde_json::{Value, json};

use crate::schedule::{Asked, Excluded};
use crate::support::USER;
use crate::support::service::Service;
use crate::there::FREQUENT;
use crate::world::World;

/// What is left out.
#[derive(Clone, Debug, Default)]
pub struct Choice {
    pub folders: Vec<String>,
    pub boxes: Vec<String>,
    pub senders: Vec<String>,
}

impl Choice {
    /// Whether a mail that stands so is left out.
    pub fn covers<'a>(
        &self,
        box_type: &str,
        mut folders: impl Iterator<Item = &'a String>,
        from: Option<&str>,
    ) -> bool {
        self.boxes.iter().any(|each| each == box_type)
            || folders.any(|folder| self.folders.contains(folder))
            || from.is_some_and(|from| self.senders.iter().any(|each| each == from))
    }
}

impl World {
    /// Each takes the account from a step under way, or makes one necessary that reads things again.
    pub fn ask(&mut self, asked: Asked) {
        let email = self.service().mailbox();
        let call = |world: &Self, action: &str, mut values: Value| {
            values["email"] = json!(email);
            world.site.site.mail(USER, action, values)
        };
        match asked {
            Asked::Sync => drop(call(self, "messagesSync", json!({}))),
            Asked::Resync => {
                self.begins_anew();
                let _ = call(self, "messagesResync", json!({}));
            }
            Asked::Compare => {
                self.begins_anew();
                let _ = call(self, "checkCompleteness", json!({}));
            }
            Asked::Pause | Asked::Resume => {
                self.observer.disrupted();
                let _ = call(self, "pauseAccount", json!({ "paused": asked == Asked::Pause }));
            }
            Asked::Exclude(excluded) => {
                self.lists_again();
                self.observer.listed_anew();
                let choice = self.choice(excluded);
                let values = json!({
                    "folders": choice.folders, "boxes": choice.boxes, "senders": choice.senders,
                });
                if call(self, "updateAccountFolders", values).is_ok() {
                    self.left_out = choice;
                }
            }
        }
    }

    /// The account goes on, with nothing under way.
    pub fn resume(&self) {
        let values = json!({ "email": self.service().mailbox(), "paused": false });
        let _ = self.site.site.mail(USER, "pauseAccount", values);
    }

    /// The lists are read again. Where only ids are listed and nothing is being refreshed, what is stored is not fetched a
    /// second time for that; what was left out may be.
    pub fn lists_again(&self) {
        let memory = &self.site.site.host;
        let follows = |cursor: &Row| cursor["phase"] == "following";
        let is_calm = self.account()["syncState"]["done"] == true
            && memory.rows("mailSyncCursors").iter().all(follows)
            && !self.is_at_work();
        if self.service() == Service::Microsoft || !is_calm {
            self.observer.disrupted();
            self.observer.disrupted();
            return;
        }
        for item in self.site.ledger() {
            self.observer.touched(item["mailId"].as_str().unwrap_or_default());
        }
    }

    /// What was kept for later is listed again.
    fn begins_anew(&self) {
        self.observer.disrupted();
        self.observer.disrupted();
        self.observer.listed_anew();
    }

    fn choice(&self, excluded: Excluded) -> Choice {
        let texts = |list: &[&str]| list.iter().map(|each| (*each).to_owned()).collect();
        match excluded {
            Excluded::Nothing => Choice::default(),
            Excluded::Boxes => Choice {
                boxes: texts(&["spam", "trash"]),
                ..Choice::default()
            },
            Excluded::Folder(nth) => {
                let known = self.site.site.host.rows("mailFolders");
                let known = known.iter().filter_map(|folder| folder["folderId"].as_str());
                let known: Vec<&str> = known.collect();
                let nth = known.get(nth % known.len().max(1)).copied();
                Choice {
                    folders: texts(nth.as_slice()),
                    ..Choice::default()
                }
            }
            Excluded::Sender => Choice {
                senders: texts(&[FREQUENT]),
                ..Choice::default()
            },
        }
    }
}
