//! Fetching messages by id, within the mailbox's quota.

use std::collections::BTreeMap;

use chrono::TimeDelta;
use futures_util::future::try_join_all;

use super::cursor::Progress;
use crate::account::Account;
use crate::error::Result;
use crate::provider::{Costs, FetchOutcome, Fetched, Wanted};
use crate::quota::{self, Meter, Priority};
use crate::session::Session;

/// What is put off waits until so many can be fetched: a step for each single one would cost more than it brings.
const WORTH_A_STEP: u32 = 25;

/// How long one step asks for messages: what is left by then is put off, so that no step outlives its lease.
const LONGEST: TimeDelta = TimeDelta::minutes(1);

/// Fetches messages, as many requests at once as the provider allows, each item with an outcome of its own. What is
/// beyond the mailbox's quota for now is left: its outcome is an error that says so.
pub(super) async fn messages(
    session: &Session,
    account: &Account,
    progress: &Progress,
    listed: &BTreeMap<String, Option<String>>,
    joins_conversations: bool,
) -> Result<Vec<Fetched>> {
    let provider = account.provider.mail();
    let capabilities = provider.capabilities();
    let wanted = cheapest(listed, &capabilities.costs, joins_conversations);
    let until = session.host().now() + LONGEST;
    let mut fetched = Vec::with_capacity(listed.len());
    let mut rest = wanted.as_slice();
    while !rest.is_empty() {
        let size = session
            .meter()
            .map_or(capabilities.fetch_size, |meter| {
                meter.batch_size(capabilities.fetch_size)
            })
            .max(1);
        let at_once = match session.meter().is_some_and(Meter::is_slow) {
            true => 1,
            false => capabilities.fetch_concurrency.max(1),
        };
        let most = match session.host().now() < until {
            true => size * at_once,
            false => 0,
        };
        let (wave, later) = rest.split_at(affordable(session, rest, &capabilities.costs).min(most));
        if wave.is_empty() {
            fetched.extend(
                rest.iter()
                    .flat_map(|each| left(session, each, &capabilities.costs)),
            );
            break;
        }
        let requests = wave.chunks(size).map(|chunk| async move {
            let asked = provider.fetch(session, chunk, &progress.folders);
            match session.timed(asked, |_| chunk.len() == size).await {
                Err(error) if error.is_postponed() => Ok(chunk
                    .iter()
                    .flat_map(|each| left(session, each, &capabilities.costs))
                    .collect()),
                outcome => outcome,
            }
        });
        fetched.extend(try_join_all(requests).await?.into_iter().flatten());
        rest = later;
    }
    Ok(fetched)
}

/// What to ask for: a conversation as a whole where that costs less than those of its messages that are wanted. With
/// `joins_conversations` also where it costs the same: the rest of it will be wanted, too.
fn cheapest(
    listed: &BTreeMap<String, Option<String>>,
    costs: &Costs,
    joins_conversations: bool,
) -> Vec<Wanted> {
    let mut conversations: BTreeMap<&str, Vec<String>> = BTreeMap::new();
    let mut wanted = Vec::new();
    for (mail_id, conversation) in listed {
        match conversation.as_deref().filter(|_| costs.conversation.is_some()) {
            Some(id) => conversations.entry(id).or_default().push(mail_id.clone()),
            None => wanted.push(Wanted::Message(mail_id.clone())),
        }
    }
    for (id, mail_ids) in conversations {
        let one_by_one = u32::try_from(mail_ids.len())
            .unwrap_or(u32::MAX)
            .saturating_mul(costs.message);
        let is_cheaper = costs
            .conversation
            .is_some_and(|whole| whole < one_by_one || (whole == one_by_one && joins_conversations));
        if is_cheaper {
            let id = id.to_owned();
            wanted.push(Wanted::Conversation { id, mail_ids });
        } else {
            wanted.extend(mail_ids.into_iter().map(Wanted::Message));
        }
    }
    wanted
}

/// How many of these can be asked for within the quota of now.
fn affordable(session: &Session, wanted: &[Wanted], costs: &Costs) -> usize {
    let Some(units) = session
        .meter()
        .and_then(|meter| meter.affordable(session.host().now()))
    else {
        return wanted.len();
    };
    let mut left = units;
    wanted
        .iter()
        .take_while(|each| match left.checked_sub(cost(each, costs)) {
            Some(rest) => {
                left = rest;
                true
            }
            None => false,
        })
        .count()
}

fn cost(wanted: &Wanted, costs: &Costs) -> u32 {
    match wanted {
        Wanted::Message(_) => costs.message,
        Wanted::Conversation { .. } => costs.conversation.unwrap_or(costs.message),
    }
}

/// The outcomes of what isn't asked for now.
fn left(session: &Session, wanted: &Wanted, costs: &Costs) -> Vec<Fetched> {
    let wait = session.meter().map_or(quota::SHORT_WAIT, |meter| {
        let units = cost(wanted, costs).saturating_mul(WORTH_A_STEP);
        meter.wait(Priority::Background, units, session.host().now())
    });
    let outcome = |id: &String| Fetched {
        mail_id: id.clone(),
        outcome: FetchOutcome::Failed(quota::postponed(wait)),
    };
    wanted.mail_ids().iter().map(outcome).collect()
}
