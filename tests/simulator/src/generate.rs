//! Seeded mailboxes. The plan of a mailbox (who wrote when, in which conversation) is kept in a few bytes a message;
//! the mail itself is composed on demand, a pure function of the seed, the conversation and the place in it.

mod bench;
mod broken;
mod conversation;
pub(crate) mod files;
mod international;
mod newsletter;
mod people;
mod plan;
mod scenarios;
mod singles;

pub(crate) use people::Owner;
pub(crate) use plan::plan;

use crate::mail::Mail;
use crate::rng::{Rng, mix};

/// What a generated mailbox looks like.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Profile {
    /// A believable mailbox of someone in a trading company, with everything that mail can have.
    #[default]
    Business,
    /// N messages in 0.4 N conversations, about 8 KB of HTML each: for measuring.
    Bench,
}

/// What a conversation is about; it decides how its mails are composed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Conversation,
    /// In another language; the number says which.
    International(u8),
    Newsletter,
    Notification,
    Invoice,
    PlainNote,
    InlineImage,
    Invitation,
    Spam,
    Draft,
    Outgoing,
    /// A mail that breaks a rule; the number says which.
    Broken(u8),
    Bench,
}

/// Everything a mail is composed from.
#[derive(Clone, Copy)]
pub(crate) struct Source<'a> {
    pub(crate) owner: &'a Owner,
    pub(crate) seed: u64,
    pub(crate) thread: u32,
    pub(crate) kind: Kind,
    /// Place in the conversation, from 0.
    pub(crate) position: u16,
    pub(crate) received_ms: i64,
}

impl Source<'_> {
    /// Chance that is the same for every mail of the conversation.
    fn thread_rng(&self) -> Rng {
        Rng::new(self.seed, &[u64::from(self.thread), 1])
    }

    /// Chance of this mail alone.
    fn mail_rng(&self) -> Rng {
        Rng::new(self.seed, &[u64::from(self.thread), 2, u64::from(self.position)])
    }

    /// The Message-ID of a mail of this conversation: it names its place, so that it can be found again.
    pub(crate) fn message_id(&self, position: u16) -> String {
        let check = mix(self.seed, (u64::from(self.thread) << 16) | u64::from(position)) as u32;
        format!(
            "<{:x}.{:x}.{check:08x}@mail.generated.example>",
            self.thread, position
        )
    }
}

/// Conversation and place that a generated Message-ID names.
pub(crate) fn parse_message_id(id: &str) -> Option<(u32, u16)> {
    let local = id
        .trim_matches(['<', '>'])
        .strip_suffix("@mail.generated.example")?;
    let mut fields = local.split('.');
    let thread = u32::from_str_radix(fields.next()?, 16).ok()?;
    let position = u16::from_str_radix(fields.next()?, 16).ok()?;
    Some((thread, position))
}

/// The mail itself.
pub(crate) fn compose(source: Source<'_>) -> Mail {
    let mut mail = match source.kind {
        Kind::Conversation => conversation::compose(source),
        Kind::Bench => bench::compose(source),
        Kind::Newsletter => newsletter::compose(&mut source.mail_rng()),
        Kind::Broken(fault) => return broken::compose(source, fault),
        Kind::International(language) => singles::international(source, language),
        Kind::Notification => singles::notification(source),
        Kind::Invoice => singles::invoice(source),
        Kind::PlainNote => singles::plain_note(source),
        Kind::InlineImage => singles::inline_image(source),
        Kind::Invitation => singles::invitation(source),
        Kind::Spam => singles::spam(source),
        Kind::Draft => singles::draft(source),
        Kind::Outgoing => singles::outgoing(source),
    };
    mail.message_id = Some(source.message_id(source.position));
    mail.date_ms = Some(source.received_ms - 2_000);
    if mail.to.is_empty() {
        mail.to = vec![source.owner.address.clone()];
    }
    if source.position > 0 {
        mail.in_reply_to = Some(source.message_id(source.position - 1));
        mail.references = (0..source.position)
            .map(|earlier| source.message_id(earlier))
            .collect();
    }
    mail
}
