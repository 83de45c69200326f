//! The Gmail API v1. <https://developers.google.com/workspace/gmail/api/reference/rest>

pub(crate) mod batch;
mod drafts;
pub(crate) mod error;
mod fields;
mod history;
mod labels;
mod messages;
mod modify;
mod resource;
mod search;
mod send;
mod threads;
pub(crate) mod upload;

pub(crate) use resource::{index_of, message_id, thread_id};

use http::Method;
use serde_json::Value;

use crate::answer::{Parameters, Request, Response, json, json_body};
use crate::mailbox::Mailbox;
use crate::oauth::Token;
use error::ApiError;

/// An answer's JSON (`None`: 204 without a body) or the error.
type Outcome = Result<Option<Value>, ApiError>;

/// One call: the mailbox, what was asked, by whom.
pub(crate) struct Call<'a> {
    pub(crate) mailbox: &'a mut Mailbox,
    pub(crate) token: &'a Token,
    pub(crate) query: Parameters,
    pub(crate) body: Value,
    pub(crate) now_ms: i64,
}

/// A method of the API: its name, what it costs and the scopes any one of which allows it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Operation {
    pub(crate) name: &'static str,
    pub(crate) units: u64,
    scopes: Scopes,
}

#[derive(Clone, Copy, Debug)]
enum Scopes {
    Metadata,
    Read,
    Modify,
    Send,
    Compose,
    Drafts,
    Full,
}

impl Scopes {
    fn allow(self, token: &Token) -> bool {
        let names: &[&str] = match self {
            Self::Metadata => &[
                "gmail.modify",
                "gmail.readonly",
                "gmail.metadata",
                "gmail.labels",
                "gmail.compose",
            ],
            Self::Read => &["gmail.modify", "gmail.readonly", "gmail.settings.basic"],
            Self::Modify => &["gmail.modify"],
            Self::Send => &["gmail.modify", "gmail.send", "gmail.compose"],
            Self::Compose => &["gmail.modify", "gmail.compose"],
            Self::Drafts => &["gmail.modify", "gmail.readonly", "gmail.compose"],
            Self::Full => &[],
        };
        token.scopes.contains("https://mail.google.com/")
            || names.iter().any(|name| {
                token
                    .scopes
                    .contains(&format!("https://www.googleapis.com/auth/{name}"))
            })
    }
}

/// The method that an address names, below `/gmail/v1/users/{user}`.
pub(crate) fn operation(method: &Method, path: &[&str]) -> Option<Operation> {
    use Scopes::{Compose, Drafts, Full, Metadata, Modify, Read, Send};
    let (name, units, scopes) = match (method.as_str(), path) {
        ("GET", ["profile"]) => ("gmail.getProfile", 1, Metadata),
        ("GET", ["labels"]) => ("gmail.labels.list", 1, Metadata),
        ("POST", ["labels"]) => ("gmail.labels.create", 5, Modify),
        ("GET", ["labels", _]) => ("gmail.labels.get", 1, Metadata),
        ("GET", ["messages"]) => ("gmail.messages.list", 5, Metadata),
        ("POST", ["messages", "batchModify"]) => ("gmail.messages.batchModify", 50, Modify),
        ("POST", ["messages", "batchDelete"]) => ("gmail.messages.batchDelete", 50, Full),
        ("POST", ["messages", "send"]) => ("gmail.messages.send", 100, Send),
        ("GET", ["messages", _]) => ("gmail.messages.get", 20, Metadata),
        ("DELETE", ["messages", _]) => ("gmail.messages.delete", 10, Full),
        ("POST", ["messages", _, "modify"]) => ("gmail.messages.modify", 5, Modify),
        ("POST", ["messages", _, "trash"]) => ("gmail.messages.trash", 5, Modify),
        ("POST", ["messages", _, "untrash"]) => ("gmail.messages.untrash", 5, Modify),
        ("GET", ["messages", _, "attachments", _]) => ("gmail.messages.attachments.get", 20, Read),
        ("GET", ["threads"]) => ("gmail.threads.list", 10, Metadata),
        ("GET", ["threads", _]) => ("gmail.threads.get", 40, Metadata),
        ("POST", ["threads", _, "modify"]) => ("gmail.threads.modify", 10, Modify),
        ("POST", ["threads", _, "trash"]) => ("gmail.threads.trash", 10, Modify),
        ("POST", ["threads", _, "untrash"]) => ("gmail.threads.untrash", 10, Modify),
        ("GET", ["history"]) => ("gmail.history.list", 2, Metadata),
        ("POST", ["drafts"]) => ("gmail.drafts.create", 10, Compose),
        ("GET", ["drafts"]) => ("gmail.drafts.list", 5, Drafts),
        ("POST", ["drafts", "send"]) => ("gmail.drafts.send", 100, Compose),
        ("GET", ["drafts", _]) => ("gmail.drafts.get", 20, Drafts),
        ("DELETE", ["drafts", _]) => ("gmail.drafts.delete", 10, Compose),
        ("GET", ["settings", "sendAs"]) => ("gmail.settings.sendAs.list", 1, Read),
        ("GET", ["settings", "sendAs", _]) => ("gmail.settings.sendAs.get", 1, Read),
        _ => return None,
    };
    Some(Operation { name, units, scopes })
}

