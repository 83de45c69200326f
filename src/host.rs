//! The edge: everything the outside world supplies, as one trait.
//!
//! The host lends storage, an HTTP fetch, time, randomness and a way to tell browsers that something changed.
//! Nothing else in the core reaches outside.

use std::any::Any;
use std::collections::BTreeMap;
use std::future::Future;
use std::pin::Pin;
use std::rc::Rc;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::error::{Error, ErrorCode, Result};
use crate::quota::Meters;
use crate::secret::ApplicationKey;
use crate::store;

mod batch;
mod filter;
#[cfg(not(target_arch = "wasm32"))]
pub mod memory;

pub use batch::{Batch, CommitOutcome, Operation, row};
pub use filter::{Comparison, Filter};

/// A record as it stands in the host's storage: column name to JSON value; instants are RFC 3339 strings.
pub type Row = Map<String, Value>;

/// A promise of the host.
pub type HostFuture<'a, T> = Pin<Box<dyn Future<Output = Result<T>> + 'a>>;

/// What a host supplies. Implementations: [`memory::MemoryHost`] and, in the module, the JavaScript host.
pub trait Host {
    /// Sends one HTTP request and reads the whole answer, whatever its status. Redirects are not followed.
    ///
    /// # Errors
    /// `network_failed` when there is no answer within `limits`, `forbidden` for an origin that is not allowed.
    fn fetch(
        &self,
        request: http::Request<Vec<u8>>,
        limits: FetchLimits,
    ) -> HostFuture<'_, http::Response<Vec<u8>>>;

    /// As [`fetch`](Self::fetch), for a file that may be larger than what is held in memory: the body of a successful
    /// answer stays with the host, which hands it on. Its time limit is one between two parts. A host that can't do this
    /// reads the whole of it.
    ///
    /// # Errors
    /// As [`fetch`](Self::fetch), also when not even the first part of a body comes.
    fn open(
        &self,
        request: http::Request<Vec<u8>>,
        limits: FetchLimits,
    ) -> HostFuture<'_, http::Response<Content>> {
        Box::pin(async move { Ok(self.fetch(request, limits).await?.map(Content::Whole)) })
    }

    /// The next bytes of a body that [`open`](Self::open) has left with the host, `length` of them; fewer only at its end.
    ///
    /// # Errors
    /// As [`open`](Self::open); `internal` for what is no such body.
    fn read_next(&self, stream: Rc<dyn Any>, length: u64) -> HostFuture<'_, Vec<u8>> {
        // Without an `open` of its own a host leaves nothing to be read.
        let _ = (stream, length);
        Box::pin(async {
            Err(Error::new(
                ErrorCode::Internal,
                "an answer could not be handed on",
            ))
        })
    }

    /// Reads the records that match `query`.
    fn find(&self, query: Query) -> HostFuture<'_, Vec<Row>>;

    /// Counts the records of `collection` that match `filter`.
    fn count(&self, collection: &'static str, filter: Filter) -> HostFuture<'_, u64>;

    /// Writes all of `batch` or nothing of it.
    ///
    /// # Errors
    /// `storage_failed` when the storage did not answer or refused; a failed precondition is not an error but
    /// [`CommitOutcome::Conflict`].
    fn commit(&self, batch: Batch) -> HostFuture<'_, CommitOutcome>;

    /// The current time.
    fn now(&self) -> DateTime<Utc>;

    /// Waits so many milliseconds.
    fn sleep(&self, milliseconds: u32) -> HostFuture<'_, ()>;

    /// Fills `buffer` with cryptographically strong random bytes.
    fn random(&self, buffer: &mut [u8]) -> Result<()>;

    /// The application's own key, from which the keys of this plugin are derived.
    fn application_key(&self) -> Result<ApplicationKey>;

    /// The value of the host's variable or secret `name` (`{{$env.NAME}}`), if it is set.
    fn environment(&self, name: &str) -> Option<String>;

    /// Allows requests to these origins besides those that the manifest declares; replaces what was allowed so before.
    fn allow_origins(&self, origins: Vec<AllowedOrigin>);

    /// Decodes `bytes` from the character set `label` (Encoding Standard); `None` where the label is unknown.
    fn decode_text(&self, label: &str, bytes: &[u8]) -> Option<String>;

    /// What this process has learned about the mailboxes' quotas. A host without it meters each session by itself.
    fn meters(&self) -> Option<&Meters> {
        None
    }

    /// Tells the browsers of a user that something changed. Delivery is best effort.
    fn emit(&self, event: Event);

    /// Leaves a message for a user in the host's own notifications, where it has some; the same key again leaves none.
    ///
    /// # Errors
    /// `host_failed` when the host has notifications and they took none.
    fn notify(&self, notification: Notification) -> HostFuture<'_, ()>;

    /// The users whose work this user oversees: the members of the departments that they head, and of all below. Nobody
    /// where the host knows no departments.
    ///
    /// # Errors
    /// `storage_failed`.
    fn supervised(&self, user_id: i64) -> HostFuture<'_, Vec<i64>>;

    /// Those of these users that there are, as the host calls them.
    ///
    /// # Errors
    /// `storage_failed`.
    fn people(&self, ids: Vec<i64>) -> HostFuture<'_, Vec<Person>>;

    /// The users who may configure the plugin.
    ///
    /// # Errors
    /// `storage_failed`.
    fn administrators(&self) -> HostFuture<'_, Vec<i64>>;

    /// Writes one line to the host's log. Never holds a secret, a token, a subject or a body.
    fn log(&self, level: LogLevel, message: &str);
}

