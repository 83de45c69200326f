//! `users.messages.attachments.get`:
//! <https://developers.google.com/workspace/gmail/api/reference/rest/v1/users.messages.attachments/get>.

use chrono::{DateTime, Utc};
use http::{Request, Response};

use super::super::http::{costing, get, json, missing, segment};
use super::wire::MessagePartBody;
use super::{convert, error};
use crate::error::Result;

/// What a call costs.
const UNITS: u32 = 20;

pub(super) fn request(api: &str, message_id: &str, id: &str) -> Result<Request<Vec<u8>>> {
    let request = get(&format!(
        "{api}/users/me/messages/{}/attachments/{}",
        segment(message_id)?,
        segment(id)?
    ))?;
    Ok(costing(request, UNITS))
}

/// The file's bytes.
pub(super) fn parse(response: &Response<Vec<u8>>, now: DateTime<Utc>) -> Result<Vec<u8>> {
    let body: MessagePartBody = json(error::check(response, now)?)?;
    convert::bytes(&body.data.ok_or_else(|| missing("file data"))?)
}
