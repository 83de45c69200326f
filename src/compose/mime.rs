//! A composition as the bytes that travel (RFC 5322, 2045, 2046, 2047, 2231), readable from any place.
//!
//! The bytes of files are left out of what is built, as base64 has a length that is known before: a mail of 25 MB is
//! never in memory as a whole, and every try has the same bytes. Everything is base64, so that no text can change on its
//! way: long lines, dots, bare line feeds, 8 bits. The `mail-builder` crate was weighed for this: it takes boundaries
//! from a clock, folds with a tab that becomes part of a subject, and knows no parameters beyond ASCII.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use super::{Attached, Outgoing};
use crate::error::{Error, ErrorCode, Result};
use crate::sanitize;

mod field;

/// Bytes of a file on a line of base64, and the line's length with its end.
const LINE_BYTES: u64 = 57;
const LINE_LENGTH: u64 = 78;

/// A mail whose bytes can be read from any place.
pub struct Mime<'a> {
    outgoing: &'a Outgoing<'a>,
    segments: Vec<Segment<'a>>,
}

enum Segment<'a> {
    Built(Vec<u8>),
    File(&'a Attached),
}

impl Segment<'_> {
    fn length(&self) -> u64 {
        match self {
            Self::Built(bytes) => bytes.len() as u64,
            Self::File(file) => encoded_length(file.size),
        }
    }
}

/// The length of so many bytes as lines of base64.
fn encoded_length(size: u64) -> u64 {
    let rest = size % LINE_BYTES;
    let last = if rest == 0 { 0 } else { rest.div_ceil(3) * 4 + 2 };
    size / LINE_BYTES * LINE_LENGTH + last
}

impl<'a> Mime<'a> {
    /// The mail.
    pub fn new(outgoing: &'a Outgoing<'a>) -> Self {
        let mut writer = Writer {
            boundary: boundary(outgoing.mark),
            built: Vec::new(),
            segments: Vec::new(),
        };
        writer.fields(outgoing);
        writer.body(outgoing);
        let Writer {
            built, mut segments, ..
        } = writer;
        segments.push(Segment::Built(built));
        Self { outgoing, segments }
    }

    /// How many bytes it has.
    pub fn length(&self) -> u64 {
        self.segments.iter().map(Segment::length).sum()
    }

    /// So many bytes from `offset` on; fewer only at the end.
    ///
    /// # Errors
    /// What reading the files reports.
    pub async fn read(&self, offset: u64, length: u64) -> Result<Vec<u8>> {
        let mut bytes = Vec::with_capacity(usize::try_from(length.min(self.length())).unwrap_or_default());
        let end = offset.saturating_add(length);
        let mut start = 0;
        for segment in &self.segments {
            let (from, to) = (offset.max(start), end.min(start + segment.length()));
            if from < to {
                let (from, to) = (from - start, to - start);
                match segment {
                    Segment::Built(built) => bytes.extend_from_slice(slice(built, from, to)),
                    Segment::File(file) => bytes.extend(self.encoded(file, from, to).await?),
                }
            }
            start += segment.length();
        }
        Ok(bytes)
    }

    /// The characters `from` to `to` of a file in lines of base64.
    async fn encoded(&self, file: &Attached, from: u64, to: u64) -> Result<Vec<u8>> {
        let first = from / LINE_LENGTH;
        let lines = to.div_ceil(LINE_LENGTH) - first;
        let content = self.outgoing.files;
        let bytes = content
            .read(&file.token, first * LINE_BYTES, lines * LINE_BYTES)
            .await?;
        let mut encoded = Vec::new();
        push_base64(&bytes, &mut encoded);
        let skipped = first * LINE_LENGTH;
        let wanted = slice(&encoded, from - skipped, to - skipped);
        if wanted.len() as u64 != to - from {
            return Err(Error::new(
                ErrorCode::NotFound,
                "a file of the mail is no longer there: attach it again",
            )
            .about("attachments"));
        }
        Ok(wanted.to_vec())
    }
}

fn slice(bytes: &[u8], from: u64, to: u64) -> &[u8] {
    let place = |offset: u64| usize::try_from(offset).unwrap_or(usize::MAX).min(bytes.len());
    bytes.get(place(from)..place(to)).unwrap_or_default()
}

/// `=_` is in no encoded text and in no base64. The same in every try.
fn boundary(mark: &str) -> String {
    let mark: String = mark
        .chars()
        .filter(char::is_ascii_alphanumeric)
        .take(24)
        .collect();
    format!("=_{mark}")
}

