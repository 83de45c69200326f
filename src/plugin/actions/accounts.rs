//! Linking mailboxes, and what their users do with them.

use serde_json::{Value, json};

use super::{Access, Action};
use crate::account::{self, Account};
use crate::error::{Error, ErrorCode, Result};
use crate::oauth::{self, Callback};
use crate::plugin::call::{Answered, Call, body, parameter, required, text, texts};
use crate::plugin::{ActionResponse, SYNC_SCHEDULE};
use crate::provider::Provider;
use crate::secret::Secret;
use crate::settings;

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
        name: "deleteMailAccount",
        access: Access::LoggedIn,
        answer: |call| Box::pin(delete_account(call)),
    },
];

async fn oauth2_url(call: Call<'_>) -> Answered {
    let provider = Provider::parse(text(&call, "type").unwrap_or_default())?;
    let reauthorize = matches!(parameter(&call, "reauthorize"), Some(Value::Bool(true)))
        || matches!(text(&call, "reauthorize"), Some("true" | "1"));
    let email = text(&call, "email").filter(|email| !email.is_empty());
    let host = call.host.as_ref();
    let url = oauth::begin(
        host,
        call.user.id,
        provider,
        email,
        reauthorize,
        &call.request.origin,
    )
    .await?;
    body(json!({ "url": url }))
}

async fn oauth2_callback(call: Call<'_>) -> Answered {
    let secret = |name: &str| text(&call, name).filter(|text| !text.is_empty()).map(Secret::new);
    let error = text(&call, "error")
        .filter(|error| !error.is_empty())
        .map(str::to_owned);
    let callback = Callback {
        state: secret("state"),
        code: secret("code"),
        error,
    };
    let linked = oauth::complete(call.host, call.user.id, callback).await?;
    Ok(ActionResponse {
        body: json!({ "account": linked.account.to_public(), "created": linked.created }),
        wake: vec![SYNC_SCHEDULE],
        ..ActionResponse::default()
    })
}

async fn accounts(call: Call<'_>) -> Answered {
    let accounts = account::of_user(call.host.as_ref(), call.user.id).await?;
    body(accounts.iter().map(Account::to_public).collect())
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
    let body = accounts.iter().map(Account::to_public).collect();
    Ok(ActionResponse {
        body,
        wake: vec![SYNC_SCHEDULE],
        ..ActionResponse::default()
    })
}

async fn delete_account(call: Call<'_>) -> Answered {
    let account = named_account(&call).await?;
    let revoked = match settings::application_of(call.host.as_ref(), account.provider, account.dry_run).await
    {
        Ok(application) => oauth::revoke(call.host, &application, &account)
            .await
            .unwrap_or(false),
        Err(_) => false,
    };
    account::delete(call.host.as_ref(), &account).await?;
    body(json!({ "revoked": revoked }))
}

async fn named_account(call: &Call<'_>) -> Result<Account> {
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
