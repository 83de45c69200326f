//! Gmail's errors: <https://developers.google.com/workspace/gmail/api/guides/handle-errors>.

use chrono::{DateTime, Utc};
use http::Response;

use super::super::http::{json, reason, retry_after};
use super::wire::ErrorBody;
use crate::error::{Error, ErrorCode, Result};
use crate::session;

/// The answer, where its status says success.
///
/// # Errors
/// The error that status and body stand for, with the waiting time where one is given.
pub(super) fn check(response: &Response<Vec<u8>>, now: DateTime<Utc>) -> Result<&[u8]> {
    if response.status().is_success() {
        return Ok(response.body());
    }
    let status = response.status().as_u16();
    let reasons = reasons(response.body());
    let code = code(status, &reasons);
    let word = reasons.iter().find_map(|text| reason(text));
    let message = match word {
        Some(word) => format!("Gmail answered {status} ({word})"),
        None => format!("Gmail answered {status}"),
    };
    let error = Error::new(code, message).retry_after(retry_after(response.headers(), now));
    Err(match status {
        401 => error.without_effect(),
        _ => error,
    })
}

/// The error of a part of a batch that asks to slow down.
pub(super) fn complaint(part: &Response<Vec<u8>>, now: DateTime<Utc>) -> Option<Error> {
    check(part, now).err().filter(session::is_complaint)
}

/// The reasons that the body names, the most telling ones first. An unreadable body names none.
fn reasons(body: &[u8]) -> Vec<String> {
    let Ok(ErrorBody { error }) = json(body) else {
        return Vec::new();
    };
    let items = error.errors.into_iter().chain(error.details).flatten();
    items.filter_map(|item| item.reason).chain(error.status).collect()
}

fn code(status: u16, reasons: &[String]) -> ErrorCode {
    let has = |names: &[&str]| reasons.iter().any(|reason| names.contains(&reason.as_str()));
    match status {
        // The token was renewed before the request was sent again: whether the grant lives, only the token endpoint says.
        401 => ErrorCode::ProviderUnavailable,
        429 => ErrorCode::RateLimited,
        400 | 403
            if has(&[
                "rateLimitExceeded",
                "userRateLimitExceeded",
                "dailyLimitExceeded",
                "quotaExceeded",
                "RATE_LIMIT_EXCEEDED",
                "RESOURCE_EXHAUSTED",
            ]) =>
        {
            ErrorCode::RateLimited
        }
        403 if has(&["insufficientPermissions", "ACCESS_TOKEN_SCOPE_INSUFFICIENT"]) => {
            ErrorCode::PermissionMissing
        }
        400 | 403
            if has(&[
                "accessNotConfigured",
                "SERVICE_DISABLED",
                "domainPolicy",
                "failedPrecondition",
                "FAILED_PRECONDITION",
            ]) =>
        {
            ErrorCode::MailboxUnavailable
        }
        404 | 410 => ErrorCode::ItemGone,
        408 | 500..=599 => ErrorCode::ProviderUnavailable,
        // The API doesn't redirect: something else has answered.
        300..=399 => ErrorCode::ResponseInvalid,
        _ => ErrorCode::ProviderRejected,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn error(status: u16, body: &str) -> Error {
        let now = DateTime::from_timestamp(1_772_366_400, 0).unwrap();
        let response = Response::builder()
            .status(status)
            .header("retry-after", "Sun, 01 Mar 2026 12:00:07 GMT")
            .body(body.as_bytes().to_vec())
            .unwrap();
        check(&response, now).unwrap_err()
    }

    fn with_reason(status: u16, reason: &str) -> Error {
        error(
            status,
            &format!(
                r#"{{"error":{{"code":{status},"message":"private words","errors":[{{"reason":"{reason}"}}]}}}}"#
            ),
        )
    }

    #[test]
    fn each_status_and_reason_has_its_code() {
        for (status, reason, code) in [
            (401, "authError", ErrorCode::ProviderUnavailable),
            (403, "rateLimitExceeded", ErrorCode::RateLimited),
            (403, "userRateLimitExceeded", ErrorCode::RateLimited),
            (429, "rateLimitExceeded", ErrorCode::RateLimited),
            (403, "insufficientPermissions", ErrorCode::PermissionMissing),
            (403, "accessNotConfigured", ErrorCode::MailboxUnavailable),
            (400, "failedPrecondition", ErrorCode::MailboxUnavailable),
            (404, "notFound", ErrorCode::ItemGone),
            (500, "backendError", ErrorCode::ProviderUnavailable),
            (503, "backendError", ErrorCode::ProviderUnavailable),
            (400, "invalidArgument", ErrorCode::ProviderRejected),
            (302, "found", ErrorCode::ResponseInvalid),
        ] {
            let error = with_reason(status, reason);
            assert_eq!(error.code(), code, "{status} {reason}");
            assert_eq!(error.retry_after_seconds(), Some(7));
            assert!(error.message().contains(reason) && !error.to_string().contains("private"));
        }
    }

    #[test]
    fn details_tell_the_reason_too_and_other_bodies_none() {
        let body = r#"{"error":{"status":"PERMISSION_DENIED","details":[{"reason":"SERVICE_DISABLED"}]}}"#;
        assert_eq!(error(403, body).code(), ErrorCode::MailboxUnavailable);
        for body in ["", "<html>", "{", "[]", r#"{"error":"x"}"#] {
            assert_eq!(error(429, body).code(), ErrorCode::RateLimited);
            assert_eq!(error(403, body).code(), ErrorCode::ProviderRejected);
        }
    }
}
