//! Authorisations that users begin, and their callbacks.

use std::rc::Rc;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::Value;
use url::Url;

use super::pending::{self, Answerer, Claim, Outcome, Pending, Purpose};
use super::{client, issuer, link, permission, trial};
use crate::account::{self, Account};
use crate::error::{Error, ErrorCode, Result};
use crate::host::{Batch, Host};
use crate::provider::Provider;
use crate::secret::Secret;
use crate::settings::{self, Application};
use crate::store;

/// Who begins or answers an authorisation, as the host's server knows.
#[derive(Clone, Copy, Debug)]
pub struct Caller<'a> {
    /// The signed-in user.
    pub user_id: i64,
    /// An opaque name of the login, the same from signing in to signing out; none where the host knows none.
    pub session: Option<&'a str>,
    /// The site's origin as the caller's browser sees it.
    pub origin: &'a str,
}

/// What a user wants to authorise.
#[derive(Clone, Copy, Debug)]
pub struct Begin<'a> {
    /// Where.
    pub provider: Provider,
    /// The mailbox to preselect there.
    pub email: Option<&'a str>,
    /// Whether only that very mailbox is accepted.
    pub reauthorize: bool,
}

/// What a provider's redirect brought back (RFC 6749 4.1.2, RFC 9207).
#[derive(Debug, Default)]
pub struct Callback {
    /// The state that [`begin`] issued.
    pub state: Option<Secret>,
    /// The authorisation code.
    pub code: Option<Secret>,
    /// The error code, where consent was not given.
    pub error: Option<String>,
    /// The provider's words to it, of which only a code is read.
    pub error_description: Option<String>,
    /// Who answers, where the provider says so.
    pub issuer: Option<String>,
    /// Where the browser was sent back to, as the page that received it says.
    pub redirect_uri: Option<String>,
}

impl Callback {
    /// What tells this answer from others to the same question.
    pub(super) fn answer(&self) -> String {
        let code = self.code.as_ref().map(Secret::expose);
        format!("{code:?} {:?}", self.error)
    }
}

/// A mailbox that was linked.
#[derive(Debug)]
pub struct Linked {
    /// The account.
    pub account: Account,
    /// Whether it is new, or one that was authorised again.
    pub created: bool,
}

/// How an authorisation ended well.
#[derive(Debug)]
pub enum End {
    /// A mailbox was linked.
    Linked(Box<Linked>),
    /// A test of the settings or an administrator's consent, as the page gets it.
    Trial(Value),
}

/// Begins an authorisation and returns the address of the provider's consent page.
///
/// # Errors
/// `not_configured`, `not_found` for somebody else's mailbox, `storage_failed`.
pub async fn begin(host: &dyn Host, caller: Caller<'_>, wish: Begin<'_>) -> Result<String> {
    let pinned = match wish.email.filter(|_| wish.reauthorize) {
        Some(email) => Some(account::own(host, caller.user_id, email, Some(wish.provider)).await?),
        None => None,
    };
    let application = match &pinned {
        Some(account) => settings::application_of(host, wish.provider, account.dry_run).await?,
        None => settings::application(host, wish.provider).await?,
    };
    let account_id = pinned.as_ref().map(|account| account.id);
    let begun = store_begun(host, caller, &application, Purpose::Link, account_id).await?;
    let url = client::authorization_url(
        &application,
        &begun.redirect_uri,
        &begun.state,
        &begun.verifier,
        wish.email,
    )?;
    Ok(match application.is_dry_run() {
        true => settings::consent_address(wish.provider, &url, &begun.redirect_uri),
        false => url,
    })
}

/// What an authorisation goes to the provider with.
pub(super) struct Begun {
    pub(super) redirect_uri: String,
    pub(super) state: Secret,
    pub(super) verifier: Secret,
}

/// Stores an authorisation that begins now.
pub(super) async fn store_begun(
    host: &dyn Host,
    caller: Caller<'_>,
    application: &Application,
    purpose: Purpose,
    account_id: Option<i64>,
) -> Result<Begun> {
    let redirect_uri = redirect_uri(host, caller).await?;
    let (state, verifier) = (random_token(host)?, random_token(host)?);
    let who = answerer(caller, &redirect_uri);
    pending::begin(host, &who, application, purpose, account_id, &state, &verifier).await?;
    Ok(Begun {
        redirect_uri,
        state,
        verifier,
    })
}

