//! A deterministic stand-in for Google and Microsoft.
//!
//! It speaks OAuth, the Gmail API and the mail part of Microsoft Graph as the real services do, over mailboxes that are
//! generated from a seed, and fails on request. The library has no I/O, no clock and no chance of its own: the answer
//! to a request follows from the configuration, the requests before it and the times they came at. The binary
//! `simulator` puts it on a port.
//!
//! ```
//! use email_manager_simulator::{Config, Simulator};
//!
//! let mut simulator = Simulator::new(Config::default());
//! let request = http::Request::get("/control/mailboxes").body(Vec::new())?;
//! let reply = simulator.handle(&request, 1_777_000_000_000);
//! assert_eq!(reply.response.status(), 200);
//! # Ok::<(), http::Error>(())
//! ```
//!
//! Written from the providers' public descriptions alone: nothing is shared with the code that it tests.

mod answer;
mod config;
mod control;
mod dates;
mod fault;
mod generate;
mod gmail;
mod graph;
mod mail;
mod mailbox;
mod oauth;
mod rng;
mod routes;
mod simulator;
mod stand_in;
mod stats;
#[cfg(target_arch = "wasm32")]
mod wasm;

pub use answer::{Request, Response};
pub use config::{Client, Config, MailboxPlan};
pub use generate::Profile;
pub use mailbox::Provider;
pub use simulator::{Reply, Simulator, Ticket};
pub use stand_in::StandIn;
