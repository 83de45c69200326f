//! What users ask of the synchronisation, and what they leave out.

use serde_json::{Value, json};

use crate::schedule::{Asked, Excluded};
use crate::support::USER;
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
                self.begins_anew();
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
