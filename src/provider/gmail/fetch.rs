//! Messages and whole conversations in one batch, each with an outcome of its own.

use std::collections::BTreeSet;

use http::Request;

use super::super::http::{in_pieces, missing};
use super::super::{FetchOutcome, Fetched, Wanted};
use super::batch::Part;
use super::{Gmail, MailProvider, batch, convert, messages_get, threads_get, wire};
use crate::error::Result;
use crate::session::Session;

/// Fetches what is wanted.
///
/// # Errors
/// Only when a batch as a whole failed.
pub(super) async fn fetch(session: &Session, wanted: &[Wanted]) -> Result<Vec<Fetched>> {
    let mut fetched = Vec::with_capacity(wanted.len());
    let mut alone = Vec::new();
    for (each, part) in wanted.iter().zip(parts(session, wanted).await?) {
        match each {
            Wanted::Message(id) => fetched.push(message(session, id, part)),
            Wanted::Conversation { mail_ids, .. } => {
                alone.extend(conversation(session, mail_ids, part, &mut fetched));
            }
        }
        session.breathe().await;
    }
    for chunk in alone.chunks(batch::LIMIT) {
        let answers = parts(session, chunk).await?;
        for (id, part) in chunk.iter().flat_map(Wanted::mail_ids).zip(answers) {
            fetched.push(message(session, id, part));
            session.breathe().await;
        }
    }
    Ok(fetched)
}

/// The answers, each with the news instead that it is too large.
async fn parts(session: &Session, wanted: &[Wanted]) -> Result<Vec<Result<Part>>> {
    in_pieces(wanted, async |some| parts_at_once(session, some).await).await
}

async fn parts_at_once(session: &Session, wanted: &[Wanted]) -> Result<Vec<Part>> {
    if wanted.is_empty() {
        return Ok(Vec::new());
    }
    let api = &session.endpoints().api;
    let calls: Result<Vec<Request<Vec<u8>>>> = wanted
        .iter()
        .map(|each| match each {
            Wanted::Message(id) => messages_get::request(api, id),
            Wanted::Conversation { id, .. } => threads_get::request(api, id),
        })
        .collect();
    let calls = calls?;
    let parts = batch::send(session, &calls).await?;
    if parts.iter().flatten().any(batch::is_unauthorized) {
        // Parts are refused one by one under an answer of 200. A plain call lets the session renew its token.
        Gmail.profile(session).await?;
        return batch::send(session, &calls).await;
    }
    Ok(parts)
}

/// Reads a conversation. Returns what has to be asked for alone: what the answer doesn't show may be elsewhere, and
/// one broken message makes the whole answer unreadable.
fn conversation(
    session: &Session,
    mail_ids: &[String],
    part: Result<Part>,
    fetched: &mut Vec<Fetched>,
) -> Vec<Wanted> {
    let now = session.host().now();
    let all = || mail_ids.iter().cloned().map(Wanted::Message).collect();
    let Ok(Some(part)) = part else { return all() };
    let messages = match threads_get::parse(&part, now) {
        Ok(messages) => messages,
        Err(_) if part.status().is_success() || part.status() == http::StatusCode::NOT_FOUND => return all(),
        Err(_) => {
            fetched.extend(mail_ids.iter().map(|id| Fetched {
                mail_id: id.clone(),
                outcome: match threads_get::parse(&part, now) {
                    Err(error) => FetchOutcome::Failed(error),
                    Ok(_) => FetchOutcome::Failed(missing("conversation")),
                },
            }));
            return Vec::new();
        }
    };
    let mut shown = BTreeSet::new();
    for mut message in messages {
        let Some(id) = message.id.take().filter(|id| !id.is_empty()) else {
            continue;
        };
        let outcome = read(session, &id, message);
        let is_wanted = mail_ids.contains(&id);
        // Of what came along by chance only the good counts.
        if is_wanted || matches!(outcome, FetchOutcome::Message(_)) {
            shown.insert(id.clone());
            fetched.push(Fetched { mail_id: id, outcome });
        }
    }
    let missing = mail_ids.iter().filter(|id| !shown.contains(*id));
    missing.cloned().map(Wanted::Message).collect()
}

fn message(session: &Session, id: &str, part: Result<Part>) -> Fetched {
    let outcome = match part {
        Err(error) => FetchOutcome::Failed(error),
        Ok(None) => FetchOutcome::Failed(missing("part for this message")),
        Ok(Some(part)) if part.status() == http::StatusCode::NOT_FOUND => FetchOutcome::Gone,
        Ok(Some(part)) => match messages_get::parse(&part, session.host().now()) {
            Ok(message) => read(session, id, message),
            Err(error) => FetchOutcome::Failed(error),
        },
    };
    Fetched {
        mail_id: id.to_owned(),
        outcome,
    }
}

fn read(session: &Session, id: &str, message: wire::Message) -> FetchOutcome {
    match convert::message(session.host(), id, message) {
        Ok(Some(message)) => FetchOutcome::Message(Box::new(message)),
        // A chat is no mail.
        Ok(None) => FetchOutcome::Gone,
        Err(error) => FetchOutcome::Failed(error),
    }
}
