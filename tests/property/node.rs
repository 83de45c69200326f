//! A node's host: the one storage and network of all nodes, in turns, with faults, and with everything noted that the
//! invariants ask about.

use std::cell::RefCell;
use std::rc::Rc;

use chrono::{DateTime, TimeDelta, Utc};
use email_manager::error::{Error, ErrorCode, Result};
use email_manager::host::memory::MemoryHost;
use email_manager::host::{
    AllowedOrigin, Batch, CommitOutcome, Event, FetchLimits, Filter, Host, HostFuture, LogLevel,
    Notification, Person, Query, Row,
};
use email_manager::secret::ApplicationKey;
use http::{Request, Response};
use serde_json::json;

use crate::lease::Lease;
use crate::observer::Observer;
use crate::provider::Provider;
use crate::schedule::Fault;

/// The host of one node.
pub struct NodeHost {
    memory: Rc<MemoryHost>,
    provider: Rc<Provider>,
    observer: Rc<Observer>,
    /// Which node, to tell apart what they have asked.
    number: usize,
    faults: RefCell<Vec<(usize, Fault)>>,
    lease: Lease,
}

/// What a fault is about.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Call {
    Fetch,
    Commit,
    Find,
}

impl Fault {
    const fn call(self) -> Call {
        match self {
            Self::CommitLost | Self::CommitTimedOut => Call::Commit,
            Self::FindLost => Call::Find,
            _ => Call::Fetch,
        }
    }
}

impl NodeHost {
    pub fn new(
        memory: Rc<MemoryHost>,
        provider: Rc<Provider>,
        observer: Rc<Observer>,
        number: usize,
    ) -> Self {
        Self {
            memory,
            provider,
            observer,
            number,
            faults: RefCell::default(),
            lease: Lease::default(),
        }
    }

    /// Lets `skip` calls of the fault's kind pass and strikes the one after them.
    pub fn strike(&self, skip: usize, fault: Fault) {
        self.faults.borrow_mut().push((skip, fault));
    }

    /// Nothing goes wrong any more.
    pub fn spare(&self) {
        self.faults.borrow_mut().clear();
    }

    fn struck(&self, call: Call) -> Option<Fault> {
        let mut faults = self.faults.borrow_mut();
        let mut due = None;
        for (place, (skip, _)) in faults
            .iter_mut()
            .enumerate()
            .filter(|(_, (_, fault))| fault.call() == call)
        {
            if *skip == 0 {
                due = due.or(Some(place));
            } else {
                *skip -= 1;
            }
        }
        let fault = due.map(|place| faults.remove(place).1);
        if fault.is_some() {
            self.observer.disrupted();
        }
        fault
    }

    async fn turn(&self) {
        let mut waited = false;
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

    async fn exchange(
        &self,
        request: Request<Vec<u8>>,
        limits: FetchLimits,
        fault: Option<Fault>,
    ) -> Result<Response<Vec<u8>>> {
        let lost = || Error::new(ErrorCode::NetworkFailed, "the connection was lost");
        if fault == Some(Fault::Lost) {
            return Err(lost());
        }
        let is_token = request.uri().path().ends_with("/token");
        match fault {
            Some(Fault::Twice) => drop(self.memory.fetch(request.clone(), limits).await),
            // A refused token request ends a grant for good; here it is the provider that fails.
            Some(Fault::Status(status, wait)) => {
                let status = if is_token && status < 429 { 503 } else { status };
                let wait = (wait >= 0).then_some(wait);
                self.provider
                    .refuse(json!({ "status": status, "retryAfter": wait }));
            }
            Some(Fault::Part(status, part)) => {
                self.provider
                    .refuse(json!({ "status": status, "skip": part, "part": true }));
            }
            _ => {}
        }
        let asked = request.clone();
        let mut answer = self.memory.fetch(request, limits).await;
        self.observer.asked(&asked, answer.as_ref().ok());
        if fault.is_some() {
            self.provider.relent();
        }
        match (fault, &mut answer) {
            (Some(Fault::TimedOut), _) => return Err(lost()),
            (Some(Fault::Truncated), Ok(answer)) => {
                let half = answer.body().len() / 2;
                answer.body_mut().truncate(half);
            }
            (Some(Fault::Html), Ok(answer)) => {
                *answer.body_mut() =
                    b"<!DOCTYPE html><html><body><h1>We will be right back</h1></body></html>".to_vec();
                let html = http::HeaderValue::from_static("text/html; charset=utf-8");
                answer.headers_mut().insert(http::header::CONTENT_TYPE, html);
            }
            _ => {}
        }
        answer
    }
}

impl Host for NodeHost {
    fn fetch(&self, request: Request<Vec<u8>>, limits: FetchLimits) -> HostFuture<'_, Response<Vec<u8>>> {
        Box::pin(async move {
            self.turn().await;
            let fault = self.struck(Call::Fetch);
            let asked = request.clone();
            let answer = self.exchange(request, limits, fault).await;
            if let Ok(answer) = &answer {
                self.observer.answered(self.number, &asked, answer);
            }
            self.turn().await;
            answer
        })
    }

    fn find(&self, query: Query) -> HostFuture<'_, Vec<Row>> {
        Box::pin(async move {
            self.turn().await;
            match self.struck(Call::Find) {
                Some(_) => Err(Error::new(ErrorCode::StorageFailed, "the storage failed")),
                None => self.memory.find(query).await,
            }
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
            let failed = || Error::new(ErrorCode::StorageFailed, "the storage failed");
            let fault = self.struck(Call::Commit);
            if fault == Some(Fault::CommitLost) {
                return Err(failed());
            }
            self.memory.advance(TimeDelta::milliseconds(1));
            let before = self.observer.before(&self.memory, &batch);
            let outcome = self.memory.commit(batch.clone()).await;
            match outcome {
                Ok(CommitOutcome::Committed) => {
                    self.observer
                        .committed(self.number, &self.memory, &self.provider, &batch, &before);
                    if let Err(violation) = self.lease.committed(&batch, &self.memory) {
                        self.observer.violate(violation);
                    }
                }
                _ => self.observer.forget(self.number),
            }
            self.turn().await;
            match fault {
                Some(_) => Err(failed()),
                None => outcome,
            }
        })
    }

    fn now(&self) -> DateTime<Utc> {
        self.memory.now()
    }

    fn sleep(&self, milliseconds: u32) -> HostFuture<'_, ()> {
        self.memory.sleep(milliseconds)
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
