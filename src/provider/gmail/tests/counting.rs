//! How many mails there are from a date on: counted as far as pages go, and taken to be as dense from there on.

use chrono::TimeDelta;

use super::super::super::Expected;
use super::*;

/// Full pages without an end, the last counted one ten days back, in a mailbox of so many mails.
fn endless(messages_total: Option<u64>) -> Mailbox {
    let reached = testing_now() - TimeDelta::days(10);
    Mailbox::new(Provider::Google, move |request| {
        if request.uri().path().ends_with("/messages") {
            let ids: Vec<Value> = (0..500)
                .map(|number| json!({ "id": number.to_string() }))
                .collect();
            return testing::json(200, &json!({ "messages": ids, "nextPageToken": "next" }));
        }
        if request.uri().path().ends_with("/profile") {
            return testing::json(200, &json!({ "messagesTotal": messages_total }));
        }
        let date = reached.timestamp_millis().to_string();
        testing::json(200, &json!({ "id": "499", "internalDate": date, "payload": {} }))
    })
}

/// The time of every test's host.
fn testing_now() -> DateTime<chrono::Utc> {
    mailbox(Value::Null).session.host().now()
}

#[test]
fn beyond_twenty_pages_the_rest_is_taken_to_be_as_dense() {
    for (days, total) in [(10, 10_000), (20, 20_000), (365, 365_000)] {
        let mailbox = endless(None);
        let since = testing_now() - TimeDelta::days(days);
        let expected = block_on(Gmail.count(&mailbox.session, since)).unwrap();
        assert_eq!(
            expected,
            Expected {
                total,
                is_estimate: true
            }
        );
        let sent = mailbox.sent();
        assert_eq!(
            sent.len(),
            22,
            "a hundred units, and those of the last message and the profile"
        );
        assert!(
            sent[20].starts_with(&format!("GET {API}/messages/499?")),
            "{}",
            sent[20]
        );
    }
}

#[test]
fn an_estimate_is_never_more_than_the_mailbox_holds() {
    let since = testing_now() - TimeDelta::days(365);
    for (held, total) in [(24_000, 24_000), (400_000, 365_000), (9_999, 10_000)] {
        let expected = block_on(Gmail.count(&endless(Some(held)).session, since)).unwrap();
        assert_eq!((expected.total, expected.is_estimate), (total, true));
    }
}

#[test]
fn an_estimate_is_never_less_than_what_was_counted() {
    let mailbox = endless(None);
    // A clock that is behind the provider's: the last counted mail is older than the date that was asked for.
    let since = testing_now() - TimeDelta::days(5);
    let expected = block_on(Gmail.count(&mailbox.session, since)).unwrap();
    assert_eq!((expected.total, expected.is_estimate), (10_000, true));
}

#[test]
fn what_fits_into_the_pages_is_counted() {
    let mailbox = mailbox(json!({ "messages": [{ "id": "a" }, { "id": "b" }] }));
    let since = testing_now() - TimeDelta::days(5);
    let expected = block_on(Gmail.count(&mailbox.session, since)).unwrap();
    assert_eq!((expected.total, expected.is_estimate), (2, false));
    assert_eq!(mailbox.sent().len(), 1);
}
