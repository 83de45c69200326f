//! The two authorisation servers as a client goes through them.

use serde_json::Value;

use super::{ALICE, BOB, CHALLENGE, Client, REDIRECT, VERIFIER, body_json, query, redirected};

pub(crate) struct Server {
    pub(crate) authorize: &'static str,
    pub(crate) token: &'static str,
    pub(crate) client_id: &'static str,
    pub(crate) secret: &'static str,
    pub(crate) scope: &'static str,
    pub(crate) user: &'static str,
    pub(crate) probe: &'static str,
}

pub(crate) const GOOGLE: Server = Server {
    authorize: "/google/o/oauth2/v2/auth",
    token: "/google/token",
    client_id: "simulator-google",
    secret: "simulator-google-secret",
    scope: "openid email https://www.googleapis.com/auth/gmail.modify",
    user: ALICE,
    probe: "/google/gmail/v1/users/me/profile",
};

pub(crate) const MICROSOFT: Server = Server {
    authorize: "/microsoft/common/oauth2/v2.0/authorize",
    token: "/microsoft/common/oauth2/v2.0/token",
    client_id: "simulator-microsoft",
    secret: "simulator-microsoft-secret",
    scope: "openid offline_access User.Read Mail.ReadWrite",
    user: BOB,
    probe: "/microsoft/graph/v1.0/me",
};

pub(crate) const BOTH: [Server; 2] = [GOOGLE, MICROSOFT];

impl Server {
    pub(crate) fn query(&self, changes: &[(&str, &str)]) -> String {
        let mut pairs = vec![
            ("client_id", self.client_id),
            ("redirect_uri", REDIRECT),
            ("response_type", "code"),
            ("scope", self.scope),
            ("access_type", "offline"),
            ("prompt", "consent"),
            ("state", "st&te=1"),
            ("code_challenge", CHALLENGE),
            ("code_challenge_method", "S256"),
        ];
        for (name, value) in changes {
            pairs.retain(|(key, _)| key != name);
            pairs.push((name, value));
        }
        query(&pairs)
    }

    /// Agrees on the consent page: the code.
    pub(crate) fn consent(&self, client: &mut Client, changes: &[(&str, &str)]) -> String {
        let original = self.query(changes);
        let mut fields = vec![
            ("query", original.as_str()),
            ("user", self.user),
            ("decision", "allow"),
        ];
        fields.extend(self.scope.split(' ').map(|scope| ("grant", scope)));
        let response = client.form(self.authorize, &fields);
        assert_eq!(response.status(), 302);
        assert_eq!(redirected(&response, "state").as_deref(), Some("st&te=1"));
        redirected(&response, "code").unwrap()
    }

    pub(crate) fn exchange(&self, client: &mut Client, code: &str, changes: &[(&str, &str)]) -> (u16, Value) {
        let mut fields = vec![
            ("grant_type", "authorization_code"),
            ("code", code),
            ("redirect_uri", REDIRECT),
            ("client_id", self.client_id),
            ("client_secret", self.secret),
            ("code_verifier", VERIFIER),
        ];
        for (name, value) in changes {
            fields.retain(|(key, _)| key != name);
            fields.push((name, value));
        }
        let response = client.form(self.token, &fields);
        (response.status().as_u16(), body_json(&response))
    }

    pub(crate) fn refresh(&self, client: &mut Client, token: &str) -> (u16, Value) {
        let fields = [
            ("grant_type", "refresh_token"),
            ("refresh_token", token),
            ("client_id", self.client_id),
            ("client_secret", self.secret),
        ];
        let response = client.form(self.token, &fields);
        (response.status().as_u16(), body_json(&response))
    }

    /// The status an access token gets from the API.
    pub(crate) fn probe(&self, client: &mut Client, token: &Value) -> u16 {
        client.token = token["access_token"].as_str().unwrap().to_owned();
        let status = client.json("GET", self.probe, Value::Null).0;
        client.token.clear();
        status
    }
}
