//! Whose answer a callback is (RFC 9207): the defence against mix-ups where providers share a redirect URI.

use url::Url;

use crate::error::{Error, ErrorCode, Result};
use crate::provider::Provider;
use crate::settings::{Application, Endpoints};

/// Checks the issuer that an answer names against the provider that was asked.
///
/// An answer without one passes: Microsoft sends none, and Google sends it without promising it in its metadata. The
/// state is bound to one provider all the same, and the code is taken to that provider's token endpoint only.
///
/// # Errors
/// `state_invalid` for the issuer of somebody else.
pub(super) fn check(application: &Application, named: Option<&str>) -> Result<()> {
    let Some(named) = named else { return Ok(()) };
    match is_issuer(application, named) {
        true => Ok(()),
        false => Err(Error::new(
            ErrorCode::StateInvalid,
            "the answer comes from another provider than the one that was asked: link the account again",
        )),
    }
}

fn is_issuer(application: &Application, named: &str) -> bool {
    let provider = application.provider;
    match provider {
        Provider::Google if named == "https://accounts.google.com" => return true,
        Provider::Microsoft if is_directory(named, "https://login.microsoftonline.com") => return true,
        _ => {}
    }
    // A national cloud or a stand-in names itself.
    let asked = origin(&application.endpoints.authorize);
    let public = origin(&Endpoints::public(provider).authorize);
    asked != public && asked.is_some() && asked == origin(named)
}

/// Whether this is `<authority>/<directory's id>/v2.0`.
fn is_directory(named: &str, authority: &str) -> bool {
    let directory = named
        .strip_prefix(authority)
        .and_then(|path| path.strip_prefix('/')?.strip_suffix("/v2.0"));
    directory
        .is_some_and(|id| !id.is_empty() && id.bytes().all(|byte| byte.is_ascii_hexdigit() || byte == b'-'))
}

fn origin(address: &str) -> Option<String> {
    Some(Url::parse(address).ok()?.origin().ascii_serialization())
}
