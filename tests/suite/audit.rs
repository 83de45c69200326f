//! The audit log: what is noted, by the very commit of what it tells of, who reads it, and how long it is kept.
#![allow(missing_docs, clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]

use crate::support::edge::Trouble;
use crate::support::service::{SERVICES, Service};
use crate::support::world::World;
use crate::support::{ADMIN, OTHER, Site, USER, refusal};
use chrono::TimeDelta;
use serde_json::{Value, json};

/// The kinds of the entries, oldest first, and whose doing they are.
fn kinds(site: &Site) -> Vec<(String, i64)> {
    let log = site.host.rows("mailAuditLog");
    let entry = |row: &email_manager::host::Row| {
        (
            row["kind"].as_str().unwrap().to_owned(),
            row["userId"].as_i64().unwrap(),
        )
    };
    log.iter().map(entry).collect()
}

fn last(site: &Site) -> Value {
    Value::Object(site.host.rows("mailAuditLog").pop().unwrap())
}

fn read(site: &Site, params: Value) -> (Vec<Value>, Value) {
    let answer = site
        .call(Some(ADMIN), "mail", "auditLog", params, json!({}))
        .unwrap();
    (answer.body.as_array().unwrap().clone(), answer.meta.unwrap())
}

#[test]
fn settings_are_noted_by_the_names_of_the_fields_that_changed() {
    let site = Site::new();
    let values = json!({ "clientId": "the-id", "clientSecret": "the-secret", "enabled": true,
        "endpoints": { "token": "https://login.example.com/token" } });
    site.save("google", values.clone()).unwrap();
    let entry = last(&site);
    assert_eq!(
        (&entry["kind"], &entry["userId"], &entry["type"]),
        (&json!("settingsSaved"), &json!(1), &json!("google"))
    );
    let fields = json!(["clientId", "enabled", "endpoints.token", "clientSecret"]);
    assert_eq!(entry["details"], json!({ "section": "google", "fields": fields }));
    let log = format!("{:?}", site.host.rows("mailAuditLog"));
    for value in ["the-id", "the-secret", "login.example.com"] {
        assert!(!log.contains(value), "{value}");
    }

    // The placeholder and the same values again change nothing, so nothing is noted.
    let page = site.mail(ADMIN, "settings", json!({})).unwrap()["google"].clone();
    site.save("google", page).unwrap();
    assert_eq!(kinds(&site).len(), 1);
    site.save("google", json!({ "clientSecret": "" })).unwrap_err();
    assert_eq!(kinds(&site).len(), 1, "what is refused hasn't happened");
    site.save("general", json!({ "departmentViewing": true, "syncInterval": 5 }))
        .unwrap();
    assert_eq!(
        last(&site)["details"],
        json!({ "section": "general", "fields": ["departmentViewing"] })
    );
}

#[test]
fn the_life_of_an_account_is_noted_and_outlives_it() {
    for service in SERVICES {
        let world = World::synced(service, 4);
        let account = json!({ "email": service.mailbox() });
        for paused in [true, true, false] {
            let values = json!({ "email": service.mailbox(), "paused": paused });
            world.site.mail(USER, "pauseAccount", values).unwrap();
        }
        world.link(USER, service.mailbox()).unwrap();
        world.site.mail(USER, "deleteMailAccount", account).unwrap();
        let log = kinds(&world.site);
        let own: Vec<&str> = log
            .iter()
            .filter(|(_, by)| *by == USER.id)
            .map(|(kind, _)| kind.as_str())
            .collect();
        let expected = [
            "accountLinked",
            "accountPaused",
            "accountResumed",
            "accountReauthorized",
            "accountDeleted",
        ];
        assert_eq!(own, expected, "pausing twice is pausing once");
        let entry = last(&world.site);
        assert_eq!(
            (&entry["email"], &entry["ownerId"]),
            (&json!(service.mailbox()), &json!(USER.id))
        );
        assert!(world.site.host.rows("mailAccounts").is_empty());
        world.assert_discreet();
    }
}

