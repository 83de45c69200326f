//! Get mailFolder by its well-known name: <https://learn.microsoft.com/graph/api/mailfolder-get>.

use chrono::{DateTime, Utc};
use http::Response;

use super::super::http::json;
use super::batch::Call;
use super::error;
use super::wire::MailFolder;
use crate::error::Result;

/// A call for a batch; `name` is one of the well-known names.
pub(super) fn call(name: &str) -> Call {
    Call::get(format!("/me/mailFolders/{name}?$select=id"))
}

pub(super) fn parse(response: &Response<Vec<u8>>, now: DateTime<Utc>) -> Result<MailFolder> {
    json(error::check(response, now)?)
}
