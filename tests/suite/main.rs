//! The whole plugin, driven as its host drives it, against the simulated providers: one binary, because linking one for
//! each topic takes longer than running them.
#![cfg(not(target_arch = "wasm32"))]
#![allow(missing_docs, reason = "tests")]

mod alerts;
mod attacks_actions;
mod attacks_oauth;
mod attacks_state;
mod attacks_tokens;
mod audit;
mod authorization;
mod bad_input;
mod brake;
mod completeness;
mod contract;
mod conversations;
mod departments;
mod dry_run;
mod exclusions;
mod faults;
mod frugality;
mod guide;
mod key_rotation;
mod labels;
mod linking;
mod linking_right;
mod many;
mod moved;
mod nodes;
mod organise;
mod outgoing;
mod outgoing_faults;
mod recovery;
mod runs;
mod search;
mod secret_alerts;
mod sending;
mod sentences;
mod settings;
mod sync;
mod trial;
mod verification;

#[path = "../support/mod.rs"]
mod support;
