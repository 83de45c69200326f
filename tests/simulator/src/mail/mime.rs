//! A mail as a MIME tree: the one both the Gmail payload and the raw message are written from.

use super::{Address, Attachment, Charset, Mail};
use crate::dates;
use crate::rng::hash;

/// One node. Header values are readable text; writing them on the wire encodes them.
#[derive(Clone, Debug)]
pub(crate) struct Part {
    pub(crate) mime_type: String,
    pub(crate) filename: String,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: Body,
}

#[derive(Clone, Debug)]
pub(crate) enum Body {
    Text { text: String, charset: Charset },
    File(Vec<u8>),
    Multipart { boundary: String, parts: Vec<Part> },
}

/// The tree of a mail; the root carries the mail's own header fields.
pub(crate) fn tree(mail: &Mail, delivered_to: &str, received_ms: i64) -> Part {
    let seed = hash(mail.message_id.as_deref().unwrap_or("none")) ^ received_ms.unsigned_abs();
    let boundary = |level: u64| format!("000000000000{:016x}{level:02x}", seed.rotate_left(level as u32));
    let mut root = body_part(mail, boundary(3));

    let inline: Vec<Part> = mail
        .attachments
        .iter()
        .filter(|a| a.inline)
        .map(file_part)
        .collect();
    if !inline.is_empty() {
        root = multipart(
            "multipart/related",
            boundary(2),
            std::iter::once(root).chain(inline).collect(),
        );
    }
    let files: Vec<Part> = mail
        .attachments
        .iter()
        .filter(|a| !a.inline)
        .map(file_part)
        .collect();
    if !files.is_empty() {
        root = multipart(
            "multipart/mixed",
            boundary(1),
            std::iter::once(root).chain(files).collect(),
        );
    }
    let mut headers = message_headers(mail, delivered_to, received_ms);
    headers.append(&mut root.headers);
    root.headers = headers;
    root
}

fn body_part(mail: &Mail, boundary: String) -> Part {
    let text = mail
        .text
        .as_ref()
        .map(|text| text_part("text/plain", text, mail.charset));
    let html = mail
        .html
        .as_ref()
        .map(|html| text_part("text/html", html, mail.charset));
    match (text, html) {
        (Some(text), Some(html)) => multipart("multipart/alternative", boundary, vec![text, html]),
        (Some(only), None) | (None, Some(only)) => only,
        (None, None) => text_part("text/plain", "", mail.charset),
    }
}

fn text_part(mime_type: &str, text: &str, charset: Charset) -> Part {
    let encoding = match charset {
        Charset::Utf8 => "base64",
        Charset::Latin1 | Charset::Windows1251 => "quoted-printable",
        Charset::Unknown => "8bit",
    };
    Part {
        mime_type: mime_type.to_owned(),
        filename: String::new(),
        headers: vec![
            (
                "Content-Type".to_owned(),
                format!("{mime_type}; charset=\"{}\"", charset.name()),
            ),
            ("Content-Transfer-Encoding".to_owned(), encoding.to_owned()),
        ],
        body: Body::Text {
            text: text.to_owned(),
            charset,
        },
    }
}

fn file_part(file: &Attachment) -> Part {
    let disposition = if file.inline { "inline" } else { "attachment" };
    let mut headers = vec![
        (
            "Content-Type".to_owned(),
            format!("{}; name=\"{}\"", file.mime_type, file.filename),
        ),
        (
            "Content-Disposition".to_owned(),
            format!("{disposition}; filename=\"{}\"", file.filename),
        ),
        ("Content-Transfer-Encoding".to_owned(), "base64".to_owned()),
    ];
    if let Some(id) = &file.content_id {
        headers.push(("Content-ID".to_owned(), format!("<{id}>")));
        headers.push(("X-Attachment-Id".to_owned(), id.clone()));
    }
    Part {
        mime_type: file.mime_type.clone(),
        filename: file.filename.clone(),
        headers,
        body: Body::File(file.bytes()),
    }
}

fn multipart(mime_type: &str, boundary: String, parts: Vec<Part>) -> Part {
    Part {
        mime_type: mime_type.to_owned(),
        filename: String::new(),
        headers: vec![(
            "Content-Type".to_owned(),
            format!("{mime_type}; boundary=\"{boundary}\""),
        )],
        body: Body::Multipart { boundary, parts },
    }
}

/// The header fields of a whole mail, without those of its body.
pub(crate) fn message_headers(mail: &Mail, delivered_to: &str, received_ms: i64) -> Vec<(String, String)> {
    let mut headers: Vec<(String, String)> = Vec::new();
    let mut add = |name: &str, value: String| headers.push((name.to_owned(), value));
    let sender = mail
        .from
        .as_ref()
        .map(|from| from.email.clone())
        .unwrap_or_default();
    if sender != delivered_to {
        let domain = sender
            .rsplit_once('@')
            .map_or("unknown.example", |(_, domain)| domain);
        add("Delivered-To", delivered_to.to_owned());
        add("Return-Path", format!("<{sender}>"));
        add(
            "Received",
            format!(
                "from mail.{domain} (mail.{domain} [203.0.113.25]) by mx.example with ESMTPS id {:x}; {}",
                received_ms,
                dates::rfc5322(received_ms)
            ),
        );
        add(
            "Authentication-Results",
            match mail.is_forged {
                false => format!(
                    "mx.example; dkim=pass header.i=@{domain}; spf=pass smtp.mailfrom={sender}; dmarc=pass header.from={domain}"
                ),
                true => format!(
                    "mx.example; dkim=none; spf=softfail (mx.example: {sender} is not sent from here) smtp.mailfrom={sender}; dmarc=fail (p=NONE) header.from={domain}"
                ),
            },
        );
    }
    add("MIME-Version", "1.0".to_owned());
    if let Some(date) = mail.date_ms {
        add("Date", dates::rfc5322(date));
    }
    if let Some(from) = &mail.from {
        add("From", display(from));
    }
    for (name, list) in [
        ("To", &mail.to),
        ("Cc", &mail.cc),
        ("Bcc", &mail.bcc),
        ("Reply-To", &mail.reply_to),
    ] {
        if !list.is_empty() {
            add(name, list.iter().map(display).collect::<Vec<_>>().join(", "));
        }
    }
    if let Some(subject) = &mail.subject {
        add("Subject", subject.clone());
    }
    if let Some(id) = &mail.message_id {
        add("Message-ID", id.clone());
    }
    if let Some(id) = &mail.in_reply_to {
        add("In-Reply-To", id.clone());
    }
    if !mail.references.is_empty() {
        add("References", mail.references.join(" "));
    }
    for (name, value) in &mail.headers {
        add(name, value.clone());
    }
    headers
}

/// `Ana Costa <ana@example.com>`, quoted where the name needs it.
pub(crate) fn display(address: &Address) -> String {
    let name = &address.name;
    if name.is_empty() {
        address.email.clone()
    } else if name.chars().any(|c| ",;:<>@()[]\"\\.".contains(c)) {
        format!(
            "\"{}\" <{}>",
            name.replace('\\', "\\\\").replace('"', "\\\""),
            address.email
        )
    } else {
        format!("{name} <{}>", address.email)
    }
}
