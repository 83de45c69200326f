//! What the providers' own errors mean for a check, in sentences for administrators.

use super::report::{Check, CheckState, Subject};
use crate::provider::Provider;

pub(super) const NO_CLIENT_ID: &str = "enter the client ID that the provider gave your application";
pub(super) const NO_SECRET: &str = "enter the client secret that the provider gave your application";
pub(super) const INSECURE: &str =
    "Providers accept only redirect URIs that begin with https, except for localhost.";
pub(super) const UNREACHABLE: &str = "{{host}} could not be reached from this server ({{reason}}).";
pub(super) const SLOW: &str = "{{host}} did not answer in time.";
pub(super) const UNTRUSTED: &str =
    "The secure connection to {{host}} failed ({{reason}}): something in between answers in its place.";
pub(super) const NOT_ALLOWED: &str = "{{host}} leads to an address of this machine or a private network, and this server may not connect to it. If you mean it, enter the address under Addresses and switch on Allow private addresses.";
pub(super) const STRANGE: &str = "Something else than the provider answers at {{host}} (status {{status}}): check the addresses, and whether a proxy stands in between.";
pub(super) const BUSY: &str = "{{host}} is busy or out of order (status {{status}}). Verify again later.";
pub(super) const SILENT: &str =
    "Microsoft did not say whether the client secret is right. A test sign-in shows it.";

/// A refusal of the token endpoint or the consent page: by Google's word or Microsoft's number.
struct Fault {
    code: &'static str,
    subject: Subject,
    sentence: &'static str,
    /// What must be right for the provider to have come as far as this.
    proves: &'static [Subject],
}

const CREDENTIALS: &[Subject] = &[Subject::ClientId, Subject::ClientSecret];
const APPLICATION: &[Subject] = &[Subject::ClientId];
const DIRECTORY: &[Subject] = &[Subject::Tenant];
const KNOWN: &[Subject] = &[Subject::ClientId, Subject::Tenant];
const ACCEPTED: &[Subject] = &[Subject::ClientId, Subject::ClientSecret, Subject::Tenant];

const fn fault(
    code: &'static str,
    subject: Subject,
    proves: &'static [Subject],
    sentence: &'static str,
) -> Fault {
    Fault {
        code,
        subject,
        sentence,
        proves,
    }
}

/// <https://developers.google.com/identity/protocols/oauth2/web-server#authorization-errors>
const GOOGLE: &[Fault] = &[
    fault(
        "redirect_uri_mismatch",
        Subject::RedirectUri,
        APPLICATION,
        "The redirect URI is not registered for this client ID. Add it exactly as it is shown on this page.",
    ),
    fault(
        "deleted_client",
        Subject::ClientId,
        &[],
        "This OAuth client was deleted in the Google Cloud console. Restore it or create a new one.",
    ),
    fault(
        "disabled_client",
        Subject::ClientId,
        &[],
        "This OAuth client was disabled by Google.",
    ),
    fault(
        "unauthorized_client",
        Subject::ClientId,
        &[],
        "This OAuth client may not be used here: create one of the type Web application.",
    ),
    fault(
        "invalid_client",
        Subject::ClientId,
        &[],
        "Google does not know this client ID. Copy it again, without spaces or line breaks.",
    ),
    fault(
        "wrong_secret",
        Subject::ClientSecret,
        APPLICATION,
        "Google does not accept this client secret. Copy it again, or add a new one to the client.",
    ),
    fault(
        "org_internal",
        Subject::Consent,
        APPLICATION,
        "The audience of the application is Internal: only accounts of its own organization can connect.",
    ),
    fault(
        "admin_policy_enforced",
        Subject::Consent,
        APPLICATION,
        "The organization's Google Workspace administrator blocks this application. It has to be trusted under API controls.",
    ),
    fault(
        "invalid_scope",
        Subject::Consent,
        APPLICATION,
        "Google does not know a permission that is asked for.",
    ),
];

