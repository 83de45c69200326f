//! The token endpoint: every answer brings a new refresh token, and the old one keeps working unless a test says no.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::super::{ACCESS_SECONDS, AuthServer, ClientFault, CodeFault, family_of, jwt, scope_set};
use super::fault::{Fault, fault, tenant_fault, unknown_client};
use super::{TENANT, short, uuid};
use crate::answer::{self, Parameters, Request, Response};
use crate::dates::SECOND;
use crate::rng::hash;

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
            (code.user, code.scopes, family_of(given), code.offline, code.nonce)
        }
        "refresh_token" => {
            let given = server.refresh_token(form.get("refresh_token"));
            let token = given.ok_or_else(|| fault("invalid_grant", 65001, format!("The user or administrator has not consented to use the application with ID '{}' named 'Simulator'. Send an interactive authorization request for this user and resource.", server.client.id)))?;
            *server.refreshes.entry(token.user.clone()).or_default() += 1;
            server.spend(form.get("refresh_token"), &token);
            (token.user, token.scopes, token.family, true, String::new())
        }
        // A token of the application itself: it has no user, and no permission here.
        "client_credentials" if form.get("scope").ends_with("/.default") && tenant != "consumers" => {
            let access = server.issue_access("EwAoA8l6", "", &BTreeSet::new(), "application", now_ms);
            return Ok(json!({
                "token_type": "Bearer",
                "expires_in": ACCESS_SECONDS - 1,
                "ext_expires_in": ACCESS_SECONDS - 1,
                "access_token": access,
            }));
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
                json!(id_token(server, user, nonce, now_ms)),
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

fn id_token(server: &AuthServer, user: &str, nonce: &str, now_ms: i64) -> String {
    let (client_id, identity) = (&server.client.id, server.identity(user));
    let mut claims = json!({
        "aud": client_id,
        "iss": format!("https://login.microsoftonline.com/{TENANT}/v2.0"),
        "iat": now_ms / SECOND,
        "nbf": now_ms / SECOND,
        "exp": now_ms / SECOND + ACCESS_SECONDS,
        "email": user,
        "preferred_username": user,
        "oid": uuid(identity),
        "sub": format!("{:016x}{:016x}", identity, hash(client_id)),
        "tid": TENANT,
        "ver": "2.0",
    });
    if let (false, Some(members)) = (nonce.is_empty(), claims.as_object_mut()) {
        members.insert("nonce".to_owned(), json!(nonce));
    }
    jwt(&claims)
}
