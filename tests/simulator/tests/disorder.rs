//! The liberties that lists and feeds take on request.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "test code")]

mod common;

use std::collections::BTreeSet;

use common::{ALICE, BOB, Client, ids};
use serde_json::{Value, json};

const GRAPH: &str = "/microsoft/graph/v1.0/me";
const GMAIL: &str = "/google/gmail/v1/users/me";

fn disorder(client: &mut Client, mailbox: &str, kinds: &[&str], page: usize) {
    client.control(
        "disorder",
        json!({ "mailbox": mailbox, "kinds": kinds, "page": page, "seed": 5 }),
    );
}

fn feed(folder: &str) -> String {
    format!("{GRAPH}/mailFolders/{folder}/messages/delta?$select=subject,isRead")
}

/// Every page up to the delta link.
fn pages(client: &mut Client, target: &str) -> (Vec<Vec<Value>>, String) {
    let (mut pages, mut target) = (Vec::new(), target.to_owned());
    loop {
        let page = client.get(&target);
        pages.push(page["value"].as_array().unwrap().clone());
        if let Some(delta) = page["@odata.deltaLink"].as_str() {
            return (pages, delta.to_owned());
        }
        page["@odata.nextLink"].as_str().unwrap().clone_into(&mut target);
    }
}

fn inbox(client: &mut Client) -> Vec<String> {
    let state = client.get(&format!("/control/state?mailbox={BOB}"));
    let inside = state["messages"].as_array().unwrap().iter();
    let inside = inside.filter(|message| message["folder"] == "Inbox");
    inside
        .map(|message| message["immutableId"].as_str().unwrap().to_owned())
        .collect()
}

fn is_removed(item: &&Value) -> bool {
    item.get("@removed").is_some()
}

fn change(client: &mut Client, command: &str, id: &str, mut with: Value) {
    with["mailbox"] = json!(BOB);
    with["id"] = json!(id);
    client.control(command, with);
}

#[test]
fn pages_are_as_small_as_was_said() {
    let mut client = Client::graph(60);
    disorder(&mut client, BOB, &[], 4);
    let (inbox_pages, _) = pages(&mut client, &feed("inbox"));
    assert!(inbox_pages.iter().all(|page| page.len() <= 4));
    let all: Vec<Value> = inbox_pages.concat();
    let names: BTreeSet<String> = ids(&all).into_iter().collect();
    assert_eq!(names, inbox(&mut client).into_iter().collect());
    assert_eq!(names.len(), all.len(), "in order, nothing comes twice");
    client.connect(ALICE, "");
    disorder(&mut client, ALICE, &[], 4);
    let page = client.get(&format!("{GMAIL}/messages?maxResults=500"));
    assert_eq!(page["messages"].as_array().unwrap().len(), 4);
}

#[test]
fn a_listing_repeats_itself_and_stands_in_another_order() {
    let mut client = Client::graph(60);
    let (plain, _) = pages(&mut client, &feed("inbox"));
    disorder(&mut client, BOB, &["repeats", "shuffles"], 4);
    let (listed, _) = pages(&mut client, &feed("inbox"));
    let (plain, listed) = (ids(&plain.concat()), ids(&listed.concat()));
    assert!(listed.len() > plain.len());
    let set = |ids: &[String]| ids.iter().cloned().collect::<BTreeSet<_>>();
    assert_eq!(set(&plain), set(&listed));
    let mut seen = BTreeSet::new();
    let first: Vec<&String> = listed.iter().filter(|id| seen.insert(*id)).collect();
    assert_ne!(first, plain.iter().collect::<Vec<_>>());
}

#[test]
fn what_leaves_while_it_is_listed_is_called_removed() {
    let mut client = Client::graph(60);
    disorder(&mut client, BOB, &["removals"], 4);
    let inside = inbox(&mut client);
    let first = client.get(&feed("inbox"));
    // One that was listed, one that wasn't yet, and one that goes elsewhere.
    let (listed, later, moved) = (&inside[1], &inside[inside.len() - 1], &inside[2]);
    change(&mut client, "delete", listed, json!({}));
    change(&mut client, "delete", later, json!({}));
    change(&mut client, "move", moved, json!({ "to": "archive" }));
    let next = first["@odata.nextLink"].as_str().unwrap().to_owned();
    let (rest, _) = pages(&mut client, &next);
    let rest = rest.concat();
    let removed = ids(&rest.iter().filter(is_removed).cloned().collect::<Vec<_>>());
    for id in [listed, later, moved] {
        assert!(removed.contains(id), "{removed:?}");
    }
    let there = rest.iter().filter(|item| !is_removed(item));
    assert!(!ids(&there.cloned().collect::<Vec<_>>()).contains(later));
}

#[test]
fn an_older_state_comes_last_and_is_corrected() {
    let mut client = Client::graph(60);
    let id = inbox(&mut client)[0].clone();
    change(&mut client, "mark", &id, json!({ "read": false }));
    let (_, mut delta) = pages(&mut client, &feed("inbox"));
    disorder(&mut client, BOB, &["stale"], 10);
    change(&mut client, "mark", &id, json!({ "read": true }));
    let mut states = Vec::new();
    for _ in 0..6 {
        let (round, next) = pages(&mut client, &delta);
        let told = round
            .concat()
            .into_iter()
            .filter(|item| item["id"] == id.as_str());
        states.extend(told.map(|item| item["isRead"].as_bool().unwrap()));
        delta = next;
    }
    let older = states.iter().position(|read| !read).expect("an older state");
    assert!(states[..older].contains(&true), "after the newer one: {states:?}");
    disorder(&mut client, BOB, &[], 10);
    let (round, _) = pages(&mut client, &delta);
    let last = round.concat().into_iter().rfind(|item| item["id"] == id.as_str());
    let read = last.map_or_else(|| *states.last().unwrap(), |item| item["isRead"] == true);
    assert!(read, "in the end it is told as it stands: {states:?}");
}

