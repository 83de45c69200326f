//! What both authorisation servers share: codes, tokens, grants and the checks on them (RFC 6749, RFC 7636).

mod durable;
pub(crate) mod google;
mod history;
pub(crate) mod microsoft;
mod page;

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use sha2::{Digest, Sha256};

use crate::answer::{Parameters, Request, request_header};
use crate::config::Client;
use crate::dates::{MINUTE, SECOND};
use crate::mailbox::Provider;
use crate::rng::{Rng, hash, mix};
use history::History;

/// Seconds an access token lives.
pub(crate) const ACCESS_SECONDS: i64 = 3_600;
/// How long a code can be exchanged.
const CODE_LIFE: i64 = 10 * MINUTE;

/// An authorisation code and what it was given for.
#[derive(Clone, Debug)]
struct Code {
    user: String,
    scopes: BTreeSet<String>,
    redirect_uri: String,
    challenge: String,
    offline: bool,
    nonce: String,
    issued_ms: i64,
    used: bool,
}

/// A refresh or access token.
#[derive(Clone, Debug)]
pub(crate) struct Token {
    pub(crate) user: String,
    pub(crate) scopes: BTreeSet<String>,
    /// `None` for refresh tokens.
    pub(crate) expires_ms: Option<i64>,
    /// Of the exchange it came from: a replayed code kills the tokens of its family.
    family: String,
}

/// State of one provider's authorisation server.
#[derive(Debug)]
pub(crate) struct AuthServer {
    pub(crate) client: Client,
    redirect_uris: Vec<String>,
    seed: u64,
    counter: u64,
    codes: HashMap<String, Code>,
    refresh_tokens: HashMap<String, Token>,
    access_tokens: HashMap<String, Token>,
    /// Scopes each user has agreed to.
    pub(crate) grants: HashMap<String, BTreeSet<String>>,
    /// Codes and refresh tokens say themselves what they were given for, so that another process understands them.
    is_durable: bool,
    /// Durable ones that ended in this process.
    ended: HashSet<String>,
    /// How often each user's refresh tokens were used.
    pub(crate) refreshes: BTreeMap<String, u64>,
    history: History,
    /// Who has taken over an address from whom it was first.
    pub(crate) successors: HashMap<String, u64>,
    /// Behaviour of the registered application, set by the control interface.
    pub(crate) quirks: Quirks,
}

/// States an application's registration can be in.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Quirks {
    /// Google: the Gmail API is not enabled in the project.
    pub(crate) api_disabled: bool,
    /// Microsoft: the client secret has expired (AADSTS7000222).
    pub(crate) secret_expired: bool,
    /// Microsoft: registered for one tenant, not usable on /common (AADSTS50194).
    pub(crate) single_tenant: bool,
    /// Microsoft: an administrator has to agree first (AADSTS90094).
    pub(crate) admin_consent_required: bool,
    /// Microsoft: an administrator has agreed.
    pub(crate) admin_consented: bool,
    /// Every refresh brings a new refresh token and ends the old one; using that again ends the grant.
    pub(crate) single_use_refresh_tokens: bool,
}

/// Why a code was not exchanged.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum CodeFault {
    Unknown,
    Used,
    Expired,
    Redirect,
    Verifier,
}

impl AuthServer {
    pub(crate) fn new(provider: Provider, client: Client, redirect_uris: Vec<String>, seed: u64) -> Self {
        Self {
            client,
            redirect_uris,
            seed: mix(seed, hash(provider.name())),
            counter: 0,
            codes: HashMap::new(),
            refresh_tokens: HashMap::new(),
            access_tokens: HashMap::new(),
            grants: HashMap::new(),
            is_durable: false,
            ended: HashSet::new(),
            refreshes: BTreeMap::new(),
            history: History::default(),
            successors: HashMap::new(),
            quirks: Quirks::default(),
        }
    }

    /// What ids of the owner of an address come from.
    pub(crate) fn identity(&self, user: &str) -> u64 {
        self.successors.get(user).copied().unwrap_or_else(|| hash(user))
    }

