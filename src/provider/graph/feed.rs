//! One folder's feed, page by page. A page that is too long is asked for again with fewer messages; where a single one
//! is too long, the feed begins anew without bodies, and its messages are read by their ids.

use serde_json::Value;

use super::super::FeedRequest;
use super::super::http::{call, own_link};
use super::batch::Call;
use super::wire::Collection;
use super::{messages_delta, no_folder};
use crate::error::Result;
use crate::model::Folder;
use crate::session::Session;

/// A page of a feed, before it is asked for.
pub(super) struct Feed<'a> {
    pub(super) folder: &'a Folder,
    pub(super) folders: &'a [Folder],
    pub(super) total: Option<u64>,
    address: String,
    size: u32,
    /// Where the feed begins without bodies.
    without_bodies: String,
}

impl<'a> Feed<'a> {
    pub(super) fn of(api: &str, request: FeedRequest<'a>) -> Result<Self> {
        let (folder, since, page) = match request {
            FeedRequest::List(list) => (list.folder, list.since, list.page),
            FeedRequest::Changes(changes) => (changes.folder, None, Some(changes.cursor)),
        };
        let folder = folder.ok_or_else(no_folder)?;
        let address = match page {
            Some(page) => own_link(api, &page.0)?,
            None => messages_delta::first(api, &folder.id, since)?,
        };
        let (folders, total, size) = match request {
            FeedRequest::List(list) => (list.folders, folder.total, list.size),
            FeedRequest::Changes(changes) => (changes.folders, None, changes.size),
        };
        Ok(Self {
            folder,
            folders,
            total,
            address,
            size,
            without_bodies: messages_delta::first_without_bodies(api, &folder.id, since)?,
        })
    }

    /// The page as a call for a batch.
    pub(super) fn call(&self, api: &str) -> Result<Call> {
        Call::page(api, &self.address, self.size)
    }

    /// The page; `None` where its address is no longer known.
    pub(super) async fn read(&self, session: &Session) -> Result<Option<Collection<Value>>> {
        /// Few rounds lead from the largest page to a single message.
        const FRACTION: u32 = 5;
        let mut size = self.size;
        loop {
            let request = messages_delta::request(&self.address, size)?;
            match call(session, request, messages_delta::parse).await {
                Err(error) if error.is_too_large() && size > 1 => size = (size / FRACTION).max(1),
                Err(error) if error.is_too_large() && self.address != self.without_bodies => {
                    return Ok(Some(Collection {
                        value: Vec::new(),
                        next_link: Some(self.without_bodies.clone()),
                        delta_link: None,
                        count: None,
                    }));
                }
                outcome => return outcome,
            }
        }
    }
}
