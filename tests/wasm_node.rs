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

use std::future::pending;

use email_manager::error::{Error, ErrorCode};
use email_manager::host::{
    AllowedOrigin, Batch, CommitOutcome, Event, FetchLimits, Filter, Host as _, LogLevel, Query, row,
};
use email_manager::wasm::{EmailManager, Host, JsHost, promise, to_js};
use js_sys::{Function, Object, Promise, Reflect};
use serde_json::json;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;
use wasm_bindgen_test::wasm_bindgen_test;

/// A host whose functions are the given pieces of JavaScript; what is missing is missing.
fn object(functions: &[(&str, &str)]) -> Object {
    let object = Object::new();
    for (name, body) in functions {
        let function = Function::new_with_args("a, b, c", body);
        Reflect::set(&object, &(*name).into(), &function).unwrap();
    }
    object
}

fn host(functions: &[(&str, &str)]) -> JsHost {
    JsHost::new(object(functions).unchecked_into::<Host>())
}

fn get(value: &JsValue, key: &str) -> JsValue {
    Reflect::get(value, &key.into()).unwrap()
}

fn query() -> Query {
    Query::new("mailAccounts", Filter::eq("email", "a@example.com"))
        .sort(&["-id"])
        .limit(5)
}

fn origin() -> AllowedOrigin {
    AllowedOrigin {
        origin: "https://example.com".to_owned(),
        private: true,
    }
}

fn request(method: &str, body: &[u8]) -> http::Request<Vec<u8>> {
    let builder = http::Request::builder()
        .method(method)
        .uri("https://example.com/a?b=c%20d");
    builder
        .header("x-one", "1")
        .header("x-one", "2")
        .body(body.to_vec())
        .unwrap()
}

const LIMITS: FetchLimits = FetchLimits {
    timeout_ms: 1000,
    max_bytes: 1 << 20,
};

/// Ways to fail, each a function body.
const FAILURES: [&str; 9] = [
    "throw new Error('why')",
    "throw 'why'",
    "throw undefined",
    "return Promise.reject(new TypeError('why'))",
    "return Promise.reject('why')",
    "return Promise.reject(null)",
    "return { then() { throw 7 } }",
    "return { get then() { throw new Error('why') } }",
    "throw { get message() { throw 1 } }",
];

#[wasm_bindgen_test]
async fn every_failure_of_a_call_is_an_error_that_names_it() {
    for body in FAILURES {
        let host = host(&[("find", body), ("count", body), ("commit", body), ("fetch", body)]);
        let storage = [
            host.find(query()).await.unwrap_err(),
            host.count("mailAccounts", Filter::all()).await.unwrap_err(),
            host.commit(Batch::new()).await.unwrap_err(),
        ];
        for (error, call) in storage.iter().zip(["find", "count", "commit"]) {
            assert_eq!(error.code(), ErrorCode::StorageFailed, "{body}");
            assert!(
                error.message().contains(&format!("host's {call} failed")),
                "{error}"
            );
        }
        let error = host.fetch(request("GET", b""), LIMITS).await.unwrap_err();
        assert_eq!(error.code(), ErrorCode::NetworkFailed, "{body}");
    }
}

#[wasm_bindgen_test]
async fn a_host_without_functions_is_an_error() {
    let host = host(&[]);
    assert_eq!(
        host.find(query()).await.unwrap_err().code(),
        ErrorCode::StorageFailed
    );
    assert_eq!(host.application_key().unwrap_err().code(), ErrorCode::HostFailed);
    assert_eq!(
        host.random(&mut [0; 4]).unwrap_err().code(),
        ErrorCode::HostFailed
    );
    assert!(host.now().timestamp() > 1_700_000_000);
    assert_eq!(host.environment("HOME"), None);
    assert_eq!(host.decode_text("utf-8", b"a"), None);
    host.allow_origins(vec![origin()]);
    host.log(LogLevel::Info, "nobody hears");
    host.emit(Event {
        kind: "mail:sync",
        user_id: 1,
        payload: json!({}),
    });
}

