//! Linking mailboxes, and what their users do with them.
//!
//! | action | in | out |
//! |---|---|---|
//! | `mail:oauth2url` | `type`, `email?`, `reauthorize?` | `{url}` |
//! | `mail:oauth2callback` | `state`, `code` or `error`, `iss?` (as they came), `redirectUri?` (the page's own address) | `{account, created}`, `{trial}` or `{adminConsent}` |
//! | `mail:getMailAccounts` | | `[account]`, each with `mode` and `missingPermissions` `[{scope, name}]` |
//! | `mail:startSync` | `email`, `type?`, `startDate?` | account |
//! | `mail:messagesSync` | `emails[]` | `[account]` |
//! | `mail:pauseAccount` | `email`, `type?`, `paused` | account |
//! | `mail:deleteMailAccount` | `email`, `type?` | `{revoked, reason?, message?, manageUrl}`; reasons `shared`, `unsupported`, `failed` |
//! | `mailAccounts:update` | `filterByTk`, `config` `{displayName?, signatures?}` | account |
//!
//! A callback that is sent again within ten minutes by the same login answers as the first time. `message` and the
//! permissions' `name` are keys of translations.

use serde_json::{Value, json};

use super::{Access, Action};
use crate::account::{self, Account};
use crate::error::{Error, ErrorCode, Result};
use crate::oauth::{self, Begin, Callback, Caller, End};
use crate::outbox;
use crate::plugin::call::{Answered, Call, body, parameter, required, text, texts};
use crate::plugin::{ActionResponse, OUTBOX_SCHEDULE, SYNC_SCHEDULE};
use crate::provider::Provider;
use crate::secret::Secret;
use crate::settings::{self, Linking};
use crate::store;
use crate::sync;

/// The actions of this file.
pub(super) const ACTIONS: &[Action] = &[
    Action {
        resource: "mail",
        name: "oauth2url",
        access: Access::LoggedIn,
        answer: |call| Box::pin(oauth2_url(call)),
    },
    Action {
        resource: "mail",
        name: "oauth2callback",
        access: Access::LoggedIn,
        answer: |call| Box::pin(oauth2_callback(call)),
    },
    Action {
        resource: "mail",
        name: "getMailAccounts",
        access: Access::LoggedIn,
        answer: |call| Box::pin(accounts(call)),
    },
    Action {
        resource: "mail",
        name: "startSync",
        access: Access::LoggedIn,
        answer: |call| Box::pin(start_sync(call)),
    },
    Action {
        resource: "mail",
        name: "messagesSync",
        access: Access::LoggedIn,
        answer: |call| Box::pin(messages_sync(call)),
    },
    Action {
        resource: "mail",
        name: "pauseAccount",
        access: Access::LoggedIn,
        answer: |call| Box::pin(pause_account(call)),
    },
    Action {
        resource: "mailAccounts",
        name: "update",
        access: Access::LoggedIn,
        answer: |call| Box::pin(update(call)),
    },
    Action {
        resource: "mail",
        name: "deleteMailAccount",
        access: Access::LoggedIn,
        answer: |call| Box::pin(delete_account(call)),
    },
];

async fn oauth2_url(call: Call<'_>) -> Answered {
    let wish = Begin {
        provider: Provider::parse(text(&call, "type").unwrap_or_default())?,
        email: text(&call, "email").filter(|email| !email.is_empty()),
        reauthorize: matches!(parameter(&call, "reauthorize"), Some(Value::Bool(true)))
            || matches!(text(&call, "reauthorize"), Some("true" | "1")),
    };
    may_link(&call).await?;
    let url = oauth::begin(call.host.as_ref(), caller(&call), wish).await?;
    body(json!({ "url": url }))
}

async fn oauth2_callback(call: Call<'_>) -> Answered {
    let given = |name: &str| text(&call, name).filter(|text| !text.is_empty());
    let callback = Callback {
        state: given("state").map(Secret::new),
        code: given("code").map(Secret::new),
        error: given("error").map(str::to_owned),
        error_description: given("errorDescription").map(str::to_owned),
        issuer: given("iss").map(str::to_owned),
        redirect_uri: given("redirectUri").map(str::to_owned),
    };
    may_link(&call).await?;
    let linked = match oauth::complete(call.host, caller(&call), callback).await? {
        End::Linked(linked) => linked,
        End::Trial(answer) => return body(answer),
    };
    Ok(ActionResponse {
        body: json!({ "account": linked.account.to_public(), "created": linked.created }),
        wake: vec![SYNC_SCHEDULE],
        ..ActionResponse::default()
    })
}

/// Everybody, unless an administrator asks for the permission. Who may change that needs none.
async fn may_link(call: &Call<'_>) -> Result<()> {
    let is_given = call.user.can_link || call.user.can_configure;
    if is_given || settings::general(call.host.as_ref()).await?.linking == Linking::Everyone {
        return Ok(());
    }
    Err(Error::new(
        ErrorCode::Forbidden,
        "your role may not link mailboxes: an administrator gives it the permission to link email accounts",
    ))
}

