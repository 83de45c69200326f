//! A world: two nodes on one storage, one mailbox, and the operations of a schedule carried out on them.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::future::Future;
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll, Waker};

use chrono::TimeDelta;
use email_manager::error::{ErrorCode, Result};
use email_manager::host::Host;
use email_manager::plugin::{ActionResponse, Plugin};
use serde_json::{Value, json};

use crate::asked::Choice;
use crate::intents::{Intent, Property};
use crate::invariants;
use crate::node::NodeHost;
use crate::observer::{Observer, Violation};
use crate::pages::is_there;
use crate::provider::Provider;
use crate::schedule::{Here, Operation, Place, Schedule};
use crate::support::USER;
use crate::support::service::Service;
use crate::support::world::World as Site;

type Task<T> = Pin<Box<dyn Future<Output = T>>>;

/// No step of these mailboxes takes as many turns.
const ENDLESS: usize = 20_000;

struct Node {
    host: Rc<NodeHost>,
    plugin: Plugin,
    step: Option<Task<Result<bool>>>,
    /// Wishes under way, each with the time at which it was uttered.
    wishes: Vec<(Intent, usize, Task<bool>)>,
}

/// Two nodes and a mailbox.
pub struct World {
    pub site: Site,
    pub provider: Rc<Provider>,
    pub observer: Rc<Observer>,
    nodes: Vec<Node>,
    /// Counts operations: what is uttered before a change at the provider may be overtaken by it.
    clock: usize,
    /// What was granted, with when it was uttered.
    pub granted: Vec<(Intent, usize)>,
    /// When each property of a message was last changed at the provider, or wished otherwise here.
    changed: RefCell<BTreeMap<(String, &'static str), usize>>,
    /// The text that each message has to contain.
    pub texts: BTreeMap<String, String>,
    /// Only younger mail is wanted.
    pub since: Option<Value>,
    pub revoked: bool,
    /// What is left out.
    pub left_out: Choice,
    /// Whether the user has wished anything.
    wished: bool,
    /// How many mails and folders were made, to tell them apart.
    pub made: usize,
}

impl World {
    /// The world in which a schedule begins: the mailbox is linked, its first sync is due.
    pub fn of(schedule: &Schedule) -> Self {
        let site = Site::new(schedule.service, 0);
        let memory = Rc::clone(&site.site.host);
        let provider = Rc::new(Provider::new(
            schedule.service,
            site.simulator(),
            Rc::clone(&memory),
        ));
        let observer = Rc::new(Observer::default());
        let nodes = (0..2).map(|number| {
            let parts = (Rc::clone(&memory), Rc::clone(&provider), Rc::clone(&observer));
            let host = Rc::new(NodeHost::new(parts.0, parts.1, parts.2, number));
            Node {
                plugin: Plugin::new(Rc::clone(&host) as Rc<dyn Host>),
                host,
                step: None,
                wishes: Vec::new(),
            }
        });
        let mut world = Self {
            nodes: nodes.collect(),
            site,
            provider,
            observer,
            clock: 0,
            granted: Vec::new(),
            changed: RefCell::default(),
            texts: BTreeMap::new(),
            since: None,
            revoked: false,
            left_out: Choice::default(),
            wished: false,
            made: 0,
        };
        world.furnish(schedule.messages);
        world.site.link(USER, schedule.service.mailbox()).unwrap();
        world.since = schedule.wanted.map(|wanted| {
            let messages = world.provider.messages();
            match wanted.checked_sub(1).and_then(|last| messages.get(last)) {
                Some(oldest) => oldest["received"].clone(),
                None => json!(world.site.site.host.now()),
            }
        });
        world.site.start(USER, world.since.clone().unwrap_or_default());
        world
    }

    pub fn service(&self) -> Service {
        self.provider.service
    }

    /// Carries out one operation.
    pub fn operate(&mut self, operation: &Operation) {
        self.clock += 1;
        match operation {
            Operation::Run { node, turns } => self.run(*node, *turns),
            Operation::Wait { seconds } => {
                // A lease may run out under a step.
                self.observer.disrupted();
                self.site.site.host.advance(TimeDelta::seconds(*seconds));
            }
            Operation::Crash { node } => self.crash(*node),
            Operation::Fault { node, skip, fault } => self.nodes[*node].host.strike(*skip, *fault),
            Operation::There(there) => self.change_there(there),
            Operation::Here { node, nth, change } => self.change_here(*node, *nth, *change),
            Operation::Asked(asked) => self.ask(*asked),
        }
    }

