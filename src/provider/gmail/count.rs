//! How many mails there are from a date on. The list's own estimate is far off, but its pages are cheap: those of a large
//! mailbox are counted as far as it goes, and the rest is taken to be as dense, as far as the mailbox holds so many: most
//! have less mail the older it is.

use chrono::{DateTime, Utc};

use super::super::Expected;
use super::super::http::{call, missing};
use super::{convert, messages_get, messages_list, users_get_profile};
use crate::error::Result;
use crate::session::Session;

/// So many ids a page, and so many pages: a hundred units at most.
const SIZE: u32 = 500;
const MOST_PAGES: usize = 20;

pub(super) async fn count(session: &Session, since: DateTime<Utc>) -> Result<Expected> {
    let api = &session.endpoints().api;
    let mut total = 0;
    let mut page: Option<String> = None;
    let mut last = None;
    for _ in 0..MOST_PAGES {
        let request = messages_list::request(api, None, Some(since), page.as_deref(), SIZE)?;
        let parse = |response: &_, now| messages_list::parse(response, now, page.is_some());
        let list = call(session, request, parse)
            .await?
            .ok_or_else(|| missing("next page"))?;
        let messages = list.messages.unwrap_or_default();
        total += messages.len() as u64;
        last = messages
            .into_iter()
            .next_back()
            .map(|message| message.id)
            .or(last);
        page = list.next_page_token.filter(|token| !token.is_empty());
        if page.is_none() {
            return Ok(Expected {
                total,
                is_estimate: false,
            });
        }
    }
    let id = last.ok_or_else(|| missing("message id"))?;
    let message = call(session, messages_get::request(api, &id)?, messages_get::parse).await?;
    let reached = convert::internal_date(&message).ok_or_else(|| missing("date of a message"))?;
    let profile = call(
        session,
        users_get_profile::request(api)?,
        users_get_profile::parse,
    )
    .await?;
    let now = session.host().now();
    let (seen, all) = (
        (now - reached).num_seconds().max(1),
        (now - since).num_seconds().max(1),
    );
    let as_dense = (total as f64 * all as f64 / seen as f64) as u64;
    Ok(Expected {
        total: as_dense
            .min(profile.messages_total.unwrap_or(u64::MAX))
            .max(total),
        is_estimate: true,
    })
}
