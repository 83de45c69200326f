//! More of everything than anybody reads: bodies, recipients, folders, markup.

use super::{assert_ready, change, explanation, items, record};
use crate::support::edge::ENDLESS;
use crate::support::service::{SERVICES, Service};
use crate::support::world::World;
use chrono::TimeDelta;
use serde_json::{Value, json};

/// What is stored of one mail takes no more than this.
const MOST_STORED: usize = 8 << 20;

fn size(row: &serde_json::Map<String, Value>) -> usize {
    serde_json::to_vec(row).unwrap().len()
}

#[test]
fn a_body_of_fifty_megabytes_is_stored_as_its_beginning_with_a_sign_that_there_is_more() {
    let long = "Fifty megabytes of words, ".repeat(50_000_000 / 26);
    for service in SERVICES {
        let world = World::synced(service, 20);
        let other = world.deliver(json!({ "subject": "Sound" }));
        let id = world.deliver(match service {
            Service::Google => json!({ "subject": "Long text", "text": &long }),
            Service::Microsoft => json!({ "subject": "Long markup", "html": format!("<p>{long}</p>") }),
        });
        world.sync_emails();
        world.assert_equal();
        assert!(record(&world, &other).is_some());
        let row = record(&world, &id).unwrap();
        let shown = row["bodyHtml"].as_str().unwrap();
        assert!(shown.contains("Fifty megabytes of words, Fifty"), "{service:?}");
        assert!(
            shown.trim_end_matches("</div>").ends_with('…'),
            "{service:?}: nothing tells that there is more"
        );
        assert!(size(&row) < MOST_STORED, "{service:?}: {}", size(&row));
        assert!(world.ledger().is_empty());
        assert_ready(&world);
    }
}

/// From now on the answers of the provider are too long with more than one of these mails in them, and with the one that
/// is `huge` in any case. A mail's text is in an answer where the mail is whole.
fn swell(world: &World, large: &'static [&'static str], huge: &'static str) {
    world.wire.tamper(move |_, answer| {
        let has = |text: &str| {
            let text = text.as_bytes();
            answer.body().windows(text.len()).any(|found| found == text)
        };
        if has(huge) || large.iter().filter(|text| has(text)).count() > 1 {
            answer.headers_mut().insert(ENDLESS, "1".parse().unwrap());
        }
    });
}

const LARGE: [&str; 3] = ["text-of-the-first", "text-of-the-second", "text-of-the-third"];
const HUGE: &str = "text-of-the-huge-one";

/// It stands in lists, too, and so it doesn't hold the text itself.
fn message_id(text: &str) -> String {
    format!("<{}@mail.example.com>", text.replace("text-of", "mail-with"))
}

#[test]
fn mails_that_are_too_large_together_are_read_one_by_one_and_one_that_is_so_alone_is_an_item_that_fails() {
    for service in SERVICES {
        for is_new in [false, true] {
            let world = World::started(service, 30);
            if is_new {
                world.run();
            }
            swell(&world, &LARGE, HUGE);
            let deliver = |text: &str| {
                let message_id = message_id(text);
                world.deliver(json!({ "subject": "Large", "text": text, "messageId": message_id }))
            };
            let large = LARGE.map(deliver);
            let huge = deliver(HUGE);
            let other = world.deliver(json!({ "subject": "Sound", "folder": "archive" }));
            world.sync_emails();
            let context = format!("{service:?}, new: {is_new}");
            for id in large.iter().chain([&other]) {
                assert!(record(&world, id).is_some(), "{context}");
            }
            assert_eq!(world.stored().len() + 1, world.expected().len(), "{context}");
            let failing = items(&world, "failing");
            assert_eq!(failing.len(), 1, "{context}: {failing:?}");
            assert_eq!(failing[0].0, huge);
            assert!(failing[0].1.contains("too large"), "{failing:?}");
            assert_ready(&world);
            let answer = explanation(&world, &message_id(HUGE));
            assert_eq!(answer["answer"], "failing", "{context}: {answer}");

            // It isn't loaded again and again, and what comes after it comes.
            world.requests();
            world.site.host.advance(TimeDelta::minutes(30));
            let later = world.deliver(json!({ "subject": "Later" }));
            world.sync_emails();
            assert!(record(&world, &later).is_some(), "{context}");
            assert!(world.requests().len() < 12, "{context}");

            // Where it has become smaller, it is found to be.
            world.wire.restore();
            world.site.host.advance(TimeDelta::hours(25));
            world.run();
            world.assert_equal();
            assert!(world.ledger().is_empty(), "{context}: {:?}", world.ledger());
        }
    }
}

