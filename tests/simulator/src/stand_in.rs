//! The simulator inside another process: a host's dry run.
//!
//! There is no port and nothing to configure. A request's address says which dry run it belongs to,
//! `https://{started}.dry-run.invalid/google/…`, where `started` are milliseconds since 1970: the mailboxes reach back
//! from then. `?deliveries=N`, on any request, says how many test mails have arrived by now.
//!
//! State is the process's. A process that ends, or another one, has the same mailboxes as they were at the beginning,
//! with the deliveries; it understands codes and refresh tokens of all others, and refuses their access tokens, history
//! ids and delta tokens as expired.

use crate::answer::{self, Parameters, Request, Response};
use crate::config::{Client, Config, MailboxPlan};
use crate::generate::Profile;
use crate::mail::{Address, Mail};
use crate::mailbox::{Mailbox, Provider};
use crate::simulator::Simulator;

/// The domain of all dry runs: reserved, so that no name below it is ever found (RFC 6761 6.4).
const DOMAIN: &str = "dry-run.invalid";

/// Id and secret of the application that is registered in every dry run.
const CLIENT: &str = "dry-run";

/// Mails of the first mailbox at each provider, and of the second.
const SIZES: [u32; 2] = [200, 40];

/// How many test mails can be delivered in a dry run.
const DELIVERIES: u64 = 100;

/// How many dry runs are remembered: one a provider, and those that have just ended.
const REMEMBERED: usize = 4;

/// Google and Microsoft for dry runs.
#[derive(Debug, Default)]
pub struct StandIn {
    /// The one used last at the end.
    runs: Vec<Run>,
}

#[derive(Debug)]
struct Run {
    started_ms: i64,
    simulator: Simulator,
    /// Index of the first reserved place, and how many are filled, of each mailbox.
    deliveries: Vec<(u32, u64)>,
}

impl StandIn {
    /// A stand-in that remembers nothing yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Answers a request that came at a time (milliseconds since 1970).
    pub fn answer(&mut self, request: &Request, now_ms: i64) -> Response {
        let Some(started_ms) = started(request).filter(|started| (0..=now_ms).contains(started)) else {
            return nothing();
        };
        let run = self.run(started_ms, now_ms);
        let path = request.uri().path();
        let provider = match path.split('/').nth(1) {
            Some("google") => Some(Provider::Google),
            Some("microsoft") => Some(Provider::Microsoft),
            // Of the control interface only what a consent page needs.
            _ if path == "/control/mailboxes" && request.method() == http::Method::GET => None,
            _ => return nothing(),
        };
        if let Some(provider) = provider {
            let asked = Parameters::of_query(request).get("deliveries").parse();
            run.deliver(provider, asked.unwrap_or_default(), now_ms);
        }
        let reply = run.simulator.handle(&with_origin(request), now_ms);
        run.simulator.finish(reply.ticket);
        reply.response
    }

    fn run(&mut self, started_ms: i64, now_ms: i64) -> &mut Run {
        let known = self.runs.iter().position(|run| run.started_ms == started_ms);
        let run = match known {
            Some(place) => self.runs.remove(place),
            None => Run::new(started_ms, now_ms),
        };
        if self.runs.len() == REMEMBERED {
            self.runs.remove(0);
        }
        self.runs.push_mut(run)
    }
}

impl Run {
    fn new(started_ms: i64, now_ms: i64) -> Self {
        let client = Client {
            id: CLIENT.to_owned(),
            secret: CLIENT.to_owned(),
        };
        let names = [
            (Provider::Google, ["alice@gmail.example", "carol@gmail.example"]),
            (
                Provider::Microsoft,
                ["bob@outlook.example", "dave@outlook.example"],
            ),
        ];
        let plans = names.into_iter().flat_map(|(provider, emails)| {
            emails
                .into_iter()
                .zip(SIZES)
                .map(move |(email, count)| MailboxPlan {
                    provider,
                    email: email.to_owned(),
                    count,
                })
        });
        let mut simulator = Simulator::new(Config {
            seed: 7,
            start_ms: started_ms,
            profile: Profile::Business,
            mailboxes: plans.collect(),
            google: client.clone(),
            microsoft: client,
            // Which site it is, the plugin checks.
            redirect_uris: vec!["*/admin/settings/mail/oauth2".to_owned()],
        });
        simulator.google.begin_life(now_ms);
        simulator.microsoft.begin_life(now_ms);
        let deliveries = simulator.mailboxes.iter_mut().map(|mailbox| {
            let first = mailbox.reserve();
            for _ in 1..DELIVERIES {
                mailbox.reserve();
            }
            mailbox.begin_life(now_ms);
            (first, 0)
        });
        Self {
            deliveries: deliveries.collect(),
            started_ms,
            simulator,
        }
    }

    /// Delivers what is missing of so many test mails, to every mailbox of a provider.
    fn deliver(&mut self, provider: Provider, count: u64, now_ms: i64) {
        for (mailbox, (first, filled)) in self.simulator.mailboxes.iter_mut().zip(&mut self.deliveries) {
            if mailbox.provider != provider {
                continue;
            }
            while *filled < count.min(DELIVERIES) {
                let mail = test_mail(mailbox, *filled + 1, now_ms);
                mailbox.fill(*first + *filled as u32, mail, now_ms);
                *filled += 1;
            }
        }
    }
}

fn test_mail(mailbox: &Mailbox, number: u64, now_ms: i64) -> Mail {
    Mail {
        message_id: Some(format!("<{number}.{:x}@test.example>", mailbox.seed)),
        date_ms: Some(now_ms),
        from: Some(Address::new("Dry run", "dry-run@test.example")),
        to: vec![mailbox.owner.address.clone()],
        subject: Some(format!("Test mail {number}")),
        html: Some(format!(
            "<p>This is test mail {number} of the dry run.</p><p>It was made inside this site and has travelled nowhere: receiving mail works.</p>"
        )),
        ..Mail::default()
    }
}

/// When the dry run that a request belongs to began.
fn started(request: &Request) -> Option<i64> {
    let (label, domain) = request.uri().host()?.split_once('.')?;
    (domain == DOMAIN).then(|| label.parse().ok())?
}

/// The request as a front would pass it on: links in the answer begin with the address that was asked.
fn with_origin(request: &Request) -> Request {
    let mut request = request.clone();
    let origin = [
        ("host", request.uri().authority().map(ToString::to_string)),
        ("x-forwarded-proto", request.uri().scheme_str().map(str::to_owned)),
    ];
    for (name, value) in origin {
        if let Some(value) = value.and_then(|value| http::HeaderValue::from_str(&value).ok()) {
            request.headers_mut().insert(name, value);
        }
    }
    request
}

fn nothing() -> Response {
    answer::response(404, "text/plain", "There is no such dry run.\n")
}
