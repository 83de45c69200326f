//! The tree of parts of a Gmail message: its bodies and its files.

use base64::Engine;
use base64::alphabet;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};

use super::super::super::http::missing;
use super::super::wire::{self, MessagePart};
use crate::error::{Error, ErrorCode, Result};
use crate::host::Host;
use crate::mime;
use crate::model::{Attachment, Body};

/// Prefix of the id that we give to a file without one; Gmail's own ids have no colon.
const PART_PREFIX: &str = "part:";

/// base64url, padded or not.
const BASE64URL: GeneralPurpose = GeneralPurpose::new(
    &alphabet::URL_SAFE,
    GeneralPurposeConfig::new()
        .with_decode_padding_mode(DecodePaddingMode::Indifferent)
        .with_decode_allow_trailing_bits(true),
);

/// What a message says and carries.
#[derive(Default)]
pub(super) struct Content {
    pub(super) body: Body,
    pub(super) attachments: Vec<Attachment>,
}

/// Walks the tree. Every part that is not a text to show becomes a file, so that nothing is lost.
pub(super) fn content(host: &dyn Host, payload: &MessagePart) -> Result<Content> {
    let mut content = Content::default();
    visit(host, payload, &mut content)?;
    Ok(content)
}

// The depth is bounded: the JSON reader refuses more than 128 levels.
fn visit(host: &dyn Host, part: &MessagePart, content: &mut Content) -> Result<()> {
    if is_file(part) {
        content.attachments.push(attachment(host, part));
        return Ok(());
    }
    for child in part.parts.iter().flatten() {
        visit(host, child, content)?;
    }
    let slot = match mime_type(part).as_str() {
        "text/html" => &mut content.body.html,
        "text/plain" | "" => &mut content.body.text,
        _ => return Ok(()),
    };
    let Some(data) = part.body.as_ref().and_then(|body| body.data.as_deref()) else {
        return Ok(());
    };
    let charset = part
        .header("Content-Type")
        .and_then(|header| mime::parameter(header, "charset"));
    let text = mime::decode_charset(host, charset.as_deref(), bytes(data)?);
    match slot {
        // Mailers that put a picture between two texts send the texts as siblings.
        Some(known) => {
            known.push('\n');
            known.push_str(&text);
        }
        None => *slot = Some(text),
    }
    Ok(())
}

fn is_file(part: &MessagePart) -> bool {
    let has_name = part.filename.as_ref().is_some_and(|name| !name.is_empty());
    let has_id = part
        .body
        .as_ref()
        .is_some_and(|body| body.attachment_id.is_some());
    let is_declared = part.header("Content-Disposition").is_some_and(|value| {
        let kind = value.split(';').next().unwrap_or_default().trim();
        kind.eq_ignore_ascii_case("attachment")
    });
    let kind = mime_type(part);
    let is_leaf = part.parts.as_ref().is_none_or(Vec::is_empty);
    let has_data = part.body.as_ref().is_some_and(|body| body.data.is_some());
    let is_text = matches!(kind.as_str(), "" | "text/plain" | "text/html");
    has_name || has_id || is_declared || (is_leaf && has_data && !is_text && !kind.starts_with("multipart/"))
}

fn attachment(host: &dyn Host, part: &MessagePart) -> Attachment {
    let id = part.body.as_ref().and_then(|body| body.attachment_id.clone());
    let part_id = part.part_id.as_deref().unwrap_or_default();
    let filename = mime::decode_words(host, part.filename.as_deref().unwrap_or_default());
    let mime_type = mime_type(part);
    Attachment {
        attachment_id: id.unwrap_or_else(|| format!("{PART_PREFIX}{part_id}")),
        filename: match (filename.is_empty(), mime_type.as_str()) {
            (false, _) => filename,
            (true, "message/rfc822") => format!("message-{part_id}.eml"),
            (true, "text/html") => format!("text-{part_id}.html"),
            (true, "text/plain") => format!("text-{part_id}.txt"),
            (true, "text/calendar") => format!("invite-{part_id}.ics"),
            (true, _) => format!("file-{part_id}"),
        },
        mime_type: if mime_type.is_empty() {
            "application/octet-stream".to_owned()
        } else {
            mime_type
        },
        content_id: part
            .header("Content-ID")
            .or_else(|| part.header("X-Attachment-Id"))
            .map(|id| id.trim().trim_matches(['<', '>']).to_owned())
            .filter(|id| !id.is_empty()),
        size: part.body.as_ref().and_then(|body| body.size),
    }
}

fn mime_type(part: &MessagePart) -> String {
    part.mime_type
        .as_deref()
        .unwrap_or_default()
        .trim()
        .to_ascii_lowercase()
}

/// Bytes from base64url.
pub(in super::super) fn bytes(data: &str) -> Result<Vec<u8>> {
    BASE64URL.decode(data.trim_end()).map_err(|_| {
        Error::new(
            ErrorCode::ResponseInvalid,
            "the provider's answer has invalid base64",
        )
    })
}

/// The part that an id of ours names.
pub(in super::super) fn part_id(attachment_id: &str) -> Option<&str> {
    attachment_id.strip_prefix(PART_PREFIX)
}

/// The bytes that stand in the part `part_id` of the message itself.
pub(in super::super) fn part_bytes(message: &wire::Message, part_id: &str) -> Result<Vec<u8>> {
    let part = message
        .payload
        .as_ref()
        .and_then(|payload| find(payload, part_id));
    let data = part.and_then(|part| part.body.as_ref()?.data.as_deref());
    bytes(data.ok_or_else(|| missing("file data"))?)
}

fn find<'a>(part: &'a MessagePart, part_id: &str) -> Option<&'a MessagePart> {
    if part.part_id.as_deref().unwrap_or_default() == part_id {
        return Some(part);
    }
    part.parts.iter().flatten().find_map(|child| find(child, part_id))
}
