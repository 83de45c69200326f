//! What a page sends: parsed once, every problem named by its field.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::{ContentId, FileName, Line, MediaType, Person};
use crate::error::{Error, Result};
use crate::host::Host;
use crate::json;
use crate::mime;
use crate::model::Address;
use crate::sanitize;
use crate::store;

/// The most recipients of one mail; both providers allow about as many.
const RECIPIENTS: usize = 500;
/// The longest text, in bytes of HTML.
const BODY: usize = 5 << 20;
/// The most files.
const FILES: usize = 100;

/// A mail that answers another one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Mode {
    /// To its author.
    Reply,
    /// To everybody that it was to.
    ReplyAll,
    /// Passed on to somebody else.
    Forward,
}

impl Mode {
    /// The mode of this name.
    pub fn parse(name: &str) -> Option<Self> {
        match name {
            "reply" => Some(Self::Reply),
            "replyAll" => Some(Self::ReplyAll),
            "forward" => Some(Self::Forward),
            _ => None,
        }
    }
}

/// A send payload.
#[derive(Clone, Debug)]
pub struct Payload {
    /// The draft that it was, where it was one.
    pub draft_id: Option<i64>,
    /// The version of that draft that the page knows.
    pub version: Option<i64>,
    /// The address of the account to send from, where the page names it.
    pub account_email: Option<String>,
    /// The address to send as.
    pub identity: Option<String>,
    /// The recipients.
    pub to: Vec<Person>,
    /// The recipients of copies.
    pub cc: Vec<Person>,
    /// The recipients of blind copies.
    pub bcc: Vec<Person>,
    /// The subject.
    pub subject: Line,
    /// The text, sanitised.
    pub html: String,
    /// The files.
    pub files: Vec<File>,
    /// The record of the mail that is answered, and how.
    pub answers: Option<(Value, Mode)>,
    /// When it shall be sent.
    pub send_at: Option<DateTime<Utc>>,
    /// Names this wish to send: the same one twice is one mail.
    pub key: Option<String>,
    /// For how many seconds it can be taken back.
    pub undo_seconds: Option<u32>,
}

/// A file that a page attaches.
#[derive(Clone, Debug)]
pub struct File {
    /// Where its bytes are.
    pub source: Source,
    /// Its name.
    pub filename: FileName,
    /// Its type.
    pub mime_type: MediaType,
    /// By which name the text shows it.
    pub content_id: Option<ContentId>,
}

/// Where the bytes of an attached file are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Source {
    /// Among the uploads, by token.
    Upload(String),
    /// In a mail that is here: its record's id and the file's id there.
    Mail(i64, String),
}

impl Payload {
    /// The payload in these values.
    ///
    /// # Errors
    /// `invalid_input` naming the field.
    pub fn parse(host: &dyn Host, values: &Map<String, Value>) -> Result<Self> {
        let text = |name: &str| values.get(name).and_then(Value::as_str).map(str::trim);
        let given = |name: &str| text(name).filter(|text| !text.is_empty()).map(str::to_owned);
        let id = |name: &str| values.get(name).and_then(store::id_of);
        let people = |name: &'static str| people(host, values.get(name), name, &mut 0);
        let (to, cc, bcc) = (people("to")?, people("cc")?, people("bcc")?);
        if to.len() + cc.len() + bcc.len() > RECIPIENTS {
            return Err(Error::invalid("to", "a mail has at most 500 recipients"));
        }
        let subject = Line::parse(text("subject").unwrap_or_default(), "subject")?;
        let body = values.get("body").and_then(Value::as_str).unwrap_or_default();
        if body.len() > BODY {
            return Err(Error::invalid(
                "body",
                "the text is too long: attach it as a file",
            ));
        }
        Ok(Self {
            draft_id: id("id"),
            version: id("version"),
            account_email: given("accountEmail").map(|email| email.to_lowercase()),
            identity: given("identityEmail").or_else(|| given("from")),
            to,
            cc,
            bcc,
            subject,
            html: sanitize::composed(body).replace('\0', ""),
            files: files(values.get("attachments"))?,
            answers: answers(values)?,
            send_at: send_at(values.get("scheduleSendAt"))?,
            key: key(values)?,
            undo_seconds: values
                .get("undoSeconds")
                .and_then(Value::as_u64)
                .map(|seconds| u32::try_from(seconds).unwrap_or(u32::MAX)),
        })
    }
}

