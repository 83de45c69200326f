//! Batches, several calls in one request: <https://developers.google.com/workspace/gmail/api/guides/batch>.

use chrono::{DateTime, Utc};
use http::header::{CONTENT_TYPE, RETRY_AFTER};
use http::{Request, Response, StatusCode};

use super::super::http::{call_parts, costing, missing, post, resend_refused};
use super::error;
use crate::error::Result;
use crate::mime;
use crate::session::{self, Session};

/// No part can hold the delimiter: paths are percent-encoded, so that none begins a line with it.
const BOUNDARY: &str = "batch_email_manager";

/// A part's answer; `None` where it is missing or broken.
pub(super) type Part = Option<Response<Vec<u8>>>;

/// How many calls one batch may have.
pub(super) const LIMIT: usize = 100;

/// Sends the calls as one request. The answers stand in the order of the calls; `None` where one is missing.
///
/// # Errors
/// Only when the batch as a whole failed.
pub(super) async fn send(session: &Session, calls: &[Request<Vec<u8>>]) -> Result<Vec<Part>> {
    let answers = send_once(session, calls).await?;
    let complaint = |part: &Part| error::complaint(part.as_ref()?, session.host().now());
    let again = async |numbers: &[usize]| {
        let refused: Vec<_> = numbers
            .iter()
            .filter_map(|number| calls.get(*number).cloned())
            .collect();
        send_once(session, &refused).await
    };
    resend_refused(session, answers, complaint, again).await
}

async fn send_once(session: &Session, calls: &[Request<Vec<u8>>]) -> Result<Vec<Part>> {
    let request = request(&session.endpoints().batch, calls)?;
    call_parts(session, request, |response, now| {
        let parts = parse(response, now, calls.len())?;
        let complaint = parts
            .iter()
            .flatten()
            .find_map(|part| error::complaint(part, now));
        Ok((parts, complaint))
    })
    .await
}

/// The calls as one multipart request, numbered by `Content-ID`.
fn request(batch: &str, calls: &[Request<Vec<u8>>]) -> Result<Request<Vec<u8>>> {
    let mut body = String::new();
    for (number, call) in calls.iter().enumerate() {
        let path = call.uri().path_and_query().map_or("/", |path| path.as_str());
        body.push_str(&format!(
            "--{BOUNDARY}\r\nContent-Type: application/http\r\nContent-ID: <item-{number}>\r\n\r\n\
             {} {path} HTTP/1.1\r\nAccept: application/json\r\n",
            call.method()
        ));
        if !call.body().is_empty() {
            body.push_str("Content-Type: application/json\r\n");
        }
        // Bodies are JSON: text on one line, in which nothing begins with the delimiter.
        body.push_str(&format!("\r\n{}\r\n", String::from_utf8_lossy(call.body())));
    }
    body.push_str(&format!("--{BOUNDARY}--\r\n"));
    let request = post(
        batch,
        &format!("multipart/mixed; boundary={BOUNDARY}"),
        body.into_bytes(),
    )?;
    // A batch costs what its calls cost.
    Ok(costing(request, calls.iter().map(session::units).sum()))
}

/// The answers in the order of the calls, however the parts are ordered; `None` where a part is missing or broken.
fn parse(response: &Response<Vec<u8>>, now: DateTime<Utc>, count: usize) -> Result<Vec<Part>> {
    let body = error::check(response, now)?;
    let content_type = response.headers().get(CONTENT_TYPE);
    let boundary = content_type
        .and_then(|value| value.to_str().ok())
        .filter(|value| value.to_ascii_lowercase().starts_with("multipart/"))
        .and_then(|value| mime::parameter(value, "boundary"))
        .filter(|boundary| !boundary.is_empty())
        .ok_or_else(|| missing("multipart boundary"))?;
    let mut answers: Vec<Part> = std::iter::repeat_with(|| None).take(count).collect();
    for part in parts(body, format!("--{boundary}").as_bytes()) {
        if let Some((number, answer)) = read_part(part)
            && let Some(slot) = answers.get_mut(number)
        {
            *slot = Some(answer);
        }
    }
    Ok(answers)
}

/// Whether a part was refused for its token.
pub(super) fn is_unauthorized(part: &Response<Vec<u8>>) -> bool {
    part.status() == StatusCode::UNAUTHORIZED
}

/// What stands between lines that begin with the delimiter (RFC 2046 section 5.1.1).
fn parts<'a>(body: &'a [u8], delimiter: &[u8]) -> Vec<&'a [u8]> {
    let mut parts = Vec::new();
    let mut start = None;
    let mut offset = 0;
    for line in body.split_inclusive(|byte| *byte == b'\n') {
        if line.starts_with(delimiter) {
            parts.extend(start.and_then(|start| body.get(start..offset)));
            start = Some(offset + line.len());
        }
        offset += line.len();
    }
    // What follows the last delimiter is the epilogue, or a part that was cut off: no JSON then.
    parts.extend(start.and_then(|start| body.get(start..)));
    parts
}

/// A part's number and the HTTP answer in it.
fn read_part(part: &[u8]) -> Option<(usize, Response<Vec<u8>>)> {
    let (part_head, message) = split_head(part)?;
    let number = header(part_head, "content-id")?
        .trim_matches(['<', '>'])
        .strip_prefix("response-item-")?
        .parse()
        .ok()?;
    let (head, body) = split_head(message)?;
    let status = head
        .lines()
        .next()?
        .split_whitespace()
        .nth(1)?
        .parse::<u16>()
        .ok()?;
    let mut answer = Response::builder().status(status);
    if let Some(wait) = header(head, "retry-after") {
        answer = answer.header(RETRY_AFTER, wait);
    }
    Some((number, answer.body(body.to_vec()).ok()?))
}

/// Headers and what follows the empty line.
fn split_head(bytes: &[u8]) -> Option<(&str, &[u8])> {
    let mut offset = 0;
    for line in bytes.split_inclusive(|byte| *byte == b'\n') {
        if line.iter().all(u8::is_ascii_whitespace) && offset > 0 {
            let head = std::str::from_utf8(bytes.get(..offset)?).ok()?;
            return Some((head, bytes.get(offset + line.len()..)?));
        }
        offset += line.len();
    }
    None
}

fn header<'a>(head: &'a str, name: &str) -> Option<&'a str> {
    head.lines()
        .filter_map(|line| line.split_once(':'))
        .find(|(key, _)| key.trim().eq_ignore_ascii_case(name))
        .map(|(_, value)| value.trim())
}