/// An unhandled rejection would end the process of the tests.
#[wasm_bindgen_test]
async fn a_promise_where_an_answer_is_due_is_no_answer_and_no_danger() {
    let body = "return Promise.reject('why')";
    let names = [
        "now",
        "random",
        "applicationKey",
        "environment",
        "decodeText",
        "emit",
        "log",
        "allowOrigins",
    ];
    let host = host(&names.map(|name| (name, body)));
    assert!(host.now().timestamp() > 1_700_000_000);
    assert_eq!(
        host.random(&mut [0; 4]).unwrap_err().code(),
        ErrorCode::HostFailed
    );
    assert_eq!(host.application_key().unwrap_err().code(), ErrorCode::HostFailed);
    assert_eq!(host.environment("HOME"), None);
    assert_eq!(host.decode_text("utf-8", b"a"), None);
    host.allow_origins(Vec::new());
    host.log(LogLevel::Info, "nobody hears");
    host.emit(Event {
        kind: "mail:sync",
        user_id: 1,
        payload: json!({}),
    });
    JsFuture::from(sleep(5)).await.unwrap();
}

#[wasm_bindgen_test]
async fn wrong_shapes_of_answers_are_refused() {
    let shapes = [
        "return undefined",
        "return null",
        "return 5",
        "return 'rows'",
        "return true",
        "return {}",
        "return [1]",
        "return [null]",
        "return [[]]",
        "return [{ id: 1n }]",
        "return Symbol.iterator",
        "return () => 1",
        "const list = []; list.push(list); return list",
        "return [{ toJSON() { throw 1 } }]",
    ];
    for body in shapes {
        let error = host(&[("find", body)]).find(query()).await.unwrap_err();
        assert_eq!(error.code(), ErrorCode::HostFailed, "find: {body}");
        assert!(error.message().contains("host's find"), "{error}");
    }
    for body in [
        "return",
        "return -1",
        "return 1.5",
        "return NaN",
        "return '3'",
        "return 1n",
        "return {}",
    ] {
        let error = host(&[("count", body)])
            .count("mailAccounts", Filter::all())
            .await
            .unwrap_err();
        assert_eq!(error.code(), ErrorCode::HostFailed, "count: {body}");
    }
    for body in [
        "return",
        "return 1",
        "return 'true'",
        "return {}",
        "return new Boolean(true)",
    ] {
        let error = host(&[("commit", body)]).commit(Batch::new()).await.unwrap_err();
        assert_eq!(error.code(), ErrorCode::HostFailed, "commit: {body}");
    }
    for body in [
        "return",
        "return 1",
        "return {}",
        "return 'ok'",
        "return { status: 200, arrayBuffer() {} }",
    ] {
        let error = host(&[("fetch", body)])
            .fetch(request("GET", b""), LIMITS)
            .await
            .unwrap_err();
        assert_eq!(error.code(), ErrorCode::HostFailed, "fetch: {body}");
    }
    for body in [
        "return",
        "return [1, 2, 3, 4]",
        "return new Uint8Array(3)",
        "return new Uint16Array(4)",
    ] {
        let error = host(&[("random", body)]).random(&mut [0; 4]).unwrap_err();
        assert_eq!(error.code(), ErrorCode::HostFailed, "random: {body}");
    }
    for body in ["return", "return 'key'", "return new Uint8Array()", "throw 1"] {
        let error = host(&[("applicationKey", body)]).application_key().unwrap_err();
        assert_eq!(error.code(), ErrorCode::HostFailed, "applicationKey: {body}");
    }
    for body in [
        "return NaN",
        "return Infinity",
        "return 'now'",
        "return 1n",
        "throw 1",
        "return",
    ] {
        let _ = host(&[("now", body)]).now();
    }
}