    /// Whether an address is registered: exactly, but for a `*` as the port, or in front of the path as the whole site.
    fn redirect_allowed(&self, uri: &str) -> bool {
        self.redirect_uris
            .iter()
            .any(|allowed| match allowed.split_once('*') {
                None => allowed == uri,
                Some(("", path)) => url::Url::parse(uri).is_ok_and(|uri| {
                    uri.host().is_some()
                        && uri.path() == path
                        && uri.query().is_none()
                        && uri.fragment().is_none()
                }),
                Some((before, after)) => {
                    let port = uri.strip_prefix(before).and_then(|rest| rest.strip_suffix(after));
                    port.is_some_and(|port| {
                        !port.is_empty() && port.bytes().all(|byte| byte.is_ascii_digit())
                    })
                }
            })
    }

    fn secret(&mut self, prefix: &str, length: usize) -> String {
        self.counter += 1;
        let mut rng = Rng::new(self.seed, &[self.counter]);
        let bytes: Vec<u8> = (0..length).map(|_| rng.next() as u8).collect();
        format!("{prefix}{}", URL_SAFE_NO_PAD.encode(bytes))
    }

    fn issue_code(&mut self, prefix: &str, code: Code) -> String {
        let value = match self.is_durable {
            true => self.durable_code(prefix, &code),
            false => self.secret(prefix, 48),
        };
        self.note_secret(&value);
        self.grants
            .entry(code.user.clone())
            .or_default()
            .extend(code.scopes.iter().cloned());
        self.codes.insert(value.clone(), code);
        value
    }

    /// Takes a code, once. A second try also ends the tokens that the first one brought (RFC 6749, 4.1.2).
    fn redeem(
        &mut self,
        code: &str,
        redirect_uri: &str,
        verifier: &str,
        now_ms: i64,
    ) -> Result<Code, CodeFault> {
        self.recall(code);
        self.note_secret(verifier);
        let Some(found) = self.codes.get_mut(code) else {
            return Err(CodeFault::Unknown);
        };
        if found.used {
            let family = family_of(code);
            self.end(|token| token.family == family);
            return Err(CodeFault::Used);
        }
        if now_ms - found.issued_ms > CODE_LIFE {
            return Err(CodeFault::Expired);
        }
        if found.redirect_uri != redirect_uri {
            return Err(CodeFault::Redirect);
        }
        if found.challenge.is_empty() != verifier.is_empty()
            || (!found.challenge.is_empty() && challenge_of(verifier) != found.challenge)
        {
            return Err(CodeFault::Verifier);
        }
        found.used = true;
        Ok(found.clone())
    }

    fn issue_access(
        &mut self,
        prefix: &str,
        user: &str,
        scopes: &BTreeSet<String>,
        family: &str,
        now_ms: i64,
    ) -> String {
        let value = self.secret(prefix, 90);
        self.note_secret(&value);
        let token = Token {
            user: user.to_owned(),
            scopes: scopes.clone(),
            expires_ms: Some(now_ms + ACCESS_SECONDS * SECOND),
            family: family.to_owned(),
        };
        self.access_tokens.insert(value.clone(), token);
        value
    }

    fn issue_refresh(&mut self, prefix: &str, user: &str, scopes: &BTreeSet<String>, family: &str) -> String {
        let token = Token {
            user: user.to_owned(),
            scopes: scopes.clone(),
            expires_ms: None,
            family: family.to_owned(),
        };
        let value = match self.is_durable {
            true => self.durable_refresh_token(prefix, &token),
            false => self.secret(prefix, 60),
        };
        self.note_secret(&value);
        self.refresh_tokens.insert(value.clone(), token);
        value
    }

    /// The token of a request's Authorization header, if it still works.
    pub(crate) fn bearer(&self, request: &Request, now_ms: i64) -> Option<&Token> {
        let value = request_header(request, "authorization");
        let token = self.access_tokens.get(value.strip_prefix("Bearer ")?.trim())?;
        token
            .expires_ms
            .is_some_and(|expires| now_ms < expires)
            .then_some(token)
    }

