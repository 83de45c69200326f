//! Delete message: <https://learn.microsoft.com/graph/api/message-delete>.

use chrono::{DateTime, Utc};
use http::Response;

use super::super::http::segment;
use super::batch::Call;
use super::error;
use crate::error::Result;

/// A call for a batch. The message is in no folder any more; as with Outlook's own "Delete", the mailbox's owner and
/// administrators can recover it for the time that the organisation keeps such items.
pub(super) fn call(id: &str) -> Result<Call> {
    Ok(Call::delete(format!("/me/messages/{}", segment(id)?)))
}

pub(super) fn parse(response: &Response<Vec<u8>>, now: DateTime<Utc>) -> Result<()> {
    error::check(response, now).map(drop)
}
