//! The `oauth2` crate over the host's fetch, and what its errors mean here.

use std::rc::Rc;

use chrono::{DateTime, TimeDelta, Utc};
use oauth2::basic::{BasicClient, BasicErrorResponse, BasicRequestTokenError, BasicTokenResponse};
use oauth2::{
    AuthType, AuthUrl, AuthorizationCode, ClientId, ClientSecret, CsrfToken, EndpointNotSet, EndpointSet,
    HttpRequest, HttpResponse, PkceCodeChallenge, PkceCodeVerifier, RedirectUrl, RefreshToken,
    RequestTokenError, Scope, TokenResponse, TokenUrl,
};

use super::scopes;
use crate::error::{Error, ErrorCode, Result};
use crate::host::{FetchLimits, Host};
use crate::provider::Provider;
use crate::secret::Secret;
use crate::settings::Application;

/// Token answers are small and quick; anything else is a fault.
const TOKEN_LIMITS: FetchLimits = FetchLimits {
    timeout_ms: 20_000,
    max_bytes: 256 << 10,
};

/// What is assumed where the provider doesn't say how long a token lives.
const DEFAULT_LIFE_SECONDS: i64 = 3_600;

/// Nobody is asked to wait longer than a day, whatever the provider says; in seconds.
const LONGEST_WAIT: u64 = 86_400;

type Client = BasicClient<EndpointSet, EndpointNotSet, EndpointNotSet, EndpointNotSet, EndpointSet>;

/// Tokens as the provider granted them.
pub(super) struct Grant {
    /// The access token.
    pub(super) access_token: Secret,
    /// The refresh token, where the answer brought one.
    pub(super) refresh_token: Option<Secret>,
    /// When the access token expires.
    pub(super) expires_at: DateTime<Utc>,
    /// The granted scopes; those that were asked for where the answer doesn't say.
    pub(super) scopes: Vec<String>,
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
            scopes(application.provider)
                .iter()
                .map(|scope| Scope::new((*scope).to_owned())),
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
    let response = client(application, redirect_uri)?
        .exchange_code(AuthorizationCode::new(code.expose().to_owned()))
        .set_pkce_verifier(PkceCodeVerifier::new(verifier.expose().to_owned()))
        .request_async(&|request| send(Rc::clone(host), request))
        .await
        .map_err(|error| match dead_grant(&error) {
            true => Error::new(
                ErrorCode::StateInvalid,
                "the authorisation has expired or was used already: link the account again",
            ),
            false => token_error(error),
        })?;
    Ok(grant(host, application.provider, &response))
}

/// Gets a new access token for a refresh token (RFC 6749 6).
///
/// # Errors
/// `reauthorization_required` when, and only when, the provider says that the grant is dead.
pub(super) async fn refresh(host: &Rc<dyn Host>, application: &Application, token: &Secret) -> Result<Grant> {
    let response = client(application, "http://localhost/")?
        .exchange_refresh_token(&RefreshToken::new(token.expose().to_owned()))
        .request_async(&|request| send(Rc::clone(host), request))
        .await
        .map_err(|error| match dead_grant(&error) {
            true => Error::new(
                ErrorCode::ReauthorizationRequired,
                "the mailbox's authorisation has ended: authorise it again",
            ),
            false => token_error(error),
        })?;
    Ok(grant(host, application.provider, &response))
}

/// Revokes a grant at the provider (RFC 7009). Returns false where the provider has no address for that.
pub(super) async fn revoke(host: &Rc<dyn Host>, application: &Application, token: &Secret) -> Result<bool> {
    if application.endpoints.revoke.is_empty() {
        return Ok(false);
    }
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
        true => Ok(true),
        false => Err(Error::new(
            ErrorCode::ProviderRejected,
            "the provider did not revoke the authorisation",
        )),
    }
}

