//! Gmail by its API, version 1: <https://developers.google.com/workspace/gmail/api/reference/rest>.
//!
//! One cursor covers the whole mailbox: a history id. Labels are folders and flags at once.

use chrono::{DateTime, Utc};

use super::http::{call, sorted_by_box};
use super::{
    Applied, Capabilities, ChangesRequest, CursorScope, FetchOutcome, Fetched, ListRequest, MailProvider,
    PageOutcome, Position, Profile,
};
use crate::error::Result;
use crate::host::HostFuture;
use crate::model::{Edit, Folder, Placement, Search};
use crate::session::Session;

mod apply;
mod attachments_get;
mod batch;
mod convert;
mod drafts;
mod error;
mod history_list;
mod labels_list;
mod messages_batch_delete;
mod messages_batch_modify;
mod messages_get;
mod messages_list;
mod messages_modify;
mod messages_search;
mod send_as_list;
mod sending;
#[cfg(test)]
mod tests;
mod users_get_profile;
mod wire;

/// Gmail and Google Workspace.
pub struct Gmail;

impl MailProvider for Gmail {
    fn capabilities(&self) -> Capabilities {
        Capabilities {
            cursor_scope: CursorScope::Mailbox,
            pages_carry_messages: false,
            removal_is_final: true,
            // A batch may have 100 parts, but above 50 it is likely to be throttled.
            fetch_size: 50,
            fetch_concurrency: 2,
            apply_size: 1000,
            one_folder_each: false,
            deletion_scope: Some(messages_batch_delete::SCOPE),
        }
    }

    fn profile<'a>(&'a self, session: &'a Session) -> HostFuture<'a, Profile> {
        Box::pin(async move {
            let request = users_get_profile::request(&session.endpoints().api)?;
            convert::profile(call(session, request, users_get_profile::parse).await?)
        })
    }

    fn folders<'a>(&'a self, session: &'a Session) -> HostFuture<'a, Vec<Folder>> {
        Box::pin(async move {
            let request = labels_list::request(&session.endpoints().api)?;
            let labels = call(session, request, labels_list::parse).await?;
            Ok(sorted_by_box(
                labels.into_iter().filter_map(convert::folder).collect(),
            ))
        })
    }

    fn position<'a>(&'a self, session: &'a Session) -> HostFuture<'a, Option<Position>> {
        Box::pin(async move {
            let request = users_get_profile::request(&session.endpoints().api)?;
            let profile = call(session, request, users_get_profile::parse).await?;
            Ok(Some(convert::position(profile)?))
        })
    }

