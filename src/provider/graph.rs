//! Outlook by Microsoft Graph, version 1.0: <https://learn.microsoft.com/graph/api/resources/mail-api-overview>.
//!
//! One cursor covers one folder: a delta link. Ids are immutable ones: they survive moves between folders.

use chrono::{DateTime, Utc};

use super::http::{call, missing, open, own_link};
use super::{
    Applied, Capabilities, ChangesRequest, Costs, CursorScope, Expected, FeedRequest, Feeds, FeedsRequest,
    Fetched, ListRequest, MailProvider, PageOutcome, Position, Profile, Wanted,
};
use crate::error::{Error, ErrorCode};
use crate::host::{Content, HostFuture};
use crate::model::{Edit, Folder, Placement, Search};
use crate::quota::Policy;
use crate::session::Session;

mod apply;
mod attachment_get;
mod attachments_list;
mod batch;
mod convert;
mod drafts;
mod error;
mod fault;
mod feed;
mod feeds;
mod mail_folder_get;
mod mail_folders_delta;
mod message_categories;
mod message_delete;
mod message_get;
mod message_move;
mod message_update;
mod message_value;
mod messages_delta;
mod messages_list;
mod messages_search;
mod page;
mod prefer;
mod send_mail;
mod sending;
#[cfg(test)]
mod tests;
mod upload_session;
mod user_get;
mod wire;

use feed::Feed;

pub(super) use send_mail::SendMail;

/// Where upload sessions of files are, besides the API's own host.
pub(crate) const UPLOAD_HOSTS: [&str; 2] = ["outlook.office.com", "outlook.office365.com"];

/// Outlook.com and Microsoft 365.
pub struct Graph;

impl MailProvider for Graph {
    fn capabilities(&self) -> Capabilities {
        Capabilities {
            cursor_scope: CursorScope::Folder,
            pages_carry_messages: true,
            removal_is_final: false,
            // Pages carry whole messages: as many as a step fetches elsewhere. With more, a host with little memory feels it.
            list_size: 150,
            listed_since: Some(messages_delta::FILTERED_MOST),
            fetch_size: batch::LIMIT,
            // Four requests at once are allowed for an application and a mailbox: people need some, too.
            fetch_concurrency: 2,
            costs: Costs {
                message: 1,
                conversation: None,
            },
            // Two batches, together with the calls for the folders.
            feeds_at_once: 2 * batch::LIMIT - feeds::FOLDER_CALLS,
            quota: Policy {
                // 10,000 requests in ten minutes.
                units_per_minute: 1_000,
                reserve: 50,
                concurrency: 4,
            },
            reads_folders_always: true,
            marks: None,
            apply_size: apply::SIZE,
            one_folder_each: true,
            deletion_scope: None,
        }
    }

    fn profile<'a>(&'a self, session: &'a Session) -> HostFuture<'a, Profile> {
        Box::pin(async move {
            let request = user_get::request(&session.endpoints().api)?;
            convert::profile(call(session, request, user_get::parse).await?)
        })
    }

    fn folders<'a>(&'a self, session: &'a Session) -> HostFuture<'a, Vec<Folder>> {
        Box::pin(async move {
            let request = FeedsRequest {
                feeds: &[],
                with_folders: true,
            };
            let read = feeds::read(session, request).await?;
            read.folders.ok_or_else(|| missing("list of folders"))
        })
    }

    fn position<'a>(&'a self, _: &'a Session) -> HostFuture<'a, Option<Position>> {
        Box::pin(async { Ok(None) })
    }

    fn count<'a>(&'a self, session: &'a Session, since: DateTime<Utc>) -> HostFuture<'a, Expected> {
        Box::pin(async move {
            let request = messages_list::count(&session.endpoints().api, since)?;
            let list = call(session, request, messages_list::parse).await?;
            Ok(Expected {
                total: list.count.ok_or_else(|| missing("count"))?,
                is_estimate: false,
            })
        })
    }

