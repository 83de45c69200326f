//! Labels and notes: records of their user's own.
//!
//! | action | in | out |
//! |---|---|---|
//! | `mailMessageLabels:list` | | `[label]` |
//! | `mailMessageLabels:create`, `:update` | `label`, `color?`, `description?`; `filterByTk` | label |
//! | `mailMessageLabels:destroy` | `filterByTk` or a list | |
//! | `mailMessageNotes:list` | `filter` `{"mailMessageId": id}` | `[note]` |
//! | `mailMessageNotes:create`, `:update` | `note`, `mailMessageId`; `filterByTk` | note |
//! | `mailMessageNotes:destroy` | `filterByTk` or a list | |

use serde_json::{Value, json};

use super::{Access, Action};
use crate::error::{Error, Result};
use crate::host::Row;
use crate::json;
use crate::mail::{labels, notes};
use crate::plugin::ActionResponse;
use crate::plugin::call::{Answered, Call, body, identifiers, parameter};
use crate::store;

const LABELS: &str = "mailMessageLabels";
const NOTES: &str = "mailMessageNotes";

/// The actions of this file.
pub(super) const ACTIONS: &[Action] = &[
    Action {
        resource: LABELS,
        name: "list",
        access: Access::LoggedIn,
        answer: |call| Box::pin(list_labels(call)),
    },
    Action {
        resource: LABELS,
        name: "create",
        access: Access::LoggedIn,
        answer: |call| Box::pin(create_label(call)),
    },
    Action {
        resource: LABELS,
        name: "update",
        access: Access::LoggedIn,
        answer: |call| Box::pin(update_label(call)),
    },
    Action {
        resource: LABELS,
        name: "destroy",
        access: Access::LoggedIn,
        answer: |call| Box::pin(destroy_labels(call)),
    },
    Action {
        resource: NOTES,
        name: "list",
        access: Access::LoggedIn,
        answer: |call| Box::pin(list_notes(call)),
    },
    Action {
        resource: NOTES,
        name: "create",
        access: Access::LoggedIn,
        answer: |call| Box::pin(create_note(call)),
    },
    Action {
        resource: NOTES,
        name: "update",
        access: Access::LoggedIn,
        answer: |call| Box::pin(update_note(call)),
    },
    Action {
        resource: NOTES,
        name: "destroy",
        access: Access::LoggedIn,
        answer: |call| Box::pin(destroy_notes(call)),
    },
];

async fn list_labels(call: Call<'_>) -> Answered {
    listed(labels::list(call.host.as_ref(), call.user.id).await?)
}

async fn create_label(call: Call<'_>) -> Answered {
    let made = labels::create(call.host.as_ref(), call.user.id, &call.request.values).await?;
    body(Value::Object(made))
}

async fn update_label(call: Call<'_>) -> Answered {
    let id = identifier(&call)?;
    let changed = labels::update(call.host.as_ref(), call.user.id, id, &call.request.values).await?;
    body(Value::Object(changed))
}

async fn destroy_labels(call: Call<'_>) -> Answered {
    let ids = identifiers(&call, "filterByTk")?;
    labels::destroy(call.host.as_ref(), call.user.id, &ids).await?;
    body(json!({}))
}

async fn list_notes(call: Call<'_>) -> Answered {
    let message_id = named_mail(&call)?;
    listed(notes::list(call.host.as_ref(), call.user.id, message_id).await?)
}

async fn create_note(call: Call<'_>) -> Answered {
    let written = notes::create(call.host.as_ref(), call.user.id, &call.request.values).await?;
    body(Value::Object(written))
}

async fn update_note(call: Call<'_>) -> Answered {
    let id = identifier(&call)?;
    let changed = notes::update(call.host.as_ref(), call.user.id, id, &call.request.values).await?;
    body(Value::Object(changed))
}

async fn destroy_notes(call: Call<'_>) -> Answered {
    let ids = identifiers(&call, "filterByTk")?;
    notes::destroy(call.host.as_ref(), call.user.id, &ids).await?;
    body(json!({}))
}

/// All of them on one page: nobody has so many.
fn listed(rows: Vec<Row>) -> Answered {
    let count = rows.len();
    Ok(ActionResponse {
        body: rows.into_iter().map(Value::Object).collect(),
        meta: Some(json!({ "count": count, "page": 1, "pageSize": count.max(1), "totalPage": 1 })),
        ..ActionResponse::default()
    })
}

fn identifier(call: &Call<'_>) -> Result<i64> {
    parameter(call, "filterByTk")
        .and_then(store::id_of)
        .ok_or_else(|| Error::invalid("filterByTk", "send the record's id"))
}

/// The mail of a filter such as `{"mailMessageId": 7}`, with or without an operator.
fn named_mail(call: &Call<'_>) -> Result<Option<i64>> {
    let problem = || Error::invalid("filter", "notes are filtered by mailMessageId");
    let parsed;
    let filter = match parameter(call, "filter") {
        None | Some(Value::Null) => return Ok(None),
        Some(Value::String(text)) => {
            parsed = json::parse(text).ok_or_else(problem)?;
            &parsed
        }
        Some(filter) => filter,
    };
    let conditions = filter.as_object().ok_or_else(problem)?;
    match conditions.get("mailMessageId") {
        None if conditions.is_empty() => Ok(None),
        Some(value) if conditions.len() == 1 => store::id_of(value.get("$eq").unwrap_or(value))
            .map(Some)
            .ok_or_else(problem),
        _ => Err(problem()),
    }
}
