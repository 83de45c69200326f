//! Mail that waits: to be taken back, or for its time.

use chrono::TimeDelta;
use email_manager::host::{Batch, CommitOutcome, Filter, Host, Query, row as columns};
use serde_json::{Value, json};

use super::faults::{ALL, Node, poll};
use super::{call, deliver, mail, send, states};
use crate::support::service::{SERVICES, Service};
use crate::support::world::World;
use crate::support::{OTHER, USER, refusal};

#[test]
fn a_queued_mail_can_be_taken_back_and_edited() {
    for service in SERVICES {
        let world = World::synced(service, 10);
        let answer = send(&world, json!({ "key": "k" })).unwrap();
        let other = world.site.call(
            Some(OTHER),
            "mailOutbox",
            "cancel",
            json!({}),
            json!({ "id": answer["id"] }),
        );
        assert_eq!(refusal(&other.unwrap_err()).0, "not_found");
        let draft = call(&world, "mailOutbox", "cancel", json!({ "id": answer["id"] })).unwrap();
        deliver(&world);
        assert!(world.sent().is_empty());
        assert_eq!(states(&world), ["cancelled"]);
        let row = world
            .site
            .call(
                Some(USER),
                "mailMessages",
                "get",
                json!({ "filterByTk": draft["id"] }),
                json!({}),
            )
            .unwrap();
        assert_eq!(row.body["isDraft"], true);
        assert_eq!(row.body["mailId"], Value::Null);
        assert_eq!(row.body["draft"]["to"], json!(["Ann Lee <ann@customer.example>"]));
        assert_eq!(row.body["draft"]["body"], "<p>Hello Ann</p>");
        let again = json!({ "id": draft["id"], "version": 1, "subject": "Better offer" });
        send(&world, again).unwrap();
        deliver(&world);
        assert_eq!(world.sent().len(), 1);
        let late = call(&world, "mailOutbox", "cancel", json!({ "id": answer["id"] })).unwrap_err();
        assert_eq!(refusal(&late).0, "conflict");
        assert!(
            !world
                .site
                .host
                .rows("mailMessages")
                .iter()
                .any(|row| row["id"] == draft["id"])
        );
    }
}

#[test]
fn a_scheduled_mail_waits_can_be_edited_and_goes_out_in_time() {
    for service in SERVICES {
        let world = World::synced(service, 10);
        let at = email_manager::host::Host::now(world.site.host.as_ref()) + TimeDelta::hours(5);
        let answer = send(&world, json!({ "scheduleSendAt": at })).unwrap();
        let list = |filter: Value| {
            let params = json!({ "filter": filter });
            let list = world
                .site
                .call(Some(USER), "mailMessages", "list", params, json!({}))
                .unwrap();
            list.body.as_array().unwrap().clone()
        };
        let scheduled = list(json!({ "boxType": { "$in": ["scheduled"] } }));
        assert_eq!(scheduled.len(), 1);
        assert_eq!(scheduled[0]["id"], answer["mailMessageId"]);
        assert_eq!(scheduled[0]["scheduleSendAt"], json!(at));
        deliver(&world);
        assert!(world.sent().is_empty());

        let draft = call(
            &world,
            "mailMessages",
            "cancelTimelySend",
            json!({ "id": answer["mailMessageId"] }),
        )
        .unwrap();
        assert!(list(json!({ "boxType": { "$in": ["scheduled"] } })).is_empty());
        assert_eq!(
            list(json!({ "boxType": "draft", "subject": "Offer" }))[0]["id"],
            draft["id"]
        );
        let answer = send(&world, json!({ "id": draft["id"], "scheduleSendAt": at })).unwrap();
        world.site.host.advance(TimeDelta::hours(5));
        deliver(&world);
        assert_eq!(world.sent().len(), 1);
        assert_eq!(states(&world), ["cancelled", "confirmed"]);
        assert!(list(json!({ "boxType": { "$in": ["scheduled"] } })).is_empty());
        assert_eq!(list(json!({ "subject": "Offer", "boxType": "out" })).len(), 1);
        let late = call(
            &world,
            "mailMessages",
            "cancelTimelySend",
            json!({ "id": answer["mailMessageId"] }),
        );
        assert_eq!(refusal(&late.unwrap_err()).0, "not_found");
        world.sync_emails();
        world.assert_equal();
    }
}

#[test]
fn after_an_outage_synchronising_hurries_what_waits_to_be_sent_and_nothing_that_waits_for_its_time() {
    for service in SERVICES {
        let world = World::synced(service, 10);
        let path = match service {
            Service::Google => "/drafts",
            Service::Microsoft => "/me/messages",
        };
        world.control("fault", json!({ "path": path, "status": 503, "count": 0 }));
        send(&world, json!({ "key": "first" })).unwrap();
        world.site.host.advance(TimeDelta::seconds(6));
        world.post();
        world.control("clear-faults", json!({}));
        send(&world, json!({ "key": "second", "subject": "Later" })).unwrap();
        world.post();
        assert!(world.sent().is_empty(), "{service:?}: it waits for its next try");
        world.site.mail(USER, "messagesSync", json!({})).unwrap();
        world.post();
        let subjects: Vec<Value> = world.sent().iter().map(|mail| mail["subject"].clone()).collect();
        assert_eq!(subjects, ["Offer"], "{service:?}");
        assert_eq!(states(&world), ["accepted", "queued"]);
    }
}

