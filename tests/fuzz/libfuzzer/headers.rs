#![no_main]
#![allow(dead_code, unused_imports, reason = "each binary uses one of the targets")]

#[path = "../targets/mod.rs"]
mod targets;

libfuzzer_sys::fuzz_target!(|input: &[u8]| targets::headers(input));
