//! Batches, several calls in one request: <https://learn.microsoft.com/graph/json-batching>.

use std::collections::BTreeMap;

use futures_util::future::try_join_all;
use http::header::RETRY_AFTER;
use http::{Request, Response};
use serde_json::Value;

use chrono::{DateTime, Utc};

use super::super::http::{call_parts, costing, in_pieces, missing, post_json, resend_refused, shaped, value};
use super::error;
use super::prefer::{preferences, with_preferences};
use super::wire::{BatchAnswer, BatchCall, BatchRequest};
use crate::error::{Error, ErrorCode, Result};
use crate::session::Session;

/// How many calls one batch may have.
pub(super) const LIMIT: usize = 20;

/// How many batches may be under way at once: a mailbox takes four requests, and people need some, too.
const AT_ONCE: usize = 2;

/// The answer to one call, or why there is none.
pub(super) type Answer = Result<Response<Vec<u8>>>;

/// One call of a batch; its address is relative to the API's base.
pub(super) struct Call {
    method: &'static str,
    url: String,
    page_size: Option<u32>,
    body: Option<Value>,
}

impl Call {
    pub(super) fn get(url: String) -> Self {
        Self {
            method: "GET",
            url,
            page_size: None,
            body: None,
        }
    }

    /// The same call for pages of this size.
    pub(super) const fn paged(mut self, size: u32) -> Self {
        self.page_size = Some(size);
        self
    }

    /// The page at an address of the API, with at most `size` items.
    ///
    /// # Errors
    /// `response_invalid` where the address, which may come from an answer, doesn't lead into the API's own paths.
    pub(super) fn page(api: &str, address: &str, size: u32) -> Result<Self> {
        let path = address.strip_prefix(api).filter(|path| path.starts_with('/'));
        let path = path.ok_or_else(|| {
            Error::new(
                ErrorCode::ResponseInvalid,
                "the provider's answer continues at another path than its API's",
            )
        })?;
        Ok(Self::get(path.to_owned()).paged(size.clamp(1, 1000)))
    }

    fn only_reads(&self) -> bool {
        self.method == "GET"
    }

    pub(super) fn delete(url: String) -> Self {
        Self {
            method: "DELETE",
            url,
            page_size: None,
            body: None,
        }
    }

    pub(super) fn post(url: String, body: Value) -> Self {
        Self {
            method: "POST",
            url,
            page_size: None,
            body: Some(body),
        }
    }

    pub(super) fn patch(url: String, body: Value) -> Self {
        Self {
            method: "PATCH",
            url,
            page_size: None,
            body: Some(body),
        }
    }
}

/// Sends any number of calls, reads in some batches at once, and returns their answers in the order of the calls.
///
/// # Errors
/// Only when a batch as a whole failed; a call whose answer is missing or broken has an error of its own.
pub(super) async fn send(session: &Session, calls: &[Call]) -> Result<Vec<Answer>> {
    let mut answers = Vec::with_capacity(calls.len());
    let all: Vec<&Call> = calls.iter().collect();
    let batches: Vec<&[&Call]> = all.chunks(LIMIT).collect();
    // What changes something keeps its order.
    let at_once = match calls.iter().all(Call::only_reads) {
        true => AT_ONCE,
        false => 1,
    };
    for some in batches.chunks(at_once) {
        let sent = some.iter().map(|chunk| send_batch(session, chunk));
        answers.extend(try_join_all(sent).await?.into_iter().flatten());
    }
    Ok(answers)
}

async fn send_batch(session: &Session, calls: &[&Call]) -> Result<Vec<Answer>> {
    // Changes aren't sent twice for the sake of what their answers tell.
    let first = match calls.iter().all(|call| call.only_reads()) {
        true => {
            let answers = in_pieces(calls, async |some| send_once(session, some).await).await?;
            answers.into_iter().map(|answer| answer?).collect()
        }
        false => send_once(session, calls).await?,
    };
    let complaint = |answer: &Answer| error::complaint(answer.as_ref().ok()?, session.host().now());
    let again = async |numbers: &[usize]| {
        let refused: Vec<&Call> = numbers
            .iter()
            .filter_map(|number| calls.get(*number).copied())
            .collect();
        send_once(session, &refused).await
    };
    resend_refused(session, first, complaint, again).await
}

async fn send_once(session: &Session, calls: &[&Call]) -> Result<Vec<Answer>> {
    let wire = request(&session.endpoints().batch, calls)?;
    call_parts(session, wire, |response, now| {
        let answers = parse(response, now, calls.len())?;
        let complaint = answers
            .iter()
            .flatten()
            .find_map(|answer| error::complaint(answer, now));
        Ok((answers, complaint))
    })
    .await
}

fn request(batch: &str, calls: &[&Call]) -> Result<Request<Vec<u8>>> {
    let requests = calls.iter().enumerate().map(|(number, call)| {
        let mut headers = BTreeMap::from([("Prefer", preferences(call.page_size))]);
        if call.body.is_some() {
            headers.insert("Content-Type", "application/json".to_owned());
        }
        BatchCall {
            id: number.to_string(),
            method: call.method,
            url: &call.url,
            headers,
            body: call.body.as_ref(),
        }
    });
    let body = BatchRequest {
        requests: requests.collect(),
    };
    // Every call counts as a request.
    let units = u32::try_from(calls.len()).unwrap_or(u32::MAX);
    Ok(costing(with_preferences(post_json(batch, &body)?, None), units))
}

fn parse(response: &Response<Vec<u8>>, now: DateTime<Utc>, count: usize) -> Result<Vec<Answer>> {
    let mut body = value(error::check(response, now)?)?;
    let responses = body.get_mut("responses").and_then(Value::as_array_mut);
    let responses = responses.ok_or_else(|| missing("list of answers"))?;
    let mut answers: Vec<_> = std::iter::repeat_with(|| Err(missing("answer to this call")))
        .take(count)
        .collect();
    for value in std::mem::take(responses) {
        if let Some((number, answer)) = read_answer(value)
            && let Some(slot) = answers.get_mut(number)
        {
            *slot = Ok(answer);
        }
    }
    Ok(answers)
}

/// An answer's number and the HTTP answer in it.
fn read_answer(mut value: Value) -> Option<(usize, Response<Vec<u8>>)> {
    let body = value.get_mut("body").map(Value::take).unwrap_or_default();
    let answer: BatchAnswer = shaped(value).ok()?;
    let number = answer.id.parse().ok()?;
    let mut response = Response::builder().status(answer.status);
    let wait = answer
        .headers
        .iter()
        .flatten()
        .find(|(name, _)| name.eq_ignore_ascii_case("retry-after"));
    match wait {
        Some((_, Value::String(wait))) => response = response.header(RETRY_AFTER, wait),
        Some((_, Value::Number(wait))) => response = response.header(RETRY_AFTER, wait.to_string()),
        _ => {}
    }
    Some((number, response.body(body.to_string().into_bytes()).ok()?))
}
