//! "Verify": asks the provider itself whether the settings are right, before any user connects.
//!
//! Three requests that need no user: the token endpoint gets an authorisation code that was made up, the consent page is
//! asked for without showing anything (`prompt=none`, OpenID Connect Core 3.1.2.1), and the API without a token. What
//! they can't tell is said to be unknown; a test sign-in shows it.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use futures_util::future::join3;

use super::save::Draft;
use super::schema::is_insecure;
use super::values::Entered;
use super::{Application, assemble, general, redirect_uri, secret_context};
use crate::error::{Error, ErrorCode, Result};
use crate::host::Host;
use crate::provider::Provider;
use crate::secret::{Secret, Vault};

mod api;
mod consent_page;
mod faults;
mod probe;
mod report;
mod token;

pub use report::{Check, CheckState, Report, Subject};

/// What is asked with: the application as it would be, and a proof key as every authorisation has one (RFC 7636).
struct Trial<'a> {
    application: &'a Application,
    redirect_uri: &'a str,
    verifier: String,
}

/// Verifies a provider's section with `entered` over what is stored. Nothing is written.
///
/// # Errors
/// `invalid_input` for a value that could not be saved; `storage_failed`. What is wrong at the provider is no error but a
/// failed [`Check`].
pub async fn verify(
    host: &dyn Host,
    provider: Provider,
    entered: &Entered,
    request_origin: &str,
) -> Result<Report> {
    let draft = Draft::read(host, provider, entered).await?;
    let redirect_uri = redirect_uri(&general(host).await?, request_origin);
    let mut report = Report::new(provider);
    if is_insecure(&redirect_uri) {
        report.fail(Subject::RedirectUri, faults::INSECURE, None);
    }
    let application = match application(host, provider, &draft).await? {
        Ok(application) => application,
        Err(problems) => {
            for (subject, sentence) in problems {
                report.fail(subject, sentence, None);
            }
            return Ok(report);
        }
    };
    // Addresses that aren't saved yet may be asked for the time of this call.
    let saved = super::origins(host).await?;
    let entered = draft.values.endpoints.origins(draft.values.tenant());
    host.allow_origins(saved.iter().cloned().chain(entered).collect());
    let asked = ask(host, &application, &redirect_uri, &mut report).await;
    host.allow_origins(saved);
    asked.map(|()| report)
}

/// Verifies the stand-in of a dry run as it would a provider.
///
/// # Errors
/// `not_configured` when there is no dry run; `storage_failed`.
pub async fn verify_dry_run(host: &dyn Host, provider: Provider, request_origin: &str) -> Result<Report> {
    let application = super::application_of(host, provider, true).await?;
    let redirect_uri = redirect_uri(&general(host).await?, request_origin);
    let mut report = Report::new(provider);
    ask(host, &application, &redirect_uri, &mut report).await?;
    Ok(report)
}

/// Asks about the application, and reports what was found.
async fn ask(
    host: &dyn Host,
    application: &Application,
    redirect_uri: &str,
    report: &mut Report,
) -> Result<()> {
    let trial = Trial {
        application,
        redirect_uri,
        verifier: random_token(host)?,
    };
    let (token, page, api) = join3(
        token::findings(host, &trial),
        consent_page::findings(host, &trial),
        api::findings(host, application),
    )
    .await;
    for finding in token?.into_iter().chain(page?).chain(api?) {
        report.add(finding);
    }
    Ok(())
}

/// What an error that a provider sent a browser back with says about the settings. Nothing where it isn't known.
pub(super) fn known(provider: Provider, error: &str, description: &str) -> Vec<Check> {
    let code = match provider {
        Provider::Google => error.to_owned(),
        Provider::Microsoft => faults::aadsts(description).unwrap_or_default(),
    };
    faults::findings(provider, &code)
}

/// A provider's code that may be shown: a word, never a sentence.
pub(super) fn word(text: &str) -> Option<&str> {
    let is_word = text
        .bytes()
        .all(|byte| byte == b'_' || byte.is_ascii_alphanumeric());
    (is_word && (1..=64).contains(&text.len())).then_some(text)
}

/// The application as it is saved, whether or not users may link mailboxes with it.
///
/// # Errors
/// `not_configured` naming what is missing, `storage_failed`.
pub async fn saved_application(host: &dyn Host, provider: Provider) -> Result<Application> {
    let draft = Draft::read(host, provider, &Entered::new()).await?;
    application(host, provider, &draft).await?.map_err(|missing| {
        let (subject, sentence) = missing
            .into_iter()
            .next()
            .unwrap_or((Subject::ClientSecret, faults::NO_SECRET.to_owned()));
        let field = match subject {
            Subject::ClientId => "clientId",
            _ => "clientSecret",
        };
        Error::new(ErrorCode::NotConfigured, sentence).about(field)
    })
}

/// The application, or what is missing for one.
async fn application(
    host: &dyn Host,
    provider: Provider,
    draft: &Draft,
) -> Result<Result<Application, Vec<(Subject, String)>>> {
    let mut missing = Vec::new();
    if draft.values.client_id.is_empty() {
        missing.push((Subject::ClientId, faults::NO_CLIENT_ID.to_owned()));
    }
    if !draft.has_secret() {
        missing.push((Subject::ClientSecret, faults::NO_SECRET.to_owned()));
    }
    if !missing.is_empty() {
        return Ok(Err(missing));
    }
    let assembled = match secret(host, provider, draft).await {
        Ok(secret) => assemble(host, provider, &draft.values, &secret),
        Err(error) => Err(error),
    };
    match assembled {
        Ok(application) => Ok(Ok(application)),
        Err(error)
            if matches!(
                error.code(),
                ErrorCode::NotConfigured | ErrorCode::SecretUnreadable
            ) =>
        {
            let subject = match error.field() {
                Some("clientId") => Subject::ClientId,
                _ => Subject::ClientSecret,
            };
            Ok(Err(vec![(subject, error.message().to_owned())]))
        }
        Err(error) => Err(error),
    }
}

async fn secret(host: &dyn Host, provider: Provider, draft: &Draft) -> Result<Secret> {
    match (&draft.new_secret, &draft.stored_secret) {
        (Some(secret), _) => Ok(secret.clone()),
        (None, Some(sealed)) => Vault::open(host).await?.unseal(&secret_context(provider), sealed),
        (None, None) => Err(Error::new(ErrorCode::NotConfigured, faults::NO_SECRET)),
    }
}

fn random_token(host: &dyn Host) -> Result<String> {
    let mut bytes = [0; 32];
    host.random(&mut bytes)?;
    Ok(URL_SAFE_NO_PAD.encode(bytes))
}
