//! Fuzzing of everything that reads what a provider, or a page, has sent.
//!
//! A target takes any bytes and panics when something doesn't hold: nothing panics, what comes out is bounded, limits
//! are respected, the sanitiser changes nothing of what it has made and lets nothing through that its policy forbids.
//!
//! In the suite every target gets 20,000 inputs: those of its corpus, changed by a seeded generator, always the same.
//! `INPUTS=1000000 cargo test --test fuzz` makes more, `SEED=…` others. With a nightly compiler and cargo-fuzz the same
//! targets run under libFuzzer, which learns what leads where: `cargo +nightly fuzz run --fuzz-dir tests/fuzz html`.
//!
//! `targets` has the targets, `mutate` makes inputs, `corpus` holds a few inputs a target to begin with; what libFuzzer
//! finds is added there.
#![allow(
    missing_docs,
    unreachable_pub,
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::string_slice,
    clippy::panic,
    reason = "tests"
)]

mod mutate;
mod targets;

use std::panic::{AssertUnwindSafe, catch_unwind};

use mutate::Mutator;

/// How many inputs a target gets.
const INPUTS: usize = 20_000;

fn number(name: &str) -> Option<u64> {
    std::env::var(name).ok()?.parse().ok()
}

/// The inputs to begin with, one a file.
fn corpus(name: &str) -> Vec<Vec<u8>> {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fuzz/corpus/");
    let mut files: Vec<_> = std::fs::read_dir(format!("{folder}{name}"))
        .unwrap()
        .map(|file| file.unwrap().path())
        .collect();
    files.sort();
    files.iter().map(|file| std::fs::read(file).unwrap()).collect()
}

fn fuzz(name: &str, share: usize, target: fn(&[u8])) {
    let count = number("INPUTS").and_then(|count| usize::try_from(count).ok());
    let mut mutator = Mutator::new(number("SEED").unwrap_or(1), corpus(name));
    for number in 0..count.unwrap_or(INPUTS) / share {
        let input = mutator.next();
        if catch_unwind(AssertUnwindSafe(|| target(&input))).is_err() {
            panic!("input {number} of {name}: {:?}", String::from_utf8_lossy(&input));
        }
    }
}

#[test]
fn answers_of_gmail() {
    fuzz("gmail", 1, targets::gmail);
}

#[test]
fn answers_of_graph() {
    fuzz("graph", 1, targets::graph);
}

#[test]
fn header_fields_of_mails() {
    fuzz("mime", 1, targets::mime);
}

#[test]
fn the_html_of_mails() {
    fuzz("html", 1, targets::html);
}

#[test]
fn the_styles_of_mails() {
    fuzz("css", 1, targets::css);
}

#[test]
fn filters_of_pages() {
    fuzz("filter", 1, targets::filter);
}

/// Each is answered to several calls of both providers: fewer of them, and so below.
#[test]
fn lists_of_ids_and_what_is_found() {
    fuzz("lists", 5, targets::lists);
}

#[test]
fn answers_to_changes() {
    fuzz("changes", 5, targets::changes);
}

#[test]
fn answers_to_sending() {
    fuzz("sending", 5, targets::sending);
}

#[test]
fn fields_of_an_answers_head() {
    fuzz("headers", 2, targets::headers);
}

/// Each takes three authorisations.
#[test]
fn answers_of_the_token_endpoint() {
    fuzz("token", 20, targets::token);
}

/// Each takes a whole authorisation: fewer of them.
#[test]
fn id_tokens() {
    fuzz("id_token", 10, targets::id_token);
}
