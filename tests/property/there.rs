//! What happens at the provider: the operations of [`There`], carried out by its control interface.

use chrono::TimeDelta;
use email_manager::host::Host;
use serde_json::{Value, json};

use crate::intents::Property;
use crate::observer::Violation;
use crate::schedule::{LIBERTIES, Place, There};
use crate::support::USER;
use crate::support::service::Service;
use crate::world::World;

/// Who has sent every fourth mail.
pub const FREQUENT: &str = "often@frequent.example";

impl World {
    /// The mails at the beginning, a day apart; some of every kind.
    pub fn furnish(&mut self, count: usize) {
        for number in 0..count {
            let place = match number % 7 {
                3 => Place::Archive,
                4 => Place::Own(number / 7),
                5 if number % 2 == 1 => Place::Trash,
                6 => Place::Draft,
                _ => Place::Inbox,
            };
            let date = self.site.site.host.now() - TimeDelta::days(1 + number as i64);
            self.deliver(place, None, Some(json!(date)));
        }
    }

    fn deliver(&mut self, place: Place, answers: Option<&Value>, date: Option<Value>) {
        self.made += 1;
        let number = self.made;
        let text = format!("words number {number} of this mailbox");
        let mut mail = json!({ "subject": format!("Subject {number}"), "unread": !number.is_multiple_of(3) });
        match number % 4 {
            0 => mail["text"] = json!(text),
            _ => mail["html"] = json!(format!("<p>Hello,</p><p>{text}</p>")),
        }
        if number.is_multiple_of(5) {
            mail["attachments"] = json!([{ "filename": "a.txt", "mimeType": "text/plain", "text": "hi" }]);
        }
        if let Some(date) = date {
            mail["date"] = date;
        }
        if number.is_multiple_of(4) {
            mail["from"] = json!(FREQUENT);
        }
        if let Some(message) = answers {
            mail["inReplyTo"] = json!(self.service().id(message));
        }
        if place == Place::Draft {
            mail["labels"] = json!(["DRAFT"]);
            mail["unread"] = json!(false);
        }
        mail["folder"] = json!(self.place(place));
        let delivered = self.provider.control("deliver", mail)["delivered"][0].clone();
        let id = self.service().id(&delivered);
        if self.is_listing() {
            // The listing shows it, and so do the changes since before the listing.
            self.observer.touched(&id);
        }
        self.texts.insert(id, text);
    }

    /// Whether the first sync is under way.
    fn is_listing(&self) -> bool {
        let accounts = self.site.site.host.rows("mailAccounts");
        accounts
            .first()
            .is_some_and(|account| account["syncState"]["done"] != true)
    }

    /// The provider's name of a place.
    pub fn place(&self, place: Place) -> String {
        let own = |nth: usize| match self.service() {
            Service::Google => ["Customers", "Invoices", "Projects/Atlas"][nth % 3].to_owned(),
            Service::Microsoft => {
                let own = self.own_folders();
                own.get(nth % own.len().max(1))
                    .cloned()
                    .unwrap_or_else(|| "archive".to_owned())
            }
        };
        let box_type = match place {
            Place::Inbox => "inbox",
            Place::Archive => "archive",
            Place::Trash => "trash",
            Place::Spam => "spam",
            Place::Draft => "draft",
            Place::Own(nth) => return own(nth),
        };
        self.service().place(box_type).to_owned()
    }

    /// The names of the folders that a user made (Outlook).
    fn own_folders(&self) -> Vec<String> {
        let folders = self.provider.folders();
        folders
            .iter()
            .filter(|folder| folder["wellKnown"].is_null())
            .map(|folder| folder["name"].as_str().unwrap_or_default().to_owned())
            .collect()
    }