    fn list<'a>(&'a self, session: &'a Session, request: ListRequest<'a>) -> HostFuture<'a, PageOutcome> {
        Box::pin(async move {
            let wire = messages_list::request(
                &session.endpoints().api,
                request.since,
                request.page.map(|page| page.0.as_str()),
                request.size,
            )?;
            let parse = |response: &_, now| messages_list::parse(response, now, request.page.is_some());
            Ok(match call(session, wire, parse).await? {
                Some(list) => PageOutcome::Page(convert::listing(list)?),
                None => PageOutcome::CursorExpired,
            })
        })
    }

    fn list_ids<'a>(&'a self, session: &'a Session, request: ListRequest<'a>) -> HostFuture<'a, PageOutcome> {
        // The list has nothing but ids.
        self.list(session, request)
    }

    fn find_by_message_id<'a>(
        &'a self,
        session: &'a Session,
        message_id: &'a str,
    ) -> HostFuture<'a, Vec<String>> {
        Box::pin(async move {
            let request = messages_search::request(&session.endpoints().api, message_id)?;
            call(session, request, messages_search::parse).await
        })
    }

    fn search<'a>(
        &'a self,
        session: &'a Session,
        search: &'a Search,
        size: u32,
    ) -> HostFuture<'a, Vec<String>> {
        Box::pin(async move {
            let request = messages_search::words(&session.endpoints().api, search, size)?;
            call(session, request, messages_search::parse).await
        })
    }

    fn changes<'a>(
        &'a self,
        session: &'a Session,
        request: ChangesRequest<'a>,
    ) -> HostFuture<'a, PageOutcome> {
        Box::pin(async move {
            let Some(cursor) = convert::HistoryCursor::parse(request.cursor) else {
                return Ok(PageOutcome::CursorExpired);
            };
            let wire = history_list::request(&session.endpoints().api, &cursor, request.size)?;
            let parse = |response: &_, now| history_list::parse(response, now, cursor.page_token.is_some());
            Ok(match call(session, wire, parse).await? {
                Some(history) => PageOutcome::Page(convert::changes(&cursor, history)?),
                None => PageOutcome::CursorExpired,
            })
        })
    }

    fn fetch<'a>(
        &'a self,
        session: &'a Session,
        ids: &'a [String],
        _: &'a [Folder],
    ) -> HostFuture<'a, Vec<Fetched>> {
        Box::pin(async move {
            if ids.is_empty() {
                return Ok(Vec::new());
            }
            let mut parts = batch_get(session, ids).await?;
            if parts.iter().flatten().any(batch::is_unauthorized) {
                // Parts are refused one by one under an answer of 200. A plain call lets the session renew its token.
                self.profile(session).await?;
                parts = batch_get(session, ids).await?;
            }
            let now = session.host().now();
            let outcomes = ids.iter().zip(parts).map(|(id, part)| Fetched {
                mail_id: id.clone(),
                outcome: outcome(session, id, part, now),
            });
            Ok(outcomes.collect())
        })
    }

    fn placed(&self, placement: &Placement, edit: &Edit, _: &[Folder]) -> Placement {
        convert::placed(placement, &convert::label_change(edit))
    }

    fn apply<'a>(
        &'a self,
        session: &'a Session,
        edits: &'a [(String, Edit)],
    ) -> HostFuture<'a, Vec<Applied>> {
        Box::pin(apply::apply(session, edits))
    }

    fn attachment<'a>(
        &'a self,
        session: &'a Session,
        mail_id: &'a str,
        attachment_id: &'a str,
    ) -> HostFuture<'a, Vec<u8>> {
        Box::pin(async move {
            let api = &session.endpoints().api;
            // A small file stands in the message itself and has no id of its own.
            if let Some(part_id) = convert::part_id(attachment_id) {
                let message =
                    call(session, messages_get::request(api, mail_id)?, messages_get::parse).await?;
                return convert::part_bytes(&message, part_id);
            }
            let request = attachments_get::request(api, mail_id, attachment_id)?;
            call(session, request, attachments_get::parse).await
        })
    }
}

async fn batch_get(session: &Session, ids: &[String]) -> Result<Vec<Option<http::Response<Vec<u8>>>>> {
    let endpoints = session.endpoints();
    let calls: Result<Vec<_>> = ids
        .iter()
        .map(|id| messages_get::request(&endpoints.api, id))
        .collect();
    let request = batch::request(&endpoints.batch, &calls?)?;
    call(session, request, |response, now| {
        batch::parse(response, now, ids.len())
    })
    .await
}

fn outcome(
    session: &Session,
    id: &str,
    part: Option<http::Response<Vec<u8>>>,
    now: DateTime<Utc>,
) -> FetchOutcome {
    let Some(part) = part else {
        return FetchOutcome::Failed(super::http::missing("part for this message"));
    };
    if part.status() == http::StatusCode::NOT_FOUND {
        return FetchOutcome::Gone;
    }
    let message =
        messages_get::parse(&part, now).and_then(|message| convert::message(session.host(), id, message));
    match message {
        Ok(Some(message)) => FetchOutcome::Message(Box::new(message)),
        // A chat is no mail.
        Ok(None) => FetchOutcome::Gone,
        Err(error) => FetchOutcome::Failed(error),
    }
}
