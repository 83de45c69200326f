//! Sending, the same at every provider: a draft is made at the provider, completed, and sent. Sending consumes it, so
//! that whatever happens in between, looking at the draft tells what came of it.

use serde::{Deserialize, Serialize};

use super::{Provider, gmail, graph};
use crate::compose::Outgoing;
use crate::host::HostFuture;
use crate::session::Session;

/// How a mail can be sent from a mailbox. Both implementations are stateless.
pub trait MailSender {
    /// The most that the files of one mail may have together, in bytes.
    fn largest(&self) -> u64;

    /// Looks for a mail by its mark: among what was sent, and among drafts. `draft` is the one it was prepared in, where
    /// that is known.
    fn look<'a>(
        &'a self,
        session: &'a Session,
        mark: &'a str,
        draft: Option<&'a str>,
    ) -> HostFuture<'a, Sighting>;

    /// Does the next piece of work on a draft, a short one, and returns how far it is now. Nothing is sent by this.
    fn prepare<'a>(
        &'a self,
        session: &'a Session,
        outgoing: &'a Outgoing<'a>,
        so_far: Preparation,
    ) -> HostFuture<'a, Preparation>;

    /// Sends a mail that is prepared completely.
    fn send<'a>(
        &'a self,
        session: &'a Session,
        outgoing: &'a Outgoing<'a>,
        prepared: &'a Preparation,
    ) -> HostFuture<'a, SentMail>;

    /// Removes a draft, if it still is one.
    fn discard<'a>(&'a self, session: &'a Session, draft: &'a str) -> HostFuture<'a, ()>;

    /// The addresses that mail can be sent from.
    fn identities<'a>(&'a self, session: &'a Session) -> HostFuture<'a, Vec<Identity>>;
}

impl Provider {
    /// How mail is sent through this provider with these granted scopes; with all that is needed where they aren't known.
    pub fn sender(self, granted: Option<&[String]>) -> &'static dyn MailSender {
        let drafts = |scope: &String| {
            let name = scope.rsplit('/').next().unwrap_or_default();
            name.eq_ignore_ascii_case("Mail.ReadWrite")
        };
        let writes_drafts = granted.is_none_or(|scopes| scopes.iter().any(drafts));
        match self {
            Self::Google => &gmail::Gmail,
            Self::Microsoft if !writes_drafts => &graph::SendMail,
            Self::Microsoft => &graph::Graph,
        }
    }
}

/// What was seen of a mail.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Sighting {
    /// Nothing, or nothing yet.
    Nothing,
    /// A draft of it, by the provider's id.
    Draft(String),
    /// It was sent.
    Sent(SentMail),
    /// Nobody may look.
    Hidden,
}

/// A mail that was sent, as the provider knows it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SentMail {
    /// The provider's id.
    pub mail_id: String,
    /// The provider's id of its conversation; empty where the answer doesn't tell it.
    pub conversation_id: String,
}

/// How far a draft is.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Preparation {
    /// The draft, once it exists.
    pub draft: Option<String>,
    /// Its conversation, where the provider told it.
    pub conversation_id: Option<String>,
    /// Whether it stands apart from the conversation that it answers, which is gone.
    pub is_apart: bool,
    /// Whether the draft has its text.
    pub has_text: bool,
    /// How many files it has.
    pub files: usize,
    /// The upload under way.
    pub upload: Option<Upload>,
    /// Whether it is complete.
    pub complete: bool,
    /// Whether what is written here is known to be all that the provider has: not after a process has ended.
    #[serde(skip)]
    pub is_certain: bool,
}

impl Preparation {
    /// Whether there is more than there was.
    pub fn is_further_than(&self, before: &Self) -> bool {
        self.complete || self.progress() > before.progress()
    }

    /// What grows with every piece of work.
    fn progress(&self) -> impl PartialOrd {
        let offset = self.upload.as_ref().map(|upload| upload.offset);
        (
            self.is_apart,
            self.draft.is_some(),
            self.has_text,
            self.files,
            offset,
        )
    }
}

/// An upload in several requests.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Upload {
    /// The address of its session, which needs no other authorisation.
    pub url: String,
    /// How many bytes have arrived.
    pub offset: u64,
}

/// An address that mail can be sent from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Identity {
    /// The address, lower case.
    pub email: String,
    /// The name that goes with it.
    pub name: String,
    /// Whether it is the mailbox's own.
    pub is_primary: bool,
    /// Whether the provider lets mail be sent from it.
    pub is_verified: bool,
}
