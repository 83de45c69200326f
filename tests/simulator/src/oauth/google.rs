//! Google's authorisation server: `/o/oauth2/v2/auth`, `/token`, `/revoke`, `/oauth2/v3/userinfo`.
//! <https://developers.google.com/identity/protocols/oauth2/web-server>

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::page::{self, Consent};
use super::{
    ACCESS_SECONDS, AuthServer, ClientFault, Code, asks_silence, family_of, jwt, scope_set, with_query,
};
use crate::answer::{self, Parameters, Request, Response};
use crate::dates::SECOND;
use crate::mailbox::Provider;

const BASIC: &[&str] = &[
    "openid",
    "email",
    "profile",
    "https://www.googleapis.com/auth/userinfo.email",
    "https://www.googleapis.com/auth/userinfo.profile",
];

const MEANINGS: &[(&str, &str)] = &[
    ("openid", "Know who you are"),
    ("email", "See your email address"),
    ("profile", "See your name"),
    (
        "https://www.googleapis.com/auth/userinfo.email",
        "See your email address",
    ),
    (
        "https://www.googleapis.com/auth/userinfo.profile",
        "See your name",
    ),
    (
        "https://mail.google.com/",
        "Read, write, send and permanently delete all your mail",
    ),
    (
        "https://www.googleapis.com/auth/gmail.modify",
        "Read, write and send mail",
    ),
    (
        "https://www.googleapis.com/auth/gmail.readonly",
        "Read your mail and settings",
    ),
    (
        "https://www.googleapis.com/auth/gmail.metadata",
        "See header fields and labels, not the text",
    ),
    ("https://www.googleapis.com/auth/gmail.send", "Send mail for you"),
    (
        "https://www.googleapis.com/auth/gmail.compose",
        "Manage drafts and send mail",
    ),
    (
        "https://www.googleapis.com/auth/gmail.labels",
        "See and edit your labels",
    ),
    (
        "https://www.googleapis.com/auth/gmail.insert",
        "Insert mail into your mailbox",
    ),
    (
        "https://www.googleapis.com/auth/gmail.settings.basic",
        "See and change your mail settings",
    ),
    (
        "https://www.googleapis.com/auth/gmail.settings.sharing",
        "Manage sensitive mail settings",
    ),
];

/// Checks of an authorisation request that must hold before anything is sent to the redirect address.
fn faults_shown(server: &AuthServer, query: &Parameters) -> Option<Response> {
    let show = |status, code: &str, text: &str| {
        Some(answer::html(
            status,
            page::error(Provider::Google, &format!("Error {status}: {code}"), text),
        ))
    };
    if query.get("client_id") != server.client.id {
        return show(401, "invalid_client", "The OAuth client was not found.");
    }
    if !server.redirect_allowed(query.get("redirect_uri")) {
        return show(
            400,
            "redirect_uri_mismatch",
            "The redirect URI in the request does not match the ones authorised for the OAuth client.",
        );
    }
    if query.get("response_type") != "code" {
        return show(
            400,
            "unsupported_response_type",
            "The response type must be “code”.",
        );
    }
    if query.get("scope").is_empty() {
        return show(400, "invalid_request", "Missing required parameter: scope");
    }
    let unknown: Vec<&str> = query
        .get("scope")
        .split_whitespace()
        .filter(|scope| !MEANINGS.iter().any(|(known, _)| known == scope))
        .collect();
    if !unknown.is_empty() {
        return show(
            400,
            "invalid_scope",
            &format!("Some requested scopes were invalid: {}", unknown.join(", ")),
        );
    }
    if !["", "S256", "plain"].contains(&query.get("code_challenge_method")) {
        return show(400, "invalid_request", "The code challenge method must be S256.");
    }
    None
}

/// GET: the consent page.
pub(crate) fn authorize(server: &AuthServer, users: &[(String, String)], request: &Request) -> Response {
    let query = Parameters::of_query(request);
    if let Some(fault) = faults_shown(server, &query) {
        return fault;
    }
    if asks_silence(&query) {
        let parameters = [("error", "interaction_required"), ("state", query.get("state"))];
        return answer::redirect(&with_query(query.get("redirect_uri"), &parameters));
    }
    let hint = query.get("login_hint");
    let selected = users.iter().find(|(_, email)| email == hint).or(users.first());
    let scopes = query.get("scope").split_whitespace().map(|scope| {
        let meaning = MEANINGS
            .iter()
            .find(|(known, _)| *known == scope)
            .map_or(scope, |(_, meaning)| meaning);
        (scope.to_owned(), meaning.to_owned(), !BASIC.contains(&scope))
    });
    answer::html(
        200,
        page::consent(&Consent {
            provider: Provider::Google,
            action: "/google/o/oauth2/v2/auth",
            client_id: &server.client.id,
            users: users.to_vec(),
            selected: selected.map(|(_, email)| email.as_str()).unwrap_or_default(),
            scopes: scopes.collect(),
            query: request.uri().query().unwrap_or_default(),
        }),
    )
}

