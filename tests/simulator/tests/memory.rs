//! A large mailbox stays small: bodies are not held. Alone in its file, so that the process holds nothing else.
#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "test code")]

mod common;

use common::Client;

/// Kilobytes the process has in memory.
fn resident() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find(|line| line.starts_with("VmRSS:")).unwrap();
    line.split_whitespace().nth(1).unwrap().parse().unwrap()
}

#[test]
fn hundred_thousand_messages_a_mailbox_fit_into_a_few_megabytes() {
    let before = resident();
    let mut client = Client::gmail(100_000);
    // Two mailboxes: 200,000 messages.
    let profile = client.get("/google/gmail/v1/users/me/profile");
    assert_eq!(profile["messagesTotal"], 100_000);
    let grown = resident().saturating_sub(before);
    assert!(grown < 40_000, "{grown} KB");
    let listed = client.pages(
        "/google/gmail/v1/users/me/messages?maxResults=500&includeSpamTrash=true",
        "messages",
    );
    assert_eq!(listed.len(), 100_000);
}
