//! Errors as Google's APIs write them.

use serde_json::json;

use crate::answer::{self, Response, set_header};

#[derive(Clone, Debug)]
pub(crate) struct ApiError {
    pub(crate) status: u16,
    message: String,
    domain: &'static str,
    reason: String,
    /// Google's canonical name of the status.
    name: &'static str,
}

impl ApiError {
    pub(crate) fn response(&self) -> Response {
        let mut detail = json!({ "message": self.message, "domain": self.domain, "reason": self.reason });
        if let (401, Some(members)) = (self.status, detail.as_object_mut()) {
            members.insert("location".to_owned(), json!("Authorization"));
            members.insert("locationType".to_owned(), json!("header"));
        }
        let mut response = answer::json(
            self.status,
            &json!({ "error": { "code": self.status, "message": self.message, "errors": [detail], "status": self.name } }),
        );
        if self.status == 401 {
            let challenge = "Bearer realm=\"https://accounts.google.com/\", error=\"invalid_token\"";
            set_header(&mut response, http::header::WWW_AUTHENTICATE, challenge);
        }
        response
    }
}

pub(super) fn error(status: u16, name: &'static str, reason: &str, message: &str) -> ApiError {
    ApiError {
        status,
        message: message.to_owned(),
        domain: "global",
        reason: reason.to_owned(),
        name,
    }
}

pub(crate) fn unauthenticated() -> ApiError {
    error(
        401,
        "UNAUTHENTICATED",
        "authError",
        "Request had invalid authentication credentials. Expected OAuth 2 access token, login cookie or other valid authentication credential. See https://developers.google.com/identity/sign-in/web/devconsole-project.",
    )
}

pub(crate) fn insufficient_scopes() -> ApiError {
    error(
        403,
        "PERMISSION_DENIED",
        "insufficientPermissions",
        "Request had insufficient authentication scopes.",
    )
}

pub(crate) fn api_disabled() -> ApiError {
    let message = "Gmail API has not been used in project 240917 before or it is disabled. Enable it by visiting https://console.developers.google.com/apis/api/gmail.googleapis.com/overview?project=240917 then retry. If you enabled this API recently, wait a few minutes for the action to propagate to our systems and retry.";
    ApiError {
        domain: "usageLimits",
        ..error(403, "PERMISSION_DENIED", "accessNotConfigured", message)
    }
}

pub(crate) fn not_found() -> ApiError {
    error(404, "NOT_FOUND", "notFound", "Requested entity was not found.")
}

pub(crate) fn invalid_argument(message: &str) -> ApiError {
    error(400, "INVALID_ARGUMENT", "invalidArgument", message)
}

pub(crate) fn forbidden(message: &str) -> ApiError {
    error(403, "PERMISSION_DENIED", "forbidden", message)
}

pub(crate) fn rate_limited() -> ApiError {
    simulated(429, None)
}

/// An error of any status, shaped as Google would; for faults made on request.
pub(crate) fn simulated(status: u16, reason: Option<&str>) -> ApiError {
    let (name, default, message) = match status {
        400 => ("INVALID_ARGUMENT", "badRequest", "Bad Request"),
        401 => return unauthenticated(),
        403 => ("PERMISSION_DENIED", "rateLimitExceeded", "Rate Limit Exceeded"),
        404 => ("NOT_FOUND", "notFound", "Requested entity was not found."),
        429 => (
            "RESOURCE_EXHAUSTED",
            "rateLimitExceeded",
            "Quota exceeded for quota metric 'Queries' and limit 'Queries per minute per user'.",
        ),
        503 => (
            "UNAVAILABLE",
            "backendError",
            "The service is currently unavailable.",
        ),
        _ => ("INTERNAL", "backendError", "Internal error encountered."),
    };
    let usage = matches!(status, 403 | 429);
    ApiError {
        domain: if usage { "usageLimits" } else { "global" },
        ..error(status, name, reason.unwrap_or(default), message)
    }
}