#[wasm_bindgen_test]
async fn what_a_host_answers_arrives_as_it_is() {
    let host = host(&[
        (
            "find",
            "return [{ id: 9007199254740991, date: new Date(0), text: 'ü😀\\0', none: null, gone: undefined, list: [1.5, true] }]",
        ),
        ("count", "return Promise.resolve(3)"),
        ("commit", "return Promise.resolve(a.length === 0)"),
        ("now", "return 1772366400123"),
        ("random", "return new Uint8Array(a).fill(7)"),
        ("environment", "return a === 'SET' ? 'value' : null"),
        (
            "decodeText",
            "return a === 'latin1' ? String.fromCharCode(...b) : null",
        ),
    ]);
    let rows = host.find(query()).await.unwrap();
    let expected = json!([{
        "id": 9_007_199_254_740_991_i64, "date": "1970-01-01T00:00:00.000Z", "text": "ü😀\0", "none": null,
        "list": [1.5, true],
    }]);
    assert_eq!(json!(rows), expected);
    assert_eq!(host.count("mailAccounts", Filter::all()).await.unwrap(), 3);
    assert_eq!(host.commit(Batch::new()).await.unwrap(), CommitOutcome::Committed);
    let batch = Batch::new().delete("mailAccounts", Filter::all());
    assert_eq!(host.commit(batch).await.unwrap(), CommitOutcome::Conflict);
    assert_eq!(host.now().timestamp_millis(), 1_772_366_400_123);
    let mut buffer = [0; 3];
    host.random(&mut buffer).unwrap();
    assert_eq!(buffer, [7, 7, 7]);
    assert_eq!(host.environment("SET").as_deref(), Some("value"));
    assert_eq!(host.environment("UNSET"), None);
    assert_eq!(host.decode_text("latin1", &[0xe9]).as_deref(), Some("é"));
    assert_eq!(host.decode_text("nonsense", &[0xe9]), None);
}

#[wasm_bindgen_test]
async fn what_a_host_receives_is_plain_json() {
    let object = object(&[
        ("find", "this.query = JSON.stringify(a); return []"),
        (
            "commit",
            "const rows = [...a[0].rows].map((chunk) => JSON.parse(new TextDecoder().decode(chunk))); \
             this.kept = a[0].rows; this.batch = JSON.stringify([{ ...a[0], rows }, a[1]]); return true",
        ),
        ("emit", "this.event = JSON.stringify(a)"),
        ("allowOrigins", "this.origins = JSON.stringify(a)"),
    ]);
    let host = JsHost::new(object.clone().unchecked_into());
    host.find(query()).await.unwrap();
    let batch = Batch::new()
        .upsert(
            "mailAccounts",
            &["email"],
            vec![
                row([("email", json!("dropped")), ("config", json!(0))]),
                row([("email", json!("a\0b")), ("config", json!({"x": null}))]),
                row([("email", json!("dropped")), ("config", json!(1))]),
            ],
        )
        .swap("mailAccounts", Filter::eq("id", 1), row([("email", json!("b"))]));
    assert_eq!(host.commit(batch).await.unwrap(), CommitOutcome::Committed);
    host.emit(Event {
        kind: "mail:sync",
        user_id: 1,
        payload: json!({"accountId": 2}),
    });
    host.allow_origins(vec![origin()]);
    let text = |key| get(&object, key).as_string().unwrap();
    let parsed = |key| serde_json::from_str::<serde_json::Value>(&text(key)).unwrap();
    assert_eq!(
        parsed("query"),
        json!({"collection": "mailAccounts", "filter": {"email": {"$eq": "a@example.com"}}, "fields": [],
            "sort": ["-id"], "limit": 5, "offset": 0})
    );
    assert_eq!(
        parsed("batch"),
        json!([
            {"kind": "upsert", "collection": "mailAccounts", "key": ["email"], "columns": ["config", "email"],
                "rows": [[{"email": "a\u{FFFD}b", "config": {"x": null}}, {"email": "dropped", "config": 1}]]},
            {"kind": "update", "collection": "mailAccounts", "filter": {"id": {"$eq": 1}}, "values": {"email": "b"}, "expect": 1},
        ])
    );
    let next: Function = get(&get(&object, "kept"), "next").unchecked_into();
    assert!(
        next.call0(&JsValue::NULL).is_err(),
        "rows can be read until the commit has ended"
    );
    assert_eq!(
        parsed("event"),
        json!({"type": "mail:sync", "userId": 1, "payload": {"accountId": 2}})
    );
    assert_eq!(
        parsed("origins"),
        json!([{"origin": "https://example.com", "private": true}])
    );
}

