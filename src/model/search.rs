//! What is looked for in a mailbox.

use chrono::{DateTime, Utc};

use super::BoxType;

/// Mails that fulfil all of it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Search {
    /// What they say.
    pub terms: Vec<Term>,
    /// Whether they have files.
    pub has_attachment: bool,
    /// Whether they have been read.
    pub is_read: Option<bool>,
    /// Whether they are starred.
    pub is_starred: Option<bool>,
    /// Where they stand; anywhere but in the bin and among junk mail where it is not said.
    pub place: Option<Place>,
    /// Not older than this.
    pub since: Option<DateTime<Utc>>,
    /// Older than this.
    pub before: Option<DateTime<Utc>>,
}

/// Words that stand in a mail one after the other.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Term {
    /// Where they stand.
    pub part: Part,
    /// The words as they were typed, without quotation marks.
    pub text: String,
    /// Whether the last word is whole, or may be the beginning of one.
    pub is_whole: bool,
}

/// A part of a mail.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// Anything of it.
    Any,
    /// The author's name and address.
    From,
    /// The recipients'.
    To,
    /// The subject.
    Subject,
}

/// Where a mail is looked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// In one box.
    Box(BoxType),
    /// Everywhere.
    Anywhere,
}