    fn list<'a>(&'a self, session: &'a Session, request: ListRequest<'a>) -> HostFuture<'a, PageOutcome> {
        Box::pin(async move {
            let feed = Feed::of(&session.endpoints().api, FeedRequest::List(request))?;
            page::read(session, feed).await
        })
    }

    fn list_ids<'a>(&'a self, session: &'a Session, request: ListRequest<'a>) -> HostFuture<'a, PageOutcome> {
        Box::pin(async move {
            let api = &session.endpoints().api;
            let address = match request.page {
                Some(page) => own_link(api, &page.0)?,
                None => messages_list::first(api, request.folder, request.since)?,
            };
            let wire = messages_list::request(&address, request.size)?;
            let read = match call(session, wire, messages_list::parse).await {
                Err(fault) if request.folder.is_some() && fault::may_be_of_folder(&fault) => {
                    let call = batch::Call::page(api, &address, request.size)?;
                    fault::once_more(session, call, fault, messages_list::parse).await?
                }
                read => read,
            };
            let is_of_folder = match request.folder {
                Some(_) => fault::is_of_folder,
                None => error::is_of_folder,
            };
            Ok(match read {
                Ok(list) => PageOutcome::Page(messages_list::page(api, list)?),
                Err(error) if is_of_folder(&error) => PageOutcome::Unreadable(error),
                Err(error) => return Err(error),
            })
        })
    }

    fn find_by_message_id<'a>(
        &'a self,
        session: &'a Session,
        message_id: &'a str,
    ) -> HostFuture<'a, Vec<String>> {
        Box::pin(async move {
            let request = messages_list::search(&session.endpoints().api, message_id)?;
            let list = call(session, request, messages_list::parse).await?;
            Ok(list.value.into_iter().map(|message| message.id).collect())
        })
    }

    fn search<'a>(
        &'a self,
        session: &'a Session,
        search: &'a Search,
        size: u32,
    ) -> HostFuture<'a, Vec<String>> {
        Box::pin(async move {
            let request = messages_search::request(&session.endpoints().api, search, size)?;
            let list = call(session, request, messages_list::parse).await?;
            Ok(list.value.into_iter().map(|message| message.id).collect())
        })
    }

    fn changes<'a>(
        &'a self,
        session: &'a Session,
        request: ChangesRequest<'a>,
    ) -> HostFuture<'a, PageOutcome> {
        Box::pin(async move {
            let feed = Feed::of(&session.endpoints().api, FeedRequest::Changes(request))?;
            page::read(session, feed).await
        })
    }

    fn feeds<'a>(&'a self, session: &'a Session, request: FeedsRequest<'a>) -> HostFuture<'a, Feeds> {
        Box::pin(feeds::read(session, request))
    }

    fn fetch<'a>(
        &'a self,
        session: &'a Session,
        wanted: &'a [Wanted],
        folders: &'a [Folder],
    ) -> HostFuture<'a, Vec<Fetched>> {
        Box::pin(async move {
            let ids: Vec<String> = wanted.iter().flat_map(Wanted::mail_ids).cloned().collect();
            let outcomes = page::fetch(session, &ids, folders).await?;
            Ok(ids
                .into_iter()
                .zip(outcomes)
                .map(|(mail_id, outcome)| Fetched { mail_id, outcome })
                .collect())
        })
    }

    fn placed(&self, placement: &Placement, edit: &Edit, folders: &[Folder]) -> Placement {
        apply::placed(placement, edit, folders)
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
            let request = message_value::request(&session.endpoints().api, mail_id)?;
            call(session, request, message_value::parse).await
        })
    }

    fn attachment<'a>(
        &'a self,
        session: &'a Session,
        mail_id: &'a str,
        attachment_id: &'a str,
    ) -> HostFuture<'a, Vec<u8>> {
        Box::pin(async move {
            let request = attachment_get::request(&session.endpoints().api, mail_id, attachment_id)?;
            call(session, request, attachment_get::parse).await
        })
    }

    fn open_attachment<'a>(
        &'a self,
        session: &'a Session,
        mail_id: &'a str,
        attachment_id: &'a str,
    ) -> HostFuture<'a, Content> {
        Box::pin(async move {
            let request = attachment_get::request(&session.endpoints().api, mail_id, attachment_id)?;
            open(session, request, attachment_get::parse).await
        })
    }
}

fn no_folder() -> Error {
    Error::new(
        ErrorCode::Internal,
        "mail is listed folder by folder here, and none is named",
    )
}
