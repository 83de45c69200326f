//! A mail out of the bytes that a client sends (`messages.send` with `raw`, `sendMail` with MIME).

use base64::Engine;
use base64::alphabet;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};

use super::{Address, Attachment, Mail};
use crate::dates;

const LENIENT: GeneralPurpose = GeneralPurpose::new(
    &alphabet::STANDARD,
    GeneralPurposeConfig::new()
        .with_decode_padding_mode(DecodePaddingMode::Indifferent)
        .with_decode_allow_trailing_bits(true),
);

/// The mail in a message, or `None` when it has no header fields at all.
pub(crate) fn parse(raw: &[u8]) -> Option<Mail> {
    let text = String::from_utf8_lossy(raw).replace("\r\n", "\n");
    let (headers, body) = split_headers(&text);
    if headers.is_empty() {
        return None;
    }
    let mut mail = Mail::default();
    for (name, value) in &headers {
        let decoded = decode_words(value);
        match name.to_ascii_lowercase().as_str() {
            "message-id" => mail.message_id = Some(decoded),
            "date" => mail.date_ms = dates::parse_rfc5322(&decoded),
            "from" => mail.from = addresses(&decoded).into_iter().next(),
            "to" => mail.to = addresses(&decoded),
            "cc" => mail.cc = addresses(&decoded),
            "bcc" => mail.bcc = addresses(&decoded),
            "reply-to" => mail.reply_to = addresses(&decoded),
            "subject" => mail.subject = Some(decoded),
            "in-reply-to" => mail.in_reply_to = Some(decoded),
            "references" => mail.references = decoded.split_whitespace().map(str::to_owned).collect(),
            "mime-version" | "content-type" | "content-transfer-encoding" | "content-disposition" => {}
            _ => mail.headers.push((name.clone(), decoded)),
        }
    }
    read_part(&headers, body, &mut mail, 0);
    Some(mail)
}

/// A list of addresses; commas inside quotes belong to the name.
pub(crate) fn addresses(text: &str) -> Vec<Address> {
    let mut pieces = vec![String::new()];
    let mut quoted = false;
    for letter in text.chars() {
        if letter == '"' {
            quoted = !quoted;
        }
        if letter == ',' && !quoted {
            pieces.push(String::new());
        } else if let Some(last) = pieces.last_mut() {
            last.push(letter);
        }
    }
    let one = |piece: &String| match piece.rsplit_once('<') {
        Some((name, email)) => Address::new(
            name.trim().trim_matches('"').trim(),
            email.trim().trim_end_matches('>'),
        ),
        None => Address::new("", piece.trim()),
    };
    pieces
        .iter()
        .filter(|piece| !piece.trim().is_empty())
        .map(one)
        .collect()
}

fn split_headers(text: &str) -> (Vec<(String, String)>, &str) {
    let (head, body) = text.split_once("\n\n").unwrap_or((text, ""));
    let mut headers: Vec<(String, String)> = Vec::new();
    for line in head.lines() {
        if line.starts_with([' ', '\t']) {
            if let Some((_, value)) = headers.last_mut() {
                value.push(' ');
                value.push_str(line.trim());
            }
        } else if let Some((name, value)) = line.split_once(':') {
            headers.push((name.trim().to_owned(), value.trim().to_owned()));
        }
    }
    (headers, body)
}

/// Nested deeper than this is no mail that a client writes.
const DEEPEST: usize = 12;

