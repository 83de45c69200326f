//! The provider's side of a world: what stands there, and what happens there.

use std::cell::RefCell;
use std::collections::BTreeSet;
use std::rc::Rc;

use email_manager::host::Host;
use email_manager::host::memory::MemoryHost;
use email_manager_simulator::Simulator;
use http::Request;
use serde_json::{Value, json};

use crate::support::service::Service;

/// The simulator with one mailbox of it in view.
pub struct Provider {
    pub service: Service,
    simulator: Rc<RefCell<Simulator>>,
    memory: Rc<MemoryHost>,
}

impl Provider {
    pub const fn new(service: Service, simulator: Rc<RefCell<Simulator>>, memory: Rc<MemoryHost>) -> Self {
        Self {
            service,
            simulator,
            memory,
        }
    }

    /// Tells the simulator to do something with the mailbox.
    pub fn control(&self, command: &str, mut body: Value) -> Value {
        body["mailbox"] = json!(self.service.mailbox());
        let request = Request::post(format!("/control/{command}"))
            .body(body.to_string().into_bytes())
            .unwrap();
        self.ask(request)
    }

    /// The next request, or part of one, is answered by this fault.
    pub fn refuse(&self, mut rule: Value) {
        rule["provider"] = json!(self.service.name());
        self.control("fault", rule);
    }

    /// Requests are answered as ever.
    pub fn relent(&self) {
        self.control("clear-faults", json!({}));
    }

    /// The mailbox: messages newest first, folders and labels.
    pub fn state(&self) -> Value {
        self.look("content=true")
    }

    /// The messages, newest first, without their content.
    pub fn messages(&self) -> Vec<Value> {
        match self.look("")["messages"].take() {
            Value::Array(messages) => messages,
            _ => Vec::new(),
        }
    }

    /// The folders (Outlook).
    pub fn folders(&self) -> Vec<Value> {
        match self.look("limit=0")["folders"].take() {
            Value::Array(folders) => folders,
            _ => Vec::new(),
        }
    }

    fn look(&self, how: &str) -> Value {
        let address = format!("/control/state?{how}&mailbox={}", self.service.mailbox());
        self.ask(Request::get(address).body(Vec::new()).unwrap())
    }

    /// The ids of the messages that exist.
    pub fn ids(&self) -> BTreeSet<String> {
        self.messages()
            .iter()
            .map(|message| self.service.id(message))
            .collect()
    }

    fn ask(&self, request: Request<Vec<u8>>) -> Value {
        let now = self.memory.now().timestamp_millis();
        let reply = self.simulator.borrow_mut().handle(&request, now);
        let answer: Value = serde_json::from_slice(reply.response.body()).unwrap();
        assert_eq!(reply.response.status(), 200, "{answer}");
        answer
    }
}
