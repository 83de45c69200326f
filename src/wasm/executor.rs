//! Runs futures as promises, so that a panic becomes a rejection.
//!
//! A panic traps, and a trap inside a microtask would end a Node process. Here every poll is the callback of a
//! promise: when it traps, that promise rejects, and its handler rejects the caller's promise with `internal`. What
//! the call had in memory is lost, which is harmless: everything that counts is committed in whole steps, and a host
//! takes back the places in line that the call held. The stack is set back to where it was, as no frame of the call
//! gets to do it.

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::future::Future;
use std::pin::Pin;
use std::rc::Rc;
use std::sync::Arc;
use std::task::{Context, Poll, Wake, Waker};

use js_sys::{Function, Object, Promise, Reflect};
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
    static TRAPS: Cell<u64> = const { Cell::new(0) };
    /// Sets the stack pointer to where it was when no call was running.
    static RESTORE_STACK: Option<Function> = stack_restorer();
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

/// How many calls have trapped.
pub(super) fn traps() -> u64 {
    TRAPS.get()
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
        // Where the stack is before anything is polled.
        RESTORE_STACK.with(|_| ());
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
        TRAPS.set(TRAPS.get() + 1);
        let error = Error::new(ErrorCode::Internal, "the email manager failed on this call");
        settle(id, Err(error));
        // As a microtask of its own, outside of every frame: each sets the pointer back to where it found it.
        RESTORE_STACK.with(|restore| {
            if let (Some(restore), Ok(start)) = (restore, resolved(&JsValue::UNDEFINED)) {
                let _: Chain = start.then(restore);
            }
        });
    }
}

/// The setter of the exported stack pointer, bound to its present value. It is JavaScript's own, so that it needs no stack.
fn stack_restorer() -> Option<Function> {
    let exports = wasm_bindgen::exports();
    let pointer = Reflect::get(&exports, &"__stack_pointer".into()).ok()?;
    let value = Reflect::get(&pointer, &"value".into()).ok()?;
    let prototype = Object::get_prototype_of(&pointer);
    let accessor = Object::get_own_property_descriptor(&prototype, &"value".into());
    let setter: Function = Reflect::get(&accessor, &"set".into()).ok()?.dyn_into().ok()?;
    Some(setter.bind1(&pointer, &value).unchecked_into())
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
