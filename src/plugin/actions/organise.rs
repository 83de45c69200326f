//! What users do with their mails.
//!
//! | action | in | out |
//! |---|---|---|
//! | `mail:messageSetReaded` | `mailIds[]`, `isRead` | `{changed}` |
//! | `mailMessages:update` | `filterByTk`; `labels` (ids, all that the mail is to have), `isTodo`, `boxType`; ours: `isRead`, `isStarred`, `folderId` | message |
//! | `mailMessages:trash` | `filterByTk[]`, `moveToTrash` (true by default; false puts back) | `{changed}` |
//! | `mailMessages:destroy` | `filterByTk[]` | `{changed}` |
//! | `mail:messagesOrganise` (ours) | `ids[]`; `isRead`, `isStarred`, `boxType`, `folderId`, `putBack`, `providerLabels` `{id: on}`, `isTodo`, `addLabels[]`, `removeLabels[]` | `{changed}` |
//! | `mail:moveTargets` (ours) | | `[{accountId, oneFolderEach, organises, deletesForGood, folders}]` |
//! | `mail:dismissRefused` (ours) | `ids[]` of `outgoing.id` | |
//!
//! All of it is here at once, and at the provider soon after. A mail that the provider doesn't have like that yet carries
//! `outgoing` `{id, state, reason, attempts, since}`; `state` is `queued` or `refused`. A draft written here is changed here
//! alone: read, starred, in the trash and back, gone for good. Mail that waits to be sent is refused (`conflict`).

use serde_json::{Value, json};

use super::{Access, Action};
use crate::account;
use crate::error::{Error, Result};
use crate::host::{Batch, Filter, Query, row};
use crate::mail::labels::{self, Labelled, Off};
use crate::mail::organise::{self, Which, Wish, queue};
use crate::mail::read;
use crate::model::{BoxType, Destination, Edit};
use crate::plugin::call::{Answered, Call, body, identifiers, parameter, texts};
use crate::plugin::{ActionResponse, SYNC_SCHEDULE};
use crate::settings::AccessMode;
use crate::store::{self, collections};

/// The actions of this file.
pub(super) const ACTIONS: &[Action] = &[
    Action {
        resource: "mail",
        name: "messageSetReaded",
        access: Access::LoggedIn,
        answer: |call| Box::pin(set_read(call)),
    },
    Action {
        resource: "mailMessages",
        name: "update",
        access: Access::LoggedIn,
        answer: |call| Box::pin(update(call)),
    },
    Action {
        resource: "mailMessages",
        name: "trash",
        access: Access::LoggedIn,
        answer: |call| Box::pin(trash(call)),
    },
    Action {
        resource: "mailMessages",
        name: "destroy",
        access: Access::LoggedIn,
        answer: |call| Box::pin(destroy(call)),
    },
    Action {
        resource: "mail",
        name: "messagesOrganise",
        access: Access::LoggedIn,
        answer: |call| Box::pin(organise(call)),
    },
    Action {
        resource: "mail",
        name: "moveTargets",
        access: Access::LoggedIn,
        answer: |call| Box::pin(move_targets(call)),
    },
    Action {
        resource: "mail",
        name: "dismissRefused",
        access: Access::LoggedIn,
        answer: |call| Box::pin(dismiss(call)),
    },
];

async fn set_read(call: Call<'_>) -> Answered {
    let which = Which::MailIds(texts(&call, "mailIds")?);
    let is_read = parameter(&call, "isRead")
        .and_then(Value::as_bool)
        .ok_or_else(|| Error::invalid("isRead", "say true for read or false for unread"))?;
    let wish = Wish::Edit(Edit::read(is_read));
    let outcome = organise::change(call.host.as_ref(), call.user.id, "mailIds", &which, &wish).await?;
    woken(json!({ "changed": outcome.changed }))
}

