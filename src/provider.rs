//! The providers behind one trait: what a mailbox can be asked, in terms of the [model](crate::model).
//!
//! Differences between providers are [`Capabilities`], data that the sync engine plans with.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::error::{Error, Result};
use crate::host::HostFuture;
use crate::model::{Cursor, Edit, Folder, Message, Placement, Search};
use crate::session::Session;

mod apply;
pub mod gmail;
pub mod graph;
mod http;
#[cfg(test)]
mod scenarios;
pub mod sending;
#[cfg(test)]
mod testing;

pub use apply::{Applied, ApplyOutcome};
pub(crate) use graph::UPLOAD_HOSTS;

/// Who holds the mailbox.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Provider {
    /// Gmail and Google Workspace.
    Google,
    /// Outlook.com and Microsoft 365.
    Microsoft,
}

impl Provider {
    /// Every provider.
    pub const ALL: [Self; 2] = [Self::Google, Self::Microsoft];

    /// The value stored in records and sent by pages (`type`).
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Google => "google",
            Self::Microsoft => "microsoft",
        }
    }

    /// The name of the mail service as its users know it.
    pub const fn service_name(self) -> &'static str {
        match self {
            Self::Google => "Gmail",
            Self::Microsoft => "Outlook",
        }
    }

    /// The provider of this name.
    ///
    /// # Errors
    /// `invalid_input` about the field `type` for any other name.
    pub fn parse(name: &str) -> Result<Self> {
        Self::ALL
            .into_iter()
            .find(|provider| provider.as_str() == name)
            .ok_or_else(|| Error::invalid("type", "the provider must be google or microsoft"))
    }

    /// What this provider's mailboxes can be asked.
    pub fn mail(self) -> &'static dyn MailProvider {
        match self {
            Self::Google => &gmail::Gmail,
            Self::Microsoft => &graph::Graph,
        }
    }
}

/// How a provider's mailboxes differ from others'.
#[derive(Clone, Copy, Debug)]
pub struct Capabilities {
    /// What one cursor covers.
    pub cursor_scope: CursorScope,
    /// Whether a list page carries whole messages; where not, they are fetched by id.
    pub pages_carry_messages: bool,
    /// Whether "removed" means gone from the mailbox, or perhaps only moved to another folder.
    pub removal_is_final: bool,
    /// How many messages one [`MailProvider::fetch`] may ask for.
    pub fetch_size: usize,
    /// How many fetches may run at once against one mailbox.
    pub fetch_concurrency: usize,
    /// How many messages one [`MailProvider::apply`] may change.
    pub apply_size: usize,
    /// Whether a mail stands in exactly one folder (Outlook), or carries any number of labels (Gmail).
    pub one_folder_each: bool,
    /// The scope that deleting for good takes besides those that organising takes, where it takes one.
    pub deletion_scope: Option<&'static str>,
}

/// What one cursor covers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CursorScope {
    /// The whole mailbox (Gmail).
    Mailbox,
    /// One folder (Graph).
    Folder,
}

/// What a mailbox can be asked. Both implementations are stateless.
pub trait MailProvider {
    /// How this provider differs.
    fn capabilities(&self) -> Capabilities;

    /// Whose mailbox this is.
    fn profile<'a>(&'a self, session: &'a Session) -> HostFuture<'a, Profile>;

    /// Every folder or label that holds mail, the most interesting ones first (inbox, sent, …).
    fn folders<'a>(&'a self, session: &'a Session) -> HostFuture<'a, Vec<Folder>>;

    /// The position from which changes can be read later, taken before anything is listed. `None` where the end
    /// of listing yields it (Graph).
    fn position<'a>(&'a self, session: &'a Session) -> HostFuture<'a, Option<Position>>;

