//! Microsoft's identity platform: `/{tenant}/oauth2/v2.0/authorize`, `/token`, `/{tenant}/adminconsent`.
//! <https://learn.microsoft.com/entra/identity-platform/v2-oauth2-auth-code-flow>

mod fault;
mod token;

pub(crate) use token::{grant, token};

use super::page::{self, Consent};
use super::{AuthServer, Code, asks_silence, scope_set, with_query};
use crate::answer::{self, Parameters, Request, Response};
use crate::mailbox::Provider;
use crate::rng::{hash, mix};
use fault::{Fault, fault, tenant_fault, unknown_client};

/// The directory that the simulated organisation is.
pub(crate) const TENANT: &str = "3f2a9c4e-51b7-4d0e-9a86-7c1d5e2b8f04";
const GRAPH: &str = "https://graph.microsoft.com/";

const MEANINGS: &[(&str, &str)] = &[
    ("openid", "Sign you in"),
    ("profile", "See your basic profile"),
    ("email", "See your email address"),
    ("offline_access", "Keep access to what you allowed"),
    ("User.Read", "Sign you in and read your profile"),
    ("Mail.Read", "Read your mail"),
    ("Mail.ReadBasic", "Read your mail without its text"),
    ("Mail.ReadWrite", "Read and write your mail"),
    ("Mail.Send", "Send mail as you"),
    ("MailboxSettings.Read", "Read your mailbox settings"),
    (
        "MailboxSettings.ReadWrite",
        "Read and write your mailbox settings",
    ),
    (".default", "What the application was registered for"),
];

/// A scope without Graph's address before it.
pub(crate) fn short(scope: &str) -> &str {
    scope.strip_prefix(GRAPH).unwrap_or(scope)
}

/// A number in the form of a UUID.
pub(crate) fn uuid(seed: u64) -> String {
    let (high, low) = (mix(seed, 1), mix(seed, 2));
    format!(
        "{:08x}-{:04x}-4{:03x}-8{:03x}-{:012x}",
        high >> 32,
        (high >> 16) & 0xFFFF,
        high & 0xFFF,
        low >> 52,
        low & 0xFFFF_FFFF_FFFF
    )
}

fn faults_shown(server: &AuthServer, tenant: &str, query: &Parameters) -> Option<Fault> {
    let client = query.get("client_id");
    if client.is_empty() {
        return Some(fault(
            "invalid_request",
            900_144,
            "The request body must contain the following parameter: 'client_id'.",
        ));
    }
    if client != server.client.id {
        return Some(unknown_client(client));
    }
    if let Some(found) = tenant_fault(server, tenant) {
        return Some(found);
    }
    let uri = query.get("redirect_uri");
    (!server.redirect_allowed(uri)).then(|| {
        fault(
            "invalid_request",
            50011,
            format!("The redirect URI '{uri}' specified in the request does not match the redirect URIs configured for the application '{client}'. Make sure the redirect URI sent in the request matches one added to your application in the Azure portal."),
        )
    })
}

/// GET `authorize`: the consent page.
pub(crate) fn authorize(
    server: &AuthServer,
    users: &[(String, String)],
    tenant: &str,
    request: &Request,
    now_ms: i64,
) -> Response {
    let query = Parameters::of_query(request);
    if let Some(found) = faults_shown(server, tenant, &query) {
        return found.page(now_ms);
    }
    if asks_silence(&query) {
        let description = fault(
            "login_required",
            50058,
            "A silent sign-in request was sent but no user is signed in.",
        )
        .description(now_ms);
        let parameters = [
            ("error", "login_required"),
            ("error_description", description.as_str()),
            ("state", query.get("state")),
        ];
        return answer::redirect(&with_query(query.get("redirect_uri"), &parameters));
    }
    if let Some(answer) = refused_at_redirect(server, &query, now_ms) {
        return answer;
    }
    let hint = query.get("login_hint");
    let selected = users.iter().find(|(_, email)| email == hint).or(users.first());
    let scopes = query.get("scope").split_whitespace().map(|scope| {
        let meaning = MEANINGS
            .iter()
            .find(|(known, _)| known.eq_ignore_ascii_case(short(scope)))
            .map_or(scope, |(_, meaning)| meaning);
        // Microsoft's consent is for all of it or nothing.
        (scope.to_owned(), meaning.to_owned(), false)
    });
    answer::html(
        200,
        page::consent(&Consent {
            provider: Provider::Microsoft,
            action: request.uri().path(),
            client_id: &server.client.id,
            users: users.to_vec(),
            selected: selected.map(|(_, email)| email.as_str()).unwrap_or_default(),
            scopes: scopes.collect(),
            query: request.uri().query().unwrap_or_default(),
        }),
    )
}

