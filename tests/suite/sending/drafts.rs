//! Drafts and templates.

use serde_json::{Value, json};

use super::{call, deliver, mail, send};
use crate::support::service::{SERVICES, Service};
use crate::support::world::World;
use crate::support::{OTHER, USER, refusal};

fn save(world: &World, with: Value) -> email_manager::error::Result<Value> {
    world.site.mail(USER, "messageSavingDraft", mail(with))
}

#[test]
fn a_draft_is_kept_listed_offered_again_and_used_up_by_sending() {
    for service in SERVICES {
        let world = World::synced(service, 10);
        let saved = save(
            &world,
            json!({ "to": ["ann@customer.example", "half@"], "subject": "So far" }),
        )
        .unwrap();
        assert_eq!(saved["version"], 1);
        let list = world
            .site
            .call(
                Some(USER),
                "mailMessages",
                "listPerson",
                json!({ "filter": { "isDraft": true, "subject": "So far" } }),
                json!({}),
            )
            .unwrap();
        assert_eq!(list.body[0]["id"], saved["id"]);
        assert_eq!(list.body[0]["boxType"], "draft");
        let values = json!({ "to": ["ann@customer.example", "half@"], "identityEmail": service.mailbox() });
        let found = world.site.mail(USER, "draftFind", values.clone()).unwrap();
        assert_eq!(found["id"], saved["id"]);
        assert_eq!(found["draft"]["body"], "<p>Hello Ann</p>");
        let otherwise = json!({ "to": ["half@", "Ann <ANN@customer.example>"] });
        let found = world.site.mail(USER, "draftFind", otherwise).unwrap();
        assert_eq!(found["id"], saved["id"], "in any order, however it is written");
        assert_eq!(
            world
                .site
                .mail(USER, "draftFind", json!({ "to": ["bo@customer.example"] }))
                .unwrap(),
            Value::Null
        );
        let changed = save(&world, json!({ "id": saved["id"], "version": 1 })).unwrap();
        assert_eq!(changed, json!({ "id": saved["id"], "version": 2 }));
        world.sync_emails();
        send(&world, json!({ "id": saved["id"], "version": 2 })).unwrap();
        assert_eq!(
            refusal(&save(&world, json!({ "id": saved["id"] })).unwrap_err()),
            ("not_found", Some("id"))
        );
        let twice = send(&world, json!({ "id": saved["id"], "version": 2 })).unwrap();
        assert_eq!(twice["repeated"], true);
        deliver(&world);
        assert_eq!(world.sent().len(), 1);
    }
}

#[test]
fn of_two_tabs_the_second_is_told() {
    let world = World::synced(Service::Google, 10);
    let saved = save(&world, json!({})).unwrap();
    save(
        &world,
        json!({ "id": saved["id"], "version": 1, "subject": "First tab" }),
    )
    .unwrap();
    let second = save(
        &world,
        json!({ "id": saved["id"], "version": 1, "subject": "Second tab" }),
    )
    .unwrap_err();
    assert_eq!(refusal(&second), ("conflict", Some("version")));
    let stale = send(&world, json!({ "id": saved["id"], "version": 1 })).unwrap_err();
    assert_eq!(refusal(&stale), ("conflict", Some("id")));
    let row = world
        .site
        .call(
            Some(USER),
            "mailMessages",
            "get",
            json!({ "filterByTk": saved["id"] }),
            json!({}),
        )
        .unwrap();
    assert_eq!(row.body["subject"], "First tab");
}

#[test]
fn an_answer_that_was_lost_makes_neither_a_second_draft_nor_another_version() {
    let world = World::synced(Service::Google, 10);
    let first = || save(&world, json!({ "key": "one", "subject": "First" })).unwrap();
    let saved = first();
    assert_eq!(first(), saved);
    let second = || {
        let known = json!({ "id": saved["id"], "version": 1, "subject": "Second" });
        save(&world, known).unwrap()
    };
    let changed = second();
    assert_eq!(changed["version"], 2);
    assert_eq!(second(), changed);
    let late = save(&world, json!({ "key": "one", "subject": "First" })).unwrap_err();
    assert_eq!(refusal(&late), ("conflict", Some("version")));
    let other = save(&world, json!({ "key": "two", "subject": "First" })).unwrap();
    assert_ne!(other["id"], saved["id"]);
    let long = save(&world, json!({ "key": "k".repeat(201) })).unwrap_err();
    assert_eq!(refusal(&long), ("invalid_input", Some("key")));
    world.link(OTHER, Service::Google.other_mailbox()).unwrap();
    let values = mail(json!({ "key": "one", "subject": "First" }));
    let others = world.site.mail(OTHER, "messageSavingDraft", values).unwrap();
    assert_ne!(others["id"], saved["id"]);
}

