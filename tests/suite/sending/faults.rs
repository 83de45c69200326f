//! Sending under faults: over a thousand seeded runs a provider. Whatever is cut off, answers late or wrongly, ends or is
//! done twice: no mail is sent twice, and each ends as confirmed, as failed with a reason, as a question to its user, or
//! as taken back.

use std::future::Future;
use std::pin::Pin;
use std::rc::Rc;

use chrono::TimeDelta;
use email_manager::host::Host;
use email_manager::plugin::{ActionRequest, Plugin};
use serde_json::{Map, Value, json};

use super::{call, mail};
use crate::support::edge::{Edge, Trouble};
use crate::support::service::Service;
use crate::support::world::World;
use crate::support::{ORIGIN, USER};

/// How many runs a provider has, and how many share a mailbox.
const RUNS: u64 = 1_200;
const SHARED: u64 = 30;

/// splitmix64.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (mixed ^ (mixed >> 31)) % sides
    }

    fn one_in(&mut self, sides: u64) -> bool {
        self.roll(sides) == 0
    }

    fn pick<'a, T>(&mut self, list: &'a [T]) -> &'a T {
        &list[self.roll(list.len() as u64) as usize]
    }
}

pub(super) type Running = Pin<Box<dyn Future<Output = ()>>>;

/// One of two nodes on the same database.
pub(super) struct Node {
    edge: Rc<Edge>,
    /// A step that was left in the middle.
    stuck: Option<Running>,
}

impl Node {
    pub(super) fn new(world: &World) -> Self {
        let edge = Rc::new(Edge::new(Rc::clone(&world.site.host)));
        edge.takes_turns.set(true);
        Self { edge, stuck: None }
    }

    /// A process that runs the outbox until nothing is due.
    pub(super) fn start(&self) -> Running {
        let plugin = Plugin::new(Rc::clone(&self.edge) as Rc<dyn Host>);
        Box::pin(async move {
            while plugin
                .run_schedule("outbox")
                .await
                .is_ok_and(|outcome| outcome.again)
            {}
        })
    }
}

impl Node {
    /// A user's request to this node.
    pub(super) fn act(&self, action: &str, values: Value) -> Running {
        self.act_on("mail", action, values)
    }

    /// The same about another resource.
    pub(super) fn act_on(&self, resource: &str, action: &str, values: Value) -> Running {
        let plugin = Plugin::new(Rc::clone(&self.edge) as Rc<dyn Host>);
        let request = request(resource, action, values);
        Box::pin(async move { drop(plugin.action(request).await) })
    }
}

/// What a page of the user asks for.
pub(super) fn request(resource: &str, action: &str, values: Value) -> ActionRequest {
    ActionRequest {
        resource: resource.to_owned(),
        action: action.to_owned(),
        params: Map::new(),
        values: values.as_object().cloned().unwrap(),
        user: Some(USER),
        session: None,
        origin: ORIGIN.to_owned(),
        language: "en-US".to_owned(),
        file: None,
    }
}

/// Lets a process run for so many turns. Gives it back where it hasn't ended.
pub(super) fn poll(mut running: Running, turns: u64) -> Option<Running> {
    let mut context = std::task::Context::from_waker(std::task::Waker::noop());
    for _ in 0..turns {
        if running.as_mut().poll(&mut context).is_ready() {
            return None;
        }
    }
    Some(running)
}

/// Far more turns than the work of a node needs: what hasn't ended then has crashed.
pub(super) const ALL: u64 = 2_000;

fn fault(dice: &mut Dice, service: Service) -> Value {
    let paths = match service {
        Service::Google => ["/drafts/send", "/drafts", "/messages", "/token", ""],
        Service::Microsoft => ["/send", "/me/messages", "$filter", "/token", ""],
    };
    let mut rule = match dice.roll(10) {
        0 => json!({ "status": 429, "retryAfter": 60 }),
        1 => json!({ "status": 503 }),
        2 => json!({ "status": 500 }),
        3 => json!({ "action": "html" }),
        4 => json!({ "action": "truncate" }),
        5 => json!({ "action": "empty" }),
        6 => json!({ "action": "drop-before" }),
        7 | 8 => json!({ "action": "drop-after" }),
        _ => json!({ "action": "advise", "retryAfter": 30 }),
    };
    // The place where it matters most is struck most.
    rule["path"] = json!(if dice.one_in(2) {
        paths[0]
    } else {
        *dice.pick(&paths)
    });
    rule["skip"] = json!(dice.roll(3));
    rule["count"] = json!(1 + dice.roll(3));
    rule["provider"] = json!(service.name());
    rule
}

/// What became of the mail of a seed.
fn state(world: &World, key: &str) -> String {
    let row = world.outbox().into_iter().find(|row| row["key"] == key);
    row.unwrap()["state"].as_str().unwrap().to_owned()
}

fn is_over(state: &str) -> bool {
    ["confirmed", "failed", "ambiguous", "cancelled"].contains(&state)
}