/// The key in these values: the same one twice is one mail, or one draft.
///
/// # Errors
/// `invalid_input` about `key`.
pub fn key(values: &Map<String, Value>) -> Result<Option<String>> {
    let key = values.get("key").and_then(Value::as_str).map(str::trim);
    match key.filter(|key| !key.is_empty()) {
        Some(key) if key.len() > 200 => Err(Error::invalid("key", "the key has at most 200 characters")),
        key => Ok(key.map(str::to_owned)),
    }
}

/// Recipients: texts as in a header, or `{name, address}`; nobody twice. `place` is that of the one that was read last.
///
/// # Errors
/// `invalid_input` about `field`.
pub fn people(
    host: &dyn Host,
    value: Option<&Value>,
    field: &'static str,
    place: &mut usize,
) -> Result<Vec<Person>> {
    let listed = match value {
        None | Some(Value::Null) => return Ok(Vec::new()),
        Some(Value::Array(list)) => list.as_slice(),
        Some(one) => std::slice::from_ref(one),
    };
    let mut people: Vec<Person> = Vec::new();
    for each in listed {
        *place += 1;
        let addresses = match each {
            Value::String(text) => {
                // Unfolding is for headers: here a line break is somebody's attempt at another field.
                Line::parse(text, field)?;
                mime::addresses(host, text)
            }
            object => vec![json::read::<Address>(object.clone()).map_err(|_| {
                Error::invalid(field, "enter complete e-mail addresses, such as ann@example.com")
            })?],
        };
        for (number, address) in addresses.iter().enumerate() {
            *place += usize::from(number > 0);
            let person = Person::parse(address, field)?;
            if !people
                .iter()
                .any(|known| known.address.is(person.address.as_str()))
            {
                people.push(person);
            }
        }
    }
    Ok(people)
}

fn files(value: Option<&Value>) -> Result<Vec<File>> {
    let list = match value {
        None | Some(Value::Null) => return Ok(Vec::new()),
        Some(Value::Array(list)) if list.len() <= FILES => list,
        Some(_) => return Err(Error::invalid("attachments", "send a list of at most 100 files")),
    };
    list.iter().map(file).collect()
}

/// A file as `mail:messageAttachmentUpload` answered it, or one of a mail with `messageId`.
fn file(value: &Value) -> Result<File> {
    let unknown = || {
        Error::invalid(
            "attachments",
            "attach the file again: it is not among the uploads",
        )
    };
    let text = |name: &str| {
        value
            .get(name)
            .and_then(Value::as_str)
            .filter(|text| !text.is_empty())
    };
    let content_id = text("contentId").map(ContentId::parse).transpose()?;
    let source = match (
        value.get("messageId").and_then(store::id_of),
        text("attachmentId"),
    ) {
        (Some(id), Some(attachment)) => Source::Mail(id, attachment.to_owned()),
        _ => Source::Upload(text("filename").ok_or_else(unknown)?.to_owned()),
    };
    let name = match source {
        Source::Upload(_) => text("originalname"),
        Source::Mail(..) => text("filename"),
    };
    Ok(File {
        source,
        filename: FileName::cleaned(name.unwrap_or_default()),
        mime_type: MediaType::cleaned(text("mimetype").or_else(|| text("mimeType")).unwrap_or_default()),
        content_id,
    })
}

fn answers(values: &Map<String, Value>) -> Result<Option<(Value, Mode)>> {
    let replied = match values.get("replyTo") {
        None | Some(Value::Null) => return Ok(None),
        Some(Value::String(text)) if text.is_empty() => return Ok(None),
        Some(Value::Object(message)) => message.get("id").cloned().unwrap_or_default(),
        Some(value) => value.clone(),
    };
    let mode = match values.get("mode").and_then(Value::as_str) {
        None | Some("") => Mode::Reply,
        Some(name) => Mode::parse(name)
            .ok_or_else(|| Error::invalid("mode", "the mode is reply, replyAll or forward"))?,
    };
    Ok(Some((replied, mode)))
}

fn send_at(value: Option<&Value>) -> Result<Option<DateTime<Utc>>> {
    let problem = || {
        Error::invalid(
            "scheduleSendAt",
            "enter a date and time such as 2026-01-31T08:00:00Z",
        )
    };
    match value {
        None | Some(Value::Null) => Ok(None),
        Some(Value::String(text)) if text.is_empty() => Ok(None),
        Some(Value::String(text)) => DateTime::parse_from_rfc3339(text)
            .map(|instant| Some(instant.to_utc()))
            .map_err(|_| problem()),
        Some(_) => Err(problem()),
    }
}
