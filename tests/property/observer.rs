//! What is noted while a schedule runs, and the invariants that hold at every commit.

use std::cell::{Cell, RefCell};
use std::collections::{BTreeMap, BTreeSet};

use email_manager::host::memory::MemoryHost;
use email_manager::host::{Batch, Operation, Row};
use http::{Request, Response};
use serde_json::Value;

use crate::pages::{
    gives_lease_back, is_to_begin, items, mail_id, percent_decoded, refuses_token, stands_before, stored_ids,
};
use crate::provider::Provider;
use crate::support::service::Service;

/// A broken invariant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Violation {
    pub invariant: &'static str,
    pub detail: String,
}

impl Violation {
    pub fn new(invariant: &'static str, detail: impl Into<String>) -> Self {
        Self {
            invariant,
            detail: detail.into(),
        }
    }
}

/// What was noted.
#[derive(Default)]
pub struct Observer {
    /// The first broken invariant.
    violation: RefCell<Option<Violation>>,
    /// How often the whole of a message was asked for or sent along.
    fetched: RefCell<BTreeMap<String, usize>>,
    /// How often the whole of a conversation was asked for.
    conversations: RefCell<BTreeMap<String, usize>>,
    /// Which conversation the provider has put a message into.
    conversation_of: RefCell<BTreeMap<String, String>>,
    /// How often something happened to a message at the provider.
    touched: RefCell<BTreeMap<String, usize>>,
    /// Everything else that is a reason to fetch again: faults, crashes, lost leases, forgotten cursors.
    disruptions: Cell<usize>,
    /// Mails that are gone at the provider, each with how often it had been asked for until then.
    deleted: RefCell<BTreeMap<String, usize>>,
    /// Mails that their user has deleted for good.
    given_up: RefCell<BTreeSet<String>>,
    /// Whether the provider repeats itself: everything it says may be said again.
    disordered: Cell<bool>,
    /// What each node has been told to exist since its last commit of a cursor, by the address that told so.
    told: RefCell<BTreeMap<usize, BTreeMap<String, BTreeSet<String>>>>,
    /// Which page of a feed has led to which, by the later one.
    led_by: RefCell<BTreeMap<String, String>>,
    /// What the last commit of a cursor has kept for later, and in which scopes.
    pending: RefCell<BTreeMap<String, String>>,
}

impl Observer {
    pub fn violation(&self) -> Option<Violation> {
        self.violation.borrow().clone()
    }

    pub fn violate(&self, violation: Violation) {
        self.violation.borrow_mut().get_or_insert(violation);
    }

    pub fn disrupted(&self) {
        self.disruptions.set(self.disruptions.get() + 1);
    }

    pub fn touched(&self, id: &str) {
        *self.touched.borrow_mut().entry(id.to_owned()).or_default() += 1;
    }

    /// The provider has a message no longer.
    pub fn deleted(&self, id: &str) {
        let count = self.fetched.borrow().get(id).copied().unwrap_or_default();
        self.deleted.borrow_mut().entry(id.to_owned()).or_insert(count);
    }

    /// Its user doesn't want to have a mail any more.
    pub fn given_up(&self, id: &str) {
        self.given_up.borrow_mut().insert(id.to_owned());
    }

    pub fn is_given_up(&self, id: &str) -> bool {
        self.given_up.borrow().contains(id)
    }

    /// From now on the provider says things more than once.
    pub fn disordered(&self) {
        self.disordered.set(true);
    }

    /// What cursors have kept for later is listed from the start.
    pub fn listed_anew(&self) {
        self.pending.borrow_mut().clear();
    }

    /// A node begins anew: nothing was told to it.
    pub fn forget(&self, node: usize) {
        self.told.borrow_mut().remove(&node);
    }

