//! Templates. What is marked "ours" is beside NocoBase's documented interface.
//!
//! | action | in | out |
//! |---|---|---|
//! | `mailTemplates:list` | | `[{id, name, subject, content}]`, the user's own by name |
//! | `mailTemplates:create` | `name`, `content?`, ours: `subject?` | the template |
//! | `mailTemplates:update` | `filterByTk`, and what shall change | the template |
//! | `mailTemplates:destroy` | `filterByTk`, one id or several | `{}` |
//! | `mailTemplates:render` (ours) | `filterByTk`, `variables` `{name: text}`, `accountEmail?` | `{subject, content, signature, missing}`: the signature is apart, a template never overwrites it |

use serde_json::{Map, Value, json};

use super::{Access, Action};
use crate::account;
use crate::error::{Error, Result};
use crate::json;
use crate::plugin::ActionResponse;
use crate::plugin::call::{Answered, Call, body, parameter, text};
use crate::store;
use crate::templates;

/// The actions of this file.
pub(super) const ACTIONS: &[Action] = &[
    Action {
        resource: "mailTemplates",
        name: "list",
        access: Access::LoggedIn,
        answer: |call| Box::pin(list(call)),
    },
    Action {
        resource: "mailTemplates",
        name: "create",
        access: Access::LoggedIn,
        answer: |call| Box::pin(create(call)),
    },
    Action {
        resource: "mailTemplates",
        name: "update",
        access: Access::LoggedIn,
        answer: |call| Box::pin(update(call)),
    },
    Action {
        resource: "mailTemplates",
        name: "destroy",
        access: Access::LoggedIn,
        answer: |call| Box::pin(destroy(call)),
    },
    Action {
        resource: "mailTemplates",
        name: "render",
        access: Access::LoggedIn,
        answer: |call| Box::pin(render(call)),
    },
];

async fn list(call: Call<'_>) -> Answered {
    let rows = templates::list(call.host.as_ref(), call.user.id).await?;
    let count = rows.len();
    Ok(ActionResponse {
        body: rows.into_iter().map(Value::Object).collect(),
        meta: Some(json!({ "count": count, "page": 1, "pageSize": count, "totalPage": 1 })),
        ..ActionResponse::default()
    })
}

async fn create(call: Call<'_>) -> Answered {
    let row = templates::create(call.host.as_ref(), call.user.id, &call.request.values).await?;
    body(Value::Object(row))
}

async fn update(call: Call<'_>) -> Answered {
    let id = one(&call)?;
    let row = templates::update(call.host.as_ref(), call.user.id, id, &call.request.values).await?;
    body(Value::Object(row))
}

async fn destroy(call: Call<'_>) -> Answered {
    templates::destroy(call.host.as_ref(), call.user.id, &ids(&call)?).await?;
    body(json!({}))
}

async fn render(call: Call<'_>) -> Answered {
    let host = call.host.as_ref();
    let id = one(&call)?;
    let none = Map::new();
    let variables = parameter(&call, "variables")
        .and_then(Value::as_object)
        .unwrap_or(&none);
    let account = match text(&call, "accountEmail").filter(|email| !email.is_empty()) {
        Some(email) => Some(account::own(host, call.user.id, email, None).await?),
        None => None,
    };
    body(templates::render(host, call.user.id, id, variables, account.as_ref()).await?)
}

fn one(call: &Call<'_>) -> Result<i64> {
    match ids(call)?.as_slice() {
        [id] => Ok(*id),
        _ => Err(unnamed()),
    }
}

/// One id, a list, or a list as NocoBase's client writes it into the query: joined by commas, or as JSON.
fn ids(call: &Call<'_>) -> Result<Vec<i64>> {
    let named = match parameter(call, "filterByTk") {
        Some(Value::String(text)) => match json::parse(text) {
            Some(list @ Value::Array(_)) => list,
            _ => text.split(',').map(|id| json!(id.trim())).collect(),
        },
        Some(Value::Array(list)) => Value::Array(list.clone()),
        Some(one) => json!([one]),
        None => return Err(unnamed()),
    };
    let list = named.as_array().filter(|list| (1..=500).contains(&list.len()));
    list.into_iter()
        .flatten()
        .map(|id| store::id_of(id).ok_or_else(unnamed))
        .collect()
}

fn unnamed() -> Error {
    Error::invalid("filterByTk", "name one template by its id")
}
