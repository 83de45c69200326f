//! The network between the plugin and the simulator.

use std::cell::{Cell, RefCell};
use std::collections::BTreeSet;

use chrono::{DateTime, Utc};
use email_manager::error::{Error, ErrorCode, Result};
use email_manager_simulator::Simulator;
use http::{Request, Response};
use serde_json::Value;

use super::service::SIMULATOR;

/// Changes answers on their way to the plugin.
pub type Tamper = Box<dyn Fn(&Request<Vec<u8>>, &mut Response<Vec<u8>>)>;

/// What the network has seen, and what it does to answers.
#[derive(Default)]
pub struct Wire {
    requests: RefCell<Vec<String>>,
    /// Every token, code, state and secret that has passed by.
    secrets: RefCell<BTreeSet<String>>,
    tamper: RefCell<Option<Tamper>>,
    /// So many requests pass; the one after them finds no way to the provider.
    cut_after: Cell<Option<usize>>,
}

impl Wire {
    /// Changes every answer from now on.
    pub fn tamper(&self, tamper: impl Fn(&Request<Vec<u8>>, &mut Response<Vec<u8>>) + 'static) {
        *self.tamper.borrow_mut() = Some(Box::new(tamper));
    }

    /// Leaves answers as they are.
    pub fn restore(&self) {
        *self.tamper.borrow_mut() = None;
    }

    /// Lets so many requests pass and refuses the one after them.
    pub fn cut_after(&self, count: usize) {
        self.cut_after.set(Some(count));
    }

    /// The requests since the last call of this.
    pub fn take_requests(&self) -> Vec<String> {
        self.requests.take()
    }

    /// Notes what must not be told.
    pub fn keep_secret(&self, secrets: impl IntoIterator<Item = String>) {
        self.secrets.borrow_mut().extend(secrets);
    }

    /// What must not be told.
    pub fn secrets(&self) -> Vec<String> {
        self.secrets.borrow().iter().cloned().collect()
    }

    /// Sends a request of the plugin to the simulator.
    pub fn pass(
        &self,
        simulator: &RefCell<Simulator>,
        request: Request<Vec<u8>>,
        now: DateTime<Utc>,
    ) -> Result<Response<Vec<u8>>> {
        let unreachable = || Error::new(ErrorCode::NetworkFailed, "the connection was lost");
        let (mut parts, body) = request.into_parts();
        let address = parts.uri.to_string();
        let target = address
            .strip_prefix(SIMULATOR)
            .expect("every request goes to the simulator");
        self.requests
            .borrow_mut()
            .push(format!("{} {}", parts.method, parts.uri.path()));
        if let Some(left) = self.cut_after.get() {
            self.cut_after.set(left.checked_sub(1));
            if left == 0 {
                return Err(unreachable());
            }
        }
        parts.headers.insert("host", "127.0.0.1:14100".parse().unwrap());
        parts.uri = target.parse().unwrap();
        let request = Request::from_parts(parts, body);
        let mut simulator = simulator.borrow_mut();
        let mut reply = simulator.handle(&request, now.timestamp_millis());
        simulator.finish(reply.ticket);
        if reply.drop_connection {
            return Err(unreachable());
        }
        if target.ends_with("/token")
            && let Ok(tokens) = serde_json::from_slice::<Value>(reply.response.body())
        {
            let secrets =
                ["access_token", "refresh_token"].map(|name| tokens[name].as_str().map(str::to_owned));
            self.secrets.borrow_mut().extend(secrets.into_iter().flatten());
        }
        if let Some(tamper) = self.tamper.borrow().as_ref() {
            tamper(&request, &mut reply.response);
        }
        Ok(reply.response)
    }
}

/// Leaves a message out of every list in an answer, those inside of a batch's answer included.
pub fn leave_out(body: &mut Value, id: &str) {
    match body {
        Value::Array(list) => {
            list.retain(|item| item["id"] != *id || item.get("status").is_some());
            list.iter_mut().for_each(|item| leave_out(item, id));
        }
        Value::Object(members) => members.values_mut().for_each(|member| leave_out(member, id)),
        _ => {}
    }
}