    /// Notes which messages a request asks for. One that was refused because the access token had run out has fetched
    /// nothing: it is sent again with a new one.
    pub fn asked(&self, request: &Request<Vec<u8>>, answer: Option<&Response<Vec<u8>>>) {
        if answer.is_some_and(refuses_token) {
            return;
        }
        let body = String::from_utf8_lossy(request.body());
        let path = request.uri().path();
        if path.ends_with("/$batch") {
            let batch: Value = serde_json::from_str(&body).unwrap_or_default();
            for call in batch["requests"].as_array().into_iter().flatten() {
                if call["method"] == "GET" {
                    self.count_fetch(call["url"].as_str().unwrap_or_default());
                }
            }
        } else if path.contains("/batch/") {
            for line in body.lines().filter_map(|line| line.strip_prefix("GET ")) {
                self.count_fetch(line.split(' ').next().unwrap_or_default());
            }
        } else if request.method() == http::Method::GET {
            self.count_fetch(path);
        }
    }

    /// A conversation that is fetched as a whole brings what is stored along with what isn't: it counts as such.
    fn count_fetch(&self, address: &str) {
        let path = address.split('?').next().unwrap_or_default();
        if let Some((_, id)) = path.rsplit_once("/threads/") {
            let mut conversations = self.conversations.borrow_mut();
            *conversations.entry(percent_decoded(id)).or_default() += 1;
        }
        let Some((_, id)) = path.rsplit_once("/messages/") else {
            return;
        };
        if !id.is_empty() && !id.contains('/') && id != "delta" {
            let id = percent_decoded(id);
            *self.fetched.borrow_mut().entry(id).or_default() += 1;
        }
    }

    /// Notes which messages an answer tells to exist: a page of a list, of changes, or several of them in a batch.
    pub fn answered(&self, node: usize, request: &Request<Vec<u8>>, answer: &Response<Vec<u8>>) {
        let Some(body) = Some(answer.body())
            .filter(|_| answer.status().is_success())
            .and_then(|body| serde_json::from_slice::<Value>(body).ok())
        else {
            return;
        };
        let address = request.uri().to_string();
        let path = request.uri().path();
        if path.ends_with("/messages") || path.ends_with("/history") {
            let mut messages: Vec<&Value> = items(&body["messages"]).iter().collect();
            for record in items(&body["history"]) {
                let added = items(&record["messagesAdded"]);
                messages.extend(added.iter().map(|added| &added["message"]));
            }
            let ids: Vec<&Value> = messages.iter().map(|item| &item["id"]).collect();
            for id in ids.iter().filter(|_| self.disordered.get()) {
                self.touched(id.as_str().unwrap_or_default());
            }
            // A list of a label compares what is known. What isn't, the list of everything tells, or the changes since.
            if !address.contains("labelIds=") {
                self.tell(node, &address, &ids);
            }
            let mut known = self.conversation_of.borrow_mut();
            for message in messages {
                if let (Some(id), Some(conversation)) = (message["id"].as_str(), message["threadId"].as_str())
                {
                    known.insert(id.to_owned(), conversation.to_owned());
                }
            }
        }
        self.delta(node, &address, &body);
        let asked: Value = serde_json::from_slice(request.body()).unwrap_or_default();
        for part in items(&body["responses"]) {
            // A call of a batch names its address below the API's.
            let call = items(&asked["requests"])
                .iter()
                .find(|call| call["id"] == part["id"]);
            let url = call.and_then(|call| call["url"].as_str()).unwrap_or_default();
            let base = address.strip_suffix("/$batch").unwrap_or_default();
            self.delta(node, &format!("{base}{url}"), &part["body"]);
        }
    }