/// Who calls, for an authorisation.
pub(super) fn caller<'a>(call: &'a Call<'_>) -> Caller<'a> {
    Caller {
        user_id: call.user.id,
        session: call.request.session.as_deref(),
        origin: &call.request.origin,
    }
}

async fn accounts(call: Call<'_>) -> Answered {
    let host = call.host.as_ref();
    let mut modes = Vec::with_capacity(Provider::ALL.len());
    for provider in Provider::ALL {
        modes.push((provider, settings::mode(host, provider).await?));
    }
    let accounts = account::of_user(host, call.user.id).await?;
    let is_due = sync::seen(host, &accounts).await?;
    let accounts = accounts.iter().map(|account| {
        let mut public = account.to_public();
        let mode = modes.iter().find(|(provider, _)| *provider == account.provider);
        let granted = account.scopes.as_deref();
        if let (Some((provider, mode)), Some(granted), Some(columns)) =
            (mode, granted, public.as_object_mut())
        {
            let missing = oauth::missing_permissions(*provider, *mode, granted);
            columns.insert("missingPermissions".to_owned(), json!(missing));
        }
        public
    });
    Ok(ActionResponse {
        body: accounts.collect(),
        wake: if is_due { vec![SYNC_SCHEDULE] } else { Vec::new() },
        ..ActionResponse::default()
    })
}

async fn pause_account(call: Call<'_>) -> Answered {
    let paused = parameter(&call, "paused")
        .and_then(Value::as_bool)
        .ok_or_else(|| Error::invalid("paused", "send true or false"))?;
    let account = named_account(&call).await?;
    account::pause(call.host.as_ref(), &account, paused).await?;
    let account = account::by_id(call.host.as_ref(), account.id).await?;
    Ok(ActionResponse {
        body: account.to_public(),
        wake: vec![SYNC_SCHEDULE],
        ..ActionResponse::default()
    })
}

async fn update(call: Call<'_>) -> Answered {
    let id = parameter(&call, "filterByTk")
        .and_then(store::id_of)
        .ok_or_else(|| Error::invalid("filterByTk", "send the account's id"))?;
    let config = parameter(&call, "config").unwrap_or(&Value::Null);
    let account = account::configure(call.host.as_ref(), call.user.id, id, config).await?;
    body(account.to_public())
}

async fn start_sync(call: Call<'_>) -> Answered {
    let account = named_account(&call).await?;
    let since = match parameter(&call, "startDate") {
        None | Some(Value::Null) => None,
        Some(value) => Some(value.as_str().and_then(instant).ok_or_else(|| {
            Error::invalid(
                "startDate",
                "enter a date such as 2026-01-31, or nothing for all mail",
            )
        })?),
    };
    account::start_sync(call.host.as_ref(), &account, since).await?;
    let account = account::by_id(call.host.as_ref(), account.id).await?;
    Ok(ActionResponse {
        body: account.to_public(),
        wake: vec![SYNC_SCHEDULE],
        ..ActionResponse::default()
    })
}

async fn messages_sync(call: Call<'_>) -> Answered {
    let emails = texts(&call, "emails")?;
    let mut accounts = account::of_user(call.host.as_ref(), call.user.id).await?;
    if !emails.is_empty() {
        accounts.retain(|account| emails.contains(&account.email));
        if accounts.is_empty() {
            return Err(
                Error::new(ErrorCode::NotFound, "you have no account with this address").about("emails"),
            );
        }
    }
    let ids: Vec<i64> = accounts.iter().map(|account| account.id).collect();
    account::request_sync(call.host.as_ref(), &ids).await?;
    outbox::hurry(call.host.as_ref(), &ids).await?;
    sync::hurry(call.host.as_ref(), &ids).await?;
    let body = accounts.iter().map(Account::to_public).collect();
    Ok(ActionResponse {
        body,
        wake: vec![SYNC_SCHEDULE, OUTBOX_SCHEDULE],
        ..ActionResponse::default()
    })
}

/// What is stored here goes first: then nobody else's account is taken for a reason to keep the grant, and a provider that
/// can't be reached keeps nothing here.
async fn delete_account(call: Call<'_>) -> Answered {
    let account = named_account(&call).await?;
    account::delete(call.host.as_ref(), &account, call.user.id).await?;
    body(json!(oauth::revoke(call.host, &account).await))
}

/// The caller's account that the parameters name.
pub(super) async fn named_account(call: &Call<'_>) -> Result<Account> {
    let provider = text(call, "type").map(Provider::parse).transpose()?;
    account::own(
        call.host.as_ref(),
        call.user.id,
        required(call, "email")?,
        provider,
    )
    .await
}

/// A date alone means its first moment in UTC.
fn instant(text: &str) -> Option<chrono::DateTime<chrono::Utc>> {
    let exact = chrono::DateTime::parse_from_rfc3339(text)
        .ok()
        .map(|instant| instant.to_utc());
    exact.or_else(|| {
        Some(
            text.parse::<chrono::NaiveDate>()
                .ok()?
                .and_time(chrono::NaiveTime::MIN)
                .and_utc(),
        )
    })
}
