//! Bulk mails.

use chrono::TimeDelta;
use email_manager::host::Host;
use serde_json::{Value, json};

use super::writing::{deliver, payload};
use super::{answer, ask, assert_has};
use crate::support::service::SERVICES;
use crate::support::world::World;
use crate::support::{OTHER, USER, refusal};

const RECORD: &str = "id parentId interval message from to sendAt status result children";

/// A bulk mail to three people, half a minute apart.
fn send(world: &World) -> Value {
    let to = json!([
        "ann@customer.example",
        "Bo Lee <bo@customer.example>",
        "cy@customer.example"
    ]);
    let data = payload(world, json!({ "to": to, "cc": [], "bcc": [] }));
    let values = json!({ "data": data, "mailSendSetting": { "interval": 30_000 } });
    answer(world, "mailMassMessages:send", json!({}), values)
}

fn list(world: &World, params: Value) -> Vec<Value> {
    let listed = world
        .site
        .call(Some(USER), "mailMassMessages", "list", params, json!({}))
        .unwrap();
    let rows = listed.body.as_array().unwrap().clone();
    let meta = listed.meta.unwrap();
    assert_has(&meta, "count page pageSize totalPage", "the list");
    rows
}

fn recipients(world: &World, bulk: &Value) -> Vec<Value> {
    let filter = json!({ "parentId": bulk["id"] }).to_string();
    list(world, json!({ "filter": filter, "pageSize": "200" }))
}

fn statuses(rows: &[Value]) -> Vec<&str> {
    rows.iter().map(|row| row["status"].as_str().unwrap()).collect()
}

#[test]
fn a_bulk_mail_is_sent_to_each_recipient_alone_an_interval_apart() {
    for service in SERVICES {
        let world = World::synced(service, 6);
        let began = world.site.host.now();
        let sent = send(&world);
        assert_has(&sent, RECORD, "a bulk mail");
        let bulks = list(&world, json!({ "appends": "children" }));
        assert_eq!(bulks.len(), 1);
        let bulk = &bulks[0];
        assert_has(bulk, RECORD, "a bulk mail in the list");
        assert_eq!((&bulk["id"], &bulk["parentId"]), (&sent["id"], &Value::Null));
        assert_eq!(
            (&bulk["interval"], &bulk["status"]),
            (&json!(30_000), &json!("pending"))
        );
        assert_eq!(bulk["message"]["subject"], "Offer");
        assert_eq!(bulk["from"], service.mailbox());
        let children = recipients(&world, bulk);
        assert_eq!(statuses(&children), ["pending"; 3]);
        assert_eq!(bulk["children"].as_array().unwrap().len(), 3);
        for (number, child) in bulk["children"].as_array().unwrap().iter().enumerate() {
            assert_has(
                child,
                "id parentId interval message from to sendAt status children",
                "a recipient",
            );
            assert_eq!(child["id"], children[number]["id"]);
            assert_eq!(child["parentId"], bulk["id"]);
            let at = began + TimeDelta::seconds(5 + 30 * i64::try_from(number).unwrap());
            assert_eq!(child["sendAt"], json!(at), "{service:?}");
        }
        assert_eq!(children[1]["to"], "bo@customer.example");
        for count in 1..=3 {
            world
                .site
                .host
                .advance(TimeDelta::seconds(if count == 1 { 6 } else { 30 }));
            world.post();
            let sent = world.sent();
            assert_eq!(sent.len(), count, "{service:?}");
            assert_eq!(sent[count - 1]["to"].as_array().unwrap().len(), 1);
        }
        let children = recipients(&world, bulk);
        assert_eq!(statuses(&children), ["sent"; 3]);
        assert_eq!(list(&world, json!({}))[0]["status"], "sent");
        assert!(children[0]["result"]["mailId"].is_string());
    }
}

#[test]
fn the_folder_of_bulk_mails_lists_them_and_the_sent_ones_show_among_the_sent_mails() {
    for service in SERVICES {
        let world = World::synced(service, 6);
        send(&world);
        let in_box = |box_type: &str| {
            let filter = json!({ "boxType": { "$in": [box_type] }, "subject": "Offer" }).to_string();
            let (rows, _) = ask(
                &world,
                "listPerson",
                json!({ "filter": filter, "subjectMerge": "true" }),
            );
            rows.as_array().unwrap().clone()
        };
        let shown = in_box("mass");
        assert_eq!(shown.len(), 1);
        assert_eq!(shown[0]["toUsers"].as_array().unwrap().len(), 3);
        let (opened, _) = ask(&world, "get", json!({ "filterByTk": shown[0]["id"] }));
        assert!(opened["bodyHtml"].as_str().unwrap().contains("Hello Ann"));
        let folders = answer(&world, "mail:folders", json!({}), json!({}));
        let boxes = folders[0]["boxes"].as_array().unwrap();
        let mass = boxes.iter().find(|each| each["boxType"] == "mass").unwrap();
        assert_eq!((&mass["total"], &mass["unread"]), (&json!(1), &json!(0)));
        for _ in 0..3 {
            deliver(&world);
        }
        world.sync_emails();
        world.assert_equal_sent();
        assert_eq!((in_box("mass").len(), in_box("out").len()), (1, 3), "{service:?}");
    }
}

