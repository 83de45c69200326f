//! Lists that repeat themselves.

use std::cell::RefCell;
use std::rc::Rc;

use super::assert_ready;
use crate::support::USER;
use crate::support::service::{SERVICES, Service};
use crate::support::world::World;
use chrono::TimeDelta;
use serde_json::{Value, json};

/// The list of messages in an answer.
fn list(body: &mut Value) -> Option<&mut Vec<Value>> {
    let name = match body["messages"].is_array() {
        true => "messages",
        false => "value",
    };
    body[name].as_array_mut().filter(|list| !list.is_empty())
}

fn is_page(path: &str) -> bool {
    path.ends_with("/messages") || path.ends_with("/messages/delta")
}

#[test]
fn ids_that_are_listed_on_two_pages_are_stored_once_and_counted_once() {
    for service in SERVICES {
        let count = match service {
            Service::Google => 620,
            Service::Microsoft => 200,
        };
        let world = World::started(service, count);
        let seen: Rc<RefCell<Vec<Value>>> = Rc::default();
        let repeated = Rc::new(RefCell::new(0));
        let tally = Rc::clone(&repeated);
        world.wire.tamper(move |request, answer| {
            if !is_page(request.uri().path()) {
                return;
            }
            let mut body: Value = serde_json::from_slice(answer.body()).unwrap();
            if let Some(list) = list(&mut body) {
                let mut seen = seen.borrow_mut();
                let earlier: Vec<Value> = seen.iter().rev().take(15).cloned().collect();
                *tally.borrow_mut() += earlier.len();
                seen.extend(list.iter().cloned());
                list.extend(earlier);
            }
            *answer.body_mut() = body.to_string().into_bytes();
        });
        world.run();
        assert!(*repeated.borrow() > 0, "{service:?}: there was one page only");
        world.assert_equal();
        assert_eq!(world.site.host.rows("mailMessages").len(), count as usize);
        assert_eq!(world.account()["syncState"]["stored"], count, "{service:?}");
        assert!(world.ledger().is_empty());
        assert_ready(&world);
    }
}

#[test]
fn a_list_that_leads_back_to_the_same_page_is_told_of_and_ended() {
    for service in SERVICES {
        for is_new in [false, true] {
            let world = World::started(service, 30);
            if is_new {
                world.run();
                world.deliver(json!({ "subject": "New" }));
            }
            let first: RefCell<Vec<u8>> = RefCell::default();
            world.wire.tamper(move |request, answer| {
                let path = request.uri().path();
                if request
                    .uri()
                    .query()
                    .is_some_and(|query| query.contains("pageToken=again"))
                {
                    *answer.status_mut() = http::StatusCode::OK;
                    answer.body_mut().clone_from(&first.borrow());
                    return;
                }
                let Ok(mut body) = serde_json::from_slice::<Value>(answer.body()) else {
                    return;
                };
                match service {
                    Service::Google if path.ends_with("/messages") || path.ends_with("/history") => {
                        body["nextPageToken"] = json!("again");
                        *first.borrow_mut() = body.to_string().into_bytes();
                    }
                    Service::Microsoft if path.ends_with("/messages/delta") || path.ends_with("/$batch") => {
                        circle(&mut body);
                    }
                    _ => return,
                }
                *answer.body_mut() = body.to_string().into_bytes();
            });
            world.sync_emails();
            // What can be read goes on, so that the account doesn't fail: its status tells what can't.
            let asked = json!({ "email": service.mailbox() });
            let status = world.site.mail(USER, "synchronization", asked).unwrap();
            let told = status["unreadable"].as_array().unwrap();
            assert!(!told.is_empty(), "{service:?}, new: {is_new}");
            for each in told {
                let reason = each["message"].as_str().unwrap();
                assert!(reason.contains("circle"), "{service:?}: {reason}");
            }

            world.wire.restore();
            world.site.host.advance(TimeDelta::hours(2));
            world.run();
            world.site.host.advance(TimeDelta::hours(2));
            world.run();
            world.assert_equal();
            assert_ready(&world);
        }
    }
}

/// Every feed goes on at one address.
fn circle(body: &mut Value) {
    match body {
        Value::Object(members) => {
            let is_mail = |link: &Value| link.as_str().is_some_and(|link| link.contains("/messages/delta"));
            if members.get("@odata.deltaLink").is_some_and(is_mail)
                || members.get("@odata.nextLink").is_some_and(is_mail)
            {
                members.remove("@odata.deltaLink");
                let link = "http://127.0.0.1:14100/microsoft/graph/v1.0/me/mailFolders/inbox/messages/delta";
                members.insert("@odata.nextLink".to_owned(), json!(link));
            }
            members.values_mut().for_each(circle);
        }
        Value::Array(list) => list.iter_mut().for_each(circle),
        _ => {}
    }
}
