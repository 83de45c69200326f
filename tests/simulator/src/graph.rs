//! Mail of Microsoft Graph v1.0. <https://learn.microsoft.com/graph/api/resources/mail-api-overview>

mod attachments;
pub(crate) mod batch;
mod delta;
pub(crate) mod error;
mod filter;
mod folders;
mod ids;
mod messages;
mod resource;
mod search;
mod send;
pub(crate) mod upload;
mod write;

pub(crate) use ids::{conversation_id, find as find_message, folder_id, message_id as id_of};
pub(crate) use resource::categories;

use http::{Method, header};
use serde_json::{Value, json};

use crate::answer::{
    self, Parameters, Request, Response, joined_header, json_body, request_header, set_header,
};
use crate::mailbox::Mailbox;
use crate::oauth::{Token, microsoft};
use error::ApiError;

/// An answer or the error.
type Outcome = Result<Response, ApiError>;

/// Where the API lives on the simulator.
pub(crate) const BASE: &str = "/microsoft/graph/v1.0";

/// What a request asks of the form of its answer (the Prefer header).
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Prefer {
    pub(crate) immutable_ids: bool,
    pub(crate) text_body: bool,
    page_size: Option<usize>,
}

impl Prefer {
    fn of(request: &Request) -> Self {
        let mut prefer = Self::default();
        for preference in joined_header(request, "prefer").split(',') {
            let Some((name, value)) = preference.split_once('=') else {
                continue;
            };
            let value = value.trim().trim_matches('"');
            match name.trim().to_ascii_lowercase().as_str() {
                "idtype" => prefer.immutable_ids = value.eq_ignore_ascii_case("ImmutableId"),
                "outlook.body-content-type" => prefer.text_body = value.eq_ignore_ascii_case("text"),
                "odata.maxpagesize" => prefer.page_size = value.parse().ok(),
                _ => {}
            }
        }
        prefer
    }

    /// What of the preferences was followed, for the answer's Preference-Applied.
    fn applied(self) -> String {
        let mut applied = Vec::new();
        if self.immutable_ids {
            applied.push("IdType=\"ImmutableId\"".to_owned());
        }
        if self.text_body {
            applied.push("outlook.body-content-type=\"text\"".to_owned());
        }
        if let Some(size) = self.page_size {
            applied.push(format!("odata.maxpagesize={size}"));
        }
        applied.join(", ")
    }
}

/// One call: the mailbox, what was asked and how the answer shall look.
pub(crate) struct Call<'a> {
    mailbox: &'a mut Mailbox,
    query: Parameters,
    body: &'a [u8],
    json: Value,
    prefer: Prefer,
    /// `scheme://host` as the client addressed it.
    origin: String,
    /// Path and query below the origin.
    target: String,
    path: String,
    content_type: String,
    now_ms: i64,
}

impl Call<'_> {
    fn page_size(&self, default: usize, most: usize) -> Result<usize, ApiError> {
        let top = match self.query.get("$top") {
            "" => None,
            text => Some(
                text.parse::<usize>()
                    .ok()
                    .filter(|top| (1..=1_000).contains(top))
                    .ok_or_else(|| {
                        error::bad_request(
                            "Invalid value for the query option $top: the value must be between 1 and 1000.",
                        )
                    })?,
            ),
        };
        let size = top.or(self.prefer.page_size).unwrap_or(default).clamp(1, most);
        Ok(self.mailbox.disorder.page_size(size))
    }

    fn context(&self, entity: &str) -> String {
        format!("{}{BASE}/$metadata#{entity}", self.origin)
    }
}

#[derive(Clone, Copy, Debug)]
enum Scopes {
    User,
    Read,
    Write,
    Send,
}

impl Scopes {
    fn allow(self, token: &Token) -> bool {
        let names: &[&str] = match self {
            Self::User => &["User.Read"],
            Self::Read => &["Mail.Read", "Mail.ReadWrite", "Mail.ReadBasic"],
            Self::Write => &["Mail.ReadWrite"],
            Self::Send => &["Mail.Send"],
        };
        token.scopes.iter().any(|scope| {
            let scope = microsoft::short(scope);
            scope == ".default" || names.iter().any(|name| name.eq_ignore_ascii_case(scope))
        })
    }
}

