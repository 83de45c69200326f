//! Encoded words: `=?charset?B|Q?text?=` (RFC 2047, with the language suffix of RFC 2231).

use base64::Engine;
use base64::alphabet;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};

use crate::host::Host;

/// Base64 as mailers write it: padded or not, with stray bits at the end.
const LENIENT: GeneralPurpose = GeneralPurpose::new(
    &alphabet::STANDARD,
    GeneralPurposeConfig::new()
        .with_decode_padding_mode(DecodePaddingMode::Indifferent)
        .with_decode_allow_trailing_bits(true),
);

/// Decodes the encoded words of a header and unfolds it. Words that are not well formed, or whose character set
/// the host doesn't know, stay as they are. The result has no control characters.
pub fn decode_words(host: &dyn Host, text: &str) -> String {
    let mut decoder = Decoder {
        host,
        output: String::new(),
        pending: None,
    };
    let mut rest = text;
    while let Some((before, tail)) = rest.split_once("=?") {
        match EncodedWord::parse(tail) {
            Some((word, after)) => {
                decoder.plain(before);
                if !decoder.word(&word) {
                    decoder.flush();
                    decoder.output.push_str("=?");
                    decoder.output.push_str(word.source);
                }
                rest = after;
            }
            None => {
                decoder.plain(before);
                decoder.flush();
                decoder.output.push_str("=?");
                rest = tail;
            }
        }
    }
    decoder.plain(rest);
    decoder.flush();
    clean(&decoder.output)
}

struct EncodedWord<'a> {
    charset: &'a str,
    bytes: Vec<u8>,
    /// The word as it was written, without the `=?` before it.
    source: &'a str,
}

impl<'a> EncodedWord<'a> {
    /// Reads what follows `=?`; returns the word and what comes after it.
    fn parse(tail: &'a str) -> Option<(Self, &'a str)> {
        let (charset, rest) = tail.split_once('?')?;
        let (encoding, rest) = rest.split_once('?')?;
        let (text, after) = rest.split_once("?=")?;
        if charset.is_empty() || charset.contains(char::is_whitespace) || text.contains(['\r', '\n']) {
            return None;
        }
        let bytes = match encoding {
            "B" | "b" => {
                let packed: String = text.split_whitespace().collect();
                LENIENT.decode(packed).ok()?
            }
            "Q" | "q" => quoted(text),
            _ => return None,
        };
        let length = tail.len() - after.len();
        Some((
            Self {
                charset: charset.split('*').next().unwrap_or(charset),
                bytes,
                source: tail.get(..length)?,
            },
            after,
        ))
    }
}

/// Collects neighbouring words of one character set before decoding: mailers split inside of characters.
struct Decoder<'a> {
    host: &'a dyn Host,
    output: String,
    pending: Option<(String, Vec<u8>)>,
}

impl Decoder<'_> {
    /// White space between two encoded words is not part of the text.
    fn plain(&mut self, text: &str) {
        if self.pending.is_some() && text.chars().all(char::is_whitespace) && !text.is_empty() {
            return;
        }
        if !text.is_empty() {
            self.flush();
            self.output.push_str(text);
        }
    }

    /// Whether the word's character set is known.
    fn word(&mut self, word: &EncodedWord<'_>) -> bool {
        let charset = word.charset.to_ascii_lowercase();
        if decode(self.host, &charset, &word.bytes).is_none() {
            return false;
        }
        match &mut self.pending {
            Some((known, bytes)) if *known == charset => bytes.extend_from_slice(&word.bytes),
            _ => {
                self.flush();
                self.pending = Some((charset, word.bytes.clone()));
            }
        }
        true
    }

    fn flush(&mut self) {
        if let Some((charset, bytes)) = self.pending.take()
            && let Some(text) = decode(self.host, &charset, &bytes)
        {
            self.output.push_str(&text);
        }
    }
}

fn decode(host: &dyn Host, charset: &str, bytes: &[u8]) -> Option<String> {
    match charset {
        "utf-8" | "utf8" | "us-ascii" => Some(String::from_utf8_lossy(bytes).into_owned()),
        _ => host.decode_text(charset, bytes),
    }
}

fn quoted(text: &str) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut input = text.bytes();
    while let Some(byte) = input.next() {
        match byte {
            b'_' => bytes.push(b' '),
            b'=' => {
                let mut ahead = input.clone();
                let digit = |byte: Option<u8>| byte.and_then(|byte| char::from(byte).to_digit(16));
                match (digit(ahead.next()), digit(ahead.next())) {
                    (Some(high), Some(low)) => {
                        bytes.push((high * 16 + low) as u8);
                        input = ahead;
                    }
                    _ => bytes.push(b'='),
                }
            }
            _ => bytes.push(byte),
        }
    }
    bytes
}

/// Unfolds lines and drops control characters, which have no place in a header's text.
fn clean(text: &str) -> String {
    let mut output = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '\n' | '\t' => {
                if !output.ends_with(' ') {
                    output.push(' ');
                }
            }
            ' ' if output.ends_with(' ') && text.contains('\n') => {}
            _ if character.is_control() => {}
            _ => output.push(character),
        }
    }
    output.trim().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::host::memory::MemoryHost;

    fn decoded(text: &str) -> String {
        decode_words(&MemoryHost::new(), text)
    }

    #[test]
    fn words_of_both_encodings_are_decoded() {
        assert_eq!(decoded("=?UTF-8?B?0J/RgNC40LLQtdGC?="), "Привет");
        assert_eq!(decoded("=?utf-8?q?caf=C3=A9_noir?= bar"), "café noir bar");
        assert_eq!(decoded("=?iso-8859-1*fr?Q?=E9t=E9?="), "été");
        assert_eq!(decoded("Re: =?UTF-8?B?5L2g5aW9?= !"), "Re: 你好 !");
    }

    #[test]
    fn neighbouring_words_join_even_inside_of_a_character() {
        assert_eq!(decoded("=?UTF-8?B?5L0=?=\r\n =?UTF-8?B?oOWlvQ==?="), "你好");
        assert_eq!(decoded("=?UTF-8?Q?a?= =?ISO-8859-1?Q?=E9?="), "aé");
        assert_eq!(decoded("=?UTF-8?Q?a?= b =?UTF-8?Q?c?="), "a b c");
    }

    #[test]
    fn what_is_no_encoded_word_stays() {
        for text in [
            "plain",
            "=?",
            "=?utf-8?",
            "=?utf-8?X?abc?=",
            "=?utf-8?B?***?=",
            "=?x-unknown?Q?abc?=",
            "a =? b ?= c",
            "2+2=?",
        ] {
            assert_eq!(decoded(text), text);
        }
        assert_eq!(decoded("=?utf-8?Q?100=?="), "100=");
        assert_eq!(
            decoded("=?x-unknown?Q?abc?= =?utf-8?Q?=C3=A9?="),
            "=?x-unknown?Q?abc?= é"
        );
    }

    #[test]
    fn folding_and_control_characters_go() {
        assert_eq!(decoded("one\r\n two\r\n\tthree"), "one two three");
        assert_eq!(decoded("=?utf-8?Q?a=00=0D=0Ab?="), "a b");
        assert_eq!(decoded(""), "");
    }
}
