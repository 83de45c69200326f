//! Answers of the services around a mailbox: tokens, owners, and the fields of an answer's head.

use http::{Request, Response, StatusCode};
use serde_json::{Value, json};

use email_manager::provider::Provider;

use super::provider::{answered, authorise, grant, session_of};

/// Nobody is asked to wait longer, in seconds.
const LONGEST_WAIT: u64 = 24 * 3_600;

/// Whatever the token endpoint sends, and whatever is told of the owner: the two halves of the input.
pub fn token(input: &[u8]) {
    let cut = input.iter().position(|byte| *byte == b'\n');
    let (token, owner) = match cut {
        Some(cut) => (input[..cut].to_vec(), input[cut + 1..].to_vec()),
        None => (input.to_vec(), Vec::new()),
    };
    let sent = token.clone();
    let mut linked = authorise(move |request| match request.uri().path().ends_with("/token") {
        true => answer(200, &sent),
        false => grant(request, ""),
    });
    linked.extend(authorise(move |request| {
        match request.uri().path().ends_with("/token") {
            true => grant(request, "e30.eyJzdWIiOiIxIn0.x"),
            false => answer(200, &owner),
        }
    }));
    for account in linked {
        let bounded = |column: &str| {
            account
                .get(column)
                .and_then(Value::as_str)
                .unwrap_or_default()
                .len()
                <= 255
        };
        assert!(bounded("subject") && bounded("email"), "an owner without bounds");
        assert!(
            !account["email"].as_str().unwrap_or_default().is_empty(),
            "an account of nobody"
        );
    }
    let refused = authorise(move |request| match request.uri().path().ends_with("/token") {
        true => answer(400, &token),
        false => grant(request, ""),
    });
    assert!(refused.is_empty(), "linked although it was refused");
}

/// Fields of an answer's head, one a line; the first word is the status.
pub fn headers(input: &[u8]) {
    let text = String::from_utf8_lossy(input).into_owned();
    for provider in [Provider::Google, Provider::Microsoft] {
        let text = text.clone();
        let session = session_of(provider, move |_: &Request<Vec<u8>>| head(&text));
        if let Err(error) = answered(provider.mail().profile(&session)) {
            let wait = error.retry_after_seconds().unwrap_or_default();
            assert!(wait <= LONGEST_WAIT, "{wait} s are no wait");
        }
    }
}

fn head(text: &str) -> Response<Vec<u8>> {
    let mut lines = text.lines();
    let status = lines.next().and_then(|line| line.trim().parse::<u16>().ok());
    let status = status.and_then(|status| StatusCode::from_u16(status).ok());
    let mut response = Response::new(json!({ "error": { "code": 429 } }).to_string().into_bytes());
    *response.status_mut() = status.unwrap_or(StatusCode::TOO_MANY_REQUESTS);
    for (name, value) in lines.filter_map(|line| line.split_once(':')) {
        let name = http::HeaderName::from_bytes(name.trim().as_bytes());
        let value = http::HeaderValue::from_bytes(value.trim().as_bytes());
        if let (Ok(name), Ok(value)) = (name, value) {
            response.headers_mut().append(name, value);
        }
    }
    response
}

fn answer(status: u16, body: &[u8]) -> Response<Vec<u8>> {
    Response::builder()
        .status(status)
        .header("content-type", "application/json")
        .body(body.to_vec())
        .unwrap()
}
