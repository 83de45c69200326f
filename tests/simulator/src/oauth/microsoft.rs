//! Microsoft's identity platform: `/{tenant}/oauth2/v2.0/authorize`, `/token`, `/{tenant}/adminconsent`.
//! <https://learn.microsoft.com/entra/identity-platform/v2-oauth2-auth-code-flow>

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::page::{self, Consent};
use super::{ACCESS_SECONDS, AuthServer, ClientFault, Code, jwt, scope_set, with_query};
use crate::answer::{self, Parameters, Request, Response};
use crate::dates::{SECOND, iso8601};
use crate::mailbox::Provider;
use crate::rng::{hash, mix};

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

/// What happened, as an AADSTS code with its text.
struct Fault {
    error: &'static str,
    number: u32,
    text: String,
}

fn fault(error: &'static str, number: u32, text: impl Into<String>) -> Fault {
    Fault {
        error,
        number,
        text: text.into(),
    }
}

impl Fault {
    fn description(&self, now_ms: i64) -> String {
        let trace = uuid(mix(u64::from(self.number), now_ms.unsigned_abs()));
        format!(
            "AADSTS{}: {} Trace ID: {trace} Correlation ID: {trace} Timestamp: {}",
            self.number,
            self.text,
            iso8601(now_ms).replace('T', " ")
        )
    }

    fn json(&self, now_ms: i64) -> Response {
        let status = if self.error == "invalid_client" { 401 } else { 400 };
        let trace = uuid(mix(u64::from(self.number), now_ms.unsigned_abs()));
        answer::json(
            status,
            &json!({
                "error": self.error,
                "error_description": self.description(now_ms),
                "error_codes": [self.number],
                "timestamp": iso8601(now_ms).replace('T', " "),
                "trace_id": trace,
                "correlation_id": trace,
                "error_uri": format!("https://login.microsoftonline.com/error?code={}", self.number),
            }),
        )
    }

