//! A folder that the provider has a fault with (500, 502, 503), for hours perhaps, while it serves all others: what tells
//! this from an outage is that the folder is asked for once more, together with the inbox.

use chrono::{DateTime, Utc};
use http::Response;

use super::super::http::missing;
use super::batch::{self, Answer, Call};
use super::feed::Feed;
use super::{error, mail_folder_get};
use crate::error::{Error, ErrorCode, Result};
use crate::session::Session;

/// How long after the fault it is asked for again, in milliseconds.
const PAUSE: u32 = 1_000;

/// Whether it is a fault that may be about one folder only.
pub(super) fn may_be_of_folder(error: &Error) -> bool {
    // A refused token is about the mailbox.
    error.code() == ErrorCode::ProviderUnavailable && !error.is_without_effect()
}

/// Whether an error is about one folder, where a feed was asked for once more after a fault.
pub(super) fn is_of_folder(error: &Error) -> bool {
    error::is_of_folder(error) || may_be_of_folder(error)
}

/// The answers for feeds, after those with a fault were asked for once more. A fault that is left is the folder's.
/// `is_up` tells whether the same exchange has answered anything else.
///
/// # Errors
/// The fault, where the provider answers nothing else either.
pub(super) async fn settled(
    session: &Session,
    feeds: &[Feed<'_>],
    mut answers: Vec<Answer>,
    is_up: bool,
) -> Result<Vec<Answer>> {
    let api = &session.endpoints().api;
    let mut fault = None;
    let mut places = Vec::new();
    let mut calls = Vec::new();
    for (place, (feed, answer)) in feeds.iter().zip(&answers).enumerate() {
        let Ok(answer) = answer else { continue };
        if let Err(error) = error::check(answer, session.host().now())
            && may_be_of_folder(&error)
        {
            places.push(place);
            calls.push(feed.call(api)?);
            // One that names a time counts more.
            fault = fault.filter(names_a_time).or(Some(error));
        }
    }
    let Some(fault) = fault else { return Ok(answers) };
    let is_up = is_up
        || answers
            .iter()
            .flatten()
            .any(|answer| answer.status().is_success());
    if names_a_time(&fault) && is_up {
        return Ok(answers);
    }
    for (place, answer) in places.into_iter().zip(asked_again(session, calls, fault).await?) {
        if let Some(slot) = answers.get_mut(place) {
            *slot = answer;
        }
    }
    Ok(answers)
}

/// The second answer to the call for one folder that came to `fault`. A fault that is left is the folder's.
///
/// # Errors
/// The fault, where the provider answers nothing else either.
pub(super) async fn once_more<T>(
    session: &Session,
    call: Call,
    fault: Error,
    parse: impl FnOnce(&Response<Vec<u8>>, DateTime<Utc>) -> Result<T>,
) -> Result<Result<T>> {
    let answer = asked_again(session, vec![call], fault).await?.pop();
    let answer = answer.unwrap_or_else(|| Err(missing("answer to this call")));
    Ok(answer.and_then(|answer| parse(&answer, session.host().now())))
}

async fn asked_again(session: &Session, mut calls: Vec<Call>, fault: Error) -> Result<Vec<Answer>> {
    // Nothing is asked before the time that is named, and that is longer than a step waits.
    if names_a_time(&fault) {
        return Err(fault);
    }
    session.host().sleep(PAUSE).await?;
    calls.push(mail_folder_get::call("inbox"));
    let mut answers = batch::send(session, &calls).await?;
    match answers.pop() {
        Some(Ok(inbox)) if inbox.status().is_success() => Ok(answers),
        _ => Err(fault),
    }
}

fn names_a_time(error: &Error) -> bool {
    error.retry_after_seconds().is_some()
}
