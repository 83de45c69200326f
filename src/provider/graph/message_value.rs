//! Get message, its MIME content: <https://learn.microsoft.com/graph/outlook-get-mime-message>.

use http::Request;

use super::super::http::{get, segment};
pub(super) use super::attachment_get::parse;
use super::prefer::with_preferences;
use crate::error::Result;

pub(super) fn request(api: &str, id: &str) -> Result<Request<Vec<u8>>> {
    let address = format!("{api}/me/messages/{}/$value", segment(id)?);
    Ok(with_preferences(get(&address)?, None))
}
