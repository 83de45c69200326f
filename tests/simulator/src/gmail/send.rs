//! `messages.send`: an RFC 5322 message in `raw`, stored among the sent ones.

use base64::Engine;
use base64::alphabet;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};

use super::resource::index_of;
use super::{Call, Outcome, error, modify};
use crate::answer::text;
use crate::mail::parse;
use crate::mailbox::{FolderSlot, label};

/// Base64url, padded or not, as the API takes it.
const BASE64URL: GeneralPurpose = GeneralPurpose::new(
    &alphabet::URL_SAFE,
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

pub(super) fn send(call: &mut Call<'_>) -> Outcome {
    let raw = BASE64URL
        .decode(text(&call.body, "raw"))
        .ok()
        .filter(|raw| !raw.is_empty())
        .ok_or_else(|| {
            error::invalid_argument(
                "'raw' RFC822 payload message string or uploading message via /upload/* URL required",
            )
        })?;
    let mut mail = parse::parse(&raw).ok_or_else(|| error::invalid_argument("Invalid raw message"))?;
    if mail.to.is_empty() && mail.cc.is_empty() && mail.bcc.is_empty() {
        return Err(error::invalid_argument("Recipient address required"));
    }
    let thread = match text(&call.body, "threadId") {
        "" => None,
        id => {
            let first = index_of(call.mailbox, id).and_then(|index| call.mailbox.entries.get(index as usize));
            Some(first.map(|entry| entry.thread).ok_or_else(error::not_found)?)
        }
    };
    if mail.message_id.is_none() {
        mail.message_id = Some(format!(
            "<CA{:x}.{:x}@mail.gmail.example>",
            call.mailbox.seed,
            call.mailbox.entries.len()
        ));
    }
    if mail.from.is_none() {
        mail.from = Some(call.mailbox.owner.address.clone());
    }
    mail.date_ms = mail.date_ms.or(Some(call.now_ms));
    let own = call.mailbox.email().to_owned();
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
    let index = call
        .mailbox
        .insert(mail, thread, call.now_ms, labels, FolderSlot::SENT);
    Ok(Some(modify::brief(call.mailbox, index)))
}