#[wasm_bindgen_test]
async fn a_request_and_its_answer_cross_whole() {
    let echo = "const [url, one] = [a.url, a.headers.get('x-one')];
        return a.arrayBuffer().then((body) => new Response(
            [a.method, url, one, a.redirect, b.timeoutMs, b.maxBytes, ...new Uint8Array(body)].join(' '),
            { status: 503, headers: [['Retry-After', '7'], ['x-two', 'a'], ['x-two', 'b']] }))";
    let response = host(&[("fetch", echo)])
        .fetch(request("POST", &[0, 255]), LIMITS)
        .await
        .unwrap();
    assert_eq!(response.status(), 503);
    assert_eq!(response.headers()["retry-after"], "7");
    assert_eq!(response.headers()["x-two"], "a, b");
    let body = String::from_utf8(response.into_body()).unwrap();
    assert_eq!(
        body,
        "POST https://example.com/a?b=c%20d 1, 2 manual 1000 1048576 0 255"
    );

    let empty = host(&[("fetch", "return new Response(null, { status: 204 })")]);
    let response = empty.fetch(request("DELETE", b""), LIMITS).await.unwrap();
    assert_eq!((response.status().as_u16(), response.body().len()), (204, 0));
}

#[wasm_bindgen_test]
async fn a_body_that_breaks_is_an_error() {
    let bodies = [
        "return new Response(new ReadableStream({ start(c) { c.error('text') } }))",
        "return new Response(new ReadableStream({ start(c) { c.error(new Error('why')) } }))",
        "const r = new Response('a'); return r.text().then(() => r)",
    ];
    for body in bodies {
        let error = host(&[("fetch", body)])
            .fetch(request("GET", b""), LIMITS)
            .await
            .unwrap_err();
        assert_eq!(error.code(), ErrorCode::NetworkFailed, "{body}");
    }
}

#[wasm_bindgen_test]
async fn the_code_of_a_refused_fetch_is_kept() {
    let cases = [
        ("forbidden", ErrorCode::Forbidden),
        ("response_too_large", ErrorCode::ProviderRejected),
        ("ECONNRESET", ErrorCode::NetworkFailed),
    ];
    for (code, expected) in cases {
        let body = format!("throw Object.assign(new Error('why'), {{ code: '{code}' }})");
        let error = host(&[("fetch", &body)])
            .fetch(request("GET", b""), LIMITS)
            .await
            .unwrap_err();
        assert_eq!(error.code(), expected);
    }
}

#[wasm_bindgen_test]
fn every_code_crosses_as_itself() {
    for code in ErrorCode::ALL {
        let cause = Error::new(ErrorCode::NetworkFailed, "the cause");
        let error = Error::new(code, "the sentence")
            .because(cause)
            .about("email")
            .retry_after(Some(7));
        let crossed = to_js(&error);
        assert!(crossed.is_instance_of::<js_sys::Error>());
        assert_eq!(get(&crossed, "name"), "EmailManagerError");
        assert_eq!(get(&crossed, "code"), code.as_str());
        assert_eq!(get(&crossed, "message"), "the sentence: the cause");
        assert_eq!(get(&crossed, "sentence"), "the sentence");
        assert_eq!(get(&crossed, "field"), "email");
        assert_eq!(get(&crossed, "retryable"), error.is_retryable());
        assert_eq!(get(&crossed, "httpStatus"), f64::from(code.http_status()));
        assert_eq!(get(&crossed, "retryAfterSeconds"), 7.0);
    }
    let plain = to_js(&Error::new(ErrorCode::Internal, "the sentence"));
    assert!(get(&plain, "field").is_undefined() && get(&plain, "retryAfterSeconds").is_undefined());
}

