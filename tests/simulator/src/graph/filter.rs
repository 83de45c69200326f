//! `$filter` of messages: comparisons joined by `and`, the ones that mail clients use.

use super::error::{self, ApiError};
use super::{ids, resource};
use crate::dates::parse;
use crate::mailbox::{FolderSlot, Mailbox, label};

#[derive(Debug, Default)]
pub(super) struct Filter(Vec<Term>);

#[derive(Debug)]
enum Term {
    Received(Order, i64),
    Sent(Order, i64),
    Flag(u64, bool),
    Attachments(bool),
    MessageId(String),
    Conversation(Option<u32>),
    Subject(String),
    From(String),
    Category(String),
    Folder(Option<FolderSlot>),
    Extended(String, String),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Order {
    Less,
    LessOrEqual,
    Equal,
    GreaterOrEqual,
    Greater,
}

impl Order {
    fn holds(self, left: i64, right: i64) -> bool {
        match self {
            Self::Less => left < right,
            Self::LessOrEqual => left <= right,
            Self::Equal => left == right,
            Self::GreaterOrEqual => left >= right,
            Self::Greater => left > right,
        }
    }
}

impl Filter {
    pub(super) fn parse(text: &str, mailbox: &Mailbox) -> Result<Self, ApiError> {
        if text.trim().is_empty() {
            return Ok(Self::default());
        }
        let mut terms = Vec::new();
        for piece in conjuncts(text) {
            terms.push(term(piece.trim(), mailbox).ok_or_else(|| {
                error::error(
                    400,
                    "ErrorInvalidUrlQueryFilter",
                    &format!("Invalid filter clause: '{piece}'."),
                )
            })?);
        }
        Ok(Self(terms))
    }

    /// The one message that a `internetMessageId eq` can be about, so that nothing is searched.
    pub(super) fn single(&self, mailbox: &Mailbox) -> Option<Option<u32>> {
        self.0.iter().find_map(|term| match term {
            Term::MessageId(id) => Some(mailbox.find_message_id(id)),
            _ => None,
        })
    }

    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether the first clause is about the time received, as ordering by it demands.
    pub(super) fn begins_with_received(&self) -> bool {
        matches!(self.0.first(), Some(Term::Received(..)))
    }

    /// The one clause that delta knows: received since.
    pub(super) fn only_received_since(&self) -> bool {
        self.0
            .iter()
            .all(|term| matches!(term, Term::Received(Order::GreaterOrEqual | Order::Greater, _)))
    }

    pub(super) fn matches(&self, mailbox: &Mailbox, index: u32) -> bool {
        let Some(entry) = mailbox.entries.get(index as usize) else {
            return false;
        };
        self.0.iter().all(|term| match term {
            // Times are compared as they are shown: in whole seconds.
            Term::Received(order, time) => {
                order.holds(entry.received_ms.div_euclid(1_000), time.div_euclid(1_000))
            }
            Term::Sent(order, time) => order.holds(
                mailbox
                    .mail(index)
                    .date_ms
                    .unwrap_or(entry.received_ms)
                    .div_euclid(1_000),
                time.div_euclid(1_000),
            ),
            Term::Flag(bit, wanted) => entry.has(*bit) == *wanted,
            Term::Attachments(wanted) => mailbox.mail(index).has_attachments() == *wanted,
            Term::MessageId(id) => mailbox.mail(index).message_id.as_ref() == Some(id),
            Term::Conversation(thread) => *thread == Some(entry.thread),
            Term::Subject(subject) => mailbox.mail(index).subject.as_ref() == Some(subject),
            Term::From(email) => mailbox
                .mail(index)
                .from
                .is_some_and(|from| from.email.eq_ignore_ascii_case(email)),
            Term::Category(name) => resource::categories(mailbox, entry.labels).contains(&name.as_str()),
            Term::Folder(slot) => *slot == Some(entry.folder),
            Term::Extended(id, value) => mailbox.extended.get(&index).is_some_and(|properties| {
                properties
                    .iter()
                    .any(|(name, have)| name.eq_ignore_ascii_case(id) && have == value)
            }),
        })
    }
}

/// Pieces joined by ` and ` outside of quotes and brackets.
fn conjuncts(text: &str) -> Vec<String> {
    let mut pieces = vec![String::new()];
    let (mut quoted, mut depth) = (false, 0_u32);
    for word in text.split(' ') {
        if word.eq_ignore_ascii_case("and") && !quoted && depth == 0 {
            pieces.push(String::new());
            continue;
        }
        for letter in word.chars() {
            match letter {
                '\'' => quoted = !quoted,
                '(' if !quoted => depth += 1,
                ')' if !quoted => depth = depth.saturating_sub(1),
                _ => {}
            }
        }
        if let Some(last) = pieces.last_mut() {
            if !last.is_empty() {
                last.push(' ');
            }
            last.push_str(word);
        }
    }
    pieces
}

fn term(text: &str, mailbox: &Mailbox) -> Option<Term> {
    let unquote = |value: &str| {
        value
            .trim()
            .trim_end_matches(')')
            .strip_prefix('\'')?
            .strip_suffix('\'')
            .map(|v| v.replace("''", "'"))
    };
    if let Some(inner) = text
        .strip_prefix("singleValueExtendedProperties/")
        .and_then(|rest| rest.split_once(':'))
    {
        let (id, value) = inner.1.split_once(" and ")?;
        return Some(Term::Extended(
            unquote(id.split_once(" eq ")?.1)?,
            unquote(value.split_once(" eq ")?.1)?,
        ));
    }
    if text.starts_with("categories/any(") {
        return Some(Term::Category(unquote(text.split_once(" eq ")?.1)?));
    }
    let mut words = text.splitn(3, ' ');
    let (property, operator, value) = (words.next()?, words.next()?, words.next()?);
    let order = match operator {
        "lt" => Order::Less,
        "le" => Order::LessOrEqual,
        "eq" => Order::Equal,
        "ge" => Order::GreaterOrEqual,
        "gt" => Order::Greater,
        _ => return None,
    };
    let time = || parse(value.trim().trim_matches('\''));
    if let "receivedDateTime" | "createdDateTime" = property {
        return Some(Term::Received(order, time()?));
    }
    if property == "sentDateTime" {
        return Some(Term::Sent(order, time()?));
    }
    if order != Order::Equal {
        return None;
    }
    let truth = || value.trim().parse::<bool>().ok();
    Some(match property {
        "isRead" => Term::Flag(label::UNREAD, !truth()?),
        "isDraft" => Term::Flag(label::DRAFT, truth()?),
        "flag/flagStatus" => Term::Flag(label::STARRED, unquote(value)? == "flagged"),
        "hasAttachments" => Term::Attachments(truth()?),
        "internetMessageId" => Term::MessageId(unquote(value)?),
        "conversationId" => Term::Conversation(ids::conversation(mailbox, &unquote(value)?)),
        "subject" => Term::Subject(unquote(value)?),
        "from/emailAddress/address" => Term::From(unquote(value)?),
        "parentFolderId" => Term::Folder(ids::find_folder(mailbox, &unquote(value)?).ok()),
        _ => return None,
    })
}
