//! Lists that lead in a circle over several pages.
#![allow(missing_docs, clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use crate::support::USER;
use crate::support::service::Service;
use crate::support::world::World;
use chrono::TimeDelta;
use serde_json::{Value, json};

/// The third page of a list whose path ends so leads back to the second one. Returns how often the list was asked for.
fn lead_in_a_circle(world: &World, path: &'static str, link: &'static str) -> Rc<Cell<usize>> {
    let asked = Rc::new(Cell::new(0));
    let (counter, links) = (Rc::clone(&asked), RefCell::new(Vec::<Value>::new()));
    world.wire.tamper(move |request, answer| {
        if !request.uri().path().ends_with(path) {
            return;
        }
        let Ok(mut body) = serde_json::from_slice::<Value>(answer.body()) else {
            return;
        };
        counter.set(counter.get() + 1);
        let mut links = links.borrow_mut();
        if body[link].is_string() && !links.contains(&body[link]) {
            links.push(body[link].clone());
        }
        if links.get(2) == Some(&body[link]) {
            body[link] = links[0].clone();
            *answer.body_mut() = body.to_string().into_bytes();
        }
    });
    asked
}

fn unreadable(world: &World) -> Vec<Value> {
    let asked = json!({ "email": world.service.mailbox() });
    let answer = world.site.mail(USER, "synchronization", asked).unwrap();
    answer["unreadable"].as_array().unwrap().clone()
}

/// The folders of the lists that the account's own state names as not read as a whole.
fn told_by_the_account(world: &World) -> Vec<Value> {
    let accounts = world.site.mail(USER, "getMailAccounts", json!({})).unwrap();
    let lists = accounts[0]["sync"]["unreadable"].as_array().unwrap().clone();
    lists.iter().map(|list| list["name"].clone()).collect()
}

#[test]
fn a_list_of_ids_that_leads_in_a_circle_is_left_alone_and_its_user_is_told() {
    let world = World::started(Service::Google, 2_100);
    let asked = lead_in_a_circle(&world, "/users/me/messages", "nextPageToken");
    world.run();
    let told = unreadable(&world);
    assert_eq!((told.len(), &told[0]["name"]), (1, &Value::Null));
    assert!(told[0]["message"].as_str().unwrap().contains("circle"));
    assert!(asked.get() <= 12, "asked {} times", asked.get());
    assert_eq!(told_by_the_account(&world), [Value::Null]);
    // New mail comes all the same, and the list is asked for less and less.
    let new = world.deliver(json!({ "subject": "New" }));
    let before = asked.get();
    for _ in 0..36 {
        world.site.host.advance(TimeDelta::minutes(5));
        world.run();
    }
    assert!(world.stored().iter().any(|mail| mail.0 == new));
    let again = asked.get() - before;
    assert!((4..=60).contains(&again), "asked {again} times in three hours");
    world.wire.restore();
    world.site.host.advance(TimeDelta::hours(1));
    world.run();
    world.assert_equal();
    assert!(unreadable(&world).is_empty());
    assert_eq!(told_by_the_account(&world), Vec::<Value>::new());
}

#[test]
fn a_feed_that_leads_in_a_circle_stops_its_folder_and_no_other() {
    let world = World::started(Service::Microsoft, 1_500);
    let (inbox, _) = world
        .folders()
        .into_iter()
        .find(|each| each.1 == "Inbox")
        .unwrap();
    let path: &'static str = format!("/mailFolders/{inbox}/messages/delta").leak();
    let asked = lead_in_a_circle(&world, path, "@odata.nextLink");
    world.run();
    assert!(asked.get() <= 12, "asked {} times", asked.get());
    let told = unreadable(&world);
    assert_eq!((told.len(), &told[0]["name"]), (1, &json!("Inbox")));
    assert_eq!(told_by_the_account(&world), [json!("Inbox")]);
    assert!(told[0]["message"].as_str().unwrap().contains("circle"));
    let others = |mails: Vec<crate::support::service::Mail>| -> Vec<_> {
        mails.into_iter().filter(|mail| mail.1 != "in").collect()
    };
    assert_eq!(others(world.stored()), others(world.expected()));
    world.wire.restore();
    world.site.host.advance(TimeDelta::hours(2));
    world.run();
    world.assert_equal();
}

#[test]
fn a_comparison_whose_list_leads_in_a_circle_is_put_off() {
    let world = World::synced(Service::Google, 2_100);
    let asked = lead_in_a_circle(&world, "/users/me/messages", "nextPageToken");
    world
        .site
        .mail(
            USER,
            "checkCompleteness",
            json!({ "email": world.service.mailbox() }),
        )
        .unwrap();
    world.run();
    assert!((1..=12).contains(&asked.get()), "asked {} times", asked.get());
    assert_eq!(world.account()["status"], "ready");
    assert_eq!(world.account()["audit"]["running"], Value::Null);
    assert!(world.account()["audit"]["retryAt"].is_string());
    world.assert_equal();
}
