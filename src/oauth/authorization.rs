//! Authorisations that users begin, and their callbacks.

use std::rc::Rc;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::{DateTime, TimeDelta, Utc};
use serde::Deserialize;
use serde_json::json;
use sha2::{Digest, Sha256};

use super::client::{self, Grant};
use super::missing_scopes;
use crate::account::{Account, AccountStatus};
use crate::error::{Error, ErrorCode, Result};
use crate::host::{Batch, CommitOutcome, Comparison, Filter, Host, HostFuture, Query, row};
use crate::provider::{Profile, Provider};
use crate::secret::{Secret, Vault};
use crate::session::{Session, TokenSource};
use crate::settings::{self, Application};
use crate::store::{self, collections};

/// How long a user may take on the consent page.
const LIFE: TimeDelta = TimeDelta::minutes(10);

/// What a provider's redirect brought back (RFC 6749 4.1.2).
#[derive(Debug, Default)]
pub struct Callback {
    /// The state that [`begin`] issued.
    pub state: Option<Secret>,
    /// The authorisation code.
    pub code: Option<Secret>,
    /// The error code, where consent was not given.
    pub error: Option<String>,
}

/// A mailbox that was linked.
#[derive(Debug)]
pub struct Linked {
    /// The account.
    pub account: Account,
    /// Whether it is new, or one that was authorised again.
    pub created: bool,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Pending {
    #[serde(rename = "type")]
    provider: Provider,
    redirect_uri: String,
    #[serde(default, deserialize_with = "store::or_default")]
    dry_run: bool,
    #[serde(default)]
    pinned_email: Option<String>,
    verifier: String,
    expires_at: DateTime<Utc>,
}

/// Begins an authorisation and returns the address of the provider's consent page.
///
/// `email` preselects a mailbox there; with `reauthorize` only that very mailbox will be accepted.
///
/// # Errors
/// `not_configured`, `not_found` for somebody else's mailbox, `storage_failed`.
pub async fn begin(
    host: &dyn Host,
    user_id: i64,
    provider: Provider,
    email: Option<&str>,
    reauthorize: bool,
    request_origin: &str,
) -> Result<String> {
    let pinned = match email.filter(|_| reauthorize) {
        Some(email) => Some(crate::account::own(host, user_id, email, Some(provider)).await?),
        None => None,
    };
    let application = match &pinned {
        Some(account) => settings::application_of(host, provider, account.dry_run).await?,
        None => settings::application(host, provider).await?,
    };
    let redirect_uri = settings::redirect_uri(&settings::general(host).await?, request_origin);
    let (state, verifier) = (random_token(host)?, random_token(host)?);
    let state_hash = hash(&state);
    let now = host.now();
    let pending = row([
        ("stateHash", json!(state_hash)),
        ("userId", json!(user_id)),
        ("type", json!(provider)),
        ("redirectUri", json!(redirect_uri)),
        ("pinnedEmail", json!(pinned.map(|account| account.email))),
        ("dryRun", json!(application.is_dry_run())),
        (
            "verifier",
            json!(Vault::open(host)?.seal(host, &verifier_context(&state_hash), &verifier)?),
        ),
        ("expiresAt", json!(now + LIFE)),
    ]);
    let expired = Filter::compare("expiresAt", Comparison::Less, json!(now));
    let batch = Batch::new()
        .delete(collections::AUTHORIZATIONS, expired)
        .insert(collections::AUTHORIZATIONS, vec![pending]);
    store::commit(host, batch).await?;
    let url = client::authorization_url(&application, &redirect_uri, &state, &verifier, email)?;
    match application.is_dry_run() {
        true => settings::consent_address(provider, &url, &redirect_uri),
        false => Ok(url),
    }
}

/// Completes an authorisation: claims its state, exchanges the code, and stores the account with its tokens.
///
/// # Errors
/// `state_invalid` for a state that is missing, foreign, used or expired; `consent_denied`; `permission_missing`
/// naming what was not granted; `invalid_input` for another mailbox than the one to re-authorise; and what the
/// exchange reports.
pub async fn complete(host: &Rc<dyn Host>, user_id: i64, callback: Callback) -> Result<Linked> {
    let state = callback.state.ok_or_else(|| {
        Error::new(
            ErrorCode::StateInvalid,
            "the answer belongs to no authorisation: link the account again",
        )
    })?;
    let pending = claim(host.as_ref(), user_id, &state).await?;
    if let Some(error) = callback.error {
        return Err(denied(&error));
    }
    let code = callback.code.ok_or_else(|| {
        Error::new(
            ErrorCode::ResponseInvalid,
            "the provider sent no authorisation code: link the account again",
        )
    })?;
    let application = settings::application_of(host.as_ref(), pending.provider, pending.dry_run).await?;
    let verifier = Vault::open(host.as_ref())?.unseal(&verifier_context(&hash(&state)), &pending.verifier)?;
    let grant = client::exchange(host, &application, &pending.redirect_uri, &code, &verifier).await?;
    let missing = missing_scopes(application.provider, &grant.scopes);
    if !missing.is_empty() {
        let message = format!(
            "these permissions were not granted: {}. Link the account again and allow them",
            missing.join(", ")
        );
        return Err(Error::new(ErrorCode::PermissionMissing, message));
    }
    let profile = profile(host, &application, &grant).await?;
    if pending
        .pinned_email
        .as_ref()
        .is_some_and(|pinned| *pinned != profile.email)
    {
        return Err(Error::invalid(
            "email",
            "another mailbox was authorised: choose the one that you want to authorise again",
        ));
    }
    save(host.as_ref(), user_id, &application, &grant, &profile).await
}

/// Takes the pending authorisation of this state, once.
async fn claim(host: &dyn Host, user_id: i64, state: &Secret) -> Result<Pending> {
    let invalid = |message: &'static str| Error::new(ErrorCode::StateInvalid, message);
    let own = Filter::eq("stateHash", hash(state)).and(Filter::eq("userId", user_id));
    let query = Query::new(collections::AUTHORIZATIONS, own.clone());
    let pending: Pending = store::find_one(host, query)
        .await?
        .ok_or_else(|| invalid("this authorisation is unknown, was used already or was begun by somebody else: link the account again"))?;
    match host
        .commit(Batch::new().claim(collections::AUTHORIZATIONS, own))
        .await?
    {
        CommitOutcome::Conflict => Err(invalid("this authorisation was used already")),
        CommitOutcome::Committed if pending.expires_at < host.now() => {
            Err(invalid("this authorisation has expired: link the account again"))
        }
        CommitOutcome::Committed => Ok(pending),
    }
}

async fn profile(host: &Rc<dyn Host>, application: &Application, grant: &Grant) -> Result<Profile> {
    let tokens = Rc::new(FixedToken(grant.access_token.clone()));
    let session = Session::new(Rc::clone(host), application.endpoints.clone(), tokens);
    let mut profile = application.provider.mail().profile(&session).await?;
    profile.email = profile.email.to_lowercase();
    Ok(profile)
}

async fn save(
    host: &dyn Host,
    user_id: i64,
    application: &Application,
    grant: &Grant,
    profile: &Profile,
) -> Result<Linked> {
    let (provider, email) = (application.provider, profile.email.as_str());
    let refresh_token = grant.refresh_token.as_ref().ok_or_else(|| {
        Error::new(
            ErrorCode::PermissionMissing,
            "the provider gave no lasting authorisation: link the account again and allow offline access",
        )
    })?;
    let vault = Vault::open(host)?;
    let seal = |column: &str, secret: &Secret| {
        vault.seal(
            host,
            &Account::secret_context(user_id, provider, email, column),
            secret,
        )
    };
    let mut columns = row([
        ("scopes", json!(grant.scopes)),
        ("refreshToken", json!(seal("refreshToken", refresh_token)?)),
        ("accessToken", json!(seal("accessToken", &grant.access_token)?)),
        ("accessTokenExpiresAt", json!(grant.expires_at)),
    ]);
    let existing = match crate::account::own(host, user_id, email, Some(provider)).await {
        Ok(account) => Some(account),
        Err(error) if error.code() == ErrorCode::NotFound => None,
        Err(error) => return Err(error),
    };
    if existing
        .as_ref()
        .is_some_and(|account| account.dry_run != application.is_dry_run())
    {
        return Err(Error::invalid(
            "email",
            "a test mailbox and a real one can't have the same address: delete the other one first",
        ));
    }
    let now = host.now();
    let batch = match &existing {
        Some(account) => {
            if account.status != AccountStatus::Connected {
                columns.extend(account.status_columns(AccountStatus::Ready, None, now));
                columns.extend(row([("nextSyncAt", json!(now))]));
            }
            columns.insert("tokenVersion".to_owned(), json!(account.token_version + 1));
            let unchanged =
                Filter::eq("id", account.id).and(Filter::eq("tokenVersion", account.token_version));
            Batch::new().swap(collections::ACCOUNTS, unchanged, columns)
        }
        None => {
            columns.extend(row([
                ("type", json!(provider)),
                ("email", json!(email)),
                ("userId", json!(user_id)),
                ("dryRun", json!(application.is_dry_run())),
                ("config", json!({ "displayName": profile.name, "signatures": [] })),
                ("identities", json!([])),
                ("status", json!(AccountStatus::Connected)),
                ("statusSince", json!(now)),
                ("leaseNumber", json!(0)),
                ("tokenVersion", json!(1)),
            ]));
            Batch::new().insert(collections::ACCOUNTS, vec![columns])
        }
    };
    store::commit(host, batch).await?;
    let account = crate::account::own(host, user_id, email, Some(provider)).await?;
    Ok(Linked {
        account,
        created: existing.is_none(),
    })
}

fn denied(error: &str) -> Error {
    match error {
        "access_denied" => Error::new(
            ErrorCode::ConsentDenied,
            "access was not allowed on the provider's page: link the account again to allow it",
        ),
        "consent_required" | "interaction_required" => Error::new(
            ErrorCode::ConsentDenied,
            "an administrator of the mailbox's organisation has to consent first",
        ),
        "temporarily_unavailable" | "server_error" => Error::new(
            ErrorCode::ProviderUnavailable,
            "the provider can't authorise right now: try again later",
        ),
        _ => Error::new(
            ErrorCode::ClientRejected,
            "the provider refused the authorisation: an administrator checks the email settings",
        ),
    }
}

/// 256 bits of randomness in the alphabet of RFC 7636 4.1.
fn random_token(host: &dyn Host) -> Result<Secret> {
    let mut bytes = [0; 32];
    host.random(&mut bytes)?;
    Ok(Secret::new(URL_SAFE_NO_PAD.encode(bytes)))
}

/// States are stored as hashes: reading the table doesn't let anybody complete an authorisation.
fn hash(state: &Secret) -> String {
    URL_SAFE_NO_PAD.encode(Sha256::digest(state.expose()))
}

fn verifier_context(state_hash: &str) -> String {
    format!("{}/{state_hash}/verifier", collections::AUTHORIZATIONS)
}

/// The token that has just been granted, before there is an account.
struct FixedToken(Secret);

impl TokenSource for FixedToken {
    fn access_token<'a>(&'a self, rejected: Option<&'a Secret>) -> HostFuture<'a, Secret> {
        Box::pin(async move {
            match rejected {
                None => Ok(self.0.clone()),
                Some(_) => Err(Error::new(
                    ErrorCode::ProviderRejected,
                    "the provider does not accept the token it has just issued",
                )),
            }
        })
    }
}
