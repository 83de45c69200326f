//! A client of the simulator without a network: requests in, JSON out.
#![allow(dead_code, reason = "every test file uses a part of it")]
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "test code")]

pub(crate) mod server;

use email_manager_simulator::{Config, MailboxPlan, Profile, Provider, Reply, Request, Response, Simulator};
use serde_json::Value;

pub(crate) const NOW: i64 = 1_777_000_000_000;
pub(crate) const ALICE: &str = "alice@gmail.example";
pub(crate) const BOB: &str = "bob@outlook.example";
pub(crate) const REDIRECT: &str = "http://127.0.0.1:13000/admin/settings/mail/oauth2";
pub(crate) const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
/// Of the verifier, from appendix B of RFC 7636.
pub(crate) const CHALLENGE: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";

pub(crate) struct Client {
    pub(crate) simulator: Simulator,
    pub(crate) now_ms: i64,
    pub(crate) token: String,
    pub(crate) prefer: &'static str,
}

impl Client {
    /// One mailbox of each provider with so many messages.
    pub(crate) fn new(count: u32) -> Self {
        Self::of(count, Profile::Business)
    }

    pub(crate) fn of(count: u32, profile: Profile) -> Self {
        let mailbox = |provider, email: &str| MailboxPlan {
            provider,
            email: email.to_owned(),
            count,
        };
        let config = Config {
            mailboxes: vec![
                mailbox(Provider::Google, ALICE),
                mailbox(Provider::Microsoft, BOB),
            ],
            start_ms: NOW,
            profile,
            ..Config::default()
        };
        Self {
            simulator: Simulator::new(config),
            now_ms: NOW,
            token: String::new(),
            prefer: "",
        }
    }

    /// With a token for Gmail.
    pub(crate) fn gmail(count: u32) -> Self {
        let mut client = Self::new(count);
        client.connect(ALICE, "");
        client
    }

    /// With a token for Graph and immutable ids.
    pub(crate) fn graph(count: u32) -> Self {
        let mut client = Self::new(count);
        client.connect(BOB, "");
        client.prefer = "IdType=\"ImmutableId\"";
        client
    }

    pub(crate) fn connect(&mut self, mailbox: &str, scope: &str) -> Value {
        let tokens = self.control("grant", serde_json::json!({ "mailbox": mailbox, "scope": scope }));
        self.token = tokens["access_token"].as_str().unwrap().to_owned();
        tokens
    }

    pub(crate) fn send(&mut self, request: Request) -> Reply {
        self.simulator.handle(&request, self.now_ms)
    }

    pub(crate) fn call(&mut self, method: &str, target: &str, content_type: &str, body: Vec<u8>) -> Response {
        // The addresses that answers carry begin with the host they were asked by.
        let target = target.strip_prefix("http://simulator:1").unwrap_or(target);
        let mut builder = http::Request::builder()
            .method(method)
            .uri(target)
            .header("host", "simulator:1");
        if !self.token.is_empty() && !target.starts_with("/control") {
            builder = builder.header("authorization", format!("Bearer {}", self.token));
        }
        if !self.prefer.is_empty() {
            builder = builder.header("prefer", self.prefer);
        }
        let request = builder.header("content-type", content_type).body(body).unwrap();
        let reply = self.send(request);
        self.simulator.finish(reply.ticket);
        reply.response
    }

    pub(crate) fn json(&mut self, method: &str, target: &str, body: Value) -> (u16, Value) {
        let response = self.call(method, target, "application/json", body.to_string().into_bytes());
        (
            response.status().as_u16(),
            serde_json::from_slice(response.body()).unwrap_or(Value::Null),
        )
    }

    /// GET that must succeed.
    pub(crate) fn get(&mut self, target: &str) -> Value {
        let (status, body) = self.json("GET", target, Value::Null);
        assert_eq!(status, 200, "{target}: {body}");
        body
    }

    /// GET that must fail: status and body.
    pub(crate) fn fail(&mut self, target: &str) -> (u16, Value) {
        let (status, body) = self.json("GET", target, Value::Null);
        assert!(status >= 400, "{target} answered {status}");
        (status, body)
    }

    pub(crate) fn post(&mut self, target: &str, body: Value) -> (u16, Value) {
        self.json("POST", target, body)
    }

    pub(crate) fn form(&mut self, target: &str, fields: &[(&str, &str)]) -> Response {
        let body = url::form_urlencoded::Serializer::new(String::new())
            .extend_pairs(fields)
            .finish();
        self.call(
            "POST",
            target,
            "application/x-www-form-urlencoded",
            body.into_bytes(),
        )
    }

    pub(crate) fn control(&mut self, command: &str, body: Value) -> Value {
        let (status, answer) = self.json("POST", &format!("/control/{command}"), body);
        assert_eq!(status, 200, "{command}: {answer}");
        answer
    }

    /// Every page of a Gmail listing: the items of one member.
    pub(crate) fn pages(&mut self, target: &str, member: &str) -> Vec<Value> {
        let mut items = Vec::new();
        let mut page = String::new();
        loop {
            let body = self.get(&format!("{target}{page}"));
            items.extend(body[member].as_array().cloned().unwrap_or_default());
            match body["nextPageToken"].as_str() {
                Some(token) => page = format!("&pageToken={token}"),
                None => return items,
            }
        }
    }

    /// Every page of a Graph listing, and the delta link when there is one.
    pub(crate) fn links(&mut self, target: &str) -> (Vec<Value>, String) {
        let mut items = Vec::new();
        let mut next = target.to_owned();
        loop {
            let body = self.get(&next);
            items.extend(body["value"].as_array().cloned().unwrap_or_default());
            match body["@odata.nextLink"].as_str() {
                Some(link) => next = link.to_owned(),
                None => {
                    return (
                        items,
                        body["@odata.deltaLink"].as_str().unwrap_or_default().to_owned(),
                    );
                }
            }
        }
    }
}

pub(crate) fn body_json(response: &Response) -> Value {
    serde_json::from_slice(response.body()).unwrap_or(Value::Null)
}

/// A query string of pairs.
pub(crate) fn query(pairs: &[(&str, &str)]) -> String {
    url::form_urlencoded::Serializer::new(String::new())
        .extend_pairs(pairs)
        .finish()
}

/// The query parameter of the address a response redirects to.
pub(crate) fn redirected(response: &Response, name: &str) -> Option<String> {
    let location = response.headers().get("location")?.to_str().ok()?;
    let url = url::Url::parse(location).ok()?;
    url.query_pairs()
        .find(|(key, _)| key == name)
        .map(|(_, value)| value.into_owned())
}

pub(crate) fn ids(items: &[Value]) -> Vec<String> {
    items
        .iter()
        .map(|item| item["id"].as_str().unwrap().to_owned())
        .collect()
}
