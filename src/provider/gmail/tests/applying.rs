//! Changing messages: which calls, and what came of each message.

use super::*;
use crate::model::Destination;
use crate::provider::ApplyOutcome;

fn edits(count: usize, edit: &Edit) -> Vec<(String, Edit)> {
    (0..count)
        .map(|number| (format!("m{number}"), edit.clone()))
        .collect()
}

fn outcomes(mailbox: &Mailbox, edits: &[(String, Edit)]) -> Vec<ApplyOutcome> {
    let applied = block_on(Gmail.apply(&mailbox.session, edits)).unwrap();
    assert!(
        applied
            .iter()
            .map(|each| &each.mail_id)
            .eq(edits.iter().map(|(id, _)| id))
    );
    applied.into_iter().map(|each| each.outcome).collect()
}

#[test]
fn one_message_takes_one_call_and_many_alike_take_one_as_well() {
    let mailbox = Mailbox::new(Provider::Google, |_| testing::bytes(200, b"{}"));
    outcomes(&mailbox, &edits(1, &Edit::read(true)));
    assert_eq!(mailbox.sent()[0], format!("POST {API}/messages/m0/modify"));
    assert_eq!(
        mailbox.body(0),
        json!({ "addLabelIds": [], "removeLabelIds": ["UNREAD"] })
    );
    let archive = Edit::to(Destination::Box(BoxType::Archive));
    let done = outcomes(&mailbox, &edits(1000, &archive));
    assert!(done.iter().all(|outcome| *outcome == ApplyOutcome::Done));
    assert_eq!(mailbox.sent()[1], format!("POST {API}/messages/batchModify"));
    assert_eq!(mailbox.body(1)["ids"].as_array().unwrap().len(), 1000);
    assert_eq!(
        mailbox.body(1)["removeLabelIds"],
        json!(["INBOX", "SPAM", "TRASH"])
    );
    outcomes(&mailbox, &edits(2, &Edit::delete()));
    assert_eq!(mailbox.sent()[2], format!("POST {API}/messages/batchDelete"));
    assert_eq!(mailbox.body(2), json!({ "ids": ["m0", "m1"] }));
    assert_eq!(mailbox.requests.borrow().len(), 3);
}

#[test]
fn a_few_go_in_a_batch_whose_parts_carry_bodies_and_have_outcomes_of_their_own() {
    let mailbox = Mailbox::new(Provider::Google, |_| {
        batch_answer(&[(2, 503, "{}"), (0, 200, "{}"), (1, 404, "{}")])
    });
    let edits = edits(3, &Edit::read(false));
    assert_eq!(
        outcomes(&mailbox, &edits),
        [
            ApplyOutcome::Done,
            ApplyOutcome::Gone,
            ApplyOutcome::Later(Some(9))
        ]
    );
    let sent = String::from_utf8(mailbox.requests.borrow()[0].body().clone()).unwrap();
    assert!(sent.contains(
        "POST /gmail/v1/users/me/messages/m1/modify HTTP/1.1\r\nAccept: application/json\r\n\
         Content-Type: application/json\r\n\r\n{\"addLabelIds\":[\"UNREAD\"],\"removeLabelIds\":[]}\r\n--"
    ));
}

#[test]
fn a_fault_of_a_bulk_call_puts_off_the_calls_after_it() {
    let mailbox = Mailbox::new(Provider::Google, |_| testing::bytes(429, b""));
    let mut all = edits(20, &Edit::read(true));
    all.extend((20..60).map(|number| (format!("m{number}"), Edit::read(false))));
    let outcomes = outcomes(&mailbox, &all);
    assert!(
        outcomes
            .iter()
            .all(|outcome| *outcome == ApplyOutcome::Later(Some(7)))
    );
    assert_eq!(mailbox.requests.borrow().len(), 1);
}
