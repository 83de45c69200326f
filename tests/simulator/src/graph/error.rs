//! Errors as Graph writes them.

use http::header::HeaderName;
use serde_json::json;

use crate::answer::{self, Request, Response, request_header, set_header};
use crate::dates::iso8601;
use crate::oauth::microsoft::uuid;
use crate::rng::{hash, mix};

#[derive(Clone, Debug)]
pub(crate) struct ApiError {
    status: u16,
    code: String,
    message: String,
}

impl ApiError {
    pub(crate) fn response(&self, request: &Request, now_ms: i64) -> Response {
        let id = uuid(mix(hash(&request.uri().to_string()), now_ms.unsigned_abs()));
        let client_id = Some(request_header(request, "client-request-id"))
            .filter(|id| !id.is_empty())
            .unwrap_or(&id);
        let mut response = answer::response(
            self.status,
            "application/json",
            json!({ "error": {
                "code": self.code,
                "message": self.message,
                "innerError": {
                    "date": iso8601(now_ms).trim_end_matches('Z'),
                    "request-id": id,
                    "client-request-id": client_id,
                },
            }})
            .to_string(),
        );
        set_header(&mut response, HeaderName::from_static("request-id"), &id);
        if self.status == 401 {
            let challenge = "Bearer realm=\"\", authorization_uri=\"https://login.microsoftonline.com/common/oauth2/authorize\", client_id=\"00000003-0000-0000-c000-000000000000\"";
            set_header(&mut response, http::header::WWW_AUTHENTICATE, challenge);
        }
        response
    }
}

pub(crate) fn error(status: u16, code: &str, message: &str) -> ApiError {
    ApiError {
        status,
        code: code.to_owned(),
        message: message.to_owned(),
    }
}

pub(crate) fn unauthenticated(has_token: bool) -> ApiError {
    let message = if has_token {
        "Lifetime validation failed, the token is expired."
    } else {
        "Access token is empty."
    };
    error(401, "InvalidAuthenticationToken", message)
}

pub(crate) fn access_denied() -> ApiError {
    error(
        403,
        "ErrorAccessDenied",
        "Access is denied. Check credentials and try again.",
    )
}

pub(crate) fn not_found() -> ApiError {
    error(
        404,
        "ErrorItemNotFound",
        "The specified object was not found in the store.",
    )
}

pub(crate) fn malformed_id() -> ApiError {
    error(400, "ErrorInvalidIdMalformed", "Id is malformed.")
}

pub(crate) fn bad_request(message: &str) -> ApiError {
    error(400, "BadRequest", message)
}

pub(crate) fn no_segment(segment: &str) -> ApiError {
    error(
        400,
        "BadRequest",
        &format!("Resource not found for the segment '{segment}'."),
    )
}

pub(crate) fn sync_state_not_found() -> ApiError {
    error(
        410,
        "SyncStateNotFound",
        "The sync state generation is not found; the item may no longer exist or the sync state has expired.",
    )
}

pub(crate) fn too_many_at_once() -> ApiError {
    error(
        429,
        "ApplicationThrottled",
        "Application is over its MailboxConcurrency limit.",
    )
}

/// An error of any status, shaped as Graph would; for faults made on request.
pub(crate) fn simulated(status: u16, code: Option<&str>) -> ApiError {
    let (default, message) = match status {
        400 => ("BadRequest", "The request is invalid."),
        401 => return unauthenticated(true),
        403 => (
            "ErrorAccessDenied",
            "Access is denied. Check credentials and try again.",
        ),
        404 => (
            "ErrorItemNotFound",
            "The specified object was not found in the store.",
        ),
        409 => (
            "ErrorIrresolvableConflict",
            "The send or update operation could not be performed because the change key passed in the request does not match the current change key for the item.",
        ),
        410 => return sync_state_not_found(),
        429 => (
            "ApplicationThrottled",
            "Application is over its MailboxConcurrency limit.",
        ),
        503 => (
            "ErrorServerBusy",
            "The server cannot service this request right now. Try again later.",
        ),
        504 => ("UnknownError", "The gateway timed out."),
        _ => (
            "ErrorInternalServerError",
            "An internal server error occurred. The operation failed.",
        ),
    };
    error(status, code.unwrap_or(default), message)
}
