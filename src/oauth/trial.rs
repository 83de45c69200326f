//! Authorisations that link nothing: the test sign-in of the settings page, and an administrator's consent for a
//! Microsoft organisation.

use std::rc::Rc;

use serde::Serialize;
use serde_json::{Value, json};
use url::Url;

use super::authorization::{Callback, Caller, store_begun};
use super::client::{self, Grant};
use super::pending::{Pending, Purpose};
use super::{issuer, link, permission};
use crate::error::{Error, Result};
use crate::host::{Filter, Host};
use crate::provider::{Profile, Provider};
use crate::secret::Secret;
use crate::settings::{self, Application, Report, Subject, trial as words};
use crate::store::collections;

/// The ends of Microsoft's addresses for consent: of a user, and of an administrator.
const AUTHORIZE: &str = "/oauth2/v2.0/authorize";
const ADMIN_CONSENT: &str = "/v2.0/adminconsent";

/// What a test sign-in showed.
#[derive(Debug, Serialize)]
struct Trial {
    /// Whose settings were tested.
    section: Provider,
    /// Who signed in, if it came to that.
    #[serde(skip_serializing_if = "Option::is_none")]
    email: Option<String>,
    #[serde(flatten)]
    report: Report,
}

/// Begins a test sign-in with the saved settings, enabled or not, and returns the consent page's address.
///
/// # Errors
/// `not_configured` naming what is missing, `storage_failed`.
pub async fn begin(host: &dyn Host, caller: Caller<'_>, provider: Provider) -> Result<String> {
    let application = settings::saved_application(host, provider).await?;
    let begun = store_begun(host, caller, &application, Purpose::Verify, None).await?;
    client::authorization_url(
        &application,
        &begun.redirect_uri,
        &begun.state,
        &begun.verifier,
        None,
    )
}

/// Begins an administrator's consent for a Microsoft organisation and returns its address.
///
/// Reference: <https://learn.microsoft.com/entra/identity-platform/v2-admin-consent>.
///
/// # Errors
/// `not_configured` naming what is missing; `invalid_input` for a tenant without administrators.
pub async fn begin_admin_consent(host: &dyn Host, caller: Caller<'_>) -> Result<String> {
    let application = settings::saved_application(host, Provider::Microsoft).await?;
    let mut address = admin_consent_address(&application)?;
    let begun = store_begun(host, caller, &application, Purpose::AdminConsent, None).await?;
    let api = Url::parse(&application.endpoints.api).map(|url| url.origin().ascii_serialization());
    let resource = api.unwrap_or_default();
    let scopes: Vec<String> = permission::asked(Provider::Microsoft, application.mode)
        .map(|scope| match scope {
            "offline_access" => scope.to_owned(),
            scope => format!("{resource}/{scope}"),
        })
        .collect();
    address
        .query_pairs_mut()
        .append_pair("client_id", &application.client_id)
        .append_pair("scope", &scopes.join(" "))
        .append_pair("redirect_uri", &begun.redirect_uri)
        .append_pair("state", begun.state.expose());
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

/// Ends a test sign-in, `{trial: {section, email, checks}}`, or an administrator's consent,
/// `{adminConsent: {granted}}`. What is wrong with the settings is no error but a failed check.
///
/// # Errors
/// `state_invalid` for the answer of another provider; `storage_failed`.
pub(super) async fn end(
    host: &Rc<dyn Host>,
    pending: &Pending,
    verifier: &Secret,
    callback: &Callback,
) -> Result<Value> {
    if pending.purpose == Purpose::AdminConsent {
        let granted = callback.error.is_none() && callback.code.is_none();
        return Ok(json!({ "adminConsent": { "granted": granted } }));
    }
    let application = settings::saved_application(host.as_ref(), pending.provider).await?;
    issuer::check(&application, callback.issuer.as_deref())?;
    let mut report = Report::new(pending.provider);
    report.pass(Subject::ClientId);
    report.pass(Subject::RedirectUri);
    let email = match (&callback.error, &callback.code) {
        (None, Some(code)) => {
            let redirect_uri = &pending.redirect_uri;
            match client::exchange(host, &application, redirect_uri, code, verifier).await {
                Ok(grant) => use_once(host, &application, &grant, &mut report).await?,
                Err(error) => {
                    words::not_exchanged(&mut report, &error);
                    None
                }
            }
        }
        (error, _) => {
            let text = |text: &Option<String>| text.clone().unwrap_or_default();
            words::refused(&mut report, &text(error), &text(&callback.error_description));
            None
        }
    };
    let trial = Trial {
        section: pending.provider,
        email,
        report,
    };
    Ok(json!({ "trial": trial }))
}

/// Looks with the grant whose mailbox it opens, and keeps nothing of it. Returns who signed in.
async fn use_once(
    host: &Rc<dyn Host>,
    application: &Application,
    grant: &Grant,
    report: &mut Report,
) -> Result<Option<String>> {
    for subject in [Subject::Route, Subject::ClientSecret, Subject::Tenant] {
        report.pass(subject);
    }
    let granted = grant.scopes.as_deref();
    let missing = granted.map_or_else(Vec::new, |granted| {
        permission::missing(application.provider, application.mode, granted)
    });
    match missing.is_empty() && grant.refresh_token.is_some() {
        true => report.pass(Subject::Consent),
        false => report.fail(Subject::Consent, words::NOT_EVERYTHING, None),
    }
    match link::profile(host, application, grant).await {
        Ok(profile) => {
            report.pass(Subject::Api);
            give_back(host, application, grant, &profile).await?;
            Ok(Some(profile.email))
        }
        Err(error) => {
            words::no_mailbox(report, &error);
            Ok(None)
        }
    }
}

/// Revokes the grant, unless somebody has linked the same mailbox: Google takes back all that a person has given to the
/// application, and their account would end too. Where it fails, the tokens are forgotten all the same.
async fn give_back(
    host: &Rc<dyn Host>,
    application: &Application,
    grant: &Grant,
    profile: &Profile,
) -> Result<()> {
    let mut same = vec![Filter::eq("email", profile.email.as_str())];
    same.extend(
        profile
            .subject
            .iter()
            .map(|subject| Filter::eq("subject", subject.as_str())),
    );
    let linked = Filter::eq("type", application.provider.as_str()).and(Filter::Or(same));
    let is_linked = host.count(collections::ACCOUNTS, linked).await? > 0;
    if !is_linked && !application.endpoints.revoke.is_empty() {
        let token = grant.refresh_token.as_ref().unwrap_or(&grant.access_token);
        let _ = client::revoke(host, application, token).await;
    }
    Ok(())
}
