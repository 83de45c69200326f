//! Authorisations that link nothing: the test sign-in of the settings page, and an administrator's consent for a
//! Microsoft organisation. Their states are the callback page's as those of accounts are, told apart by their purpose.

use std::rc::Rc;

use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use url::Url;

use super::authorization::{hash, profile, random_token, verifier_context};
use super::client::{self, Grant};
use super::missing_scopes;
use crate::error::{Error, ErrorCode, Result};
use crate::host::{Batch, CommitOutcome, Comparison, Filter, Host, Query, row};
use crate::provider::Provider;
use crate::secret::{Secret, Vault};
use crate::settings::{self, Application, Report, Subject, trial as words};
use crate::store::{self, collections};

/// How long a test sign-in may take.
const TRIAL_LIFE: TimeDelta = TimeDelta::minutes(10);
/// How long an administrator has, to whom the link may have to be sent.
const ADMIN_CONSENT_LIFE: TimeDelta = TimeDelta::hours(24);

/// The ends of Microsoft's addresses for consent: of a user, and of an administrator.
const AUTHORIZE: &str = "/oauth2/v2.0/authorize";
const ADMIN_CONSENT: &str = "/v2.0/adminconsent";

/// What an authorisation is for that links no account.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
enum Purpose {
    Verify,
    AdminConsent,
}

/// How such an authorisation ended.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum Trial {
    /// A test sign-in.
    #[serde(rename = "trial")]
    SignIn {
        /// Whose settings were tested.
        section: Provider,
        /// Who signed in, if it came to that.
        #[serde(skip_serializing_if = "Option::is_none")]
        email: Option<String>,
        /// What it showed.
        #[serde(flatten)]
        report: Report,
    },
    /// An administrator has decided.
    AdminConsent {
        /// Whether they agreed.
        granted: bool,
    },
}