/// The bytes of a file on its way to a browser.
#[derive(Debug)]
pub enum Content {
    /// All of them.
    Whole(Vec<u8>),
    /// An answer that the host goes on reading, and hands on by itself or part by part: it alone knows what this is.
    Stream(Rc<dyn Any>),
}

/// Bytes that are somewhere else and are read part by part, such as a file that a browser uploads.
pub trait Blob {
    /// The bytes from `offset` on, `length` of them; fewer only at the end.
    ///
    /// # Errors
    /// `host_failed` when they can't be read.
    fn read(&self, offset: u64, length: u64) -> HostFuture<'_, Vec<u8>>;
}

/// Bytes in memory.
impl Blob for Vec<u8> {
    fn read(&self, offset: u64, length: u64) -> HostFuture<'_, Vec<u8>> {
        let place = |at: u64| usize::try_from(at).unwrap_or(usize::MAX).min(self.len());
        let part = self.get(place(offset)..place(offset.saturating_add(length)));
        let part = part.unwrap_or_default().to_vec();
        Box::pin(async move { Ok(part) })
    }
}

/// An origin that requests may go to because an administrator entered it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct AllowedOrigin {
    /// `scheme://host[:port]`.
    pub origin: String,
    /// Whether its host may be an address of this machine or a private network.
    pub private: bool,
}

/// Bounds on one HTTP exchange.
#[derive(Clone, Copy, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct FetchLimits {
    /// Milliseconds from sending to the last byte of the answer.
    pub timeout_ms: u32,
    /// Bytes of the answer's body, after decompression.
    pub max_bytes: u32,
}

/// A read of one collection.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Query {
    /// The collection's name.
    pub collection: &'static str,
    /// Which records.
    pub filter: Filter,
    /// Only these columns; all where empty.
    pub fields: Vec<&'static str>,
    /// Columns to sort by, descending with a leading `-`.
    pub sort: Vec<String>,
    /// At most this many; no bound where `None`.
    pub limit: Option<u64>,
    /// Skip so many first.
    pub offset: u64,
    /// Only records behind the one that has these values in the columns of `sort`.
    pub after: Option<Vec<Value>>,
    /// Of the records that agree in all these columns only the first by `sort`. One with null in any of them stands for
    /// itself.
    pub distinct: Vec<&'static str>,
    /// Instead of the records, how many there are (`count`) with the same values in these columns; what `distinct` takes
    /// together counts once.
    pub counted: Option<Vec<&'static str>>,
}

impl Query {
    /// All records of `collection` that match `filter`.
    pub fn new(collection: &'static str, filter: Filter) -> Self {
        Self {
            collection,
            filter,
            fields: Vec::new(),
            sort: Vec::new(),
            limit: None,
            offset: 0,
            after: None,
            distinct: Vec::new(),
            counted: None,
        }
    }

    /// The same query for these columns only.
    #[must_use]
    pub fn fields(mut self, fields: &[&'static str]) -> Self {
        self.fields = fields.to_vec();
        self
    }

    /// The same query sorted by `columns`, descending with a leading `-`.
    #[must_use]
    pub fn sort(mut self, columns: &[&str]) -> Self {
        self.sort = columns.iter().map(|column| (*column).to_owned()).collect();
        self
    }

    /// The same query for at most `limit` records.
    #[must_use]
    pub const fn limit(mut self, limit: u64) -> Self {
        self.limit = Some(limit);
        self
    }

    /// The same query for the first by `sort` of those that agree in `columns`.
    #[must_use]
    pub fn distinct(mut self, columns: &[&'static str]) -> Self {
        self.distinct = columns.to_vec();
        self
    }

    /// How many records the query has, for each combination of values in `columns`.
    #[must_use]
    pub fn counted(mut self, columns: &[&'static str]) -> Self {
        self.counted = Some(columns.to_vec());
        self
    }

    /// The same query from record `offset` on.
    #[must_use]
    pub const fn offset(mut self, offset: u64) -> Self {
        self.offset = offset;
        self
    }
}

/// Something that a user's open pages want to know.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Event {
    /// The event's name, for example `mail:sync`.
    #[serde(rename = "type")]
    pub kind: &'static str,
    /// Whom to tell.
    pub user_id: i64,
    /// What to tell; never a subject, a body or a secret.
    pub payload: Value,
}

/// A message for a user in the host's own notifications.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Notification {
    /// Tells it from all others.
    pub key: String,
    /// Whom to tell.
    #[serde(deserialize_with = "store::id_from")]
    pub user_id: i64,
    /// The title, as the key of its translation into the user's language.
    pub title: String,
    /// The text, likewise. Never a subject, a body or a secret.
    pub content: String,
    /// What stands for `{{name}}` in both.
    #[serde(default, deserialize_with = "store::or_default")]
    pub values: BTreeMap<String, String>,
    /// Where it leads, as a path of the site.
    pub path: String,
}

/// A user as the host's pages call them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Person {
    /// The record's id.
    #[serde(deserialize_with = "store::id_from")]
    pub id: i64,
    /// The name to show.
    pub nickname: String,
}

/// How much a log line matters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LogLevel {
    /// The normal course of things.
    Info,
    /// Something an administrator may want to look at.
    Warn,
    /// Something an administrator has to look at.
    Error,
}

impl LogLevel {
    /// The level's usual name.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Info => "info",
            Self::Warn => "warn",
            Self::Error => "error",
        }
    }
}
