//! Gmail by its API, version 1: <https://developers.google.com/workspace/gmail/api/reference/rest>.
//!
//! One cursor covers the whole mailbox: a history id. Labels are folders and flags at once.

use chrono::{DateTime, Utc};

use super::http::{call, sorted_by_box};
use super::{
    Applied, Capabilities, ChangesRequest, Costs, CursorScope, Expected, FeedRequest, Feeds, FeedsRequest,
    Fetched, ListRequest, MailProvider, PageOutcome, Position, Profile, Wanted,
};
use crate::host::HostFuture;
use crate::model::{Edit, Folder, Placement, Search};
use crate::quota::Policy;
use crate::session::Session;

mod apply;
mod attachments_get;
mod batch;
mod convert;
mod count;
mod drafts;
mod error;
mod fetch;
mod history_list;
mod labels_list;
mod messages_batch_delete;
mod messages_batch_modify;
mod messages_get;
mod messages_get_raw;
mod messages_list;
mod messages_modify;
mod messages_search;
mod send_as_list;
mod sending;
#[cfg(test)]
mod tests;
mod threads_get;
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
            list_size: 500,
            listed_since: None,
            // Above 50 parts a batch is likelier to be throttled; after a complaint it gets half of them.
            fetch_size: batch::LIMIT,
            fetch_concurrency: 2,
            costs: Costs {
                message: messages_get::UNITS,
                conversation: Some(threads_get::UNITS),
            },
            feeds_at_once: 1,
            quota: Policy {
                // What projects get by default since May 2026; older ones have more, and some have asked for more.
                units_per_minute: 6_000,
                reserve: 200,
                concurrency: 10,
            },
            reads_folders_always: false,
            marks: Some(&["UNREAD", "STARRED"]),
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
            Ok(sorted_by_box(convert::folders(labels)))
        })
    }

    fn position<'a>(&'a self, session: &'a Session) -> HostFuture<'a, Option<Position>> {
        Box::pin(async move {
            let request = users_get_profile::request(&session.endpoints().api)?;
            let profile = call(session, request, users_get_profile::parse).await?;
            Ok(Some(convert::position(profile)?))
        })
    }

    fn count<'a>(&'a self, session: &'a Session, since: DateTime<Utc>) -> HostFuture<'a, Expected> {
        Box::pin(count::count(session, since))
    }

    fn list<'a>(&'a self, session: &'a Session, request: ListRequest<'a>) -> HostFuture<'a, PageOutcome> {
        Box::pin(async move {
            let wire = messages_list::request(
                &session.endpoints().api,
                request.folder,
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
                Some(history) => PageOutcome::Page(convert::changes(&cursor, request.folders, history)?),
                None => PageOutcome::CursorExpired,
            })
        })
    }

    fn feeds<'a>(&'a self, session: &'a Session, request: FeedsRequest<'a>) -> HostFuture<'a, Feeds> {
        Box::pin(async move {
            let mut pages = Vec::with_capacity(request.feeds.len());
            for feed in request.feeds {
                pages.push(match *feed {
                    FeedRequest::List(list) => self.list(session, list).await?,
                    FeedRequest::Changes(changes) => self.changes(session, changes).await?,
                });
            }
            let folders = match request.with_folders {
                true => Some(self.folders(session).await?),
                false => None,
            };
            Ok(Feeds { pages, folders })
        })
    }

    fn fetch<'a>(
        &'a self,
        session: &'a Session,
        wanted: &'a [Wanted],
        _: &'a [Folder],
    ) -> HostFuture<'a, Vec<Fetched>> {
        Box::pin(fetch::fetch(session, wanted))
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

    fn source<'a>(&'a self, session: &'a Session, mail_id: &'a str) -> HostFuture<'a, Vec<u8>> {
        Box::pin(async move {
            let request = messages_get_raw::request(&session.endpoints().api, mail_id)?;
            call(session, request, messages_get_raw::parse).await
        })
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
