//! Lists of conversations, page by page, and what the tree counts.
#![allow(missing_docs, clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]

use std::collections::BTreeMap;

use crate::support::organising::*;
use crate::support::service::{SERVICES, Service};
use crate::support::world::World;
use crate::support::{OTHER, USER, refusal};
use email_manager::host::{Batch, CommitOutcome, Filter, Host, Row, row as columns};
use serde_json::{Value, json};

fn list(world: &World, params: Value) -> (Vec<Value>, Value) {
    let answer = world
        .site
        .call(Some(USER), "mailMessages", "listPerson", params, json!({}));
    let answer = answer.unwrap();
    (answer.body.as_array().unwrap().clone(), answer.meta.unwrap())
}

/// Each conversation's mails in a box, newest first, the newest conversation first.
fn expected(world: &World, box_type: &str) -> Vec<Vec<Row>> {
    let mut rows = world.site.host.rows("mailMessages");
    rows.retain(|row| row["boxType"] == box_type);
    rows.sort_by_key(|row| (row["date"].to_string(), row["id"].as_i64()));
    let mut conversations: BTreeMap<String, Vec<Row>> = BTreeMap::new();
    for row in rows.into_iter().rev() {
        conversations
            .entry(row["conversationId"].to_string())
            .or_default()
            .push(row);
    }
    let mut conversations: Vec<Vec<Row>> = conversations.into_values().collect();
    conversations.sort_by_key(|mails| (mails[0]["date"].to_string(), mails[0]["id"].as_i64()));
    conversations.reverse();
    conversations
}

fn ids<'a>(rows: impl IntoIterator<Item = &'a Value>) -> Vec<i64> {
    rows.into_iter().map(|row| row["id"].as_i64().unwrap()).collect()
}