/// Faults that the application itself learns about.
fn refused_at_redirect(server: &AuthServer, query: &Parameters, now_ms: i64) -> Option<Response> {
    let unknown: Vec<&str> = query
        .get("scope")
        .split_whitespace()
        .filter(|scope| {
            !MEANINGS
                .iter()
                .any(|(known, _)| known.eq_ignore_ascii_case(short(scope)))
        })
        .collect();
    let found = if query.get("response_type") != "code" {
        fault(
            "unsupported_response_type",
            700_054,
            "response_type is not enabled for the application.",
        )
    } else if query.get("scope").is_empty() {
        fault(
            "invalid_request",
            900_144,
            "The request body must contain the following parameter: 'scope'.",
        )
    } else if !unknown.is_empty() {
        fault(
            "invalid_client",
            650_053,
            format!(
                "The application asked for scope '{}' that doesn't exist on the resource.",
                unknown.join(" ")
            ),
        )
    } else if server.quirks.admin_consent_required && !server.quirks.admin_consented {
        fault(
            "access_denied",
            90094,
            "An administrator of the organisation has set a policy that prevents you from granting the application the permissions it is requesting.",
        )
    } else {
        return None;
    };
    let description = found.description(now_ms);
    let mut parameters = vec![
        ("error", found.error),
        ("error_description", description.as_str()),
    ];
    if !query.get("state").is_empty() {
        parameters.push(("state", query.get("state")));
    }
    Some(answer::redirect(&with_query(
        query.get("redirect_uri"),
        &parameters,
    )))
}

/// POST of the consent page.
pub(crate) fn decide(
    server: &mut AuthServer,
    users: &[(String, String)],
    tenant: &str,
    request: &Request,
    now_ms: i64,
) -> Response {
    let form = Parameters::of_form(request);
    let query = Parameters::parse(form.get("query"));
    if let Some(found) = faults_shown(server, tenant, &query) {
        return found.page(now_ms);
    }
    if let Some(answer) = refused_at_redirect(server, &query, now_ms) {
        return answer;
    }
    let (redirect_uri, state) = (query.get("redirect_uri"), query.get("state"));
    let user = form.get("user");
    if form.get("decision") != "allow" || !users.iter().any(|(_, email)| email == user) {
        let description = fault(
            "access_denied",
            65004,
            "User declined to consent to access the app.",
        )
        .description(now_ms);
        let mut parameters = vec![
            ("error", "access_denied"),
            ("error_subcode", "cancel"),
            ("error_description", description.as_str()),
        ];
        if !state.is_empty() {
            parameters.push(("state", state));
        }
        return answer::redirect(&with_query(redirect_uri, &parameters));
    }
    let scopes = scope_set(query.get("scope"));
    let code = server.issue_code(
        "1.AX",
        Code {
            user: user.to_owned(),
            offline: scopes.contains("offline_access"),
            scopes,
            redirect_uri: redirect_uri.to_owned(),
            challenge: query.get("code_challenge").to_owned(),
            nonce: query.get("nonce").to_owned(),
            issued_ms: now_ms,
            used: false,
        },
    );
    let session = uuid(hash(&code));
    let mut parameters = vec![("code", code.as_str())];
    if !state.is_empty() {
        parameters.push(("state", state));
    }
    parameters.push(("session_state", session.as_str()));
    answer::redirect(&with_query(redirect_uri, &parameters))
}

/// GET and POST `adminconsent`: an administrator agrees for the whole organisation.
pub(crate) fn admin_consent(
    server: &mut AuthServer,
    tenant: &str,
    request: &Request,
    now_ms: i64,
) -> Response {
    let form = Parameters::of_form(request);
    let posted = request.method() == http::Method::POST;
    let query = if posted {
        Parameters::parse(form.get("query"))
    } else {
        Parameters::of_query(request)
    };
    if let Some(found) = faults_shown(server, tenant, &query) {
        return found.page(now_ms);
    }
    if !posted {
        let administrator = ("Administrator".to_owned(), "admin@outlook.example".to_owned());
        return answer::html(
            200,
            page::consent(&Consent {
                provider: Provider::Microsoft,
                action: request.uri().path(),
                client_id: &server.client.id,
                selected: &administrator.1,
                users: vec![administrator.clone()],
                scopes: Vec::new(),
                query: request.uri().query().unwrap_or_default(),
            }),
        );
    }
    let agreed = form.get("decision") == "allow";
    let mut parameters = if agreed {
        vec![("admin_consent", "True"), ("tenant", TENANT)]
    } else {
        vec![
            ("error", "access_denied"),
            ("error_description", "AADSTS65004: The admin declined to consent."),
        ]
    };
    if !query.get("state").is_empty() {
        parameters.push(("state", query.get("state")));
    }
    server.quirks.admin_consented |= agreed;
    answer::redirect(&with_query(query.get("redirect_uri"), &parameters))
}
