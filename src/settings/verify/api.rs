//! The mail API, asked without a token: it refuses, and by that shows that it is there.

use http::Request;

use super::probe;
use super::report::{Check, Subject};
use crate::error::Result;
use crate::host::Host;
use crate::provider::Provider;
use crate::settings::Application;

/// What the API's refusal says. Whether it is enabled for the application only a user's token shows.
///
/// # Errors
/// What isn't about the network or the provider.
pub(super) async fn findings(host: &dyn Host, application: &Application) -> Result<Vec<Check>> {
    let provider = application.provider;
    let path = match provider {
        Provider::Google => "users/me/profile",
        Provider::Microsoft => "me",
    };
    let address = format!("{}/{path}", application.endpoints.api);
    let request = Request::get(address.as_str())
        .body(Vec::new())
        .map_err(probe::unusable)?;
    Ok(match probe::ask(host, provider, request).await? {
        Err(check) => vec![check],
        Ok(response) => match response.status().as_u16() {
            401 | 403 => Vec::new(),
            status => vec![probe::strange(provider, &address, Subject::Api, status)],
        },
    })
}
