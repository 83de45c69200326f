//! Which request goes where, and what holds for every API call: the token, the quota, the count.

use std::collections::HashMap;

use crate::answer::{self, Parameters, Request, Response, request_header};
use crate::fault;
use crate::gmail;
use crate::graph;
use crate::mailbox::Provider;
use crate::oauth::{google, microsoft};
use crate::simulator::{Simulator, Ticket};

/// The first part of an address.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Target {
    Control,
    Provider(Provider),
}

impl Target {
    pub(crate) fn of(path: &[&str]) -> Option<Self> {
        match path.first().copied() {
            Some("control") => Some(Self::Control),
            Some("google") => Some(Self::Provider(Provider::Google)),
            Some("microsoft") => Some(Self::Provider(Provider::Microsoft)),
            _ => None,
        }
    }
}

/// The decoded segments of a path, empty ones left out.
pub(crate) fn segments(path: &str) -> Vec<String> {
    let decode = |segment: &str| {
        // A plus stands for itself in paths, unlike in forms.
        let pair = format!("s={}", segment.replace('+', "%2B"));
        Parameters::parse(&pair).get("s").to_owned()
    };
    path.split('/')
        .filter(|segment| !segment.is_empty())
        .map(decode)
        .collect()
}

impl Simulator {
    /// Answers a request to one of the providers.
    pub(crate) fn route(
        &mut self,
        provider: Provider,
        path: &[&str],
        request: &Request,
        now_ms: i64,
    ) -> (Response, Ticket) {
        let method = request.method().as_str();
        let users = self.users(provider);
        let done = |response| (response, Ticket::default());
        match (method, path) {
            ("GET", ["google", "o", "oauth2", "v2", "auth"]) => {
                self.stats.request("google.authorize");
                done(google::authorize(&self.google, &users, request))
            }
            ("POST", ["google", "o", "oauth2", "v2", "auth"]) => {
                self.stats.request("google.consent");
                done(google::decide(&mut self.google, &users, request, now_ms))
            }
            ("POST", ["google", "token"]) => {
                self.stats.request("google.token");
                done(google::token(&mut self.google, request, now_ms))
            }
            ("POST", ["google", "revoke"]) => {
                self.stats.request("google.revoke");
                done(google::revoke(&mut self.google, request))
            }
            ("GET", ["google", "oauth2", "v3", "userinfo"]) => {
                self.stats.request("google.userinfo");
                done(google::userinfo(&self.google, &users, request, now_ms))
            }
            (_, ["google", "upload", "gmail", "v1", "users", "me", what @ ..]) => {
                self.stats.request("gmail.upload");
                done(self.gmail_upload(what, request, now_ms))
            }
            (_, ["microsoft", "upload", token]) => {
                self.stats.request("graph.upload");
                done(graph::upload::go_on(&mut self.mailboxes, token, request, now_ms))
            }
            ("POST", ["google", "batch", "gmail", "v1"]) => self.gmail_batch(request, now_ms),
            (_, ["google", "gmail", "v1", ..]) | (_, ["microsoft", "graph", "v1.0", ..])
                if path.last() != Some(&"$batch") =>
            {
                let ticket = self.begin(provider, request, now_ms);
                let response = match self.over_concurrency(provider, &ticket) {
                    true => graph::error::too_many_at_once().response(request, now_ms),
                    false => self.api(provider, path, request, now_ms, false),
                };
                (response, ticket)
            }
            ("POST", ["microsoft", "graph", "v1.0", "$batch"]) => self.graph_batch(request, now_ms),
            ("GET", ["microsoft", tenant, "oauth2", "v2.0", "authorize"]) => {
                self.stats.request("microsoft.authorize");
                done(microsoft::authorize(
                    &self.microsoft,
                    &users,
                    tenant,
                    request,
                    now_ms,
                ))
            }
            ("POST", ["microsoft", tenant, "oauth2", "v2.0", "authorize"]) => {
                self.stats.request("microsoft.consent");
                done(microsoft::decide(
                    &mut self.microsoft,
                    &users,
                    tenant,
                    request,
                    now_ms,
                ))
            }
            ("POST", ["microsoft", tenant, "oauth2", "v2.0", "token"]) => {
                self.stats.request("microsoft.token");
                done(microsoft::token(&mut self.microsoft, tenant, request, now_ms))
            }
            (
                "GET" | "POST",
                ["microsoft", tenant, "adminconsent"] | ["microsoft", tenant, "v2.0", "adminconsent"],
            ) => {
                self.stats.request("microsoft.adminconsent");
                done(microsoft::admin_consent(
                    &mut self.microsoft,
                    tenant,
                    request,
                    now_ms,
                ))
            }
            _ => {
                self.stats.request("unknown");
                done(answer::html(
                    404,
                    "<!DOCTYPE html><title>Error 404 (Not Found)</title><p>404. That’s an error.".to_owned(),
                ))
            }
        }
    }

