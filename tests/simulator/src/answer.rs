//! Requests and answers, and small helpers for reading the one and writing the other.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use http::{StatusCode, header};
use serde_json::Value;

/// A request as the HTTP front received it. The Host header tells the address that links must begin with.
pub type Request = http::Request<Vec<u8>>;
/// An answer as the HTTP front sends it.
pub type Response = http::Response<Vec<u8>>;

pub(crate) fn response(status: u16, content_type: &str, body: impl Into<Vec<u8>>) -> Response {
    let mut response = Response::new(body.into());
    *response.status_mut() = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    set_header(&mut response, header::CONTENT_TYPE, content_type);
    response
}

pub(crate) fn json(status: u16, body: &Value) -> Response {
    response(status, "application/json; charset=UTF-8", body.to_string())
}

pub(crate) fn html(status: u16, body: String) -> Response {
    response(status, "text/html; charset=utf-8", body)
}

pub(crate) fn empty(status: u16) -> Response {
    let mut response = Response::new(Vec::new());
    *response.status_mut() = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    response
}

pub(crate) fn redirect(location: &str) -> Response {
    let mut response = empty(302);
    set_header(&mut response, header::LOCATION, location);
    response
}

/// Sets a header field; a value that no header can hold is left out.
pub(crate) fn set_header(response: &mut Response, name: header::HeaderName, value: &str) {
    if let Ok(value) = header::HeaderValue::from_str(value) {
        response.headers_mut().insert(name, value);
    }
}

/// A header field of a request; empty when there is none.
pub(crate) fn request_header<'a>(request: &'a Request, name: &str) -> &'a str {
    request
        .headers()
        .get(name)
        .and_then(|value| value.to_str().ok())
        .unwrap_or_default()
}

/// All values of a header that may come several times, joined.
pub(crate) fn joined_header(request: &Request, name: &str) -> String {
    let values: Vec<&str> = request
        .headers()
        .get_all(name)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .collect();
    values.join(", ")
}

/// The body as JSON; `Value::Null` when it is none.
pub(crate) fn json_body(request: &Request) -> Value {
    serde_json::from_slice(request.body()).unwrap_or(Value::Null)
}

/// Query or form parameters, in order, possibly repeated.
#[derive(Clone, Debug, Default)]
pub(crate) struct Parameters(Vec<(String, String)>);

impl Parameters {
    pub(crate) fn parse(text: &str) -> Self {
        Self(
            url::form_urlencoded::parse(text.as_bytes())
                .into_owned()
                .collect(),
        )
    }

    pub(crate) fn of_query(request: &Request) -> Self {
        Self::parse(request.uri().query().unwrap_or_default())
    }

    pub(crate) fn of_form(request: &Request) -> Self {
        Self(url::form_urlencoded::parse(request.body()).into_owned().collect())
    }

    /// The first value; empty when there is none.
    pub(crate) fn get(&self, name: &str) -> &str {
        self.0
            .iter()
            .find(|(key, _)| key == name)
            .map(|(_, value)| value.as_str())
            .unwrap_or_default()
    }

    pub(crate) fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        self.0
            .iter()
            .filter(move |(key, _)| key == name)
            .map(|(_, value)| value.as_str())
    }

    pub(crate) fn is_true(&self, name: &str) -> bool {
        self.get(name).eq_ignore_ascii_case("true")
    }
}

/// A value hidden in an opaque token.
pub(crate) fn seal(value: &Value) -> String {
    URL_SAFE_NO_PAD.encode(value.to_string())
}

/// The value in an opaque token; `None` when the token was not made here.
pub(crate) fn unseal(token: &str) -> Option<Value> {
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(token).ok()?).ok()
}

/// A string member of a JSON object; empty when there is none.
pub(crate) fn text<'a>(value: &'a Value, name: &str) -> &'a str {
    value.get(name).and_then(Value::as_str).unwrap_or_default()
}

/// String members of an array in a JSON object.
pub(crate) fn texts<'a>(value: &'a Value, name: &str) -> Vec<&'a str> {
    let list = value.get(name).and_then(Value::as_array);
    list.map(|items| items.iter().filter_map(Value::as_str).collect())
        .unwrap_or_default()
}
