//! Text as the words that a search finds: small letters without their accents, one space between two, so that every
//! storage compares them in the same way.
//!
//! Chinese and Japanese have no spaces: each of their characters is a word, and several next to each other are looked for
//! one after the other.

use std::borrow::Cow;

use crate::model::{Address, Message, Part};
use crate::sanitize;

/// So much of a mail is searched, in bytes of its words.
const MOST: usize = 24 << 10;
/// A longer word is a key or a picture in letters.
const LONGEST: usize = 40;

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
        each(text, &mut |word| {
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
    each(text, &mut |word| {
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

/// Calls `take` with each word until it has enough.
fn each(text: &str, take: &mut dyn FnMut(&str) -> bool) {
    let mut word = String::new();
    let mut rest = text;
    loop {
        // Most letters of most mails, as they stand next to each other.
        let plain = rest.bytes().take_while(u8::is_ascii_alphanumeric).count();
        let (run, more) = rest.split_at_checked(plain).unwrap_or(("", rest));
        let room = LONGEST.saturating_sub(word.len());
        let begin = word.len();
        word.push_str(run.get(..room).unwrap_or(run));
        if let Some(added) = word.get_mut(begin..) {
            added.make_ascii_lowercase();
        }
        let mut letters = more.chars();
        let next = letters.next();
        rest = letters.as_str();
        // The last word has a space behind it, too.
        let letter = next.unwrap_or(' ');
        if is_combining(letter) {
            continue;
        }
        let is_alone = is_ideograph(letter);
        if letter.is_alphanumeric() && !is_alone {
            if word.len() < LONGEST {
                fold(letter, &mut word);
            }
            continue;
        }
        if !word.is_empty() && !take(&word) {
            return;
        }
        word.clear();
        if is_alone && !take(letter.encode_utf8(&mut [0; 4])) {
            return;
        }
        if next.is_none() {
            return;
        }
    }
}

/// Small, and of Latin letters without what is on and below them.
fn fold(letter: char, word: &mut String) {
    for small in letter.to_lowercase() {
        let plain = match small {
            'à'..='å' | 'ā' | 'ă' | 'ą' => 'a',
            'ç' | 'ć' | 'ĉ' | 'ċ' | 'č' => 'c',
            'ď' | 'đ' | 'ð' => 'd',
            'è'..='ë' | 'ē' | 'ĕ' | 'ė' | 'ę' | 'ě' => 'e',
            'ĝ' | 'ğ' | 'ġ' | 'ģ' => 'g',
            'ì'..='ï' | 'ĩ' | 'ī' | 'ĭ' | 'į' | 'ı' => 'i',
            'ł' | 'ĺ' | 'ļ' | 'ľ' => 'l',
            'ñ' | 'ń' | 'ņ' | 'ň' => 'n',
            'ò'..='ö' | 'ø' | 'ō' | 'ŏ' | 'ő' => 'o',
            'ŕ' | 'ŗ' | 'ř' => 'r',
            'ś' | 'ŝ' | 'ş' | 'š' | 'ș' => 's',
            'ţ' | 'ť' | 'ț' => 't',
            'ù'..='ü' | 'ũ' | 'ū' | 'ŭ' | 'ů' | 'ű' | 'ų' => 'u',
            'ý' | 'ÿ' => 'y',
            'ź' | 'ż' | 'ž' => 'z',
            'ß' => {
                word.push('s');
                's'
            }
            'œ' => {
                word.push('o');
                'e'
            }
            'æ' => {
                word.push('a');
                'e'
            }
            other if is_combining(other) => continue,
            other => other,
        };
        word.push(plain);
    }
}

const fn is_combining(letter: char) -> bool {
    matches!(letter, '\u{300}'..='\u{36f}')
}

const fn is_ideograph(letter: char) -> bool {
    matches!(letter, '\u{3040}'..='\u{30ff}' | '\u{3400}'..='\u{4dbf}' | '\u{4e00}'..='\u{9fff}' | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{2fa1f}')
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
        assert_eq!(text.0.len(), LONGEST + 2);
        text.add(Part::Any, &"long text ".repeat(10_000));
        assert!(text.0.len() <= MOST && text.0.ends_with(' '), "{}", text.0.len());
    }
}
