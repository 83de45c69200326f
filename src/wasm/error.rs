//! The one map from our errors to JavaScript's.

use js_sys::{Object, Reflect};
use wasm_bindgen::JsValue;

use crate::error::Error;

/// The name by which JavaScript tells our errors from others.
const NAME: &str = "EmailManagerError";

/// `error` as an `EmailManagerError`.
///
/// `message` is the whole chain of causes, for logs; `sentence` is the part for people and the key of its translation.
pub fn to_js(error: &Error) -> JsValue {
    let target = js_sys::Error::new(&error.to_string());
    let code = error.code();
    define(&target, "name", &NAME.into());
    define(&target, "code", &code.as_str().into());
    define(&target, "sentence", &error.message().into());
    define(&target, "retryable", &error.is_retryable().into());
    define(&target, "httpStatus", &code.http_status().into());
    if let Some(field) = error.field() {
        define(&target, "field", &field.into());
    }
    if let Some(seconds) = error.retry_after_seconds() {
        // Seconds beyond 2^53 lose precision, not meaning.
        define(&target, "retryAfterSeconds", &(seconds as f64).into());
    }
    target.into()
}

/// Defines rather than assigns: where the host has frozen `Error.prototype`, an assignment to `name` would fail.
fn define(target: &Object, key: &str, value: &JsValue) {
    let descriptor = Object::new();
    for (attribute, setting) in [
        ("value", value),
        ("writable", &JsValue::TRUE),
        ("configurable", &JsValue::TRUE),
        ("enumerable", &JsValue::TRUE),
    ] {
        // A new object accepts every property.
        let _ = Reflect::set(&descriptor, &attribute.into(), setting);
    }
    let _ = Reflect::define_property(target, &key.into(), &descriptor);
}