/// POST of the consent page: back to the application with a code or with `access_denied`.
pub(crate) fn decide(
    server: &mut AuthServer,
    users: &[(String, String)],
    request: &Request,
    now_ms: i64,
) -> Response {
    let form = Parameters::of_form(request);
    let query = Parameters::parse(form.get("query"));
    if let Some(fault) = faults_shown(server, &query) {
        return fault;
    }
    let (redirect_uri, state) = (query.get("redirect_uri"), query.get("state"));
    let mut parameters: Vec<(&str, &str)> = Vec::new();
    if !state.is_empty() {
        parameters.push(("state", state));
    }
    let user = form.get("user");
    if form.get("decision") != "allow" || !users.iter().any(|(_, email)| email == user) {
        parameters.insert(0, ("error", "access_denied"));
        return answer::redirect(&with_query(redirect_uri, &parameters));
    }
    let requested = scope_set(query.get("scope"));
    let mut scopes: BTreeSet<String> = form
        .all("grant")
        .map(str::to_owned)
        .filter(|scope| requested.contains(scope))
        .collect();
    let before = server.grants.get(user).cloned();
    // A refresh token comes with the first consent, later only when the consent is asked for again.
    let asks_consent = query
        .get("prompt")
        .split_whitespace()
        .any(|word| word == "consent");
    let offline = query.get("access_type") == "offline" && (before.is_none() || asks_consent);
    if query.is_true("include_granted_scopes") {
        scopes.extend(before.unwrap_or_default());
    }
    let scope = scopes.iter().cloned().collect::<Vec<_>>().join(" ");
    let code = server.issue_code(
        "4/0",
        Code {
            user: user.to_owned(),
            scopes,
            redirect_uri: redirect_uri.to_owned(),
            challenge: query.get("code_challenge").to_owned(),
            offline,
            nonce: query.get("nonce").to_owned(),
            issued_ms: now_ms,
            used: false,
        },
    );
    parameters.extend([
        ("iss", "https://accounts.google.com"),
        ("code", code.as_str()),
        ("scope", scope.as_str()),
        ("authuser", "0"),
        ("prompt", "consent"),
    ]);
    answer::redirect(&with_query(redirect_uri, &parameters))
}

fn refuse(status: u16, error: &str, description: &str) -> Response {
    answer::json(
        status,
        &json!({ "error": error, "error_description": description }),
    )
}

/// POST `/token`.
pub(crate) fn token(server: &mut AuthServer, request: &Request, now_ms: i64) -> Response {
    let form = Parameters::of_form(request);
    match server.authenticate(request, &form) {
        Ok(()) => {}
        Err(ClientFault::Unknown(_)) => {
            return refuse(401, "invalid_client", "The OAuth client was not found.");
        }
        Err(ClientFault::NoSecret) => return refuse(400, "invalid_request", "client_secret is missing."),
        Err(ClientFault::WrongSecret) => return refuse(401, "invalid_client", "Unauthorized"),
    }
    match form.get("grant_type") {
        "authorization_code" => exchange(server, &form, now_ms),
        "refresh_token" => refresh(server, &form, now_ms),
        other => refuse(
            400,
            "unsupported_grant_type",
            &format!("Invalid grant_type: {other}"),
        ),
    }
}

fn exchange(server: &mut AuthServer, form: &Parameters, now_ms: i64) -> Response {
    use super::CodeFault as Fault;
    let given = form.get("code");
    let code = match server.redeem(given, form.get("redirect_uri"), form.get("code_verifier"), now_ms) {
        Ok(code) => code,
        Err(Fault::Redirect) => return refuse(400, "redirect_uri_mismatch", "Bad Request"),
        Err(Fault::Verifier) if form.get("code_verifier").is_empty() => {
            return refuse(400, "invalid_grant", "Missing code verifier.");
        }
        Err(Fault::Verifier) => return refuse(400, "invalid_grant", "Invalid code verifier."),
        Err(Fault::Unknown) => return refuse(400, "invalid_grant", "Malformed auth code."),
        Err(Fault::Used | Fault::Expired) => return refuse(400, "invalid_grant", "Bad Request"),
    };
    let family = family_of(given);
    let access = server.issue_access("ya29.a0", &code.user, &code.scopes, &family, now_ms);
    let mut body = token_body(server, &access, &code.user, &code.scopes, &code.nonce, now_ms);
    if code.offline
        && let Some(members) = body.as_object_mut()
    {
        let refresh = server.issue_refresh("1//0", &code.user, &code.scopes, &family);
        members.insert("refresh_token".to_owned(), json!(refresh));
    }
    answer::json(200, &body)
}