#[test]
fn of_ten_thousand_recipients_the_first_ones_are_stored_with_the_number_of_the_others() {
    let many: String = (0..10_000)
        .map(|number| format!("Guest {number} <guest{number}@party.example>, "))
        .collect();
    for service in SERVICES {
        let world = World::synced(service, 20);
        let other = world.deliver(json!({ "subject": "Sound" }));
        let id = world.deliver(json!({ "subject": "Invitation", "to": &many, "cc": &many }));
        world.sync_emails();
        world.assert_equal();
        assert!(record(&world, &other).is_some() && world.ledger().is_empty());
        let row = record(&world, &id).unwrap();
        for column in ["toUsers", "ccUsers"] {
            let people = row[column].as_array().unwrap();
            assert_eq!(people.len(), 2000, "{service:?} {column}");
            assert_eq!(people[0]["address"], "guest0@party.example");
            assert_eq!(
                people[1999],
                json!({ "name": "… +8001", "address": "" }),
                "{service:?}"
            );
        }
        assert!(
            row["to"]
                .as_str()
                .unwrap()
                .starts_with("guest0@party.example, guest1@")
        );
        assert!(size(&row) < MOST_STORED);
        assert_ready(&world);
    }
}

#[test]
fn two_thousand_folders_or_labels_are_known_and_their_mail_is_stored() {
    const MANY: usize = 2000;
    for service in SERVICES {
        let world = World::linked(service, 40);
        for number in 0..MANY {
            let name = format!("Folder {number}");
            match service {
                Service::Google => world.make_label(&name),
                Service::Microsoft => {
                    drop(world.control("folder", json!({ "mailbox": service.mailbox(), "create": name })))
                }
            }
        }
        let place = match service {
            Service::Google => "archive",
            Service::Microsoft => "Folder 1999",
        };
        let mail = json!({ "subject": "In the last one", "folder": place });
        let first = world.deliver(mail.clone());
        if service == Service::Google {
            // The simulator's mails carry the first labels only.
            change(&world, &first, |item| {
                item["labelIds"] = json!(["UNREAD", "Label_2003"])
            });
        }
        world.start(crate::support::USER, Value::Null);
        world.run();
        world.assert_equal();
        let folders = world.site.host.rows("mailFolders");
        let last = folders
            .iter()
            .find(|folder| folder["name"] == "Folder 1999")
            .unwrap();
        let stored = record(&world, &first).unwrap();
        assert!(
            stored["folderIds"]
                .as_array()
                .unwrap()
                .contains(&last["folderId"]),
            "{service:?}"
        );
        let known = folders
            .iter()
            .filter(|folder| folder["name"].as_str().unwrap().starts_with("Folder "));
        assert_eq!(known.count(), MANY, "{service:?}");
        assert_ready(&world);

        world.requests();
        let second = world.deliver(mail);
        world.sync_emails();
        world.assert_equal();
        assert!(record(&world, &second).is_some(), "{service:?}");
        let requests = world.requests().len();
        assert!(requests < 150, "{service:?}: {requests} requests for a pass");
    }
}

#[test]
fn markup_that_is_built_to_exhaust_its_reader_is_shown_as_its_text() {
    let attributes: String = (0..100_000).map(|number| format!("a{number}=1 ")).collect();
    let bombs = [
        format!("{}hello", "<div>".repeat(100_000)),
        format!("<p {attributes}>hello</p>"),
        format!(
            "hello{}",
            "&lt;&amp;&nbsp;&CounterClockwiseContourIntegral;".repeat(40_000)
        ),
        format!("hello<!--{}-->", "<![CDATA[".repeat(100_000)),
        format!("hello{}", "<table><tr><td><b>".repeat(20_000)),
    ];
    for service in SERVICES {
        let world = World::synced(service, 20);
        let ids = bombs
            .each_ref()
            .map(|html| world.deliver(json!({ "subject": "Bomb", "html": html })));
        let other = world.deliver(json!({ "subject": "Sound" }));
        world.sync_emails();
        world.assert_equal();
        assert!(record(&world, &other).is_some() && world.ledger().is_empty());
        for id in ids {
            let row = record(&world, &id).unwrap();
            let shown = row["bodyHtml"].as_str().unwrap();
            let start: String = shown.chars().take(80).collect();
            assert!(
                shown.contains("hello") && !shown.contains("<div><div>"),
                "{service:?}: {start}"
            );
            assert!(shown.matches('<').count() < 10_000, "{service:?}: {start}");
            assert!(size(&row) < MOST_STORED, "{service:?}: {start}");
        }
        assert_ready(&world);
    }
}
