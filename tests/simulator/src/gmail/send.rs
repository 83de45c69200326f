//! `messages.send`: an RFC 5322 message in `raw`, stored among the sent ones.

use base64::Engine;
use base64::alphabet;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};

use super::resource::index_of;
use serde_json::Value;

use super::{Call, Outcome, error, modify};
use crate::answer::text;
use crate::gmail::error::ApiError;
use crate::mail::{Mail, parse};
use crate::mailbox::{FolderSlot, Mailbox, label};

/// Base64url, padded or not, as the API takes it.
const BASE64URL: GeneralPurpose = GeneralPurpose::new(
    &alphabet::URL_SAFE,
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

pub(super) fn send(call: &mut Call<'_>) -> Outcome {
    let raw = raw(&call.body)?;
    let thread = text(&call.body, "threadId").to_owned();
    mail(call.mailbox, &raw, &thread, call.now_ms).map(Some)
}

/// The bytes in `raw`.
pub(super) fn raw(message: &Value) -> Result<Vec<u8>, ApiError> {
    BASE64URL
        .decode(text(message, "raw"))
        .ok()
        .filter(|raw| !raw.is_empty())
        .ok_or_else(|| {
            error::invalid_argument(
                "'raw' RFC822 payload message string or uploading message via /upload/* URL required",
            )
        })
}

/// Sends a mail at once: what `messages.send` answers.
pub(super) fn mail(
    mailbox: &mut Mailbox,
    raw: &[u8],
    thread_id: &str,
    now_ms: i64,
) -> Result<Value, ApiError> {
    let mut mail = parse::parse(raw).ok_or_else(|| error::invalid_argument("Invalid raw message"))?;
    has_recipients(&mail)?;
    let thread = thread(mailbox, thread_id)?;
    complete(mailbox, &mut mail, now_ms);
    Ok(insert_sent(mailbox, mail, thread, now_ms))
}

pub(super) fn has_recipients(mail: &Mail) -> Result<(), ApiError> {
    if mail.to.is_empty() && mail.cc.is_empty() && mail.bcc.is_empty() {
        return Err(error::invalid_argument("Recipient address required"));
    }
    Ok(())
}

/// The conversation with an id, where it has any mail still; none for an empty one.
pub(super) fn thread(mailbox: &Mailbox, id: &str) -> Result<Option<u32>, ApiError> {
    if id.is_empty() {
        return Ok(None);
    }
    let first = index_of(mailbox, id).and_then(|index| mailbox.entries.get(index as usize));
    first
        .map(|entry| entry.thread)
        .filter(|thread| !mailbox.members(*thread).is_empty())
        .map(Some)
        .ok_or_else(error::not_found)
}

/// Adds what a client may leave out.
pub(super) fn complete(mailbox: &Mailbox, mail: &mut Mail, now_ms: i64) {
    if mail.message_id.is_none() {
        let (seed, number) = (mailbox.seed, mailbox.entries.len());
        mail.message_id = Some(format!("<CA{seed:x}.{number:x}@mail.gmail.example>"));
    }
    if mail.from.is_none() {
        mail.from = Some(mailbox.owner.address.clone());
    }
    mail.date_ms = mail.date_ms.or(Some(now_ms));
}

/// Puts a mail among the sent ones, at once or when it shall show.
pub(super) fn insert_sent(mailbox: &mut Mailbox, mail: Mail, thread: Option<u32>, now_ms: i64) -> Value {
    let own = mailbox.email().to_owned();
    let to_self = mail
        .to
        .iter()
        .chain(&mail.cc)
        .chain(&mail.bcc)
        .any(|to| to.email == own);
    let labels = if to_self {
        label::SENT | label::INBOX | label::UNREAD
    } else {
        label::SENT
    };
    let index = mailbox.insert(mail, thread, now_ms, labels, FolderSlot::SENT);
    let answer = modify::brief(mailbox, index);
    mailbox.dispatched(index, now_ms);
    if mailbox.post.delay_ms > 0 {
        mailbox.conceal(index);
    }
    answer
}