    /// Counts a request of a known mailbox as under way.
    fn begin(&mut self, provider: Provider, request: &Request, now_ms: i64) -> Ticket {
        let user = self
            .auth(provider)
            .bearer(request, now_ms)
            .map(|token| token.user.clone());
        if let Some(user) = &user {
            self.stats.begin(user);
        }
        Ticket(user)
    }

    fn over_concurrency(&self, provider: Provider, ticket: &Ticket) -> bool {
        let (Provider::Microsoft, Some(limit), Some(user)) = (provider, self.limits.concurrency, &ticket.0)
        else {
            return false;
        };
        self.stats.in_flight(user) > limit
    }

    /// One API call, alone or a part of a batch.
    fn api(
        &mut self,
        provider: Provider,
        path: &[&str],
        request: &Request,
        now_ms: i64,
        part: bool,
    ) -> Response {
        match provider {
            Provider::Google => self.gmail_call(path, request, now_ms, part),
            Provider::Microsoft => self.graph_call(path, request, now_ms, part),
        }
    }

    fn count(&mut self, name: &'static str, part: bool) {
        if part {
            self.stats.part(name)
        } else {
            self.stats.request(name)
        }
    }

    fn gmail_call(&mut self, path: &[&str], request: &Request, now_ms: i64, part: bool) -> Response {
        let rest = path.get(5..).unwrap_or_default();
        let users_path = path.get(3) == Some(&"users");
        let Some(operation) = gmail::operation(request.method(), rest).filter(|_| users_path) else {
            self.count("unknown", part);
            return gmail::error::not_found().response();
        };
        self.count(operation.name, part);
        let Some(token) = self.google.bearer(request, now_ms).cloned() else {
            return gmail::error::unauthenticated().response();
        };
        if self.google.quirks.api_disabled {
            return gmail::error::api_disabled().response();
        }
        let user = path.get(4).copied().unwrap_or_default();
        if user != "me" && !user.eq_ignore_ascii_case(&token.user) {
            return gmail::error::forbidden(&format!("Delegation denied for {}", token.user)).response();
        }
        let spent = self.stats.spend(&token.user, operation.units, now_ms);
        if self.limits.units_per_minute.is_some_and(|limit| spent > limit) {
            return gmail::error::rate_limited().response();
        }
        let mailbox = self
            .mailboxes
            .iter_mut()
            .find(|mailbox| mailbox.provider == Provider::Google && mailbox.email() == token.user);
        match mailbox {
            Some(mailbox) => gmail::handle(mailbox, &token, operation, rest, request, now_ms),
            None => gmail::error::simulated(400, Some("failedPrecondition")).response(),
        }
    }

    fn gmail_upload(&mut self, what: &[&str], request: &Request, now_ms: i64) -> Response {
        let Some(token) = self.google.bearer(request, now_ms).cloned() else {
            return gmail::error::unauthenticated().response();
        };
        let origin = format!("http://{}", request_header(request, "host"));
        let mailbox = self
            .mailboxes
            .iter_mut()
            .find(|mailbox| mailbox.provider == Provider::Google && mailbox.email() == token.user);
        match mailbox {
            Some(mailbox) => gmail::upload::handle(mailbox, what, request, &origin, now_ms),
            None => gmail::error::simulated(400, Some("failedPrecondition")).response(),
        }
    }

