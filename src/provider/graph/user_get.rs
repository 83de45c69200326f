//! Get user: <https://learn.microsoft.com/graph/api/user-get>.

use chrono::{DateTime, Utc};
use http::{Request, Response};

use super::super::http::{get, json};
use super::error;
use super::prefer::with_preferences;
use super::wire::User;
use crate::error::Result;

pub(super) fn request(api: &str) -> Result<Request<Vec<u8>>> {
    let request = get(&format!("{api}/me?$select=id,mail,userPrincipalName,displayName"))?;
    Ok(with_preferences(request, None))
}

/// The same with every address that mail reaches the mailbox by; not known of personal accounts.
pub(super) fn addresses_request(api: &str) -> Result<Request<Vec<u8>>> {
    let select = "id,mail,userPrincipalName,displayName,proxyAddresses";
    let request = get(&format!("{api}/me?$select={select}"))?;
    Ok(with_preferences(request, None))
}

pub(super) fn parse(response: &Response<Vec<u8>>, now: DateTime<Utc>) -> Result<User> {
    json(error::check(response, now)?)
}
