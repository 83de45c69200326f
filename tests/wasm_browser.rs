//! The same module in a browser: it loads, describes itself, and makes the round trip through a host.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests"
)]
#![cfg(target_arch = "wasm32")]
#![allow(missing_docs)]

use email_manager::host::{FetchLimits, Filter, Host as _, Query};
use email_manager::wasm::{JsHost, manifest, promise};
use js_sys::{Function, Object, Reflect};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;
use wasm_bindgen_test::{wasm_bindgen_test, wasm_bindgen_test_configure};

wasm_bindgen_test_configure!(run_in_browser);

fn host(functions: &[(&str, &str)]) -> JsHost {
    let object = Object::new();
    for (name, body) in functions {
        Reflect::set(&object, &(*name).into(), &Function::new_with_args("a, b", body)).unwrap();
    }
    JsHost::new(object.unchecked_into())
}

#[wasm_bindgen_test]
fn the_manifest_is_a_plain_object() {
    let manifest = manifest().unwrap();
    assert_eq!(Reflect::get(&manifest, &"snippet".into()).unwrap(), "pm.mail");
    let text = js_sys::JSON::stringify(&manifest).unwrap().as_string().unwrap();
    let parsed: serde_json::Value = serde_json::from_str(&text).unwrap();
    let collections = parsed["collections"].as_array().unwrap();
    assert!(collections.iter().any(|each| each["name"] == "mailMessages"));
}

#[wasm_bindgen_test]
async fn a_request_goes_out_and_its_answer_comes_back() {
    let host = host(&[
        (
            "find",
            "return Promise.resolve([{ id: 1, filter: JSON.stringify(a.filter) }])",
        ),
        (
            "fetch",
            "return a.text().then((body) => new Response(`${a.method} ${a.url} ${body}`, { status: 201 }))",
        ),
    ]);
    let rows = host
        .find(Query::new("mailAccounts", Filter::eq("id", 1)))
        .await
        .unwrap();
    assert_eq!(rows[0]["filter"], r#"{"id":{"$eq":1}}"#);
    let request = http::Request::post("https://example.com/token")
        .body(b"code=1".to_vec())
        .unwrap();
    let limits = FetchLimits {
        timeout_ms: 1000,
        max_bytes: 1000,
    };
    let response = host.fetch(request, limits).await.unwrap();
    assert_eq!(response.status(), 201);
    assert_eq!(response.body(), b"POST https://example.com/token code=1");
}

#[wasm_bindgen_test]
async fn a_panic_is_a_rejection_here_too() {
    let error = JsFuture::from(promise(async { panic!("private words") }))
        .await
        .unwrap_err();
    assert_eq!(Reflect::get(&error, &"code".into()).unwrap(), "internal");
}
