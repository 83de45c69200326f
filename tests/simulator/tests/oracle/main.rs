//! Answers against the providers' own machine-readable descriptions: Google's discovery document and the metadata of
//! Microsoft Graph, read from the folder that `EMAIL_MANAGER_ORACLE` names. Without it the check says that it did not run.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "test code"
)]

#[path = "../common/mod.rs"]
mod common;
mod gmail;
mod graph;

use std::path::PathBuf;

/// A description's text, if there is a folder of them.
fn oracle(file: &str) -> Option<String> {
    let Ok(folder) = std::env::var("EMAIL_MANAGER_ORACLE") else {
        eprintln!("oracle check not run: EMAIL_MANAGER_ORACLE is not set");
        return None;
    };
    let path = PathBuf::from(folder).join(file);
    Some(std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display())))
}
