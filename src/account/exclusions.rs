//! What of a mailbox its user doesn't want to have here: folders, whole boxes, senders.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::error::{Error, Result};
use crate::host::Row;
use crate::model::{BoxType, Folder, Message};
use crate::store;

/// What is left out of synchronisation.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Exclusions {
    /// The provider's ids of folders or labels.
    pub folders: Vec<String>,
    /// Boxes that are left out whatever folders stand in them: the bin, junk mail.
    pub boxes: Vec<BoxType>,
    /// Senders' addresses, or domains with everything below them.
    pub senders: Vec<String>,
    /// The provider's ids of folders that nobody has to choose to leave out.
    #[serde(skip)]
    technical: Vec<String>,
}

/// Why a mail is not among those that are shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reason {
    /// The provider no longer has it.
    Gone,
    /// It stands in a folder that isn't synchronised.
    Folder,
    /// Its sender is excluded.
    Sender,
    /// It is older than the start date.
    Older,
}

impl Reason {
    /// The reasons that a user has given, and may take back.
    pub const CHOSEN: [Self; 2] = [Self::Folder, Self::Sender];
    /// Every reason.
    pub const ALL: [Self; 4] = [Self::Gone, Self::Folder, Self::Sender, Self::Older];

    /// The reason in a column of a record.
    pub fn of(row: &Row, column: &str) -> Option<Self> {
        let name = store::text(row, column)?;
        Self::ALL.into_iter().find(|reason| reason.as_str() == name)
    }

    /// The value stored in records.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Gone => "gone",
            Self::Folder => "folder",
            Self::Sender => "sender",
            Self::Older => "older",
        }
    }
}

impl Exclusions {
    /// Most entries of a list.
    const MOST: usize = 500;
    /// The longest address there is (RFC 5321).
    const LONGEST: usize = 254;

    /// Reads what a user has chosen: lists of `folders`, `boxes` and `senders`.
    ///
    /// # Errors
    /// `invalid_input` about the list that is wrong.
    pub fn parse(folders: &Value, boxes: &Value, senders: &Value, known: &[Folder]) -> Result<Self> {
        let folders = texts(folders, "folders")?;
        if folders
            .iter()
            .any(|id| !known.iter().any(|folder| folder.id == *id))
        {
            return Err(Error::invalid("folders", "this mailbox has no such folder"));
        }
        let boxes = texts(boxes, "boxes")?
            .into_iter()
            .map(|name| match name.as_str() {
                "spam" => Ok(BoxType::Spam),
                "trash" => Ok(BoxType::Trash),
                _ => Err(Error::invalid("boxes", "only spam and trash can be left out")),
            });
        let senders = texts(senders, "senders")?
            .iter()
            .map(|sender| parse_sender(sender))
            .collect::<Result<Vec<_>>>()?;
        Ok(Self {
            folders: sorted(folders),
            boxes: boxes.collect::<Result<_>>()?,
            senders: sorted(senders),
            technical: Vec::new(),
        })
    }

    /// The same, where the mailbox has these folders: the technical ones among them are left out, too.
    #[must_use]
    pub fn among(&self, known: &[Folder]) -> Self {
        Self {
            technical: technical(known),
            ..self.clone()
        }
    }

    /// Whether nothing is left out.
    pub const fn is_empty(&self) -> bool {
        self.folders.is_empty()
            && self.technical.is_empty()
            && self.boxes.is_empty()
            && self.senders.is_empty()
    }

    /// Whether something is wanted now that `before` had left out.
    pub fn are_narrower_than(&self, before: &Self) -> bool {
        before.folders.iter().any(|each| !self.folders.contains(each))
            || before.boxes.iter().any(|each| !self.boxes.contains(each))
            || before.senders.iter().any(|each| !self.senders.contains(each))
    }

    /// Whether the mails of a folder are left out.
    pub fn cover_folder(&self, folder: &Folder) -> bool {
        folder.is_technical || self.boxes.contains(&folder.box_type) || self.folders.contains(&folder.id)
    }

    /// Why a mail in this place is left out, if it is.
    pub fn of_place(&self, box_type: BoxType, folder_ids: &[String]) -> Option<Reason> {
        let excluded = self.boxes.contains(&box_type)
            || folder_ids
                .iter()
                .any(|id| self.folders.contains(id) || self.technical.contains(id));
        excluded.then_some(Reason::Folder)
    }

