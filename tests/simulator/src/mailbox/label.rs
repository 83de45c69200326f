//! Labels as bits. Gmail shows all of them; Graph reads state flags from the low bits and categories from the high.

use super::FolderSlot;

pub(crate) const INBOX: u64 = 1;
pub(crate) const SENT: u64 = 1 << 1;
pub(crate) const DRAFT: u64 = 1 << 2;
pub(crate) const TRASH: u64 = 1 << 3;
pub(crate) const SPAM: u64 = 1 << 4;
pub(crate) const UNREAD: u64 = 1 << 5;
pub(crate) const STARRED: u64 = 1 << 6;
pub(crate) const IMPORTANT: u64 = 1 << 7;
pub(crate) const CATEGORY_PERSONAL: u64 = 1 << 9;
pub(crate) const CATEGORY_PROMOTIONS: u64 = 1 << 11;
pub(crate) const CATEGORY_UPDATES: u64 = 1 << 12;

/// Gmail's own labels, by bit.
pub(crate) const SYSTEM: &[&str] = &[
    "INBOX",
    "SENT",
    "DRAFT",
    "TRASH",
    "SPAM",
    "UNREAD",
    "STARRED",
    "IMPORTANT",
    "CHAT",
    "CATEGORY_PERSONAL",
    "CATEGORY_SOCIAL",
    "CATEGORY_PROMOTIONS",
    "CATEGORY_UPDATES",
    "CATEGORY_FORUMS",
];

/// The bit of the first user label.
const FIRST_USER: usize = 16;
/// How many of the user's labels, the first ones, can stand on mail here; the others are listed only.
const MOST_USER: usize = 48;
/// How many labels a mailbox can have.
pub(crate) const MOST: usize = 10_000;

pub(crate) const CUSTOMERS: u64 = 1 << FIRST_USER;
pub(crate) const INVOICES: u64 = 1 << (FIRST_USER + 1);
pub(crate) const PROJECTS: u64 = 1 << (FIRST_USER + 2);

/// A label that the user made (in Graph: a category).
#[derive(Clone, Debug)]
pub(crate) struct UserLabel {
    pub(crate) name: String,
    pub(crate) background: &'static str,
    pub(crate) text: &'static str,
}

pub(crate) fn standard() -> Vec<UserLabel> {
    [
        ("Customers", "#16a766", "#ffffff"),
        ("Invoices", "#ffad47", "#000000"),
        ("Projects/Atlas", "#4a86e8", "#ffffff"),
    ]
    .into_iter()
    .map(|(name, background, text)| UserLabel {
        name: name.to_owned(),
        background,
        text,
    })
    .collect()
}

/// The bit of the user label at a place.
pub(crate) fn user_bit(place: usize) -> u64 {
    if place < MOST_USER {
        1 << (FIRST_USER + place)
    } else {
        0
    }
}

/// Gmail's id of the label at a place among the user's.
pub(crate) fn user_id(place: usize) -> String {
    format!("Label_{}", place + 1)
}

/// The bit of a Gmail label id; `None` for one that the mailbox does not have.
pub(crate) fn bit_of_id(id: &str, user: &[UserLabel]) -> Option<u64> {
    if let Some(place) = SYSTEM.iter().position(|name| *name == id) {
        return Some(1 << place);
    }
    let place = id.strip_prefix("Label_")?.parse::<usize>().ok()?.checked_sub(1)?;
    (place < user.len().min(MOST_USER)).then(|| user_bit(place))
}

/// Gmail label ids of a set of bits.
pub(crate) fn ids(labels: u64) -> Vec<String> {
    let system = SYSTEM
        .iter()
        .enumerate()
        .filter(|(place, _)| labels & (1 << place) != 0);
    let user = (0..MOST_USER).filter(|place| labels & user_bit(*place) != 0);
    system
        .map(|(_, name)| (*name).to_owned())
        .chain(user.map(user_id))
        .collect()
}

/// The Graph folder where mail with a user label is filed.
pub(crate) fn folder_of(label: u64) -> FolderSlot {
    match label {
        CUSTOMERS => FolderSlot::CUSTOMERS,
        INVOICES => FolderSlot::INVOICES,
        PROJECTS => FolderSlot::PROJECTS,
        _ => FolderSlot::ARCHIVE,
    }
}
