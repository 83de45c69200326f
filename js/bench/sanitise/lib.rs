//! The sanitiser alone as a module, so that its throughput can be measured beside sanitisers in JavaScript: text in, text
//! out, each crossing the boundary as it does for them.
#![cfg(target_arch = "wasm32")]

use wasm_bindgen::prelude::wasm_bindgen;

/// The HTML of a mail, as it may be shown.
#[wasm_bindgen]
#[must_use]
pub fn sanitise(html: &str) -> String {
    email_manager_sanitize::html(html).html
}