/// What the callback page brought of such an authorisation.
#[derive(Debug, Default)]
pub struct TrialCallback {
    /// The state.
    pub state: Option<Secret>,
    /// The authorisation code.
    pub code: Option<Secret>,
    /// The error code.
    pub error: Option<String>,
    /// The provider's words to it, of which only a code is read.
    pub error_description: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Pending {
    #[serde(rename = "type")]
    provider: Provider,
    purpose: Purpose,
    redirect_uri: String,
    verifier: String,
    expires_at: DateTime<Utc>,
}

/// Begins a test sign-in with the saved settings, enabled or not, and returns the consent page's address.
///
/// # Errors
/// `not_configured` naming what is missing, `storage_failed`.
pub async fn begin(
    host: &dyn Host,
    user_id: i64,
    provider: Provider,
    request_origin: &str,
) -> Result<String> {
    let application = settings::saved_application(host, provider).await?;
    let pending = store(host, user_id, provider, Purpose::Verify, request_origin).await?;
    client::authorization_url(
        &application,
        &pending.redirect_uri,
        &pending.state,
        &pending.verifier,
        None,
    )
}

/// Begins an administrator's consent for a Microsoft organisation and returns its address.
///
/// Reference: <https://learn.microsoft.com/entra/identity-platform/v2-admin-consent>.
///
/// # Errors
/// `not_configured` naming what is missing; `invalid_input` for a tenant without administrators.
pub async fn begin_admin_consent(host: &dyn Host, user_id: i64, request_origin: &str) -> Result<String> {
    let application = settings::saved_application(host, Provider::Microsoft).await?;
    let mut address = admin_consent_address(&application)?;
    let pending = store(
        host,
        user_id,
        Provider::Microsoft,
        Purpose::AdminConsent,
        request_origin,
    )
    .await?;
    let api = Url::parse(&application.endpoints.api).map(|url| url.origin().ascii_serialization());
    let resource = api.unwrap_or_default();
    let scopes: Vec<String> = application
        .mode
        .scopes(Provider::Microsoft)
        .iter()
        .map(|scope| match *scope {
            "offline_access" => (*scope).to_owned(),
            scope => format!("{resource}/{scope}"),
        })
        .collect();
    address
        .query_pairs_mut()
        .append_pair("client_id", &application.client_id)
        .append_pair("scope", &scopes.join(" "))
        .append_pair("redirect_uri", &pending.redirect_uri)
        .append_pair("state", pending.state.expose());
    Ok(address.into())
}

fn admin_consent_address(application: &Application) -> Result<Url> {
    let authorize = &application.endpoints.authorize;
    let unusable = || {
        Error::invalid(
            "endpoints.authorize",
            "there is no admin consent at this authorization address",
        )
    };
    let base = authorize.strip_suffix(AUTHORIZE).ok_or_else(unusable)?;
    let (authority, tenant) = base.rsplit_once('/').ok_or_else(unusable)?;
    let tenant = match tenant {
        "consumers" => {
            return Err(Error::invalid(
                "tenant",
                "personal accounts have no administrator: admin consent is for organizations",
            ));
        }
        // Whoever consents decides which organisation it is.
        "common" => "organizations",
        tenant => tenant,
    };
    Url::parse(&format!("{authority}/{tenant}{ADMIN_CONSENT}")).map_err(|_| unusable())
}

struct Begun {
    redirect_uri: String,
    state: Secret,
    verifier: Secret,
}

async fn store(
    host: &dyn Host,
    user_id: i64,
    provider: Provider,
    purpose: Purpose,
    request_origin: &str,
) -> Result<Begun> {
    let redirect_uri = settings::redirect_uri(&settings::general(host).await?, request_origin);
    let (state, verifier) = (random_token(host)?, random_token(host)?);
    let (state_hash, now) = (hash(&state), host.now());
    let life = match purpose {
        Purpose::Verify => TRIAL_LIFE,
        Purpose::AdminConsent => ADMIN_CONSENT_LIFE,
    };
    let sealed = Vault::open(host)?.seal(host, &verifier_context(&state_hash), &verifier)?;
    let pending = row([
        ("stateHash", json!(state_hash)),
        ("userId", json!(user_id)),
        ("type", json!(provider)),
        ("purpose", json!(purpose)),
        ("redirectUri", json!(redirect_uri)),
        ("verifier", json!(sealed)),
        ("expiresAt", json!(now + life)),
    ]);
    let expired = Filter::compare("expiresAt", Comparison::Less, json!(now));
    let batch = Batch::new()
        .delete(collections::AUTHORIZATIONS, expired)
        .insert(collections::AUTHORIZATIONS, vec![pending]);
    store::commit(host, batch).await?;
    Ok(Begun {
        redirect_uri,
        state,
        verifier,
    })
}

/// Ends a test sign-in or an administrator's consent. `None` where the state is that of an account to link.
///
/// # Errors
/// `state_invalid` for a state that is used or expired; `storage_failed`. What is wrong with the settings is in the
/// report.
pub async fn complete(host: &Rc<dyn Host>, user_id: i64, callback: TrialCallback) -> Result<Option<Trial>> {
    let Some(state) = &callback.state else {
        return Ok(None);
    };
    let state_hash = hash(state);
    let Some(pending) = claim(host.as_ref(), user_id, &state_hash).await? else {
        return Ok(None);
    };
    if pending.purpose == Purpose::AdminConsent {
        let granted = callback.error.is_none();
        return Ok(Some(Trial::AdminConsent { granted }));
    }
    let verifier = Vault::open(host.as_ref())?.unseal(&verifier_context(&state_hash), &pending.verifier)?;
    let mut report = Report::new(pending.provider);
    let email = sign_in(host, &pending, &verifier, &callback, &mut report).await?;
    Ok(Some(Trial::SignIn {
        section: pending.provider,
        email,
        report,
    }))
}

/// Takes the pending authorisation of this state, once.
async fn claim(host: &dyn Host, user_id: i64, state_hash: &str) -> Result<Option<Pending>> {
    let own = Filter::eq("stateHash", state_hash)
        .and(Filter::eq("userId", user_id))
        .and(Filter::compare("purpose", Comparison::NotEqual, Value::Null));
    let query = Query::new(collections::AUTHORIZATIONS, own.clone());
    let Some(pending) = store::find_one::<Pending>(host, query).await? else {
        return Ok(None);
    };
    let invalid = |message: &'static str| Error::new(ErrorCode::StateInvalid, message);
    let batch = Batch::new().claim(collections::AUTHORIZATIONS, own);
    match host.commit(batch).await? {
        CommitOutcome::Conflict => Err(invalid("this authorisation was used already")),
        CommitOutcome::Committed if pending.expires_at < host.now() => Err(invalid(
            "this test has expired: begin it again in the email settings",
        )),
        CommitOutcome::Committed => Ok(Some(pending)),
    }
}

/// Goes as far as an account would, notes each step, and keeps nothing. Returns who signed in.
async fn sign_in(
    host: &Rc<dyn Host>,
    pending: &Pending,
    verifier: &Secret,
    callback: &TrialCallback,
    report: &mut Report,
) -> Result<Option<String>> {
    report.pass(Subject::ClientId);
    report.pass(Subject::RedirectUri);
    let Some(code) = callback.code.as_ref().filter(|_| callback.error.is_none()) else {
        words::refused(
            report,
            callback.error.as_deref().unwrap_or_default(),
            callback.error_description.as_deref().unwrap_or_default(),
        );
        return Ok(None);
    };
    let application = settings::saved_application(host.as_ref(), pending.provider).await?;
    let grant = match client::exchange(host, &application, &pending.redirect_uri, code, verifier).await {
        Ok(grant) => grant,
        Err(error) => {
            words::not_exchanged(report, &error);
            return Ok(None);
        }
    };
    for subject in [Subject::Route, Subject::ClientSecret, Subject::Tenant] {
        report.pass(subject);
    }
    if missing_scopes(pending.provider, &grant.scopes).is_empty() && grant.refresh_token.is_some() {
        report.pass(Subject::Consent);
    } else {
        report.fail(Subject::Consent, words::NOT_EVERYTHING, None);
    }
    match profile(host, &application, &grant).await {
        Ok(profile) => {
            report.pass(Subject::Api);
            forget(host, &application, &grant, &profile.email).await?;
            Ok(Some(profile.email))
        }
        Err(error) => {
            words::no_mailbox(report, &error);
            Ok(None)
        }
    }
}

/// Gives the grant back, unless somebody has linked the same mailbox: Google revokes all of a person's grants at once,
/// and theirs would end too. Where revoking fails, the tokens are forgotten all the same.
async fn forget(host: &Rc<dyn Host>, application: &Application, grant: &Grant, email: &str) -> Result<()> {
    let linked = Filter::eq("type", application.provider.as_str()).and(Filter::eq("email", email));
    if host.count(collections::ACCOUNTS, linked).await? == 0 {
        let token = grant.refresh_token.as_ref().unwrap_or(&grant.access_token);
        let _ = client::revoke(host, application, token).await;
    }
    Ok(())
}
