//! The `oauth2` crate over the host's fetch, and what its errors mean here.

use std::cell::Cell;
use std::rc::Rc;

use chrono::{DateTime, TimeDelta, Utc};
use oauth2::basic::{
    BasicErrorResponse, BasicRevocationErrorResponse, BasicTokenIntrospectionResponse, BasicTokenType,
};
use oauth2::{
    AuthType, AuthUrl, AuthorizationCode, ClientId, ClientSecret, CsrfToken, EndpointNotSet, EndpointSet,
    ExtraTokenFields, HttpRequest, HttpResponse, PkceCodeChallenge, PkceCodeVerifier, RedirectUrl,
    RefreshToken, Scope, StandardRevocableToken, StandardTokenResponse, TokenResponse, TokenUrl,
};
use serde::{Deserialize, Serialize};

use super::{permission, subject};
use crate::error::{Error, ErrorCode, Result};
use crate::host::{FetchLimits, Host};
use crate::mime;
use crate::provider::Provider;
use crate::secret::Secret;
use crate::settings::Application;

mod refusal;

/// Token answers are small and quick; anything else is a fault.
const TOKEN_LIMITS: FetchLimits = FetchLimits {
    timeout_ms: 20_000,
    max_bytes: 64 << 10,
};

/// What is assumed where the provider doesn't say how long a token lives.
const DEFAULT_LIFE_SECONDS: i64 = 3_600;

/// No access token is believed to live longer than a day.
const LONGEST_LIFE_SECONDS: i64 = 86_400;

/// Nobody is asked to wait longer than a day, whatever the provider says; in seconds.
const LONGEST_WAIT: u64 = 86_400;

type Client = oauth2::Client<
    BasicErrorResponse,
    Tokens,
    BasicTokenIntrospectionResponse,
    StandardRevocableToken,
    BasicRevocationErrorResponse,
    EndpointSet,
    EndpointNotSet,
    EndpointNotSet,
    EndpointNotSet,
    EndpointSet,
>;
type Tokens = StandardTokenResponse<IdToken, BasicTokenType>;

/// What OpenID Connect adds to a token answer.
#[derive(Debug, Serialize, Deserialize)]
struct IdToken {
    #[serde(default)]
    id_token: Option<String>,
}

impl ExtraTokenFields for IdToken {}

/// Tokens as the provider granted them.
pub(super) struct Grant {
    /// The access token.
    pub(super) access_token: Secret,
    /// The refresh token, where the answer brought one.
    pub(super) refresh_token: Option<Secret>,
    /// When the access token expires, by this machine's clock.
    pub(super) expires_at: DateTime<Utc>,
    /// The granted scopes, where the answer names them; they are those that were asked for where not (RFC 6749 5.1).
    pub(super) scopes: Option<Vec<String>>,
    /// The stable id of the mailbox's owner, where the answer tells it.
    pub(super) subject: Option<String>,
}

/// The address of the consent page.
pub(super) fn authorization_url(
    application: &Application,
    redirect_uri: &str,
    state: &Secret,
    verifier: &Secret,
    login_hint: Option<&str>,
) -> Result<String> {
    let client = client(application, redirect_uri)?;
    let verifier = PkceCodeVerifier::new(verifier.expose().to_owned());
    let state = CsrfToken::new(state.expose().to_owned());
    let mut request = client
        .authorize_url(|| state)
        .add_scopes(
            permission::asked(application.provider, application.mode)
                .map(|scope| Scope::new(scope.to_owned())),
        )
        .set_pkce_challenge(PkceCodeChallenge::from_code_verifier_sha256(&verifier));
    if application.provider == Provider::Google {
        // Without both, Google gives no refresh token to somebody who has consented before.
        request = request
            .add_extra_param("access_type", "offline")
            .add_extra_param("prompt", "consent");
    }
    if let Some(email) = login_hint {
        request = request.add_extra_param("login_hint", email);
    }
    Ok(request.url().0.into())
}

