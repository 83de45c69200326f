//! What each action answers: parameters read, the right function called, the result put into words of the API.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use super::actions::Call;
use super::{ActionResponse, SYNC_SCHEDULE};
use crate::account::{self, Account};
use crate::error::{Error, ErrorCode, Result};
use crate::mail::{read, remote};
use crate::oauth::{self, Callback};
use crate::provider::Provider;
use crate::secret::Secret;
use crate::settings;

type Answered = Result<ActionResponse>;

pub(super) async fn settings_schema(call: Call<'_>) -> Answered {
    let general = settings::general(call.host.as_ref()).await?;
    body(settings::schema(&general, &call.request.origin))
}

pub(super) async fn settings(call: Call<'_>) -> Answered {
    body(Value::Object(settings::to_page(call.host.as_ref()).await?))
}

pub(super) async fn save_settings(call: Call<'_>) -> Answered {
    let section = required(&call, "section")?;
    let values = call.request.values.get("values").and_then(Value::as_object);
    let values = values.ok_or_else(|| Error::invalid("values", "send the section's values as an object"))?;
    settings::save(call.host.as_ref(), section, values).await?;
    let mut page = settings::to_page(call.host.as_ref()).await?;
    body(page.remove(section).unwrap_or_default())
}

pub(super) async fn providers(call: Call<'_>) -> Answered {
    let mut list = Vec::with_capacity(Provider::ALL.len());
    for provider in Provider::ALL {
        let configured = match settings::application(call.host.as_ref(), provider).await {
            Ok(_) => true,
            Err(error)
                if matches!(
                    error.code(),
                    ErrorCode::NotConfigured | ErrorCode::SecretUnreadable
                ) =>
            {
                false
            }
            Err(error) => return Err(error),
        };
        list.push(json!({ "type": provider, "name": provider.service_name(), "configured": configured }));
    }
    body(Value::Array(list))
}

pub(super) async fn oauth2_url(call: Call<'_>) -> Answered {
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

pub(super) async fn oauth2_callback(call: Call<'_>) -> Answered {
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

pub(super) async fn accounts(call: Call<'_>) -> Answered {
    let accounts = account::of_user(call.host.as_ref(), call.user.id).await?;
    body(accounts.iter().map(Account::to_public).collect())
}

pub(super) async fn start_sync(call: Call<'_>) -> Answered {
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

pub(super) async fn messages_sync(call: Call<'_>) -> Answered {
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

pub(super) async fn delete_account(call: Call<'_>) -> Answered {
    let account = named_account(&call).await?;
    let revoked = match settings::application(call.host.as_ref(), account.provider).await {
        Ok(application) => oauth::revoke(call.host, &application, &account)
            .await
            .unwrap_or(false),
        Err(_) => false,
    };
    account::delete(call.host.as_ref(), &account).await?;
    body(json!({ "revoked": revoked }))
}

pub(super) async fn folders(call: Call<'_>) -> Answered {
    let accounts = account::of_user(call.host.as_ref(), call.user.id).await?;
    body(read::folders(call.host.as_ref(), &accounts).await?)
}

pub(super) async fn unread_count(call: Call<'_>) -> Answered {
    body(json!({ "count": read::unread_count(call.host.as_ref(), call.user.id).await? }))
}

pub(super) async fn set_read(call: Call<'_>) -> Answered {
    let mail_ids = texts(&call, "mailIds")?;
    let is_read = parameter(&call, "isRead")
        .and_then(Value::as_bool)
        .ok_or_else(|| Error::invalid("isRead", "say true for read or false for unread"))?;
    remote::set_read(call.host, call.user.id, &mail_ids, is_read).await?;
    body(json!({}))
}

pub(super) async fn attachment(call: Call<'_>) -> Answered {
    let id = read::identifier(parameter(&call, "id").unwrap_or(&Value::Null), "id")?;
    let wanted = required(&call, "attachmentId")?;
    let (attachment, bytes) =
        remote::attachment(call.host, call.user.id, id, |each| each.attachment_id == wanted).await?;
    let name = percent_encode(&attachment.filename);
    Ok(ActionResponse {
        bytes: Some(bytes),
        headers: BTreeMap::from([
            // What the sender declares is not believed: the browser saves the file and never shows it.
            ("Content-Type", "application/octet-stream".to_owned()),
            (
                "Content-Disposition",
                format!("attachment; filename*=UTF-8''{name}"),
            ),
            ("X-Content-Type-Options", "nosniff".to_owned()),
        ]),
        ..ActionResponse::default()
    })
}

pub(super) async fn inline_image(call: Call<'_>) -> Answered {
    const SHOWN: [&str; 5] = ["image/png", "image/jpeg", "image/gif", "image/webp", "image/bmp"];
    let id = read::identifier(parameter(&call, "messageId").unwrap_or(&Value::Null), "messageId")?;
    let wanted = required(&call, "contentId")?.trim_matches(['<', '>']);
    let (attachment, bytes) = remote::attachment(call.host, call.user.id, id, |each| {
        let declared = each.mime_type.to_ascii_lowercase();
        each.content_id.as_deref() == Some(wanted) && SHOWN.contains(&declared.as_str())
    })
    .await?;
    Ok(ActionResponse {
        bytes: Some(bytes),
        headers: BTreeMap::from([
            ("Content-Type", attachment.mime_type.to_ascii_lowercase()),
            (
                "Content-Security-Policy",
                "default-src 'none'; sandbox".to_owned(),
            ),
            ("X-Content-Type-Options", "nosniff".to_owned()),
        ]),
        ..ActionResponse::default()
    })
}

pub(super) async fn messages(call: Call<'_>) -> Answered {
    let (rows, meta) = read::list(call.host.as_ref(), call.user.id, &call.request.params).await?;
    let body = rows.into_iter().map(Value::Object).collect();
    Ok(ActionResponse {
        body,
        meta: Some(meta),
        ..ActionResponse::default()
    })
}

pub(super) async fn message(call: Call<'_>) -> Answered {
    body(Value::Object(
        read::get(call.host.as_ref(), call.user.id, &call.request.params).await?,
    ))
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

fn body(body: Value) -> Answered {
    Ok(ActionResponse {
        body,
        ..ActionResponse::default()
    })
}

/// A parameter of the body, or else of the query.
fn parameter<'a>(call: &Call<'a>, name: &str) -> Option<&'a Value> {
    let of = |map: &'a Map<String, Value>| map.get(name);
    of(&call.request.values).or_else(|| of(&call.request.params))
}

fn text<'a>(call: &Call<'a>, name: &str) -> Option<&'a str> {
    parameter(call, name).and_then(Value::as_str)
}

fn required<'a>(call: &Call<'a>, name: &'static str) -> Result<&'a str> {
    text(call, name)
        .filter(|text| !text.is_empty())
        .ok_or_else(|| Error::invalid(name, "this is required"))
}

fn texts(call: &Call<'_>, name: &'static str) -> Result<Vec<String>> {
    let problem = || Error::invalid(name, "send a list of texts");
    match parameter(call, name) {
        None | Some(Value::Null) => Ok(Vec::new()),
        Some(Value::Array(list)) => list
            .iter()
            .map(|each| each.as_str().map(str::to_owned).ok_or_else(problem))
            .collect(),
        Some(_) => Err(problem()),
    }
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

/// RFC 8187: everything but attr-char as UTF-8 octets in percent form.
fn percent_encode(name: &str) -> String {
    name.bytes().fold(String::new(), |mut encoded, byte| {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => {
                encoded.push(char::from(byte))
            }
            _ => encoded.push_str(&format!("%{byte:02X}")),
        }
        encoded
    })
}
