//! Drafts written here. What is marked "ours" is beside NocoBase's documented interface.
//!
//! | action | in | out |
//! |---|---|---|
//! | `mail:messageSavingDraft` | send payload; with `id` the draft to change, ours: `version` that the page knows, `key` of a new one (the same one twice is one draft) | `{id, version}`; 409 about `version` when another window has changed it |
//! | `mail:draftFind` (ours) | `identityEmail` or `accountEmail`, `to`, `replyTo?` | `{id, version, date, draft}` of the latest draft alike, or null |
//! | `mail:draftDiscard` (ours) | `id` | `{}` |
//! | `mail:draftTakeOver` (ours) | `id` of a draft that was begun at the provider, which goes to the trash there | `{id}` of the draft that it is here now; 404 when it no longer is one |
//!
//! The record has `isDraft` and neither `mailId` nor `rawId`; its column `draft` (ours) is the payload as it was saved.
//! `mail:messageSend` with `id` and `version` uses the draft up in the same commit.

use serde_json::{Value, json};

use super::{Access, Action};
use crate::drafts;
use crate::error::{Error, Result};
use crate::plugin::call::{Answered, Call, body, parameter};
use crate::plugin::{ActionResponse, SYNC_SCHEDULE};
use crate::store;

/// The actions of this file.
pub(super) const ACTIONS: &[Action] = &[
    Action {
        resource: "mail",
        name: "messageSavingDraft",
        access: Access::LoggedIn,
        answer: |call| Box::pin(save(call)),
    },
    Action {
        resource: "mail",
        name: "draftFind",
        access: Access::LoggedIn,
        answer: |call| Box::pin(find(call)),
    },
    Action {
        resource: "mail",
        name: "draftDiscard",
        access: Access::LoggedIn,
        answer: |call| Box::pin(discard(call)),
    },
    Action {
        resource: "mail",
        name: "draftTakeOver",
        access: Access::LoggedIn,
        answer: |call| Box::pin(take_over(call)),
    },
];

async fn save(call: Call<'_>) -> Answered {
    let saved = drafts::save(call.host.as_ref(), call.user.id, &call.request.values).await?;
    body(json!({ "id": saved.id, "version": saved.version }))
}

async fn find(call: Call<'_>) -> Answered {
    let mut values = call.request.params.clone();
    values.extend(call.request.values.clone());
    let found = drafts::find(call.host.as_ref(), call.user.id, &values).await?;
    body(found.unwrap_or(Value::Null))
}

async fn discard(call: Call<'_>) -> Answered {
    drafts::discard(call.host.as_ref(), call.user.id, id(&call)?).await?;
    body(json!({}))
}

async fn take_over(call: Call<'_>) -> Answered {
    let id = drafts::take_over(call.host, call.user.id, id(&call)?).await?;
    Ok(ActionResponse {
        body: json!({ "id": id }),
        wake: vec![SYNC_SCHEDULE],
        ..ActionResponse::default()
    })
}

fn id(call: &Call<'_>) -> Result<i64> {
    parameter(call, "id")
        .and_then(store::id_of)
        .ok_or_else(|| Error::invalid("id", "name one mail by its id"))
}
