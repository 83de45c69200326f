//! What a token endpoint's refusals mean here.

use oauth2::RequestTokenError;
use oauth2::basic::{BasicErrorResponse, BasicRequestTokenError};

use crate::error::{Error, ErrorCode};

/// Only these two words mean that the grant is dead; everything else may pass.
pub(super) fn is_dead_grant(error: &BasicRequestTokenError<Error>) -> bool {
    match error {
        RequestTokenError::ServerResponse(response) => {
            matches!(
                response.error().to_string().as_str(),
                "invalid_grant" | "interaction_required"
            )
        }
        _ => false,
    }
}

/// The error for everything else that an exchange can end in.
pub(super) fn error(error: BasicRequestTokenError<Error>) -> Error {
    match error {
        RequestTokenError::ServerResponse(response) => refused(&response),
        RequestTokenError::Request(error) => error,
        RequestTokenError::Parse(..) => {
            // The body is not repeated: it may hold tokens.
            Error::new(
                ErrorCode::ResponseInvalid,
                "the provider's token answer is not readable",
            )
        }
        RequestTokenError::Other(_) => {
            Error::new(ErrorCode::ResponseInvalid, "the provider's token answer is empty")
        }
    }
}

/// A refusal in words. Microsoft's AADSTS codes say more than its OAuth error.
fn refused(response: &BasicErrorResponse) -> Error {
    let description = response
        .error_description()
        .map(String::as_str)
        .unwrap_or_default();
    let rejected = |field: &'static str, message: &'static str| {
        Error::new(ErrorCode::ClientRejected, message).about(field)
    };
    let known = [
        (
            "AADSTS7000222",
            "clientSecret",
            "the client secret has expired: an administrator creates a new one",
        ),
        (
            "AADSTS7000215",
            "clientSecret",
            "the provider does not accept the client secret: enter its value, not its id",
        ),
        (
            "AADSTS700016",
            "clientId",
            "the provider does not know this client ID in this tenant",
        ),
        (
            "AADSTS50194",
            "tenant",
            "the application is for one tenant only: enter its directory's id as the tenant",
        ),
        ("AADSTS90002", "tenant", "the provider does not know this tenant"),
        (
            "AADSTS50011",
            "redirectUri",
            "the redirect URI is not registered for this application",
        ),
    ];
    if let Some((_, field, message)) = known.into_iter().find(|(code, _, _)| description.contains(code)) {
        return rejected(field, message);
    }
    match response.error().to_string().as_str() {
        "invalid_client" | "unauthorized_client" => rejected(
            "clientSecret",
            "the provider does not accept the client ID and secret: an administrator checks them",
        ),
        "redirect_uri_mismatch" => rejected(
            "redirectUri",
            "the redirect URI is not registered for this application",
        ),
        "temporarily_unavailable" | "server_error" => Error::new(
            ErrorCode::ProviderUnavailable,
            "the provider can't issue tokens right now",
        ),
        _ => Error::new(
            ErrorCode::ProviderRejected,
            "the provider refused to issue tokens",
        ),
    }
}
