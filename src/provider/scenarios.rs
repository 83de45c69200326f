//! What both providers owe, whatever their wire: hostile answers are errors, statuses have their codes.

use ::http::Response;
use pollster::block_on;

use super::testing::{self, Mailbox};
use super::*;
use crate::error::ErrorCode;
use crate::model::{BoxType, Edit};

/// Calls every method with each answer and hands over the error.
fn errors(
    provider: Provider,
    network: impl Fn() -> Result<Response<Vec<u8>>> + Clone + 'static,
) -> Vec<(&'static str, Error)> {
    let mail = provider.mail();
    let mailbox = Mailbox::new(provider, move |_| network());
    let session = &mailbox.session;
    let folder = Folder {
        id: "in".to_owned(),
        name: "Inbox".to_owned(),
        parent_id: None,
        is_own: false,
        is_technical: false,
        box_type: BoxType::In,
        total: None,
    };
    let list = ListRequest {
        folder: Some(&folder),
        folders: &[],
        since: None,
        page: None,
        size: 10,
    };
    let cursor = Cursor(match provider {
        Provider::Google => "5".to_owned(),
        Provider::Microsoft => format!("{}/me/delta", session.endpoints().api),
    });
    let changes = ChangesRequest {
        folder: Some(&folder),
        folders: &[],
        cursor: &cursor,
        size: 10,
    };
    let wanted = [Wanted::Message("a".to_owned())];
    let mut errors = vec![
        ("profile", block_on(mail.profile(session)).map(drop)),
        ("folders", block_on(mail.folders(session)).map(drop)),
        ("list", block_on(mail.list(session, list)).and_then(readable)),
        (
            "changes",
            block_on(mail.changes(session, changes)).and_then(readable),
        ),
        (
            "count",
            block_on(mail.count(session, session.host().now())).map(drop),
        ),
        ("fetch", block_on(mail.fetch(session, &wanted, &[])).map(drop)),
    ];
    if provider == Provider::Google {
        errors.push(("position", block_on(mail.position(session)).map(drop)));
        errors.push((
            "attachment",
            block_on(mail.attachment(session, "a", "b")).map(drop),
        ));
    }
    errors
        .into_iter()
        .map(|(method, outcome)| (method, outcome.expect_err(method)))
        .collect()
}

/// A folder that can't be read tells why.
fn readable(outcome: PageOutcome) -> Result<()> {
    match outcome {
        PageOutcome::Unreadable(error) => Err(error),
        PageOutcome::Page(_) | PageOutcome::CursorExpired => Ok(()),
    }
}

#[test]
fn an_answer_that_is_not_the_apis_is_invalid() {
    for provider in Provider::ALL {
        for body in [
            "",
            "<html><body>private words</body></html>",
            "{\"value\":[{\"id\":\"a\",\"subject\":\"private words",
            "null",
            "[]",
            "7",
            "\"private words\"",
            "{\"value\":7,\"responses\":7,\"labels\":7,\"messages\":7,\"history\":7,\"data\":7}",
            "{\"value\":[7],\"labels\":[7],\"messages\":[7],\"history\":[7],\"data\":\"*\"}",
            "{\"messages\":[{}],\"historyId\":\"private words\",\"emailAddress\":\"nobody\",\"mail\":\"nobody\"}",
            "\u{feff}{}",
            &"[".repeat(100_000),
        ] {
            let body = body.to_owned();
            for (method, error) in errors(provider, move || testing::bytes(200, body.as_bytes())) {
                assert_eq!(error.code(), ErrorCode::ResponseInvalid, "{provider:?} {method}");
                assert!(!error.to_string().contains("private"), "{error}");
            }
        }
        for (method, error) in errors(provider, || testing::bytes(200, &[0xff, 0xfe, 0x00])) {
            assert_eq!(error.code(), ErrorCode::ResponseInvalid, "{provider:?} {method}");
        }
    }
}

#[test]
fn statuses_have_the_same_codes_everywhere() {
    for provider in Provider::ALL {
        for (status, code) in [
            (302, ErrorCode::ResponseInvalid),
            (400, ErrorCode::ProviderRejected),
            (401, ErrorCode::ProviderUnavailable),
            (403, ErrorCode::ProviderRejected),
            (429, ErrorCode::RateLimited),
            (500, ErrorCode::ProviderUnavailable),
            (503, ErrorCode::ProviderUnavailable),
        ] {
            for (method, error) in errors(provider, move || testing::bytes(status, b"<html>private words")) {
                assert_eq!(error.code(), code, "{provider:?} {method} {status}");
                assert_eq!(error.retry_after_seconds(), Some(7), "{provider:?} {method}");
                assert!(!error.to_string().contains("private"), "{error}");
            }
        }
    }
}

#[test]
fn a_dead_network_stays_one() {
    for provider in Provider::ALL {
        let dead = || Err(Error::new(ErrorCode::NetworkFailed, "connection reset"));
        for (method, error) in errors(provider, dead) {
            assert_eq!(error.code(), ErrorCode::NetworkFailed, "{provider:?} {method}");
        }
    }
}

#[test]
fn requests_carry_the_token_and_stay_at_the_api() {
    for provider in Provider::ALL {
        let mailbox = Mailbox::new(provider, |_| testing::bytes(500, b""));
        let session = &mailbox.session;
        let _ = block_on(provider.mail().profile(session));
        let _ = block_on(
            provider
                .mail()
                .apply(session, &[("a".to_owned(), Edit::read(true))]),
        );
        let _ = block_on(provider.mail().attachment(session, "../../evil", "?x#y"));
        let requests = mailbox.requests.borrow();
        assert_eq!(requests.len(), 3);
        for request in requests.iter() {
            assert_eq!(request.headers()["authorization"], "Bearer token");
            assert!(request.uri().to_string().starts_with(&session.endpoints().api));
        }
        assert!(
            requests[2]
                .uri()
                .path()
                .contains("/..%2F..%2Fevil/attachments/%3Fx%23y")
        );
    }
}