async fn update(call: Call<'_>) -> Answered {
    let id = parameter(&call, "filterByTk").unwrap_or(&Value::Null);
    let id = read::identifier(id, "filterByTk")?;
    read::account_of(call.host.as_ref(), call.user.id, id).await?;
    let labels = match parameter(&call, "labels") {
        None | Some(Value::Null) => None,
        Some(list) => Some((label_ids(list, "labels")?, Off::AllOthers)),
    };
    apply(&call, "filterByTk", vec![id], labels).await?;
    let asked = row([("filterByTk", json!(id))]);
    let message = read::get(call.host.as_ref(), call.user.id, &asked).await?;
    woken(Value::Object(message))
}

async fn organise(call: Call<'_>) -> Answered {
    let ids = identifiers(&call, "ids")?;
    let of = |name: &'static str| match parameter(&call, name) {
        None | Some(Value::Null) => Ok(Vec::new()),
        Some(list) => label_ids(list, name),
    };
    let (on, off) = (of("addLabels")?, of("removeLabels")?);
    let labels = Some((on, Off::These(off)));
    let changed = apply(&call, "ids", ids, labels).await?;
    woken(json!({ "changed": changed }))
}

async fn trash(call: Call<'_>) -> Answered {
    let which = Which::Ids(identifiers(&call, "filterByTk")?);
    let wish = match flag(&call, "moveToTrash")?.unwrap_or(true) {
        true => Wish::Edit(Edit::to(Destination::Box(BoxType::Trash))),
        false => Wish::PutBack,
    };
    changed(&call, &which, &wish).await
}

async fn destroy(call: Call<'_>) -> Answered {
    let which = Which::Ids(identifiers(&call, "filterByTk")?);
    changed(&call, &which, &Wish::Edit(Edit::delete())).await
}

async fn changed(call: &Call<'_>, which: &Which, wish: &Wish) -> Answered {
    let outcome = organise::change(call.host.as_ref(), call.user.id, "filterByTk", which, wish).await?;
    match outcome.found {
        0 => Err(read::gone().about("filterByTk")),
        _ => woken(json!({ "changed": outcome.changed })),
    }
}

async fn move_targets(call: Call<'_>) -> Answered {
    let host = call.host.as_ref();
    let mut targets = Vec::new();
    for account in account::of_user(host, call.user.id).await? {
        let folders = account::folders(host, account.id).await?;
        let folders: Vec<Value> = folders
            .iter()
            .filter(|folder| {
                !matches!(folder.box_type, BoxType::Out | BoxType::Draft) && !folder.is_technical
            })
            .map(|folder| json!({ "id": folder.id, "name": folder.name, "boxType": folder.box_type }))
            .collect();
        targets.push(json!({
            "accountId": account.id,
            "oneFolderEach": account.provider.mail().capabilities().one_folder_each,
            "organises": account.mode.is_none_or(AccessMode::organises),
            "deletesForGood": organise::may_delete(&account),
            "folders": folders,
        }));
    }
    body(Value::Array(targets))
}

async fn dismiss(call: Call<'_>) -> Answered {
    let ids = identifiers(&call, "ids")?;
    queue::dismiss(call.host.as_ref(), call.user.id, &ids).await?;
    body(json!({}))
}

/// Does to these mails what the call's other parameters say. Returns how many it was done to.
async fn apply(
    call: &Call<'_>,
    field: &'static str,
    ids: Vec<i64>,
    labels: Option<(Vec<i64>, Off)>,
) -> Result<usize> {
    let (host, user_id) = (call.host.as_ref(), call.user.id);
    let mut changed = 0;
    let which = Which::Ids(ids.clone());
    // Whatever is wrong with the labels is said before anything is changed.
    let batch = beside(call, &ids, labels).await?;
    if flag(call, "putBack")? == Some(true) {
        let outcome = organise::change(host, user_id, field, &which, &Wish::PutBack).await?;
        changed = outcome.changed;
    }
    let edit = edit(call)?;
    if !edit.is_empty() {
        let outcome = organise::change(host, user_id, field, &which, &Wish::Edit(edit)).await?;
        changed = changed.max(outcome.changed);
    }
    if !batch.operations().is_empty() {
        store::commit(host, batch).await?;
        let own = host.count(collections::MESSAGES, own(user_id, &ids)).await?;
        changed = changed.max(usize::try_from(own).unwrap_or(usize::MAX));
    }
    Ok(changed)
}

