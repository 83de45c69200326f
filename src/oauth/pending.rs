//! Authorisations under way: in the database, so that they survive a restart and any node can complete them.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use super::authorization::Callback;
use crate::error::{Error, ErrorCode, Result};
use crate::host::{Batch, CommitOutcome, Comparison, Filter, Host, Query, row};
use crate::provider::Provider;
use crate::secret::{Secret, Vault};
use crate::settings::Application;
use crate::store::{self, collections};

/// How long a user may take on the consent page.
const LIFE: TimeDelta = TimeDelta::minutes(10);
/// How long an administrator may take, to whom the address may have to be sent.
const ADMIN_CONSENT_LIFE: TimeDelta = TimeDelta::hours(24);

/// How often, and after how many milliseconds each time, a callback that came twice looks whether the first one is done.
const LOOKS: u32 = 25;
const PAUSE: u32 = 400;

/// What an authorisation is for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) enum Purpose {
    /// To link a mailbox, or to authorise it again.
    #[default]
    Link,
    /// To test the settings.
    Verify,
    /// To get an administrator's consent for an organisation.
    AdminConsent,
}

/// An authorisation that a user has begun.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Pending {
    pub(super) state_hash: String,
    #[serde(rename = "type")]
    pub(super) provider: Provider,
    #[serde(default, deserialize_with = "store::or_default")]
    pub(super) purpose: Purpose,
    /// The login in which it was begun.
    #[serde(default)]
    session: Option<String>,
    pub(super) redirect_uri: String,
    /// Whether it was begun with the stand-in of a dry run.
    #[serde(default, deserialize_with = "store::or_default")]
    pub(super) dry_run: bool,
    /// The account to authorise again, and no other.
    #[serde(default)]
    pub(super) account_id: Option<Value>,
    #[serde(default)]
    verifier: Option<String>,
    expires_at: DateTime<Utc>,
    /// When its callback came, and the hash of what it brought.
    #[serde(default)]
    claimed_at: Option<DateTime<Utc>>,
    #[serde(default)]
    answer_hash: Option<String>,
    #[serde(default)]
    outcome: Option<Outcome>,
}

/// How an authorisation ended, for a callback that is sent again.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Outcome {
    /// A mailbox was linked.
    Linked {
        /// Its address.
        email: String,
        /// Whether the account is new.
        created: bool,
    },
    /// A test or an administrator's consent ended, in the words that the page got.
    Tried {
        /// The answer.
        answer: Value,
    },
    /// It failed.
    Failed {
        /// The error's code.
        code: String,
        /// The sentence.
        message: String,
        /// The field that is wrong, where it is one.
        field: Option<String>,
    },
}

/// Who answers an authorisation, and where.
pub(super) struct Answerer<'a> {
    pub(super) user_id: i64,
    pub(super) session: Option<&'a str>,
    /// The redirect URI of the site as this caller reaches it.
    pub(super) redirect_uri: &'a str,
}

/// What became of claiming an authorisation.
pub(super) enum Claim {
    /// It is this caller's to complete.
    Taken(Box<Pending>, Secret),
    /// The same answer came before, and this came of it.
    Repeated(Provider, Outcome),
}

/// Stores an authorisation that begins now.
pub(super) async fn begin(
    host: &dyn Host,
    who: &Answerer<'_>,
    application: &Application,
    purpose: Purpose,
    account_id: Option<i64>,
    state: &Secret,
    verifier: &Secret,
) -> Result<()> {
    let (now, state_hash) = (host.now(), hash(state.expose()));
    let life = match purpose {
        Purpose::Link | Purpose::Verify => LIFE,
        Purpose::AdminConsent => ADMIN_CONSENT_LIFE,
    };
    let sealed = Vault::open(host)
        .await?
        .seal(host, &verifier_context(&state_hash), verifier)?;
    let pending = row([
        ("stateHash", json!(state_hash)),
        ("userId", json!(who.user_id)),
        ("session", json!(who.session.map(hash))),
        ("type", json!(application.provider)),
        ("dryRun", json!(application.is_dry_run())),
        ("purpose", json!(purpose)),
        ("redirectUri", json!(who.redirect_uri)),
        ("accountId", json!(account_id)),
        ("verifier", json!(sealed)),
        ("expiresAt", json!(now + life)),
    ]);
    store::commit(
        host,
        expired(now).insert(collections::AUTHORIZATIONS, vec![pending]),
    )
    .await
}

/// Forgets authorisations whose time is over.
///
/// # Errors
/// `storage_failed`.
pub async fn forget_expired(host: &dyn Host) -> Result<()> {
    store::commit(host, expired(host.now())).await
}

