//! The in-memory host: storage, clock and network of the native tests.
//!
//! Its storage keeps the same promises as the real one: commits are atomic, unique indexes hold, ids are given out
//! in order. The network is a function supplied by the test.

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::rc::Rc;

use chrono::{DateTime, TimeDelta, Utc};
use http::{Request, Response};
use serde_json::{Value, json};

use super::{
    AllowedOrigin, Batch, CommitOutcome, Event, FetchLimits, Filter, Host, HostFuture, LogLevel,
    Notification, Operation, Person, Query, Row,
};
use crate::error::{Error, ErrorCode, Result};
use crate::quota::Meters;
use crate::secret::ApplicationKey;

mod matching;

/// Answers the requests of a test.
pub type Network = Rc<dyn Fn(Request<Vec<u8>>) -> Result<Response<Vec<u8>>>>;

/// A host that lives in memory.
pub struct MemoryHost {
    tables: RefCell<BTreeMap<String, Vec<Row>>>,
    next_id: Cell<i64>,
    now: Cell<DateTime<Utc>>,
    random: Cell<u64>,
    application_key: String,
    environment: RefCell<BTreeMap<String, String>>,
    network: RefCell<Network>,
    failing_commits: Cell<u32>,
    events: RefCell<Vec<Event>>,
    lines: RefCell<Vec<String>>,
    origins: RefCell<Vec<AllowedOrigin>>,
    notifications: RefCell<Vec<Notification>>,
    failing_notifications: Cell<u32>,
    departments: RefCell<BTreeMap<i64, Vec<i64>>>,
    administrators: RefCell<Vec<i64>>,
    meters: Meters,
}

impl Default for MemoryHost {
    fn default() -> Self {
        Self::new()
    }
}

impl MemoryHost {
    /// An empty host at noon of the first of March 2026, without a network.
    pub fn new() -> Self {
        Self {
            tables: RefCell::default(),
            next_id: Cell::new(1),
            now: Cell::new(DateTime::from_timestamp(1_772_366_400, 0).unwrap_or_default()),
            random: Cell::new(1),
            application_key: "application key of the tests".to_owned(),
            environment: RefCell::default(),
            network: RefCell::new(Rc::new(|_| {
                Err(Error::new(ErrorCode::NetworkFailed, "no route to the provider"))
            })),
            failing_commits: Cell::new(0),
            events: RefCell::default(),
            lines: RefCell::default(),
            origins: RefCell::default(),
            notifications: RefCell::default(),
            failing_notifications: Cell::new(0),
            departments: RefCell::default(),
            administrators: RefCell::default(),
            meters: Meters::default(),
        }
    }

    /// The same host with another application key.
    #[must_use]
    pub fn with_application_key(mut self, key: &str) -> Self {
        key.clone_into(&mut self.application_key);
        self
    }

    /// Answers requests with `network` from now on.
    pub fn answer(&self, network: impl Fn(Request<Vec<u8>>) -> Result<Response<Vec<u8>>> + 'static) {
        *self.network.borrow_mut() = Rc::new(network);
    }

    /// Sets a variable of the environment.
    pub fn set_environment(&self, name: &str, value: &str) {
        self.environment
            .borrow_mut()
            .insert(name.to_owned(), value.to_owned());
    }

    /// Lets time pass.
    pub fn advance(&self, by: TimeDelta) {
        self.now.set(self.now.get() + by);
    }

    /// The next `count` commits fail without writing anything.
    pub fn fail_commits(&self, count: u32) {
        self.failing_commits.set(count);
    }

    /// All records of a collection, in the order of their ids.
    pub fn rows(&self, collection: &str) -> Vec<Row> {
        self.tables.borrow().get(collection).cloned().unwrap_or_default()
    }

    /// What was told to browsers so far.
    pub fn events(&self) -> Vec<Event> {
        self.events.borrow().clone()
    }

    /// What was logged so far.
    pub fn lines(&self) -> Vec<String> {
        self.lines.borrow().clone()
    }

    /// What users were told so far, each key once.
    pub fn notifications(&self) -> Vec<Notification> {
        self.notifications.borrow().clone()
    }

    /// The next `count` notifications are refused.
    pub fn fail_notifications(&self, count: u32) {
        self.failing_notifications.set(count);
    }

