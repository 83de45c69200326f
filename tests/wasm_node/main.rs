//! The boundary in Node: a host that misbehaves in every way meets a module that answers with errors.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests"
)]
#![cfg(target_arch = "wasm32")]
#![allow(missing_docs)]

mod calls;
mod crossing;
mod failures;

use email_manager::host::{AllowedOrigin, FetchLimits, Filter, Notification, Query};
use email_manager::wasm::{Host, JsHost};
use js_sys::{Function, Object, Promise, Reflect};
use wasm_bindgen::prelude::*;

/// A host whose functions are the given pieces of JavaScript; what is missing is missing.
pub(crate) fn object(functions: &[(&str, &str)]) -> Object {
    let object = Object::new();
    for (name, body) in functions {
        let function = Function::new_with_args("a, b, c", body);
        Reflect::set(&object, &(*name).into(), &function).unwrap();
    }
    object
}

pub(crate) fn host(functions: &[(&str, &str)]) -> JsHost {
    JsHost::new(object(functions).unchecked_into::<Host>())
}

pub(crate) fn get(value: &JsValue, key: &str) -> JsValue {
    Reflect::get(value, &key.into()).unwrap()
}

pub(crate) fn query() -> Query {
    Query::new("mailAccounts", Filter::eq("email", "a@example.com"))
        .sort(&["-id"])
        .limit(5)
}

pub(crate) fn notification() -> Notification {
    Notification {
        key: "k".to_owned(),
        user_id: 1,
        title: "Look: {{name}}".to_owned(),
        content: "Text".to_owned(),
        values: [("name".to_owned(), "a".to_owned())].into(),
        path: "/admin/mail".to_owned(),
    }
}

pub(crate) fn origin() -> AllowedOrigin {
    AllowedOrigin {
        origin: "https://example.com".to_owned(),
        private: true,
    }
}

pub(crate) fn request(method: &str, body: &[u8]) -> http::Request<Vec<u8>> {
    let builder = http::Request::builder()
        .method(method)
        .uri("https://example.com/a?b=c%20d");
    builder
        .header("x-one", "1")
        .header("x-one", "2")
        .body(body.to_vec())
        .unwrap()
}

pub(crate) const LIMITS: FetchLimits = FetchLimits {
    timeout_ms: 1000,
    max_bytes: 1 << 20,
};

/// A promise that is kept after so long.
pub(crate) fn sleep(milliseconds: u32) -> Promise {
    Function::new_with_args("ms", "return new Promise((resolve) => setTimeout(resolve, ms))")
        .call1(&JsValue::UNDEFINED, &milliseconds.into())
        .unwrap()
        .unchecked_into()
}
