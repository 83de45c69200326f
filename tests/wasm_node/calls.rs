//! Errors, panics and freed objects, as callers of the module meet them.

use std::future::pending;

use email_manager::error::{Error, ErrorCode};
use email_manager::host::Host as _;
use email_manager::wasm::{EmailManager, promise, to_js};
use js_sys::Promise;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;
use wasm_bindgen_test::wasm_bindgen_test;

use crate::{get, host, object, query, sleep};

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

/// Each would leave its frames on the stack, and after some there would be none left for anybody.
#[wasm_bindgen_test]
async fn any_number_of_panics_leaves_room_for_the_next_call() {
    for _ in 0..300 {
        let failed = promise(async {
            let frame = std::hint::black_box([0_u8; 16_384]);
            panic!("{}", frame.len());
        });
        let error = JsFuture::from(failed).await.unwrap_err();
        assert_eq!(get(&error, "code"), "internal");
    }
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
        lines.contains("error: ") && lines.contains("panicked at") && lines.contains("calls.rs"),
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
