//! Who an id token speaks of (OpenID Connect Core 1.0, section 3.1.3.7).

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::Deserialize;

use crate::error::{Error, ErrorCode, Result};
use crate::json;
use crate::settings::Application;

#[derive(Deserialize)]
struct Claims {
    sub: String,
    aud: String,
}

/// The stable id of the mailbox's owner. The token came straight from the token endpoint over TLS, which stands for
/// checking its signature; its audience must still be this application.
///
/// # Errors
/// `response_invalid` for a token that is none, or another application's.
pub(super) fn of_id_token(application: &Application, token: &str) -> Result<String> {
    let unusable = || {
        Error::new(
            ErrorCode::ResponseInvalid,
            "the provider's answer does not tell whose mailbox it is",
        )
    };
    let payload = token.split('.').nth(1).ok_or_else(unusable)?;
    let payload = URL_SAFE_NO_PAD.decode(payload).map_err(|_| unusable())?;
    let claims: Claims = serde_json::from_slice(&payload)
        .ok()
        .and_then(|claims| json::read(claims).ok())
        .ok_or_else(unusable)?;
    match claims.aud == application.client_id && (1..=255).contains(&claims.sub.len()) {
        true => Ok(claims.sub),
        false => Err(unusable()),
    }
}
