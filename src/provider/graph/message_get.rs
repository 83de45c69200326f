//! Get message: <https://learn.microsoft.com/graph/api/message-get>.

use chrono::{DateTime, Utc};
use http::Response;

use super::super::http::{json, segment};
use super::batch::Call;
use super::error;
use super::wire::Message;
use crate::error::Result;

/// What is read of a message, here and in delta pages.
pub(super) const SELECT: &str = "parentFolderId,conversationId,internetMessageId,subject,bodyPreview,body,from,\
                                 sender,toRecipients,ccRecipients,bccRecipients,replyTo,receivedDateTime,\
                                 sentDateTime,createdDateTime,isRead,isDraft,flag,categories,hasAttachments";

/// The same without what makes messages large.
pub(super) const SELECT_WITHOUT_BODY: &str = "parentFolderId,conversationId,internetMessageId,subject,from,sender,\
                                              toRecipients,ccRecipients,bccRecipients,replyTo,receivedDateTime,\
                                              sentDateTime,createdDateTime,isRead,isDraft,flag,categories,\
                                              hasAttachments";

/// A call for a batch.
pub(super) fn call(id: &str) -> Result<Call> {
    Ok(Call::get(format!(
        "/me/messages/{}?$select={SELECT}",
        segment(id)?
    )))
}

pub(super) fn parse(response: &Response<Vec<u8>>, now: DateTime<Utc>) -> Result<Message> {
    json(error::check(response, now)?)
}
