//! Codes and refresh tokens that carry what they were given for. A stand-in inside a process forgets everything when
//! the process ends, and its neighbour never knew: both understand these. They guard nothing, and are no secret.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::{AuthServer, Code, Token};
use crate::answer::{seal, text, texts, unseal};
use crate::rng::{hash, mix};

impl AuthServer {
    /// Begins a life: codes and refresh tokens are durable from now on, and no access token is like one of another.
    pub(crate) fn begin_life(&mut self, now_ms: i64) {
        self.is_durable = true;
        // Room for what the life before this one has counted.
        self.counter = now_ms.unsigned_abs().saturating_mul(1_000);
    }

    pub(super) fn durable_code(&mut self, prefix: &str, code: &Code) -> String {
        self.counter += 1;
        let content = json!({
            "kind": "code",
            "number": self.counter,
            "user": code.user,
            "scopes": code.scopes,
            "redirectUri": code.redirect_uri,
            "challenge": code.challenge,
            "offline": code.offline,
            "nonce": code.nonce,
            "issued": code.issued_ms,
        });
        self.sealed(prefix, &content)
    }

    pub(super) fn durable_refresh_token(&mut self, prefix: &str, token: &Token) -> String {
        self.counter += 1;
        let content = json!({
            "kind": "refresh",
            "number": self.counter,
            "user": token.user,
            "scopes": token.scopes,
            "family": token.family,
        });
        self.sealed(prefix, &content)
    }

    /// Takes up a code or refresh token of another process.
    pub(super) fn recall(&mut self, value: &str) {
        let is_known = self.codes.contains_key(value) || self.refresh_tokens.contains_key(value);
        if !self.is_durable || is_known || self.ended.contains(value) {
            return;
        }
        let Some(content) = self.unsealed(value) else {
            return;
        };
        let own = |name: &str| text(&content, name).to_owned();
        let scopes: BTreeSet<String> = texts(&content, "scopes").into_iter().map(str::to_owned).collect();
        match text(&content, "kind") {
            "code" => {
                let code = Code {
                    user: own("user"),
                    scopes,
                    redirect_uri: own("redirectUri"),
                    challenge: own("challenge"),
                    offline: content.get("offline") == Some(&Value::Bool(true)),
                    nonce: own("nonce"),
                    issued_ms: content.get("issued").and_then(Value::as_i64).unwrap_or_default(),
                    used: false,
                };
                self.codes.insert(value.to_owned(), code);
            }
            "refresh" => {
                let token = Token {
                    user: own("user"),
                    scopes,
                    expires_ms: None,
                    family: own("family"),
                };
                self.refresh_tokens.insert(value.to_owned(), token);
            }
            _ => {}
        }
    }

    /// `prefix`, the content, and a check that belongs to this server's seed.
    fn sealed(&self, prefix: &str, content: &Value) -> String {
        let sealed = seal(content);
        let check = mix(self.seed, hash(&sealed));
        format!("{prefix}.{sealed}.{check:016x}")
    }

    fn unsealed(&self, value: &str) -> Option<Value> {
        let (rest, check) = value.rsplit_once('.')?;
        let (_, sealed) = rest.rsplit_once('.')?;
        let expected = format!("{:016x}", mix(self.seed, hash(sealed)));
        (check == expected).then(|| unseal(sealed))?
    }
}
