//! `$search` of messages: words of KQL in one pair of quotation marks, all of which must be found.

use super::error::{self, ApiError};
use crate::dates::parse;
use crate::mail::{Address, Mail};
use crate::mailbox::Mailbox;

#[derive(Debug, Default)]
pub(super) struct Search(Vec<(String, String)>);

impl Search {
    pub(super) fn parse(text: &str) -> Result<Self, ApiError> {
        if text.is_empty() {
            return Ok(Self::default());
        }
        let quoted = text.strip_prefix('"').and_then(|text| text.strip_suffix('"'));
        let inner = quoted.ok_or_else(|| syntax(text))?;
        let mut words = vec![String::new()];
        let mut is_open = false;
        let mut letters = inner.chars();
        while let Some(letter) = letters.next() {
            match letter {
                // Inside, quotation marks are escaped.
                '\\' if letters.next() == Some('"') => is_open = !is_open,
                '"' | '\\' => return Err(syntax(text)),
                ' ' if !is_open => words.push(String::new()),
                _ => words.last_mut().into_iter().for_each(|word| word.push(letter)),
            }
        }
        let properties = words.iter().filter(|word| !word.is_empty()).map(|word| {
            let at = word.find([':', '>', '<']).unwrap_or(0);
            let (property, value) = word.split_at(at);
            (
                property.to_lowercase(),
                value.trim_start_matches(':').to_lowercase(),
            )
        });
        Ok(Self(properties.collect()))
    }

    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub(super) fn matches(&self, mailbox: &Mailbox, index: u32) -> bool {
        let Some(entry) = mailbox.entry(index) else {
            return false;
        };
        let mail = mailbox.mail(index);
        self.0.iter().all(|(property, value)| {
            let subject = || mail.subject.clone().unwrap_or_default().to_lowercase();
            match property.as_str() {
                "from" => named(mail.from.iter(), value),
                "to" | "recipients" => named(mail.to.iter().chain(&mail.cc).chain(&mail.bcc), value),
                "subject" => subject().contains(value),
                "hasattachments" => mail.has_attachments() == (value == "true"),
                "received" => received(entry.received_ms, value),
                _ => anywhere(&mail, value),
            }
        })
    }
}

fn anywhere(mail: &Mail, word: &str) -> bool {
    let subject = mail.subject.clone().unwrap_or_default().to_lowercase();
    subject.contains(word) || named(mail.from.iter(), word) || mail.plain_text().to_lowercase().contains(word)
}

fn named<'a>(mut people: impl Iterator<Item = &'a Address>, word: &str) -> bool {
    people.any(|person| {
        format!("{} {}", person.name, person.email)
            .to_lowercase()
            .contains(word)
    })
}

fn received(received_ms: i64, bound: &str) -> bool {
    let of = |text: &str| parse(text).unwrap_or(i64::MAX);
    match (bound.strip_prefix(">="), bound.strip_prefix('<')) {
        (Some(since), _) => received_ms >= of(since),
        (None, Some(before)) => received_ms < of(before),
        (None, None) => false,
    }
}

fn syntax(text: &str) -> ApiError {
    error::error(
        400,
        "BadRequest",
        &format!("Syntax error: character '\"' is not valid at position 0 in '{text}'."),
    )
}
