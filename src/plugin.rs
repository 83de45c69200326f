//! The lifecycle hooks: what the host calls, wired to what answers. Wiring only.

use std::collections::BTreeMap;
use std::fmt;
use std::rc::Rc;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::audit;
use crate::error::{Error, ErrorCode, Result};
use crate::host::{Blob, Content, Host};
use crate::notice;
use crate::oauth;
use crate::outbox;
use crate::provider::{self, Provider};
use crate::secret;
use crate::settings::{self, Endpoints};
use crate::store::collections;
use crate::store::schema::Collection;
use crate::sync;

mod actions;
mod call;

pub use actions::Access;

/// The schedule that synchronises mailboxes.
const SYNC_SCHEDULE: &str = "sync";

/// The schedule that sends mail.
const OUTBOX_SCHEDULE: &str = "outbox";

/// The schedule that tells users what they have to know, forgets what is over, and moves secrets to a new key.
const TIDY_SCHEDULE: &str = "tidy";

/// Everything the host registers for the plugin, as data.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Manifest {
    /// The namespace of translations.
    pub namespace: &'static str,
    /// The permission that lets a role change the settings.
    pub snippet: &'static str,
    /// The permission that lets a role link mailboxes, where the settings ask for it.
    pub linking: Permission,
    /// The collections.
    pub collections: Vec<Collection>,
    /// The actions.
    pub actions: Vec<ActionEntry>,
    /// The schedules.
    pub schedules: Vec<Schedule>,
    /// The domain whose requests the host's stand-in answers in its own process.
    pub stand_in_domain: &'static str,
    /// The origins that the module sends requests to by default.
    pub origins: Vec<String>,
    /// The plugins that own the same collections; the plugin refuses to be enabled beside them.
    pub conflicts_with: Vec<&'static str>,
}

/// A permission that administrators give to roles on the host's own pages.
#[derive(Debug, Serialize)]
pub struct Permission {
    /// The name.
    pub name: &'static str,
    /// What the host's page calls it, as the key of its translation.
    pub title: &'static str,
}

/// An action of the HTTP API.
#[derive(Debug, Serialize)]
pub struct ActionEntry {
    /// The resource.
    pub resource: &'static str,
    /// The action's name.
    pub name: &'static str,
    /// Who may call it.
    pub access: Access,
    /// For an action that takes a file: how many bytes that may have. The request is `multipart/form-data`, the file its
    /// part `file`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub file: Option<u64>,
}

/// Something the host does again and again.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Schedule {
    /// The name to pass to [`Plugin::run_schedule`].
    pub name: &'static str,
    /// Seconds between two runs.
    pub every_seconds: u32,
    /// How many steps may be under way at once on one node.
    pub concurrency: u32,
}

/// A call of an action.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ActionRequest {
    /// The resource.
    pub resource: String,
    /// The action's name.
    pub action: String,
    /// The query's parameters.
    #[serde(default)]
    pub params: Map<String, Value>,
    /// The body's values.
    #[serde(default)]
    pub values: Map<String, Value>,
    /// An opaque name of the caller's login, the same from signing in to signing out; `None` where the host knows none.
    #[serde(default)]
    pub session: Option<String>,
    /// Who calls, as the server knows; `None` when nobody is signed in.
    #[serde(default)]
    pub user: Option<User>,
    /// The site's origin as the browser sees it.
    pub origin: String,
    /// The language of the answer.
    #[serde(default)]
    pub language: String,
    /// The file that came with it.
    #[serde(skip)]
    pub file: Option<IncomingFile>,
}

/// A file that came with a call, its bytes still where the host has put them.
pub struct IncomingFile {
    /// Its name, as the browser sent it.
    pub name: String,
    /// Its type, as the browser declared it.
    pub mime_type: String,
    /// Its size in bytes.
    pub size: u64,
    /// Its bytes.
    pub bytes: Rc<dyn Blob>,
}

impl fmt::Debug for IncomingFile {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("IncomingFile")
            .field("size", &self.size)
            .finish_non_exhaustive()
    }
}

/// The signed-in user, as the server knows them.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct User {
    /// The record's id.
    pub id: i64,
    /// Whether one of their roles has the settings permission.
    pub can_configure: bool,
    /// Whether one of their roles has the permission to link mailboxes.
    #[serde(default)]
    pub can_link: bool,
}

