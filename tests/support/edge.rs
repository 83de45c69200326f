//! A host in front of the host in memory that keeps the limits of an exchange as a real one does, and whose commits fail,
//! or never end, when a test says so.

use std::cell::Cell;
use std::future::pending;
use std::rc::Rc;

use chrono::{DateTime, TimeDelta, Utc};
use email_manager::error::{Error, ErrorCode, Result};
use email_manager::host::memory::MemoryHost;
use email_manager::host::{
    AllowedOrigin, Batch, CommitOutcome, Event, FetchLimits, Filter, Host, HostFuture, LogLevel,
    Notification, Person, Query, Row,
};
use email_manager::quota::Meters;
use email_manager::secret::ApplicationKey;
use http::{Request, Response};

/// What becomes of a call of the host.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Trouble {
    /// The commit has no effect and reports `storage_failed`.
    FailsBefore,
    /// The commit takes effect and reports `storage_failed` all the same.
    FailsAfter,
    /// The process ends after the commit.
    CrashAfterCommit,
    /// The process ends while it waits for the answer to a request.
    CrashInFetch,
}

/// A header of answers whose body never ends.
pub const HANGS: &str = "x-hangs";
/// The header of an answer that is longer than any limit, without being so.
pub const ENDLESS: &str = "x-endless";

/// The host with trouble.
pub struct Edge {
    memory: Rc<MemoryHost>,
    /// How many calls of its kind pass before the trouble.
    trouble: Cell<Option<(usize, Trouble)>>,
    /// Whether every call lets others run first, as on a real host.
    pub takes_turns: Cell<bool>,
    /// Whether every answer takes so long that a run ends with the page that it is about.
    pub is_slow: Cell<bool>,
    /// How many bytes of an answer come in a second, where that is little.
    pub bytes_per_second: Cell<Option<usize>>,
    /// How many bytes of JSON the storage has given.
    pub loaded: Cell<usize>,
    /// Whether the process has ended: nothing that was begun in it goes on.
    is_dead: Cell<bool>,
    /// Its process meters what it sends itself.
    meters: Meters,
}

/// How long an answer takes of a provider that is slow.
const SLOW: TimeDelta = TimeDelta::seconds(6);

/// What ends a process while it is held.
struct End<'a>(&'a Cell<bool>);

impl<'a> End<'a> {
    fn of(is_dead: &'a Cell<bool>) -> Self {
        is_dead.set(true);
        Self(is_dead)
    }
}

impl Drop for End<'_> {
    fn drop(&mut self) {
        self.0.set(false);
    }
}

impl Edge {
    pub fn new(memory: Rc<MemoryHost>) -> Self {
        Self {
            memory,
            trouble: Cell::new(None),
            takes_turns: Cell::new(false),
            is_slow: Cell::new(false),
            bytes_per_second: Cell::new(None),
            loaded: Cell::new(0),
            is_dead: Cell::new(false),
            meters: Meters::default(),
        }
    }

    /// Lets `skip` calls of the kind that the trouble is about pass; the one after them is struck.
    pub fn strike(&self, skip: usize, trouble: Trouble) {
        self.trouble.set(Some((skip, trouble)));
    }

    /// Whether the trouble has still to come. It is taken back.
    pub fn spare(&self) -> bool {
        self.trouble.take().is_some()
    }

    /// The end of the process, until what it was at is dropped: what comes then is another process.
    async fn crash<Never>(&self) -> Never {
        let _end = End::of(&self.is_dead);
        pending().await
    }

    fn strikes(&self, is_commit: bool) -> Option<Trouble> {
        let (skip, trouble) = self.trouble.get()?;
        if is_commit == (trouble == Trouble::CrashInFetch) {
            return None;
        }
        self.trouble.set(skip.checked_sub(1).map(|skip| (skip, trouble)));
        (skip == 0).then_some(trouble)
    }

    /// What a host makes of an answer that takes too long, or is too long.
    fn limited(&self, limits: FetchLimits, answer: Response<Vec<u8>>) -> Result<Response<Vec<u8>>> {
        if answer.headers().contains_key(HANGS) {
            let wait = TimeDelta::milliseconds(limits.timeout_ms.into());
            self.memory.advance(wait);
            let message = format!("no complete answer within {} ms", limits.timeout_ms);
            return Err(Error::new(ErrorCode::NetworkFailed, message));
        }
        if answer.body().len() > limits.max_bytes as usize || answer.headers().contains_key(ENDLESS) {
            let message = format!("the answer is longer than {} bytes", limits.max_bytes);
            return Err(Error::new(ErrorCode::ProviderRejected, message).too_large());
        }
        Ok(answer)
    }