/// What is kept here only: labels and the to-do mark.
async fn beside(call: &Call<'_>, ids: &[i64], labels: Option<(Vec<i64>, Off)>) -> Result<Batch> {
    let (host, user_id) = (call.host.as_ref(), call.user.id);
    let own = own(user_id, ids);
    let mut batch = Batch::new();
    if let Some(is_todo) = flag(call, "isTodo")? {
        let values = row([("isTodo", json!(is_todo))]);
        batch = batch.update(collections::MESSAGES, own.clone(), values);
    }
    if let Some((on, off)) = labels {
        let query = Query::new(collections::MESSAGES, own).fields(&["id", "accountId"]);
        let rows = host.find(query).await?;
        let mails: Vec<Labelled> = rows
            .iter()
            .filter_map(|row| {
                Some(Labelled {
                    message_id: row.get("id").and_then(store::id_of)?,
                    account_id: row.get("accountId").and_then(store::id_of).unwrap_or(0),
                })
            })
            .collect();
        batch = labels::assign(host, user_id, &mails, &on, &off, batch).await?;
    }
    Ok(batch)
}

fn own(user_id: i64, ids: &[i64]) -> Filter {
    Filter::eq("userId", user_id).and(Filter::is_in("id", ids.iter().copied()))
}

fn edit(call: &Call<'_>) -> Result<Edit> {
    let text = |name: &str| parameter(call, name).filter(|value| !value.is_null());
    let folder = match text("folderId") {
        None => None,
        Some(value) => Some(
            value
                .as_str()
                .ok_or_else(|| Error::invalid("folderId", "name a folder by its id"))?,
        ),
    };
    let to_box =
        match text("boxType") {
            None => None,
            Some(value) => Some(value.as_str().and_then(BoxType::parse).ok_or_else(|| {
                Error::invalid("boxType", "mail can be moved to in, archive, spam or trash")
            })?),
        };
    let destination = folder
        .map(|id| Destination::Folder(id.to_owned()))
        .or(to_box.map(Destination::Box));
    let mut edit = Edit {
        is_read: flag(call, "isRead")?,
        is_starred: flag(call, "isStarred")?,
        destination,
        ..Edit::default()
    };
    let problem = || Error::invalid("providerLabels", "send labels with true or false");
    match text("providerLabels") {
        None => {}
        Some(Value::Object(labels)) if labels.len() <= 100 => {
            for (id, on) in labels {
                let on = on.as_bool().ok_or_else(problem)?;
                let is_mark = matches!(id.as_str(), "" | "UNREAD" | "STARRED") || id.len() > 255;
                if is_mark {
                    return Err(problem());
                }
                edit.label(id, on);
            }
        }
        Some(_) => return Err(problem()),
    }
    Ok(edit)
}

fn flag(call: &Call<'_>, name: &'static str) -> Result<Option<bool>> {
    match parameter(call, name) {
        None | Some(Value::Null) => Ok(None),
        Some(Value::Bool(flag)) => Ok(Some(*flag)),
        Some(Value::String(text)) if matches!(text.as_str(), "true" | "1") => Ok(Some(true)),
        Some(Value::String(text)) if matches!(text.as_str(), "false" | "0") => Ok(Some(false)),
        Some(_) => Err(Error::invalid(name, "send true or false")),
    }
}

/// Ids of labels, or records of labels with their ids.
fn label_ids(value: &Value, field: &'static str) -> Result<Vec<i64>> {
    let problem = || Error::invalid(field, "send a list of label ids");
    let list = value
        .as_array()
        .filter(|list| list.len() <= 100)
        .ok_or_else(problem)?;
    list.iter()
        .map(|each| store::id_of(each.get("id").unwrap_or(each)).ok_or_else(problem))
        .collect()
}

/// An answer after which the provider is told right away.
fn woken(body: Value) -> Answered {
    Ok(ActionResponse {
        body,
        wake: vec![SYNC_SCHEDULE],
        ..ActionResponse::default()
    })
}
