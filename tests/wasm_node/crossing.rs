//! What crosses arrives as it is, in both directions.

use email_manager::error::ErrorCode;
use email_manager::host::{Batch, CommitOutcome, Event, Filter, Host as _, Person, row};
use email_manager::wasm::JsHost;
use js_sys::Function;
use serde_json::json;
use wasm_bindgen::prelude::*;
use wasm_bindgen_test::wasm_bindgen_test;

use crate::{LIMITS, get, host, notification, object, origin, query, request};

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
        (
            "supervised",
            "return Promise.resolve([a, '9007199254740991'].map(Number))",
        ),
        (
            "people",
            "return Promise.resolve(a.map((id) => ({ id: String(id), nickname: 'Ü' })))",
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
    assert_eq!(host.supervised(7).await.unwrap(), [7, 9_007_199_254_740_991]);
    let nickname = "Ü".to_owned();
    assert_eq!(host.people(vec![3]).await.unwrap(), [Person { id: 3, nickname }]);
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
        ("notify", "this.notification = JSON.stringify(a)"),
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
    host.notify(notification()).await.unwrap();
    let text = |key| get(&object, key).as_string().unwrap();
    let parsed = |key| serde_json::from_str::<serde_json::Value>(&text(key)).unwrap();
    assert_eq!(
        parsed("query"),
        json!({"collection": "mailAccounts", "filter": {"email": {"$eq": "a@example.com"}}, "fields": [],
            "sort": ["-id"], "limit": 5, "offset": 0, "after": null, "distinct": [], "counted": null})
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
    assert_eq!(
        parsed("notification"),
        json!({"key": "k", "userId": 1, "title": "Look: {{name}}", "content": "Text", "values": {"name": "a"}, "path": "/admin/mail"})
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
        assert_eq!(error.is_too_large(), code == "response_too_large");
    }
}
