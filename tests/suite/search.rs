//! Search among stored mails, and by the provider.
#![allow(missing_docs, clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]

use crate::support::organising::*;
use crate::support::service::{SERVICES, Service};
use crate::support::world::World;
use crate::support::{OTHER, USER, refusal};
use email_manager::plugin::User;
use serde_json::{Value, json};

/// A mailbox with some mails that are looked for: their ids by their names.
struct Found {
    world: World,
    offer: String,
    answer: String,
    travel: String,
    chinese: String,
}

fn found(service: Service) -> Found {
    let world = World::synced(service, 40);
    let offer = world.deliver(json!({ "from": "Zoë Quillfeather <zoe@quillfeather.example>", "subject": "Offer for the Zürich depot",
        "html": "<p>The total is <b>1,250 EUR</b> for the crane hire.</p>",
        "attachments": [{ "filename": "Offerte-Krähenwinkel.pdf", "mimeType": "application/pdf", "text": "pdf" }] }));
    world.site.host.advance(chrono::TimeDelta::minutes(1));
    let answer = world.deliver(json!({ "from": "Bert Quillfeather <bert@quillfeather.example>", "to": "zoe@quillfeather.example",
        "subject": "Re: Offer for the Zürich depot", "text": "Hire the crane, please.", "inReplyTo": offer, "unread": false }));
    world.site.host.advance(chrono::TimeDelta::minutes(1));
    let travel = world.deliver(json!({ "subject": "Travel", "text": "The quillfeather museum is open.", "starred": true, "folder": world.service.place("archive") }));
    world.site.host.advance(chrono::TimeDelta::minutes(1));
    let chinese = world.deliver(json!({ "subject": "会议邀请函", "text": "请于下周一参加会议。" }));
    world.sync_emails();
    Found {
        world,
        offer,
        answer,
        travel,
        chinese,
    }
}

impl Found {
    fn search(&self, user: User, values: Value) -> (Vec<String>, Value) {
        let answer = self
            .world
            .site
            .call(Some(user), "mail", "search", json!({}), values)
            .unwrap();
        let rows = answer.body.as_array().unwrap().iter();
        (
            rows.map(|row| row["mailId"].as_str().unwrap().to_owned())
                .collect(),
            answer.meta.unwrap(),
        )
    }

    fn ids(&self, text: &str) -> Vec<String> {
        self.search(USER, json!({ "text": text })).0
    }
}

#[test]
fn words_quotes_and_operators_find_subject_people_text_and_file_names() {
    for service in SERVICES {
        let found = found(service);
        let Found {
            offer,
            answer,
            travel,
            chinese,
            ..
        } = &found;
        for (text, expected) in [
            ("quillfeather", vec![travel, answer, offer]),
            ("QUILLF", vec![travel, answer, offer]),
            ("quillfeather crane", vec![answer, offer]),
            ("\"crane hire\"", vec![offer]),
            ("\"hire the crane\"", vec![answer]),
            ("\"crane hir\"", vec![]),
            ("zurich", vec![answer, offer]),
            ("Zürich DEPOT", vec![answer, offer]),
            ("1250", vec![]),
            ("1,250", vec![offer]),
            ("from:zoe", vec![offer]),
            ("from:zoe@quillfeather.example", vec![offer]),
            ("from:\"Zoë Quillfeather\"", vec![offer]),
            ("to:zoe", vec![answer]),
            ("from:quillfeather is:unread", vec![offer]),
            ("from:quillfeather is:read", vec![answer]),
            ("quillfeather is:starred", vec![travel]),
            ("subject:quillfeather", vec![]),
            ("subject:zurich subject:depot", vec![answer, offer]),
            ("quillfeather has:attachment", vec![offer]),
            ("krahenwinkel", vec![offer]),
            ("quillfeather in:archive", vec![travel]),
            ("quillfeather after:2026-03-01", vec![travel, answer, offer]),
            ("quillfeather before:2026-03-01", vec![]),
            ("会议", vec![chinese]),
            ("邀请 下周", vec![chinese]),
            ("议会", vec![]),
            ("feather", vec![]),
        ] {
            assert_eq!(
                found.ids(text),
                expected.into_iter().cloned().collect::<Vec<_>>(),
                "{service:?} {text}"
            );
        }
    }
}

#[test]
fn a_search_is_paged_merged_and_filtered_as_a_list_is() {
    for service in SERVICES {
        let found = found(service);
        let (ids, meta) = found.search(USER, json!({ "text": "quillfeather", "subjectMerge": true }));
        assert_eq!(
            ids,
            [found.travel.clone(), found.answer.clone()],
            "{service:?}: a row a conversation"
        );
        assert_eq!(
            (&meta["count"], &meta["highlight"]),
            (&json!(2), &json!(["quillfeather"]))
        );
        let (ids, meta) = found.search(USER, json!({ "text": "quillfeather", "pageSize": 2 }));
        assert_eq!((ids.len(), &meta["count"]), (2, &json!(3)));
        let after = json!({ "text": "quillfeather", "pageSize": 2, "after": meta["next"] });
        assert_eq!(found.search(USER, after).0, std::slice::from_ref(&found.offer));
        let inbox = json!({ "text": "quillfeather", "filter": { "boxType": { "$in": ["in"] } } });
        assert_eq!(
            found.search(USER, inbox).0,
            [found.answer.clone(), found.offer.clone()]
        );

        organise(&found.world, &[&found.offer], json!({ "boxType": "trash" }));
        assert_eq!(found.ids("from:zoe"), Vec::<String>::new(), "the bin is left out");
        assert_eq!(found.ids("from:zoe in:trash"), std::slice::from_ref(&found.offer));
        assert_eq!(
            found.ids("from:zoe in:anywhere"),
            std::slice::from_ref(&found.offer)
        );
    }
}