    /// Takes back what a user agreed to: every token of theirs stops working.
    pub(crate) fn revoke_user(&mut self, user: &str) {
        self.grants.remove(user);
        let codes = self.codes.extract_if(|_, code| code.user == user);
        self.ended.extend(codes.map(|(value, _)| value));
        self.end(|token| token.user == user);
    }

    /// The refresh token of this value, if it still works.
    fn refresh_token(&mut self, value: &str) -> Option<Token> {
        self.detect_replay(value);
        self.recall(value);
        self.refresh_tokens.get(value).cloned()
    }

    fn end(&mut self, is_over: impl Fn(&Token) -> bool) {
        self.access_tokens.retain(|_, token| !is_over(token));
        let over = self.refresh_tokens.extract_if(|_, token| is_over(token));
        self.ended.extend(over.map(|(value, _)| value));
    }

    /// Ends access tokens (of one user, or of all), leaving refresh tokens alone.
    pub(crate) fn expire_access(&mut self, user: Option<&str>) {
        self.access_tokens
            .retain(|_, token| user.is_some_and(|user| token.user != user));
    }

    /// Whether a request to the token endpoint comes from the registered client, by form fields or Basic.
    fn authenticate(&self, request: &Request, form: &Parameters) -> Result<(), ClientFault> {
        let (mut id, mut secret) = (
            form.get("client_id").to_owned(),
            form.get("client_secret").to_owned(),
        );
        if let Some(packed) = request_header(request, "authorization").strip_prefix("Basic ") {
            let pair = STANDARD
                .decode(packed.trim())
                .ok()
                .and_then(|bytes| String::from_utf8(bytes).ok());
            if let Some((user, password)) = pair.as_deref().and_then(|pair| pair.split_once(':')) {
                let decode = |text: &str| {
                    let encoded = format!("v={text}");
                    Parameters::parse(&encoded).get("v").to_owned()
                };
                (id, secret) = (decode(user), decode(password));
            }
        }
        if id != self.client.id {
            return Err(ClientFault::Unknown(id));
        }
        if secret.is_empty() {
            return Err(ClientFault::NoSecret);
        }
        if secret != self.client.secret {
            Err(ClientFault::WrongSecret)
        } else {
            Ok(())
        }
    }
}

/// Why a client was not recognised.
#[derive(Debug)]
enum ClientFault {
    Unknown(String),
    NoSecret,
    WrongSecret,
}

/// What the tokens of one exchange have in common: the code, in short.
fn family_of(code: &str) -> String {
    format!("{:016x}", hash(code))
}

/// The S256 challenge of a verifier.
fn challenge_of(verifier: &str) -> String {
    URL_SAFE_NO_PAD.encode(Sha256::digest(verifier.as_bytes()))
}

/// A signed-looking token of three parts, for id tokens; its signature is for show.
fn jwt(claims: &serde_json::Value) -> String {
    let header = URL_SAFE_NO_PAD.encode(r#"{"alg":"RS256","typ":"JWT","kid":"simulator"}"#);
    let payload = URL_SAFE_NO_PAD.encode(claims.to_string());
    let signature = URL_SAFE_NO_PAD.encode(Sha256::digest(format!("{header}.{payload}")));
    format!("{header}.{payload}.{signature}")
}

/// An address with further query parameters.
fn with_query(uri: &str, parameters: &[(&str, &str)]) -> String {
    match url::Url::parse(uri) {
        Ok(mut url) => {
            url.query_pairs_mut().extend_pairs(parameters);
            url.into()
        }
        Err(_) => uri.to_owned(),
    }
}

/// Whether a request for consent is one that nobody may be shown (`prompt=none`); nobody is ever signed in here.
fn asks_silence(query: &Parameters) -> bool {
    query.get("prompt").split_whitespace().any(|word| word == "none")
}

fn scope_set(scope: &str) -> BTreeSet<String> {
    scope.split_whitespace().map(str::to_owned).collect()
}