    fn crash(&mut self, number: usize) {
        self.observer.disrupted();
        self.observer.forget(number);
        let node = &mut self.nodes[number];
        node.step = None;
        node.wishes.clear();
        node.host.spare();
        node.plugin = Plugin::new(Rc::clone(&node.host) as Rc<dyn Host>);
    }

    /// Lets a node go on. A node that has nothing to do rests for the remaining turns.
    fn run(&mut self, number: usize, turns: usize) {
        let mut context = Context::from_waker(Waker::noop());
        for _ in 0..turns {
            let node = &mut self.nodes[number];
            let plugin = node.plugin.clone();
            let step = node.step.get_or_insert_with(|| {
                self.observer.forget(number);
                Box::pin(async move { plugin.run_schedule("sync").await.map(|outcome| outcome.again) })
            });
            let mut rests = false;
            if let Poll::Ready(outcome) = step.as_mut().poll(&mut context) {
                node.step = None;
                match outcome {
                    Ok(again) => rests = !again,
                    Err(error) if error.code() == ErrorCode::StorageFailed => rests = true,
                    Err(error) => self
                        .observer
                        .violate(Violation::new("a step never fails as a whole", error.to_string())),
                }
            }
            let wishes = std::mem::take(&mut node.wishes);
            for (intent, uttered, mut task) in wishes {
                match task.as_mut().poll(&mut context) {
                    Poll::Pending => node.wishes.push((intent, uttered, task)),
                    Poll::Ready(true) => self.granted.push((intent, uttered)),
                    // A refused one may have come halfway: nothing is promised.
                    Poll::Ready(false) => {}
                }
            }
            if rests && node.wishes.is_empty() {
                return;
            }
        }
    }

    fn change_here(&mut self, number: usize, nth: usize, change: Here) {
        let rows = self.site.site.host.rows("mailMessages");
        let rows: Vec<_> = rows.iter().filter(|row| is_there(row)).collect();
        let Some(row) = rows.get(nth % rows.len().max(1)) else {
            return;
        };
        let mail_id = row["mailId"].as_str().unwrap_or_default().to_owned();
        // Nobody moves a draft.
        let is_filed = is_filing(change);
        if is_filed && row["boxType"] == "draft" {
            return;
        }
        let Some(request) = self.request(change, row) else {
            return;
        };
        if is_filed {
            // One folder tells that it is gone, another one that it has come.
            self.observer.touched(&mail_id);
        }
        if change == Here::Delete {
            self.observer.given_up(&mail_id);
        }
        if matches!(change, Here::Move(Place::Own(_)) | Here::PutBack | Here::Delete) {
            self.overtake(&mail_id, Property::Place);
            self.overtake(&mail_id, Property::Labels);
        }
        let property = change.property(self.service());
        let folder = self.folder_of(change);
        self.overtake(&mail_id, property);
        self.observer.touched(&mail_id);
        let service = self.service();
        // Two nodes may put it to two places at the same time, whether one of them is a label or not.
        let same = |wish: &Intent| {
            let is_place = is_filed && is_filing(wish.change);
            wish.mail_id == mail_id && (is_place || wish.change.property(service) == property)
        };
        let is_contested = self
            .nodes
            .iter()
            .flat_map(|node| &node.wishes)
            .any(|(wish, ..)| same(wish));
        // A change that is taken back before it was sent is none.
        let is_queued = self
            .site
            .site
            .host
            .rows("mailOutgoing")
            .iter()
            .any(|queued| queued["mailId"] == mail_id.as_str());
        // Of two places that a mail is moved to before it was sent, the last one counts.
        let to_own =
            |wish: &Intent| wish.mail_id == mail_id && matches!(wish.change, Here::Move(Place::Own(_)));
        let under_way = self
            .nodes
            .iter()
            .flat_map(|node| &node.wishes)
            .map(|(wish, ..)| wish);
        if is_filed
            && under_way
                .chain(self.granted.iter().map(|(wish, _)| wish))
                .any(to_own)
        {
            self.overtake(&mail_id, Property::Labels);
        }
        if is_contested || is_queued || self.stands(change, row) {
            // Of two wishes at the same time either may be the last.
            self.clock += 1;
            self.overtake(&mail_id, property);
            self.clock -= 1;
        }
        self.wished = true;
        let node = &mut self.nodes[number];
        let plugin = node.plugin.clone();
        // A mail that was hidden meanwhile is none of the user's: the answer says that nothing was changed.
        let has_changed = |answer: ActionResponse| answer.body["changed"] != json!(0);
        let task = Box::pin(async move { plugin.action(request).await.is_ok_and(has_changed) });
        let intent = Intent {
            mail_id,
            change,
            folder,
        };
        node.wishes.push((intent, self.clock, task));
    }