#[test]
fn nobody_reaches_somebody_elses_draft() {
    let world = World::synced(Service::Google, 10);
    world.link(OTHER, Service::Google.other_mailbox()).unwrap();
    let saved = save(&world, json!({})).unwrap();
    let other = |action: &str, values: Value| world.site.mail(OTHER, action, mail(values));
    assert_eq!(
        refusal(&other("messageSavingDraft", json!({ "id": saved["id"] })).unwrap_err()).0,
        "not_found"
    );
    assert_eq!(
        refusal(&other("messageSend", json!({ "id": saved["id"] })).unwrap_err()).0,
        "conflict"
    );
    assert_eq!(
        refusal(&other("draftDiscard", json!({ "id": saved["id"] })).unwrap_err()).0,
        "not_found"
    );
    world
        .site
        .mail(USER, "draftDiscard", json!({ "id": saved["id"] }))
        .unwrap();
    assert!(
        !world
            .site
            .host
            .rows("mailMessages")
            .iter()
            .any(|row| row["id"] == saved["id"])
    );
}

#[test]
fn a_draft_does_not_disturb_synchronisation() {
    for service in SERVICES {
        let mut world = World::synced(service, 20);
        let saved = save(&world, json!({})).unwrap();
        match service {
            Service::Google => drop(world.control("expire-history", json!({ "mailbox": service.mailbox() }))),
            Service::Microsoft => {
                drop(world.control("expire-delta", json!({ "mailbox": service.mailbox() })))
            }
        }
        world.site.host.advance(chrono::TimeDelta::minutes(6));
        world.run();
        world.recover();
        assert_eq!(world.account()["status"], "ready");
        let rows = world.site.host.rows("mailMessages");
        assert!(
            rows.iter().any(|row| row["id"] == saved["id"]),
            "the draft is still here"
        );
        assert_eq!(rows.len(), 21);
    }
}

#[test]
fn templates_are_their_users_own_and_leave_signatures_alone() {
    let world = World::synced(Service::Google, 10);
    let templates = |action: &str, values: Value| call(&world, "mailTemplates", action, values);
    let created = templates(
        "create",
        json!({ "name": "Offer", "subject": "For {{name}}", "content": "<p onclick=\"x()\">Dear {{name}}, {{gone}}</p>" }),
    )
    .unwrap();
    assert!(!created["content"].as_str().unwrap().contains("onclick"));
    assert_eq!(
        refusal(&templates("create", json!({ "content": "x" })).unwrap_err()),
        ("invalid_input", Some("name"))
    );
    let account = world.account()["id"].clone();
    let signatures = json!([{ "id": "s", "name": "S", "content": "<p>Regards</p>", "default": true }]);
    let configured = json!({ "filterByTk": account, "config": { "signatures": signatures } });
    call(&world, "mailAccounts", "update", configured).unwrap();
    let rendered = templates(
        "render",
        json!({ "filterByTk": created["id"], "variables": { "name": "Ann & <b>" }, "accountEmail": Service::Google.mailbox() }),
    )
    .unwrap();
    assert_eq!(rendered["subject"], "For Ann & <b>");
    assert_eq!(rendered["content"], "<p>Dear Ann &amp; &lt;b&gt;, {{gone}}</p>");
    assert_eq!(rendered["signature"], "<p>Regards</p>");
    assert_eq!(rendered["missing"], json!(["gone"]));
    let updated = templates(
        "update",
        json!({ "filterByTk": created["id"], "name": "Better offer" }),
    )
    .unwrap();
    assert_eq!(
        (&updated["name"], &updated["subject"]),
        (&json!("Better offer"), &json!("For {{name}}"))
    );
    for (action, values) in [
        ("update", json!({ "filterByTk": created["id"], "name": "Mine" })),
        ("render", json!({ "filterByTk": created["id"] })),
    ] {
        let other = world
            .site
            .call(Some(OTHER), "mailTemplates", action, json!({}), values);
        assert_eq!(refusal(&other.unwrap_err()).0, "not_found");
    }
    world
        .site
        .call(
            Some(OTHER),
            "mailTemplates",
            "destroy",
            json!({ "filterByTk": created["id"] }),
            json!({}),
        )
        .unwrap();
    assert_eq!(templates("list", json!({})).unwrap().as_array().unwrap().len(), 1);
    templates("destroy", json!({ "filterByTk": [created["id"]] })).unwrap();
    assert_eq!(templates("list", json!({})).unwrap(), json!([]));
}

#[test]
fn a_draft_keeps_what_tells_its_signature_and_its_quotation_apart_and_nothing_is_folded() {
    let world = World::synced(Service::Google, 10);
    let body = concat!(
        "<p onclick=\"x()\">Hi</p><div class=\"gmail_signature evil\">Regards</div>",
        "<div class=\"gmail_quote\"><blockquote type=\"cite\" class=\"other\">Before</blockquote></div>"
    );
    let saved = save(&world, json!({ "body": body })).unwrap();
    let rows = world.site.host.rows("mailMessages");
    let draft = rows.iter().find(|row| row["id"] == saved["id"]).unwrap();
    let kept = concat!(
        "<p>Hi</p><div class=\"gmail_signature\">Regards</div>",
        "<div class=\"gmail_quote\"><blockquote type=\"cite\">Before</blockquote></div>"
    );
    assert_eq!(draft["draft"]["body"], kept);
    send(&world, json!({ "id": saved["id"], "version": 1, "body": body })).unwrap();
    deliver(&world);
    assert_eq!(world.sent()[0]["html"].as_str().unwrap().trim(), kept);
}