#[test]
fn nobody_finds_the_mail_of_others_unless_they_may_read_it() {
    let found = found(SERVICES[0]);
    assert_eq!(
        found.search(OTHER, json!({ "text": "quillfeather" })).0,
        Vec::<String>::new()
    );
    assert_eq!(
        found
            .search(OTHER, json!({ "text": "quillfeather", "all": true }))
            .0,
        Vec::<String>::new()
    );
    let theirs = json!({ "text": "quillfeather", "all": true, "filter": { "userId": USER.id } });
    assert_eq!(found.search(OTHER, theirs.clone()).0, Vec::<String>::new());
    found
        .world
        .site
        .save("general", json!({ "departmentViewing": true }))
        .unwrap();
    found.world.site.host.set_department(OTHER.id, &[USER.id]);
    assert_eq!(found.search(OTHER, theirs).0.len(), 3);
    assert_eq!(
        found.search(OTHER, json!({ "text": "quillfeather" })).0,
        Vec::<String>::new(),
        "their own only"
    );
    let at_providers = found
        .world
        .site
        .mail(OTHER, "searchProviders", json!({ "text": "quillfeather" }));
    assert_eq!(
        at_providers.unwrap(),
        json!([]),
        "a provider is asked for one's own mailboxes"
    );
}

#[test]
fn what_cannot_be_searched_for_is_said() {
    let world = World::synced(SERVICES[0], 10);
    for values in [
        json!({}),
        json!({ "text": " " }),
        json!({ "text": 5 }),
        json!({ "text": "is:purple" }),
    ] {
        for action in ["search", "searchProviders"] {
            let refused = world.site.mail(USER, action, values.clone()).unwrap_err();
            assert_eq!(refusal(&refused), ("invalid_input", Some("text")), "{values}");
        }
    }
    // Marks alone are no word: everything fulfils them.
    assert!(world.site.mail(USER, "search", json!({ "text": "?!" })).is_ok());
}

#[test]
fn the_provider_finds_what_is_not_stored_too() {
    for service in SERVICES {
        let world = World::linked(service, 30);
        let old = world.deliver(json!({ "subject": "Quillfeather, long ago", "date": "2025-06-01T10:00:00Z", "from": "\"desk@bank.example\" <news@mailer.example>", "html": "<p onclick=x()>Kept</p>" }));
        world.start(USER, json!("2026-02-01"));
        world.run();
        let new = world.deliver(json!({ "subject": "Quillfeather today", "text": "quillfeather" }));
        world.sync_emails();
        let stored = world
            .site
            .mail(USER, "search", json!({ "text": "quillfeather" }))
            .unwrap();
        assert_eq!(stored.as_array().unwrap().len(), 1, "{service:?}");
        let before = world.site.host.rows("mailMessages").len();
        let found = world
            .site
            .mail(USER, "searchProviders", json!({ "text": "quillfeather" }))
            .unwrap();
        let rows = found[0]["rows"].as_array().unwrap();
        let ids: Vec<&Value> = rows.iter().map(|row| &row["mailId"]).collect();
        assert_eq!(ids, [&json!(new), &json!(old)], "{service:?}");
        assert_eq!(
            (&rows[0]["id"], &rows[0]["stored"]),
            (&json!(id(&world, &new)), &Value::Null)
        );
        assert_eq!(
            (&rows[1]["id"], &rows[1]["stored"]),
            (&Value::Null, &json!(false))
        );
        assert_eq!(rows[1]["bodyHtml"], "<p>Kept</p>", "sanitised as everything is");
        assert_eq!(rows[1]["hints"][0]["values"]["shown"], "desk@bank.example");
        assert_eq!(
            (found[0]["email"].as_str(), &found[0]["more"]),
            (Some(world.service.mailbox()), &json!(false))
        );
        assert_eq!(
            world.site.host.rows("mailMessages").len(),
            before,
            "looking stores nothing"
        );
        for text in [
            "subject:\"long ago\" before:2025-07-01 after:2025-05-01",
            "subject:long in:inbox",
            "from:sofia subject:long to:\"nobody@else.example\" has:attachment",
        ] {
            let found = world
                .site
                .mail(
                    USER,
                    "searchProviders",
                    json!({ "text": text, "email": world.service.mailbox() }),
                )
                .unwrap();
            let count = usize::from(!text.contains("nobody"));
            assert_eq!(
                found[0]["rows"].as_array().unwrap().len(),
                count,
                "{service:?} {text} {found}"
            );
        }
        assert_eq!(
            world
                .site
                .mail(
                    USER,
                    "searchProviders",
                    json!({ "text": "x", "email": "other@example.com" })
                )
                .unwrap(),
            json!([])
        );
        world.assert_discreet();
    }
}
