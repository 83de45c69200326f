//! Faults on request: rules that catch matching requests a number of times.

use serde_json::{Value, json};

use crate::answer::{self, Request, Response, set_header, text};
use crate::mailbox::Provider;
use crate::{gmail, graph};

/// What happens to a request that is caught.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Action {
    /// An error of the provider's own shape, nothing done.
    Status {
        status: u16,
        retry_after: Option<String>,
        reason: Option<String>,
    },
    /// A page of HTML instead of JSON, nothing done.
    Html { status: u16 },
    /// Done, but only half of the answer's body arrives.
    Truncate,
    /// Done, but the answer's body is empty.
    Empty,
    /// Done, only late.
    Delay,
    /// Done, and the answer names a time to wait.
    Advise { retry_after: String },
    /// The connection ends, nothing done.
    DropBefore,
    /// Done, but the connection ends before the answer.
    DropAfter,
}

#[derive(Clone, Debug)]
pub(crate) struct Rule {
    provider: Option<String>,
    path: String,
    method: Option<String>,
    /// Catches the parts of batches instead of whole requests.
    part: bool,
    /// Matching requests to let pass first.
    skip: u64,
    /// Matching requests still to catch; `None` is all.
    left: Option<u64>,
    pub(crate) delay_ms: u64,
    pub(crate) action: Action,
}

impl Rule {
    /// A rule out of the control interface's JSON, or what is wrong with it.
    pub(crate) fn parse(value: &Value) -> Result<Self, String> {
        let optional = |name: &str| value.get(name).and_then(Value::as_str).map(str::to_owned);
        let number = |name: &str| value.get(name).and_then(Value::as_u64);
        let status = match number("status") {
            None => None,
            Some(status) => Some(
                u16::try_from(status)
                    .ok()
                    .filter(|status| (200..600).contains(status))
                    .ok_or("status must be 200 to 599")?,
            ),
        };
        let retry_after = value
            .get("retryAfter")
            .filter(|value| !value.is_null())
            .map(|value| match value {
                Value::String(text) => text.clone(),
                other => other.to_string(),
            });
        let action = match text(value, "action") {
            "" | "status" => {
                let status = status.ok_or("an action or a status is needed")?;
                Action::Status {
                    status,
                    retry_after,
                    reason: optional("reason"),
                }
            }
            "html" => Action::Html {
                status: status.unwrap_or(200),
            },
            "truncate" => Action::Truncate,
            "empty" => Action::Empty,
            "delay" => Action::Delay,
            "advise" => Action::Advise {
                retry_after: retry_after.ok_or("retryAfter is missing")?,
            },
            "drop-before" => Action::DropBefore,
            "drop-after" => Action::DropAfter,
            other => return Err(format!("unknown action {other}")),
        };
        Ok(Self {
            provider: optional("provider"),
            path: optional("path").unwrap_or_default(),
            method: optional("method"),
            part: value.get("part").and_then(Value::as_bool).unwrap_or(false),
            skip: number("skip").unwrap_or(0),
            left: match number("count") {
                None => Some(1),
                Some(0) => None,
                Some(count) => Some(count),
            },
            delay_ms: number("delayMs").unwrap_or(0),
            action,
        })
    }

    fn matches(&self, provider: Provider, request: &Request, part: bool) -> bool {
        self.part == part
            && self
                .provider
                .as_deref()
                .is_none_or(|wanted| wanted == provider.name())
            && self
                .method
                .as_deref()
                .is_none_or(|wanted| wanted.eq_ignore_ascii_case(request.method().as_str()))
            && request.uri().to_string().contains(&self.path)
    }

    pub(crate) fn json(&self) -> Value {
        json!({ "path": self.path, "left": self.left, "action": format!("{:?}", self.action) })
    }
}

/// The rule that catches a request, used once more. The oldest rule that matches wins.
pub(crate) fn catch(
    rules: &mut Vec<Rule>,
    provider: Provider,
    request: &Request,
    part: bool,
) -> Option<Rule> {
    let place = rules
        .iter()
        .position(|rule| rule.matches(provider, request, part))?;
    let rule = rules.get_mut(place)?;
    if rule.skip > 0 {
        rule.skip -= 1;
        return None;
    }
    let caught = rule.clone();
    if let Some(left) = &mut rule.left {
        *left = left.saturating_sub(1);
        if *left == 0 {
            rules.remove(place);
        }
    }
    Some(caught)
}

impl Action {
    /// The answer that stands in for the real one; `None` when the request is done all the same.
    pub(crate) fn instead(&self, provider: Provider, request: &Request, now_ms: i64) -> Option<Response> {
        match self {
            Self::Status {
                status,
                retry_after,
                reason,
            } => {
                let mut response = match provider {
                    Provider::Google => gmail::error::simulated(*status, reason.as_deref()).response(),
                    Provider::Microsoft => {
                        graph::error::simulated(*status, reason.as_deref()).response(request, now_ms)
                    }
                };
                if let Some(seconds) = retry_after {
                    set_header(&mut response, http::header::RETRY_AFTER, seconds);
                }
                Some(response)
            }
            Self::Html { status } => {
                let page = "<!DOCTYPE html><html><head><title>Service unavailable</title></head><body><h1>We’ll be right back</h1></body></html>";
                Some(answer::html(*status, page.to_owned()))
            }
            Self::DropBefore => Some(answer::empty(500)),
            Self::Truncate | Self::Empty | Self::Delay | Self::Advise { .. } | Self::DropAfter => None,
        }
    }

    /// Damages the answer of a request that was done.
    pub(crate) fn damage(&self, response: &mut Response) {
        match self {
            Self::Truncate => {
                let half = response.body().len() / 2;
                response.body_mut().truncate(half);
            }
            Self::Empty => response.body_mut().clear(),
            Self::Advise { retry_after } => set_header(response, http::header::RETRY_AFTER, retry_after),
            _ => {}
        }
    }

    pub(crate) fn drops(&self) -> bool {
        matches!(self, Self::DropBefore | Self::DropAfter)
    }
}
