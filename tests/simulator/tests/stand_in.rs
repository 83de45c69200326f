//! The simulator inside another process: what follows from the address alone, and what ends with the process.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests"
)]

use email_manager_simulator::StandIn;
use http::Request;
use serde_json::Value;

const NOW: i64 = 1_777_000_000_000;
const STARTED: i64 = NOW - 60_000;
const REDIRECT: &str = "https%3A%2F%2Fcrm.example.com%2Fadmin%2Fsettings%2Fmail%2Foauth2";

/// A process, and the access token it has given.
struct Node {
    stand_in: StandIn,
    now: i64,
}

impl Node {
    fn at(now: i64) -> Self {
        Self {
            stand_in: StandIn::new(),
            now,
        }
    }

    fn post(&mut self, path: &str, form: &str) -> (u16, Value, String) {
        let request = Request::post(format!("https://{STARTED}.dry-run.invalid{path}"))
            .header("content-type", "application/x-www-form-urlencoded")
            .body(form.as_bytes().to_vec())
            .unwrap();
        let response = self.stand_in.answer(&request, self.now);
        let location = response.headers().get("location");
        let location = location.map_or("", |value| value.to_str().unwrap()).to_owned();
        let body = serde_json::from_slice(response.body()).unwrap_or_default();
        (response.status().as_u16(), body, location)
    }

    fn get(&mut self, path: &str, token: &str) -> (u16, Value) {
        let request = Request::get(format!("https://{STARTED}.dry-run.invalid{path}"))
            .header("authorization", format!("Bearer {token}"))
            .body(Vec::new())
            .unwrap();
        let response = self.stand_in.answer(&request, self.now);
        let body = serde_json::from_slice(response.body()).unwrap_or_default();
        (response.status().as_u16(), body)
    }

    /// The refresh token of a user who has agreed.
    fn link(&mut self) -> String {
        let query = format!(
            "client_id=dry-run&redirect_uri={REDIRECT}&response_type=code&access_type=offline&prompt=consent\
             &scope=https://www.googleapis.com/auth/gmail.modify"
        );
        let query: String = url::form_urlencoded::byte_serialize(query.as_bytes()).collect();
        let form = format!(
            "query={query}&decision=allow&user=alice@gmail.example&grant=https://www.googleapis.com/auth/gmail.modify"
        );
        let (status, _, location) = self.post("/google/o/oauth2/v2/auth", &form);
        assert_eq!(status, 302);
        let location = url::Url::parse(&location).unwrap();
        let (_, code) = location.query_pairs().find(|(name, _)| name == "code").unwrap();
        let form = format!(
            "grant_type=authorization_code&client_id=dry-run&client_secret=dry-run&redirect_uri={REDIRECT}&code={code}"
        );
        let (status, tokens, _) = self.post("/google/token", &form);
        assert_eq!(status, 200, "{tokens}");
        tokens["refresh_token"].as_str().unwrap().to_owned()
    }

    fn refresh(&mut self, refresh: &str, deliveries: u32) -> (u16, String) {
        let form = format!(
            "grant_type=refresh_token&client_id=dry-run&client_secret=dry-run&refresh_token={refresh}"
        );
        let (status, tokens, _) = self.post(&format!("/google/token?deliveries={deliveries}"), &form);
        (
            status,
            tokens["access_token"].as_str().unwrap_or_default().to_owned(),
        )
    }
}

const INBOX: &str = "/google/gmail/v1/users/me/messages?maxResults=500";

#[test]
fn two_processes_hold_the_same_mailbox_with_what_was_delivered() {
    let mut one = Node::at(NOW);
    let refresh = one.link();
    let (_, token) = one.refresh(&refresh, 2);
    let (_, first) = one.get(INBOX, &token);
    let mut other = Node::at(NOW + 5_000);
    assert_eq!(
        other.get(INBOX, &token).0,
        401,
        "access tokens are the process's own"
    );
    let (_, token) = other.refresh(&refresh, 2);
    let (_, second) = other.get(INBOX, &token);
    assert_eq!(first["messages"], second["messages"]);
    let ids = first["messages"].as_array().unwrap();
    let (_, token) = one.refresh(&refresh, 3);
    let (_, more) = one.get(INBOX, &token);
    assert_eq!(more["messages"].as_array().unwrap().len(), ids.len() + 1);
}

#[test]
fn history_ids_of_another_process_have_expired() {
    let mut one = Node::at(NOW);
    let refresh = one.link();
    let (_, token) = one.refresh(&refresh, 0);
    let history = |node: &mut Node, token: &str| {
        let (_, profile) = node.get("/google/gmail/v1/users/me/profile", token);
        profile["historyId"].as_str().unwrap().to_owned()
    };
    let since = |id: &str| format!("/google/gmail/v1/users/me/history?startHistoryId={id}");
    let earlier = history(&mut one, &token);
    assert_eq!(one.get(&since(&earlier), &token).0, 200);
    let mut other = Node::at(NOW + 5_000);
    let (_, token_there) = other.refresh(&refresh, 0);
    let later = history(&mut other, &token_there);
    assert_eq!(other.get(&since(&earlier), &token_there).0, 404);
    assert_eq!(one.get(&since(&later), &token).0, 404);
}

#[test]
fn a_grant_that_was_revoked_or_damaged_stays_dead() {
    let mut node = Node::at(NOW);
    let refresh = node.link();
    assert_eq!(node.refresh(&refresh, 0).0, 200);
    assert_eq!(node.post("/google/revoke", &format!("token={refresh}")).0, 200);
    assert_eq!(node.refresh(&refresh, 0).0, 400);
    let other = node.link();
    assert_eq!(node.refresh(&other, 0).0, 200);
    assert_eq!(node.refresh(&other.replace(".ey", ".eY"), 0).0, 400);
}

#[test]
fn a_redirect_uri_is_any_sites_callback_and_no_other_page() {
    let mut node = Node::at(NOW);
    let status = |node: &mut Node, redirect: &str| {
        let path = format!(
            "/google/o/oauth2/v2/auth?client_id=dry-run&response_type=code&scope=email&redirect_uri={redirect}"
        );
        node.get(&path, "").0
    };
    assert_eq!(status(&mut node, REDIRECT), 200);
    for other in [
        "https://evil.example/",
        "https://evil.example/?x=/admin/settings/mail/oauth2",
        "javascript:/admin/settings/mail/oauth2",
    ] {
        assert_eq!(status(&mut node, other), 400, "{other}");
    }
}
