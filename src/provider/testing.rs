//! A provider's mailbox for tests: a session whose network is a function of the test, which sees every request.

use std::cell::RefCell;
use std::rc::Rc;

use http::{Request, Response};
use serde_json::Value;

use super::Provider;
use crate::error::Result;
use crate::host::HostFuture;
use crate::host::memory::MemoryHost;
use crate::secret::Secret;
use crate::session::{Session, TokenSource};
use crate::settings::Endpoints;

/// Gives out `token`, and `renewed` once that one is rejected.
struct Tokens;

impl TokenSource for Tokens {
    fn access_token<'a>(&'a self, rejected: Option<&'a Secret>) -> HostFuture<'a, Secret> {
        let token = if rejected.is_some() { "renewed" } else { "token" };
        Box::pin(async move { Ok(Secret::new(token)) })
    }
}

/// A session and the requests it has sent.
pub(super) struct Mailbox {
    pub(super) session: Session,
    pub(super) requests: Rc<RefCell<Vec<Request<Vec<u8>>>>>,
}

impl Mailbox {
    /// A mailbox of `provider` whose requests `network` answers.
    pub(super) fn new(
        provider: Provider,
        network: impl Fn(&Request<Vec<u8>>) -> Result<Response<Vec<u8>>> + 'static,
    ) -> Self {
        let host = Rc::new(MemoryHost::new());
        let requests: Rc<RefCell<Vec<Request<Vec<u8>>>>> = Rc::default();
        let seen = Rc::clone(&requests);
        host.answer(move |request| {
            let response = network(&request);
            seen.borrow_mut().push(request);
            response
        });
        Self {
            session: Session::new(host, Endpoints::public(provider), Rc::new(Tokens)),
            requests,
        }
    }

    /// What was sent, as `METHOD address`, decoded.
    pub(super) fn sent(&self) -> Vec<String> {
        self.requests
            .borrow()
            .iter()
            .map(|request| {
                let address = request.uri().to_string();
                let decoded = address
                    .replace("%20", " ")
                    .replace("%2C", ",")
                    .replace("%24", "$");
                format!(
                    "{} {}",
                    request.method(),
                    decoded.replace("%3A", ":").replace("%2F", "/")
                )
            })
            .collect()
    }

    /// The body of the request number `index`, as JSON.
    pub(super) fn body(&self, index: usize) -> Value {
        serde_json::from_slice(self.requests.borrow()[index].body()).unwrap()
    }
}

/// An answer with a body of JSON.
pub(super) fn json(status: u16, body: &Value) -> Result<Response<Vec<u8>>> {
    bytes(status, body.to_string().as_bytes())
}

/// An answer with any body.
pub(super) fn bytes(status: u16, body: &[u8]) -> Result<Response<Vec<u8>>> {
    Ok(Response::builder()
        .status(status)
        .header("content-type", "application/json")
        .header("retry-after", "7")
        .body(body.to_vec())
        .unwrap())
}
