//! Answers of providers, whole ones: what a session gets instead of what it has asked for.

use std::pin::pin;
use std::rc::Rc;
use std::task::{Context, Poll, Waker};

use email_manager::host::memory::MemoryHost;
use email_manager::host::{Host, HostFuture, Row};
use email_manager::model::{BoxType, Cursor, Folder};
use email_manager::plugin::{ActionRequest, Plugin, User};
use email_manager::provider::{
    Change, ChangesRequest, FetchOutcome, ListRequest, PageOutcome, Provider, Wanted,
};
use email_manager::secret::Secret;
use email_manager::session::{Session, TokenSource};
use email_manager::settings::Endpoints;
use futures_util::FutureExt;
use http::{Request, Response};
use serde_json::{Value, json};

struct Token;

impl TokenSource for Token {
    fn access_token<'a>(&'a self, _: Option<&'a Secret>) -> HostFuture<'a, Secret> {
        Box::pin(async { Ok(Secret::new("token")) })
    }
}

/// Every call of a mailbox, answered by the same bytes.
fn ask_everything(provider: Provider, input: &[u8]) {
    let session = session(provider, input);
    let mail = provider.mail();
    let folder = inbox();
    let folders = [folder.clone()];
    let scope = Some(&folder).filter(|_| provider == Provider::Microsoft);
    let _ = answered(mail.profile(&session));
    let _ = answered(mail.folders(&session));
    let _ = answered(mail.position(&session));
    let list = ListRequest {
        folder: scope,
        folders: &folders,
        since: None,
        page: None,
        size: 20,
    };
    bounded(&answered(mail.list(&session, list)), input);
    let link = Cursor(match provider {
        Provider::Google => "100".to_owned(),
        Provider::Microsoft => format!(
            "{}/me/mailFolders/INBOX/messages/delta?$deltatoken=x",
            Endpoints::public(provider).api
        ),
    });
    let changes = ChangesRequest {
        folder: scope,
        folders: &folders,
        cursor: &link,
        size: 20,
    };
    bounded(&answered(mail.changes(&session, changes)), input);
    let wanted = ["a", "b"].map(|id| Wanted::Message(id.to_owned()));
    if let Ok(fetched) = answered(mail.fetch(&session, &wanted, &folders)) {
        let named: Vec<&str> = fetched.iter().map(|each| each.mail_id.as_str()).collect();
        assert_eq!(named, ["a", "b"], "one outcome for each message");
        for each in fetched {
            if let FetchOutcome::Message(message) = each.outcome {
                assert_eq!(message.mail_id, each.mail_id, "another message");
            }
        }
    }
    let whole = [Wanted::Conversation {
        id: "c".to_owned(),
        mail_ids: vec!["a".to_owned()],
    }];
    if let Ok(fetched) = answered(mail.fetch(&session, &whole, &folders)) {
        let told = fetched.iter().filter(|each| each.mail_id == "a").count();
        assert_eq!(told, 1, "one outcome for the message that is wanted");
    }
    let _ = answered(mail.attachment(&session, "a", "b"));
}

/// A session that gets the same bytes whatever it asks for.
pub(super) fn session(provider: Provider, input: &[u8]) -> Session {
    let body = input.to_vec();
    session_of(provider, move |request| answer(request, &body))
}

/// A session whose requests are answered so.
pub(super) fn session_of(
    provider: Provider,
    answer: impl Fn(&Request<Vec<u8>>) -> Response<Vec<u8>> + 'static,
) -> Session {
    let host = Rc::new(MemoryHost::new());
    host.answer(move |request| Ok(answer(&request)));
    Session::new(host, Endpoints::public(provider), Rc::new(Token))
}

pub(super) fn inbox() -> Folder {
    Folder {
        id: "INBOX".to_owned(),
        name: "Inbox".to_owned(),
        parent_id: None,
        is_own: false,
        is_technical: false,
        box_type: BoxType::In,
        total: None,
    }
}

/// The outcome of a call, which may pause where an answer asks for patience, but not without an end.
pub(super) fn answered<T>(call: impl Future<Output = T>) -> T {
    const MOST_PAUSES: usize = 100;
    let mut call = pin!(call);
    let mut context = Context::from_waker(Waker::noop());
    for _ in 0..MOST_PAUSES {
        if let Poll::Ready(outcome) = call.as_mut().poll(&mut context) {
            return outcome;
        }
    }
    panic!("it pauses again and again");
}