#[test]
fn dry_runs_and_key_rotations_are_noted() {
    let site = Site::new();
    for action in ["startDryRun", "startDryRun", "endDryRun", "endDryRun"] {
        site.mail(ADMIN, action, json!({ "type": "google" })).unwrap();
    }
    site.mail(ADMIN, "rotateKey", json!({})).unwrap();
    let expected = ["dryRunStarted", "dryRunEnded", "keyRotated"].map(|kind| (kind.to_owned(), ADMIN.id));
    assert_eq!(kinds(&site), expected, "what is so already isn't done again");
    assert_eq!(last(&site)["details"], json!({ "generation": 1 }));
}

#[test]
fn an_entry_and_what_it_tells_of_are_one_commit() {
    let world = World::synced(Service::Google, 4);
    let accounts = || {
        let log = kinds(&world.site);
        let deleted = log.iter().filter(|(kind, _)| kind == "accountDeleted").count();
        (world.site.host.rows("mailAccounts").len(), deleted)
    };
    let delete = || {
        world.site.mail(
            USER,
            "deleteMailAccount",
            json!({ "email": Service::Google.mailbox() }),
        )
    };
    world.edge.strike(0, Trouble::FailsBefore);
    delete().unwrap_err();
    assert_eq!(accounts(), (1, 0));
    world.edge.strike(0, Trouble::FailsAfter);
    delete().unwrap_err();
    assert_eq!(accounts(), (0, 1));
}

#[test]
fn administrators_page_through_the_log_and_nobody_else_does() {
    let world = World::synced(Service::Google, 4);
    let site = &world.site;
    let error = site
        .call(Some(USER), "mail", "auditLog", json!({}), json!({}))
        .unwrap_err();
    assert_eq!(refusal(&error).0, "forbidden");
    for paused in [true, false, true] {
        site.host.advance(TimeDelta::seconds(1));
        let values = json!({ "email": Service::Google.mailbox(), "paused": paused });
        site.mail(USER, "pauseAccount", values).unwrap();
    }
    let (rows, meta) = read(site, json!({ "pageSize": "2" }));
    assert_eq!(
        meta,
        json!({ "count": 6, "page": 1, "pageSize": 2, "totalPage": 3 })
    );
    let shown: Vec<&Value> = rows.iter().map(|row| &row["kind"]).collect();
    assert_eq!(shown, ["accountPaused", "accountResumed"], "newest first");
    assert_eq!(rows[0]["user"], json!({ "id": USER.id, "nickname": "User 2" }));
    let ids =
        |params: Value| -> Vec<Value> { read(site, params).0.iter().map(|row| row["id"].clone()).collect() };
    let pages = [1, 2, 3]
        .map(|page| ids(json!({ "page": page, "pageSize": 2 })))
        .concat();
    assert_eq!(pages, ids(json!({})));

    let count = |params: Value| read(site, params).1["count"].as_u64().unwrap();
    assert_eq!(count(json!({ "userId": ADMIN.id })), 2);
    assert_eq!(count(json!({ "userId": OTHER.id })), 0);
    assert_eq!(
        count(json!({ "kind": "accountPaused", "userId": USER.id.to_string() })),
        2
    );
    assert_eq!(count(json!({ "email": "ALICE@gmail.example" })), 4);
    for (field, value) in [
        ("kind", json!("nonsense")),
        ("userId", json!("x")),
        ("page", json!(0)),
        ("email", json!({})),
    ] {
        let error = site
            .call(
                Some(ADMIN),
                "mail",
                "auditLog",
                json!({ field: value }),
                json!({}),
            )
            .unwrap_err();
        assert_eq!(refusal(&error), ("invalid_input", Some(field)));
    }
}

#[test]
fn entries_are_kept_for_400_days() {
    let site = Site::configured();
    let tidy = || pollster::block_on(site.plugin.run_schedule("tidy")).unwrap();
    site.host.advance(TimeDelta::days(399));
    tidy();
    assert_eq!(kinds(&site).len(), 2);
    site.mail(ADMIN, "rotateKey", json!({})).unwrap();
    site.host.advance(TimeDelta::days(2));
    tidy();
    assert_eq!(kinds(&site), [("keyRotated".to_owned(), ADMIN.id)]);
}
