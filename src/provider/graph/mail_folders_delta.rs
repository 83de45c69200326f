//! mailFolder: delta, all folders at every depth: <https://learn.microsoft.com/graph/api/mailfolder-delta>.

use chrono::{DateTime, Utc};
use http::{Request, Response};

use super::super::http::{get, json};
use super::batch::Call;
use super::error;
use super::prefer::with_preferences;
use super::wire::{Collection, MailFolder};
use crate::error::Result;

const PAGE_SIZE: u32 = 200;
const SELECT: &str = "displayName,parentFolderId,totalItemCount";

/// The first page as a call for a batch.
pub(super) fn call() -> Call {
    Call::get(format!("/me/mailFolders/delta?$select={SELECT}")).paged(PAGE_SIZE)
}

/// The page behind a next link of the page before.
pub(super) fn next_request(link: &str) -> Result<Request<Vec<u8>>> {
    Ok(with_preferences(get(link)?, Some(PAGE_SIZE)))
}

pub(super) fn parse(response: &Response<Vec<u8>>, now: DateTime<Utc>) -> Result<Collection<MailFolder>> {
    json(error::check(response, now)?)
}