/// Exchanges an authorisation code for tokens (RFC 6749 4.1.3, RFC 7636 4.5).
pub(super) async fn exchange(
    host: &Rc<dyn Host>,
    application: &Application,
    redirect_uri: &str,
    code: &Secret,
    verifier: &Secret,
) -> Result<Grant> {
    let clock = Clock::start(host);
    let response = client(application, redirect_uri)?
        .exchange_code(AuthorizationCode::new(code.expose().to_owned()))
        .set_pkce_verifier(PkceCodeVerifier::new(verifier.expose().to_owned()))
        .request_async(&|request| send(Rc::clone(host), Rc::clone(&clock), request))
        .await
        .map_err(|error| match refusal::is_dead_grant(&error) {
            true => Error::new(
                ErrorCode::StateInvalid,
                "the authorisation has expired or was used already: link the account again",
            ),
            false => refusal::error(error),
        })?;
    grant(application, &clock, &response)
}

/// Gets a new access token for a refresh token (RFC 6749 6).
///
/// # Errors
/// `reauthorization_required` when, and only when, the provider says that the grant is dead.
pub(super) async fn refresh(host: &Rc<dyn Host>, application: &Application, token: &Secret) -> Result<Grant> {
    let clock = Clock::start(host);
    let response = client(application, "http://localhost/")?
        .exchange_refresh_token(&RefreshToken::new(token.expose().to_owned()))
        .request_async(&|request| send(Rc::clone(host), Rc::clone(&clock), request))
        .await
        .map_err(|error| match refusal::is_dead_grant(&error) {
            true => Error::new(
                ErrorCode::ReauthorizationRequired,
                "the mailbox's authorisation has ended: authorise it again",
            ),
            false => refusal::error(error),
        })?;
    grant(application, &clock, &response)
}

/// Revokes a grant at the provider (RFC 7009).
pub(super) async fn revoke(host: &Rc<dyn Host>, application: &Application, token: &Secret) -> Result<()> {
    let body = url::form_urlencoded::Serializer::new(String::new())
        .append_pair("token", token.expose())
        .finish();
    let request = http::Request::post(application.endpoints.revoke.as_str())
        .header(http::header::CONTENT_TYPE, "application/x-www-form-urlencoded")
        .body(body.into_bytes())
        .map_err(|error| {
            Error::new(ErrorCode::NotConfigured, "the revocation address is not usable").because(error)
        })?;
    let response = host.fetch(request, TOKEN_LIMITS).await?;
    match response.status().is_success() {
        true => Ok(()),
        false => Err(Error::new(
            ErrorCode::ProviderRejected,
            "the provider did not revoke the authorisation",
        )),
    }
}

fn client(application: &Application, redirect_uri: &str) -> Result<Client> {
    let unusable =
        |field: &'static str| Error::new(ErrorCode::NotConfigured, "the address is not usable").about(field);
    Ok(oauth2::Client::new(ClientId::new(application.client_id.clone()))
        .set_client_secret(ClientSecret::new(application.client_secret.expose().to_owned()))
        .set_auth_type(AuthType::RequestBody)
        .set_auth_uri(
            AuthUrl::new(application.endpoints.authorize.clone())
                .map_err(|_| unusable("endpoints.authorize"))?,
        )
        .set_token_uri(
            TokenUrl::new(application.endpoints.token.clone()).map_err(|_| unusable("endpoints.token"))?,
        )
        .set_redirect_uri(RedirectUrl::new(redirect_uri.to_owned()).map_err(|_| unusable("publicUrl"))?))
}

async fn send(host: Rc<dyn Host>, clock: Rc<Clock>, request: HttpRequest) -> Result<HttpResponse> {
    let response = host.fetch(request, TOKEN_LIMITS).await?;
    let date = response.headers().get(http::header::DATE);
    clock
        .theirs
        .set(date.and_then(|date| mime::date(date.to_str().ok()?)));
    match outage(&response) {
        Some(error) => Err(error),
        None => Ok(response),
    }
}

