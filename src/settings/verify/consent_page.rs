//! The consent page, asked for without showing anything. A provider sends the browser back only to a redirect URI that
//! is registered (RFC 6749 4.1.2.1), so being sent back proves it.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use http::header::LOCATION;
use http::{Request, Response};
use sha2::{Digest, Sha256};
use url::Url;

use super::report::{Check, Subject};
use super::{Trial, faults, probe};
use crate::error::Result;
use crate::host::Host;

/// What the consent page says about the application and the redirect URI.
///
/// # Errors
/// What isn't about the network or the provider.
pub(super) async fn findings(host: &dyn Host, trial: &Trial<'_>) -> Result<Vec<Check>> {
    let application = trial.application;
    let Ok(mut address) = Url::parse(&application.endpoints.authorize) else {
        return Ok(Vec::new());
    };
    address
        .query_pairs_mut()
        .append_pair("client_id", &application.client_id)
        .append_pair("response_type", "code")
        .append_pair("redirect_uri", trial.redirect_uri)
        .append_pair("scope", &application.mode.scopes(application.provider).join(" "))
        .append_pair("state", "verification")
        .append_pair("prompt", "none")
        .append_pair(
            "code_challenge",
            &URL_SAFE_NO_PAD.encode(Sha256::digest(&trial.verifier)),
        )
        .append_pair("code_challenge_method", "S256");
    let request = Request::get(address.as_str())
        .header(http::header::ACCEPT, "text/html")
        .body(Vec::new())
        .map_err(probe::unusable)?;
    Ok(match probe::ask(host, application.provider, request).await? {
        Ok(response) => read(trial, &response),
        Err(check) => vec![check],
    })
}

fn read(trial: &Trial<'_>, response: &Response<Vec<u8>>) -> Vec<Check> {
    let provider = trial.application.provider;
    let location = response.headers().get(LOCATION);
    let location = location.and_then(|value| value.to_str().ok()).unwrap_or_default();
    if let Some(rest) = location.strip_prefix(trial.redirect_uri)
        && rest.starts_with(['?', '#'])
    {
        let proven = [Subject::RedirectUri, Subject::ClientId].map(|subject| Check::ok(provider, subject));
        return proven.into();
    }
    let text = format!(
        "{}\n{}",
        shown_error(location),
        String::from_utf8_lossy(response.body())
    );
    faults::code_in(provider, &text)
        .map(|code| faults::findings(provider, &code))
        .unwrap_or_default()
}

/// The text of the error page that an address leads to. Google packs it into a parameter of its own, in base64.
fn shown_error(location: &str) -> String {
    let Ok(url) = Url::parse(location) else {
        return location.to_owned();
    };
    let packed = url.query_pairs().find(|(name, _)| name == "authError");
    let bytes = packed.and_then(|(_, value)| URL_SAFE_NO_PAD.decode(value.trim_end_matches('=')).ok());
    match bytes {
        Some(bytes) => String::from_utf8_lossy(&bytes).into_owned(),
        None => location.to_owned(),
    }
}