fn read_part(headers: &[(String, String)], body: &str, mail: &mut Mail, depth: usize) {
    let field = |wanted: &str| {
        headers
            .iter()
            .find(|(name, _)| name.eq_ignore_ascii_case(wanted))
            .map(|(_, value)| value.as_str())
            .unwrap_or_default()
    };
    let content_type = field("Content-Type");
    let mime_type = content_type
        .split(';')
        .next()
        .map(|kind| kind.trim().to_ascii_lowercase())
        .unwrap_or_default();
    if let Some(boundary) =
        parameter(content_type, "boundary").filter(|_| mime_type.starts_with("multipart/") && depth < DEEPEST)
    {
        let delimiter = format!("--{boundary}");
        for piece in body.split(delimiter.as_str()).skip(1) {
            if piece.starts_with("--") {
                break;
            }
            let (inner_headers, inner_body) = split_headers(piece.strip_prefix('\n').unwrap_or(piece));
            read_part(
                &inner_headers,
                inner_body.strip_suffix('\n').unwrap_or(inner_body),
                mail,
                depth + 1,
            );
        }
        return;
    }
    let data = decode_body(body, field("Content-Transfer-Encoding"));
    let disposition = field("Content-Disposition");
    let filename = parameter(disposition, "filename").or_else(|| parameter(content_type, "name"));
    let is_text = mime_type.is_empty() || mime_type == "text/plain" || mime_type == "text/html";
    if is_text && filename.is_none() && !disposition.starts_with("attachment") {
        let text = String::from_utf8_lossy(&data).into_owned();
        if mime_type == "text/html" {
            mail.html = Some(text);
        } else {
            mail.text = Some(text);
        }
        return;
    }
    let content_id = field("Content-ID").trim_matches(['<', '>']).to_owned();
    mail.attachments.push(Attachment {
        filename: decode_words(&filename.unwrap_or_else(|| "noname".to_owned())),
        mime_type,
        inline: disposition.starts_with("inline") || (disposition.is_empty() && !content_id.is_empty()),
        content_id: Some(content_id).filter(|id| !id.is_empty()),
        data,
        filler: 0,
    });
}

fn parameter(value: &str, wanted: &str) -> Option<String> {
    let pieces = || {
        value.split(';').skip(1).filter_map(|piece| {
            let (name, value) = piece.split_once('=')?;
            Some((
                name.trim().to_ascii_lowercase(),
                value.trim().trim_matches('"').to_owned(),
            ))
        })
    };
    if let Some((_, plain)) = pieces().find(|(name, _)| name == wanted) {
        return Some(plain);
    }
    // Sections of RFC 2231, in the order in which they stand.
    let encoded: String = pieces()
        .filter(|(name, _)| name.starts_with(&format!("{wanted}*")))
        .map(|(_, value)| value)
        .collect();
    let (_, text) = encoded.split_once("''")?;
    let decoded = quoted_printable(&text.replace('%', "="), false);
    Some(String::from_utf8_lossy(&decoded).into_owned())
}

fn decode_body(body: &str, encoding: &str) -> Vec<u8> {
    match encoding.trim().to_ascii_lowercase().as_str() {
        "base64" => {
            let packed: String = body.split_whitespace().collect();
            LENIENT.decode(packed).unwrap_or_default()
        }
        "quoted-printable" => quoted_printable(&body.replace("=\n", ""), false),
        _ => body.as_bytes().to_vec(),
    }
}

fn quoted_printable(text: &str, underscores: bool) -> Vec<u8> {
    let mut out = Vec::with_capacity(text.len());
    let mut bytes = text.bytes();
    while let Some(byte) = bytes.next() {
        match byte {
            b'=' => {
                let pair: Vec<u8> = bytes.by_ref().take(2).collect();
                let hex = std::str::from_utf8(&pair).unwrap_or_default();
                out.push(u8::from_str_radix(hex, 16).unwrap_or(b'?'));
            }
            b'_' if underscores => out.push(b' '),
            other => out.push(other),
        }
    }
    out
}

/// Encoded words of RFC 2047 in UTF-8, decoded; others left as they stand.
fn decode_words(value: &str) -> String {
    let joined = value.replace("?= =?", "?==?");
    let mut out = String::new();
    let mut bytes: Vec<u8> = Vec::new();
    let mut rest = joined.as_str();
    while let Some((before, after)) = rest.split_once("=?") {
        if !before.is_empty() {
            out.push_str(&String::from_utf8_lossy(&bytes));
            bytes.clear();
            out.push_str(before);
        }
        let mut fields = after.splitn(3, '?');
        let decoded = match (
            fields.next(),
            fields.next(),
            fields.next().and_then(|text| text.split_once("?=")),
        ) {
            (Some(charset), Some(encoding), Some((text, tail))) if charset.eq_ignore_ascii_case("utf-8") => {
                let data = if encoding.eq_ignore_ascii_case("b") {
                    LENIENT.decode(text).unwrap_or_default()
                } else {
                    quoted_printable(text, true)
                };
                Some((data, tail))
            }
            _ => None,
        };
        match decoded {
            Some((mut data, tail)) => {
                bytes.append(&mut data);
                rest = tail;
            }
            None => {
                out.push_str("=?");
                rest = after;
            }
        }
    }
    out.push_str(&String::from_utf8_lossy(&bytes));
    out.push_str(rest);
    out
}
