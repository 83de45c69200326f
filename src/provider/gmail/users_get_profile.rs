//! `users.getProfile`: <https://developers.google.com/workspace/gmail/api/reference/rest/v1/users/getProfile>.

use chrono::{DateTime, Utc};
use http::{Request, Response};

use super::super::http::{get, json};
use super::error;
use super::wire::Profile;
use crate::error::Result;

pub(super) fn request(api: &str) -> Result<Request<Vec<u8>>> {
    get(&format!("{api}/users/me/profile"))
}

pub(super) fn parse(response: &Response<Vec<u8>>, now: DateTime<Utc>) -> Result<Profile> {
    json(error::check(response, now)?)
}
