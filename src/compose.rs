//! Writing mail: what a page sends, parsed into a mail in which no header can be forged.
//!
//! Everything that becomes part of a header has a type of its own ([`Line`], [`EmailAddress`], [`FileName`], …) that
//! can't hold a line break; the values are parsed again when they are read from storage.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::host::HostFuture;

mod header;
pub mod mime;
mod payload;
pub mod pictures;
pub mod reply;
pub mod suggest;

pub use header::{ContentId, EmailAddress, FileName, Line, MediaType, Person};
pub use payload::{File, Mode, Payload, Source, key, people};
pub use pictures::Picture;

/// A mail as it is to be sent.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Composition {
    /// The sender: the account's address or one of its verified identities.
    pub from: Person,
    /// The recipients.
    pub to: Vec<Person>,
    /// The recipients of copies.
    pub cc: Vec<Person>,
    /// The recipients of blind copies.
    pub bcc: Vec<Person>,
    /// The subject.
    pub subject: Line,
    /// The text, sanitised. It may be large: where mails are stored it has a column of its own.
    #[serde(default, skip_serializing)]
    pub html: String,
    /// The files, in the order in which they are attached.
    pub files: Vec<Attached>,
    /// The mail that this one answers or forwards.
    pub answers: Option<Answered>,
}

/// A file of a mail to be sent; its bytes are among the uploads.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Attached {
    /// The upload.
    pub token: String,
    /// The name that the recipient sees.
    pub filename: FileName,
    /// The media type.
    pub mime_type: MediaType,
    /// The size in bytes.
    pub size: u64,
    /// By which name the text shows it, for pictures in the text.
    #[serde(default)]
    pub content_id: Option<ContentId>,
}

/// The mail that is answered, as its provider and its header fields know it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Answered {
    /// How.
    pub mode: Mode,
    /// The provider's id, where the mail stands in the sending account.
    pub mail_id: Option<String>,
    /// The provider's id of its conversation, where the mail stands in the sending account.
    pub conversation_id: Option<String>,
    /// Its Message-ID with angle brackets.
    pub message_id: Option<Line>,
    /// The Message-IDs that it answers, oldest first.
    pub references: Vec<Line>,
}

/// A mail on its way, with what marks it at the provider.
pub struct Outgoing<'a> {
    /// The mail.
    pub mail: &'a Composition,
    /// Its Message-ID without angle brackets; the same in every try.
    pub mark: &'a str,
    /// When it was composed: the date it bears.
    pub composed_at: DateTime<Utc>,
    /// Where the bytes of its files are.
    pub files: &'a dyn FileSource,
}

/// Where the bytes of files come from.
pub trait FileSource {
    /// So many bytes from `offset` on; fewer only at the end of the file.
    ///
    /// # Errors
    /// `not_found` when the file is no longer there, `storage_failed`.
    fn read<'a>(&'a self, token: &'a str, offset: u64, length: u64) -> HostFuture<'a, Vec<u8>>;
}
