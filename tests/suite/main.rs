//! The whole plugin, driven as its host drives it, against the simulated providers: one binary, because linking one for
//! each topic takes longer than running them.
#![cfg(not(target_arch = "wasm32"))]
#![allow(missing_docs, reason = "tests")]

mod ahead;
mod alerts;
mod arrivals;
mod attacks_actions;
mod attacks_oauth;
mod attacks_state;
mod attacks_tokens;
mod audit;
mod authorization;
mod bad_input;
mod brake;
mod circles;
mod comparison;
mod completeness;
mod contract;
mod conversations;
mod departments;
mod dry_run;
mod estimates;
mod exclusions;
mod faults;
mod folder_faults;
mod folders;
mod frugality;
mod guide;
mod key_rotation;
mod labels;
mod linking;
mod linking_right;
mod listing;
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
mod slow_provider;
mod start_date;
mod sync;
mod trial;
mod unreadable;
mod verification;

#[path = "../support/mod.rs"]
mod support;
