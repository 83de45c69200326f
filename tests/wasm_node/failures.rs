//! A host that fails, or answers with what it should not.

use email_manager::error::ErrorCode;
use email_manager::host::{Batch, Event, Filter, Host as _, LogLevel};
use serde_json::json;
use wasm_bindgen_futures::JsFuture;
use wasm_bindgen_test::wasm_bindgen_test;

use crate::{LIMITS, host, notification, origin, query, request, sleep};

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
        let calls = [
            "find",
            "count",
            "commit",
            "fetch",
            "supervised",
            "people",
            "administrators",
            "notify",
        ];
        let host = host(&calls.map(|call| (call, body)));
        let storage = [
            host.find(query()).await.unwrap_err(),
            host.count("mailAccounts", Filter::all()).await.unwrap_err(),
            host.commit(Batch::new()).await.unwrap_err(),
            host.supervised(1).await.unwrap_err(),
            host.people(vec![1]).await.unwrap_err(),
            host.administrators().await.unwrap_err(),
        ];
        for (error, call) in storage.iter().zip([
            "find",
            "count",
            "commit",
            "supervised",
            "people",
            "administrators",
        ]) {
            assert_eq!(error.code(), ErrorCode::StorageFailed, "{body}");
            assert!(
                error.message().contains(&format!("host's {call} failed")),
                "{error}"
            );
        }
        let error = host.fetch(request("GET", b""), LIMITS).await.unwrap_err();
        assert_eq!(error.code(), ErrorCode::NetworkFailed, "{body}");
        let error = host.notify(notification()).await.unwrap_err();
        assert_eq!(error.code(), ErrorCode::HostFailed, "{body}");
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
    // Not every host has departments, names or notifications.
    assert_eq!(host.supervised(1).await.unwrap(), Vec::<i64>::new());
    assert_eq!(host.people(vec![1]).await.unwrap(), []);
    assert_eq!(host.administrators().await.unwrap(), Vec::<i64>::new());
    host.notify(notification()).await.unwrap();
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
