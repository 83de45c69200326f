//! The simulator itself: state, faults, clock. Which request goes where is in `routes`.

use crate::answer::{self, Request, Response, set_header};
use crate::config::Config;
use crate::dates::http_date;
use crate::fault::{self, Rule};
use crate::mailbox::{Mailbox, Provider};
use crate::oauth::AuthServer;
use crate::routes::{self, Target};
use crate::stats::Stats;

/// Google and Microsoft with their mailboxes.
#[derive(Debug)]
pub struct Simulator {
    pub(crate) config: Config,
    pub(crate) mailboxes: Vec<Mailbox>,
    pub(crate) google: AuthServer,
    pub(crate) microsoft: AuthServer,
    pub(crate) faults: Vec<Rule>,
    pub(crate) stats: Stats,
    pub(crate) latency_ms: u64,
    pub(crate) limits: Limits,
    /// How far the simulator's clock is ahead of the caller's.
    pub(crate) clock_offset_ms: i64,
}

/// Limits that are enforced; none at the start.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Limits {
    /// Gmail: units a mailbox may spend in a minute.
    pub(crate) units_per_minute: Option<u64>,
    /// Graph: requests of a mailbox at once.
    pub(crate) concurrency: Option<u32>,
}

/// An answer, and how it is to be delivered.
#[derive(Debug)]
pub struct Reply {
    /// What to send.
    pub response: Response,
    /// How long to wait before sending it.
    pub delay_ms: u64,
    /// Close the connection instead of sending it.
    pub drop_connection: bool,
    /// Hand back with [`Simulator::finish`] once the answer is sent or dropped.
    pub ticket: Ticket,
}

/// A request under way; counts towards its mailbox's concurrency.
#[derive(Debug, Default)]
pub struct Ticket(pub(crate) Option<String>);

impl Simulator {
    /// Builds the mailboxes and registers the applications.
    pub fn new(config: Config) -> Self {
        let mailboxes = config
            .mailboxes
            .iter()
            .map(|plan| {
                Mailbox::new(
                    plan.provider,
                    &plan.email,
                    config.seed,
                    plan.count,
                    config.profile,
                    config.start_ms,
                )
            })
            .collect();
        let server = |provider, client: &crate::config::Client| {
            AuthServer::new(
                provider,
                client.clone(),
                config.redirect_uris.clone(),
                config.seed,
            )
        };
        Self {
            mailboxes,
            google: server(Provider::Google, &config.google),
            microsoft: server(Provider::Microsoft, &config.microsoft),
            faults: Vec::new(),
            stats: Stats::default(),
            latency_ms: 0,
            limits: Limits::default(),
            clock_offset_ms: 0,
            config,
        }
    }

    /// Answers a request that came at a time (milliseconds since 1970).
    pub fn handle(&mut self, request: &Request, now_ms: i64) -> Reply {
        let now_ms = now_ms + self.clock_offset_ms;
        let path = routes::segments(request.uri().path());
        let path: Vec<&str> = path.iter().map(String::as_str).collect();
        let mut reply = match Target::of(&path) {
            Some(Target::Control) => plain(self.control(&path, request, now_ms)),
            Some(Target::Provider(provider)) => self.provider(provider, &path, request, now_ms),
            None => plain(answer::response(
                404,
                "text/plain",
                "The simulator serves /google, /microsoft and /control.\n",
            )),
        };
        set_header(&mut reply.response, http::header::DATE, &http_date(now_ms));
        reply
    }

    /// Delays every API answer by so many milliseconds.
    pub fn set_latency(&mut self, ms: u64) {
        self.latency_ms = ms;
    }

    /// Tells that the answer of a request has been sent or dropped.
    pub fn finish(&mut self, ticket: Ticket) {
        if let Some(mailbox) = ticket.0 {
            self.stats.end(&mailbox);
        }
    }

    fn provider(&mut self, provider: Provider, path: &[&str], request: &Request, now_ms: i64) -> Reply {
        let is_page = path.contains(&"auth") || path.contains(&"authorize") || path.contains(&"adminconsent");
        let latency = if is_page { 0 } else { self.latency_ms };
        let rule = fault::catch(&mut self.faults, provider, request, false);
        let instead = rule
            .as_ref()
            .and_then(|rule| rule.action.instead(provider, request, now_ms));
        let (mut response, ticket) = match instead {
            Some(response) => {
                self.stats.request("fault");
                (response, Ticket::default())
            }
            None => self.route(provider, path, request, now_ms),
        };
        let mut delay_ms = latency;
        let mut drop_connection = false;
        if let Some(rule) = rule {
            rule.action.damage(&mut response);
            delay_ms += rule.delay_ms;
            drop_connection = rule.action.drops();
        }
        self.stats
            .answered(response.status().as_u16(), response.body().len());
        Reply {
            response,
            delay_ms,
            drop_connection,
            ticket,
        }
    }

    pub(crate) fn auth(&mut self, provider: Provider) -> &mut AuthServer {
        match provider {
            Provider::Google => &mut self.google,
            Provider::Microsoft => &mut self.microsoft,
        }
    }

    /// Name and address of a provider's mailboxes.
    pub(crate) fn users(&self, provider: Provider) -> Vec<(String, String)> {
        let own = self
            .mailboxes
            .iter()
            .filter(|mailbox| mailbox.provider == provider);
        own.map(|mailbox| (mailbox.owner.address.name.clone(), mailbox.email().to_owned()))
            .collect()
    }
}

fn plain(response: Response) -> Reply {
    Reply {
        response,
        delay_ms: 0,
        drop_connection: false,
        ticket: Ticket::default(),
    }
}
