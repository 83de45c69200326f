//! What a user wants changed on a mail.

use serde_json::{Map, Value, json};

use super::BoxType;

/// Changes of one mail; what isn't named stays as it is. Doing it twice is the same as doing it once.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Edit {
    /// Read or unread.
    pub is_read: Option<bool>,
    /// Starred or not.
    pub is_starred: Option<bool>,
    /// Where the mail is to stand.
    pub destination: Option<Destination>,
    /// The provider's labels (Gmail, by id) or categories (Outlook, by name) to put on or to take off, each named once.
    pub labels: Vec<(String, bool)>,
    /// Gone for good.
    pub deleted: bool,
}

/// Where a mail is to stand.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Destination {
    /// The provider's own place for a box.
    Box(BoxType),
    /// The folder (Outlook) or label (Gmail) of this id.
    Folder(String),
}

impl Edit {
    /// An edit that marks a mail read or unread.
    pub fn read(is_read: bool) -> Self {
        Self {
            is_read: Some(is_read),
            ..Self::default()
        }
    }

    /// An edit that moves a mail.
    pub fn to(destination: Destination) -> Self {
        Self {
            destination: Some(destination),
            ..Self::default()
        }
    }

    /// An edit that deletes a mail for good.
    pub fn delete() -> Self {
        Self {
            deleted: true,
            ..Self::default()
        }
    }

    /// Puts a label on or takes it off.
    pub fn label(&mut self, id: &str, on: bool) {
        self.labels.retain(|(known, _)| known != id);
        self.labels.push((id.to_owned(), on));
    }

    /// Takes in what was wanted later: of each kind, the last word counts.
    pub fn absorb(&mut self, later: Self) {
        self.is_read = later.is_read.or(self.is_read);
        self.is_starred = later.is_starred.or(self.is_starred);
        if let Some(destination) = later.destination {
            // Putting a mail into a folder is the later word about that label, too.
            if let Destination::Folder(id) = &destination {
                self.labels.retain(|(known, _)| known != id);
            }
            self.destination = Some(destination);
        }
        for (id, on) in &later.labels {
            self.label(id, *on);
        }
        self.deleted |= later.deleted;
    }

    /// Whether it asks for nothing.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// The edit as it is stored: what it names.
    pub fn to_json(&self) -> Value {
        let mut named = Map::new();
        let mut name = |name: &str, value: Value| drop(named.insert(name.to_owned(), value));
        if let Some(is_read) = self.is_read {
            name("isRead", is_read.into());
        }
        if let Some(is_starred) = self.is_starred {
            name("isStarred", is_starred.into());
        }
        match &self.destination {
            Some(Destination::Box(box_type)) => name("boxType", box_type.as_str().into()),
            Some(Destination::Folder(id)) => name("folderId", id.as_str().into()),
            None => {}
        }
        if !self.labels.is_empty() {
            let mut labels = Map::new();
            labels.extend(self.labels.iter().map(|(id, on)| (id.clone(), json!(on))));
            name("labels", Value::Object(labels));
        }
        if self.deleted {
            name("deleted", true.into());
        }
        Value::Object(named)
    }

    /// A stored edit.
    pub fn from_json(stored: &Value) -> Self {
        let flag = |name: &str| stored.get(name).and_then(Value::as_bool);
        let text = |name: &str| stored.get(name).and_then(Value::as_str);
        let folder = text("folderId").map(|id| Destination::Folder(id.to_owned()));
        let to_box = text("boxType").and_then(BoxType::parse).map(Destination::Box);
        let labels = stored.get("labels").and_then(Value::as_object);
        Self {
            is_read: flag("isRead"),
            is_starred: flag("isStarred"),
            destination: folder.or(to_box),
            labels: labels
                .into_iter()
                .flatten()
                .filter_map(|(id, on)| Some((id.clone(), on.as_bool()?)))
                .collect(),
            deleted: flag("deleted") == Some(true),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_each_kind_the_last_word_counts() {
        let mut edit = Edit::read(true);
        edit.absorb(Edit::to(Destination::Box(BoxType::Archive)));
        edit.absorb(Edit::read(false));
        edit.label("Label_1", false);
        edit.absorb(Edit::to(Destination::Folder("Label_1".to_owned())));
        let expected = Edit {
            is_read: Some(false),
            destination: Some(Destination::Folder("Label_1".to_owned())),
            ..Edit::default()
        };
        assert_eq!(edit, expected);
        assert!(!edit.is_empty() && Edit::default().is_empty());
        edit.absorb(Edit::delete());
        assert!(edit.deleted);
    }

    #[test]
    fn an_edit_is_stored_with_what_it_names_and_read_back() {
        let moved = Edit::to(Destination::Box(BoxType::Trash));
        assert_eq!(moved.to_json(), json!({ "boxType": "trash" }));
        let mut edit = Edit {
            is_starred: Some(false),
            destination: Some(Destination::Folder("f".to_owned())),
            ..Edit::read(true)
        };
        edit.label("Red", true);
        for edit in [moved, edit, Edit::delete(), Edit::default()] {
            assert_eq!(Edit::from_json(&edit.to_json()), edit);
        }
    }
}