    /// Lets the time pass that an answer takes to arrive, as long as anybody waits for it.
    fn trickle(&self, limits: FetchLimits, answer: Response<Vec<u8>>) -> Result<Response<Vec<u8>>> {
        let Some(rate) = self.bytes_per_second.get() else {
            return Ok(answer);
        };
        let milliseconds = answer.body().len() as u64 * 1_000 / rate as u64;
        let limit = u64::from(limits.timeout_ms);
        self.memory
            .advance(TimeDelta::milliseconds(milliseconds.min(limit) as i64));
        match milliseconds < limit {
            true => Ok(answer),
            false => Err(Error::new(ErrorCode::NetworkFailed, "no complete answer in time")),
        }
    }

    async fn turn(&self) {
        if self.is_dead.get() {
            return pending().await;
        }
        let mut waited = !self.takes_turns.get();
        std::future::poll_fn(|context| {
            if waited {
                return std::task::Poll::Ready(());
            }
            waited = true;
            context.waker().wake_by_ref();
            std::task::Poll::Pending
        })
        .await;
    }
}

impl Host for Edge {
    fn fetch(&self, request: Request<Vec<u8>>, limits: FetchLimits) -> HostFuture<'_, Response<Vec<u8>>> {
        Box::pin(async move {
            let began = self.memory.now();
            self.turn().await;
            // As on a real host, nothing is sent after the time is up.
            if (self.memory.now() - began).num_milliseconds() > i64::from(limits.timeout_ms) {
                return Err(Error::new(ErrorCode::NetworkFailed, "no answer in time"));
            }
            let answer = self.memory.fetch(request, limits).await;
            if self.is_slow.get() {
                self.memory.advance(SLOW);
            }
            self.turn().await;
            match self.strikes(false) {
                Some(_) => self.crash().await,
                None => self.limited(limits, self.trickle(limits, answer?)?),
            }
        })
    }

    fn find(&self, query: Query) -> HostFuture<'_, Vec<Row>> {
        Box::pin(async move {
            self.turn().await;
            let rows = self.memory.find(query).await?;
            let bytes = serde_json::to_vec(&rows).map_or(0, |bytes| bytes.len());
            self.loaded.set(self.loaded.get() + bytes);
            Ok(rows)
        })
    }

    fn count(&self, collection: &'static str, filter: Filter) -> HostFuture<'_, u64> {
        Box::pin(async move {
            self.turn().await;
            self.memory.count(collection, filter).await
        })
    }

    fn commit(&self, batch: Batch) -> HostFuture<'_, CommitOutcome> {
        Box::pin(async move {
            self.turn().await;
            let trouble = self.strikes(true);
            let failed = || Error::new(ErrorCode::StorageFailed, "the storage failed");
            if trouble == Some(Trouble::FailsBefore) {
                return Err(failed());
            }
            let outcome = self.memory.commit(batch).await;
            match trouble {
                Some(Trouble::FailsAfter) => Err(failed()),
                Some(Trouble::CrashAfterCommit) => self.crash().await,
                _ => outcome,
            }
        })
    }

    fn now(&self) -> DateTime<Utc> {
        self.memory.now()
    }

    fn sleep(&self, _: u32) -> HostFuture<'_, ()> {
        Box::pin(async move {
            self.turn().await;
            Ok(())
        })
    }

    fn random(&self, buffer: &mut [u8]) -> Result<()> {
        self.memory.random(buffer)
    }

    fn application_key(&self) -> Result<ApplicationKey> {
        self.memory.application_key()
    }

    fn environment(&self, name: &str) -> Option<String> {
        self.memory.environment(name)
    }

    fn allow_origins(&self, origins: Vec<AllowedOrigin>) {
        self.memory.allow_origins(origins);
    }

    fn decode_text(&self, label: &str, bytes: &[u8]) -> Option<String> {
        self.memory.decode_text(label, bytes)
    }

    fn meters(&self) -> Option<&Meters> {
        Some(&self.meters)
    }

    fn emit(&self, event: Event) {
        self.memory.emit(event);
    }

    fn notify(&self, notification: Notification) -> HostFuture<'_, ()> {
        self.memory.notify(notification)
    }

    fn supervised(&self, user_id: i64) -> HostFuture<'_, Vec<i64>> {
        self.memory.supervised(user_id)
    }

    fn administrators(&self) -> HostFuture<'_, Vec<i64>> {
        self.memory.administrators()
    }

    fn people(&self, ids: Vec<i64>) -> HostFuture<'_, Vec<Person>> {
        self.memory.people(ids)
    }

    fn log(&self, level: LogLevel, message: &str) {
        self.memory.log(level, message);
    }
}
