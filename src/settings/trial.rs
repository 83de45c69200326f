//! What a test sign-in shows, as checks of the settings.

use super::verify::{self, Report, Subject};
use crate::error::{Error, ErrorCode};

/// Some permissions, or access for longer than an hour, were not given.
pub(crate) const NOT_EVERYTHING: &str =
    "Not everything that is needed was allowed on the provider's page. Repeat the test and allow all of it.";
const DENIED: &str = "Consent was not given on the provider's page.";
const API_DISABLED: &str = "The Gmail API is not enabled in the project of this client ID. Enable it and repeat the test after a few minutes.";
const NO_MAILBOX: &str = "The provider opens no mailbox for this account ({{reason}}).";
const NOT_ALLOWED: &str = "The provider does not let the application into this mailbox ({{reason}}).";

/// The provider sent the browser back with an error (RFC 6749 4.1.2.1).
pub(crate) fn refused(report: &mut Report, error: &str, description: &str) {
    let known = verify::known(report.provider(), error, description);
    if known.is_empty() {
        let code = verify::word(error).map(str::to_owned);
        report.fail(Subject::Consent, DENIED, code);
    }
    for check in known {
        report.add(check);
    }
}

/// The provider gave no tokens for the code.
pub(crate) fn not_exchanged(report: &mut Report, error: &Error) {
    let subject = match (error.code(), error.field()) {
        (_, Some("clientId")) => Subject::ClientId,
        (_, Some("clientSecret")) => Subject::ClientSecret,
        (_, Some("tenant")) => Subject::Tenant,
        (_, Some("redirectUri")) => Subject::RedirectUri,
        (ErrorCode::StateInvalid | ErrorCode::PermissionMissing, _) => Subject::Consent,
        _ => Subject::Route,
    };
    // What the redirect had shown may be contradicted here.
    report.fail(subject, error.message().to_owned(), None);
}

/// The mail API did not tell whose mailbox it is.
pub(crate) fn no_mailbox(report: &mut Report, error: &Error) {
    let reason = error
        .message()
        .rsplit_once('(')
        .map(|(_, rest)| rest.trim_end_matches(')'))
        .and_then(verify::word);
    let sentence = match (error.code(), reason) {
        (_, Some("accessNotConfigured" | "SERVICE_DISABLED")) => API_DISABLED,
        (ErrorCode::PermissionMissing, _) => NOT_ALLOWED,
        (ErrorCode::MailboxUnavailable, _) => NO_MAILBOX,
        (ErrorCode::NetworkFailed, _) => {
            return report.fail(Subject::Route, error.message().to_owned(), None);
        }
        _ => return report.fail(Subject::Api, error.message().to_owned(), None),
    };
    report.fail_with(
        Subject::Api,
        sentence,
        ("reason", reason.unwrap_or("403").to_owned()),
        reason,
    );
}