fn run(world: &World, service: Service, seed: u64) -> String {
    let dice = &mut Dice(seed ^ (service as u64) << 40);
    let key = format!("seed-{seed}");
    let email = service.mailbox();
    let delay = if dice.one_in(3) { dice.roll(240_000) } else { 0 };
    world.control("delay-sent", json!({ "mailbox": email, "ms": delay }));
    for _ in 0..dice.roll(4) {
        world.control("fault", fault(dice, service));
    }
    // Clicked, and clicked again where the storage failed, or just so.
    let click = || {
        world
            .site
            .mail(USER, "messageSend", mail(json!({ "key": key, "subject": key })))
    };
    if dice.one_in(6) {
        let trouble = *dice.pick(&[Trouble::FailsBefore, Trouble::FailsAfter]);
        world.edge.strike(0, trouble);
    }
    let told = click();
    world.edge.spare();
    if told.is_err() || dice.one_in(3) {
        click().unwrap();
    }
    if dice.one_in(20) {
        let id = world
            .outbox()
            .into_iter()
            .find(|row| row["key"] == key.as_str())
            .unwrap()["id"]
            .clone();
        call(world, "mailOutbox", "cancel", json!({ "id": id })).unwrap();
    }
    let mut nodes = [Node::new(world), Node::new(world)];
    for round in 0..120 {
        if round == 25 {
            world.control("clear-faults", json!({}));
        }
        let seconds = *dice.pick(&[5, 20, 60, 200, 301, 700]);
        world.site.host.advance(TimeDelta::seconds(seconds));
        if dice.one_in(40) {
            // Somebody tidies the drafts at the provider.
            for id in world.in_box("draft").into_iter().take(1) {
                world.touch("delete", &id, json!({}));
            }
        }
        for node in &mut nodes {
            if dice.one_in(3) && round < 25 {
                let kinds = [
                    Trouble::CrashInFetch,
                    Trouble::CrashAfterCommit,
                    Trouble::FailsBefore,
                    Trouble::FailsAfter,
                ];
                node.edge.strike(dice.roll(5) as usize, *dice.pick(&kinds));
            }
        }
        match dice.roll(4) {
            // Both at once, turn by turn.
            0 => {
                let mut running: Vec<Running> = nodes.iter().map(Node::start).collect();
                for _ in 0..ALL {
                    running = running.into_iter().filter_map(|each| poll(each, 1)).collect();
                }
            }
            // One that stops in the middle, goes on much later, or never.
            1 if round < 25 => {
                let node = &mut nodes[0];
                node.stuck = poll(node.start(), 1 + dice.roll(24));
            }
            2 => {
                if let Some(stuck) = nodes[0].stuck.take() {
                    poll(stuck, ALL);
                }
            }
            _ => drop(poll(nodes[1].start(), ALL)),
        }
        for node in &nodes {
            node.edge.spare();
        }
        if nodes[0].stuck.is_none() && is_over(&state(world, &key)) {
            break;
        }
    }
    if let Some(stuck) = nodes[0].stuck.take() {
        poll(stuck, ALL);
    }
    world.control("clear-faults", json!({}));
    // Whatever is still under way at the provider arrives.
    world.site.host.advance(TimeDelta::minutes(5));
    state(world, &key)
}

fn nothing_is_sent_twice_or_lost(service: Service) {
    let mut outcomes: std::collections::BTreeMap<String, u64> = std::collections::BTreeMap::new();
    for first in (0..RUNS).step_by(SHARED as usize) {
        let world = World::synced(service, 10);
        for seed in first..first + SHARED {
            let state = run(&world, service, seed);
            let key = format!("seed-{seed}");
            let sent = world
                .sent()
                .iter()
                .filter(|mail| mail["subject"] == key.as_str())
                .count();
            let row = world
                .outbox()
                .into_iter()
                .find(|row| row["key"] == key.as_str())
                .unwrap();
            let what = format!("{service:?} seed {seed}: {state}, sent {sent} times: {row:?}");
            assert!(sent <= 1, "{what}");
            match state.as_str() {
                "confirmed" => assert_eq!(sent, 1, "{what}"),
                "failed" => {
                    assert_eq!(sent, 0, "{what}");
                    assert!(row["code"].is_string() && row["reason"].is_string(), "{what}");
                }
                "ambiguous" => assert!(row["reason"].is_string(), "{what}"),
                "cancelled" => assert_eq!(sent, 0, "{what}"),
                _ => panic!("left silently: {what}"),
            }
            let rows = world
                .outbox()
                .iter()
                .filter(|row| row["key"] == key.as_str())
                .count();
            assert_eq!(rows, 1, "{what}");
            *outcomes.entry(state).or_default() += 1;
        }
        world.assert_discreet();
        // What was sent is here once.
        world.sync_emails();
        world.assert_equal_sent();
    }
    println!("{service:?}: {outcomes:?}");
    let confirmed = outcomes.get("confirmed").copied().unwrap_or_default();
    assert!(
        confirmed * 100 >= RUNS * 85,
        "most mails get through: {outcomes:?}"
    );
}

#[test]
fn google_sends_each_mail_once_whatever_happens() {
    nothing_is_sent_twice_or_lost(Service::Google);
}

#[test]
fn microsoft_sends_each_mail_once_whatever_happens() {
    nothing_is_sent_twice_or_lost(Service::Microsoft);
}
