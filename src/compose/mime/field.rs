//! Header fields: folding (RFC 5322 section 2.2.3), encoded words (RFC 2047), parameters beyond ASCII (RFC 2231).

use std::fmt::Write as _;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use crate::compose::Person;

/// A line of a header ends before it gets longer than this, where there is a space to end it at.
const LINE: usize = 76;

/// A whole field. Lines end between tokens only, at the one space that separates them.
pub(super) fn folded(name: &str, tokens: &[String]) -> String {
    let mut field = format!("{name}:");
    let mut length = field.len();
    for (number, token) in tokens.iter().enumerate() {
        // A line of nothing but spaces is none: an empty token stays where it is.
        if number > 0 && !token.is_empty() && length + 1 + token.len() > LINE {
            field.push_str("\r\n");
            length = 0;
        }
        field.push(' ');
        field.push_str(token);
        length += 1 + token.len();
    }
    field.push_str("\r\n");
    field
}

/// Text that may say anything, as a subject does.
pub(super) fn unstructured(text: &str) -> Vec<String> {
    let is_plain = text.is_ascii()
        && !text.contains("=?")
        && !text.contains("  ")
        && text.split(' ').all(|word| word.len() <= LINE);
    if is_plain {
        text.split(' ').map(str::to_owned).collect()
    } else {
        encoded_words(text)
    }
}

/// A list of mailboxes.
pub(super) fn mailboxes(people: &[Person]) -> Vec<String> {
    let mut tokens = Vec::new();
    for (number, person) in people.iter().enumerate() {
        tokens.extend(mailbox(person.name.as_str(), person.address.as_str()));
        if let Some(last) = tokens.last_mut()
            && number + 1 < people.len()
        {
            last.push(',');
        }
    }
    tokens
}

/// `name <address>`, the name as the grammar wants it.
fn mailbox(name: &str, address: &str) -> Vec<String> {
    if name.is_empty() {
        return vec![address.to_owned()];
    }
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b" !#$%&'*+-/=?^_`{|}~".contains(&byte);
    let mut tokens = if !name.is_ascii() || name.contains("=?") || name.len() > LINE {
        encoded_words(name)
    } else if name.bytes().all(is_plain) && !name.contains("  ") {
        vec![name.to_owned()]
    } else {
        vec![format!("\"{}\"", name.replace('\\', "\\\\").replace('"', "\\\""))]
    };
    tokens.push(format!("<{address}>"));
    tokens
}

/// The text as encoded words of at most 75 characters, none of which ends inside of a character.
fn encoded_words(text: &str) -> Vec<String> {
    /// So many bytes make 60 characters of base64.
    const BYTES: usize = 45;
    let mut words: Vec<String> = Vec::new();
    let mut word = String::new();
    let mut finish = |word: &mut String| {
        words.push(format!("=?utf-8?B?{}?=", STANDARD.encode(word.as_bytes())));
        word.clear();
    };
    for character in text.chars() {
        if word.len() + character.len_utf8() > BYTES {
            finish(&mut word);
        }
        word.push(character);
    }
    finish(&mut word);
    words
}

/// A disposition with the parameter `filename`: quoted where it is short ASCII, else in numbered, percent-encoded
/// sections.
pub(super) fn disposition(kind: &str, name: &str) -> Vec<String> {
    /// The longest section; with its name it stays on a line.
    const SECTION: usize = 54;
    let is_safe = |byte: u8| byte.is_ascii_graphic() && !matches!(byte, b'"' | b'\\') || byte == b' ';
    if name.len() <= SECTION && name.bytes().all(is_safe) && !name.contains("=?") {
        return vec![format!("{kind};"), format!("filename=\"{name}\"")];
    }
    let mut sections = vec!["utf-8''".to_owned()];
    for character in name.chars() {
        let mut encoded = String::new();
        for byte in character.to_string().bytes() {
            // The attribute characters of RFC 2231.
            if byte.is_ascii_alphanumeric() || b"!#$&+-.^_`{|}~".contains(&byte) {
                encoded.push(char::from(byte));
            } else {
                // Writing to a string can't fail.
                let _ = write!(encoded, "%{byte:02X}");
            }
        }
        match sections.last_mut() {
            Some(section) if section.len() + encoded.len() <= SECTION => section.push_str(&encoded),
            _ => sections.push(encoded),
        }
    }
    let count = sections.len();
    let parameters = sections.iter().enumerate().map(|(number, section)| match count {
        1 => format!("filename*={section}"),
        _ if number + 1 < count => format!("filename*{number}*={section};"),
        _ => format!("filename*{number}*={section}"),
    });
    std::iter::once(format!("{kind};")).chain(parameters).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_plain_quoted_or_encoded() {
        let mailbox = |name: &str| mailbox(name, "a@x.test").join(" ");
        assert_eq!(mailbox(""), "a@x.test");
        assert_eq!(mailbox("Ann Lee"), "Ann Lee <a@x.test>");
        assert_eq!(mailbox("Lee, \"A\" \\"), "\"Lee, \\\"A\\\" \\\\\" <a@x.test>");
        assert_eq!(mailbox("Zoë"), "=?utf-8?B?Wm/Dqw==?= <a@x.test>");
        for word in encoded_words(&"王小明".repeat(60)) {
            assert!(word.len() <= 75, "{word}");
        }
    }

    #[test]
    fn file_names_are_quoted_or_in_sections() {
        let filename = |name: &str| disposition("attachment", name).join(" ");
        assert_eq!(filename("offer 1.pdf"), "attachment; filename=\"offer 1.pdf\"");
        assert_eq!(filename("é.pdf"), "attachment; filename*=utf-8''%C3%A9.pdf");
        let long = filename(&"報".repeat(40));
        assert!(
            long.starts_with("attachment; filename*0*=utf-8''%E5%A0%B1")
                && long.contains("; filename*1*=%E5")
        );
    }

    #[test]
    fn lines_end_where_a_space_stands_anyway() {
        let subject = "word ".repeat(40);
        let field = folded("Subject", &unstructured(subject.trim()));
        assert!(field.split("\r\n").all(|line| line.len() <= LINE), "{field}");
        assert_eq!(field.replace("\r\n", ""), format!("Subject: {}", subject.trim()));
    }
}
