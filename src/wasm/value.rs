//! Values across the boundary. Whatever shape the host sends, the answer is a value or an error, never a trap.

use js_sys::{Function, Promise, Reflect};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;

use crate::error::{Error, ErrorCode, Result};
use crate::json;

/// How much of a host's own words an error repeats.
const DESCRIPTION_LENGTH: usize = 300;

thread_local! {
    static IGNORE: Function = Closure::<dyn Fn()>::new(|| {}).into_js_value().unchecked_into();
}

#[wasm_bindgen]
extern "C" {
    /// A promise whose handlers may be any functions.
    #[wasm_bindgen(extends = Promise)]
    pub(super) type Chain;

    #[wasm_bindgen(method)]
    pub(super) fn then(this: &Chain, run: &Function) -> Chain;

    #[wasm_bindgen(method)]
    pub(super) fn catch(this: &Chain, run: &Function) -> Chain;

    /// `Promise.resolve`, which runs the host's code when the value is a thenable: it can throw.
    #[wasm_bindgen(js_namespace = Promise, js_name = resolve, catch)]
    pub(super) fn resolved(value: &JsValue) -> Result<Chain, JsValue>;

    /// `JSON.stringify`, which answers undefined for what has no JSON.
    #[wasm_bindgen(js_namespace = JSON, js_name = stringify, catch)]
    fn stringify(value: &JsValue) -> Result<JsValue, JsValue>;
}

/// `value` as plain objects and arrays.
pub(super) fn to_js(value: &impl Serialize) -> Result<JsValue> {
    value
        .serialize(&serde_wasm_bindgen::Serializer::json_compatible())
        .map_err(|error| {
            Error::new(
                ErrorCode::Internal,
                format!(
                    "a value could not be handed to the host: {}",
                    describe(&error.into())
                ),
            )
        })
}

/// Reads what the host sent in its call or its answer to `call` as a `T`.
pub(super) fn from_host<T: DeserializeOwned>(call: &str, value: &JsValue) -> Result<T> {
    json::read(parsed(call, value)?).map_err(|mismatch| broken(call, &mismatch.to_string()))
}

/// What the host sent in its call or its answer to `call`.
///
/// One JSON text is read several times faster than thousands of properties one by one; a Date arrives as its ISO
/// string, a BigInt is refused.
pub(super) fn parsed(call: &str, value: &JsValue) -> Result<Value> {
    let text = stringify(value).map_err(|thrown| broken(call, &describe(&thrown)))?;
    let text = text
        .as_string()
        .ok_or_else(|| broken(call, "nothing that JSON can express"))?;
    serde_json::from_slice(text.as_bytes())
        .map_err(|error| broken(call, &format!("no JSON, at column {}", error.column())))
}

/// Awaits what the host returned, a promise or not; what it throws and what it rejects with are the same `failure`.
pub(super) async fn settled(
    returned: Result<JsValue, JsValue>,
    failure: impl Fn(JsValue) -> Error,
) -> Result<JsValue> {
    let chain = returned.and_then(|value| resolved(&value)).map_err(&failure)?;
    JsFuture::from(Promise::from(chain)).await.map_err(failure)
}

/// What a call returned that answers at once. A promise is no answer, and left alone its rejection would end a Node
/// process.
pub(super) fn immediate(returned: Result<JsValue, JsValue>) -> Result<JsValue, JsValue> {
    let value = returned?;
    if value.is_instance_of::<Promise>() {
        let _: Chain = resolved(&value)?.catch(&IGNORE.with(Clone::clone));
        return Ok(JsValue::UNDEFINED);
    }
    Ok(value)
}

/// The error of a call that the host refused with `thrown`.
pub(super) fn failed(call: &str, code: ErrorCode, thrown: &JsValue) -> Error {
    Error::new(code, format!("the host's {call} failed: {}", describe(thrown)))
}

/// The error of a host that breaks the contract.
pub(super) fn broken(call: &str, what: &str) -> Error {
    Error::new(ErrorCode::HostFailed, format!("the host's {call} gave {what}"))
}

/// The own property `key` of whatever `value` is; undefined where reading it fails.
pub(super) fn get(value: &JsValue, key: &str) -> JsValue {
    if value.is_object() || value.is_function() {
        Reflect::get(value, &key.into()).unwrap_or(JsValue::UNDEFINED)
    } else {
        JsValue::UNDEFINED
    }
}

/// Sets a property of an object of ours.
pub(super) fn set(target: &JsValue, key: &str, value: &JsValue) -> Result<()> {
    Reflect::set(target, &key.into(), value)
        .map(drop)
        .map_err(|_| Error::new(ErrorCode::Internal, "an answer could not be built"))
}

fn describe(thrown: &JsValue) -> String {
    let text = get(thrown, "message").as_string().or_else(|| thrown.as_string());
    match text {
        Some(text) => text.chars().take(DESCRIPTION_LENGTH).collect(),
        None => "no reason was given".to_owned(),
    }
}