#[wasm_bindgen_test]
async fn a_panic_rejects_its_own_call_and_no_other() {
    let waiting = promise(async {
        JsFuture::from(sleep(30)).await.unwrap();
        Ok(JsValue::from("survived"))
    });
    for delay in [None, Some(1)] {
        let failed = promise(async move {
            if let Some(delay) = delay {
                JsFuture::from(sleep(delay)).await.unwrap();
            }
            panic!("private words");
        });
        let error = JsFuture::from(failed).await.unwrap_err();
        assert_eq!(get(&error, "code"), "internal");
        assert!(!get(&error, "message").as_string().unwrap().contains("private"));
    }
    assert_eq!(JsFuture::from(waiting).await.unwrap(), "survived");
    let later = promise(async { Ok(JsValue::from(1)) });
    assert_eq!(JsFuture::from(later).await.unwrap(), 1.0);
}

#[wasm_bindgen_test]
async fn a_panic_is_logged_by_its_place_only() {
    let object = object(&[("log", "this.lines = (this.lines ?? '') + a + ': ' + b + '\\n'")]);
    let manager = EmailManager::new(object.clone().unchecked_into());
    let _ = JsFuture::from(manager.run_schedule("nothing".to_owned())).await;
    let failed = promise(async { panic!("private words") });
    JsFuture::from(failed).await.unwrap_err();
    let lines = get(&object, "lines").as_string().unwrap();
    assert!(
        lines.contains("error: ") && lines.contains("panicked at") && lines.contains("wasm_node.rs"),
        "{lines}"
    );
    assert!(!lines.contains("private"), "{lines}");
}

#[wasm_bindgen_test]
async fn a_host_that_never_answers_holds_up_nobody_else() {
    let hanging = host(&[("find", "return new Promise(() => {})")]);
    let never = promise(async move {
        let _ = hanging.find(query()).await;
        pending().await
    });
    let first = Promise::race(&js_sys::Array::of2(&never, &sleep(20)));
    assert!(JsFuture::from(first).await.unwrap().is_undefined());
    assert_eq!(
        JsFuture::from(promise(async { Ok(JsValue::from(2)) }))
            .await
            .unwrap(),
        2.0
    );
}

#[wasm_bindgen_test]
async fn freeing_during_a_call_is_harmless() {
    let body = "return new Promise((resolve) => setTimeout(resolve, 20, 0))";
    let slow = object(&[
        ("count", body),
        ("find", &body.replace(", 0)", ", [])")),
        ("commit", "return true"),
    ]);
    let manager = EmailManager::new(slow.unchecked_into());
    let calls = [manager.enable(), manager.run_schedule("sync".to_owned())];
    drop(manager);
    for call in calls {
        // Whether it succeeds depends on this poor host; that it ends is what counts.
        if let Err(error) = JsFuture::from(call).await {
            assert_eq!(get(&error, "name"), "EmailManagerError");
        }
    }
}

#[wasm_bindgen_test]
async fn a_malformed_request_is_a_rejection() {
    let manager = EmailManager::new(object(&[]).unchecked_into());
    for request in ["undefined", "null", "5", "({})", "({ resource: 1n })", "[]"] {
        let error = JsFuture::from(manager.action(js_sys::eval(request).unwrap()))
            .await
            .unwrap_err();
        assert_eq!(get(&error, "name"), "EmailManagerError");
        assert_eq!(get(&error, "code"), "host_failed", "{request}");
    }
}

fn sleep(milliseconds: u32) -> Promise {
    Function::new_with_args("ms", "return new Promise((resolve) => setTimeout(resolve, ms))")
        .call1(&JsValue::UNDEFINED, &milliseconds.into())
        .unwrap()
        .unchecked_into()
}
