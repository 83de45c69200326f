//! Bulk mails under faults: nobody gets two mails, nobody is forgotten.

use std::collections::BTreeMap;

use chrono::TimeDelta;
use serde_json::{Value, json};

use super::bulk::{bulk, recipients, statuses};
use super::faults::{ALL, Node, Running, poll};
use super::patience::{api, fails_for_good, pass};
use super::{call, deliver};
use crate::support::edge::Trouble;
use crate::support::service::{SERVICES, Service};
use crate::support::world::World;
use crate::support::{USER, refusal};

const PEOPLE: [&str; 4] = ["a@x.example", "b@x.example", "c@x.example", "d@x.example"];

fn plan(world: &World) -> Value {
    bulk(world, json!({ "key": "bulk", "to": PEOPLE }), json!(1_000)).unwrap()
}

fn act(world: &World, action: &str, id: &Value) -> email_manager::error::Result<Value> {
    call(world, "mailMassMessages", action, json!({ "id": id }))
}

/// How many mails each address got.
fn received(world: &World) -> BTreeMap<String, usize> {
    let mut received = BTreeMap::new();
    for mail in world.sent() {
        for address in mail["to"].as_array().unwrap() {
            *received.entry(address.as_str().unwrap().to_owned()).or_default() += 1;
        }
    }
    received
}

fn assert_one_each(world: &World, what: &str) {
    let received = received(world);
    assert!(
        received.len() == PEOPLE.len() && received.values().all(|count| *count == 1),
        "{what}: {received:?} {:?}",
        recipients(world)
    );
    assert_eq!(statuses(world), ["sent"; 4], "{what}");
}

#[test]
fn the_same_click_twice_is_one_bulk_mail_on_two_nodes_and_whatever_the_storage_does() {
    for service in SERVICES {
        for turns in 0..40 {
            let world = World::synced(service, 3);
            let values = json!({ "data": super::mail(json!({ "key": "bulk", "to": PEOPLE })) });
            let first = poll(
                Node::new(&world).act_on("mailMassMessages", "send", values.clone()),
                turns,
            );
            drop(poll(
                Node::new(&world).act_on("mailMassMessages", "send", values),
                ALL,
            ));
            if let Some(first) = first {
                poll(first, ALL);
            }
            let what = format!("{service:?} after {turns} turns");
            assert_eq!(recipients(&world).len(), 4, "{what}");
            assert_eq!(world.outbox().len(), 1, "{what}");
            deliver(&world);
            deliver(&world);
            assert_one_each(&world, &what);
        }
        for trouble in [
            Trouble::FailsBefore,
            Trouble::FailsAfter,
            Trouble::CrashAfterCommit,
        ] {
            for skip in 0..2 {
                let world = World::synced(service, 3);
                world.edge.strike(skip, trouble);
                let values = json!({ "data": super::mail(json!({ "key": "bulk", "to": PEOPLE })) });
                drop(poll(world_call(&world, values), 200));
                world.edge.spare();
                let what = format!("{service:?} {trouble:?} at {skip}");
                let again = plan(&world);
                assert_eq!(again["status"], "pending", "{what}");
                assert_eq!(again["children"].as_array().unwrap().len(), 4, "{what}");
                deliver(&world);
                deliver(&world);
                assert_one_each(&world, &what);
            }
        }
    }
}

/// A request to the world's own node, whose storage has its troubles.
fn world_call(world: &World, values: Value) -> Running {
    let plugin = world.site.plugin.clone();
    let request = super::faults::request("mailMassMessages", "send", values);
    Box::pin(async move { drop(plugin.action(request).await) })
}

#[test]
fn a_crash_between_two_rows_forgets_nobody_and_sends_to_nobody_twice() {
    for service in SERVICES {
        for trouble in [
            Trouble::CrashAfterCommit,
            Trouble::FailsAfter,
            Trouble::FailsBefore,
            Trouble::CrashInFetch,
        ] {
            for skip in 0..20 {
                let world = World::synced(service, 3);
                plan(&world);
                world.site.host.advance(TimeDelta::seconds(10));
                world.edge.strike(skip, trouble);
                world.post();
                world.edge.spare();
                for _ in 0..8 {
                    world.site.host.advance(TimeDelta::minutes(6));
                    world.post();
                }
                assert_one_each(&world, &format!("{service:?} {trouble:?} at {skip}"));
            }
        }
    }
}