    pub fn change_there(&mut self, there: &There) {
        let messages = self.provider.messages();
        let nth = |nth: &usize| messages.get(nth % messages.len().max(1));
        let act = |world: &Self, message: &Value, command: &str, mut with: Value, property: Property| {
            let id = world.service().id(message);
            if command == "delete" {
                world.observer.deleted(&id);
            }
            world.observer.touched(&id);
            if property == Property::Place {
                // One folder tells that it is gone, another one that it has come.
                world.observer.touched(&id);
            }
            world.overtake(&id, property);
            with["id"] = json!(id);
            world.provider.control(command, with);
        };
        match there {
            There::Deliver { place, answers } => {
                let answered = answers.as_ref().and_then(nth).cloned();
                self.deliver(*place, answered.as_ref(), None);
            }
            There::Move { nth: which, place } => {
                if let Some(message) = nth(which)
                    && !message["draft"].as_bool().unwrap_or_default()
                {
                    match (self.service(), place) {
                        (Service::Google, Place::Own(_)) => {
                            let label = json!({ "addLabels": [self.place(*place)] });
                            act(self, message, "mark", label, Property::Labels);
                        }
                        _ => act(
                            self,
                            message,
                            "move",
                            json!({ "to": self.place(*place) }),
                            Property::Place,
                        ),
                    }
                }
            }
            There::Delete { nth: which } => {
                if let Some(message) = nth(which) {
                    act(self, message, "delete", json!({}), Property::Place);
                }
            }
            There::DeleteMany { nth: which, count } => {
                let from = which % messages.len().max(1);
                for message in messages.iter().skip(from).take(*count) {
                    act(self, message, "delete", json!({}), Property::Place);
                }
            }
            There::Disorder { seed, kinds, page } => {
                let kinds: Vec<&str> = LIBERTIES
                    .iter()
                    .enumerate()
                    .filter(|(bit, _)| kinds & (1 << bit) != 0)
                    .map(|(_, name)| *name)
                    .collect();
                if !kinds.is_empty() {
                    self.observer.disordered();
                }
                let disorder = json!({ "seed": seed, "kinds": kinds, "page": page });
                self.provider.control("disorder", disorder);
            }
            There::Read { nth: which, on } => {
                if let Some(message) = nth(which) {
                    act(self, message, "mark", json!({ "read": on }), Property::Read);
                }
            }
            There::Star { nth: which, on } => {
                if let Some(message) = nth(which) {
                    act(self, message, "mark", json!({ "starred": on }), Property::Starred);
                }
            }
            There::Label { nth: which, on } => {
                if let Some(message) = nth(which) {
                    let verb = if *on { "addLabels" } else { "removeLabels" };
                    act(
                        self,
                        message,
                        "mark",
                        json!({ verb: ["Customers"] }),
                        Property::Labels,
                    );
                }
            }
            There::Edit { nth: which } => {
                let drafts: Vec<&Value> = messages
                    .iter()
                    .filter(|message| message["draft"] == true)
                    .collect();
                if let Some(draft) = drafts.get(which % drafts.len().max(1)) {
                    self.edit(draft);
                }
            }
            There::MakeFolder | There::RenameFolder { .. } | There::DeleteFolder { .. } => {
                if self.service() == Service::Microsoft {
                    self.change_folders(there);
                }
            }
            There::Forget => {
                self.lists_again();
                let command = match self.service() {
                    Service::Google => "expire-history",
                    Service::Microsoft => "expire-delta",
                };
                self.provider.control(command, json!({}));
            }
            There::ExpireTokens => {
                self.observer.disrupted();
                self.provider.control("expire-access-tokens", json!({}));
            }
            There::Revoke => {
                self.observer.disrupted();
                self.revoked = true;
                self.provider.control("revoke-consent", json!({}));
            }
            There::Consent => self.consent(),
        }
    }

    fn edit(&mut self, draft: &Value) {
        let id = self.service().id(draft);
        match self.service() {
            // Gmail gives every version of a draft an id of its own.
            Service::Google => {
                self.observer.touched(&id);
                self.observer.deleted(&id);
                self.provider.control("delete", json!({ "id": id }));
                self.deliver(Place::Draft, None, None);
            }
            Service::Microsoft => {
                if self.revoked {
                    return;
                }
                self.made += 1;
                let text = format!("words number {} of this mailbox", self.made);
                self.observer.touched(&id);
                self.site.write_draft(&id, &text);
                self.texts.insert(id, text);
            }
        }
    }

    fn change_folders(&mut self, there: &There) {
        self.observer.disrupted();
        let own = self.own_folders();
        let nth = |nth: &usize| own.get(nth % own.len().max(1)).cloned();
        self.made += 1;
        let name = format!("Folder {}", self.made);
        match there {
            There::MakeFolder => {
                self.provider.control("folder", json!({ "create": name }));
            }
            There::RenameFolder { nth: which } => {
                if let Some(old) = nth(which) {
                    self.provider
                        .control("folder", json!({ "rename": old, "to": name }));
                }
            }
            There::DeleteFolder { nth: which } => {
                if let Some(old) = nth(which) {
                    for message in self.provider.messages() {
                        if message["folder"] == old.as_str() {
                            self.observer.deleted(&self.service().id(&message));
                        }
                    }
                    self.provider.control("folder", json!({ "delete": old }));
                }
            }
            _ => {}
        }
    }

    /// The user goes to the consent page again.
    pub fn consent(&mut self) {
        self.observer.disrupted();
        self.revoked = false;
        let mailbox = self.service().mailbox();
        let asked = json!({ "type": self.service().name(), "email": mailbox, "reauthorize": true });
        let back = self.site.consent(USER, asked, mailbox, |_| true);
        if let Err(error) = self.site.site.mail(USER, "oauth2callback", back) {
            self.observer
                .violate(Violation::new("consent can be given again", error.to_string()));
        }
    }
}