#[test]
fn a_bulk_mail_or_the_mail_to_one_recipient_is_called_off_by_its_id() {
    for service in SERVICES {
        let world = World::synced(service, 6);
        let bulk = send(&world);
        let last = recipients(&world, &bulk)[2]["id"].clone();
        let cancelled = answer(
            &world,
            "mailMassMessages:cancel",
            json!({}),
            json!({ "id": last }),
        );
        assert_eq!(cancelled["status"], "canceled");
        deliver(&world);
        assert_eq!(statuses(&recipients(&world, &bulk)), ["sent", "sent", "canceled"]);
        let bulk = answer(
            &world,
            "mailMassMessages:cancel",
            json!({}),
            json!({ "id": bulk["id"] }),
        );
        assert_eq!(bulk["status"], "some_sent", "what was sent stays so");
        let other = send(&world);
        let other = answer(
            &world,
            "mailMassMessages:cancel",
            json!({}),
            json!({ "id": other["id"] }),
        );
        assert_eq!(other["status"], "canceled");
        deliver(&world);
        assert_eq!(world.sent().len(), 2, "{service:?}");
    }
}

#[test]
fn what_has_failed_is_sent_again_by_its_id() {
    for service in SERVICES {
        let world = World::synced(service, 6);
        let bulk = send(&world);
        world.control(
            "fault",
            json!({ "path": "/send", "status": 400, "reason": "ErrorInvalidRecipients", "method": "POST", "count": 2 }),
        );
        deliver(&world);
        deliver(&world);
        let children = recipients(&world, &bulk);
        assert_eq!(statuses(&children), ["failed", "failed", "sent"], "{service:?}");
        assert_eq!(children[0]["result"]["code"], "provider_rejected");
        assert!(children[0]["result"]["reason"].is_string());
        let first = json!({ "id": children[0]["id"] });
        let again = answer(&world, "mailMassMessages:resend", json!({}), first);
        assert_eq!(again["status"], "pending");
        let again = answer(
            &world,
            "mailMassMessages:resend",
            json!({}),
            json!({ "id": bulk["id"] }),
        );
        assert_eq!(again["status"], "sending");
        deliver(&world);
        deliver(&world);
        assert_eq!(statuses(&recipients(&world, &bulk)), ["sent"; 3]);
        assert_eq!(world.sent().len(), 3);
    }
}

#[test]
fn a_bulk_mail_of_somebody_else_is_none() {
    let world = World::synced(SERVICES[0], 6);
    let bulk = send(&world);
    let child = recipients(&world, &bulk)[0]["id"].clone();
    let call = |action: &str, params: Value, values: Value| {
        world
            .site
            .call(Some(OTHER), "mailMassMessages", action, params, values)
    };
    for action in ["cancel", "resend"] {
        for id in [&bulk["id"], &child, &json!(987_654)] {
            let error = call(action, json!({}), json!({ "id": id })).unwrap_err();
            assert_eq!(refusal(&error), ("not_found", Some("id")));
        }
        let error = call(action, json!({}), json!({})).unwrap_err();
        assert_eq!(refusal(&error), ("invalid_input", Some("id")));
    }
    for filter in [json!({}), json!({ "parentId": bulk["id"] })] {
        let listed = call("list", json!({ "filter": filter.to_string() }), json!({})).unwrap();
        assert_eq!(listed.body, json!([]));
    }
    assert_eq!(statuses(&recipients(&world, &bulk)), ["pending"; 3]);
}

#[test]
fn the_list_is_paged_newest_first_and_filtered_by_parent_and_account_alone() {
    let world = World::synced(SERVICES[0], 6);
    let ids: Vec<Value> = (0..3).map(|_| send(&world)["id"].clone()).collect();
    let page = |number: &str| {
        list(
            &world,
            json!({ "page": number, "pageSize": "2", "filter": r#"{"parentId":null}"# }),
        )
    };
    let found: Vec<Value> = [page("1"), page("2")]
        .concat()
        .iter()
        .map(|row| row["id"].clone())
        .collect();
    assert_eq!(found, [ids[2].clone(), ids[1].clone(), ids[0].clone()]);
    let filter = json!({ "parentId": { "$eq": ids[0].to_string() } }).to_string();
    assert_eq!(
        list(&world, json!({ "filter": filter, "pageSize": "2", "page": "2" })).len(),
        1
    );
    let account = world.account()["id"].clone();
    for (account, count) in [(account, 3), (json!(987_654), 0)] {
        let filter = json!({ "accountId": account }).to_string();
        assert_eq!(list(&world, json!({ "filter": filter })).len(), count);
    }
    for filter in [
        r#"{"status":"sent"}"#,
        r#"{"parentId":"x"}"#,
        "[",
        "[1]",
        r#"{"parentId":{"$ne":1}}"#,
    ] {
        let params = json!({ "filter": filter });
        let error = world
            .site
            .call(Some(USER), "mailMassMessages", "list", params, json!({}))
            .unwrap_err();
        assert_eq!(refusal(&error), ("invalid_input", Some("filter")), "{filter}");
    }
}