fn refresh(server: &mut AuthServer, form: &Parameters, now_ms: i64) -> Response {
    let Some(token) = server.refresh_token(form.get("refresh_token")) else {
        return refuse(400, "invalid_grant", "Token has been expired or revoked.");
    };
    let scopes = if form.get("scope").is_empty() {
        token.scopes.clone()
    } else {
        scope_set(form.get("scope"))
    };
    if !scopes.is_subset(&token.scopes) {
        return refuse(400, "invalid_scope", "Some requested scopes were not granted.");
    }
    *server.refreshes.entry(token.user.clone()).or_default() += 1;
    let access = server.issue_access("ya29.a0", &token.user, &scopes, &token.family, now_ms);
    let mut body = token_body(server, &access, &token.user, &scopes, "", now_ms);
    if server.spend(form.get("refresh_token"), &token)
        && let Some(members) = body.as_object_mut()
    {
        let rotated = server.issue_refresh("1//0", &token.user, &token.scopes, &token.family);
        members.insert("refresh_token".to_owned(), json!(rotated));
    }
    answer::json(200, &body)
}

fn token_body(
    server: &AuthServer,
    access: &str,
    user: &str,
    scopes: &BTreeSet<String>,
    nonce: &str,
    now_ms: i64,
) -> Value {
    let mut body = json!({
        "access_token": access,
        "expires_in": ACCESS_SECONDS - 1,
        "scope": scopes.iter().cloned().collect::<Vec<_>>().join(" "),
        "token_type": "Bearer",
    });
    if let (true, Some(members)) = (scopes.contains("openid"), body.as_object_mut()) {
        let mut claims = json!({
            "iss": "https://accounts.google.com",
            "azp": server.client.id,
            "aud": server.client.id,
            "sub": subject(server, user),
            "email": user,
            "email_verified": true,
            "iat": now_ms / SECOND,
            "exp": now_ms / SECOND + ACCESS_SECONDS,
        });
        if let (false, Some(claims)) = (nonce.is_empty(), claims.as_object_mut()) {
            claims.insert("nonce".to_owned(), json!(nonce));
        }
        members.insert("id_token".to_owned(), json!(jwt(&claims)));
    }
    body
}

fn subject(server: &AuthServer, user: &str) -> String {
    format!("1{:020}", server.identity(user))
}

/// POST `/revoke`: either token ends the whole grant.
pub(crate) fn revoke(server: &mut AuthServer, request: &Request) -> Response {
    let form = Parameters::of_form(request);
    let query = Parameters::of_query(request);
    let given = if form.get("token").is_empty() {
        query.get("token")
    } else {
        form.get("token")
    };
    let found = server
        .refresh_token(given)
        .or_else(|| server.access_tokens.get(given).cloned());
    match found.map(|token| token.user) {
        Some(user) => {
            server.revoke_user(&user);
            answer::json(200, &json!({}))
        }
        None => refuse(400, "invalid_token", "Token expired or revoked"),
    }
}

/// GET `/oauth2/v3/userinfo`.
pub(crate) fn userinfo(
    server: &AuthServer,
    users: &[(String, String)],
    request: &Request,
    now_ms: i64,
) -> Response {
    let Some(token) = server.bearer(request, now_ms) else {
        return refuse(401, "invalid_request", "Invalid Credentials");
    };
    let has = |names: [&str; 2]| names.iter().any(|name| token.scopes.contains(*name));
    let mut body = json!({ "sub": subject(server, &token.user) });
    if let Some(members) = body.as_object_mut() {
        if has(["email", "https://www.googleapis.com/auth/userinfo.email"]) {
            members.insert("email".to_owned(), json!(token.user));
            members.insert("email_verified".to_owned(), json!(true));
        }
        if has(["profile", "https://www.googleapis.com/auth/userinfo.profile"]) {
            let name = users
                .iter()
                .find(|(_, email)| *email == token.user)
                .map(|(name, _)| name.clone());
            members.insert("name".to_owned(), json!(name.unwrap_or_default()));
        }
    }
    answer::json(200, &body)
}

/// Tokens without a consent page, for tests: the scopes given, or those of a mail client.
pub(crate) fn grant(server: &mut AuthServer, user: &str, scope: &str, now_ms: i64) -> Value {
    let usual = "openid email https://www.googleapis.com/auth/gmail.modify https://www.googleapis.com/auth/gmail.settings.basic";
    let scopes = scope_set(if scope.is_empty() { usual } else { scope });
    server.grants.insert(user.to_owned(), scopes.clone());
    let access = server.issue_access("ya29.a0", user, &scopes, "control", now_ms);
    let mut body = token_body(server, &access, user, &scopes, "", now_ms);
    let refresh = server.issue_refresh("1//0", user, &scopes, "control");
    if let Some(members) = body.as_object_mut() {
        members.insert("refresh_token".to_owned(), json!(refresh));
    }
    body
}
