//! How synchronisation stands, and what users ask of it. Everything is about one of the caller's own accounts.
//!
//! | action | in | out |
//! |---|---|---|
//! | `mail:synchronization` | `email`, `type?` | `{account, counts, unreadable: [{id, name, code, message, since, retryAt}], graceDays}` |
//! | `mail:syncRuns` | `email`, `type?`, `page?`, `pageSize?` | `[run]`, meta `{count, page, pageSize}` |
//! | `mail:syncItems` | `email`, `type?`, `state?`, `page?`, `pageSize?` | `[item]`, meta as above |
//! | `mail:retrySyncItems` | `email`, `type?`, `mailIds?` | account |
//! | `mail:messagesResync` | `email`, `type?` | account |
//! | `mail:checkCompleteness` | `email`, `type?` | account |
//! | `mail:explainMessage` | `email`, `type?`, `messageId` | what [`sync::explain`] says |
//! | `mail:accountFolders` | `email`, `type?` | `{folders: [{id, name, boxType, total, synchronized}], boxes, senders}` |
//! | `mail:updateAccountFolders` | `email`, `type?`, `folders`, `boxes`, `senders`: what is left out | as `mail:accountFolders` |

use serde_json::{Value, json};

use super::accounts::named_account;
use super::{Access, Action};
use crate::account::{self, Account, Exclusions};
use crate::error::{Error, Result};
use crate::host::Row;
use crate::plugin::call::{Answered, Call, body, parameter, required, text, texts};
use crate::plugin::{ActionResponse, SYNC_SCHEDULE};
use crate::sync::{self, ItemState};

/// Rows of a page, unless asked for otherwise.
const PAGE: u64 = 20;
/// Rows of the longest page.
const LONGEST_PAGE: u64 = 100;

/// The actions of this file.
pub(super) const ACTIONS: &[Action] = &[
    own("synchronization", |call| Box::pin(synchronization(call))),
    own("syncRuns", |call| Box::pin(runs(call))),
    own("syncItems", |call| Box::pin(items(call))),
    own("retrySyncItems", |call| Box::pin(retry(call))),
    own("messagesResync", |call| Box::pin(resync(call))),
    own("checkCompleteness", |call| Box::pin(check_completeness(call))),
    own("explainMessage", |call| Box::pin(explain(call))),
    own("accountFolders", |call| Box::pin(folders(call))),
    own("updateAccountFolders", |call| Box::pin(update_folders(call))),
];

const fn own(
    name: &'static str,
    answer: for<'a> fn(Call<'a>) -> crate::host::HostFuture<'a, ActionResponse>,
) -> Action {
    Action {
        resource: "mail",
        name,
        access: Access::LoggedIn,
        answer,
    }
}

async fn synchronization(call: Call<'_>) -> Answered {
    let account = named_account(&call).await?;
    body(json!({
        "account": account.to_public(),
        "counts": sync::counts(call.host.as_ref(), &account).await?,
        "unreadable": sync::unreadable(call.host.as_ref(), &account).await?,
        "graceDays": sync::GRACE.num_days(),
    }))
}

async fn runs(call: Call<'_>) -> Answered {
    let account = named_account(&call).await?;
    let (page, size) = paging(&call)?;
    paged(
        sync::runs(call.host.as_ref(), &account, page, size).await?,
        page,
        size,
    )
}

async fn items(call: Call<'_>) -> Answered {
    let account = named_account(&call).await?;
    let (page, size) = paging(&call)?;
    let state = text(&call, "state").map(|name| {
        ItemState::parse(name)
            .ok_or_else(|| Error::invalid("state", "choose listed, failing, missing, skipped or gone"))
    });
    let found = sync::items(call.host.as_ref(), &account, state.transpose()?, page, size).await?;
    paged(found, page, size)
}

async fn retry(call: Call<'_>) -> Answered {
    let account = named_account(&call).await?;
    let mail_ids = texts(&call, "mailIds")?;
    sync::retry(call.host.as_ref(), &account, &mail_ids).await?;
    woken(&call, &account).await
}

async fn resync(call: Call<'_>) -> Answered {
    let account = named_account(&call).await?;
    sync::resync(call.host.as_ref(), &account).await?;
    woken(&call, &account).await
}

async fn check_completeness(call: Call<'_>) -> Answered {
    let account = named_account(&call).await?;
    sync::request_audit(call.host.as_ref(), &account).await?;
    woken(&call, &account).await
}

async fn explain(call: Call<'_>) -> Answered {
    let account = named_account(&call).await?;
    let message_id = required(&call, "messageId")?;
    Ok(ActionResponse {
        body: sync::explain(call.host, &account, message_id).await?,
        wake: vec![SYNC_SCHEDULE],
        ..ActionResponse::default()
    })
}

async fn folders(call: Call<'_>) -> Answered {
    let account = named_account(&call).await?;
    body(folder_choice(&call, &account).await?)
}

async fn update_folders(call: Call<'_>) -> Answered {
    let account = named_account(&call).await?;
    let known = sync::folders(call.host.as_ref(), &account).await?;
    let list = |name| parameter(&call, name).unwrap_or(&Value::Null);
    let exclusions = Exclusions::parse(list("folders"), list("boxes"), list("senders"), &known)?;
    sync::exclude(call.host.as_ref(), &account, &exclusions).await?;
    let account = account::by_id(call.host.as_ref(), account.id).await?;
    Ok(ActionResponse {
        body: folder_choice(&call, &account).await?,
        wake: vec![SYNC_SCHEDULE],
        ..ActionResponse::default()
    })
}

async fn folder_choice(call: &Call<'_>, account: &Account) -> Result<Value> {
    let folders = sync::folders(call.host.as_ref(), account).await?;
    let offered = folders.iter().filter(|folder| !folder.is_technical);
    let folders = offered.map(|folder| {
        json!({
            "id": folder.id,
            "name": folder.name,
            "boxType": folder.box_type,
            "total": folder.total,
            "synchronized": !account.exclusions.folders.contains(&folder.id),
        })
    });
    Ok(json!({
        "folders": folders.collect::<Value>(),
        "boxes": account.exclusions.boxes,
        "senders": account.exclusions.senders,
    }))
}

/// The account after something was asked of it; the schedule sees to it at once.
async fn woken(call: &Call<'_>, account: &Account) -> Answered {
    Ok(ActionResponse {
        body: account::by_id(call.host.as_ref(), account.id).await?.to_public(),
        wake: vec![SYNC_SCHEDULE],
        ..ActionResponse::default()
    })
}

fn paging(call: &Call<'_>) -> Result<(u64, u64)> {
    let number = |name: &'static str, default: u64| match parameter(call, name) {
        None | Some(Value::Null) => Ok(default),
        Some(value) => value
            .as_u64()
            .or_else(|| value.as_str()?.parse().ok())
            .filter(|number| (1..=1_000_000).contains(number))
            .ok_or_else(|| Error::invalid(name, "enter a positive number")),
    };
    Ok((number("page", 1)?, number("pageSize", PAGE)?.min(LONGEST_PAGE)))
}

fn paged((rows, count): (Vec<Row>, u64), page: u64, size: u64) -> Answered {
    Ok(ActionResponse {
        body: rows.into_iter().map(Value::Object).collect(),
        meta: Some(json!({ "count": count, "page": page, "pageSize": size })),
        ..ActionResponse::default()
    })
}