#[test]
fn a_crash_before_the_recipients_have_records_is_made_good_by_the_next_step() {
    for service in SERVICES {
        let world = World::synced(service, 3);
        world.edge.strike(1, Trouble::FailsBefore);
        let planned = plan(&world);
        assert_eq!(
            (&planned["status"], &planned["children"]),
            (&json!("pending"), &json!([]))
        );
        world.post();
        assert_eq!(recipients(&world).len(), 4);
        deliver(&world);
        assert_one_each(&world, &format!("{service:?}"));
        // And one that is called off meanwhile stays so.
        let world = World::synced(service, 3);
        world.edge.strike(1, Trouble::FailsBefore);
        let planned = plan(&world);
        let cancelled = act(&world, "cancel", &planned["id"]).unwrap();
        assert_eq!(cancelled["status"], "canceled");
        deliver(&world);
        assert!(world.sent().is_empty());
        assert_eq!(statuses(&world), ["canceled"; 4]);
    }
}

#[test]
fn two_nodes_send_each_mail_once() {
    for service in SERVICES {
        for stopped in [5, 9, 14, 20, 30, 45, 70, ALL] {
            let world = World::synced(service, 3);
            plan(&world);
            world.site.host.advance(TimeDelta::seconds(10));
            let nodes = [Node::new(&world), Node::new(&world)];
            let mut running: Vec<Running> = nodes.iter().map(Node::start).collect();
            let mut stuck = None;
            for turn in 0..ALL {
                if turn == stopped && !running.is_empty() {
                    stuck = Some(running.remove(0));
                }
                running = running.into_iter().filter_map(|each| poll(each, 1)).collect();
            }
            for _ in 0..6 {
                world.site.host.advance(TimeDelta::minutes(6));
                world.post();
            }
            if let Some(stuck) = stuck {
                poll(stuck, ALL);
            }
            deliver(&world);
            assert_one_each(&world, &format!("{service:?}, one stopped after {stopped} turns"));
        }
    }
}

#[test]
fn what_is_called_off_while_it_is_sent_is_sent_or_called_off_never_both() {
    for service in SERVICES {
        let mut seen = std::collections::BTreeSet::new();
        for turns in 0..120 {
            let world = World::synced(service, 3);
            let drafts = world.in_box("draft").len();
            let planned = plan(&world);
            world.site.host.advance(TimeDelta::seconds(10));
            let sending = poll(Node::new(&world).start(), turns);
            act(&world, "cancel", &planned["id"]).unwrap();
            if let Some(sending) = sending {
                poll(sending, ALL);
            }
            for _ in 0..4 {
                world.site.host.advance(TimeDelta::minutes(6));
                world.post();
            }
            let what = format!("{service:?} after {turns} turns: {:?}", recipients(&world));
            for row in recipients(&world) {
                let got = received(&world)
                    .get(row["to"].as_str().unwrap())
                    .copied()
                    .unwrap_or_default();
                assert_eq!(row["status"] == "sent", got == 1, "{what}");
                assert_eq!(row["status"] == "canceled", got == 0, "{what}");
            }
            assert_eq!(world.in_box("draft").len(), drafts, "{what}");
            seen.insert(world.sent().len());
        }
        assert!(seen.len() > 3, "{service:?} {seen:?}");
    }
}

#[test]
fn only_what_has_failed_is_sent_again_and_once_however_often_it_is_asked_for() {
    for service in SERVICES {
        let world = World::synced(service, 3);
        let planned = plan(&world);
        let refused = json!({ "path": "/send", "status": 400, "reason": "ErrorInvalidRecipients", "method": "POST", "count": 2 });
        world.control("fault", refused);
        deliver(&world);
        assert_eq!(statuses(&world), ["failed", "failed", "sent", "sent"]);
        let rows = recipients(&world);
        let sent = act(&world, "resend", &rows[2]["id"]).unwrap_err();
        assert_eq!(refusal(&sent).0, "conflict");
        // Two nodes, each with the same click.
        let values = json!({ "id": planned["id"] });
        let mut running: Vec<Running> = [Node::new(&world), Node::new(&world)]
            .iter()
            .map(|node| node.act_on("mailMassMessages", "resend", values.clone()))
            .collect();
        for _ in 0..ALL {
            running = running.into_iter().filter_map(|each| poll(each, 1)).collect();
        }
        assert_eq!(statuses(&world), ["pending", "pending", "sent", "sent"]);
        deliver(&world);
        deliver(&world);
        assert_one_each(&world, &format!("{service:?}"));
        assert_eq!(
            act(&world, "resend", &planned["id"]).unwrap()["status"],
            "sent",
            "nothing is left to send"
        );
        assert_eq!(world.sent().len(), 4);
    }
}