    /// One page of what is there, newest first.
    fn list<'a>(&'a self, session: &'a Session, request: ListRequest<'a>) -> HostFuture<'a, PageOutcome>;

    /// One page of the ids of what is there, as [`Change::Listed`], and nothing else: as cheap as the provider allows.
    fn list_ids<'a>(&'a self, session: &'a Session, request: ListRequest<'a>) -> HostFuture<'a, PageOutcome>;

    /// The ids of the messages with this Message-ID, given with its angle brackets, wherever in the mailbox.
    fn find_by_message_id<'a>(
        &'a self,
        session: &'a Session,
        message_id: &'a str,
    ) -> HostFuture<'a, Vec<String>>;

    /// The ids of the mails that the provider finds, the newest first, at most `size`.
    fn search<'a>(
        &'a self,
        session: &'a Session,
        search: &'a Search,
        size: u32,
    ) -> HostFuture<'a, Vec<String>>;

    /// One page of what has changed since a position.
    fn changes<'a>(
        &'a self,
        session: &'a Session,
        request: ChangesRequest<'a>,
    ) -> HostFuture<'a, PageOutcome>;

    /// The messages with these ids, each with an outcome of its own, in the order asked. At most
    /// [`Capabilities::fetch_size`] ids.
    ///
    /// # Errors
    /// Only when the request as a whole failed.
    fn fetch<'a>(
        &'a self,
        session: &'a Session,
        ids: &'a [String],
        folders: &'a [Folder],
    ) -> HostFuture<'a, Vec<Fetched>>;

    /// The placement of a mail once `edit` is done: what is shown before the provider has done it.
    fn placed(&self, placement: &Placement, edit: &Edit, folders: &[Folder]) -> Placement;

    /// Changes messages, each with an outcome of its own, in the order given. At most [`Capabilities::apply_size`].
    /// Doing the same again is harmless.
    ///
    /// # Errors
    /// Only when nothing is known of any of them.
    fn apply<'a>(&'a self, session: &'a Session, edits: &'a [(String, Edit)])
    -> HostFuture<'a, Vec<Applied>>;

    /// The bytes of one attachment of a message.
    fn attachment<'a>(
        &'a self,
        session: &'a Session,
        mail_id: &'a str,
        attachment_id: &'a str,
    ) -> HostFuture<'a, Vec<u8>>;
}

/// Whose mailbox it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Profile {
    /// The primary address, lower case.
    pub email: String,
    /// The person's name, empty where the provider doesn't say.
    pub name: String,
    /// The stable id of the mailbox's owner, where this answer tells it.
    pub subject: Option<String>,
}

/// Where changes are read from, taken before anything is listed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Position {
    /// The position.
    pub cursor: Cursor,
    /// How many mails the mailbox holds at this moment, where the provider says so.
    pub total: Option<u64>,
}

/// What to list.
#[derive(Clone, Copy, Debug)]
pub struct ListRequest<'a> {
    /// The folder, for [`CursorScope::Folder`].
    pub folder: Option<&'a Folder>,
    /// All folders, by which a message's box is known.
    pub folders: &'a [Folder],
    /// Nothing older than this.
    pub since: Option<DateTime<Utc>>,
    /// The page to go on with; the first one where `None`.
    pub page: Option<&'a Cursor>,
    /// At most so many items.
    pub size: u32,
}

/// What changes to read.
#[derive(Clone, Copy, Debug)]
pub struct ChangesRequest<'a> {
    /// The folder, for [`CursorScope::Folder`].
    pub folder: Option<&'a Folder>,
    /// All folders, by which a message's box is known.
    pub folders: &'a [Folder],
    /// The position or page to go on from.
    pub cursor: &'a Cursor,
    /// At most so many items.
    pub size: u32,
}

/// A page, or the news that the cursor is too old.
#[derive(Debug)]
pub enum PageOutcome {
    /// The page.
    Page(Page),
    /// The provider no longer knows this cursor: list again and reconcile.
    CursorExpired,
}

/// Some items and where to go on.
#[derive(Debug)]
pub struct Page {
    /// What the page says, in the provider's order.
    pub changes: Vec<Change>,
    /// Where to go on.
    pub next: Next,
    /// How many items the provider expects in all, where it says so.
    pub total: Option<u64>,
}

/// One thing a page says about a message.
#[derive(Debug)]
pub enum Change {
    /// It exists; its content has to be fetched unless it is stored already.
    Listed(String),
    /// It exists, and this is all of it.
    Message(Box<Message>),
    /// Its placement is now this.
    Placed(String, Placement),
    /// It is no longer here ([`Capabilities::removal_is_final`] says what that means).
    Removed(String),
    /// It exists, but the provider's answer about it can't be used.
    Broken(String, Error),
}

/// Where to go on after a page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Next {
    /// There is another page.
    Page(Cursor),
    /// That was the last one; changes from here on can be read from this position, where there is one.
    End(Option<Cursor>),
}

/// The outcome of fetching one message.
#[derive(Debug)]
pub struct Fetched {
    /// The id that was asked for.
    pub mail_id: String,
    /// What came.
    pub outcome: FetchOutcome,
}

/// What came of fetching one message.
#[derive(Debug)]
pub enum FetchOutcome {
    /// The message.
    Message(Box<Message>),
    /// There is no such message any more.
    Gone,
    /// This message failed; others are not affected.
    Failed(Error),
}