/// Completes an authorisation: claims its state, exchanges the code, and stores the account with its tokens.
///
/// The same answer sent again within ten minutes gets the same end without another exchange.
///
/// # Errors
/// `state_invalid` for a state that is missing, foreign, used or expired, and for an answer from elsewhere;
/// `consent_denied`; `permission_missing` naming what was not granted; `invalid_input` for another mailbox than the one
/// to re-authorise; and what the exchange reports.
pub async fn complete(host: &Rc<dyn Host>, caller: Caller<'_>, callback: Callback) -> Result<End> {
    let redirect_uri = redirect_uri(host.as_ref(), caller).await?;
    if callback
        .redirect_uri
        .as_ref()
        .is_some_and(|uri| *uri != redirect_uri)
    {
        return Err(Error::new(
            ErrorCode::StateInvalid,
            "the answer was received at another address than the one that was asked for: link the account again",
        ));
    }
    let who = answerer(caller, &redirect_uri);
    match pending::claim(host.as_ref(), &who, &callback).await? {
        Claim::Repeated(provider, Outcome::Linked { email, created }) => {
            let account = account::own(host.as_ref(), caller.user_id, &email, Some(provider)).await?;
            Ok(End::Linked(Box::new(Linked { account, created })))
        }
        Claim::Repeated(_, Outcome::Tried { answer }) => Ok(End::Trial(answer)),
        Claim::Repeated(_, Outcome::Failed { code, message, field }) => {
            Err(pending::repeated(&code, message, field))
        }
        Claim::Taken(pending, verifier) if pending.purpose != Purpose::Link => {
            let answer = trial::end(host, &pending, &verifier, &callback).await?;
            let outcome = Outcome::Tried {
                answer: answer.clone(),
            };
            store::commit(host.as_ref(), pending::note(Batch::new(), &pending, &outcome)).await?;
            Ok(End::Trial(answer))
        }
        Claim::Taken(pending, verifier) => {
            let result = exchange(host, caller.user_id, &pending, &verifier, callback).await;
            if let Err(error) = &result {
                let batch = pending::note(Batch::new(), &pending, &Outcome::failed(error));
                store::commit(host.as_ref(), batch).await?;
            }
            Ok(End::Linked(Box::new(result?)))
        }
    }
}

async fn exchange(
    host: &Rc<dyn Host>,
    user_id: i64,
    pending: &Pending,
    verifier: &Secret,
    callback: Callback,
) -> Result<Linked> {
    let application = settings::application_of(host.as_ref(), pending.provider, pending.dry_run).await?;
    issuer::check(&application, callback.issuer.as_deref())?;
    if let Some(error) = callback.error {
        return Err(denied(&error));
    }
    let code = callback.code.ok_or_else(|| {
        Error::new(
            ErrorCode::ResponseInvalid,
            "the provider sent no authorisation code: link the account again",
        )
    })?;
    let answered = client::exchange(host, &application, &pending.redirect_uri, &code, verifier).await;
    application
        .note_secret(host.as_ref(), answered.as_ref().err())
        .await?;
    let grant = answered?;
    // An answer that names no scopes grants those that were asked for.
    let missing = grant.scopes.as_ref().map_or_else(Vec::new, |granted| {
        permission::missing(application.provider, application.mode, granted)
    });
    if !missing.is_empty() {
        return Err(permission::refusal(&missing));
    }
    link::save(host, user_id, &application, pending, &grant).await
}

/// The redirect URI of the site as the caller reaches it.
async fn redirect_uri(host: &dyn Host, caller: Caller<'_>) -> Result<String> {
    let uri = settings::redirect_uri(&settings::general(host).await?, caller.origin);
    let is_plain = Url::parse(&uri).is_ok_and(|url| {
        matches!(url.scheme(), "http" | "https")
            && url.username().is_empty()
            && url.password().is_none()
            && url.query().is_none()
            && url.fragment().is_none()
    });
    match is_plain {
        true => Ok(uri),
        false => Err(Error::new(
            ErrorCode::NotConfigured,
            "the site's address can't be told: an administrator enters it in Email settings",
        )
        .about("publicUrl")),
    }
}

const fn answerer<'a>(caller: Caller<'a>, redirect_uri: &'a str) -> Answerer<'a> {
    Answerer {
        user_id: caller.user_id,
        session: caller.session,
        redirect_uri,
    }
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
