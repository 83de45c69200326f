//! Messages asked for and marked in batches.

use super::*;

#[test]
fn fetching_has_an_outcome_for_each_message() {
    let mailbox = mailbox(json!({}), |url| match url.split(['?', '/']).nth(3).unwrap() {
        "a" => (200, whole("a")),
        "b" => (404, json!({ "error": { "code": "ErrorItemNotFound" } })),
        "c" => (200, json!("<html>")),
        _ => (429, json!({ "error": { "code": "ApplicationThrottled" } })),
    });
    let ids = ["a", "b", "c", "d", ".."].map(str::to_owned);
    let fetched = block_on(Graph.fetch(
        &mailbox.session,
        &ids.clone().map(Wanted::Message),
        &[folder("in", BoxType::In)],
    ))
    .unwrap();
    let outcomes: Vec<_> = fetched
        .iter()
        .map(|each| match &each.outcome {
            FetchOutcome::Message(message) => (each.mail_id.as_str(), message.placement.box_type.as_str()),
            FetchOutcome::Gone => (each.mail_id.as_str(), "gone"),
            FetchOutcome::Failed(error) => (each.mail_id.as_str(), error.code().as_str()),
        })
        .collect();
    assert_eq!(
        outcomes,
        [
            ("a", "in"),
            ("b", "gone"),
            ("c", "response_invalid"),
            ("d", "rate_limited"),
            ("..", "response_invalid")
        ]
    );
}

#[test]
fn marking_is_a_batch_of_patches_that_ignores_what_is_gone() {
    let network: Network = |url| {
        if url.ends_with("/b") {
            (404, json!({}))
        } else {
            (200, json!({}))
        }
    };
    let mailbox = mailbox(json!({}), network);
    let ids: Vec<String> = ["a", "b"].map(str::to_owned).to_vec();
    block_on(Graph.set_read(&mailbox.session, &ids, true)).unwrap();
    let call = &mailbox.body(0)["requests"][0];
    assert_eq!(call["method"], "PATCH");
    assert_eq!(call["url"], "/me/messages/a");
    assert_eq!(call["body"], json!({ "isRead": true }));
    assert_eq!(call["headers"]["Content-Type"], "application/json");

    let refused = super::tests::mailbox(json!({}), |_| {
        (403, json!({ "error": { "code": "ErrorAccessDenied" } }))
    });
    let error = block_on(Graph.set_read(&refused.session, &ids, true)).unwrap_err();
    assert_eq!(error.code(), ErrorCode::PermissionMissing);
}
