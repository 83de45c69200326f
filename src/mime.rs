//! The parts of MIME and of the Internet Message Format that the providers leave to us: encoded words (RFC 2047),
//! address lists (RFC 5322 section 3.4), dates, message ids and header parameters.
//!
//! Every reader here is lenient: what can't be understood stays as it is, nothing fails.

mod address;
mod authentication;
mod encoded_word;
mod parameter;

use chrono::{DateTime, Utc};

pub use address::{addresses, bounded};
pub use authentication::authentication;
pub use encoded_word::decode_words;
pub use parameter::parameter;

/// The date of a `Date` header (RFC 5322 section 3.3), or of a header in the form that HTTP uses.
pub fn date(text: &str) -> Option<DateTime<Utc>> {
    let text = text.trim();
    DateTime::parse_from_rfc2822(text)
        .or_else(|_| {
            // A comment such as "(CET)" follows the offset in many mails.
            DateTime::parse_from_rfc2822(text.split('(').next().unwrap_or_default().trim())
        })
        .ok()
        .map(|date| date.to_utc())
}

/// The message ids in a `Message-ID`, `In-Reply-To` or `References` header, with their angle brackets, in order and
/// without repetitions. At most 100: longer chains are cut at the front, as RFC 5322 allows for.
pub fn message_ids(text: &str) -> Vec<String> {
    const LIMIT: usize = 100;
    let mut ids: Vec<String> = Vec::new();
    for piece in text.split('<').skip(1) {
        let Some((id, _)) = piece.split_once('>') else {
            continue;
        };
        let id: String = id.split_whitespace().collect();
        let id = format!("<{id}>");
        if id.len() > 2 && id.len() <= 998 && !ids.iter().rev().take(LIMIT).any(|known| *known == id) {
            ids.push(id);
        }
    }
    ids.split_off(ids.len().saturating_sub(LIMIT))
}

/// Decodes text of a declared character set: UTF-8 where it is that, then what was declared, then Windows-1252.
pub fn decode_charset(host: &dyn crate::host::Host, charset: Option<&str>, bytes: Vec<u8>) -> String {
    // Stateful encodings are written in ASCII and would pass for UTF-8.
    let stateful = charset.filter(|label| {
        let label = label.trim().to_ascii_lowercase();
        label.starts_with("iso-2022") || label.starts_with("hz-")
    });
    if let Some(text) = stateful.and_then(|label| host.decode_text(label, &bytes)) {
        return text;
    }
    match String::from_utf8(bytes) {
        Ok(text) => text,
        Err(error) => {
            let bytes = error.as_bytes();
            charset
                .and_then(|label| host.decode_text(label.trim(), bytes))
                .or_else(|| host.decode_text("windows-1252", bytes))
                .unwrap_or_else(|| String::from_utf8_lossy(bytes).into_owned())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::host::memory::MemoryHost;

    #[test]
    fn dates_are_read_with_offsets_zones_and_comments() {
        for text in [
            "Sun, 01 Mar 2026 13:00:00 +0100",
            "1 Mar 2026 12:00:00 GMT",
            "Sun, 1 Mar 2026 12:00:00 +0000 (UTC)",
            "Sun, 01 Mar 2026 12:00:00 GMT",
        ] {
            assert_eq!(date(text).unwrap().timestamp(), 1_772_366_400, "{text}");
        }
        for text in ["", "yesterday", "(", "Sun, 99 Mar 2026 12:00:00 GMT"] {
            assert_eq!(date(text), None, "{text}");
        }
    }

    #[test]
    fn message_ids_keep_their_order_and_lose_noise() {
        assert_eq!(
            message_ids("<a@x>\r\n\t<b@x> noise <a@x> <> <broken"),
            ["<a@x>", "<b@x>"]
        );
        let many: String = (0..150).map(|number| format!("<{number}@x> ")).collect();
        let ids = message_ids(&many);
        assert_eq!(ids.len(), 100);
        assert_eq!(ids.last().unwrap(), "<149@x>");
    }

    #[test]
    fn text_is_utf8_first_then_what_was_declared() {
        let host = MemoryHost::new();
        assert_eq!(decode_charset(&host, Some("iso-8859-1"), "é".into()), "é");
        assert_eq!(decode_charset(&host, Some("iso-8859-1"), vec![0xe9]), "é");
        assert_eq!(decode_charset(&host, None, vec![0xe9]), "\u{fffd}");
        assert_eq!(decode_charset(&host, Some("x-unknown"), b"a".to_vec()), "a");
    }
}
