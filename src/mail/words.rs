//! Text as the words that a search finds, one space between two, so that every storage compares them in the same way.

use std::borrow::Cow;

use crate::model::{Address, Message, Part};
use crate::sanitize::{self, each_word};

/// So much of a mail is searched, in bytes of its words.
const MOST: usize = 24 << 10;

/// What a word of a part begins with; no letter is a colon.
const fn prefix(part: Part) -> &'static str {
    match part {
        Part::Any => "",
        Part::From => "f:",
        Part::To => "t:",
        Part::Subject => "s:",
    }
}

/// The word of mails that have files.
pub(super) const HAS_ATTACHMENT: &str = " h:attachment ";

/// What a search looks at of a mail.
pub(super) fn of_message(message: &Message) -> String {
    let body = match (&message.body.text, &message.body.html) {
        (Some(text), _) if !text.trim().is_empty() => Cow::Borrowed(text.as_str()),
        (_, Some(html)) => Cow::Owned(sanitize::html_to_text(html)),
        _ => Cow::default(),
    };
    let files = message
        .attachments
        .iter()
        .filter(|file| file.content_id.is_none());
    let files: Vec<&str> = files.map(|file| file.filename.as_str()).collect();
    let recipients = [&message.to, &message.cc, &message.bcc].map(Vec::as_slice);
    of(message.from.as_ref(), recipients, &message.subject, &files, &body)
}

/// The same of its parts.
pub(crate) fn of(
    from: Option<&Address>,
    recipients: [&[Address]; 3],
    subject: &str,
    files: &[&str],
    body: &str,
) -> String {
    let mut text = SearchText::default();
    text.people(Part::From, from.into_iter());
    text.people(Part::To, recipients.into_iter().flatten());
    text.add(Part::Subject, subject);
    if !files.is_empty() {
        text.0.push_str(HAS_ATTACHMENT.trim_start());
    }
    text.add(Part::Any, subject);
    files.iter().for_each(|name| text.add(Part::Any, name));
    text.add(Part::Any, body);
    text.0
}

struct SearchText(String);

impl Default for SearchText {
    fn default() -> Self {
        Self(" ".to_owned())
    }
}

impl SearchText {
    fn people<'a>(&mut self, part: Part, people: impl Iterator<Item = &'a Address>) {
        for Address { name, address } in people {
            for text in [name, address] {
                self.add(part, text);
                self.add(Part::Any, text);
            }
        }
    }

    fn add(&mut self, part: Part, text: &str) {
        each_word(text, &mut |word| {
            if self.0.len() + word.len() < MOST {
                self.0.push_str(prefix(part));
                self.0.push_str(word);
                self.0.push(' ');
            }
            self.0.len() < MOST
        });
    }
}

/// The words of `text`, as the operand of [`crate::host::Comparison::Words`]; `None` where it has none.
pub(super) fn operand(part: Part, text: &str, is_whole: bool) -> Option<String> {
    let mut operand = String::new();
    each_word(text, &mut |word| {
        operand.push(' ');
        operand.push_str(prefix(part));
        operand.push_str(word);
        true
    });
    if operand.is_empty() {
        return None;
    }
    if is_whole {
        operand.push(' ');
    }
    Some(operand)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(text: &str) -> String {
        operand(Part::Any, text, false).unwrap_or_default()
    }

    #[test]
    fn words_are_small_and_plain() {
        assert_eq!(
            words("  L’Été à Zürich, Straße 12!"),
            " l ete a zurich strasse 12"
        );
        assert_eq!(words("Re\u{301}sume\u{301}"), " resume", "composed or not");
        assert_eq!(words("Anna.Berg@Example.com"), " anna berg example com");
        assert_eq!(words("邮件ok です"), " 邮 件 ok で す");
        assert_eq!(words("Отчёт 한국어"), " отчёт 한국어");
        assert_eq!(words(" … – !"), "");
    }

    #[test]
    fn a_part_marks_its_words() {
        let operand = operand(Part::From, "Anna Berg", true);
        assert_eq!(operand.as_deref(), Some(" f:anna f:berg "));
        assert_eq!(super::operand(Part::Subject, "?", true), None);
    }

    #[test]
    fn no_word_and_no_mail_is_without_bound() {
        let mut text = SearchText::default();
        text.add(Part::Any, &"x".repeat(10_000));
        assert_eq!(text.0.len(), sanitize::LONGEST_WORD + 2);
        text.add(Part::Any, &"long text ".repeat(10_000));
        assert!(text.0.len() <= MOST && text.0.ends_with(' '), "{}", text.0.len());
    }
}
