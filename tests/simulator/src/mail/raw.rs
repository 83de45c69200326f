//! A mail as the bytes that travel (RFC 5322, encoded words of RFC 2047).

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use super::mime::{Body, Part};

/// The whole message of a MIME tree.
pub(crate) fn write(root: &Part) -> Vec<u8> {
    let mut out = Vec::new();
    write_part(root, &mut out);
    out
}

fn write_part(part: &Part, out: &mut Vec<u8>) {
    for (name, value) in &part.headers {
        out.extend_from_slice(format!("{name}: {}\r\n", encode_header(value)).as_bytes());
    }
    out.extend_from_slice(b"\r\n");
    match &part.body {
        Body::Text { text, charset } => {
            let bytes = charset.encode(text);
            match part
                .headers
                .iter()
                .find(|(name, _)| name == "Content-Transfer-Encoding")
            {
                Some((_, encoding)) if encoding == "base64" => write_base64(&bytes, out),
                Some((_, encoding)) if encoding == "quoted-printable" => write_quoted_printable(&bytes, out),
                _ => out.extend_from_slice(&bytes),
            }
        }
        Body::File(bytes) => write_base64(bytes, out),
        Body::Multipart { boundary, parts } => {
            for child in parts {
                out.extend_from_slice(format!("--{boundary}\r\n").as_bytes());
                write_part(child, out);
                out.extend_from_slice(b"\r\n");
            }
            out.extend_from_slice(format!("--{boundary}--\r\n").as_bytes());
        }
    }
}

fn write_base64(bytes: &[u8], out: &mut Vec<u8>) {
    for chunk in STANDARD.encode(bytes).as_bytes().chunks(76) {
        out.extend_from_slice(chunk);
        out.extend_from_slice(b"\r\n");
    }
}

fn write_quoted_printable(bytes: &[u8], out: &mut Vec<u8>) {
    let mut column = 0;
    for byte in bytes {
        if *byte == b'\n' {
            out.extend_from_slice(b"\r\n");
            column = 0;
            continue;
        }
        if column > 70 {
            out.extend_from_slice(b"=\r\n");
            column = 0;
        }
        if (b' '..=b'~').contains(byte) && *byte != b'=' {
            out.push(*byte);
            column += 1;
        } else {
            out.extend_from_slice(format!("={byte:02X}").as_bytes());
            column += 3;
        }
    }
}

/// A header value with everything outside ASCII as encoded words; addresses in angle brackets stay readable.
fn encode_header(value: &str) -> String {
    if value.is_ascii() {
        return value.to_owned();
    }
    value
        .split(", ")
        .map(|piece| match piece.rsplit_once(" <") {
            Some((name, rest)) if !name.is_ascii() => {
                format!("{} <{rest}", encoded_words(name.trim_matches('"')))
            }
            _ if !piece.is_ascii() => encoded_words(piece),
            _ => piece.to_owned(),
        })
        .collect::<Vec<_>>()
        .join(", ")
}

fn encoded_words(text: &str) -> String {
    let mut words = Vec::new();
    let mut piece = String::new();
    for letter in text.chars() {
        if piece.len() + letter.len_utf8() > 42 {
            words.push(piece);
            piece = String::new();
        }
        piece.push(letter);
    }
    words.push(piece);
    words
        .iter()
        .map(|word| format!("=?UTF-8?B?{}?=", STANDARD.encode(word)))
        .collect::<Vec<_>>()
        .join("\r\n ")
}
