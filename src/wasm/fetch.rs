//! Requests and answers in the shapes of the Fetch standard (<https://fetch.spec.whatwg.org>).
//!
//! gloo-net carries status and headers. The exchange itself is the host's; the request is built without gloo-net, which
//! appends a `&` to every address that has a query, and the body is read without it, because its conversion panics
//! when something else than an Error is thrown.

use std::any::Any;
use std::rc::Rc;

use gloo_net::http::{Headers, Response as GlooResponse};
use http::header::{HeaderName, HeaderValue};
use http::{Request, Response};
use js_sys::Uint8Array;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{RequestInit, RequestRedirect};

use super::value::{broken, failed, get, settled};
use crate::error::{Error, ErrorCode, Result};
use crate::host::Content;

const CALL: &str = "fetch";

/// `request` as a standard `Request` that follows no redirect.
pub(super) fn to_js(request: Request<Vec<u8>>) -> Result<web_sys::Request> {
    let (parts, body) = request.into_parts();
    let unsendable = || Error::new(ErrorCode::Internal, "a request could not be built");
    let headers = Headers::new();
    for (name, value) in &parts.headers {
        headers.append(name.as_str(), value.to_str().map_err(|_| unsendable())?);
    }
    let init = RequestInit::new();
    init.set_method(parts.method.as_str());
    init.set_headers(&headers.into_raw());
    init.set_redirect(RequestRedirect::Manual);
    if !body.is_empty() {
        init.set_body(&Uint8Array::from(body.as_slice()));
    }
    web_sys::Request::new_with_str_and_init(&parts.uri.to_string(), &init).map_err(|_| unsendable())
}

/// What the host's fetch came to.
pub(super) async fn from_js(returned: Result<JsValue, JsValue>) -> Result<Response<Vec<u8>>> {
    read(response(returned).await?).await
}

/// What the host's open came to: only an answer that is no success is read.
pub(super) async fn opened_from_js(returned: Result<JsValue, JsValue>) -> Result<Response<Content>> {
    let raw = response(returned).await?;
    if !raw.ok() {
        return Ok(read(raw).await?.map(Content::Whole));
    }
    Response::builder()
        .status(raw.status())
        .body(Content::Stream(Rc::new(raw)))
        .map_err(|_| broken(CALL, "a status that HTTP doesn't allow"))
}

/// The answer of an open, for the host to hand on.
pub(super) fn stream_to_js(stream: &dyn Any) -> Result<&JsValue> {
    let raw = stream.downcast_ref::<web_sys::Response>();
    raw.map(AsRef::as_ref)
        .ok_or_else(|| Error::new(ErrorCode::Internal, "an answer could not be handed on"))
}

/// The next part of what an open has left to be read.
pub(super) async fn part_from_js(returned: Result<JsValue, JsValue>) -> Result<Vec<u8>> {
    let part = settled(returned, refused).await?;
    let part: Uint8Array = part
        .dyn_into()
        .map_err(|_| broken(CALL, "something else than a Uint8Array"))?;
    Ok(part.to_vec())
}

async fn response(returned: Result<JsValue, JsValue>) -> Result<web_sys::Response> {
    let answer = settled(returned, refused).await?;
    answer
        .dyn_into()
        .map_err(|_| broken(CALL, "something else than a Response"))
}

async fn read(raw: web_sys::Response) -> Result<Response<Vec<u8>>> {
    let body = settled(raw.array_buffer().map(Into::into), refused).await?;
    let body = body
        .dyn_into::<js_sys::ArrayBuffer>()
        .map_err(|_| broken(CALL, "a Response without a body"))?;
    let head = GlooResponse::from(raw);
    let mut response = Response::builder().status(head.status());
    for (name, value) in head.headers().entries() {
        let name = HeaderName::from_bytes(name.as_bytes());
        let value = HeaderValue::from_bytes(value.as_bytes());
        let (Ok(name), Ok(value)) = (name, value) else {
            return Err(broken(CALL, "a header that HTTP doesn't allow"));
        };
        response = response.header(name, value);
    }
    response
        .body(Uint8Array::new(&body).to_vec())
        .map_err(|_| broken(CALL, "a status that HTTP doesn't allow"))
}

fn refused(thrown: JsValue) -> Error {
    let failed = |code| failed(CALL, code, &thrown);
    match get(&thrown, "code").as_string().as_deref() {
        Some("forbidden") => Error::new(
            ErrorCode::Forbidden,
            "the provider's address may not be reached from this server: an administrator verifies the email settings",
        )
        .because(failed(ErrorCode::Forbidden)),
        Some("response_too_large") => failed(ErrorCode::ProviderRejected).too_large(),
        _ => failed(ErrorCode::NetworkFailed),
    }
}
