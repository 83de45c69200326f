//! `$batch`: up to 20 requests in one JSON body, each with its own answer; `dependsOn` fails on with 424.
//! <https://learn.microsoft.com/graph/json-batching>

use std::collections::HashMap;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use http::header::HeaderName;
use http::{Method, header};
use serde_json::{Map, Value, json};

use super::BASE;
use super::error::{ApiError, bad_request};
use crate::answer::{Request, Response, json_body, text, texts};

/// Most requests in one batch.
const MOST: usize = 20;

/// One request of a batch.
pub(crate) struct Piece {
    pub(crate) id: String,
    depends_on: Vec<String>,
    pub(crate) request: Request,
}

/// Takes a batch apart. Every request is made by the sender of the whole, at the address of the whole.
pub(crate) fn split(request: &Request) -> Result<Vec<Piece>, ApiError> {
    let body = json_body(request);
    let items = body
        .get("requests")
        .and_then(Value::as_array)
        .ok_or_else(|| bad_request("Invalid batch payload format."))?;
    if items.is_empty() || items.len() > MOST {
        return Err(bad_request(&format!(
            "Number of batch request steps exceeds the maximum value of {MOST}."
        )));
    }
    let mut pieces: Vec<Piece> = Vec::new();
    for item in items {
        let piece = parse(item, request).ok_or_else(|| bad_request("Invalid batch payload format."))?;
        if pieces.iter().any(|other| other.id == piece.id) {
            return Err(bad_request(&format!(
                "Request Id: {} has to be unique in a batch.",
                piece.id
            )));
        }
        pieces.push(piece);
    }
    Ok(pieces)
}

fn parse(item: &Value, outer: &Request) -> Option<Piece> {
    let id = text(item, "id");
    let method = Method::from_bytes(text(item, "method").to_ascii_uppercase().as_bytes()).ok()?;
    let target = format!("{BASE}/{}", text(item, "url").trim_start_matches('/')).replace(' ', "%20");
    let mut builder = http::Request::builder().method(method).uri(target);
    let forwarded = HeaderName::from_static("x-forwarded-proto");
    for name in [header::AUTHORIZATION, header::HOST, forwarded] {
        if let Some(value) = outer.headers().get(&name) {
            builder = builder.header(name, value);
        }
    }
    let mut is_json = true;
    for (name, value) in item
        .get("headers")
        .and_then(Value::as_object)
        .into_iter()
        .flatten()
    {
        let value = value.as_str()?;
        is_json &= !name.eq_ignore_ascii_case("content-type") || value.contains("json");
        builder = builder.header(name, value);
    }
    let body = match item.get("body") {
        None => Vec::new(),
        Some(Value::String(text)) if !is_json => text.clone().into_bytes(),
        Some(body) => body.to_string().into_bytes(),
    };
    let request = builder.body(body).ok()?;
    (!id.is_empty()).then(|| Piece {
        id: id.to_owned(),
        depends_on: texts(item, "dependsOn").into_iter().map(str::to_owned).collect(),
        request,
    })
}

impl Piece {
    /// Whether a request it depends on failed.
    pub(crate) fn is_blocked(&self, statuses: &HashMap<String, u16>) -> bool {
        self.depends_on
            .iter()
            .any(|id| statuses.get(id).is_none_or(|status| *status >= 400))
    }
}

/// The answer of a request whose predecessor failed.
pub(crate) fn failed_dependency() -> ApiError {
    super::error::error(
        424,
        "FailedDependency",
        "The request depends on another one that failed.",
    )
}

/// Puts the answers together.
pub(crate) fn join(answers: &[(String, Response)]) -> Response {
    let responses: Vec<Value> = answers.iter().map(|(id, answer)| item(id, answer)).collect();
    super::reply(200, &json!({ "responses": responses }))
}

fn item(id: &str, answer: &Response) -> Value {
    let mut headers = Map::new();
    for (name, value) in answer.headers() {
        headers.insert(
            canonical(name.as_str()),
            json!(value.to_str().unwrap_or_default()),
        );
    }
    let mut item = json!({ "id": id, "status": answer.status().as_u16(), "headers": headers });
    if let (false, Some(members)) = (answer.body().is_empty(), item.as_object_mut()) {
        // What is no JSON travels as base64.
        let body =
            serde_json::from_slice(answer.body()).unwrap_or_else(|_| json!(STANDARD.encode(answer.body())));
        members.insert("body".to_owned(), body);
    }
    item
}

/// `Retry-After` out of `retry-after`, as the names in batches are written.
fn canonical(name: &str) -> String {
    let capital = |word: &str| {
        let mut letters = word.chars();
        letters
            .next()
            .map(|first| first.to_ascii_uppercase())
            .into_iter()
            .chain(letters)
            .collect::<String>()
    };
    name.split('-').map(capital).collect::<Vec<_>>().join("-")
}
