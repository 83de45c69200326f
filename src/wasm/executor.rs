//! Runs futures as promises, so that a panic becomes a rejection.
//!
//! A panic traps, and a trap inside a microtask would end a Node process. Here every poll is the callback of a
//! promise: when it traps, that promise rejects, and its handler rejects the caller's promise with `internal`. What
//! the call had in memory is lost, which is harmless: everything that counts is committed in whole steps.

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::future::Future;
use std::pin::Pin;
use std::rc::Rc;
use std::sync::Arc;
use std::task::{Context, Poll, Wake, Waker};

use js_sys::{Function, Promise};
use wasm_bindgen::prelude::*;

use super::error::to_js;
use super::value::{Chain, resolved};
use crate::error::{Error, ErrorCode, Result};

type Work = Pin<Box<dyn Future<Output = Result<JsValue>>>>;

struct Task {
    /// Absent while it is being polled.
    work: Cell<Option<Work>>,
    queued: Cell<bool>,
    resolve: Function,
    reject: Function,
}

thread_local! {
    static TASKS: RefCell<BTreeMap<u64, Rc<Task>>> = const { RefCell::new(BTreeMap::new()) };
    static LAST: Cell<u64> = const { Cell::new(0) };
    /// The task in a poll; still set after a poll that trapped.
    static POLLED: Cell<Option<u64>> = const { Cell::new(None) };
    static AFTER_TRAP: Function = Closure::<dyn Fn()>::new(bury).into_js_value().unchecked_into();
}

/// A promise that settles as `work` does. Polling begins in the next microtask.
pub fn promise(work: impl Future<Output = Result<JsValue>> + 'static) -> Promise {
    let id = LAST.get() + 1;
    LAST.set(id);
    let mut work: Option<Work> = Some(Box::pin(work));
    let promise = Promise::new(&mut |resolve, reject| {
        let task = Task {
            work: Cell::new(work.take()),
            queued: Cell::new(false),
            resolve,
            reject,
        };
        TASKS.with_borrow_mut(|tasks| tasks.insert(id, Rc::new(task)));
    });
    queue(id);
    promise
}

/// Wakers must be sendable, so this one knows its task by number.
struct TaskWaker(u64);

impl Wake for TaskWaker {
    fn wake(self: Arc<Self>) {
        queue(self.0);
    }
}

fn task(id: u64) -> Option<Rc<Task>> {
    TASKS.with_borrow(|tasks| tasks.get(&id).cloned())
}

fn queue(id: u64) {
    if task(id).is_none_or(|task| task.queued.replace(true)) {
        return;
    }
    let poll = Closure::once_into_js(move || poll(id)).unchecked_into::<Function>();
    // Resolving with undefined can't throw.
    if let Ok(start) = resolved(&JsValue::UNDEFINED) {
        let _: Chain = start.then(&poll).catch(&AFTER_TRAP.with(Clone::clone));
    }
}

fn poll(id: u64) {
    bury();
    let Some(task) = task(id) else { return };
    task.queued.set(false);
    let Some(mut work) = task.work.take() else { return };
    POLLED.set(Some(id));
    let waker = Waker::from(Arc::new(TaskWaker(id)));
    let state = work.as_mut().poll(&mut Context::from_waker(&waker));
    POLLED.set(None);
    match state {
        Poll::Pending => task.work.set(Some(work)),
        Poll::Ready(outcome) => settle(id, outcome),
    }
}

/// Rejects the call whose poll trapped, if one did.
fn bury() {
    if let Some(id) = POLLED.take() {
        let error = Error::new(ErrorCode::Internal, "the email manager failed on this call");
        settle(id, Err(error));
    }
}

fn settle(id: u64, outcome: Result<JsValue>) {
    let Some(task) = TASKS.with_borrow_mut(|tasks| tasks.remove(&id)) else {
        return;
    };
    // The functions of a promise don't throw.
    let _ = match outcome {
        Ok(value) => task.resolve.call1(&JsValue::UNDEFINED, &value),
        Err(error) => task.reject.call1(&JsValue::UNDEFINED, &to_js(&error)),
    };
}
