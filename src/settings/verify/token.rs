//! The token endpoint, asked with an authorisation code that was made up (RFC 6749 4.1.3): a provider looks at the code
//! only after it has accepted everything else.

use http::header::CONTENT_TYPE;
use http::{Request, Response};
use serde::Deserialize;
use url::{Url, form_urlencoded};

use super::report::{Check, CheckState, Subject};
use super::{Trial, faults, probe};
use crate::error::Result;
use crate::host::Host;
use crate::json;
use crate::provider::Provider;

/// No provider has given out such a code.
const MADE_UP: &str = "verification-of-the-email-settings";

#[derive(Deserialize)]
struct Refusal {
    error: String,
    #[serde(default)]
    error_description: String,
}

/// What the token endpoint says about the application.
///
/// # Errors
/// What isn't about the network or the provider.
pub(super) async fn findings(host: &dyn Host, trial: &Trial<'_>) -> Result<Vec<Check>> {
    let provider = trial.application.provider;
    let code = [
        ("grant_type", "authorization_code"),
        ("code", MADE_UP),
        ("redirect_uri", trial.redirect_uri),
        ("code_verifier", &trial.verifier),
    ];
    let refusal = match ask(host, trial, &code).await? {
        Answer::Refused(refusal) => refusal,
        Answer::Granted => return Ok(faults::accepted(provider)),
        Answer::None(check) => return Ok(vec![check]),
    };
    let mut findings = vec![Check::ok(provider, Subject::Route)];
    let code = refusal.code(provider);
    findings.extend(faults::findings(provider, &code));
    if findings.len() == 1 {
        findings.extend(match code.as_str() {
            // Microsoft has looked at nothing but the form of the code.
            "AADSTS9002313" => secret_alone(host, trial).await?,
            _ if refusal.error == "invalid_grant" => faults::accepted(provider),
            _ => Vec::new(),
        });
    }
    Ok(findings)
}

/// Asks Microsoft for a token of the application itself (RFC 6749 4.4), which needs no code. Such a token opens no
/// mailbox, and it is thrown away.
async fn secret_alone(host: &dyn Host, trial: &Trial<'_>) -> Result<Vec<Check>> {
    let provider = trial.application.provider;
    let resource = Url::parse(&trial.application.endpoints.api)
        .map(|url| url.origin().ascii_serialization())
        .unwrap_or_default();
    let scope = format!("{resource}/.default");
    let form = [("grant_type", "client_credentials"), ("scope", scope.as_str())];
    Ok(match ask(host, trial, &form).await? {
        Answer::Granted => faults::accepted(provider),
        Answer::None(check) => vec![check],
        Answer::Refused(refusal) => {
            let known = faults::findings(provider, &refusal.code(provider));
            let silent = Check::new(
                provider,
                Subject::ClientSecret,
                CheckState::Unknown,
                faults::SILENT,
            );
            if known.is_empty() { vec![silent] } else { known }
        }
    })
}

enum Answer {
    Granted,
    Refused(Refusal),
    /// It came from somebody else, or not at all.
    None(Check),
}

async fn ask(host: &dyn Host, trial: &Trial<'_>, question: &[(&str, &str)]) -> Result<Answer> {
    let application = trial.application;
    let form = form_urlencoded::Serializer::new(String::new())
        .extend_pairs(question)
        .append_pair("client_id", &application.client_id)
        .append_pair("client_secret", application.client_secret.expose())
        .finish();
    let request = Request::post(application.endpoints.token.as_str())
        .header(CONTENT_TYPE, "application/x-www-form-urlencoded")
        .body(form.into_bytes())
        .map_err(probe::unusable)?;
    Ok(match probe::ask(host, application.provider, request).await? {
        Ok(response) => read(trial, &response),
        Err(check) => Answer::None(check),
    })
}

fn read(trial: &Trial<'_>, response: &Response<Vec<u8>>) -> Answer {
    #[derive(Deserialize)]
    struct Token {
        #[serde(rename = "access_token")]
        _access_token: String,
    }
    let strange = || {
        let application = trial.application;
        let status = response.status().as_u16();
        probe::strange(
            application.provider,
            &application.endpoints.token,
            Subject::Route,
            status,
        )
    };
    let body = serde_json::from_slice(response.body()).unwrap_or_default();
    if response.status().is_success() {
        return match json::read::<Token>(body) {
            Ok(_) => Answer::Granted,
            Err(_) => Answer::None(strange()),
        };
    }
    match json::read(body) {
        Ok(refusal) => Answer::Refused(refusal),
        Err(_) => Answer::None(strange()),
    }
}

impl Refusal {
    /// Microsoft's number, or else the word.
    fn code(&self, provider: Provider) -> String {
        match provider {
            Provider::Microsoft => {
                faults::aadsts(&self.error_description).unwrap_or_else(|| self.error.clone())
            }
            // One word for two mistakes, told apart by the text only: "The OAuth client was not found."
            Provider::Google
                if self.error == "invalid_client" && !self.error_description.contains("not found") =>
            {
                "wrong_secret".to_owned()
            }
            Provider::Google if self.error_description.contains("client_secret") => "wrong_secret".to_owned(),
            Provider::Google => self.error.clone(),
        }
    }
}