/// A method of the API: its name and the scopes any one of which allows it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Operation {
    pub(crate) name: &'static str,
    scopes: Scopes,
}

/// The method that an address names, below `/me`.
pub(crate) fn operation(method: &Method, path: &[&str]) -> Option<Operation> {
    use Scopes::{Read, Send, User, Write};
    let (name, scopes) = match (method.as_str(), path) {
        ("GET", []) => ("graph.me", User),
        ("GET", ["mailFolders"]) => ("graph.mailFolders.list", Read),
        ("POST", ["mailFolders"]) => ("graph.mailFolders.create", Write),
        ("GET", ["mailFolders", "delta" | "delta()"]) => ("graph.mailFolders.delta", Read),
        ("GET", ["mailFolders", _]) => ("graph.mailFolders.get", Read),
        ("GET", ["mailFolders", _, "childFolders"]) => ("graph.mailFolders.childFolders", Read),
        ("GET", ["mailFolders", _, "messages", "delta" | "delta()"]) => ("graph.messages.delta", Read),
        ("GET", ["messages"] | ["mailFolders", _, "messages"]) => ("graph.messages.list", Read),
        ("GET", ["messages", _] | ["mailFolders", _, "messages", _]) => ("graph.messages.get", Read),
        ("GET", ["messages", _, "$value"]) => ("graph.messages.value", Read),
        ("GET", ["messages", _, "attachments"]) => ("graph.attachments.list", Read),
        ("GET", ["messages", _, "attachments", _]) => ("graph.attachments.get", Read),
        ("GET", ["messages", _, "attachments", _, "$value"]) => ("graph.attachments.value", Read),
        ("DELETE", ["messages", _, "attachments", _]) => ("graph.attachments.delete", Write),
        ("POST", ["messages", _, "attachments", "createUploadSession"]) => {
            ("graph.attachments.createUploadSession", Write)
        }
        ("POST", ["messages", _, "attachments"]) => ("graph.attachments.create", Write),
        ("POST", ["messages"] | ["mailFolders", _, "messages"]) => ("graph.messages.create", Write),
        ("PATCH", ["messages", _]) => ("graph.messages.update", Write),
        ("DELETE", ["messages", _]) => ("graph.messages.delete", Write),
        ("POST", ["messages", _, "permanentDelete"]) => ("graph.messages.permanentDelete", Write),
        ("POST", ["messages", _, "move"]) => ("graph.messages.move", Write),
        ("POST", ["messages", _, "copy"]) => ("graph.messages.copy", Write),
        ("POST", ["messages", _, "createReply"]) => ("graph.messages.createReply", Write),
        ("POST", ["messages", _, "createReplyAll"]) => ("graph.messages.createReplyAll", Write),
        ("POST", ["messages", _, "createForward"]) => ("graph.messages.createForward", Write),
        ("POST", ["messages", _, "send"]) => ("graph.messages.send", Send),
        ("POST", ["sendMail"]) => ("graph.sendMail", Send),
        _ => return None,
    };
    Some(Operation { name, scopes })
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
        send::leave(mailbox, index, now_ms);
    }
    let prefer = Prefer::of(request);
    let host = Some(request_header(request, "host"))
        .filter(|host| !host.is_empty())
        .unwrap_or("localhost");
    // A front that speaks TLS tells so, as proxies do.
    let scheme = Some(request_header(request, "x-forwarded-proto"))
        .filter(|scheme| !scheme.is_empty())
        .unwrap_or("http");
    let mut call = Call {
        mailbox,
        query: Parameters::of_query(request),
        body: request.body(),
        json: json_body(request),
        prefer,
        origin: format!("{scheme}://{host}"),
        target: request
            .uri()
            .path_and_query()
            .map(ToString::to_string)
            .unwrap_or_default(),
        path: request.uri().path().to_owned(),
        content_type: request_header(request, "content-type").to_owned(),
        now_ms,
    };
    let outcome = if operation.scopes.allow(token) {
        dispatch(&mut call, operation, path)
    } else {
        Err(error::access_denied())
    };
    let mut response = outcome.unwrap_or_else(|error| error.response(request, now_ms));
    if response.status().is_success() {
        let applied = prefer.applied();
        if !applied.is_empty() {
            set_header(
                &mut response,
                header::HeaderName::from_static("preference-applied"),
                &applied,
            );
        }
    }
    response
}

