//! Where a mail stands that users want to change: at its provider, here alone, or in the outbox.

use serde_json::Value;

use super::Wish;
use crate::error::{Error, ErrorCode, Result};
use crate::host::Row;
use crate::mail::record::{MASS, placement_of};
use crate::model::{BoxType, Destination, Edit, Folder, Placement};
use crate::store;

/// Where a mail stands, which decides what can be done with it.
#[derive(Debug)]
pub(super) enum Stand {
    /// At the provider, under this id.
    There(String, Placement),
    /// A draft written here: no provider knows it.
    Draft(Placement),
    /// What shows a mail of the outbox, until that is sent or taken back.
    Outbox(Waiting),
}

/// What stands on the record of a mail of the outbox.
#[derive(Debug)]
pub(super) struct Waiting {
    is_bulk: bool,
    is_read: bool,
    is_starred: bool,
}

impl Stand {
    pub(super) fn of(row: &Row) -> Self {
        match (placement_of(row), store::text(row, "mailId")) {
            (Some(placement), Some(mail_id)) => Self::There(mail_id.to_owned(), placement),
            (Some(placement), None) => Self::Draft(placement),
            (None, _) => {
                let flag = |name: &str| row.get(name) == Some(&Value::Bool(true));
                Self::Outbox(Waiting {
                    is_bulk: store::text(row, "boxType") == Some(MASS),
                    is_read: flag("isRead"),
                    is_starred: flag("isStarred"),
                })
            }
        }
    }
}

impl Waiting {
    /// Nothing can be changed on what is going to be replaced, but what stands there already may be wished for: whoever
    /// marks a whole conversation as read means this mail, too.
    ///
    /// # Errors
    /// `conflict` about `field`.
    pub(super) fn refuse(&self, wish: &Wish, field: &'static str) -> Result<()> {
        let stands = Edit {
            is_read: Some(self.is_read),
            is_starred: Some(self.is_starred),
            ..Edit::default()
        };
        let changes = match wish {
            Wish::PutBack => true,
            Wish::Edit(edit) => {
                let mut both = stands.clone();
                both.absorb(edit.clone());
                both != stands
            }
        };
        let sentence = match (changes, self.is_bulk) {
            (false, _) => return Ok(()),
            (true, false) => "mail that waits to be sent can't be changed: cancel its sending first",
            (true, true) => "bulk mail stays where it is: what was not sent yet of it can be cancelled there",
        };
        Err(Error::new(ErrorCode::Conflict, sentence).about(field))
    }
}

/// How a draft written here stands once a wish is fulfilled.
///
/// # Errors
/// `invalid_input` about what would need a provider.
pub(super) fn draft_placed(before: &Placement, wish: &Wish, folders: &[Folder]) -> Result<Placement> {
    let mut after = before.clone();
    let Wish::Edit(edit) = wish else {
        after.box_type = BoxType::Draft;
        return Ok(after);
    };
    let only_trash = |field: &'static str| {
        Error::invalid(
            field,
            "a draft written here can be moved to the trash and nowhere else",
        )
    };
    if !edit.labels.is_empty() {
        return Err(Error::invalid(
            "providerLabels",
            "a draft written here can't have labels of the provider",
        ));
    }
    let is_trash = |id: &str| {
        let mut found = folders.iter().filter(|folder| folder.id == id);
        found.any(|folder| folder.box_type == BoxType::Trash)
    };
    match &edit.destination {
        None => {}
        Some(Destination::Box(BoxType::Trash)) => after.box_type = BoxType::Trash,
        Some(Destination::Folder(id)) if is_trash(id) => after.box_type = BoxType::Trash,
        Some(Destination::Box(_)) => return Err(only_trash("boxType")),
        Some(Destination::Folder(_)) => return Err(only_trash("folderId")),
    }
    after.is_read = edit.is_read.unwrap_or(after.is_read);
    after.is_starred = edit.is_starred.unwrap_or(after.is_starred);
    Ok(after)
}