#[test]
fn a_round_lags_and_a_move_is_told_by_either_folder_first() {
    let mut orders = BTreeSet::new();
    for seed in 0..20 {
        let mut client = Client::graph(60);
        let (_, mut here) = pages(&mut client, &feed("inbox"));
        let (_, mut there) = pages(&mut client, &feed("archive"));
        let id = inbox(&mut client)[0].clone();
        client.control(
            "disorder",
            json!({ "mailbox": BOB, "kinds": ["lags"], "seed": seed }),
        );
        change(&mut client, "move", &id, json!({ "to": "archive" }));
        let mut told = Vec::new();
        for _ in 0..20 {
            for (link, name) in [(&mut here, "left"), (&mut there, "came")] {
                let (round, next) = pages(&mut client, link);
                let item = round.concat().into_iter().find(|item| item["id"] == id.as_str());
                assert!(item.is_none_or(|item| is_removed(&&item) == (name == "left")) || told.is_empty());
                if !round.concat().is_empty() {
                    told.push(name);
                }
                *link = next;
            }
        }
        assert_eq!(told.len(), 2, "each folder tells once: {told:?}");
        orders.insert(told);
    }
    assert_eq!(orders.len(), 2, "{orders:?}");
}

#[test]
fn next_links_end_and_a_listing_that_begins_again_comes_through() {
    let mut client = Client::graph(60);
    disorder(&mut client, BOB, &["expiry"], 4);
    let (mut ended, mut through) = (0, 0);
    for _ in 0..60 {
        let mut target = feed("inbox");
        loop {
            let (status, page) = client.json("GET", &target, Value::Null);
            if status == 410 {
                ended += 1;
                assert!(target.contains("skiptoken"), "only in the middle");
                break;
            }
            match page["@odata.nextLink"].as_str() {
                Some(next) => next.clone_into(&mut target),
                None => {
                    through += 1;
                    break;
                }
            }
        }
    }
    assert!(ended > 0 && through > 0, "{ended} {through}");
}

#[test]
fn gmail_lists_ids_twice_and_what_has_just_been_deleted() {
    let mut client = Client::gmail(40);
    disorder(&mut client, ALICE, &["repeats", "ghosts"], 5);
    let state = client.get(&format!("/control/state?mailbox={ALICE}"));
    let victim = state["messages"][3]["id"].as_str().unwrap().to_owned();
    client.control("delete", json!({ "mailbox": ALICE, "id": victim }));
    let (mut listed, mut token) = (Vec::new(), String::new());
    loop {
        let page = client.get(&format!(
            "{GMAIL}/messages?includeSpamTrash=true&pageToken={token}"
        ));
        listed.extend(ids(page["messages"].as_array().unwrap()));
        match page["nextPageToken"].as_str() {
            Some(next) => next.clone_into(&mut token),
            None => break,
        }
    }
    let distinct: BTreeSet<&String> = listed.iter().collect();
    assert_eq!(distinct.len(), 40, "39 and the one that is gone");
    assert!(listed.len() > 40);
    assert!(distinct.contains(&victim));
    let (status, _) = client.json("GET", &format!("{GMAIL}/messages/{victim}"), Value::Null);
    assert_eq!(status, 404);
}

#[test]
fn history_overlaps_and_always_leads_on() {
    let mut client = Client::gmail(20);
    let start = client.get(&format!("{GMAIL}/profile"))["historyId"].clone();
    let state = client.get(&format!("/control/state?mailbox={ALICE}"));
    for message in &state["messages"].as_array().unwrap()[..9] {
        for starred in [true, false] {
            client.control(
                "mark",
                json!({ "mailbox": ALICE, "id": message["id"], "starred": starred }),
            );
        }
    }
    disorder(&mut client, ALICE, &["repeats"], 2);
    let (mut records, mut token) = (Vec::new(), String::new());
    loop {
        let page = client.get(&format!(
            "{GMAIL}/history?startHistoryId={}&pageToken={token}",
            start.as_str().unwrap()
        ));
        records.extend(page["history"].as_array().unwrap().clone());
        match page["nextPageToken"].as_str() {
            Some(next) => next.clone_into(&mut token),
            None => break,
        }
    }
    let distinct: BTreeSet<String> = ids(&records).into_iter().collect();
    assert!(records.len() > distinct.len());
    assert!(distinct.len() >= 10, "{}", distinct.len());
}

#[test]
fn unknown_kinds_are_mistakes() {
    let mut client = Client::graph(10);
    let asked = json!({ "mailbox": BOB, "kinds": ["chaos"] });
    let (status, answer) = client.json("POST", "/control/disorder", asked);
    assert_eq!((status, &answer["error"]), (400, &json!("unknown kind chaos")));
}
