//! Graph's errors: <https://learn.microsoft.com/graph/errors>.

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
    let word = reason_of(response.body());
    let message = match word.as_deref().and_then(reason) {
        Some(word) => format!("Outlook answered {status} ({word})"),
        None => format!("Outlook answered {status}"),
    };
    let code = code(status, word.as_deref().unwrap_or_default());
    let error = Error::new(code, message).retry_after(retry_after(response.headers(), now));
    Err(match status {
        401 => error.without_effect(),
        _ => error,
    })
}

/// The error of a call of a batch that asks to slow down.
pub(super) fn complaint(answer: &Response<Vec<u8>>, now: DateTime<Utc>) -> Option<Error> {
    check(answer, now).err().filter(session::is_complaint)
}

/// Whether the answer says that a delta or next link is no longer known.
pub(super) fn is_expired(response: &Response<Vec<u8>>) -> bool {
    let status = response.status();
    if status.as_u16() == 410 {
        return true;
    }
    status.is_client_error()
        && reason_of(response.body()).is_some_and(|word| {
            let word = word.to_ascii_lowercase();
            ["syncstatenotfound", "syncstateinvalid", "resyncrequired"].contains(&word.as_str())
        })
}

/// Whether a refusal of a folder's feed is about this folder: nothing else of the mailbox fails for it.
pub(super) fn is_of_folder(error: &Error) -> bool {
    matches!(
        error.code(),
        ErrorCode::PermissionMissing | ErrorCode::ProviderRejected | ErrorCode::ItemGone
    )
}

fn reason_of(body: &[u8]) -> Option<String> {
    json::<ErrorBody>(body).ok()?.error.code
}

fn code(status: u16, word: &str) -> ErrorCode {
    match (status, word) {
        (
            _,
            "MailboxNotEnabledForRESTAPI"
            | "MailboxNotSupportedForRESTAPI"
            | "MailboxNotFound"
            | "ErrorNonExistentMailbox"
            | "ErrorMailboxStoreUnavailable"
            | "MailboxItemAccessDenied",
        ) if status < 500 => ErrorCode::MailboxUnavailable,
        (429, _) | (_, "ApplicationThrottled" | "MailboxConcurrency" | "TooManyRequests") => {
            ErrorCode::RateLimited
        }
        // The token was renewed before the request was sent again: whether the grant lives, only the token endpoint says.
        (401, _) => ErrorCode::ProviderUnavailable,
        (403, "ErrorAccessDenied" | "AccessDenied" | "accessDenied" | "Authorization_RequestDenied") => {
            ErrorCode::PermissionMissing
        }
        (404 | 410, _) => ErrorCode::ItemGone,
        (409 | 412, _) => ErrorCode::Conflict,
        (408 | 423 | 424 | 500..=599, _) => ErrorCode::ProviderUnavailable,
        // The API doesn't redirect: something else has answered.
        (300..=399, _) => ErrorCode::ResponseInvalid,
        _ => ErrorCode::ProviderRejected,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn response(status: u16, body: &str) -> Response<Vec<u8>> {
        Response::builder()
            .status(status)
            .header("retry-after", "7")
            .body(body.as_bytes().to_vec())
            .unwrap()
    }

    fn with_code(status: u16, code: &str) -> Response<Vec<u8>> {
        response(
            status,
            &format!(r#"{{"error":{{"code":"{code}","message":"private words"}}}}"#),
        )
    }

    fn error(response: &Response<Vec<u8>>) -> Error {
        check(response, DateTime::from_timestamp(1_772_366_400, 0).unwrap()).unwrap_err()
    }

    #[test]
    fn each_status_and_code_has_its_code() {
        for (status, word, code) in [
            (401, "InvalidAuthenticationToken", ErrorCode::ProviderUnavailable),
            (403, "ErrorAccessDenied", ErrorCode::PermissionMissing),
            (403, "Forbidden", ErrorCode::ProviderRejected),
            (404, "MailboxNotEnabledForRESTAPI", ErrorCode::MailboxUnavailable),
            (404, "ErrorItemNotFound", ErrorCode::ItemGone),
            (409, "ErrorIrresolvableConflict", ErrorCode::Conflict),
            (429, "ApplicationThrottled", ErrorCode::RateLimited),
            (503, "MailboxConcurrency", ErrorCode::RateLimited),
            (503, "serviceNotAvailable", ErrorCode::ProviderUnavailable),
            (424, "failedDependency", ErrorCode::ProviderUnavailable),
            (400, "BadRequest", ErrorCode::ProviderRejected),
            (302, "Found", ErrorCode::ResponseInvalid),
        ] {
            let error = error(&with_code(status, word));
            assert_eq!(error.code(), code, "{status} {word}");
            assert_eq!(error.retry_after_seconds(), Some(7));
            assert!(error.message().contains(word) && !error.to_string().contains("private"));
        }
        for body in ["", "<html>", "{", "[]", r#"{"error":"x"}"#] {
            assert_eq!(error(&response(429, body)).code(), ErrorCode::RateLimited);
        }
    }

    #[test]
    fn a_forgotten_cursor_is_known_in_all_its_spellings() {
        assert!(is_expired(&response(410, "")));
        assert!(is_expired(&with_code(400, "SyncStateNotFound")));
        assert!(is_expired(&with_code(404, "syncStateNotFound")));
        assert!(!is_expired(&with_code(404, "ErrorItemNotFound")));
        assert!(!is_expired(&with_code(200, "syncStateNotFound")));
    }
}