fn client(application: &Application, redirect_uri: &str) -> Result<Client> {
    let unusable =
        |field: &'static str| Error::new(ErrorCode::NotConfigured, "the address is not usable").about(field);
    Ok(BasicClient::new(ClientId::new(application.client_id.clone()))
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

async fn send(host: Rc<dyn Host>, request: HttpRequest) -> Result<HttpResponse> {
    let response = host.fetch(request, TOKEN_LIMITS).await?;
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

fn grant(host: &Rc<dyn Host>, provider: Provider, response: &BasicTokenResponse) -> Grant {
    let life = response
        .expires_in()
        .and_then(|life| i64::try_from(life.as_secs()).ok())
        .unwrap_or(DEFAULT_LIFE_SECONDS);
    let granted = response
        .scopes()
        .map(|scopes| scopes.iter().map(|scope| scope.to_string()).collect());
    Grant {
        access_token: Secret::new(response.access_token().secret()),
        refresh_token: response.refresh_token().map(|token| Secret::new(token.secret())),
        expires_at: host.now() + TimeDelta::try_seconds(life).unwrap_or_default(),
        scopes: granted.unwrap_or_else(|| scopes(provider).iter().map(|scope| (*scope).to_owned()).collect()),
    }
}

/// Only these two words mean that the grant is dead; everything else may pass.
fn dead_grant(error: &BasicRequestTokenError<Error>) -> bool {
    match error {
        RequestTokenError::ServerResponse(response) => {
            matches!(
                response.error().to_string().as_str(),
                "invalid_grant" | "interaction_required"
            )
        }
        _ => false,
    }
}

fn token_error(error: BasicRequestTokenError<Error>) -> Error {
    match error {
        RequestTokenError::ServerResponse(response) => refused(&response),
        RequestTokenError::Request(error) => error,
        RequestTokenError::Parse(..) => {
            // The body is not repeated: it may hold tokens.
            Error::new(
                ErrorCode::ResponseInvalid,
                "the provider's token answer is not readable",
            )
        }
        RequestTokenError::Other(_) => {
            Error::new(ErrorCode::ResponseInvalid, "the provider's token answer is empty")
        }
    }
}

/// A refusal in words. Microsoft's AADSTS codes say more than its OAuth error.
fn refused(response: &BasicErrorResponse) -> Error {
    let description = response
        .error_description()
        .map(String::as_str)
        .unwrap_or_default();
    let rejected = |field: &'static str, message: &'static str| {
        Error::new(ErrorCode::ClientRejected, message).about(field)
    };
    let known = [
        (
            "AADSTS7000222",
            "clientSecret",
            "the client secret has expired: an administrator creates a new one",
        ),
        (
            "AADSTS7000215",
            "clientSecret",
            "the provider does not accept the client secret: enter its value, not its id",
        ),
        (
            "AADSTS700016",
            "clientId",
            "the provider does not know this client ID in this tenant",
        ),
        (
            "AADSTS50194",
            "tenant",
            "the application is for one tenant only: enter its directory's id as the tenant",
        ),
        ("AADSTS90002", "tenant", "the provider does not know this tenant"),
        (
            "AADSTS50011",
            "redirectUri",
            "the redirect URI is not registered for this application",
        ),
    ];
    if let Some((_, field, message)) = known.into_iter().find(|(code, _, _)| description.contains(code)) {
        return rejected(field, message);
    }
    match response.error().to_string().as_str() {
        "invalid_client" | "unauthorized_client" => rejected(
            "clientSecret",
            "the provider does not accept the client ID and secret: an administrator checks them",
        ),
        "redirect_uri_mismatch" => rejected(
            "redirectUri",
            "the redirect URI is not registered for this application",
        ),
        "temporarily_unavailable" | "server_error" => Error::new(
            ErrorCode::ProviderUnavailable,
            "the provider can't issue tokens right now",
        ),
        _ => Error::new(
            ErrorCode::ProviderRejected,
            "the provider refused to issue tokens",
        ),
    }
}
