//! List attachments: <https://learn.microsoft.com/graph/api/message-list-attachments>.

use chrono::{DateTime, Utc};
use http::{Request, Response};

use super::super::http::{get, json, segment};
use super::batch::Call;
use super::error;
use super::prefer::with_preferences;
use super::wire::{Attachment, Collection};
use crate::error::Result;

/// `contentId` belongs to one kind of attachment only, and is selected by its type.
const SELECT: &str = "id,name,contentType,size,isInline,microsoft.graph.fileAttachment/contentId";

/// A call for a batch.
pub(super) fn call(message_id: &str) -> Result<Call> {
    let id = segment(message_id)?;
    Ok(Call::get(format!(
        "/me/messages/{id}/attachments?$select={SELECT}"
    )))
}

/// The page behind a next link of the page before.
pub(super) fn next_request(link: &str) -> Result<Request<Vec<u8>>> {
    Ok(with_preferences(get(link)?, None))
}

pub(super) fn parse(response: &Response<Vec<u8>>, now: DateTime<Utc>) -> Result<Collection<Attachment>> {
    json(error::check(response, now)?)
}
