//! What the methods of both providers share: building requests, reading JSON, waiting times and links.

use std::fmt::Write as _;

use chrono::{DateTime, TimeDelta, Utc};
use http::header::{ACCEPT, CONTENT_TYPE, HeaderMap, RETRY_AFTER};
use http::{Method, Request, Response};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;
use url::Url;

use crate::error::{Error, ErrorCode, Result};
use crate::host::Content;
use crate::json::{self, Mismatch};
use crate::mime;
use crate::model::{BoxType, Folder};
use crate::quota::{self, Units};
use crate::session::{self, Session};

mod lenient;

/// Sends `request` and reads the answer with a method's `parse`, which gets the time to understand dates to wait for.
pub(super) async fn call<T>(
    session: &Session,
    request: Request<Vec<u8>>,
    parse: impl FnOnce(&Response<Vec<u8>>, DateTime<Utc>) -> Result<T>,
) -> Result<T> {
    let units = session::units(&request);
    let response = session.send(request).await?;
    let outcome = parse(&response, session.host().now());
    session.learn(units, &outcome);
    outcome
}

/// Sends `request` for a file. What the host hands on is the file; anything else is read with the method's `parse`.
pub(super) async fn open(
    session: &Session,
    request: Request<Vec<u8>>,
    parse: impl FnOnce(&Response<Vec<u8>>, DateTime<Utc>) -> Result<Vec<u8>>,
) -> Result<Content> {
    let units = session::units(&request);
    let (head, content) = session.open(request).await?.into_parts();
    let outcome = match content {
        Content::Stream(_) => Ok(content),
        Content::Whole(bytes) => {
            let response = Response::from_parts(head, bytes);
            parse(&response, session.host().now()).map(Content::Whole)
        }
    };
    session.learn(units, &outcome);
    outcome
}

/// Sends a batch. `parse` returns the answers, and the error of a part that asks to slow down, where one does.
pub(super) async fn call_parts<T>(
    session: &Session,
    request: Request<Vec<u8>>,
    parse: impl FnOnce(&Response<Vec<u8>>, DateTime<Utc>) -> Result<(T, Option<Error>)>,
) -> Result<T> {
    let units = session::units(&request);
    let response = session.send(request).await?;
    match parse(&response, session.host().now()) {
        Ok((answers, complaint)) => {
            session.learn(units, &complaint.map_or(Ok(()), Err));
            Ok(answers)
        }
        Err(error) => {
            let outcome = Err(error);
            session.learn(units, &outcome);
            outcome
        }
    }
}

/// Sends parts of a batch again that were refused only because there was too much at once, as long as the wait is a
/// short one. What is refused still, stays so.
///
/// # Errors
/// What [`Session`]'s host reports while waiting.
pub(super) async fn resend_refused<T>(
    session: &Session,
    mut answers: Vec<T>,
    complaint: impl Fn(&T) -> Option<Error>,
    send: impl AsyncFn(&[usize]) -> Result<Vec<T>>,
) -> Result<Vec<T>> {
    const ROUNDS: u32 = 2;
    for round in 0..ROUNDS {
        let complaints: Vec<(usize, Error)> = answers
            .iter()
            .enumerate()
            .filter_map(|(number, answer)| complaint(answer).map(|error| (number, error)))
            .collect();
        let asked = complaints
            .iter()
            .filter_map(|(_, error)| error.retry_after_seconds());
        let seconds = asked.max().unwrap_or(1 << round);
        let wait = i64::try_from(seconds).ok().and_then(TimeDelta::try_seconds);
        let Some(milliseconds) = wait
            .filter(|wait| !complaints.is_empty() && *wait <= quota::SHORT_WAIT)
            .and_then(|wait| u32::try_from(wait.num_milliseconds()).ok())
        else {
            return Ok(answers);
        };
        session.host().sleep(milliseconds).await?;
        let numbers: Vec<usize> = complaints.into_iter().map(|(number, _)| number).collect();
        let Ok(again) = send(&numbers).await else {
            return Ok(answers);
        };
        for (number, answer) in numbers.into_iter().zip(again) {
            if let Some(slot) = answers.get_mut(number) {
                *slot = answer;
            }
        }
    }
    Ok(answers)
}

/// Asks for all of these, and for fewer of them at a time where the answer is too long: one large mail doesn't keep others
/// from being read. What is too long even alone has that as its own outcome.
///
/// # Errors
/// What `ask` reports but for that.
pub(super) async fn in_pieces<T, A>(
    all: &[T],
    ask: impl AsyncFn(&[T]) -> Result<Vec<A>>,
) -> Result<Vec<Result<A>>> {
    let mut answers = Vec::with_capacity(all.len());
    let mut pieces = vec![all];
    while let Some(piece) = pieces.pop() {
        match ask(piece).await {
            Ok(some) => answers.extend(some.into_iter().map(Ok)),
            Err(error) if error.is_too_large() && piece.len() > 1 => {
                let (first, second) = piece.split_at(piece.len() / 2);
                pieces.extend([second, first]);
            }
            Err(error) if error.is_too_large() => answers.push(Err(oversized().because(error))),
            Err(error) => return Err(error),
        }
    }
    Ok(answers)
}

