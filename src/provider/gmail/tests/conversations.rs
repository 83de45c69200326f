//! Conversations fetched as a whole.

use std::cell::Cell;

use super::*;

fn wanted(mail_ids: &[&str]) -> Wanted {
    Wanted::Conversation {
        id: "t".to_owned(),
        mail_ids: mail_ids.iter().map(|id| (*id).to_owned()).collect(),
    }
}

fn whole(id: &str) -> Value {
    json!({ "id": id, "threadId": "t", "internalDate": "1772366400000", "payload": {} })
}

/// Fetches the conversation of `mail_ids`. Every batch after the first one gets a message for each part.
fn outcomes(mail_ids: &[&str], status: u16, conversation: &str) -> (Vec<(String, &'static str)>, Mailbox) {
    let conversation = conversation.to_owned();
    let is_first = Cell::new(true);
    let mailbox = Mailbox::new(Provider::Google, move |request| {
        if is_first.replace(false) {
            return batch_answer(&[(0, status, &conversation)]);
        }
        let count = String::from_utf8_lossy(request.body()).matches("<item-").count();
        let message = whole("any").to_string();
        let parts: Vec<_> = (0..count).map(|number| (number, 200, message.as_str())).collect();
        batch_answer(&parts)
    });
    let fetched = block_on(Gmail.fetch(&mailbox.session, &[wanted(mail_ids)], &[])).unwrap();
    let outcome = |each: Fetched| {
        let word = match each.outcome {
            FetchOutcome::Message(message) => {
                assert_eq!(message.mail_id, each.mail_id);
                "message"
            }
            FetchOutcome::Gone => "gone",
            FetchOutcome::Failed(error) => error.code().as_str(),
        };
        (each.mail_id, word)
    };
    (fetched.into_iter().map(outcome).collect(), mailbox)
}

fn pairs(expected: &[(&str, &'static str)]) -> Vec<(String, &'static str)> {
    expected
        .iter()
        .map(|(id, word)| ((*id).to_owned(), *word))
        .collect()
}

#[test]
fn one_call_brings_all_messages_of_a_conversation() {
    let answer = json!({ "messages": [whole("a"), whole("other"), whole("b"), { "id": "broken" }] });
    let (outcomes, mailbox) = outcomes(&["a", "b"], 200, &answer.to_string());
    assert_eq!(
        outcomes,
        pairs(&[("a", "message"), ("other", "message"), ("b", "message")])
    );
    assert_eq!(mailbox.sent().len(), 1);
    let body = String::from_utf8(mailbox.requests.borrow()[0].body().clone()).unwrap();
    assert!(
        body.contains("GET /gmail/v1/users/me/threads/t?format=full&fields=messages%28id%2CthreadId%2C"),
        "{body}"
    );
}

#[test]
fn what_a_conversation_does_not_show_is_asked_for_alone() {
    let answer = json!({ "messages": [whole("a")] });
    let (outcomes, mailbox) = outcomes(&["a", "b"], 200, &answer.to_string());
    assert_eq!(outcomes, pairs(&[("a", "message"), ("b", "message")]));
    let body = String::from_utf8(mailbox.requests.borrow()[1].body().clone()).unwrap();
    assert!(body.contains("/users/me/messages/b?") && !body.contains("/users/me/messages/a?"));
}

#[test]
fn a_conversation_that_is_unreadable_or_gone_is_fetched_message_by_message() {
    let broken = json!({ "messages": [whole("a"), { "id": 7 }] }).to_string();
    for (status, answer) in [(200, broken.as_str()), (200, "{"), (404, "{}")] {
        let (outcomes, mailbox) = outcomes(&["a", "b"], status, answer);
        assert_eq!(outcomes, pairs(&[("a", "message"), ("b", "message")]));
        assert_eq!(mailbox.sent().len(), 2);
    }
}

#[test]
fn a_conversation_that_is_refused_fails_for_each_of_its_messages() {
    let (outcomes, mailbox) = outcomes(&["a", "b"], 429, "{}");
    assert_eq!(outcomes, pairs(&[("a", "rate_limited"), ("b", "rate_limited")]));
    assert_eq!(mailbox.sent().len(), 1, "nine seconds are too long to sit out");
}