/// <https://learn.microsoft.com/entra/identity-platform/reference-error-codes>
const MICROSOFT: &[Fault] = &[
    fault(
        "AADSTS700016",
        Subject::ClientId,
        DIRECTORY,
        "Microsoft does not know this client ID in this tenant. Copy Application (client) ID again, and check the tenant.",
    ),
    fault(
        "AADSTS700038",
        Subject::ClientId,
        DIRECTORY,
        "This is no client ID. Copy Application (client) ID from the Overview page.",
    ),
    fault(
        "AADSTS7000112",
        Subject::ClientId,
        DIRECTORY,
        "The application is disabled in this tenant.",
    ),
    fault(
        "AADSTS7000215",
        Subject::ClientSecret,
        KNOWN,
        "Microsoft does not accept this client secret. Enter the column Value of the secret, not Secret ID.",
    ),
    fault(
        "AADSTS7000222",
        Subject::ClientSecret,
        KNOWN,
        "The client secret has expired. Create a new one and enter its value.",
    ),
    fault(
        "AADSTS7000218",
        Subject::ClientSecret,
        KNOWN,
        "Microsoft asks for a client secret and got none.",
    ),
    fault(
        "AADSTS900023",
        Subject::Tenant,
        &[],
        "Microsoft does not know this tenant. Copy Directory (tenant) ID from the Overview page.",
    ),
    fault(
        "AADSTS900021",
        Subject::Tenant,
        &[],
        "Microsoft does not know this tenant. Copy Directory (tenant) ID from the Overview page.",
    ),
    fault(
        "AADSTS90002",
        Subject::Tenant,
        &[],
        "Microsoft does not know this tenant. Copy Directory (tenant) ID from the Overview page.",
    ),
    fault(
        "AADSTS50194",
        Subject::Tenant,
        APPLICATION,
        "The application is for a single tenant: enter its Directory (tenant) ID as the tenant.",
    ),
    fault(
        "AADSTS9002346",
        Subject::Tenant,
        APPLICATION,
        "The application is for personal Microsoft accounts only: enter consumers as the tenant.",
    ),
    fault(
        "AADSTS50011",
        Subject::RedirectUri,
        KNOWN,
        "The redirect URI is not registered for this application. Add it under the platform Web exactly as it is shown on this page.",
    ),
    fault(
        "AADSTS9002326",
        Subject::RedirectUri,
        KNOWN,
        "The redirect URI is registered for another platform. Remove it there and add it under the platform Web.",
    ),
    fault(
        "AADSTS9002327",
        Subject::RedirectUri,
        KNOWN,
        "The redirect URI is registered for another platform. Remove it there and add it under the platform Web.",
    ),
    fault(
        "AADSTS700025",
        Subject::RedirectUri,
        KNOWN,
        "The redirect URI is registered for another platform. Remove it there and add it under the platform Web.",
    ),
    fault(
        "AADSTS65001",
        Subject::Consent,
        ACCEPTED,
        "Nobody has consented to these permissions yet. Users are asked when they connect.",
    ),
    fault(
        "AADSTS90094",
        Subject::Consent,
        KNOWN,
        "An administrator of the organization has to consent first.",
    ),
    fault(
        "AADSTS90095",
        Subject::Consent,
        KNOWN,
        "An administrator of the organization has to consent first.",
    ),
    fault(
        "AADSTS650053",
        Subject::Consent,
        KNOWN,
        "Microsoft does not know a permission that is asked for.",
    ),
];

/// What a provider's code says: the failed check first, then what is right. Nothing where the code isn't known.
pub(super) fn findings(provider: Provider, code: &str) -> Vec<Check> {
    let table = match provider {
        Provider::Google => GOOGLE,
        Provider::Microsoft => MICROSOFT,
    };
    let Some(fault) = table.iter().find(|fault| fault.code == code) else {
        return Vec::new();
    };
    let mut failed = Check::new(provider, fault.subject, CheckState::Failed, fault.sentence);
    failed.code = Some(shown(code).to_owned());
    let proven = fault.proves.iter().map(|subject| Check::ok(provider, *subject));
    [failed].into_iter().chain(proven).collect()
}