#[test]
fn the_list_of_the_outbox_loads_no_texts() {
    let world = World::synced(Service::Google, 10);
    let body = format!("<p>{}</p>", "x".repeat(100_000));
    for _ in 0..3 {
        send(&world, json!({ "body": body })).unwrap();
    }
    world.edge.loaded.set(0);
    let listed = call(&world, "mailOutbox", "list", json!({})).unwrap();
    let loaded = world.edge.loaded.get();
    assert_eq!(listed.as_array().unwrap().len(), 3);
    assert_eq!(listed[0]["to"][0]["address"], "ann@customer.example");
    assert!(loaded < 10_000, "{loaded} bytes for three mails");
    deliver(&world);
    let html = world.sent()[2]["html"].clone();
    assert!(html.as_str().unwrap().contains(&body), "the text goes out");
}

#[test]
fn a_mail_that_was_stored_before_texts_had_a_column_keeps_its_text() {
    let world = World::synced(Service::Google, 10);
    send(&world, json!({ "body": "<p>Written long ago</p>" })).unwrap();
    let stored = |query: Query| pollster::block_on(world.site.host.find(query)).unwrap();
    let mut rows = stored(Query::new("mailOutbox", Filter::all()));
    let mut mail = rows.remove(0).remove("mail").unwrap();
    mail["html"] = json!("<p>Written long ago</p>");
    let before = columns([("mail", mail), ("html", Value::Null)]);
    let batch = Batch::new().update("mailOutbox", Filter::all(), before);
    let outcome = pollster::block_on(world.site.host.commit(batch)).unwrap();
    assert_eq!(outcome, CommitOutcome::Committed);
    deliver(&world);
    let html = world.sent()[0]["html"].clone();
    assert!(html.as_str().unwrap().contains("Written long ago"), "{html}");
}

/// What the list says of the only mail.
fn can_cancel(world: &World) -> Value {
    call(world, "mailOutbox", "list", json!({})).unwrap()[0]["canCancel"].clone()
}

#[test]
fn a_mail_that_the_provider_puts_off_can_be_taken_back_and_leaves_no_draft() {
    for service in SERVICES {
        let world = World::synced(service, 10);
        let drafts = world.in_box("draft").len();
        let answer = send(&world, json!({})).unwrap();
        assert_eq!(can_cancel(&world), true);
        let limit = json!({ "path": "/send", "status": 429, "retryAfter": 7200, "method": "POST" });
        world.control("fault", limit);
        deliver(&world);
        assert_eq!(states(&world), ["sending"]);
        assert_eq!(world.in_box("draft").len(), drafts + 1);
        assert_eq!(can_cancel(&world), true, "{service:?}");
        let draft = call(&world, "mailOutbox", "cancel", json!({ "id": answer["id"] })).unwrap();
        assert!(draft["id"].is_i64());
        world.post();
        world.site.host.advance(TimeDelta::hours(3));
        deliver(&world);
        assert_eq!(world.in_box("draft").len(), drafts, "{service:?}");
        assert_eq!(world.outbox()[0]["notBefore"], Value::Null);
        assert!(world.sent().is_empty());
        assert_eq!(states(&world), ["cancelled"]);
    }
}

#[test]
fn a_mail_of_which_nobody_knows_whether_it_was_sent_cannot_be_taken_back() {
    for service in SERVICES {
        let world = World::synced(service, 10);
        let answer = send(&world, json!({})).unwrap();
        world.control("fault", json!({ "path": "/send", "action": "drop-after" }));
        world.site.host.advance(TimeDelta::seconds(6));
        world.post();
        assert_eq!(can_cancel(&world), false, "{service:?}");
        let late = call(&world, "mailOutbox", "cancel", json!({ "id": answer["id"] })).unwrap_err();
        assert_eq!(refusal(&late).0, "conflict");
    }
}

#[test]
fn a_mail_is_taken_back_or_sent_never_both_at_whatever_moment_its_user_asks() {
    for service in SERVICES {
        let mut outcomes = [0, 0];
        for turns in 0..70 {
            let world = World::synced(service, 3);
            let drafts = world.in_box("draft").len();
            let answer = send(&world, json!({})).unwrap();
            world.site.host.advance(TimeDelta::seconds(6));
            let sending = poll(Node::new(&world).start(), turns);
            let taken = call(&world, "mailOutbox", "cancel", json!({ "id": answer["id"] })).is_ok();
            if let Some(sending) = sending {
                poll(sending, ALL);
            }
            deliver(&world);
            let what = format!("{service:?} after {turns} turns: taken back {taken}");
            assert_eq!(world.sent().len(), usize::from(!taken), "{what}");
            assert_eq!(states(&world)[0] == "cancelled", taken, "{what}");
            assert_eq!(world.in_box("draft").len(), drafts, "{what}");
            outcomes[usize::from(taken)] += 1;
        }
        assert!(
            outcomes.iter().all(|count| *count > 5),
            "{service:?} {outcomes:?}"
        );
    }
}

#[test]
fn nothing_is_left_behind_of_a_mail_or_draft_that_comes_while_its_account_is_deleted() {
    for action in ["messageSend", "messageSavingDraft"] {
        let mut refused = 0;
        for turns in 0..30 {
            let world = World::synced(Service::Google, 3);
            let node = Node::new(&world);
            let written = node.act(action, mail(json!({})));
            let written = poll(written, turns);
            let values = json!({ "email": Service::Google.mailbox() });
            world.site.mail(USER, "deleteMailAccount", values).unwrap();
            refused += usize::from(written.is_some());
            assert!(written.is_none_or(|written| poll(written, ALL).is_none()));
            let what = format!("{action} after {turns} turns");
            assert!(world.outbox().is_empty(), "{what}");
            assert!(world.site.host.rows("mailMessages").is_empty(), "{what}");
        }
        assert!((3..30).contains(&refused), "{refused}");
    }
}
