//! One question to the provider, and the ways in which it gets no proper answer.

use http::{Request, Response};
use url::Url;

use super::faults;
use super::report::{Check, CheckState, Subject};
use crate::error::{Error, ErrorCode, Result};
use crate::host::{FetchLimits, Host};
use crate::provider::Provider;

/// Somebody waits in front of the page; and error pages of providers are longer than their answers.
const LIMITS: FetchLimits = FetchLimits {
    timeout_ms: 15_000,
    max_bytes: 2 << 20,
};

/// The answer to a request, or the check of the route that failed.
///
/// # Errors
/// What isn't about the network.
pub(super) async fn ask(
    host: &dyn Host,
    provider: Provider,
    request: Request<Vec<u8>>,
) -> Result<Result<Response<Vec<u8>>, Check>> {
    let address = request.uri().to_string();
    let response = match host.fetch(request, LIMITS).await {
        Ok(response) => response,
        Err(error) => return unanswered(provider, &address, error).map(Err),
    };
    let status = response.status().as_u16();
    Ok(match status {
        429 | 500..=599 => {
            Err(failed_route(provider, &address, faults::BUSY).with("status", status.to_string()))
        }
        _ => Ok(response),
    })
}

/// That something else than the provider answered.
pub(super) fn strange(provider: Provider, address: &str, subject: Subject, status: u16) -> Check {
    Check::new(provider, subject, CheckState::Failed, faults::STRANGE)
        .with("host", host_of(address))
        .with("status", status.to_string())
}

fn unanswered(provider: Provider, address: &str, error: Error) -> Result<Check> {
    let sentence = match error.code() {
        ErrorCode::Forbidden => faults::NOT_ALLOWED,
        // An answer beyond the limit is none of the provider's.
        ErrorCode::ProviderRejected => return Ok(strange(provider, address, Subject::Route, 200)),
        ErrorCode::NetworkFailed => match reason(error.message()) {
            None => faults::SLOW,
            Some(reason) if is_about_trust(reason) => faults::UNTRUSTED,
            Some(_) => faults::UNREACHABLE,
        },
        _ => return Err(error),
    };
    let check = failed_route(provider, address, sentence);
    Ok(match reason(error.message()) {
        Some(reason) => check.with("reason", reason),
        None => check,
    })
}

fn failed_route(provider: Provider, address: &str, sentence: &'static str) -> Check {
    Check::new(provider, Subject::Route, CheckState::Failed, sentence).with("host", host_of(address))
}

/// The system's word for what happened to a connection, such as `ENOTFOUND`; none where time ran out.
fn reason(message: &str) -> Option<&str> {
    let is_word = |text: &&str| {
        (1..=60).contains(&text.len())
            && text
                .bytes()
                .all(|byte| byte == b'_' || byte.is_ascii_alphanumeric())
    };
    let last = message.rsplit(": ").next().unwrap_or_default();
    match last.contains("within") {
        true => None,
        false => Some(Some(last).filter(is_word).unwrap_or("no route")),
    }
}

fn is_about_trust(reason: &str) -> bool {
    ["CERT", "TLS", "SSL", "SIGNATURE"]
        .iter()
        .any(|word| reason.contains(word))
}

pub(super) fn host_of(address: &str) -> String {
    let url = Url::parse(address).ok();
    url.and_then(|url| url.host_str().map(str::to_owned))
        .unwrap_or_else(|| address.to_owned())
}

/// The error for an address that no request can be made of.
pub(super) fn unusable(error: http::Error) -> Error {
    Error::new(ErrorCode::NotConfigured, "the address is not usable")
        .about("endpoints")
        .because(error)
}