/// Answers one call.
pub(crate) fn handle(
    mailbox: &mut Mailbox,
    token: &Token,
    operation: Operation,
    path: &[&str],
    request: &Request,
    now_ms: i64,
) -> Response {
    for index in mailbox.due(now_ms) {
        mailbox.reveal(index);
    }
    if !operation.scopes.allow(token) {
        return error::insufficient_scopes().response();
    }
    let mut call = Call {
        mailbox,
        token,
        query: Parameters::of_query(request),
        body: json_body(request),
        now_ms,
    };
    let outcome = dispatch(&mut call, operation, path);
    match outcome {
        Ok(Some(body)) => match call.query.get("fields") {
            "" | "*" => json(200, &body),
            fields => match fields::select(&body, fields) {
                Some(selected) => json(200, &selected),
                None => error::invalid_argument(&format!("Invalid field selection {fields}")).response(),
            },
        },
        Ok(None) => crate::answer::empty(204),
        Err(error) => error.response(),
    }
}

fn dispatch(call: &mut Call<'_>, operation: Operation, path: &[&str]) -> Outcome {
    match (operation.name, path) {
        ("gmail.getProfile", _) => Ok(Some(resource::profile(call.mailbox))),
        ("gmail.labels.list", _) => Ok(Some(labels::list(call.mailbox))),
        ("gmail.labels.create", _) => labels::create(call),
        ("gmail.labels.get", [_, id]) => labels::get(call.mailbox, id),
        ("gmail.messages.list", _) => messages::list(call),
        ("gmail.messages.get", [_, id]) => messages::get(call, id),
        ("gmail.messages.attachments.get", [_, id, _, attachment]) => {
            messages::attachment(call, id, attachment)
        }
        ("gmail.threads.list", _) => threads::list(call),
        ("gmail.threads.get", [_, id]) => threads::get(call, id),
        ("gmail.history.list", _) => history::list(call),
        ("gmail.messages.modify", [_, id, _]) => modify::message(call, id),
        ("gmail.messages.trash", [_, id, _]) => modify::trash(call, id, true),
        ("gmail.messages.untrash", [_, id, _]) => modify::trash(call, id, false),
        ("gmail.messages.delete", [_, id]) => modify::delete(call, id),
        ("gmail.messages.batchModify", _) => modify::batch(call),
        ("gmail.messages.batchDelete", _) => modify::batch_delete(call),
        ("gmail.threads.modify", [_, id, _]) => threads::modify(call, id),
        ("gmail.threads.trash", [_, id, _]) => threads::trash(call, id, true),
        ("gmail.threads.untrash", [_, id, _]) => threads::trash(call, id, false),
        ("gmail.messages.send", _) => send::send(call),
        ("gmail.drafts.create", _) => drafts::create(call),
        ("gmail.drafts.list", _) => drafts::list(call),
        ("gmail.drafts.send", _) => drafts::send(call),
        ("gmail.drafts.get", [_, id]) => drafts::get(call, id),
        ("gmail.drafts.delete", [_, id]) => drafts::delete(call, id),
        ("gmail.settings.sendAs.list", _) => Ok(Some(resource::send_as_list(call.mailbox))),
        ("gmail.settings.sendAs.get", [_, _, email]) => resource::send_as(call.mailbox, email),
        _ => Err(error::not_found()),
    }
}