/// The answer of an action.
#[derive(Debug, Default, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ActionResponse {
    /// What the host sends under `data`.
    pub body: Value,
    /// What the host sends under `meta`, where there is something.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub meta: Option<Value>,
    /// The schedules to run right now.
    pub wake: Vec<&'static str>,
    /// Sent instead of the body: a file.
    #[serde(skip)]
    pub content: Option<Content>,
    /// The headers that go with the file.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub headers: BTreeMap<&'static str, String>,
}

/// How a run of a schedule ended.
#[derive(Debug, Serialize)]
pub struct ScheduleOutcome {
    /// Whether there is more to do right away.
    pub again: bool,
}

/// What the plugin consists of.
pub fn manifest() -> Manifest {
    let mut origins: Vec<String> = Provider::ALL
        .into_iter()
        .flat_map(|provider| Endpoints::public(provider).origins())
        .chain(provider::UPLOAD_HOSTS.map(|host| format!("https://{host}")))
        .collect();
    origins.sort_unstable();
    origins.dedup();
    Manifest {
        namespace: settings::NAMESPACE,
        snippet: "pm.mail",
        linking: Permission {
            name: "linkMailbox",
            title: "Link email accounts",
        },
        collections: collections::all(),
        actions: actions::entries(),
        schedules: vec![
            Schedule {
                name: SYNC_SCHEDULE,
                every_seconds: 15,
                // Mailboxes wait for their providers most of the time: some share a node.
                concurrency: 4,
            },
            Schedule {
                name: OUTBOX_SCHEDULE,
                every_seconds: 5,
                // A large mail under way doesn't keep the others waiting.
                concurrency: 2,
            },
            Schedule {
                name: TIDY_SCHEDULE,
                every_seconds: 60,
                concurrency: 1,
            },
        ],
        stand_in_domain: settings::STAND_IN_DOMAIN,
        origins,
        conflicts_with: vec!["@nocobase/plugin-email-manager", "email-manager"],
    }
}

/// The plugin at work on a host.
#[derive(Clone)]
pub struct Plugin {
    host: Rc<dyn Host>,
}

impl Plugin {
    /// The plugin on this host.
    pub const fn new(host: Rc<dyn Host>) -> Self {
        Self { host }
    }

    /// Called whenever the plugin is loaded: makes ready what lives in memory only.
    ///
    /// # Errors
    /// `host_failed` where the host has no application key, `storage_failed`.
    pub async fn enable(&self) -> Result<()> {
        secret::Vault::open(self.host.as_ref()).await?;
        self.host
            .allow_origins(settings::origins(self.host.as_ref()).await?);
        Ok(())
    }

    /// Answers a call of the HTTP API.
    ///
    /// # Errors
    /// `not_found` for an unknown action, `unauthenticated` and `forbidden` by its access level, and what the action
    /// itself reports.
    pub async fn action(&self, request: ActionRequest) -> Result<ActionResponse> {
        actions::answer(&self.host, &request).await
    }

    /// Runs one short step of a schedule.
    ///
    /// # Errors
    /// `not_found` for an unknown schedule; what makes every mailbox fail.
    pub async fn run_schedule(&self, name: &str) -> Result<ScheduleOutcome> {
        match name {
            SYNC_SCHEDULE => Ok(ScheduleOutcome {
                again: sync::run(&self.host).await?,
            }),
            OUTBOX_SCHEDULE => Ok(ScheduleOutcome {
                again: outbox::run(&self.host).await?,
            }),
            TIDY_SCHEDULE => {
                let host = self.host.as_ref();
                // What an administrator allowed, or took back, on another node.
                host.allow_origins(settings::origins(host).await?);
                settings::watch_secrets(host).await?;
                notice::deliver(host).await?;
                oauth::forget_expired(host).await?;
                audit::forget_old(host).await?;
                outbox::files::forget_expired(host).await?;
                Ok(ScheduleOutcome {
                    again: sync::tidy(host).await? || secret::rotation_step(host).await?,
                })
            }
            _ => Err(Error::new(ErrorCode::NotFound, "there is no such schedule")),
        }
    }
}
