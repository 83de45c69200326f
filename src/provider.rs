//! The providers behind one trait: what a mailbox can be asked, in terms of the [model](crate::model).
//!
//! Differences between providers are [`Capabilities`], data that the sync engine plans with.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::error::{Error, Result};
use crate::host::{Content, HostFuture};
use crate::model::{Cursor, Edit, Folder, Message, Placement, Search};
use crate::quota::Policy;
use crate::session::Session;

mod apply;
mod fetched;
pub mod gmail;
pub mod graph;
mod http;
#[cfg(test)]
mod scenarios;
pub mod sending;
#[cfg(test)]
mod testing;

pub use apply::{Applied, ApplyOutcome};
pub use fetched::{FetchOutcome, Fetched, Listed, Wanted};
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
    /// The largest page that a list may be asked for.
    pub list_size: u32,
    /// How many messages a listing from a date on ever gives, where there is such a bound: it ends without a word about
    /// the older ones.
    pub listed_since: Option<u64>,
    /// How many things ([`Wanted`]) one [`MailProvider::fetch`] may ask for.
    pub fetch_size: usize,
    /// How many fetches may run at once against one mailbox.
    pub fetch_concurrency: usize,
    /// How many messages one [`MailProvider::apply`] may change.
    pub apply_size: usize,
    /// Whether a mail stands in exactly one folder (Outlook), or carries any number of labels (Gmail).
    pub one_folder_each: bool,
    /// The scope that deleting for good takes besides those that organising takes, where it takes one.
    pub deletion_scope: Option<&'static str>,
    /// What fetching costs.
    pub costs: Costs,
    /// How many feeds one [`MailProvider::feeds`] reads in a single exchange.
    pub feeds_at_once: usize,
    /// The limits on one mailbox.
    pub quota: Policy,
    /// Whether the folders have to be read in every pass. Where not, a feed tells when one is missing.
    pub reads_folders_always: bool,
    /// What mails carry besides folders, as if it was one more of them, where ids can be listed by what mails carry: how
    /// mails stand is then compared without reading any.
    pub marks: Option<&'static [&'static str]>,
}

/// What fetching costs, in the provider's quota units.
#[derive(Clone, Copy, Debug)]
pub struct Costs {
    /// One message.
    pub message: u32,
    /// A conversation with all of its messages, where it can be fetched as a whole.
    pub conversation: Option<u32>,
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

    /// How many mails there are from a date on, as cheap as it comes: not more than a few seconds are spent on it.
    fn count<'a>(&'a self, session: &'a Session, since: DateTime<Utc>) -> HostFuture<'a, Expected>;

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

    /// One page of each of several feeds, and the folders where they are asked for. At most
    /// [`Capabilities::feeds_at_once`] feeds.
    ///
    /// # Errors
    /// Also when a single feed fails in a way that may pass, unless it is a fault of its folder alone: nothing of the
    /// others is lost, they are read again.
    fn feeds<'a>(&'a self, session: &'a Session, request: FeedsRequest<'a>) -> HostFuture<'a, Feeds>;

    /// The messages that are wanted, each with an outcome of its own, and the others of their conversations where
    /// these come along. At most [`Capabilities::fetch_size`] things.
    ///
    /// # Errors
    /// Only when the request as a whole failed.
    fn fetch<'a>(
        &'a self,
        session: &'a Session,
        wanted: &'a [Wanted],
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

    /// A message as it came over the wire (RFC 5322).
    fn source<'a>(&'a self, session: &'a Session, mail_id: &'a str) -> HostFuture<'a, Vec<u8>>;

    /// The bytes of one attachment of a message.
    fn attachment<'a>(
        &'a self,
        session: &'a Session,
        mail_id: &'a str,
        attachment_id: &'a str,
    ) -> HostFuture<'a, Vec<u8>>;

    /// The same to be handed on, without ever being in memory as a whole where the provider has it as plain bytes.
    fn open_attachment<'a>(
        &'a self,
        session: &'a Session,
        mail_id: &'a str,
        attachment_id: &'a str,
    ) -> HostFuture<'a, Content> {
        Box::pin(async move {
            let bytes = self.attachment(session, mail_id, attachment_id).await?;
            Ok(Content::Whole(bytes))
        })
    }
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

/// How many mails there are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Expected {
    /// The number.
    pub total: u64,
    /// Whether it is a guess.
    pub is_estimate: bool,
}

/// What to list.
#[derive(Clone, Copy, Debug)]
pub struct ListRequest<'a> {
    /// The folder, for [`CursorScope::Folder`]; ids are listed of the whole mailbox, too. Of a whole mailbox
    /// ([`CursorScope::Mailbox`]), what has this label.
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

/// What to read of several feeds at once.
#[derive(Clone, Copy, Debug)]
pub struct FeedsRequest<'a> {
    /// The feeds.
    pub feeds: &'a [FeedRequest<'a>],
    /// Whether to read the folders, too.
    pub with_folders: bool,
}

/// What to read of one feed.
#[derive(Clone, Copy, Debug)]
pub enum FeedRequest<'a> {
    /// What is there.
    List(ListRequest<'a>),
    /// What has changed.
    Changes(ChangesRequest<'a>),
}

/// What came of reading several feeds.
#[derive(Debug)]
pub struct Feeds {
    /// A page of each feed, in the order asked.
    pub pages: Vec<PageOutcome>,
    /// The folders, where they were asked for.
    pub folders: Option<Vec<Folder>>,
}

/// A page, or the news that the cursor is too old.
#[derive(Debug)]
pub enum PageOutcome {
    /// The page.
    Page(Page),
    /// The provider no longer knows this cursor: list again and reconcile.
    CursorExpired,
    /// This folder can't be read, whatever becomes of the others.
    Unreadable(Error),
}

impl PageOutcome {
    /// Whether it holds at least half of `size` items.
    pub fn fills(&self, size: u32) -> bool {
        match self {
            Self::Page(page) => page.changes.len() as u64 * 2 >= u64::from(size),
            Self::CursorExpired | Self::Unreadable(_) => false,
        }
    }
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
    /// Whether it names a folder that isn't among those of the request.
    pub names_unknown_folder: bool,
}

/// One thing a page says about a message.
#[derive(Debug)]
pub enum Change {
    /// It exists; its content has to be fetched unless it is stored already.
    Listed(Listed),
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