/// What a server says that is busy or broken, whatever stands in the body.
fn outage(response: &HttpResponse) -> Option<Error> {
    let status = response.status().as_u16();
    let code = match status {
        429 => ErrorCode::RateLimited,
        500..=599 => ErrorCode::ProviderUnavailable,
        _ => return None,
    };
    let wait = response.headers().get(http::header::RETRY_AFTER);
    let wait = wait.and_then(|value| value.to_str().ok()?.trim().parse::<u64>().ok());
    let message = format!("the provider can't issue tokens right now (it answered {status})");
    Some(Error::new(code, message).retry_after(wait.map(|seconds| seconds.min(LONGEST_WAIT))))
}

/// When a request was sent, by both clocks.
struct Clock {
    ours: DateTime<Utc>,
    /// The answer's `Date`.
    theirs: Cell<Option<DateTime<Utc>>>,
}

impl Clock {
    fn start(host: &Rc<dyn Host>) -> Rc<Self> {
        Rc::new(Self {
            ours: host.now(),
            theirs: Cell::new(None),
        })
    }

    /// When something expires that lives so long, by this machine's clock.
    ///
    /// Other machines read it too: where ours is ahead of the provider's, they must not believe that the token lives
    /// longer than it does. A clock that is quite wrong may cost half of the life, so that a token is used all the same.
    fn expiry(&self, life: TimeDelta) -> DateTime<Utc> {
        let ahead = self
            .theirs
            .get()
            .map_or(TimeDelta::zero(), |theirs| self.ours - theirs);
        self.ours + life - ahead.clamp(TimeDelta::zero(), life / 2)
    }
}

fn grant(application: &Application, clock: &Clock, response: &Tokens) -> Result<Grant> {
    if *response.token_type() != BasicTokenType::Bearer {
        return Err(Error::new(
            ErrorCode::ResponseInvalid,
            "the provider issued another kind of token than was asked for",
        ));
    }
    let life = response
        .expires_in()
        .and_then(|life| i64::try_from(life.as_secs()).ok())
        .unwrap_or(DEFAULT_LIFE_SECONDS)
        .clamp(0, LONGEST_LIFE_SECONDS);
    let scopes = response.scopes();
    let id_token = response.extra_fields().id_token.as_deref();
    // Microsoft's owners are known from Graph, by an id that all applications share.
    let id_token = id_token.filter(|_| application.provider == Provider::Google);
    Ok(Grant {
        access_token: Secret::new(response.access_token().secret()),
        refresh_token: response.refresh_token().map(|token| Secret::new(token.secret())),
        expires_at: clock.expiry(TimeDelta::seconds(life)),
        scopes: scopes.map(|scopes| scopes.iter().map(|scope| scope.to_string()).collect()),
        subject: id_token
            .map(|token| subject::of_id_token(application, token))
            .transpose()?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wrong_clock_makes_a_token_expire_earlier_and_never_later() {
        let ours = DateTime::from_timestamp(1_772_366_400, 0).unwrap();
        let life = TimeDelta::hours(1);
        let expiry = |theirs: Option<TimeDelta>| {
            let theirs = Cell::new(theirs.map(|by| ours + by));
            Clock { ours, theirs }.expiry(life) - ours
        };
        assert_eq!(expiry(None), life);
        assert_eq!(expiry(Some(TimeDelta::zero())), life);
        assert_eq!(expiry(Some(TimeDelta::minutes(-4))), TimeDelta::minutes(56));
        assert_eq!(expiry(Some(TimeDelta::minutes(4))), life);
        assert_eq!(expiry(Some(TimeDelta::days(-3))), TimeDelta::minutes(30));
        assert_eq!(expiry(Some(TimeDelta::days(3))), life);
    }
}
