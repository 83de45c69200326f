//! Attachments and inline images: of mails at their provider, of drafts, and of what is on its way out.

use std::collections::BTreeMap;

use serde_json::Value;

use super::{Access, Action};
use crate::host::Content;
use crate::mail::access::Part;
use crate::mail::{read, remote};
use crate::plugin::ActionResponse;
use crate::plugin::call::{Answered, Call, parameter, required};

/// The actions of this file.
pub(super) const ACTIONS: &[Action] = &[
    Action {
        resource: "mail",
        name: "messageAttachmentGet",
        access: Access::LoggedIn,
        answer: |call| Box::pin(attachment(call)),
    },
    Action {
        resource: "mail",
        name: "messageContentPreview",
        access: Access::LoggedIn,
        answer: |call| Box::pin(inline_image(call)),
    },
];

async fn attachment(call: Call<'_>) -> Answered {
    let id = read::identifier(parameter(&call, "id").unwrap_or(&Value::Null), "id")?;
    let wanted = required(&call, "attachmentId")?;
    let (attachment, content) =
        remote::open_attachment(call.host, call.user.id, id, |each| each.attachment_id == wanted).await?;
    let name = percent_encode(&attachment.filename);
    Ok(ActionResponse {
        content: Some(content),
        headers: BTreeMap::from([
            // What the sender declares is not believed: the browser saves the file and never shows it.
            ("Content-Type", "application/octet-stream".to_owned()),
            (
                "Content-Disposition",
                format!("attachment; filename*=UTF-8''{name}"),
            ),
            ("X-Content-Type-Options", "nosniff".to_owned()),
        ]),
        ..ActionResponse::default()
    })
}

async fn inline_image(call: Call<'_>) -> Answered {
    let id = read::identifier(parameter(&call, "messageId").unwrap_or(&Value::Null), "messageId")?;
    let wanted = required(&call, "contentId")?.trim_matches(['<', '>']);
    let (attachment, bytes) = remote::attachment(call.host, call.user.id, id, Part::Image, |each| {
        let declared = each.mime_type.to_ascii_lowercase();
        each.content_id.as_deref() == Some(wanted) && SHOWN_PICTURES.contains(&declared.as_str())
    })
    .await?;
    Ok(shown_picture(attachment.mime_type.to_ascii_lowercase(), bytes))
}

/// The types of pictures that a page may show.
pub(super) const SHOWN_PICTURES: [&str; 5] =
    ["image/png", "image/jpeg", "image/gif", "image/webp", "image/bmp"];

/// An answer that is a picture and nothing else to the browser.
pub(super) fn shown_picture(kind: String, bytes: Vec<u8>) -> ActionResponse {
    ActionResponse {
        content: Some(Content::Whole(bytes)),
        headers: BTreeMap::from([
            ("Content-Type", kind),
            (
                "Content-Security-Policy",
                "default-src 'none'; sandbox".to_owned(),
            ),
            ("X-Content-Type-Options", "nosniff".to_owned()),
        ]),
        ..ActionResponse::default()
    }
}

/// RFC 8187: everything but attr-char as UTF-8 octets in percent form.
fn percent_encode(name: &str) -> String {
    name.bytes().fold(String::new(), |mut encoded, byte| {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => {
                encoded.push(char::from(byte))
            }
            _ => encoded.push_str(&format!("%{byte:02X}")),
        }
        encoded
    })
}
