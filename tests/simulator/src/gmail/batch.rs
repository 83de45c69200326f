//! `/batch/gmail/v1`: several calls in one multipart/mixed body, each with its own answer.
//! <https://developers.google.com/workspace/gmail/api/guides/batch>

use http::{Method, header};

use super::error::{ApiError, invalid_argument};
use crate::answer::{Request, Response, request_header, response};

/// Most calls in one batch.
const MOST: usize = 100;

/// One call of a batch: its Content-ID and the request in it.
pub(crate) struct Piece {
    content_id: String,
    pub(crate) request: Request,
}

/// Takes a batch apart. Calls inherit the Authorization of the whole unless they have their own.
pub(crate) fn split(request: &Request) -> Result<Vec<Piece>, ApiError> {
    let content_type = request_header(request, "content-type");
    let boundary = content_type
        .split(';')
        .filter_map(|parameter| parameter.trim().strip_prefix("boundary="))
        .map(|value| value.trim_matches('"'))
        .find(|value| !value.is_empty())
        .filter(|_| content_type.starts_with("multipart/mixed"))
        .ok_or_else(|| {
            invalid_argument("Failed to parse batch request, error: Bad multipart request: no boundary.")
        })?;
    let body = String::from_utf8_lossy(request.body()).replace("\r\n", "\n");
    let delimiter = format!("--{boundary}");
    let mut pieces = Vec::new();
    for part in body.split(delimiter.as_str()).skip(1) {
        if part.starts_with("--") {
            break;
        }
        let piece = parse(part.trim_start_matches('\n'), request)
            .ok_or_else(|| invalid_argument("Failed to parse batch request, error: bad part."))?;
        pieces.push(piece);
        if pieces.len() > MOST {
            return Err(invalid_argument(
                "The batch request exceeded the maximum number of calls: 100.",
            ));
        }
    }
    if pieces.is_empty() {
        return Err(invalid_argument(
            "Failed to parse batch request, error: no parts.",
        ));
    }
    Ok(pieces)
}

fn parse(part: &str, outer: &Request) -> Option<Piece> {
    let (part_headers, inner) = part.split_once("\n\n")?;
    let content_id = part_headers
        .lines()
        .filter_map(|line| line.split_once(':'))
        .find(|(name, _)| name.trim().eq_ignore_ascii_case("content-id"))
        .map(|(_, value)| value.trim().to_owned())
        .unwrap_or_default();
    let (head, body) = inner.split_once("\n\n").unwrap_or((inner, ""));
    let mut lines = head.trim_start_matches('\n').lines();
    let mut words = lines.next()?.split_whitespace();
    let method = Method::from_bytes(words.next()?.as_bytes()).ok()?;
    let target = words.next()?;
    let mut builder = http::Request::builder().method(method).uri(target);
    let mut authorized = false;
    for (name, value) in lines.filter_map(|line| line.split_once(':')) {
        authorized |= name.trim().eq_ignore_ascii_case("authorization");
        builder = builder.header(name.trim(), value.trim());
    }
    if let (false, Some(value)) = (authorized, outer.headers().get(header::AUTHORIZATION)) {
        builder = builder.header(header::AUTHORIZATION, value);
    }
    let request = builder
        .body(body.trim_end_matches('\n').as_bytes().to_vec())
        .ok()?;
    Some(Piece { content_id, request })
}

/// Puts the answers together.
pub(crate) fn join(answers: Vec<(Piece, Response)>) -> Response {
    let boundary = format!("batch_{:016x}", answers.len() as u64 + 0x51AB_0C0D_E000);
    let mut body = Vec::new();
    for (piece, answer) in answers {
        let id = match piece.content_id.strip_prefix('<') {
            Some(rest) => format!("<response-{rest}"),
            None => format!("response-{}", piece.content_id),
        };
        let mut head = format!("--{boundary}\r\nContent-Type: application/http\r\n");
        if !piece.content_id.is_empty() {
            head.push_str(&format!("Content-ID: {id}\r\n"));
        }
        let reason = answer.status().canonical_reason().unwrap_or("Unknown");
        head.push_str(&format!("\r\nHTTP/1.1 {} {reason}\r\n", answer.status().as_u16()));
        for (name, value) in answer.headers() {
            head.push_str(&format!("{name}: {}\r\n", value.to_str().unwrap_or_default()));
        }
        head.push_str(&format!("Content-Length: {}\r\n\r\n", answer.body().len()));
        body.extend_from_slice(head.as_bytes());
        body.extend_from_slice(answer.body());
        body.extend_from_slice(b"\r\n");
    }
    body.extend_from_slice(format!("--{boundary}--\r\n").as_bytes());
    response(200, &format!("multipart/mixed; boundary={boundary}"), body)
}