    /// From now on, earlier wishes about this promise nothing.
    pub fn overtake(&self, id: &str, property: Property) {
        let key = (id.to_owned(), property_name(property));
        self.changed.borrow_mut().insert(key, self.clock);
    }

    /// Whether a wish was the last word about its property.
    pub fn is_last_word(&self, intent: &Intent, uttered: usize) -> bool {
        let key = (
            intent.mail_id.clone(),
            property_name(intent.change.property(self.service())),
        );
        self.changed.borrow().get(&key).is_none_or(|at| *at <= uttered)
    }

    /// Nothing goes wrong any more, what is under way ends, and time passes until nothing is left to do.
    pub fn settle(&mut self) {
        for number in 0..self.nodes.len() {
            self.nodes[number].host.spare();
        }
        for _ in 0..ENDLESS {
            let busy = |node: &Node| node.step.is_some() || !node.wishes.is_empty();
            if !self.nodes.iter().any(busy) {
                break;
            }
            for number in 0..self.nodes.len() {
                if busy(&self.nodes[number]) {
                    self.run(number, 1);
                }
            }
        }
        self.provider
            .control("disorder", json!({ "kinds": [], "page": null }));
        self.resume();
        if self.wished {
            // A step begins anew where its user was faster, and Outlook's categories are read before they are changed.
            self.observer.disrupted();
        }
        let reason = self.account()["status"].clone();
        if self.revoked {
            self.consent();
        } else if reason == "needs_reauthorization" {
            self.observer.violate(Violation::new(
                "an account asks for its user only when its grant is dead",
                self.account()["statusReason"].to_string(),
            ));
        }
        // Failing accounts wait for at most an hour, failing items for at most a day.
        let waits = [11, 11, 11, 11, 61, 61, 61, 61, 61, 1_500, 61, 61, 1_500, 61];
        for minutes in waits {
            self.pass(TimeDelta::minutes(minutes));
            if self.is_settled() {
                if invariants::is_equal(self) {
                    return;
                }
                // What happened late in the last pass is seen by another one, and not by a third.
                self.pass(TimeDelta::minutes(11));
                if self.is_settled() {
                    return;
                }
            }
        }
        let account = self.account();
        self.observer.violate(Violation::new(
            "everything comes to rest",
            format!(
                "{} {} {} {:?}",
                account["status"],
                account["statusReason"],
                account["syncState"],
                self.site.ledger()
            ),
        ));
    }

    fn pass(&mut self, wait: TimeDelta) {
        self.site.site.host.advance(wait);
        for round in 0..ENDLESS {
            let mut rested = 0;
            for number in 0..self.nodes.len() {
                self.run(number, 400);
                rested += usize::from(self.nodes[number].step.is_none());
            }
            if rested == self.nodes.len() {
                return;
            }
            if round == 200 {
                break;
            }
        }
        self.observer.violate(Violation::new(
            "everything comes to rest",
            "one step follows the other without an end",
        ));
    }

    /// Whether a node is in the middle of a step, which then begins anew.
    pub fn is_at_work(&self) -> bool {
        self.nodes.iter().any(|node| node.step.is_some())
    }

    fn is_settled(&self) -> bool {
        let account = self.account();
        let queued = self.site.site.host.rows("mailOutgoing");
        account["status"] == "ready"
            && account["syncState"]["done"] == true
            // What the provider wouldn't take at once waits for up to an hour.
            && !queued.iter().any(|row| row["state"] == "queued")
            && !self
                .site
                .ledger()
                .iter()
                .any(|row| row["state"] != "skipped" && row["state"] != "gone")
    }

    pub fn account(&self) -> email_manager::host::Row {
        self.site.account()
    }
}

const fn property_name(property: Property) -> &'static str {
    match property {
        Property::Read => "read",
        Property::Starred => "starred",
        Property::Place => "place",
        Property::Labels => "labels",
    }
}

/// Whether a change puts a mail somewhere else.
const fn is_filing(change: Here) -> bool {
    matches!(change, Here::Move(_) | Here::PutBack | Here::Delete)
}