/// The error about a mail that is beyond what is read at once.
fn oversized() -> Error {
    Error::new(
        ErrorCode::ProviderRejected,
        "the mail is too large to be read: open it at the provider",
    )
    .too_large()
}

/// The request at its price in the provider's quota units.
pub(super) fn costing(mut request: Request<Vec<u8>>, units: u32) -> Request<Vec<u8>> {
    request.extensions_mut().insert(Units(units));
    request
}

/// A request without a body.
///
/// # Errors
/// `internal` where the address is none.
pub(super) fn get(address: &str) -> Result<Request<Vec<u8>>> {
    Request::builder()
        .method(Method::GET)
        .uri(address)
        .header(ACCEPT, "application/json")
        .body(Vec::new())
        .map_err(unbuildable)
}

/// A POST of `body`.
///
/// # Errors
/// `internal` where the address is none.
pub(super) fn post(address: &str, content_type: &str, body: Vec<u8>) -> Result<Request<Vec<u8>>> {
    Request::builder()
        .method(Method::POST)
        .uri(address)
        .header(ACCEPT, "application/json")
        .header(CONTENT_TYPE, content_type)
        .body(body)
        .map_err(unbuildable)
}

/// A POST of `body` as JSON.
///
/// # Errors
/// `internal` where the address is none or the body can't be serialised.
pub(super) fn post_json(address: &str, body: &impl Serialize) -> Result<Request<Vec<u8>>> {
    let body = serde_json::to_vec(body).map_err(|error| {
        Error::new(ErrorCode::Internal, "a request could not be written as JSON").because(error)
    })?;
    post(address, "application/json", body)
}

fn unbuildable(error: http::Error) -> Error {
    Error::new(ErrorCode::Internal, "a request could not be built").because(error)
}

/// Reads JSON. The error tells where the answer went wrong, never what it said.
///
/// # Errors
/// `response_invalid` for anything else than JSON of the expected shape.
pub(super) fn json<T: DeserializeOwned>(body: &[u8]) -> Result<T> {
    shaped(value(body)?)
}

/// Reads JSON of any shape; letters that are none become U+FFFD.
///
/// # Errors
/// `response_invalid` for anything else than JSON.
pub(super) fn value(body: &[u8]) -> Result<Value> {
    lenient::value(body).map_err(|error| {
        let sentence = match error.is_eof() {
            true => "the provider's answer ends too early",
            false => "the provider's answer is not JSON",
        };
        // The error's own text quotes the value that was found there.
        let place = format!("line {}, column {}", error.line(), error.column());
        Error::new(ErrorCode::ResponseInvalid, sentence).because(place)
    })
}

/// Reads an answer, or a part of it, that has come as JSON.
///
/// # Errors
/// `response_invalid` for an unexpected shape.
pub(super) fn shaped<T: DeserializeOwned>(value: Value) -> Result<T> {
    json::read(value).map_err(|mismatch| misshapen(&mismatch))
}

fn misshapen(mismatch: &Mismatch) -> Error {
    let sentence = "the provider's answer has an unexpected shape";
    Error::new(ErrorCode::ResponseInvalid, sentence).because(mismatch.to_string())
}

/// The error for an answer that lacks `what`.
pub(super) fn missing(what: &str) -> Error {
    Error::new(
        ErrorCode::ResponseInvalid,
        format!("the provider's answer has no {what}"),
    )
}

/// How many seconds the provider asks to wait (RFC 9110 section 10.2.3): a number of them, or a date.
pub(super) fn retry_after(headers: &HeaderMap, now: DateTime<Utc>) -> Option<u64> {
    parse_retry_after(headers.get(RETRY_AFTER)?.to_str().ok()?, now)
}

/// The same, from the header's value.
pub(super) fn parse_retry_after(value: &str, now: DateTime<Utc>) -> Option<u64> {
    /// Nobody is asked to wait longer than a day.
    const LONGEST: u64 = 86_400;
    let value = value.trim();
    let seconds = match value.split('.').next().unwrap_or_default().parse::<u64>() {
        Ok(seconds) => seconds,
        Err(_) => u64::try_from((mime::date(value)? - now).num_seconds()).unwrap_or(0),
    };
    Some(seconds.min(LONGEST))
}