    fn graph_call(&mut self, path: &[&str], request: &Request, now_ms: i64, part: bool) -> Response {
        // The user is `me` or `users/{address}`.
        let (user, rest) = match path.get(3..).unwrap_or_default() {
            ["me", rest @ ..] => (None, rest),
            ["users", user, rest @ ..] => (Some(*user), rest),
            other => {
                self.count("unknown", part);
                let segment = other.first().copied().unwrap_or_default();
                return graph::error::no_segment(segment).response(request, now_ms);
            }
        };
        let Some(operation) = graph::operation(request.method(), rest) else {
            self.count("unknown", part);
            let segment = rest.last().copied().unwrap_or_default();
            return graph::error::no_segment(segment).response(request, now_ms);
        };
        self.count(operation.name, part);
        let Some(token) = self.microsoft.bearer(request, now_ms).cloned() else {
            let has_token = !request_header(request, "authorization").is_empty();
            return graph::error::unauthenticated(has_token).response(request, now_ms);
        };
        if user.is_some_and(|user| !user.eq_ignore_ascii_case(&token.user)) {
            return graph::error::access_denied().response(request, now_ms);
        }
        let mailbox = self
            .mailboxes
            .iter_mut()
            .find(|mailbox| mailbox.provider == Provider::Microsoft && mailbox.email() == token.user);
        match mailbox {
            Some(mailbox) => graph::handle(mailbox, &token, operation, rest, request, now_ms),
            None => graph::error::error(
                404,
                "MailboxNotEnabledForRESTAPI",
                "The mailbox is either inactive, soft-deleted, or is hosted on-premise.",
            )
            .response(request, now_ms),
        }
    }

    /// A part of a batch: faults can catch it like a request of its own.
    fn part(&mut self, provider: Provider, request: &Request, now_ms: i64) -> Response {
        let response = self.answer_part(provider, request, now_ms);
        self.stats.part_answered(response.status().as_u16());
        response
    }

    fn answer_part(&mut self, provider: Provider, request: &Request, now_ms: i64) -> Response {
        let path = segments(request.uri().path());
        let mut path: Vec<&str> = path.iter().map(String::as_str).collect();
        // Gmail's parts name the path on Google's host, without the prefix of the simulator.
        if provider == Provider::Google && path.first() != Some(&"google") {
            path.insert(0, "google");
        }
        let rule = fault::catch(&mut self.faults, provider, request, true);
        if let Some(response) = rule
            .as_ref()
            .and_then(|rule| rule.action.instead(provider, request, now_ms))
        {
            self.stats.part("fault");
            return response;
        }
        let mut response = self.api(provider, &path, request, now_ms, true);
        if let Some(rule) = rule {
            rule.action.damage(&mut response);
        }
        response
    }

    fn gmail_batch(&mut self, request: &Request, now_ms: i64) -> (Response, Ticket) {
        self.stats.request("gmail.batch");
        let ticket = self.begin(Provider::Google, request, now_ms);
        let pieces = match gmail::batch::split(request) {
            Ok(pieces) => pieces,
            Err(error) => return (error.response(), ticket),
        };
        let answers = pieces
            .into_iter()
            .map(|piece| {
                let response = self.part(Provider::Google, &piece.request, now_ms);
                (piece, response)
            })
            .collect();
        (gmail::batch::join(answers), ticket)
    }

    fn graph_batch(&mut self, request: &Request, now_ms: i64) -> (Response, Ticket) {
        self.stats.request("graph.batch");
        let ticket = self.begin(Provider::Microsoft, request, now_ms);
        let has_token = !request_header(request, "authorization").is_empty();
        if ticket.0.is_none() {
            return (
                graph::error::unauthenticated(has_token).response(request, now_ms),
                ticket,
            );
        }
        if self.over_concurrency(Provider::Microsoft, &ticket) {
            return (graph::error::too_many_at_once().response(request, now_ms), ticket);
        }
        let pieces = match graph::batch::split(request) {
            Ok(pieces) => pieces,
            Err(error) => return (error.response(request, now_ms), ticket),
        };
        let mut statuses: HashMap<String, u16> = HashMap::new();
        let mut answers = Vec::new();
        for piece in pieces {
            let response = if piece.is_blocked(&statuses) {
                graph::batch::failed_dependency().response(&piece.request, now_ms)
            } else {
                self.part(Provider::Microsoft, &piece.request, now_ms)
            };
            statuses.insert(piece.id.clone(), response.status().as_u16());
            answers.push((piece.id, response));
        }
        (graph::batch::join(&answers), ticket)
    }
}