#[test]
fn a_merged_list_has_a_row_for_each_conversation_however_it_is_paged() {
    for service in SERVICES {
        let world = World::synced(service, 120);
        let expected = expected(&world, "in");
        let newest: Vec<i64> = expected
            .iter()
            .map(|mails| mails[0]["id"].as_i64().unwrap())
            .collect();
        assert!(
            expected.iter().any(|mails| mails.len() > 1),
            "{service:?} has conversations"
        );
        let params = |more: Value| {
            let mut params = json!({ "subjectMerge": "true", "pageSize": "7", "sort": "-relatedMessageLatestDate",
                "filter": r#"{"boxType.$in":["in"]}"# });
            params
                .as_object_mut()
                .unwrap()
                .extend(more.as_object().unwrap().clone());
            params
        };
        let (whole, meta) = list(&world, params(json!({ "pageSize": 200 })));
        assert_eq!(ids(&whole), newest, "{service:?}");
        assert_eq!(
            (&meta["count"], &meta["next"]),
            (&json!(newest.len()), &Value::Null)
        );

        let (first, meta) = list(&world, params(json!({})));
        let (second, again) = list(&world, params(json!({ "page": 2 })));
        assert_eq!(again["totalPage"], newest.len().div_ceil(7));
        let next = meta["next"].as_str().unwrap();
        let (behind, meta) = list(&world, params(json!({ "after": next, "withCount": "false" })));
        assert_eq!(
            (ids(&first), ids(&second)),
            (newest[..7].to_vec(), newest[7..14].to_vec())
        );
        assert_eq!(behind, second, "by its place as by its number");
        assert_eq!(meta["count"], Value::Null);

        // The whole conversation counts, wherever its mails stand; the bin doesn't.
        let all = world.site.host.rows("mailMessages");
        for row in &whole {
            let mut together: Vec<&Row> = all
                .iter()
                .filter(|mail| mail["conversationId"] == row["conversationId"])
                .collect();
            together.retain(|mail| mail["boxType"] != "trash" && mail["boxType"] != "spam");
            together.sort_by_key(|mail| std::cmp::Reverse((mail["date"].to_string(), mail["id"].as_i64())));
            let related: Vec<&Value> = together.iter().map(|mail| &mail["id"]).collect();
            assert_eq!(row["relatedMessageIds"], json!(related));
            let in_box = together.iter().filter(|mail| mail["boxType"] == "in");
            assert_eq!(
                row["idsInBox"],
                in_box.map(|mail| mail["id"].clone()).collect::<Value>()
            );
            assert_eq!(row["relatedMessageCount"], together.len());
            assert_eq!(row["relatedMessageLatestDate"], together[0]["date"]);
            let is_read = together.iter().all(|mail| mail["isRead"] == true);
            assert_eq!(row["relatedMessagesIsRead"], is_read);
            let people = row["participants"].as_array().unwrap();
            assert!(
                row["fromUser"].is_null() || people.contains(&row["fromUser"]),
                "{people:?}"
            );
        }
        assert_eq!(
            list(&world, json!({ "pageSize": 200 })).0.len(),
            all.len(),
            "without it, every mail has its row"
        );
        let by_setting = json!({ "subjectMerge": "setting" });
        let count = |world: &World| list(world, params(by_setting.clone())).1["count"].clone();
        assert_eq!(
            count(&world),
            newest.len(),
            "merged, unless an administrator says otherwise"
        );
        world
            .site
            .save("general", json!({ "mergeByConversation": false }))
            .unwrap();
        assert_eq!(count(&world), world.in_box("in").len());
    }
}

#[test]
fn what_is_asked_of_a_merged_list_is_asked_of_each_mail() {
    for service in SERVICES {
        let world = World::synced(service, 120);
        let conversation = expected(&world, "in")
            .into_iter()
            .find(|mails| mails.len() > 1)
            .unwrap();
        let middle = conversation[1]["mailId"].as_str().unwrap();
        organise(&world, &[middle], json!({ "isStarred": true }));
        let starred = json!({ "boxType": "in", "isStarred": true, "conversationId": conversation[0]["conversationId"] });
        let (rows, meta) = list(&world, json!({ "subjectMerge": true, "filter": starred }));
        assert_eq!(
            (rows.len(), &meta["count"]),
            (1, &json!(1)),
            "the one that is starred stands for it"
        );
        assert_eq!(rows[0]["mailId"], middle);
        assert!(rows[0]["relatedMessageCount"].as_u64().unwrap() > 1);

        let opened = json!({ "filterByTk": id(&world, middle), "appends": "children,labels,note" });
        let opened = world
            .site
            .call(Some(USER), "mailMessages", "get", opened, json!({}))
            .unwrap()
            .body;
        let related = opened["relatedMessageIds"].as_array().unwrap();
        let mut with_children = ids(opened["children"].as_array().unwrap());
        assert_eq!(with_children.len() + 1, related.len());
        with_children.push(opened["id"].as_i64().unwrap());
        with_children.sort_unstable();
        let mut related: Vec<i64> = related.iter().map(|id| id.as_i64().unwrap()).collect();
        related.sort_unstable();
        assert_eq!(with_children, related);
        assert!(opened["children"][0].get("bodyHtml").is_none());
    }
}

#[test]
fn labels_of_any_mail_stand_at_its_conversation_and_drafts_stand_for_themselves() {
    let world = World::synced(SERVICES[0], 60);
    let conversation = expected(&world, "in")
        .into_iter()
        .find(|mails| mails.len() > 1)
        .unwrap();
    let label = call(
        &world,
        "mailMessageLabels",
        "create",
        json!({ "label": "Contract" }),
    )
    .unwrap();
    let oldest = conversation.last().unwrap()["mailId"].as_str().unwrap();
    organise(&world, &[oldest], json!({ "addLabels": [label["id"]] }));
    let (rows, _) = list(
        &world,
        json!({ "subjectMerge": "1", "filter": { "id": conversation[0]["id"] } }),
    );
    assert_eq!(rows[0]["labels"][0]["label"], "Contract");

    for subject in ["One", "Two"] {
        let draft =
            json!({ "from": world.service.mailbox(), "to": [], "subject": subject, "body": "<p>text</p>" });
        world.site.mail(USER, "messageSavingDraft", draft).unwrap();
    }
    let filter = json!({ "isDraft": true, "conversationId": null });
    let (rows, meta) = list(&world, json!({ "subjectMerge": true, "filter": filter }));
    assert_eq!((rows.len(), &meta["count"]), (2, &json!(2)));
    assert_eq!(rows[0]["relatedMessageIds"], json!([rows[0]["id"]]));
}

#[test]
fn pages_go_on_only_from_where_a_page_ended() {
    let world = World::synced(SERVICES[0], 30);
    for after in [
        "",
        "1",
        "[]",
        r#"["2026-01-01"]"#,
        r#"["yesterday",1]"#,
        r#"["2026-01-01T00:00:00Z","1"]"#,
        r#"[{},1]"#,
    ] {
        let params = json!({ "after": after });
        let refused = world
            .site
            .call(Some(USER), "mailMessages", "list", params, json!({}))
            .unwrap_err();
        assert_eq!(refusal(&refused), ("invalid_input", Some("after")), "{after}");
    }
    let other = world.site.call(
        Some(OTHER),
        "mailMessages",
        "list",
        json!({ "subjectMerge": true }),
        json!({}),
    );
    assert_eq!(other.unwrap().body, json!([]), "somebody else has no mail here");
    let refused = world.site.call(
        Some(USER),
        "mailMessages",
        "list",
        json!({ "subjectMerge": "perhaps" }),
        json!({}),
    );
    assert_eq!(
        refusal(&refused.unwrap_err()),
        ("invalid_input", Some("subjectMerge"))
    );
}

#[test]
fn the_tree_counts_every_box_what_waits_for_its_time_too_and_nothing_hidden() {
    for service in SERVICES {
        let world = World::synced(service, 80);
        let (hidden, scheduled) = (world.in_box("in")[0].clone(), world.in_box("in")[1].clone());
        let change = |mail_id: &str, values: Row| {
            let batch = Batch::new().update("mailMessages", Filter::eq("mailId", mail_id), values);
            let outcome = pollster::block_on(world.site.host.commit(batch)).unwrap();
            assert_eq!(outcome, CommitOutcome::Committed);
        };
        change(&hidden, columns([("deletedAt", json!(world.site.host.now()))]));
        change(&scheduled, columns([("boxType", json!("scheduled"))]));
        let folders = world.site.mail(USER, "folders", json!({})).unwrap();
        let boxes = folders[0]["boxes"].as_array().unwrap();
        let names: Vec<&str> = boxes
            .iter()
            .map(|each| each["boxType"].as_str().unwrap())
            .collect();
        assert_eq!(
            names,
            [
                "in",
                "out",
                "draft",
                "archive",
                "spam",
                "trash",
                "scheduled",
                "mass"
            ]
        );
        let rows = world.site.host.rows("mailMessages");
        for each in boxes {
            let inside = rows
                .iter()
                .filter(|row| row["boxType"] == each["boxType"] && row["deletedAt"].is_null());
            assert_eq!(each["total"], inside.clone().count(), "{service:?} {each}");
            assert_eq!(
                each["unread"],
                inside.filter(|row| row["isRead"] == false).count()
            );
        }
        let count = world.site.mail(USER, "messageUnreadCount", json!({})).unwrap();
        assert_eq!(count["count"], boxes[0]["unread"]);
        assert_eq!(world.site.mail(OTHER, "folders", json!({})).unwrap(), json!([]));
        assert_eq!(
            world.site.mail(OTHER, "messageUnreadCount", json!({})).unwrap()["count"],
            0
        );
    }
}

#[test]
fn a_trusted_sender_is_told_with_every_mail_of_theirs_to_the_user_who_trusts_them_and_in_spam_nobody_is() {
    for service in SERVICES {
        let world = World::synced(service, 20);
        let mail = json!({ "from": "Ann <ann@shop.example>", "subject": "One" });
        let mut junk = mail.clone();
        junk["folder"] = json!(world.service.place("spam"));
        let (first, junk) = (world.deliver(mail), world.deliver(junk));
        world.sync_emails();
        let opened = |mail_id: &str| {
            let params = json!({ "filterByTk": id(&world, mail_id) });
            let answer = world
                .site
                .call(Some(USER), "mailMessages", "get", params, json!({}));
            answer.unwrap().body
        };
        assert_eq!(opened(&first)["trustedSender"], false, "{service:?}");
        let trust = |user, values: Value| world.site.mail(user, "trustSender", values);
        trust(OTHER, json!({ "address": "ann@shop.example" })).unwrap();
        assert_eq!(
            opened(&first)["trustedSender"],
            false,
            "others trust for themselves"
        );
        for _ in 0..2 {
            trust(USER, json!({ "address": " Ann@Shop.example", "trusted": true })).unwrap();
        }
        assert_eq!(opened(&first)["trustedSender"], true);
        assert_eq!(opened(&junk)["trustedSender"], false);
        trust(USER, json!({ "address": "ann@shop.example", "trusted": false })).unwrap();
        assert_eq!(opened(&first)["trustedSender"], false);
        for (values, field) in [
            (json!({}), "address"),
            (json!({ "address": "ann" }), "address"),
            (
                json!({ "address": "ann@shop.example", "trusted": "perhaps" }),
                "trusted",
            ),
        ] {
            let refused = trust(USER, values.clone()).unwrap_err();
            assert_eq!(refusal(&refused), ("invalid_input", Some(field)), "{values}");
        }
    }
}

/// What the mail's hints are about.
fn hinted(world: &World, mail: &str) -> Vec<String> {
    let params = json!({ "filterByTk": id(world, mail) });
    let answer = world
        .site
        .call(Some(USER), "mailMessages", "get", params, json!({}));
    let hints = answer.unwrap().body["hints"].clone();
    let actual = |hint: &Value| hint["values"]["actual"].as_str().unwrap().to_owned();
    hints.as_array().unwrap().iter().map(actual).collect()
}

#[test]
fn an_opened_mail_says_what_speaks_against_it() {
    for service in SERVICES {
        let world = World::synced(service, 20);
        let mail = world.deliver(
            json!({ "from": "\"desk@bank.example\" <x@mailer.example>", "replyTo": "y@elsewhere.example",
            "subject": "Urgent", "html": "<a href='https://evil.example/'>https://bank.example/login</a>" }),
        );
        world.sync_emails();
        assert_eq!(
            hinted(&world, &mail),
            ["x@mailer.example", "evil.example", "y@elsewhere.example"],
            "{service:?}"
        );
    }
}

#[test]
fn a_forged_sender_is_told_whatever_the_mail_says_of_itself() {
    let world = World::synced(Service::Google, 20);
    let own_results =
        "mx.example; spf=pass; dkim=pass header.i=@bank.example; dmarc=pass header.from=bank.example";
    let mail = |subject: &str, forged: bool| {
        world.deliver(
            json!({ "from": "desk@bank.example", "subject": subject, "text": "Pay", "forged": forged,
            "headers": { "Authentication-Results": own_results } }),
        )
    };
    let (forged, honest) = (mail("Forged", true), mail("Honest", false));
    world.sync_emails();
    assert_eq!(hinted(&world, &forged), ["bank.example"]);
    assert_eq!(hinted(&world, &honest), Vec::<String>::new());
}