fn dispatch(call: &mut Call<'_>, operation: Operation, path: &[&str]) -> Outcome {
    match (operation.name, path) {
        ("graph.me", _) => Ok(reply(200, &resource::user(call))),
        ("graph.mailFolders.list", _) => folders::list(call, None),
        ("graph.mailFolders.create", _) => folders::create(call),
        ("graph.mailFolders.delta", _) => delta::folders(call),
        ("graph.mailFolders.get", [_, id]) => folders::get(call, id),
        ("graph.mailFolders.childFolders", [_, id, _]) => folders::list(call, Some(id)),
        ("graph.messages.delta", [_, id, ..]) => delta::messages(call, id),
        ("graph.messages.list", ["messages"]) => messages::list(call, None),
        ("graph.messages.list", [_, id, _]) => messages::list(call, Some(id)),
        ("graph.messages.get", [.., id]) => messages::get(call, id),
        ("graph.messages.value", [_, id, _]) => messages::value(call, id),
        ("graph.attachments.list", [_, id, _]) => attachments::list(call, id),
        ("graph.attachments.get", [_, id, _, file]) => attachments::get(call, id, file),
        ("graph.attachments.value", [_, id, _, file, _]) => attachments::value(call, id, file),
        ("graph.attachments.delete", [_, id, _, file]) => attachments::delete(call, id, file),
        ("graph.attachments.createUploadSession", [_, id, ..]) => upload::begin(call, id),
        ("graph.attachments.create", [_, id, _]) => attachments::create(call, id),
        ("graph.messages.create", ["messages"]) => write::create(call, None),
        ("graph.messages.create", [_, id, _]) => write::create(call, Some(id)),
        ("graph.messages.update", [_, id]) => write::update(call, id),
        ("graph.messages.delete", [_, id]) | ("graph.messages.permanentDelete", [_, id, _]) => {
            write::delete(call, id)
        }
        ("graph.messages.move", [_, id, _]) => write::relocate(call, id),
        ("graph.messages.copy", [_, id, _]) => write::copy(call, id),
        ("graph.messages.createReply", [_, id, _]) => send::draft_reply(call, id, send::Reply::Sender),
        ("graph.messages.createReplyAll", [_, id, _]) => send::draft_reply(call, id, send::Reply::All),
        ("graph.messages.createForward", [_, id, _]) => send::draft_reply(call, id, send::Reply::Forward),
        ("graph.messages.send", [_, id, _]) => send::send_draft(call, id),
        ("graph.sendMail", _) => send::send_mail(call),
        _ => Err(error::not_found()),
    }
}

fn reply(status: u16, body: &Value) -> Response {
    let kind = "application/json; odata.metadata=minimal; odata.streaming=true; IEEE754Compatible=false; charset=utf-8";
    answer::response(status, kind, body.to_string())
}

/// A page of a collection.
fn page(context: String, value: Vec<Value>, next_link: Option<String>) -> Response {
    counted_page(context, value, next_link, None)
}

fn counted_page(
    context: String,
    value: Vec<Value>,
    next_link: Option<String>,
    count: Option<usize>,
) -> Response {
    let mut body = json!({ "@odata.context": context, "value": value });
    if let (Some(link), Some(members)) = (next_link, body.as_object_mut()) {
        members.insert("@odata.nextLink".to_owned(), json!(link));
    }
    if let (Some(count), Some(members)) = (count, body.as_object_mut()) {
        members.insert("@odata.count".to_owned(), json!(count));
    }
    reply(200, &body)
}