    /// A page of a folder's feed is known by its link.
    fn delta(&self, node: usize, address: &str, body: &Value) {
        let mut links = ["@odata.nextLink", "@odata.deltaLink"]
            .into_iter()
            .filter_map(|name| body[name].as_str());
        if !links.any(|link| link.contains("/messages/delta")) {
            return;
        }
        if let Some(next) = body["@odata.nextLink"].as_str() {
            let mut led_by = self.led_by.borrow_mut();
            led_by.insert(next.to_owned(), address.to_owned());
        }
        let there: Vec<&Value> = items(&body["value"])
            .iter()
            .filter(|item| item.get("@removed").is_none())
            .collect();
        for item in items(&body["value"]).iter().filter(|_| self.disordered.get()) {
            // Called removed, it is asked for; sent again, it has come twice.
            self.touched(item["id"].as_str().unwrap_or_default());
        }
        for item in there.iter().filter(|item| item.get("body").is_some()) {
            let id = item["id"].as_str().unwrap_or_default().to_owned();
            *self.fetched.borrow_mut().entry(id).or_default() += 1;
        }
        let ids: Vec<&Value> = there.iter().map(|item| &item["id"]).collect();
        self.tell(node, address, &ids);
    }

    fn tell(&self, node: usize, address: &str, ids: &[&Value]) {
        let ids = ids.iter().filter_map(|id| id.as_str()).map(str::to_owned);
        let mut told = self.told.borrow_mut();
        let by_address = told.entry(node).or_default();
        by_address.entry(address.to_owned()).or_default().extend(ids);
    }

    /// What is stored before a commit that may remove something.
    pub fn before(&self, memory: &MemoryHost, batch: &Batch) -> BTreeSet<String> {
        let removes = batch.operations().iter().any(|operation| {
            operation.collection() == "mailMessages"
                && match operation {
                    Operation::Delete { .. } => true,
                    Operation::Update { values, .. } => values.contains_key("deletedAt"),
                    Operation::Upsert { rows, .. } => rows.iter().any(|row| row.contains_key("deletedAt")),
                    Operation::Insert { .. } => false,
                }
        });
        if removes {
            stored_ids(memory)
        } else {
            BTreeSet::new()
        }
    }

    /// Checks what has to hold after every commit.
    pub fn committed(
        &self,
        node: usize,
        memory: &MemoryHost,
        provider: &Provider,
        batch: &Batch,
        before: &BTreeSet<String>,
    ) {
        if !before.is_empty() {
            let after = stored_ids(memory);
            let there = provider.ids();
            let given_up = self.given_up.borrow();
            let removed: Vec<&String> = before
                .difference(&after)
                .filter(|id| !given_up.contains(*id))
                .collect();
            if let Some(id) = removed.iter().find(|id| there.contains(**id)) {
                self.violate(Violation::new(
                    "no deletion without confirmation",
                    format!("{id} was removed, and the provider has it"),
                ));
            }
            self.check_brake(&removed, before.len(), provider.service);
        }
        let touches = |name| {
            batch
                .operations()
                .iter()
                .any(|operation| operation.collection() == name)
        };
        if touches("mailSyncCursors") {
            let told = self.told.borrow_mut().remove(&node).unwrap_or_default();
            let cursors = memory.rows("mailSyncCursors");
            // A page that a cursor still stands before, or that follows such a one, was asked for ahead: it is read
            // again unless a commit takes it up.
            let (ahead, told): (BTreeMap<_, _>, BTreeMap<_, _>) = told
                .into_iter()
                .partition(|(address, _)| self.is_ahead(&cursors, address));
            self.told.borrow_mut().insert(node, ahead);
            self.check_kept(told.into_values().flatten().collect(), memory, provider);
        } else if batch.operations().iter().any(gives_lease_back) {
            // The step has ended without a cursor: the next one is told the same again.
            self.forget(node);
        }
    }

    fn is_ahead(&self, cursors: &[Row], address: &str) -> bool {
        let led_by = self.led_by.borrow();
        std::iter::successors(Some(address), |page| led_by.get(*page).map(String::as_str)).any(|page| {
            cursors.iter().any(|cursor| stands_before(cursor, page)) || is_to_begin(cursors, page)
        })
    }