    /// From now on this user heads a department of these members.
    pub fn set_department(&self, head: i64, members: &[i64]) {
        self.departments.borrow_mut().insert(head, members.to_vec());
    }

    /// From now on these users may configure the plugin.
    pub fn set_administrators(&self, ids: &[i64]) {
        self.administrators.replace(ids.to_vec());
    }

    /// The origins allowed last.
    pub fn origins(&self) -> Vec<AllowedOrigin> {
        self.origins.borrow().clone()
    }

    fn apply(&self, tables: &mut BTreeMap<String, Vec<Row>>, operation: &Operation) -> Result<CommitOutcome> {
        match operation {
            Operation::Insert { collection, rows } => {
                let table = tables.entry((*collection).to_owned()).or_default();
                for row in rows {
                    self.insert(table, row.clone());
                }
                unique(collection, table)?;
            }
            Operation::Upsert {
                collection,
                key,
                rows,
            } => {
                let table = tables.entry((*collection).to_owned()).or_default();
                for row in rows {
                    let same =
                        |stored: &&mut Row| key.iter().all(|column| stored.get(*column) == row.get(*column));
                    match table.iter_mut().find(same) {
                        Some(stored) => stored.extend(row.clone()),
                        None => self.insert(table, row.clone()),
                    }
                }
                unique(collection, table)?;
            }
            Operation::Update {
                collection,
                filter,
                values,
                expect,
            } => {
                let table = tables.entry((*collection).to_owned()).or_default();
                let mut count = 0;
                for row in table.iter_mut().filter(|row| matching::matches(filter, row)) {
                    row.extend(values.clone());
                    count += 1;
                }
                unique(collection, table)?;
                if expect.is_some_and(|expected| expected != count) {
                    return Ok(CommitOutcome::Conflict);
                }
            }
            Operation::Delete {
                collection,
                filter,
                expect,
            } => {
                let table = tables.entry((*collection).to_owned()).or_default();
                let before = table.len();
                table.retain(|row| !matching::matches(filter, row));
                if expect.is_some_and(|expected| expected != (before - table.len()) as u64) {
                    return Ok(CommitOutcome::Conflict);
                }
            }
        }
        Ok(CommitOutcome::Committed)
    }

    fn insert(&self, table: &mut Vec<Row>, mut row: Row) {
        if !row.contains_key("id") {
            row.insert(
                "id".to_owned(),
                json!(self.next_id.replace(self.next_id.get() + 1)),
            );
        }
        let now = json!(self.now.get());
        row.entry("createdAt").or_insert_with(|| now.clone());
        row.entry("updatedAt").or_insert(now);
        table.push(row);
    }
}