    fn page(&self, now_ms: i64) -> Response {
        answer::html(
            400,
            page::error(
                Provider::Microsoft,
                &format!("AADSTS{}", self.number),
                &self.description(now_ms),
            ),
        )
    }
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

fn tenant_fault(server: &AuthServer, tenant: &str) -> Option<Fault> {
    match tenant {
        "common" if server.quirks.single_tenant => Some(fault(
            "invalid_request",
            50194,
            format!(
                "Application '{}'(Simulator) is not configured as a multi-tenant application. Usage of the /common endpoint is not supported for such apps created after '10/15/2018'. Use a tenant-specific endpoint or configure the application to be multi-tenant.",
                server.client.id
            ),
        )),
        "common" | "organizations" | "consumers" | TENANT => None,
        other if other.ends_with(".example") => None,
        other => Some(fault(
            "invalid_request",
            90002,
            format!(
                "Tenant '{other}' not found. Check to make sure you have the correct tenant ID and are signing into the correct cloud."
            ),
        )),
    }
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

fn unknown_client(id: &str) -> Fault {
    fault(
        "unauthorized_client",
        700_016,
        format!(
            "Application with identifier '{id}' was not found in the directory 'Simulator'. This can happen if the application has not been installed by the administrator of the tenant or consented to by any user in the tenant."
        ),
    )
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

/// POST `token`.
pub(crate) fn token(server: &mut AuthServer, tenant: &str, request: &Request, now_ms: i64) -> Response {
    let form = Parameters::of_form(request);
    match exchange(server, tenant, request, &form, now_ms) {
        Ok(body) => answer::json(200, &body),
        Err(found) => found.json(now_ms),
    }
}

fn exchange(
    server: &mut AuthServer,
    tenant: &str,
    request: &Request,
    form: &Parameters,
    now_ms: i64,
) -> Result<Value, Fault> {
    use super::CodeFault;
    match server.authenticate(request, form) {
        Ok(()) => {}
        Err(ClientFault::Unknown(id)) => return Err(unknown_client(&id)),
        Err(ClientFault::NoSecret) => {
            return Err(fault(
                "invalid_client",
                7_000_218,
                "The request body must contain the following parameter: 'client_assertion' or 'client_secret'.",
            ));
        }
        Err(ClientFault::WrongSecret) => {
            return Err(fault(
                "invalid_client",
                7_000_215,
                "Invalid client secret provided. Ensure the secret being sent in the request is the client secret value, not the client secret ID, for a secret added to app.",
            ));
        }
    }
    if server.quirks.secret_expired {
        return Err(fault(
            "invalid_client",
            7_000_222,
            "The provided client secret keys for app are expired. Visit the Azure portal to create new keys for your app.",
        ));
    }
    if let Some(found) = tenant_fault(server, tenant) {
        return Err(found);
    }
    let (user, granted, family, offline, nonce) = match form.get("grant_type") {
        "authorization_code" => {
            let given = form.get("code");
            let code = server.redeem(given, form.get("redirect_uri"), form.get("code_verifier"), now_ms).map_err(|why| match why {
                CodeFault::Unknown => fault("invalid_grant", 9_002_313, "Invalid request. Request is malformed or invalid."),
                CodeFault::Used => fault("invalid_grant", 54005, "OAuth2 Authorization code was already redeemed, please retry with a new valid code or use an existing refresh token."),
                CodeFault::Expired => fault("invalid_grant", 70008, "The provided authorization code or refresh token has expired due to inactivity. Send a new interactive authorization request for this user and resource."),
                CodeFault::Redirect => fault("invalid_grant", 50011, "The redirect URI specified in the request does not match the one the code was issued for."),
                CodeFault::Verifier => fault("invalid_grant", 501_481, "The Code_Verifier does not match the code_challenge supplied in the authorization request."),
            })?;
            (code.user, code.scopes, given.to_owned(), code.offline, code.nonce)
        }
        "refresh_token" => {
            let given = server.refresh_tokens.get(form.get("refresh_token")).cloned();
            let token = given.ok_or_else(|| fault("invalid_grant", 65001, format!("The user or administrator has not consented to use the application with ID '{}' named 'Simulator'. Send an interactive authorization request for this user and resource.", server.client.id)))?;
            (token.user, token.scopes, token.family, true, String::new())
        }
        "client_credentials" => {
            return Err(fault(
                "invalid_scope",
                1_002_012,
                "The provided value for scope is not valid. Client credential flows must have a scope value with /.default suffixed to the resource identifier.",
            ));
        }
        other => {
            return Err(fault(
                "unsupported_grant_type",
                70003,
                format!("The app requested an unsupported grant type '{other}'."),
            ));
        }
    };
    let asked = scope_set(form.get("scope"));
    if asked.iter().any(|scope| {
        !granted
            .iter()
            .any(|have| short(have).eq_ignore_ascii_case(short(scope)))
    }) {
        return Err(fault(
            "invalid_grant",
            65001,
            "The user or administrator has not consented to use the application with the requested permissions. Send an interactive authorization request for this user and resource.",
        ));
    }
    Ok(token_body(
        server,
        &Issued {
            user: &user,
            scopes: &granted,
            family: &family,
            offline,
            nonce: &nonce,
        },
        now_ms,
    ))
}

struct Issued<'a> {
    user: &'a str,
    scopes: &'a BTreeSet<String>,
    family: &'a str,
    offline: bool,
    nonce: &'a str,
}

fn token_body(server: &mut AuthServer, issued: &Issued<'_>, now_ms: i64) -> Value {
    let Issued {
        user,
        scopes,
        family,
        offline,
        nonce,
    } = *issued;
    let access = server.issue_access("EwB4A8l6", user, scopes, family, now_ms);
    // The answer never lists offline_access; a refresh token is the sign of it.
    let listed: Vec<&str> = scopes
        .iter()
        .map(String::as_str)
        .filter(|scope| *scope != "offline_access")
        .collect();
    let mut body = json!({
        "token_type": "Bearer",
        "scope": listed.join(" "),
        "expires_in": ACCESS_SECONDS - 1,
        "ext_expires_in": ACCESS_SECONDS - 1,
        "access_token": access,
    });
    if let Some(members) = body.as_object_mut() {
        if offline {
            let refresh = server.issue_refresh("1.AX0", user, scopes, family);
            members.insert("refresh_token".to_owned(), json!(refresh));
        }
        if scopes.contains("openid") {
            members.insert(
                "id_token".to_owned(),
                json!(id_token(&server.client.id, user, nonce, now_ms)),
            );
        }
    }
    body
}

/// Tokens without a consent page, for tests: the scopes given, or those of a mail client.
pub(crate) fn grant(server: &mut AuthServer, user: &str, scope: &str, now_ms: i64) -> Value {
    let usual = "openid profile email offline_access User.Read Mail.ReadWrite Mail.Send";
    let scopes = scope_set(if scope.is_empty() { usual } else { scope });
    server.grants.insert(user.to_owned(), scopes.clone());
    token_body(
        server,
        &Issued {
            user,
            scopes: &scopes,
            family: "control",
            offline: true,
            nonce: "",
        },
        now_ms,
    )
}

fn id_token(client_id: &str, user: &str, nonce: &str, now_ms: i64) -> String {
    let mut claims = json!({
        "aud": client_id,
        "iss": format!("https://login.microsoftonline.com/{TENANT}/v2.0"),
        "iat": now_ms / SECOND,
        "nbf": now_ms / SECOND,
        "exp": now_ms / SECOND + ACCESS_SECONDS,
        "email": user,
        "preferred_username": user,
        "oid": uuid(hash(user)),
        "sub": format!("{:016x}{:016x}", hash(user), hash(client_id)),
        "tid": TENANT,
        "ver": "2.0",
    });
    if let (false, Some(members)) = (nonce.is_empty(), claims.as_object_mut()) {
        members.insert("nonce".to_owned(), json!(nonce));
    }
    jwt(&claims)
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