    /// Checks that of many mails that go at once, each was asked for since it has gone; where "removed" may mean moved,
    /// a single one, too.
    fn check_brake(&self, removed: &[&String], whole: usize, service: Service) {
        let (deleted, fetched) = (self.deleted.borrow(), self.fetched.borrow());
        let was_asked_for = |id: &str| {
            let count = fetched.get(id).copied().unwrap_or_default();
            deleted.get(id).is_some_and(|before| count > *before)
        };
        let unasked = removed.iter().filter(|id| !was_asked_for(id)).count();
        let most = match service {
            Service::Google => (whole / 20).max(20),
            Service::Microsoft => 0,
        };
        if unasked > most {
            self.violate(Violation::new(
                "no deletion without confirmation",
                format!("{unasked} of {whole} mails were removed without being asked for"),
            ));
        }
    }

    /// Checks that what was told of is stored, in the ledger, or kept in a cursor; and that what a cursor had kept before
    /// is so still, unless its scope is listed again from the start.
    fn check_kept(&self, told: BTreeSet<String>, memory: &MemoryHost, provider: &Provider) {
        let cursors = memory.rows("mailSyncCursors");
        let mut pending = BTreeMap::new();
        for cursor in &cursors {
            for item in items(&cursor.get("pending").unwrap_or(&Value::Null)["items"]) {
                let id = item["mailId"].as_str().unwrap_or_default().to_owned();
                pending.insert(id, cursor["scope"].as_str().unwrap_or_default().to_owned());
            }
        }
        let begins_again = |scope: &str| {
            let cursor = cursors.iter().find(|cursor| cursor["scope"] == scope);
            cursor.is_some_and(|cursor| cursor["phase"] == "relisting" && cursor["page"].is_null())
        };
        let before = self.pending.replace(pending.clone());
        let kept = before.into_iter().filter(|(_, scope)| !begins_again(scope));
        let mut missing: BTreeSet<String> = kept.map(|(id, _)| id).chain(told).collect();
        // What its user deletes for good isn't stored again, whatever a page tells of it meanwhile.
        missing.retain(|id| !pending.contains_key(id) && !self.is_given_up(id));
        if missing.is_empty() {
            return;
        }
        let (mails, ledger) = (memory.rows("mailMessages"), memory.rows("mailSyncItems"));
        for id in mails.iter().chain(&ledger).map(mail_id) {
            missing.remove(&id);
        }
        let there = provider.ids();
        if let Some(id) = missing.iter().find(|id| there.contains(*id)) {
            self.violate(Violation::new(
                "the cursor is never ahead of the ledger",
                format!("{id} was told of, and is neither stored nor kept for later nor in the ledger"),
            ));
        }
    }

    /// Checks that nothing was fetched more often than there was a reason to.
    pub fn check_fetches(&self) {
        let touched = self.touched.borrow();
        for (id, count) in self.fetched.borrow().iter() {
            let reasons = touched.get(id).copied().unwrap_or_default();
            let allowed = 1 + reasons + self.disruptions.get();
            if *count > allowed {
                self.violate(Violation::new(
                    "nothing is fetched twice without cause",
                    format!(
                        "{id} was fetched {count} times: {reasons} changes, {} disruptions",
                        self.disruptions.get()
                    ),
                ));
            }
        }
        self.check_conversations(&touched);
    }

    /// A conversation is fetched as a whole where two of its messages are wanted, or more.
    fn check_conversations(&self, touched: &BTreeMap<String, usize>) {
        let mut reasons: BTreeMap<&str, usize> = BTreeMap::new();
        let known = self.conversation_of.borrow();
        for (id, conversation) in known.iter() {
            let touches = touched.get(id).copied().unwrap_or_default();
            *reasons.entry(conversation).or_default() += 1 + touches;
        }
        for (id, count) in self.conversations.borrow().iter() {
            let reasons = reasons.get(id.as_str()).copied().unwrap_or_default();
            let disruptions = self.disruptions.get();
            if 2 * count > reasons + 2 * disruptions {
                self.violate(Violation::new(
                    "nothing is fetched twice without cause",
                    format!(
                        "conversation {id} was fetched {count} times: {reasons} messages and changes, \
                         {disruptions} disruptions"
                    ),
                ));
            }
        }
    }
}