/// That the provider accepts the application: it looked at the code, after everything else.
pub(super) fn accepted(provider: Provider) -> Vec<Check> {
    let proven = match provider {
        Provider::Google => CREDENTIALS,
        Provider::Microsoft => ACCEPTED,
    };
    proven
        .iter()
        .map(|subject| Check::ok(provider, *subject))
        .collect()
}

/// The first of the provider's codes that stand in a page's text.
pub(super) fn code_in(provider: Provider, text: &str) -> Option<String> {
    match provider {
        Provider::Microsoft => aadsts(text),
        Provider::Google => {
            let words = GOOGLE.iter().map(|fault| fault.code);
            words.filter(|word| text.contains(word)).map(str::to_owned).next()
        }
    }
}

/// The first AADSTS code in a text.
pub(super) fn aadsts(text: &str) -> Option<String> {
    let digits: String = text
        .split("AADSTS")
        .nth(1)?
        .chars()
        .take_while(char::is_ascii_digit)
        .take(9)
        .collect();
    (!digits.is_empty()).then(|| format!("AADSTS{digits}"))
}

/// Google has one word for a client it doesn't know and a secret it doesn't accept; the second one has ours here.
fn shown(code: &str) -> &str {
    match code {
        "wrong_secret" => "invalid_client",
        code => code,
    }
}

/// What a check says that ended well.
pub(super) const fn well(subject: Subject) -> &'static str {
    match subject {
        Subject::Route => "This server reaches the provider.",
        Subject::ClientId => "The provider knows the client ID.",
        Subject::ClientSecret => "The provider accepts the client secret.",
        Subject::RedirectUri => "The redirect URI is registered.",
        Subject::Tenant => "The tenant exists and accepts the application.",
        Subject::Api => "The mail API is enabled and answers.",
        Subject::Consent => "Consent was given to everything that is needed.",
    }
}

/// What a check says that could not be made.
pub(super) const fn unknown(provider: Provider, subject: Subject) -> &'static str {
    match (subject, provider) {
        (Subject::Api, Provider::Google) => {
            "Whether the Gmail API is enabled shows only with a user. Choose Test sign-in."
        }
        (Subject::Api, Provider::Microsoft) => {
            "Whether Microsoft Graph opens a mailbox shows only with a user. Choose Test sign-in."
        }
        (Subject::Consent, Provider::Google) => {
            "Who may consent depends on the audience of the application. Choose Test sign-in."
        }
        (Subject::Consent, Provider::Microsoft) => {
            "Whether users may consent depends on their organization. Choose Test sign-in."
        }
        (Subject::RedirectUri, _) => {
            "The provider did not say whether the redirect URI is registered. Choose Test sign-in."
        }
        _ => "This could not be checked yet.",
    }
}

/// The guide's step that repairs it.
pub(super) const fn step(provider: Provider, subject: Subject) -> &'static str {
    match (provider, subject) {
        (Provider::Google, Subject::Route) => "google.network",
        (Provider::Google, Subject::ClientId | Subject::ClientSecret) => "google.credentials",
        (Provider::Google, Subject::RedirectUri) => "google.redirect-uri",
        (Provider::Google, Subject::Api) => "google.api",
        (Provider::Google, Subject::Consent | Subject::Tenant) => "google.audience",
        (Provider::Microsoft, Subject::Route) => "microsoft.network",
        (Provider::Microsoft, Subject::ClientId) => "microsoft.client-id",
        (Provider::Microsoft, Subject::ClientSecret) => "microsoft.client-secret",
        (Provider::Microsoft, Subject::RedirectUri) => "microsoft.redirect-uri",
        (Provider::Microsoft, Subject::Tenant) => "microsoft.tenant",
        (Provider::Microsoft, Subject::Api) => "microsoft.permissions",
        (Provider::Microsoft, Subject::Consent) => "microsoft.admin-consent",
    }
}