pub(super) fn bounded(outcome: &email_manager::error::Result<PageOutcome>, input: &[u8]) {
    let Ok(PageOutcome::Page(page)) = outcome else {
        return;
    };
    // An item takes a few bytes at least.
    assert!(
        page.changes.len() <= input.len(),
        "a page has more items than bytes"
    );
    for change in &page.changes {
        if let Change::Message(message) = change {
            assert!(!message.mail_id.is_empty(), "a message without an id");
        }
    }
}

/// The first byte of the input chooses the status.
fn answer(request: &Request<Vec<u8>>, input: &[u8]) -> Response<Vec<u8>> {
    let (first, body) = input.split_first().unwrap_or((&b' ', &[]));
    let status = match first {
        b'0' => 404,
        b'1' => 410,
        b'2' => 429,
        b'3' => 401,
        b'4' => 400,
        b'5' => 503,
        _ => 200,
    };
    let content_type = match request.uri().path().contains("/batch/") {
        true => "multipart/mixed; boundary=b",
        false => "application/json",
    };
    Response::builder()
        .status(status)
        .header("content-type", content_type)
        .body(body.to_vec())
        .unwrap()
}

pub fn gmail(input: &[u8]) {
    ask_everything(Provider::Google, input);
}

pub fn graph(input: &[u8]) {
    ask_everything(Provider::Microsoft, input);
}

/// An authorisation whose token answer holds any id token.
pub fn id_token(input: &[u8]) {
    let token = String::from_utf8_lossy(input).into_owned();
    for account in authorise(move |request| grant(request, &token)) {
        let subject = account["subject"].as_str().unwrap_or_default();
        assert!((1..=255).contains(&subject.len()), "an owner without bounds");
    }
}

/// An authorisation, answered so: the accounts that are linked then.
pub(super) fn authorise(answer: impl Fn(&Request<Vec<u8>>) -> Response<Vec<u8>> + 'static) -> Vec<Row> {
    let host = Rc::new(MemoryHost::new());
    host.answer(move |request| Ok(answer(&request)));
    let plugin = Plugin::new(Rc::clone(&host) as Rc<dyn Host>);
    let settings = json!({ "section": "google", "values": { "clientId": "id", "clientSecret": "secret", "enabled": true } });
    call(&plugin, "saveSettings", settings).unwrap();
    let url = call(&plugin, "oauth2url", json!({ "type": "google" })).unwrap()["url"].clone();
    let url = url::Url::parse(url.as_str().unwrap()).unwrap();
    let state = url
        .query_pairs()
        .find(|(name, _)| name == "state")
        .unwrap()
        .1
        .into_owned();
    let linked = call(
        &plugin,
        "oauth2callback",
        json!({ "state": state, "code": "code" }),
    );
    let accounts = host.rows("mailAccounts");
    assert_eq!(linked.is_ok(), accounts.len() == 1, "half an account");
    accounts
}

pub(super) fn grant(request: &Request<Vec<u8>>, id_token: &str) -> Response<Vec<u8>> {
    let body = if request.uri().path().ends_with("/token") {
        json!({
            "access_token": "access", "refresh_token": "refresh", "token_type": "Bearer", "expires_in": 3600,
            "scope": "openid https://www.googleapis.com/auth/gmail.modify", "id_token": id_token,
        })
    } else {
        json!({ "emailAddress": "alice@gmail.example", "historyId": "1", "messagesTotal": 1 })
    };
    Response::builder()
        .header("content-type", "application/json")
        .body(body.to_string().into_bytes())
        .unwrap()
}

fn call(plugin: &Plugin, action: &str, values: Value) -> email_manager::error::Result<Value> {
    let request = ActionRequest {
        resource: "mail".to_owned(),
        action: action.to_owned(),
        params: serde_json::Map::new(),
        values: values.as_object().cloned().unwrap_or_default(),
        user: Some(User {
            id: 1,
            can_configure: true,
            can_link: false,
        }),
        session: Some("login".to_owned()),
        origin: "https://crm.example.com".to_owned(),
        language: "en-US".to_owned(),
        file: None,
    };
    plugin
        .action(request)
        .now_or_never()
        .unwrap()
        .map(|answer| answer.body)
}