impl Host for MemoryHost {
    fn fetch(&self, request: Request<Vec<u8>>, _: FetchLimits) -> HostFuture<'_, Response<Vec<u8>>> {
        let network = Rc::clone(&self.network.borrow());
        Box::pin(async move { network(request) })
    }

    fn find(&self, query: Query) -> HostFuture<'_, Vec<Row>> {
        Box::pin(async move {
            let tables = self.tables.borrow();
            let rows = tables.get(query.collection).map_or(&[][..], Vec::as_slice);
            Ok(matching::select(rows, &query))
        })
    }

    fn count(&self, collection: &'static str, filter: Filter) -> HostFuture<'_, u64> {
        Box::pin(async move {
            let tables = self.tables.borrow();
            let rows = tables.get(collection).into_iter().flatten();
            Ok(rows.filter(|row| matching::matches(&filter, row)).count() as u64)
        })
    }

    fn commit(&self, batch: Batch) -> HostFuture<'_, CommitOutcome> {
        Box::pin(async move {
            if self.failing_commits.get() > 0 {
                self.failing_commits.set(self.failing_commits.get() - 1);
                return Err(Error::new(ErrorCode::StorageFailed, "the storage failed"));
            }
            // Only copies of the tables that are written to are changed, and put in place when all went well.
            let mut tables: BTreeMap<String, Vec<Row>> = batch
                .operations()
                .iter()
                .map(|operation| {
                    (
                        operation.collection().to_owned(),
                        self.rows(operation.collection()),
                    )
                })
                .collect();
            for operation in batch.operations() {
                if self.apply(&mut tables, operation)? == CommitOutcome::Conflict {
                    return Ok(CommitOutcome::Conflict);
                }
            }
            self.tables.borrow_mut().extend(tables);
            Ok(CommitOutcome::Committed)
        })
    }

    fn now(&self) -> DateTime<Utc> {
        self.now.get()
    }

    /// Lets others run; the clock stands still.
    fn sleep(&self, _: u32) -> HostFuture<'_, ()> {
        let mut waited = false;
        Box::pin(std::future::poll_fn(move |context| {
            if waited {
                return std::task::Poll::Ready(Ok(()));
            }
            waited = true;
            context.waker().wake_by_ref();
            std::task::Poll::Pending
        }))
    }

    fn random(&self, buffer: &mut [u8]) -> Result<()> {
        for byte in buffer {
            // splitmix64: different every time, the same in every run.
            let state = self.random.get().wrapping_add(0x9e37_79b9_7f4a_7c15);
            self.random.set(state);
            let mixed = (state ^ (state >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
            *byte = (mixed >> 56) as u8;
        }
        Ok(())
    }

    fn application_key(&self) -> Result<ApplicationKey> {
        ApplicationKey::new(self.application_key.as_bytes())
    }

    fn environment(&self, name: &str) -> Option<String> {
        self.environment.borrow().get(name).cloned()
    }

    fn allow_origins(&self, origins: Vec<AllowedOrigin>) {
        self.origins.replace(origins);
    }

    fn decode_text(&self, label: &str, bytes: &[u8]) -> Option<String> {
        let text = String::from_utf8_lossy(bytes).into_owned();
        match label.to_ascii_lowercase().as_str() {
            "utf-8" | "utf8" | "us-ascii" => Some(text),
            "iso-8859-1" | "latin1" => Some(bytes.iter().map(|byte| char::from(*byte)).collect()),
            _ => None,
        }
    }

    fn meters(&self) -> Option<&Meters> {
        Some(&self.meters)
    }

    fn emit(&self, event: Event) {
        self.events.borrow_mut().push(event);
    }

    fn notify(&self, notification: Notification) -> HostFuture<'_, ()> {
        Box::pin(async move {
            if let Some(left) = self.failing_notifications.get().checked_sub(1) {
                self.failing_notifications.set(left);
                return Err(Error::new(ErrorCode::HostFailed, "the notifications failed"));
            }
            let mut told = self.notifications.borrow_mut();
            if told.iter().all(|each| each.key != notification.key) {
                told.push(notification);
            }
            Ok(())
        })
    }

    fn supervised(&self, user_id: i64) -> HostFuture<'_, Vec<i64>> {
        let members = self.departments.borrow().get(&user_id).cloned();
        Box::pin(async move { Ok(members.unwrap_or_default()) })
    }

    fn administrators(&self) -> HostFuture<'_, Vec<i64>> {
        let ids = self.administrators.borrow().clone();
        Box::pin(async move { Ok(ids) })
    }

    /// Everybody is there, by a name made of the id.
    fn people(&self, ids: Vec<i64>) -> HostFuture<'_, Vec<Person>> {
        let named = |id| Person {
            id,
            nickname: format!("User {id}"),
        };
        Box::pin(async move { Ok(ids.into_iter().map(named).collect()) })
    }

    fn log(&self, level: LogLevel, message: &str) {
        self.lines
            .borrow_mut()
            .push(format!("{}: {message}", level.as_str()));
    }
}

/// The unique indexes of the collections hold here as they do in a database.
fn unique(collection: &str, table: &[Row]) -> Result<()> {
    let indexes = crate::store::collections::all()
        .into_iter()
        .filter(|each| each.name == collection);
    for columns in indexes
        .flat_map(|each| each.indexes)
        .filter(|index| index.unique)
        .map(|index| index.fields)
    {
        // As in SQL, null equals nothing.
        let key = |row: &Row| -> Option<Vec<String>> {
            let values = columns.iter().map(|column| row.get(*column));
            values
                .map(|value| value.filter(|value| !value.is_null()).map(Value::to_string))
                .collect()
        };
        let mut keys: Vec<Vec<String>> = table.iter().filter_map(key).collect();
        keys.sort();
        let count = keys.len();
        keys.dedup();
        if keys.len() != count {
            return Err(Error::new(
                ErrorCode::StorageFailed,
                "a unique index was violated",
            ));
        }
    }
    Ok(())
}