struct Writer<'a> {
    boundary: String,
    built: Vec<u8>,
    segments: Vec<Segment<'a>>,
}

impl<'a> Writer<'a> {
    fn text(&mut self, text: &str) {
        self.built.extend_from_slice(text.as_bytes());
    }

    fn field(&mut self, name: &str, tokens: &[String]) {
        self.text(&field::folded(name, tokens));
    }

    /// The fields of the mail itself.
    fn fields(&mut self, outgoing: &Outgoing<'_>) {
        let mail = outgoing.mail;
        let one = |text: String| vec![text];
        self.field("MIME-Version", &one("1.0".to_owned()));
        self.field("Date", &one(outgoing.composed_at.to_rfc2822()));
        self.field("Message-ID", &one(format!("<{}>", outgoing.mark)));
        self.field("From", &field::mailboxes(std::slice::from_ref(&mail.from)));
        for (name, list) in [("To", &mail.to), ("Cc", &mail.cc), ("Bcc", &mail.bcc)] {
            if !list.is_empty() {
                self.field(name, &field::mailboxes(list));
            }
        }
        self.field("Subject", &field::unstructured(mail.subject.as_str()));
        if let Some(answered) = &mail.answers {
            let ids = answered.references.iter().chain(&answered.message_id);
            let ids: Vec<String> = ids.map(|id| id.as_str().to_owned()).collect();
            if let Some(id) = &answered.message_id {
                self.field("In-Reply-To", &one(id.as_str().to_owned()));
            }
            if !ids.is_empty() {
                self.field("References", &ids);
            }
        }
    }

    /// The text in both its forms, its pictures with it, and the files beside.
    fn body(&mut self, outgoing: &'a Outgoing<'a>) {
        let mail = outgoing.mail;
        let (inline, attached): (Vec<_>, Vec<_>) =
            mail.files.iter().partition(|file| file.content_id.is_some());
        let levels = [("mixed", &attached), ("related", &inline)];
        let used = levels.into_iter().filter(|(_, files)| !files.is_empty());
        let opened: Vec<(&str, &Vec<&Attached>)> = used.collect();
        for (kind, _) in &opened {
            self.open(kind);
        }
        self.open("alternative");
        self.text_part("text/plain", &sanitize::html_to_text(&mail.html));
        self.next("alternative");
        self.text_part("text/html", &mail.html);
        self.close("alternative");
        for (kind, files) in opened.into_iter().rev() {
            for file in files {
                self.next(kind);
                self.file_part(file);
            }
            self.close(kind);
        }
    }

    fn open(&mut self, kind: &str) {
        let boundary = format!("boundary=\"{}_{kind}\"", self.boundary);
        self.field("Content-Type", &[format!("multipart/{kind};"), boundary]);
        self.text("\r\n");
        self.next(kind);
    }

    fn next(&mut self, kind: &str) {
        let delimiter = format!("--{}_{kind}\r\n", self.boundary);
        self.text(&delimiter);
    }

    fn close(&mut self, kind: &str) {
        let delimiter = format!("--{}_{kind}--\r\n", self.boundary);
        self.text(&delimiter);
    }

    fn text_part(&mut self, kind: &str, text: &str) {
        self.field("Content-Type", &[format!("{kind};"), "charset=utf-8".to_owned()]);
        self.field("Content-Transfer-Encoding", &["base64".to_owned()]);
        self.text("\r\n");
        push_base64(text.as_bytes(), &mut self.built);
    }

    fn file_part(&mut self, file: &'a Attached) {
        self.field("Content-Type", &[file.mime_type.as_str().to_owned()]);
        self.field("Content-Transfer-Encoding", &["base64".to_owned()]);
        let kind = if file.content_id.is_some() {
            "inline"
        } else {
            "attachment"
        };
        self.field(
            "Content-Disposition",
            &field::disposition(kind, file.filename.as_str()),
        );
        if let Some(id) = &file.content_id {
            self.field("Content-ID", &[format!("<{}>", id.as_str())]);
        }
        self.text("\r\n");
        self.segments
            .push(Segment::Built(std::mem::take(&mut self.built)));
        self.segments.push(Segment::File(file));
    }
}

fn push_base64(bytes: &[u8], out: &mut Vec<u8>) {
    for line in bytes.chunks(LINE_BYTES as usize) {
        out.extend_from_slice(STANDARD.encode(line).as_bytes());
        out.extend_from_slice(b"\r\n");
    }
}
