//! A session with one mailbox: requests that carry a valid access token.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use chrono::{DateTime, Utc};
use http::header::{AUTHORIZATION, HeaderValue};
use http::{Request, Response, StatusCode};

use crate::account::Traffic;
use crate::error::{Error, ErrorCode, Result};
use crate::host::{FetchLimits, Host, HostFuture};
use crate::secret::Secret;
use crate::settings::Endpoints;

/// Limits of an API call: long enough for a page of large mails, short enough to notice a dead peer.
const API_LIMITS: FetchLimits = FetchLimits {
    timeout_ms: 60_000,
    max_bytes: 64 << 20,
};

/// Where a session gets its access tokens.
pub trait TokenSource {
    /// A token that is valid now. With `rejected`, the one the provider has just refused: a new one is needed.
    ///
    /// # Errors
    /// `reauthorization_required` when the grant is dead; retryable errors when the provider can't be reached.
    fn access_token<'a>(&'a self, rejected: Option<&'a Secret>) -> HostFuture<'a, Secret>;
}

/// Sends API requests for one mailbox.
pub struct Session {
    host: Rc<dyn Host>,
    endpoints: Endpoints,
    tokens: Rc<dyn TokenSource>,
    current: RefCell<Option<Secret>>,
    traffic: Cell<Traffic>,
    not_after: Cell<Option<DateTime<Utc>>>,
}

impl Session {
    /// A session that takes its tokens from `tokens`.
    pub fn new(host: Rc<dyn Host>, endpoints: Endpoints, tokens: Rc<dyn TokenSource>) -> Self {
        Self {
            host,
            endpoints,
            tokens,
            current: RefCell::new(None),
            traffic: Cell::default(),
            not_after: Cell::new(None),
        }
    }

    /// The host, for decoding text.
    pub fn host(&self) -> &dyn Host {
        &*self.host
    }

    /// What this session has sent and received so far.
    pub const fn traffic(&self) -> Traffic {
        self.traffic.get()
    }

    /// The provider's addresses.
    pub const fn endpoints(&self) -> &Endpoints {
        &self.endpoints
    }

    /// Sends nothing any more after this instant, for requests that must not be late: others go by it.
    pub fn only_until(&self, instant: Option<DateTime<Utc>>) {
        self.not_after.set(instant);
    }

    /// Sends a request with the mailbox's access token and returns the answer, whatever its status; a refused
    /// token is renewed once.
    ///
    /// # Errors
    /// What [`Host::fetch`] and [`TokenSource::access_token`] report.
    pub async fn send(&self, request: Request<Vec<u8>>) -> Result<Response<Vec<u8>>> {
        let known = self.current.borrow().clone();
        let token = match known {
            Some(token) => token,
            None => self.renew(None).await?,
        };
        let response = self.exchange(authorised(request.clone(), &token)?).await?;
        if response.status() != StatusCode::UNAUTHORIZED {
            return Ok(response);
        }
        let renewed = self.renew(Some(&token)).await?;
        self.exchange(authorised(request, &renewed)?).await
    }

    async fn exchange(&self, request: Request<Vec<u8>>) -> Result<Response<Vec<u8>>> {
        let count = |requests, bytes| {
            let more = Traffic {
                requests,
                bytes,
                units: 0,
            };
            self.traffic.set(self.traffic.get().plus(more));
        };
        if self
            .not_after
            .get()
            .is_some_and(|instant| self.host.now() > instant)
        {
            return Err(Error::new(
                ErrorCode::NetworkFailed,
                "it was too late for the request",
            ));
        }
        count(1, 0);
        let response = self.host.fetch(request, API_LIMITS).await?;
        count(0, response.body().len() as u64);
        Ok(response)
    }

    async fn renew(&self, rejected: Option<&Secret>) -> Result<Secret> {
        let token = self.tokens.access_token(rejected).await?;
        *self.current.borrow_mut() = Some(token.clone());
        Ok(token)
    }
}

fn authorised(mut request: Request<Vec<u8>>, token: &Secret) -> Result<Request<Vec<u8>>> {
    let mut value = HeaderValue::from_str(&format!("Bearer {}", token.expose())).map_err(|_| {
        Error::new(
            ErrorCode::ResponseInvalid,
            "the provider issued an unusable access token",
        )
    })?;
    value.set_sensitive(true);
    request.headers_mut().insert(AUTHORIZATION, value);
    Ok(request)
}