/// A name from an error's body that may stand in a message: a word, never a sentence of the provider.
pub(super) fn reason(text: &str) -> Option<&str> {
    let is_word = text
        .bytes()
        .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.'));
    (is_word && (1..=64).contains(&text.len())).then_some(text)
}

/// An id as one segment of a path.
///
/// # Errors
/// `response_invalid` where it would lead elsewhere: ids come from the provider.
pub(super) fn segment(id: &str) -> Result<String> {
    if matches!(id, "" | "." | "..") || id.len() > 2048 {
        return Err(Error::new(
            ErrorCode::ResponseInvalid,
            "the id of an item is unusable",
        ));
    }
    let mut encoded = String::with_capacity(id.len());
    for byte in id.bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'~' | b'=' => {
                encoded.push(char::from(byte));
            }
            _ => {
                // Writing to a string can't fail.
                let _ = write!(encoded, "%{byte:02X}");
            }
        }
    }
    Ok(encoded)
}

/// `address` with a query.
pub(super) fn with_query(address: &str, pairs: &[(&str, &str)]) -> String {
    let query = url::form_urlencoded::Serializer::new(String::new())
        .extend_pairs(pairs)
        .finish();
    // OData reads a plus sign in `$filter` as a space only in some places; %20 is one everywhere.
    format!("{address}?{}", query.replace('+', "%20"))
}

/// A link from an answer, as an address that may be called with the mailbox's token.
///
/// # Errors
/// `response_invalid` where it isn't of the API's own origin.
pub(super) fn own_link(api: &str, link: &str) -> Result<String> {
    let foreign = || {
        Error::new(
            ErrorCode::ResponseInvalid,
            "the provider's answer continues at another address than its API's",
        )
    };
    let api = Url::parse(api)
        .map_err(|error| Error::new(ErrorCode::Internal, "the API's address is invalid").because(error))?;
    let link = Url::parse(link).map_err(|_| foreign())?;
    let is_own = api.origin() == link.origin()
        && api.origin().is_tuple()
        && link.username().is_empty()
        && link.password().is_none();
    is_own.then(|| link.into()).ok_or_else(foreign)
}

/// Folders in the order in which pages show their boxes; within a box the order stays.
pub(super) fn sorted_by_box(folders: Vec<Folder>) -> Vec<Folder> {
    let mut sorted = Vec::with_capacity(folders.len());
    let mut rest = folders;
    for box_type in BoxType::ALL {
        sorted.extend(rest.extract_if(.., |folder| folder.box_type == box_type));
    }
    sorted
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waiting_times_are_seconds_or_dates() {
        let now = DateTime::from_timestamp(1_772_366_400, 0).unwrap();
        let wait = |text| parse_retry_after(text, now);
        assert_eq!(wait("120"), Some(120));
        assert_eq!(wait(" 1.5 "), Some(1));
        assert_eq!(wait("Sun, 01 Mar 2026 12:00:30 GMT"), Some(30));
        assert_eq!(wait("Sun, 01 Mar 2020 12:00:30 GMT"), Some(0));
        assert_eq!(wait("99999999999"), Some(86_400));
        assert_eq!(wait("soon"), None);
        assert_eq!(wait("-5"), None);
    }

    #[test]
    fn ids_stay_one_segment() {
        assert_eq!(segment("AAMk-_x==").unwrap(), "AAMk-_x==");
        assert_eq!(segment("a/b?c#d\r\n%").unwrap(), "a%2Fb%3Fc%23d%0D%0A%25");
        for id in ["", ".", "..", &"x".repeat(3000)] {
            assert_eq!(segment(id).unwrap_err().code(), ErrorCode::ResponseInvalid);
        }
    }

    #[test]
    fn links_stay_at_the_api() {
        let api = "https://api.test/v1.0";
        assert_eq!(
            own_link(api, "https://api.test/v1.0/me?$skiptoken=a b").unwrap(),
            "https://api.test/v1.0/me?$skiptoken=a%20b"
        );
        for link in [
            "https://evil.test/v1.0/me",
            "http://api.test/v1.0/me",
            "https://api.test:444/v1.0/me",
            "https://user@api.test/v1.0/me",
            "https://api.test.evil.test/",
            "/v1.0/me",
            "",
            "javascript:alert(1)",
        ] {
            assert_eq!(
                own_link(api, link).unwrap_err().code(),
                ErrorCode::ResponseInvalid,
                "{link}"
            );
        }
    }

    #[test]
    fn errors_never_quote_the_answer() {
        let error = json::<u64>(b"\"a private subject\"").unwrap_err();
        assert!(!error.to_string().contains("private"), "{error}");
        assert_eq!(reason("a private sentence"), None);
        assert_eq!(reason("rateLimitExceeded"), Some("rateLimitExceeded"));
    }
}
