//! Mail folders as Outlook has them.

use super::Mailbox;

/// A folder's place in the mailbox's list; it never changes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct FolderSlot(pub(crate) u16);

impl FolderSlot {
    pub(crate) const INBOX: Self = Self(0);
    pub(crate) const DRAFTS: Self = Self(1);
    pub(crate) const SENT: Self = Self(2);
    pub(crate) const TRASH: Self = Self(3);
    pub(crate) const JUNK: Self = Self(4);
    pub(crate) const ARCHIVE: Self = Self(5);
    pub(crate) const CUSTOMERS: Self = Self(8);
    pub(crate) const INVOICES: Self = Self(9);
    pub(crate) const PROJECTS: Self = Self(10);
    const SYNC_ISSUES: Self = Self(11);
}

/// One folder. The parent is the top of the mailbox when `None`.
#[derive(Clone, Debug)]
pub(crate) struct Folder {
    pub(crate) name: String,
    pub(crate) well_known: Option<&'static str>,
    pub(crate) parent: Option<FolderSlot>,
    pub(crate) changed: u64,
    pub(crate) alive: bool,
    /// Delta tokens of an earlier epoch have expired.
    pub(crate) epoch: u32,
}

pub(crate) fn standard() -> Vec<Folder> {
    let folder = |name: &str, well_known, parent| Folder {
        name: name.to_owned(),
        well_known,
        parent,
        changed: 0,
        alive: true,
        epoch: 0,
    };
    vec![
        folder("Inbox", Some("inbox"), None),
        folder("Drafts", Some("drafts"), None),
        folder("Sent Items", Some("sentitems"), None),
        folder("Deleted Items", Some("deleteditems"), None),
        folder("Junk Email", Some("junkemail"), None),
        folder("Archive", Some("archive"), None),
        folder("Outbox", Some("outbox"), None),
        folder("Conversation History", Some("conversationhistory"), None),
        folder("Customers", None, None),
        folder("Invoices", None, Some(FolderSlot::CUSTOMERS)),
        folder("Projects", None, None),
        folder("Sync Issues", Some("syncissues"), None),
        folder("Conflicts", Some("conflicts"), Some(FolderSlot::SYNC_ISSUES)),
        folder(
            "Local Failures",
            Some("localfailures"),
            Some(FolderSlot::SYNC_ISSUES),
        ),
    ]
}

impl Mailbox {
    pub(crate) fn folder(&self, slot: FolderSlot) -> Option<&Folder> {
        self.folders
            .get(usize::from(slot.0))
            .filter(|folder| folder.alive)
    }

    /// Folders that exist, with their places.
    pub(crate) fn living_folders(&self) -> impl Iterator<Item = (FolderSlot, &Folder)> {
        self.folders
            .iter()
            .enumerate()
            .filter(|(_, folder)| folder.alive)
            .map(|(place, folder)| (FolderSlot(place as u16), folder))
    }

    /// A folder by its well-known or displayed name, whatever the case.
    pub(crate) fn folder_named(&self, name: &str) -> Option<FolderSlot> {
        self.living_folders()
            .find(|(_, folder)| {
                folder
                    .well_known
                    .is_some_and(|known| known.eq_ignore_ascii_case(name))
                    || folder.name.eq_ignore_ascii_case(name)
            })
            .map(|(slot, _)| slot)
    }

    pub(crate) fn add_folder(&mut self, name: &str, parent: Option<FolderSlot>) -> FolderSlot {
        let changed = self.next_sequence();
        let slot = FolderSlot(self.folders.len() as u16);
        self.folders.push(Folder {
            name: name.to_owned(),
            well_known: None,
            parent,
            changed,
            alive: true,
            epoch: 0,
        });
        slot
    }

    pub(crate) fn change_folder(&mut self, slot: FolderSlot, change: impl FnOnce(&mut Folder)) -> bool {
        let sequence = self.next_sequence();
        let Some(folder) = self
            .folders
            .get_mut(usize::from(slot.0))
            .filter(|folder| folder.alive)
        else {
            return false;
        };
        change(folder);
        folder.changed = sequence;
        true
    }
}
