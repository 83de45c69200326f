//! Folders and mails.
//!
//! | action | in | out |
//! |---|---|---|
//! | `mail:folders` | | `[{email, type, boxes}]`; ours: `folders`, `labels`, `starred`, `todo`, as [`mail_folders::tree`] says |
//! | `mailMessages:list` | `page`, `pageSize`, `subjectMerge`, `filter`, `sort`, `appends=user`; ours: `after`, `withCount` | all that the user may see |
//! | `mailMessages:listPerson` | the same | the user's own |
//! | `mailMessages:get` | `filterByTk` or `filter`; `appends=children,labels,note,user` | the mail with its texts; `raw` is null unless `appends` or `fields` names it: its source, asked of the provider |
//! | `mail:search` (ours) | in the body: `text`, and as `listPerson`; `all` for all that the user may see | as a list, its `meta` with `highlight` |
//! | `mail:searchProviders` (ours) | in the body: `text`, `email?` | `[{email, type, rows, more, error?}]` |
//! | `mail:trustSender` (ours) | `address`, `trusted` | |
//! | `mail:department` | | `[{id, nickname, mailboxes: [{email, type}]}]`: whose mail the user may read |

use serde_json::{Value, json};

use super::{Access, Action};
use crate::account;
use crate::host::Row;
use crate::mail::read::Scope;
use crate::mail::{access, folders as mail_folders, query, read, remote, search, trust};
use crate::plugin::call::{Answered, Call, body, required};
use crate::plugin::{ActionResponse, SYNC_SCHEDULE};
use crate::sync;

/// The actions of this file.
pub(super) const ACTIONS: &[Action] = &[
    Action {
        resource: "mail",
        name: "folders",
        access: Access::LoggedIn,
        answer: |call| Box::pin(folders(call)),
    },
    Action {
        resource: "mail",
        name: "department",
        access: Access::LoggedIn,
        answer: |call| Box::pin(department(call)),
    },
    Action {
        resource: "mail",
        name: "messageUnreadCount",
        access: Access::LoggedIn,
        answer: |call| Box::pin(unread_count(call)),
    },
    Action {
        resource: "mailMessages",
        name: "list",
        access: Access::LoggedIn,
        answer: |call| Box::pin(messages(call, Scope::Visible)),
    },
    Action {
        resource: "mailMessages",
        name: "listPerson",
        access: Access::LoggedIn,
        answer: |call| Box::pin(messages(call, Scope::Own)),
    },
    Action {
        resource: "mail",
        name: "search",
        access: Access::LoggedIn,
        answer: |call| Box::pin(search(call)),
    },
    Action {
        resource: "mail",
        name: "searchProviders",
        access: Access::LoggedIn,
        answer: |call| Box::pin(search_providers(call)),
    },
    Action {
        resource: "mail",
        name: "trustSender",
        access: Access::LoggedIn,
        answer: |call| Box::pin(trust_sender(call)),
    },
    Action {
        resource: "mailMessages",
        name: "get",
        access: Access::LoggedIn,
        answer: |call| Box::pin(message(call)),
    },
];

async fn folders(call: Call<'_>) -> Answered {
    let accounts = account::of_user(call.host.as_ref(), call.user.id).await?;
    let is_due = sync::seen(call.host.as_ref(), &accounts).await?;
    Ok(ActionResponse {
        body: mail_folders::tree(call.host.as_ref(), call.user.id, &accounts).await?,
        wake: if is_due { vec![SYNC_SCHEDULE] } else { Vec::new() },
        ..ActionResponse::default()
    })
}

async fn department(call: Call<'_>) -> Answered {
    body(access::department(call.host.as_ref(), call.user.id).await?)
}

async fn unread_count(call: Call<'_>) -> Answered {
    body(json!({ "count": read::unread_count(call.host.as_ref(), call.user.id).await? }))
}

async fn messages(call: Call<'_>, scope: Scope) -> Answered {
    page(read::list(call.host.as_ref(), call.user.id, scope, &call.request.params).await?)
}

// The words are in the body: addresses are written into logs.
async fn search(call: Call<'_>) -> Answered {
    page(search::stored(call.host.as_ref(), call.user.id, &call.request.values).await?)
}

async fn search_providers(call: Call<'_>) -> Answered {
    body(search::at_providers(call.host, call.user.id, &call.request.values).await?)
}

async fn trust_sender(call: Call<'_>) -> Answered {
    let address = required(&call, "address")?;
    let trusted = query::flag(&call.request.values, "trusted", true)?;
    trust::set(call.host.as_ref(), call.user.id, address, trusted).await?;
    body(Value::Null)
}

pub(super) fn page((rows, meta): (Vec<Row>, Value)) -> Answered {
    let body = rows.into_iter().map(Value::Object).collect();
    Ok(ActionResponse {
        body,
        meta: Some(meta),
        ..ActionResponse::default()
    })
}

async fn message(call: Call<'_>) -> Answered {
    let params = &call.request.params;
    let mut mail = read::get(call.host.as_ref(), call.user.id, params).await?;
    let wanted = ["appends", "fields"]
        .iter()
        .any(|list| query::names(params.get(*list), "raw"));
    let raw = match wanted {
        true => remote::source(call.host, &mail).await?,
        false => None,
    };
    mail.insert("raw".to_owned(), json!(raw));
    body(Value::Object(mail))
}
