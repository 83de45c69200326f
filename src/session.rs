//! A session with one mailbox: requests that carry a valid access token.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use chrono::{DateTime, TimeDelta, Utc};
use http::header::{AUTHORIZATION, HeaderValue};
use http::{Request, Response, StatusCode};

use crate::account::Traffic;
use crate::error::{Error, ErrorCode, Result};
use crate::host::{Content, FetchLimits, Host, HostFuture};
use crate::quota::{self, Meter, Priority, Units};
use crate::secret::Secret;
use crate::settings::Endpoints;

/// Limits of an API call: long enough for a page of large mails, short enough to notice a dead peer.
const API_LIMITS: FetchLimits = FetchLimits {
    timeout_ms: 60_000,
    max_bytes: 64 << 20,
};

/// Limits of a file that is handed on: more than any mail at a provider has, and no longer without a single byte than an
/// API call takes.
const FILE_LIMITS: FetchLimits = FetchLimits {
    max_bytes: 256 << 20,
    ..API_LIMITS
};

/// How long the reading of an answer may keep others waiting.
const LONGEST_BREATH: TimeDelta = TimeDelta::milliseconds(5);

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
    meter: Option<Rc<Meter>>,
    priority: Priority,
    breathed_at: Cell<DateTime<Utc>>,
    not_after: Cell<Option<DateTime<Utc>>>,
}

impl Session {
    /// A session that takes its tokens from `tokens`, and in which a person waits.
    pub fn new(host: Rc<dyn Host>, endpoints: Endpoints, tokens: Rc<dyn TokenSource>) -> Self {
        Self {
            breathed_at: Cell::new(host.now()),
            host,
            endpoints,
            tokens,
            current: RefCell::new(None),
            traffic: Cell::default(),
            meter: None,
            priority: Priority::Interactive,
            not_after: Cell::new(None),
        }
    }

    /// The same session within the limits of its mailbox.
    #[must_use]
    pub fn metered(mut self, meter: Rc<Meter>) -> Self {
        self.meter = Some(meter);
        self
    }

    /// The same session for work that nobody waits for: it leaves people their share, and is put off where the
    /// mailbox has been asked too much.
    #[must_use]
    pub fn in_background(mut self) -> Self {
        self.priority = Priority::Background;
        self
    }

    /// What is known of the mailbox's quota.
    pub fn meter(&self) -> Option<&Meter> {
        self.meter.as_deref()
    }

    /// How many items to ask for in a page of which `best` are the best.
    pub fn page_size(&self, best: u32) -> u32 {
        self.meter().map_or(best, |meter| meter.page_size(best))
    }

