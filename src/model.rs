//! Mail in the provider's absence: messages, folders and cursors, normalised and free of any wire format.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

mod edit;
mod search;

pub use edit::{Destination, Edit};
pub use search::{Part, Place, Search, Term};

/// A person or a list: display name and address as the header gives them.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Address {
    /// The display name, empty where there is none.
    #[serde(default)]
    pub name: String,
    /// The address, without angle brackets.
    #[serde(default)]
    pub address: String,
}

/// Where a mail stands, in the host's terms (`boxType` of a record).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum BoxType {
    /// The inbox.
    In,
    /// Sent mail.
    Out,
    /// Drafts.
    Draft,
    /// The bin.
    Trash,
    /// Junk mail.
    Spam,
    /// Everything that is kept but is in none of the others.
    Archive,
}

impl BoxType {
    /// Every box, in the order in which pages show them.
    pub const ALL: [Self; 6] = [
        Self::In,
        Self::Out,
        Self::Draft,
        Self::Archive,
        Self::Spam,
        Self::Trash,
    ];

    /// The box of this name.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|each| each.as_str() == name)
    }

    /// The value stored in records.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::In => "in",
            Self::Out => "out",
            Self::Draft => "draft",
            Self::Trash => "trash",
            Self::Spam => "spam",
            Self::Archive => "archive",
        }
    }
}

/// A folder (Outlook) or a label (Gmail).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Folder {
    /// The provider's id.
    pub id: String,
    /// The name to show; of a label, with the names of those above it.
    pub name: String,
    /// The folder that it is in, where that is one of this list.
    pub parent_id: Option<String>,
    /// Whether its user has made it, rather than the provider.
    pub is_own: bool,
    /// Whether it is where the provider's programs keep things of their own: no place of mail for people.
    pub is_technical: bool,
    /// The box that its mails stand in.
    pub box_type: BoxType,
    /// How many mails the provider counts in it.
    pub total: Option<u64>,
}

/// A mail, whole.
#[derive(Clone, Debug, PartialEq)]
pub struct Message {
    /// The provider's id, stable while the mail exists.
    pub mail_id: String,
    /// The provider's id of the conversation.
    pub conversation_id: String,
    /// The RFC 5322 Message-ID with its angle brackets, where there is one.
    pub raw_id: Option<String>,
    /// Where the mail stands.
    pub placement: Placement,
    /// The author.
    pub from: Option<Address>,
    /// The recipients.
    pub to: Vec<Address>,
    /// The recipients of copies.
    pub cc: Vec<Address>,
    /// The recipients of blind copies, known for mail that this account sent.
    pub bcc: Vec<Address>,
    /// Where answers should go, when not to the author.
    pub reply_to: Vec<Address>,
    /// When the mail arrived at, or was sent from, the mailbox.
    pub date: DateTime<Utc>,
    /// The subject, decoded.
    pub subject: String,
    /// The first words of the text, as the provider shows them in a list.
    pub preview: String,
    /// The text, as HTML or plain, not yet sanitised.
    pub body: Body,
    /// The parts that are files.
    pub attachments: Vec<Attachment>,
    /// The Message-IDs this mail answers, oldest first.
    pub references: Vec<String>,
    /// What the receiving server found out about the sender; `None` where the provider doesn't tell (Outlook).
    pub authentication: Option<Authentication>,
}

/// What a receiving server has found out about where a mail comes from, in the words of RFC 8601 (`pass`, `fail`,
/// `softfail`, `none` …), each where it is told.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Authentication {
    /// Whether the server that delivered it may send for the envelope's domain.
    pub spf: Option<String>,
    /// Whether a signature holds: the best result, where there are several.
    pub dkim: Option<String>,
    /// Whether either of them speaks for the domain that is shown as the sender's.
    pub dmarc: Option<String>,
}

/// Where a mail stands and what is marked on it: all that changes after it has arrived.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Placement {
    /// The box in the host's terms.
    pub box_type: BoxType,
    /// The provider's folder ids (Outlook: one; Gmail: its labels).
    pub folder_ids: Vec<String>,
    /// Whether it has been read.
    pub is_read: bool,
    /// Whether it is starred or flagged.
    pub is_starred: bool,
    /// The names of its categories (Outlook); `None` where they are not told.
    pub categories: Option<Vec<String>>,
}

impl Placement {
    /// Whether both say the same, in whatever order the folders stand. Categories that one doesn't tell are no difference.
    pub fn agrees_with(&self, other: &Self) -> bool {
        let sorted = |list: &[String]| {
            let mut list = list.to_vec();
            list.sort_unstable();
            list
        };
        let same_categories = match (&self.categories, &other.categories) {
            (Some(one), Some(two)) => sorted(one) == sorted(two),
            _ => true,
        };
        self.box_type == other.box_type
            && self.is_read == other.is_read
            && self.is_starred == other.is_starred
            && sorted(&self.folder_ids) == sorted(&other.folder_ids)
            && same_categories
    }
}

/// The text of a mail as it came.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Body {
    /// The HTML alternative, hostile until sanitised.
    pub html: Option<String>,
    /// The plain alternative.
    pub text: Option<String>,
}

/// A file that belongs to a mail; its bytes stay at the provider, or among the uploads, until asked for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Attachment {
    /// The provider's id of the file within the mail, or the name of its upload.
    pub attachment_id: String,
    /// The name the sender gave it, decoded.
    pub filename: String,
    /// The media type the sender declared.
    pub mime_type: String,
    /// The Content-ID without angle brackets, for inline images.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub content_id: Option<String>,
    /// The size in bytes, where known.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub size: Option<u64>,
}

/// A provider's opaque position in a mailbox or folder: a history id, a page token, a next or a delta link.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Cursor(pub String);
