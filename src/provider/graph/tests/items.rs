//! Messages asked for and marked in batches.

use super::*;
use crate::model::Destination;
use crate::provider::ApplyOutcome;

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

fn outcomes(applied: Vec<Applied>) -> Vec<(String, ApplyOutcome)> {
    applied
        .into_iter()
        .map(|each| (each.mail_id, each.outcome))
        .collect()
}

#[test]
fn a_change_is_a_round_of_patches_and_one_of_moves_with_an_outcome_for_each_message() {
    let network: Network = |url| match url.split('/').nth(3).unwrap() {
        "b" => (404, json!({ "error": { "code": "ErrorItemNotFound" } })),
        "c" => (429, json!({ "error": { "code": "ApplicationThrottled" } })),
        "d" => (403, json!({ "error": { "code": "ErrorAccessDenied" } })),
        _ => (200, json!({})),
    };
    let mailbox = mailbox(json!({}), network);
    let edit = Edit {
        is_starred: Some(true),
        destination: Some(Destination::Box(BoxType::Trash)),
        ..Edit::read(true)
    };
    let edits = ["a", "b", "c", "d"].map(|id| (id.to_owned(), edit.clone()));
    let applied = outcomes(block_on(Graph.apply(&mailbox.session, &edits)).unwrap());
    assert_eq!(applied[0], ("a".to_owned(), ApplyOutcome::Done));
    assert_eq!(applied[1], ("b".to_owned(), ApplyOutcome::Gone));
    assert!(matches!(applied[2].1, ApplyOutcome::Later(_)));
    assert!(
        matches!(applied[3].1, ApplyOutcome::Refused { code, .. } if code == ErrorCode::PermissionMissing)
    );
    let patches = mailbox.body(0)["requests"].as_array().unwrap().clone();
    assert_eq!(patches.len(), 4);
    assert_eq!(
        (&patches[0]["method"], &patches[0]["url"]),
        (&json!("PATCH"), &json!("/me/messages/a"))
    );
    assert_eq!(
        patches[0]["body"],
        json!({ "isRead": true, "flag": { "flagStatus": "flagged" } })
    );
    assert_eq!(patches[0]["headers"]["Content-Type"], "application/json");
    let moves = mailbox.body(1)["requests"].as_array().unwrap().clone();
    assert_eq!(moves.len(), 1, "what failed is not moved");
    assert_eq!(moves[0]["url"], "/me/messages/a/move");
    assert_eq!(moves[0]["body"], json!({ "destinationId": "deleteditems" }));
    assert_eq!(mailbox.requests.borrow().len(), 2);
}

#[test]
fn categories_are_read_before_they_are_set_and_deleting_is_one_call() {
    let mailbox = mailbox(json!({}), |url| match url.ends_with("$select=categories") {
        true => (200, json!({ "categories": ["Red", "Theirs"] })),
        false => (200, json!({})),
    });
    let mut labelled = Edit::default();
    labelled.label("Red", false);
    labelled.label("Blue", true);
    let edits = [("a".to_owned(), labelled), ("b".to_owned(), Edit::delete())];
    let applied = outcomes(block_on(Graph.apply(&mailbox.session, &edits)).unwrap());
    assert!(applied.iter().all(|(_, outcome)| *outcome == ApplyOutcome::Done));
    assert_eq!(
        mailbox.body(1)["requests"][0]["body"],
        json!({ "categories": ["Theirs", "Blue"] })
    );
    let last = mailbox.body(2)["requests"][0].clone();
    assert_eq!(
        (&last["method"], &last["url"]),
        (&json!("DELETE"), &json!("/me/messages/b"))
    );
    assert!(last["headers"].get("Content-Type").is_none());
}
