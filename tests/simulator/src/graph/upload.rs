//! Upload sessions of files: <https://learn.microsoft.com/graph/outlook-large-attachments>. Their addresses answer
//! whoever knows them, and refuse tokens.

use serde_json::{Value, json};

use super::error::{self, ApiError};
use super::{Call, Outcome, ids, reply};
use crate::answer::{self, Request, Response, request_header, text};
use crate::dates::iso8601;
use crate::mail::Attachment;
use crate::mailbox::{Mailbox, label, post::UploadKind};

/// Files up to this size are sent in one request, larger ones in a session.
const LEAST: u64 = 3 * 1024 * 1024;
/// The largest file.
const MOST: u64 = 150 * 1024 * 1024;
/// The most bytes of one part.
const PART: usize = 4 * 1024 * 1024;

pub(super) fn begin(call: &mut Call<'_>, id: &str) -> Outcome {
    let index = ids::find(call.mailbox, id)?;
    let is_draft = call
        .mailbox
        .entry(index)
        .is_some_and(|entry| entry.has(label::DRAFT));
    if !is_draft {
        return Err(error::error(
            400,
            "ErrorInvalidOperation",
            "The item is not a draft.",
        ));
    }
    let item = call.json.get("AttachmentItem").cloned().unwrap_or_default();
    let size = item.get("size").and_then(Value::as_u64).unwrap_or(0);
    if !(LEAST..=MOST).contains(&size)
        || text(&item, "attachmentType") != "file"
        || text(&item, "name").is_empty()
    {
        return Err(error::error(
            400,
            "ErrorAttachmentSizeShouldNotBeLessThanMinimumSize",
            "Attachment size must be greater than the minimum size.",
        ));
    }
    let kind = UploadKind::File {
        draft: index,
        name: text(&item, "name").to_owned(),
        mime_type: text(&item, "contentType").to_owned(),
        content_id: item.get("contentId").and_then(Value::as_str).map(str::to_owned),
        inline: item.get("isInline").and_then(Value::as_bool).unwrap_or(false),
    };
    let token = call.mailbox.begin_upload(kind, size);
    Ok(reply(
        201,
        &json!({
            "@odata.context": call.context("microsoft.graph.uploadSession"),
            "uploadUrl": format!("{}/microsoft/upload/{token}", call.origin),
            "expirationDateTime": iso8601(call.now_ms + 3_600_000),
            "nextExpectedRanges": ["0-"],
        }),
    ))
}

/// Answers a request to a session: a part of the file, or how far it is.
pub(crate) fn go_on(mailboxes: &mut [Mailbox], token: &str, request: &Request, now_ms: i64) -> Response {
    part(mailboxes, token, request, now_ms).unwrap_or_else(|error| error.response(request, now_ms))
}

fn part(
    mailboxes: &mut [Mailbox],
    token: &str,
    request: &Request,
    now_ms: i64,
) -> Result<Response, ApiError> {
    if !request_header(request, "authorization").is_empty() {
        return Err(error::unauthenticated(true));
    }
    let is_named = |mailbox: &Mailbox| {
        mailbox
            .post
            .uploads
            .iter()
            .position(|upload| upload.token == token)
    };
    let mailbox = mailboxes.iter_mut().find(|mailbox| is_named(mailbox).is_some());
    let mailbox = mailbox.ok_or_else(error::not_found)?;
    let place = is_named(mailbox).ok_or_else(error::not_found)?;
    let upload = mailbox.post.uploads.get_mut(place).ok_or_else(error::not_found)?;
    if request.method() == http::Method::PUT {
        let range = request_header(request, "content-range").trim_start_matches("bytes ");
        let start = range
            .split('-')
            .next()
            .and_then(|start| start.parse::<usize>().ok());
        let is_ordered = start == Some(upload.data.len());
        if !is_ordered || request.body().is_empty() || request.body().len() > PART {
            return Err(error::error(
                416,
                "ErrorInvalidRange",
                "The range is not the next expected one.",
            ));
        }
        upload.data.extend_from_slice(request.body());
    }
    if (upload.data.len() as u64) < upload.size {
        return Ok(answer::json(
            200,
            &json!({
                "expirationDateTime": iso8601(now_ms + 3_600_000),
                "nextExpectedRanges": [format!("{}-", upload.data.len())],
            }),
        ));
    }
    let upload = mailbox.post.uploads.remove(place);
    let UploadKind::File {
        draft,
        name,
        mime_type,
        content_id,
        inline,
    } = upload.kind
    else {
        return Err(error::not_found());
    };
    let file = Attachment {
        filename: name,
        mime_type,
        content_id,
        inline,
        data: upload.data,
        filler: 0,
    };
    mailbox.rewrite(draft, |mail| mail.attachments.push(file));
    Ok(answer::empty(201))
}
