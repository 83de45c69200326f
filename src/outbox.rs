//! The outbox: what users want sent, durable from the moment they say so, and sent exactly once.
//!
//! `queued → sending → accepted → confirmed`, and `ambiguous`, `failed`, `cancelled`. What is not queued yet is a
//! [draft](crate::drafts).
//!
//! A mail is prepared as a draft at the provider, and sending consumes that draft. Right before it is sent, that is
//! noted here under the lease: from then on, whatever was cut off, the next step looks at the provider first. A draft
//! that is still there long after the try was not sent, and is sent again; one that is gone was sent, once it is seen
//! among the sent mails; and when it is seen nowhere, the user is asked.
//!
//! A [bulk mail](bulk) is an entry that is never sent itself: it puts one mail after the other into the outbox.

use std::rc::Rc;

use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::compose::Composition;
use crate::error::Result;
use crate::host::{Batch, Event, Host, Row};
use crate::provider::sending::Preparation;
use crate::store;

pub mod bulk;
mod entry;
pub mod files;
mod hurry;
mod lease;
mod manage;
mod queue;
mod record;
mod step;

pub use entry::{list, of_user};
pub use hurry::hurry;
pub use manage::{Resolution, cancel, cancel_scheduled, resolve};
pub(crate) use queue::random;
pub use queue::{Queued, queue};

/// Where a mail is on its way.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum State {
    /// Waiting for its time.
    Queued,
    /// Being prepared and sent.
    Sending,
    /// The provider has taken it.
    Accepted,
    /// It was seen among the sent mails.
    Confirmed,
    /// Whether it was sent can't be told: the user is asked.
    Ambiguous,
    /// It was not sent.
    Failed,
    /// It was taken back.
    Cancelled,
    /// It is a bulk mail, whose mails are sent one by one.
    Bulk,
}

impl State {
    /// The value stored in records.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Queued => "queued",
            Self::Sending => "sending",
            Self::Accepted => "accepted",
            Self::Confirmed => "confirmed",
            Self::Ambiguous => "ambiguous",
            Self::Failed => "failed",
            Self::Cancelled => "cancelled",
            Self::Bulk => "bulk",
        }
    }
}

/// A mail in the outbox.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Entry {
    /// The record's id.
    #[serde(deserialize_with = "store::id_from")]
    pub id: i64,
    /// Whose it is.
    #[serde(deserialize_with = "store::id_from")]
    pub user_id: i64,
    /// The account it is sent from.
    #[serde(deserialize_with = "store::id_from")]
    pub account_id: i64,
    /// Names the page's wish to send it.
    pub key: String,
    /// Where it is.
    pub state: State,
    /// The record of its recipient, where it is one of a bulk mail; of a bulk mail its own. Zero where there is none.
    #[serde(default, deserialize_with = "store::id_or_zero")]
    mass_id: i64,
    /// The mail.
    pub mail: Composition,
    /// Its text, until it is put into the mail.
    #[serde(default, deserialize_with = "store::or_default")]
    html: String,
    /// What the page sent, for editing it again.
    #[serde(default)]
    pub payload: Value,
    /// What marks it at the provider.
    pub mark: String,
    /// When it was composed.
    pub composed_at: DateTime<Utc>,
    /// When it shall be sent, where the user chose a time.
    #[serde(default)]
    pub schedule_send_at: Option<DateTime<Utc>>,
    /// Since when it is being sent, or accepted.
    #[serde(default)]
    pub since: Option<DateTime<Utc>>,
    /// When its next step is due; none while nothing is.
    #[serde(default)]
    pub not_before: Option<DateTime<Utc>>,
    /// How far its draft is.
    #[serde(default, deserialize_with = "store::or_default")]
    pub preparation: Preparation,
    /// When sending was last tried without knowing what came of it.
    #[serde(default)]
    pub tried_at: Option<DateTime<Utc>>,
    /// How many steps in a row have failed.
    #[serde(default, deserialize_with = "store::or_default")]
    pub failures: u32,
    /// How often it was looked for.
    #[serde(default, deserialize_with = "store::or_default")]
    pub looks: u32,
    /// The provider's id, once it was sent.
    #[serde(default)]
    pub mail_id: Option<String>,
    /// The error code behind the state.
    #[serde(default)]
    pub code: Option<String>,
    /// The sentence behind the state.
    #[serde(default)]
    pub reason: Option<String>,
    /// How often its lease was taken.
    #[serde(default, deserialize_with = "store::id_or_zero")]
    pub lease_number: i64,
    /// When whoever works on it has taken or renewed its lease.
    #[serde(skip)]
    leased_at: DateTime<Utc>,
}

impl Entry {
    /// Since when it is being sent, or accepted.
    fn since(&self) -> DateTime<Utc> {
        self.since.unwrap_or(self.composed_at)
    }

    /// Whether it is certain that nothing of it has gone out: then it can be taken back.
    const fn is_unsent(&self) -> bool {
        match self.state {
            State::Queued => true,
            State::Sending => self.tried_at.is_none(),
            _ => false,
        }
    }

    /// What a page may know of it.
    pub fn to_public(&self) -> Value {
        json!({
            "id": self.id,
            "key": self.key,
            "accountId": self.account_id,
            "state": self.state,
            "from": self.mail.from,
            "to": self.mail.to,
            "cc": self.mail.cc,
            "bcc": self.mail.bcc,
            "subject": self.mail.subject,
            "notBefore": self.not_before,
            "scheduleSendAt": self.schedule_send_at,
            "mailId": self.mail_id,
            "canCancel": self.is_unsent(),
            "code": self.code,
            "reason": self.reason,
        })
    }
}

/// Runs one step of the mail that is due longest. Returns whether another step may be due.
///
/// # Errors
/// Only what makes every mail fail: the storage. What fails for one mail is recorded in it.
pub async fn run(host: &Rc<dyn Host>) -> Result<bool> {
    match lease::next(host.as_ref()).await? {
        lease::Next::Taken(entry) => {
            step::run(host, *entry).await?;
            Ok(true)
        }
        lease::Next::Contended => Ok(true),
        lease::Next::None => Ok(false),
    }
}

/// When a mail that is sent now goes out: until then it can be taken back.
const UNDO: TimeDelta = TimeDelta::seconds(5);
/// The longest that a page may ask for.
const LONGEST_UNDO: u32 = 60;

/// Adds to a commit that changes a mail until when it needs its files.
fn files_for(entry: &Entry, batch: Batch, mut values: Row, until: DateTime<Utc>) -> (Batch, Row) {
    values.insert("filesUntil".to_owned(), json!(until));
    let tokens = files::tokens(&entry.mail.files);
    let batch = files::look_again(batch, entry.user_id, &tokens, until);
    (batch, values)
}

fn announce(host: &dyn Host, user_id: i64, id: i64, state: State) {
    host.emit(Event {
        kind: "mail:outbox",
        user_id,
        payload: json!({ "id": id, "state": state }),
    });
}
