//! Values that become parts of headers. None of them can hold a line break or a NUL.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::error::{Error, Result};
use crate::model::Address;

/// One line of text without control characters, at most 2,000 characters.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Line(String);

impl Line {
    /// The longest one, in characters.
    const LONGEST: usize = 2_000;

    /// The line that `text` is.
    ///
    /// # Errors
    /// `invalid_input` about `field`.
    pub fn parse(text: &str, field: &'static str) -> Result<Self> {
        let text = text.trim();
        if text.chars().any(is_break) {
            return Err(Error::invalid(
                field,
                "enter one line, without line breaks or control characters",
            ));
        }
        if text.chars().count() > Self::LONGEST {
            return Err(Error::invalid(field, "the text is too long"));
        }
        Ok(Self(text.to_owned()))
    }

    /// The line that is left of `text` without what no header can hold.
    pub fn cleaned(text: &str) -> Self {
        let cleaned: String = text
            .chars()
            .map(|character| if is_break(character) { ' ' } else { character })
            .take(Self::LONGEST)
            .collect();
        Self(cleaned.trim().to_owned())
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Line and paragraph separators end a line in some readers, too.
fn is_break(character: char) -> bool {
    character.is_control() || matches!(character, '\u{2028}' | '\u{2029}')
}

/// An address that mail can be sent to (RFC 5321 section 4.1.2, without quoted local parts). The domain of an
/// international address is written as punycode.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct EmailAddress(String);

impl EmailAddress {
    /// The address that `text` is.
    ///
    /// # Errors
    /// `invalid_input` about `field`.
    pub fn parse(text: &str, field: &'static str) -> Result<Self> {
        let problem = || Error::invalid(field, "enter complete e-mail addresses, such as ann@example.com");
        let text = text.trim();
        let (local, domain) = text.rsplit_once('@').ok_or_else(problem)?;
        let is_atom = |byte: u8| byte.is_ascii_alphanumeric() || b"!#$%&'*+-/=?^_`{|}~.".contains(&byte);
        let is_local = (1..=64).contains(&local.len())
            && local.bytes().all(is_atom)
            && !local.starts_with('.')
            && !local.ends_with('.')
            && !local.contains("..");
        let is_label = |label: &str| {
            (1..=63).contains(&label.len())
                && label
                    .bytes()
                    .all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
                && !label.starts_with('-')
                && !label.ends_with('-')
        };
        let is_domain = domain.len() <= 253 && domain.split('.').all(is_label);
        if is_local && is_domain {
            Ok(Self(text.to_owned()))
        } else {
            Err(problem())
        }
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether both mean the same mailbox; domains and, in practice, local parts ignore case.
    pub fn is(&self, other: &str) -> bool {
        self.0.eq_ignore_ascii_case(other.trim())
    }
}

/// Somebody with an address.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Person {
    /// The display name, empty where there is none.
    #[serde(default)]
    pub name: Line,
    /// The address.
    pub address: EmailAddress,
}

impl Person {
    /// The person that an address of a header names.
    ///
    /// # Errors
    /// `invalid_input` about `field`.
    pub fn parse(address: &Address, field: &'static str) -> Result<Self> {
        Ok(Self {
            name: Line::parse(&address.name, field)?,
            address: EmailAddress::parse(&address.address, field)?,
        })
    }

    /// The same in the model's terms.
    pub fn to_address(&self) -> Address {
        Address {
            name: self.name.0.clone(),
            address: self.address.0.clone(),
        }
    }
}

/// The name of a file: one line, without anything that leads to another folder, at most 200 characters.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "String", into = "String")]
pub struct FileName(String);

impl FileName {
    /// The longest one, in characters; the end with the extension is what is kept.
    const LONGEST: usize = 200;

    /// The name that is left of what a browser sent.
    pub fn cleaned(text: &str) -> Self {
        let line = Line::cleaned(text);
        let name = line.0.rsplit(['/', '\\']).next().unwrap_or_default();
        // Marks that turn the direction of writing make one type of file look like another.
        let is_turning = |character| matches!(character, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
        let kept: Vec<char> = name.chars().filter(|character| !is_turning(*character)).collect();
        let start = kept.len().saturating_sub(Self::LONGEST);
        let name: String = kept.into_iter().skip(start).collect();
        match name.trim() {
            "" | "." | ".." => Self("file".to_owned()),
            name => Self(name.to_owned()),
        }
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// A media type without parameters (RFC 6838 section 4.2).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "String", into = "String")]
pub struct MediaType(String);

impl MediaType {
    /// The type that `text` is; bytes of any kind where it is none.
    pub fn cleaned(text: &str) -> Self {
        let text = text
            .split(';')
            .next()
            .unwrap_or_default()
            .trim()
            .to_ascii_lowercase();
        let is_name = |name: &str| {
            (1..=127).contains(&name.len())
                && name
                    .bytes()
                    .all(|byte| byte.is_ascii_alphanumeric() || b"!#$&-^_.+".contains(&byte))
        };
        let is_type = text
            .split_once('/')
            .is_some_and(|(kind, name)| is_name(kind) && is_name(name));
        // What is a container in MIME would be read as one.
        let is_container = text.starts_with("multipart/") || text.starts_with("message/");
        if is_type && !is_container {
            Self(text)
        } else {
            Self("application/octet-stream".to_owned())
        }
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// A Content-ID without angle brackets.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct ContentId(String);

impl ContentId {
    /// The id that `text` is, with or without angle brackets.
    ///
    /// # Errors
    /// `invalid_input` about the attachments.
    pub fn parse(text: &str) -> Result<Self> {
        let text = text.trim().trim_start_matches('<').trim_end_matches('>');
        let is_id = (1..=200).contains(&text.len())
            && text
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || b"!#$%&'*+-/=?^_`{|}~.@".contains(&byte));
        if is_id {
            Ok(Self(text.to_owned()))
        } else {
            Err(Error::invalid(
                "attachments",
                "a picture's content id is unusable",
            ))
        }
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

macro_rules! stored_as_text {
    ($type:ident, $parse:expr) => {
        impl TryFrom<String> for $type {
            type Error = Unusable;

            fn try_from(text: String) -> std::result::Result<Self, Unusable> {
                $parse(&text).map_err(|_| Unusable)
            }
        }

        impl From<$type> for String {
            fn from(value: $type) -> Self {
                value.0
            }
        }
    };
}

stored_as_text!(Line, |text| Line::parse(text, ""));
stored_as_text!(EmailAddress, |text| EmailAddress::parse(text, ""));
stored_as_text!(ContentId, ContentId::parse);

macro_rules! cleaned_from_text {
    ($type:ident) => {
        impl From<String> for $type {
            fn from(text: String) -> Self {
                Self::cleaned(&text)
            }
        }

        impl From<$type> for String {
            fn from(value: $type) -> Self {
                value.0
            }
        }
    };
}

cleaned_from_text!(FileName);
cleaned_from_text!(MediaType);

/// A stored value that no header can hold; what it says is not repeated.
#[derive(Debug)]
pub struct Unusable;

impl fmt::Display for Unusable {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("the value can't be a part of a header")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_that_ends_a_line_gets_into_a_header() {
        for text in [
            "a\r\nBcc: x@y.z",
            "a\nb",
            "a\rb",
            "a\0b",
            "a\u{85}b",
            "a\u{2028}b",
            "a\u{b}b",
        ] {
            assert!(Line::parse(text, "subject").is_err(), "{text:?}");
            assert!(!Line::cleaned(text).as_str().chars().any(is_break));
            assert!(!FileName::cleaned(text).as_str().chars().any(is_break));
            assert_eq!(MediaType::cleaned(text).as_str(), "application/octet-stream");
            assert!(EmailAddress::parse(&format!("{text}@example.com"), "to").is_err());
            assert!(EmailAddress::parse(&format!("ann@{text}"), "to").is_err());
            assert!(ContentId::parse(text).is_err());
            let stored = serde_json::to_string(text).unwrap();
            assert!(serde_json::from_str::<Line>(&stored).is_err());
            assert!(serde_json::from_str::<EmailAddress>(&stored).is_err());
        }
    }

    #[test]
    fn addresses_are_complete_or_refused() {
        for good in [
            "ann@example.com",
            "a.b+c@mail.example.co.uk",
            "x_y@xn--bcher-kva.example",
        ] {
            assert_eq!(EmailAddress::parse(good, "to").unwrap().as_str(), good);
        }
        for bad in [
            "",
            "ann",
            "@example.com",
            "ann@",
            "ann@exa mple.com",
            "a b@example.com",
            "ann@-x.com",
            "ann@x..com",
            ".ann@x.com",
            "ann@x.com,bo@x.com",
            "<ann@x.com>",
            "ann@[127.0.0.1]",
            "ünn@x.com",
            "ann@exämple.com",
        ] {
            assert!(EmailAddress::parse(bad, "to").is_err(), "{bad}");
        }
    }

    #[test]
    fn file_names_keep_their_end_and_stay_in_their_folder() {
        for (sent, kept) in [
            ("../../etc/passwd", "passwd"),
            ("C:\\temp\\offer.pdf", "offer.pdf"),
            ("..", "file"),
            ("", "file"),
            ("invoice\u{202e}fdp.exe", "invoicefdp.exe"),
            ("报价单.pdf", "报价单.pdf"),
        ] {
            assert_eq!(FileName::cleaned(sent).as_str(), kept);
        }
        assert!(
            FileName::cleaned(&format!("{}.pdf", "x".repeat(500)))
                .as_str()
                .ends_with(".pdf")
        );
    }
}
