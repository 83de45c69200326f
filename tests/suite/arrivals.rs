//! Mail that arrives while its folder is still listed for the first time (Outlook).
#![allow(missing_docs, clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]

use crate::support::USER;
use crate::support::service::Service;
use crate::support::world::World;
use chrono::TimeDelta;
use email_manager::host::Host;
use serde_json::{Value, json};

/// A first sync that has stored its first page; every step ends with its page from here on.
fn begun(count: u32, since: Value) -> World {
    let world = World::linked(Service::Microsoft, count);
    world.start(USER, since);
    world.edge.is_slow.set(true);
    while world.stored().is_empty() {
        assert!(world.step().unwrap().unwrap());
    }
    world
}

fn is_stored(world: &World, id: &str) -> bool {
    world.stored().iter().any(|mail| mail.0 == id)
}

fn is_done(world: &World) -> bool {
    world.account()["syncState"]["done"] == json!(true)
}

#[test]
fn new_mail_shows_while_its_folder_is_still_listed_and_is_stored_once() {
    for folder in ["inbox", "Customers"] {
        let world = begun(900, Value::Null);
        // An interval passes, in which mail arrives.
        let first = world.deliver(json!({ "subject": "Came meanwhile", "folder": folder }));
        world.site.host.advance(TimeDelta::minutes(6));
        let second = world.deliver(json!({ "subject": "Came just now", "folder": folder }));
        for _ in 0..3 {
            world.step().unwrap().unwrap();
        }
        assert!(!is_done(&world), "{folder}");
        assert!(
            is_stored(&world, &first) && is_stored(&world, &second),
            "{folder}"
        );
        world.run();
        assert!(is_done(&world), "{folder}");
        world.assert_equal();
        let rows = world.site.host.rows("mailMessages");
        assert_eq!(rows.len(), 902, "{folder}");
        assert_eq!(world.account()["syncState"]["stored"], 902, "{folder}");
        assert!(world.ledger().is_empty(), "{:?}", world.ledger());
        world.sync_emails();
        world.assert_equal();
    }
}

#[test]
fn a_look_at_new_mail_is_one_request_an_interval() {
    let world = begun(900, Value::Null);
    world.requests();
    let started = world.site.host.now();
    while !is_done(&world) {
        world.step().unwrap().unwrap();
        world.site.host.advance(TimeDelta::seconds(54));
    }
    let minutes = (world.site.host.now() - started).num_minutes();
    assert!(minutes > 6, "it was over after {minutes} minutes");
    let requests = world.requests();
    let looks = requests
        .iter()
        .filter(|each| each.ends_with("/me/messages"))
        .count();
    let most = usize::try_from(minutes).unwrap() / 5;
    assert!((1..=most).contains(&looks), "{looks} looks in {minutes} minutes");
    // And none once everything is here.
    world.edge.is_slow.set(false);
    world.sync_emails();
    assert!(!world.requests().iter().any(|each| each.ends_with("/me/messages")));
    world.assert_equal();
}

#[test]
fn what_arrives_in_a_folder_that_is_left_out_or_is_gone_again_stays_out() {
    let world = begun(900, Value::Null);
    let id = |name: &str| world.folders().into_iter().find(|each| each.1 == name).unwrap().0;
    let left_out = json!({ "email": world.service.mailbox(), "folders": [id("Customers")] });
    world.site.mail(USER, "updateAccountFolders", left_out).unwrap();
    let outside = world.deliver(json!({ "subject": "Left out", "folder": "Customers" }));
    let gone = world.deliver(json!({ "subject": "Gone again" }));
    world.site.host.advance(TimeDelta::minutes(6));
    for _ in 0..4 {
        world.step().unwrap().unwrap();
    }
    assert!(is_stored(&world, &gone) && !is_done(&world));
    world.touch("delete", &gone, json!({}));
    world.run();
    assert!(is_done(&world));
    // The feed tells of it after all that was there.
    world.sync_emails();
    assert!(!is_stored(&world, &outside) && !is_stored(&world, &gone));
    let customers = |mail: &Value| mail["folder"] == "Customers";
    let wanted = world.state().iter().filter(|mail| !customers(mail)).count();
    assert_eq!(world.stored().len(), wanted);
}