fn expired(now: DateTime<Utc>) -> Batch {
    let over = Filter::compare("expiresAt", Comparison::Less, json!(now));
    Batch::new().delete(collections::AUTHORIZATIONS, over)
}

/// Takes the authorisation that a callback answers, once.
///
/// A browser may send the same answer again, even at once and to another node: it gets what the first one got.
/// Everything else that is not exactly what was begun is refused, and takes nothing from who began it.
///
/// # Errors
/// `state_invalid`.
pub(super) async fn claim(host: &dyn Host, who: &Answerer<'_>, callback: &Callback) -> Result<Claim> {
    let state = callback
        .state
        .as_ref()
        .ok_or_else(|| invalid("the answer belongs to no authorisation: link the account again"))?;
    let answer_hash = hash(&callback.answer());
    for look in 0..LOOKS {
        if look > 0 {
            host.sleep(PAUSE).await?;
        }
        let pending = load(host, who, state).await?;
        if pending.claimed_at.is_none() {
            if let Some(claim) = take(host, pending, &answer_hash).await? {
                return Ok(claim);
            }
            // Somebody else was faster: it is claimed now.
            continue;
        }
        if pending.answer_hash.as_deref() != Some(&*answer_hash) {
            return Err(used());
        }
        if let Some(outcome) = pending.outcome {
            return Ok(Claim::Repeated(pending.provider, outcome));
        }
    }
    Err(used())
}

async fn load(host: &dyn Host, who: &Answerer<'_>, state: &Secret) -> Result<Pending> {
    let own = Filter::eq("stateHash", hash(state.expose())).and(Filter::eq("userId", who.user_id));
    let pending: Pending = store::find_one(host, Query::new(collections::AUTHORIZATIONS, own))
        .await?
        .ok_or_else(|| invalid("this authorisation is unknown, was used already or was begun by somebody else: link the account again"))?;
    if pending.session != who.session.map(hash) {
        return Err(invalid(
            "this authorisation was begun before you signed in: link the account again",
        ));
    }
    if pending.redirect_uri != who.redirect_uri {
        return Err(invalid(
            "this authorisation was begun at another address of this site: link the account again",
        ));
    }
    if pending.expires_at < host.now() {
        return Err(invalid("this authorisation has expired: link the account again"));
    }
    Ok(pending)
}

async fn take(host: &dyn Host, pending: Pending, answer_hash: &str) -> Result<Option<Claim>> {
    let sealed = pending.verifier.as_deref().ok_or_else(used)?;
    let context = verifier_context(&pending.state_hash);
    let verifier = Vault::open(host).await?.unseal(&context, sealed)?;
    let free = of(&pending).and(Filter::eq("claimedAt", Value::Null));
    let values = row([
        ("claimedAt", json!(host.now())),
        ("answerHash", json!(answer_hash)),
        // It has served: nobody can take the code to the provider another time.
        ("verifier", Value::Null),
    ]);
    Ok(
        match host
            .commit(Batch::new().swap(collections::AUTHORIZATIONS, free, values))
            .await?
        {
            CommitOutcome::Committed => Some(Claim::Taken(Box::new(pending), verifier)),
            CommitOutcome::Conflict => None,
        },
    )
}

/// The batch with what came of the authorisation.
pub(super) fn note(batch: Batch, pending: &Pending, outcome: &Outcome) -> Batch {
    batch.update(
        collections::AUTHORIZATIONS,
        of(pending),
        row([("outcome", json!(outcome))]),
    )
}

fn of(pending: &Pending) -> Filter {
    Filter::eq("stateHash", pending.state_hash.as_str())
}

impl Outcome {
    pub(super) fn failed(error: &Error) -> Self {
        Self::Failed {
            code: error.code().as_str().to_owned(),
            message: error.message().to_owned(),
            field: error.field().map(str::to_owned),
        }
    }
}

/// The error that an earlier callback got.
pub(super) fn repeated(code: &str, message: String, field: Option<String>) -> Error {
    let code = ErrorCode::ALL.into_iter().find(|each| each.as_str() == code);
    let error = Error::new(code.unwrap_or(ErrorCode::StateInvalid), message);
    match field {
        Some(field) => error.about(field),
        None => error,
    }
}

fn used() -> Error {
    invalid("this authorisation was used already: link the account again")
}

fn invalid(message: &'static str) -> Error {
    Error::new(ErrorCode::StateInvalid, message)
}

/// States, logins and codes are stored as hashes: reading the table doesn't let anybody complete an authorisation.
fn hash(text: &str) -> String {
    URL_SAFE_NO_PAD.encode(Sha256::digest(text))
}

/// The place of a verifier, for the vault.
pub(crate) fn verifier_context(state_hash: &str) -> String {
    format!("{}/{state_hash}/verifier", collections::AUTHORIZATIONS)
}
