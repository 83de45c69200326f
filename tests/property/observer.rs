//! What is noted while a schedule runs, and the invariants that hold at every commit.

use std::cell::{Cell, RefCell};
use std::collections::{BTreeMap, BTreeSet};

use email_manager::host::memory::MemoryHost;
use email_manager::host::{Batch, Operation, Row};
use http::{Request, Response, StatusCode, Uri};
use serde_json::Value;

use crate::provider::Provider;

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
    /// What each node has been told to exist since its last commit of a cursor, by the address that told so.
    told: RefCell<BTreeMap<usize, BTreeMap<String, BTreeSet<String>>>>,
    /// What the last commit of a cursor has kept for later, and in which scopes.
    pending: RefCell<BTreeMap<String, String>>,
}

/// A record counts as there unless it is marked as deleted.
pub fn is_there(row: &Row) -> bool {
    row.get("deletedAt").is_none_or(Value::is_null)
}

/// The ids of the mails that are stored.
pub fn stored_ids(memory: &MemoryHost) -> BTreeSet<String> {
    let rows = memory.rows("mailMessages");
    rows.iter().filter(|row| is_there(row)).map(mail_id).collect()
}

fn mail_id(row: &Row) -> String {
    row["mailId"].as_str().unwrap_or_default().to_owned()
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
    pub fn answered(&self, node: usize, address: &Uri, answer: &Response<Vec<u8>>) {
        let Some(body) = Some(answer.body())
            .filter(|_| answer.status().is_success())
            .and_then(|body| serde_json::from_slice::<Value>(body).ok())
        else {
            return;
        };
        let path = address.path();
        if path.ends_with("/messages") || path.ends_with("/history") {
            let mut messages: Vec<&Value> = items(&body["messages"]).iter().collect();
            for record in items(&body["history"]) {
                let added = items(&record["messagesAdded"]);
                messages.extend(added.iter().map(|added| &added["message"]));
            }
            let ids: Vec<&Value> = messages.iter().map(|item| &item["id"]).collect();
            self.tell(node, address, &ids);
            let mut known = self.conversation_of.borrow_mut();
            for message in messages {
                if let (Some(id), Some(conversation)) = (message["id"].as_str(), message["threadId"].as_str())
                {
                    known.insert(id.to_owned(), conversation.to_owned());
                }
            }
        }
        self.delta(node, address, &body);
        for part in items(&body["responses"]) {
            self.delta(node, address, &part["body"]);
        }
    }

    /// A page of a folder's feed is known by its link.
    fn delta(&self, node: usize, address: &Uri, body: &Value) {
        let mut links = ["@odata.nextLink", "@odata.deltaLink"]
            .into_iter()
            .filter_map(|name| body[name].as_str());
        if !links.any(|link| link.contains("/messages/delta")) {
            return;
        }
        let there: Vec<&Value> = items(&body["value"])
            .iter()
            .filter(|item| item.get("@removed").is_none())
            .collect();
        for item in there.iter().filter(|item| item.get("body").is_some()) {
            let id = item["id"].as_str().unwrap_or_default().to_owned();
            *self.fetched.borrow_mut().entry(id).or_default() += 1;
        }
        let ids: Vec<&Value> = there.iter().map(|item| &item["id"]).collect();
        self.tell(node, address, &ids);
    }

    fn tell(&self, node: usize, address: &Uri, ids: &[&Value]) {
        let ids = ids.iter().filter_map(|id| id.as_str()).map(str::to_owned);
        let mut told = self.told.borrow_mut();
        let by_address = told.entry(node).or_default();
        by_address.entry(address.to_string()).or_default().extend(ids);
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
            if let Some(id) = before.difference(&after).find(|id| there.contains(*id)) {
                self.violate(Violation::new(
                    "no deletion without confirmation",
                    format!("{id} was removed, and the provider has it"),
                ));
            }
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
            // The page that a cursor still stands before was asked for ahead: it is read again unless a commit takes it up.
            let (ahead, told): (BTreeMap<_, _>, BTreeMap<_, _>) = told
                .into_iter()
                .partition(|(address, _)| cursors.iter().any(|cursor| stands_before(cursor, address)));
            self.told.borrow_mut().insert(node, ahead);
            self.check_kept(told.into_values().flatten().collect(), memory, provider);
        } else if batch.operations().iter().any(gives_lease_back) {
            // The step has ended without a cursor: the next one is told the same again.
            self.forget(node);
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
        missing.retain(|id| !pending.contains_key(id));
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

/// Whether the answer, or each part of it, refuses the access token.
fn refuses_token(answer: &Response<Vec<u8>>) -> bool {
    if answer.status() == StatusCode::UNAUTHORIZED {
        return true;
    }
    let body = String::from_utf8_lossy(answer.body());
    let mut parts: Vec<bool> = body
        .lines()
        .filter_map(|line| line.strip_prefix("HTTP/1.1 "))
        .map(|status| status.starts_with("401"))
        .collect();
    if let Ok(batch) = serde_json::from_str::<Value>(&body) {
        parts.extend(
            items(&batch["responses"])
                .iter()
                .map(|part| part["status"] == 401),
        );
    }
    !parts.is_empty() && parts.into_iter().all(|is_refused| is_refused)
}

/// Whether the next page of a cursor is the one at this address: its link, or the one with its token.
fn stands_before(cursor: &Row, address: &str) -> bool {
    let Some(page) = cursor.get("page").and_then(Value::as_str) else {
        return false;
    };
    let query = address.split_once('?').map_or("", |(_, query)| query);
    let token = url::form_urlencoded::parse(query.as_bytes()).find(|(name, _)| name == "pageToken");
    page == address || token.is_some_and(|(_, token)| token == page)
}

fn items(list: &Value) -> &[Value] {
    list.as_array().map_or(&[], Vec::as_slice)
}

fn gives_lease_back(operation: &Operation) -> bool {
    matches!(operation, Operation::Update { values, .. } if values.get("leaseUntil").is_some_and(Value::is_null))
}

fn percent_decoded(text: &str) -> String {
    url::form_urlencoded::parse(format!("x={}", text.replace('+', "%2B")).as_bytes())
        .next()
        .map(|(_, value)| value.into_owned())
        .unwrap_or_default()
}