#[test]
fn what_may_have_been_sent_is_for_its_user_to_decide() {
    for service in SERVICES {
        let world = World::synced(service, 3);
        let planned = bulk(&world, json!({ "to": ["a@x.example"] }), json!(0)).unwrap();
        world.control("fault", json!({ "path": "/send", "action": "drop-after" }));
        world.site.host.advance(TimeDelta::seconds(6));
        world.post();
        // The answer is lost, and nobody can look for a day.
        fails_for_good(&world, api(service));
        pass(&world, 26);
        world.control("clear-faults", json!({}));
        let row = recipients(&world).remove(0);
        assert_eq!(
            (&row["status"], &row["result"]["state"]),
            (&json!("sending"), &json!("ambiguous")),
            "{service:?} {row}"
        );
        assert_eq!(
            refusal(&act(&world, "resend", &row["id"]).unwrap_err()).0,
            "conflict"
        );
        assert_eq!(
            act(&world, "resend", &planned["id"]).unwrap()["status"],
            "sending"
        );
        assert_eq!(
            act(&world, "cancel", &planned["id"]).unwrap()["status"],
            "sending"
        );
        assert_eq!(world.sent().len(), 1);
        let values = json!({ "id": row["result"]["outboxId"], "outcome": "sent" });
        call(&world, "mailOutbox", "resolve", values).unwrap();
        assert_eq!(statuses(&world), ["sent"]);
        assert_eq!(act(&world, "cancel", &planned["id"]).unwrap()["status"], "sent");
    }
}

#[test]
fn what_its_user_decides_in_the_outbox_shows_in_the_bulk_mail() {
    for (outcome, expected) in [
        ("sendAgain", "pending"),
        ("edit", "canceled"),
        ("discard", "canceled"),
    ] {
        let world = World::synced(Service::Google, 3);
        plan(&world);
        let refused = json!({ "path": "/send", "status": 400, "reason": "failedPrecondition", "method": "POST", "count": 1 });
        world.control("fault", refused);
        deliver(&world);
        let failed = recipients(&world).remove(0);
        assert_eq!(failed["status"], "failed");
        let values = json!({ "id": failed["result"]["outboxId"], "outcome": outcome });
        let entry = call(&world, "mailOutbox", "resolve", values).unwrap();
        assert_eq!(statuses(&world)[0], expected, "{outcome}");
        if outcome == "edit" {
            let params = json!({ "filterByTk": entry["draftId"] });
            let draft = world
                .site
                .call(Some(USER), "mailMessages", "get", params, json!({}))
                .unwrap();
            assert_eq!(
                draft.body["draft"]["to"],
                json!([{ "name": "", "address": "a@x.example" }])
            );
        }
    }
}

#[test]
fn a_limit_of_the_provider_is_waited_for_and_what_waits_can_be_called_off() {
    for service in SERVICES {
        let world = World::synced(service, 3);
        let planned = plan(&world);
        let limit =
            json!({ "path": "/send", "status": 429, "retryAfter": 7200, "method": "POST", "count": 0 });
        world.control("fault", limit);
        deliver(&world);
        assert!(
            statuses(&world)
                .iter()
                .all(|status| status == "sending" || status == "pending")
        );
        let cancelled = act(&world, "cancel", &planned["id"]).unwrap();
        assert_eq!(cancelled["status"], "canceled", "{service:?} {cancelled}");
        world.control("clear-faults", json!({}));
        world.site.host.advance(TimeDelta::hours(3));
        deliver(&world);
        assert!(world.sent().is_empty());
    }
}
