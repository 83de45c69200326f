//! `users.labels.list`: <https://developers.google.com/workspace/gmail/api/reference/rest/v1/users.labels/list>.

use chrono::{DateTime, Utc};
use http::{Request, Response};

use super::super::http::{get, json};
use super::error;
use super::wire::{Label, ListLabelsResponse};
use crate::error::Result;

pub(super) fn request(api: &str) -> Result<Request<Vec<u8>>> {
    get(&format!("{api}/users/me/labels"))
}

pub(super) fn parse(response: &Response<Vec<u8>>, now: DateTime<Utc>) -> Result<Vec<Label>> {
    json::<ListLabelsResponse>(error::check(response, now)?).map(|list| list.labels)
}
