//! What is noted while a schedule runs, and the invariants that hold at every commit.

use std::cell::{Cell, RefCell};
use std::collections::{BTreeMap, BTreeSet};

use email_manager::host::memory::MemoryHost;
use email_manager::host::{Batch, Operation, Row};
use http::{Request, Response, Uri};
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
    /// How often something happened to a message at the provider.
    touched: RefCell<BTreeMap<String, usize>>,
    /// Everything else that is a reason to fetch again: faults, crashes, lost leases, forgotten cursors.
    disruptions: Cell<usize>,
    /// What each node has been told to exist since its last commit of a cursor.
    told: RefCell<BTreeMap<usize, BTreeSet<String>>>,
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

    /// Notes which messages a request asks for.
    pub fn asked(&self, request: &Request<Vec<u8>>) {
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

    /// A conversation that is fetched as a whole brings what is stored along with what isn't: only messages that are asked
    /// for by their ids count.
    fn count_fetch(&self, address: &str) {
        let path = address.split('?').next().unwrap_or_default();
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
            let mut ids = Vec::new();
            for record in items(&body["history"]) {
                for added in items(&record["messagesAdded"]) {
                    ids.push(&added["message"]["id"]);
                }
            }
            ids.extend(items(&body["messages"]).iter().map(|item| &item["id"]));
            self.tell(node, &ids);
        }
        self.delta(node, &body);
        for part in items(&body["responses"]) {
            self.delta(node, &part["body"]);
        }
    }

    /// A page of a folder's feed is known by its link.
    fn delta(&self, node: usize, body: &Value) {
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
        self.tell(node, &there.iter().map(|item| &item["id"]).collect::<Vec<_>>());
    }

    fn tell(&self, node: usize, ids: &[&Value]) {
        let ids = ids.iter().filter_map(|id| id.as_str()).map(str::to_owned);
        self.told.borrow_mut().entry(node).or_default().extend(ids);
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
            let mut missing: BTreeSet<String> = told;
            if !missing.is_empty() {
                for id in memory
                    .rows("mailMessages")
                    .iter()
                    .chain(&memory.rows("mailSyncItems"))
                    .map(mail_id)
                {
                    missing.remove(&id);
                }
                // The rest of a long page is kept in the cursor itself, for the next steps.
                for cursor in memory.rows("mailSyncCursors") {
                    for item in items(&cursor.get("pending").unwrap_or(&Value::Null)["items"]) {
                        missing.remove(item["mailId"].as_str().unwrap_or_default());
                    }
                }
            }
            if !missing.is_empty() {
                let there = provider.ids();
                if let Some(id) = missing.iter().find(|id| there.contains(*id)) {
                    self.violate(Violation::new(
                        "the cursor is never ahead of the ledger",
                        format!("{id} was told of, and is neither stored nor in the ledger"),
                    ));
                }
            }
        } else if batch.operations().iter().any(gives_lease_back) {
            // The step has ended without a cursor: the next one is told the same again.
            self.forget(node);
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
    }
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
