//! Uploads of mails: simple and multipart ones in a request, resumable ones in many.
//! <https://developers.google.com/workspace/gmail/api/guides/uploads>

use http::header::{LOCATION, RANGE};
use serde_json::{Value, json as value};

use super::{drafts, error, send};
use crate::answer::{self, Parameters, Request, Response, json, json_body, request_header, set_header};
use crate::gmail::error::ApiError;
use crate::mailbox::{Mailbox, post::UploadKind};

/// Parts of an upload, but for the last one, are multiples of this.
const UNIT: usize = 256 * 1024;
/// The longest mail.
const LONGEST: u64 = 36_700_160;

/// Answers a request below `/upload/gmail/v1/users/me`.
pub(crate) fn handle(
    mailbox: &mut Mailbox,
    path: &[&str],
    request: &Request,
    origin: &str,
    now_ms: i64,
) -> Response {
    let is_draft = match (request.method().as_str(), path) {
        ("POST" | "PUT", ["drafts"]) => true,
        ("POST" | "PUT", ["messages", "send"]) => false,
        _ => return error::not_found().response(),
    };
    let query = Parameters::of_query(request);
    let outcome = match (query.get("uploadType"), query.get("upload_id")) {
        ("resumable", "") => begin(mailbox, request, is_draft, origin),
        ("resumable", token) => go_on(mailbox, request, token, now_ms),
        ("multipart", _) => multipart(request).and_then(|(metadata, raw)| {
            done(mailbox, &raw, &thread_of(&metadata, is_draft), is_draft, now_ms)
        }),
        _ => done(mailbox, request.body(), "", is_draft, now_ms),
    };
    outcome.unwrap_or_else(|error| error.response())
}

fn thread_of(metadata: &Value, is_draft: bool) -> String {
    let message = match is_draft {
        true => metadata.get("message").cloned().unwrap_or_default(),
        false => metadata.clone(),
    };
    answer::text(&message, "threadId").to_owned()
}

fn begin(
    mailbox: &mut Mailbox,
    request: &Request,
    is_draft: bool,
    origin: &str,
) -> Result<Response, ApiError> {
    let size = request_header(request, "x-upload-content-length")
        .parse()
        .unwrap_or(0);
    if size > LONGEST {
        return Err(error::error(
            413,
            "INVALID_ARGUMENT",
            "uploadTooLarge",
            "Request Entity Too Large",
        ));
    }
    let thread = thread_of(&json_body(request), is_draft);
    let token = mailbox.begin_upload(UploadKind::Mail { thread, is_draft }, size);
    let mut response = answer::empty(200);
    let location = format!("{origin}{}&upload_id={token}", request.uri());
    set_header(&mut response, LOCATION, &location);
    Ok(response)
}

fn go_on(mailbox: &mut Mailbox, request: &Request, token: &str, now_ms: i64) -> Result<Response, ApiError> {
    let place = mailbox
        .post
        .uploads
        .iter()
        .position(|upload| upload.token == token);
    let place = place.ok_or_else(error::not_found)?;
    let upload = mailbox.post.uploads.get_mut(place).ok_or_else(error::not_found)?;
    let range = request_header(request, "content-range")
        .trim_start_matches("bytes ")
        .to_owned();
    if !range.starts_with('*') {
        let start = range
            .split('-')
            .next()
            .and_then(|start| start.parse::<usize>().ok());
        let is_last = upload.data.len() + request.body().len() == upload.size as usize;
        if start != Some(upload.data.len()) || !(is_last || request.body().len().is_multiple_of(UNIT)) {
            return Err(error::invalid_argument("Failed to parse Content-Range header."));
        }
        upload.data.extend_from_slice(request.body());
    }
    if (upload.data.len() as u64) < upload.size {
        let mut response = answer::empty(308);
        if let Some(last) = upload.data.len().checked_sub(1) {
            set_header(&mut response, RANGE, &format!("bytes=0-{last}"));
        }
        return Ok(response);
    }
    let upload = mailbox.post.uploads.remove(place);
    match upload.kind {
        UploadKind::Mail { thread, is_draft } => done(mailbox, &upload.data, &thread, is_draft, now_ms),
        UploadKind::File { .. } => Err(error::not_found()),
    }
}

fn done(
    mailbox: &mut Mailbox,
    raw: &[u8],
    thread: &str,
    is_draft: bool,
    now_ms: i64,
) -> Result<Response, ApiError> {
    if raw.len() as u64 > LONGEST {
        return Err(error::error(
            413,
            "INVALID_ARGUMENT",
            "uploadTooLarge",
            "Request Entity Too Large",
        ));
    }
    let body = match is_draft {
        true => drafts::insert(mailbox, raw, thread, now_ms)?,
        false => send::mail(mailbox, raw, thread, now_ms)?,
    };
    Ok(json(200, &body))
}

/// The metadata and the mail in a `multipart/related` body.
fn multipart(request: &Request) -> Result<(Value, Vec<u8>), ApiError> {
    let broken = || error::invalid_argument("Malformed multipart body.");
    let kind = request_header(request, "content-type");
    let boundary = kind.split("boundary=").nth(1).ok_or_else(broken)?;
    let delimiter = format!(
        "--{}",
        boundary.split(';').next().unwrap_or_default().trim_matches('"')
    );
    let body = String::from_utf8_lossy(request.body());
    let mut parts = body.split(delimiter.as_str()).skip(1);
    let content = |part: Option<&str>| {
        let (_, content) = part?.split_once("\r\n\r\n")?;
        Some(content.strip_suffix("\r\n").unwrap_or(content).to_owned())
    };
    let metadata = content(parts.next()).ok_or_else(broken)?;
    let mail = content(parts.next()).ok_or_else(broken)?;
    Ok((
        serde_json::from_str(&metadata).unwrap_or_else(|_| value!({})),
        mail.into_bytes(),
    ))
}
