//! Changing messages: many of the same kind by one bulk call, a few by a batch of single ones, whichever costs less.

use super::super::http::{call, missing};
use super::super::{Applied, ApplyOutcome};
use super::convert::{LabelChange, label_change};
use super::{Gmail, batch, messages_batch_delete, messages_batch_modify, messages_modify};
use crate::error::{Error, Result};
use crate::model::Edit;
use crate::provider::MailProvider;
use crate::session::Session;

/// A single change costs 5 units and tells what became of its message; a bulk call costs 50.
const BULK_PAYS: usize = 10;
/// A batch may have 100 parts, but above 50 it is likely to be throttled.
const BATCH: usize = 50;

/// Messages to which the same is to be done: to be deleted where there is no change. They are named by their places among
/// the edits.
struct Group {
    change: Option<LabelChange>,
    places: Vec<usize>,
}

/// Changes the messages. The first fault of a bulk call puts off the calls after it.
pub(super) async fn apply(session: &Session, edits: &[(String, Edit)]) -> Result<Vec<Applied>> {
    let mut applied: Vec<Applied> = edits
        .iter()
        .map(|(id, _)| Applied {
            mail_id: id.clone(),
            outcome: ApplyOutcome::Later(None),
        })
        .collect();
    let mut singles: Vec<(usize, &str, LabelChange)> = Vec::new();
    let mut halted = None;
    for Group { change, places } in groups(edits) {
        let ids: Vec<&str> = places
            .iter()
            .filter_map(|place| edits.get(*place))
            .map(|(id, _)| id.as_str())
            .collect();
        let outcome = match (halted, change) {
            (Some(seconds), _) => ApplyOutcome::Later(seconds),
            (None, Some(change)) if ids.len() < BULK_PAYS => {
                let same = places.iter().zip(ids);
                singles.extend(same.map(|(place, id)| (*place, id, change.clone())));
                continue;
            }
            (None, Some(change)) => {
                let request = messages_batch_modify::request(&session.endpoints().api, &ids, &change)?;
                settled(call(session, request, messages_batch_modify::parse).await)?
            }
            (None, None) => {
                let request = messages_batch_delete::request(&session.endpoints().api, &ids)?;
                settled(call(session, request, messages_batch_delete::parse).await)?
            }
        };
        if let ApplyOutcome::Later(seconds) = outcome {
            halted = Some(seconds);
        }
        for place in places {
            note(&mut applied, place, outcome.clone());
        }
    }
    for chunk in singles.chunks(BATCH) {
        let outcomes = match halted {
            Some(seconds) => vec![ApplyOutcome::Later(seconds); chunk.len()],
            None => one_by_one(session, chunk).await?,
        };
        for ((place, ..), outcome) in chunk.iter().zip(outcomes) {
            note(&mut applied, *place, outcome);
        }
    }
    Ok(applied)
}

fn note(applied: &mut [Applied], place: usize, outcome: ApplyOutcome) {
    if let Some(applied) = applied.get_mut(place) {
        applied.outcome = outcome;
    }
}

fn groups(edits: &[(String, Edit)]) -> Vec<Group> {
    let mut groups: Vec<Group> = Vec::new();
    for (place, (_, edit)) in edits.iter().enumerate() {
        let change = (!edit.deleted).then(|| label_change(edit));
        match groups.iter_mut().find(|group| group.change == change) {
            Some(group) => group.places.push(place),
            None => groups.push(Group {
                change,
                places: vec![place],
            }),
        }
    }
    groups
}

/// The outcome of a call. A dead grant is no message's fault.
fn settled(outcome: Result<()>) -> Result<ApplyOutcome> {
    match outcome {
        Err(error) if error.needs_reauthorization() => Err(error),
        outcome => Ok(ApplyOutcome::of(outcome)),
    }
}

async fn one_by_one(session: &Session, changes: &[(usize, &str, LabelChange)]) -> Result<Vec<ApplyOutcome>> {
    if let [(_, id, change)] = changes {
        let request = messages_modify::request(&session.endpoints().api, id, change)?;
        let outcome = call(session, request, messages_modify::parse).await;
        return Ok(vec![settled(outcome)?]);
    }
    let mut parts = send(session, changes).await?;
    if parts.iter().flatten().any(batch::is_unauthorized) {
        // Parts are refused one by one under an answer of 200. A plain call lets the session renew its token.
        Gmail.profile(session).await?;
        parts = send(session, changes).await?;
    }
    let now = session.host().now();
    let outcomes = parts.into_iter().map(|part| {
        let outcome = part
            .ok_or_else(|| missing("part for this message"))
            .and_then(|part| messages_modify::parse(&part, now));
        ApplyOutcome::of(outcome)
    });
    Ok(outcomes.collect())
}

async fn send(
    session: &Session,
    changes: &[(usize, &str, LabelChange)],
) -> Result<Vec<Option<http::Response<Vec<u8>>>>> {
    let endpoints = session.endpoints();
    let calls: Result<Vec<_>, Error> = changes
        .iter()
        .map(|(_, id, change)| messages_modify::request(&endpoints.api, id, change))
        .collect();
    batch::send(session, &calls?).await
}