    /// Why a mail of this sender is left out, if it is.
    pub fn of_sender(&self, address: Option<&str>) -> Option<Reason> {
        let address = address?.to_lowercase();
        let (_, domain) = address.rsplit_once('@')?;
        let below = |rule: &str| {
            domain
                .strip_suffix(rule)
                .is_some_and(|rest| rest.is_empty() || rest.ends_with('.'))
        };
        let covers = |rule: &String| *rule == address || (!rule.contains('@') && below(rule));
        self.senders.iter().any(covers).then_some(Reason::Sender)
    }

    /// Why a mail is left out, if it is.
    pub fn of_message(&self, message: &Message) -> Option<Reason> {
        let sender = message.from.as_ref().map(|from| from.address.as_str());
        self.of_place(message.placement.box_type, &message.placement.folder_ids)
            .or_else(|| self.of_sender(sender))
    }
}

fn technical(known: &[Folder]) -> Vec<String> {
    let technical = known.iter().filter(|folder| folder.is_technical);
    technical.map(|folder| folder.id.clone()).collect()
}

fn texts(value: &Value, field: &'static str) -> Result<Vec<String>> {
    let problem = || Error::invalid(field, "send a list of at most 500 texts");
    let list = match value {
        Value::Null => return Ok(Vec::new()),
        Value::Array(list) if list.len() <= Exclusions::MOST => list,
        _ => return Err(problem()),
    };
    let text = |each: &Value| each.as_str().map(str::to_owned).ok_or_else(problem);
    list.iter().map(text).collect()
}

/// An address, or a domain with or without a leading `@`.
fn parse_sender(text: &str) -> Result<String> {
    let text = text.trim().to_lowercase();
    let text = text.strip_prefix('@').unwrap_or(&text);
    let (local, domain) = text.rsplit_once('@').unwrap_or(("any", text));
    let label = |label: &str| !label.is_empty() && !label.starts_with('-') && !label.ends_with('-');
    let plain = |each: char| each.is_alphanumeric() || matches!(each, '.' | '-');
    let is_valid = text.len() <= Exclusions::LONGEST
        && !local.is_empty()
        && !local
            .chars()
            .any(|each| each.is_whitespace() || each.is_control() || each == '@')
        && domain.contains('.')
        && domain.chars().all(plain)
        && domain.split('.').all(label);
    is_valid.then(|| text.to_owned()).ok_or_else(|| {
        Error::invalid(
            "senders",
            "enter an address such as ann@example.com or a domain such as example.com",
        )
    })
}

fn sorted(mut texts: Vec<String>) -> Vec<String> {
    texts.sort_unstable();
    texts.dedup();
    texts
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn senders(list: Value) -> Result<Exclusions> {
        Exclusions::parse(&Value::Null, &Value::Null, &list, &[])
    }

    #[test]
    fn a_domain_covers_what_is_below_it_and_nothing_else() {
        let rules = senders(json!(["@Shop.example", "ann@example.com"])).unwrap_or_default();
        for (address, expected) in [
            ("news@shop.example", true),
            ("news@mail.shop.example", true),
            ("NEWS@SHOP.EXAMPLE", true),
            ("news@workshop.example", false),
            ("ann@example.com", true),
            ("joann@example.com", false),
            ("no address", false),
        ] {
            assert_eq!(rules.of_sender(Some(address)).is_some(), expected, "{address}");
        }
        assert_eq!(rules.of_sender(None), None);
    }

    #[test]
    fn what_is_neither_an_address_nor_a_domain_is_refused() {
        for wrong in [
            "",
            "@",
            "example",
            "a b@example.com",
            "ann@",
            "a@b@c@",
            "example..com",
            "-a.com",
            "*.com",
        ] {
            let field = senders(json!([wrong])).map_err(|error| error.field().map(str::to_owned));
            assert_eq!(field.err(), Some(Some("senders".to_owned())), "{wrong}");
        }
        assert!(senders(json!("example.com")).is_err());
        assert!(senders(json!([1])).is_err());
    }
}