    /// Waits for what was asked for in a size of the mailbox's own, and lets the next size follow from how long that
    /// takes. `is_full` tells whether at least half of what was asked for has come.
    ///
    /// # Errors
    /// What `asked` reports.
    pub async fn timed<T>(
        &self,
        asked: impl Future<Output = Result<T>>,
        is_full: impl FnOnce(&T) -> bool,
    ) -> Result<T> {
        let asked_at = self.host.now();
        let outcome = asked.await;
        if let Some(meter) = self.meter() {
            meter.answered(asked_at, self.host.now(), outcome.as_ref().is_ok_and(is_full));
        }
        outcome
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

    /// Makes sure of a token that is valid now, ahead of what must not fail for want of one.
    ///
    /// # Errors
    /// What [`TokenSource::access_token`] reports.
    pub async fn ready(&self) -> Result<()> {
        self.renew(None).await.map(drop)
    }

    /// Sends a request with the mailbox's access token and returns the answer, whatever its status; a refused
    /// token is renewed once.
    ///
    /// # Errors
    /// What [`Host::fetch`] and [`TokenSource::access_token`] report; `rate_limited` where the provider has asked to
    /// wait for longer than a moment.
    pub async fn send(&self, request: Request<Vec<u8>>) -> Result<Response<Vec<u8>>> {
        self.within_quota(request, async |request| self.exchange(request, API_LIMITS).await)
            .await
    }

    /// As [`send`](Self::send), for a file that may be larger than what is held in memory.
    ///
    /// # Errors
    /// As [`send`](Self::send).
    pub async fn open(&self, request: Request<Vec<u8>>) -> Result<Response<Content>> {
        self.within_quota(request, async |request| {
            self.begin()?;
            self.host.open(request, FILE_LIMITS).await
        })
        .await
    }

    async fn within_quota<T>(
        &self,
        request: Request<Vec<u8>>,
        send: impl AsyncFn(Request<Vec<u8>>) -> Result<Response<T>>,
    ) -> Result<Response<T>> {
        let Some(meter) = &self.meter else {
            return self.authorise(request, send).await;
        };
        let units = units(&request);
        let _slot = meter.slot(self.priority).await;
        let wait = meter.wait(self.priority, units, self.host.now());
        if let Some(milliseconds) = quota::sit_out(wait)? {
            self.host.sleep(milliseconds).await?;
        }
        meter.spend(units, self.host.now());
        self.count(Traffic {
            units: u64::from(units),
            ..Traffic::default()
        });
        self.authorise(request, send).await
    }

    /// Sends a request to an address that lets in whoever knows it, as those of uploads do: no token goes there.
    ///
    /// # Errors
    /// What [`Host::fetch`] reports.
    pub async fn send_openly(
        &self,
        request: Request<Vec<u8>>,
        limits: FetchLimits,
    ) -> Result<Response<Vec<u8>>> {
        self.exchange(request, limits).await
    }

    /// Learns from how the provider took a request of `units`.
    pub fn learn<T>(&self, units: u32, outcome: &Result<T>) {
        let Some(meter) = &self.meter else { return };
        match outcome {
            Ok(_) => meter.accepted(units, self.host.now()),
            Err(error) if is_complaint(error) => {
                meter.throttled(error.retry_after_seconds(), self.host.now());
            }
            Err(_) => {}
        }
    }

    /// Lets others run, where this has not been done for a while: reading a long answer takes longer than anybody
    /// should have to wait for. A host that can't wait goes on.
    pub async fn breathe(&self) {
        if self.host.now() - self.breathed_at.get() >= LONGEST_BREATH {
            let _ = self.host.sleep(0).await;
            self.breathed_at.set(self.host.now());
        }
    }

    async fn authorise<T>(
        &self,
        request: Request<Vec<u8>>,
        send: impl AsyncFn(Request<Vec<u8>>) -> Result<Response<T>>,
    ) -> Result<Response<T>> {
        let known = self.current.borrow().clone();
        let token = match known {
            Some(token) => token,
            None => self.renew(None).await?,
        };
        let response = send(authorised(request.clone(), &token)?).await?;
        if response.status() != StatusCode::UNAUTHORIZED {
            return Ok(response);
        }
        let renewed = self.renew(Some(&token)).await.map_err(Error::without_effect)?;
        send(authorised(request, &renewed)?).await
    }

    async fn exchange(&self, request: Request<Vec<u8>>, limits: FetchLimits) -> Result<Response<Vec<u8>>> {
        self.begin()?;
        let response = self.host.fetch(request, limits).await?;
        let bytes = response.body().len() as u64;
        self.count(Traffic {
            bytes,
            ..Traffic::default()
        });
        Ok(response)
    }

    /// Counts a request that is about to be sent, unless it is too late for it.
    fn begin(&self) -> Result<()> {
        if self
            .not_after
            .get()
            .is_some_and(|instant| self.host.now() > instant)
        {
            return Err(
                Error::new(ErrorCode::NetworkFailed, "it was too late for the request").without_effect(),
            );
        }
        self.count(Traffic {
            requests: 1,
            ..Traffic::default()
        });
        Ok(())
    }

    fn count(&self, more: Traffic) {
        self.traffic.set(self.traffic.get().plus(more));
    }

    async fn renew(&self, rejected: Option<&Secret>) -> Result<Secret> {
        let token = self.tokens.access_token(rejected).await?;
        *self.current.borrow_mut() = Some(token.clone());
        Ok(token)
    }
}

/// What a request costs; one unit where its method doesn't say.
pub fn units(request: &Request<Vec<u8>>) -> u32 {
    request.extensions().get::<Units>().map_or(1, |units| units.0)
}

/// Whether the provider asks to slow down: it says so, or is busy and names a time.
pub fn is_complaint(error: &Error) -> bool {
    !error.is_postponed()
        && match error.code() {
            ErrorCode::RateLimited => true,
            ErrorCode::ProviderUnavailable => error.retry_after_seconds().is_some(),
            _ => false,
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
