//! The search words of `q` that the simulator knows: `after:`, `before:`, `rfc822msgid:`, `in:`, `is:`, `label:`,
//! `from:`, `to:`, `subject:`, `has:attachment`, `-word` and plain words.

use crate::answer::Parameters;
use crate::dates::{DAY, SECOND, parse};
use crate::gmail::error::{ApiError, invalid_argument};
use crate::mail::Mail;
use crate::mailbox::{Mailbox, label};

/// A query taken apart.
#[derive(Debug, Default)]
pub(super) struct Search {
    after_ms: Option<i64>,
    before_ms: Option<i64>,
    with: u64,
    without: u64,
    message_id: Option<String>,
    words: Vec<(Word, bool)>,
    spam_trash: bool,
    impossible: bool,
}

#[derive(Debug)]
enum Word {
    From(String),
    To(String),
    Subject(String),
    Attachment,
    Any(String),
}

impl Search {
    pub(super) fn new(query: &Parameters, mailbox: &Mailbox) -> Result<Self, ApiError> {
        let mut search = Self {
            spam_trash: query.is_true("includeSpamTrash"),
            ..Self::default()
        };
        for id in query.all("labelIds") {
            let bit = label::bit_of_id(id, &mailbox.labels)
                .ok_or_else(|| invalid_argument(&format!("Invalid label: {id}")))?;
            search.require(bit);
        }
        for term in terms(query.get("q")) {
            let (negated, term) = match term.strip_prefix('-') {
                Some(rest) => (true, rest.to_owned()),
                None => (false, term),
            };
            search.add(&term, negated, mailbox);
        }
        Ok(search)
    }

    fn require(&mut self, bit: u64) {
        self.with |= bit;
        self.spam_trash |= bit & (label::SPAM | label::TRASH) != 0;
    }

    fn add(&mut self, term: &str, negated: bool, mailbox: &Mailbox) {
        let Some((name, value)) = term.split_once(':') else {
            self.words.push((Word::Any(term.to_lowercase()), negated));
            return;
        };
        let value_lower = value.to_lowercase();
        match name.to_lowercase().as_str() {
            "after" | "newer" => self.after_ms = moment(value),
            "before" | "older" => self.before_ms = moment(value),
            "rfc822msgid" => self.message_id = Some(value.to_owned()),
            "in" | "is" | "label" | "category" => {
                if value_lower == "anywhere" {
                    self.spam_trash = true;
                    return;
                }
                let (bit, inverted) = match value_lower.as_str() {
                    "read" => (Some(label::UNREAD), true),
                    "draft" | "drafts" => (Some(label::DRAFT), false),
                    "promotions" | "updates" | "social" | "forums" | "personal" => (
                        label::bit_of_id(
                            &format!("CATEGORY_{}", value_lower.to_uppercase()),
                            &mailbox.labels,
                        ),
                        false,
                    ),
                    other => (named(other, mailbox), false),
                };
                match bit {
                    Some(bit) if inverted != negated => self.without |= bit,
                    Some(bit) => self.require(bit),
                    None => self.impossible |= !negated,
                }
            }
            "from" => self.words.push((Word::From(value_lower), negated)),
            "to" => self.words.push((Word::To(value_lower), negated)),
            "subject" => self.words.push((Word::Subject(value_lower), negated)),
            "has" if value_lower == "attachment" => self.words.push((Word::Attachment, negated)),
            _ => self.words.push((Word::Any(term.to_lowercase()), negated)),
        }
    }

    /// The messages that a `rfc822msgid:` can be about; `None` when the query has none.
    pub(super) fn named(&self, mailbox: &Mailbox) -> Option<Vec<u32>> {
        self.message_id.as_ref().map(|id| mailbox.all_with_message_id(id))
    }

    pub(super) fn matches(&self, mailbox: &Mailbox, index: u32) -> bool {
        let Some(entry) = mailbox.entry(index) else {
            return false;
        };
        let hidden = if self.spam_trash {
            0
        } else {
            label::SPAM | label::TRASH
        };
        if self.impossible
            || entry.labels & self.with != self.with
            || entry.labels & (self.without | hidden) != 0
            || self.after_ms.is_some_and(|after| entry.received_ms < after)
            || self.before_ms.is_some_and(|before| entry.received_ms >= before)
        {
            return false;
        }
        if self.words.is_empty() {
            return true;
        }
        let mail = mailbox.mail(index);
        self.words
            .iter()
            .all(|(word, negated)| word.found(&mail) != *negated)
    }

    /// Whether nothing older can match: the listing goes from new to old.
    pub(super) fn is_past(&self, received_ms: i64) -> bool {
        self.after_ms.is_some_and(|after| received_ms < after)
    }
}

impl Word {
    fn found(&self, mail: &Mail) -> bool {
        let from = || {
            mail.from
                .as_ref()
                .map(|from| format!("{} {}", from.name, from.email).to_lowercase())
        };
        let subject = || mail.subject.clone().unwrap_or_default().to_lowercase();
        match self {
            Self::From(text) => from().is_some_and(|from| from.contains(text)),
            Self::To(text) => mail.to.iter().chain(&mail.cc).any(|person| {
                format!("{} {}", person.name, person.email)
                    .to_lowercase()
                    .contains(text)
            }),
            Self::Subject(text) => subject().contains(text),
            Self::Attachment => mail.has_attachments(),
            Self::Any(text) => {
                subject().contains(text)
                    || from().is_some_and(|from| from.contains(text))
                    || mail.plain_text().to_lowercase().contains(text)
            }
        }
    }
}

/// Seconds since 1970 or a date.
fn moment(value: &str) -> Option<i64> {
    match value.parse::<i64>() {
        Ok(seconds) if seconds > DAY / SECOND => seconds.checked_mul(SECOND),
        _ => parse(value),
    }
}

fn named(name: &str, mailbox: &Mailbox) -> Option<u64> {
    let folded = |text: &str| text.to_lowercase().replace([' ', '/'], "-");
    let own = mailbox
        .labels
        .iter()
        .position(|label| folded(&label.name) == folded(name))
        .map(label::user_bit);
    own.or_else(|| label::bit_of_id(&name.to_uppercase(), &mailbox.labels))
}

/// Words apart, what stands in quotes or brackets together.
fn terms(query: &str) -> Vec<String> {
    let mut terms = vec![String::new()];
    let mut quoted = false;
    for letter in query.chars() {
        match letter {
            '"' => quoted = !quoted,
            '(' | ')' if !quoted => {}
            ' ' | '\t' if !quoted => terms.push(String::new()),
            _ => {
                if let Some(last) = terms.last_mut() {
                    last.push(letter);
                }
            }
        }
    }
    terms.retain(|term| !term.is_empty());
    terms
}
