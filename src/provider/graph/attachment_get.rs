//! Get attachment, its raw contents: <https://learn.microsoft.com/graph/api/attachment-get>.

use chrono::{DateTime, Utc};
use http::{Request, Response};

use super::super::http::{get, segment};
use super::error;
use super::prefer::with_preferences;
use crate::error::Result;

pub(super) fn request(api: &str, message_id: &str, id: &str) -> Result<Request<Vec<u8>>> {
    let address = format!(
        "{api}/me/messages/{}/attachments/{}/$value",
        segment(message_id)?,
        segment(id)?
    );
    Ok(with_preferences(get(&address)?, None))
}

/// The file's bytes.
pub(super) fn parse(response: &Response<Vec<u8>>, now: DateTime<Utc>) -> Result<Vec<u8>> {
    error::check(response, now).map(<[u8]>::to_vec)
}
