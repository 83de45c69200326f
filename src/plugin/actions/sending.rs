//! Sending, and mail on its way. What is marked "ours" is beside NocoBase's documented interface.
//!
//! | action | in | out |
//! |---|---|---|
//! | `mail:messageSend` | send payload; ours: `key` (the same one twice is one mail), `undoSeconds` (0 to 60, default 5), `mode` (`reply`, `replyAll`, `forward`, beside `replyTo`), `version` (of the draft `id`), files of a mail as `{messageId, attachmentId}` | `{id, key, state, notBefore, scheduleSendAt, …, repeated, mailMessageId?}`; `id` is the outbox's, `mailMessageId` the record of a scheduled mail |
//! | `mailMessages:cancelTimelySend` | `id` of the record | `{id}` of the draft that it has become |
//! | `mailOutbox:list` (ours) | | `[{id, key, accountId, state, from, to, cc, bcc, subject, notBefore, scheduleSendAt, canCancel, code, reason}]` of `queued`, `sending`, `ambiguous`, `failed` |
//! | `mailOutbox:get` (ours) | `id` | the same, in whatever state |
//! | `mailOutbox:cancel` (ours) | `id`, `edit?` (default true) | `{id}` of the draft, null without `edit`; only while `canCancel`: it is certain that nothing was sent |
//! | `mailOutbox:resolve` (ours) | `id`, `outcome`: `sent` (only `ambiguous`), `sendAgain`, `edit`, `discard` | the entry, with `draftId` after `edit` |
//! | `mail:replyProposal` (ours) | `id` of the mail, `mode` | `{accountEmail, identityEmail, to, cc, subject}` |
//! | `mail:recipientSuggestions` (ours) | `text` | `[{name, address}]`, at most 8 of whom the user has had mail with |
//! | `mail:accountIdentitiesSync` | `email`, `type?` | `[{id, email, accountId, userId, isPrimary, name, verificationStatus}]` |
//!
//! The event `mail:outbox` `{id, state}` tells a user's pages of every change. `reason` is the key of a translation.

use serde_json::{Value, json};

use super::{Access, Action};
use crate::account;
use crate::compose::{Mode, reply, suggest};
use crate::error::{Error, Result};
use crate::host::{Filter, Query};
use crate::identities;
use crate::outbox::{self, Resolution};
use crate::plugin::call::{Answered, Call, body, parameter, required, text};
use crate::plugin::{ActionResponse, OUTBOX_SCHEDULE};
use crate::provider::Provider;
use crate::store::{self, collections};

/// The actions of this file.
pub(super) const ACTIONS: &[Action] = &[
    Action {
        resource: "mail",
        name: "messageSend",
        access: Access::LoggedIn,
        answer: |call| Box::pin(send(call)),
    },
    Action {
        resource: "mailMessages",
        name: "cancelTimelySend",
        access: Access::LoggedIn,
        answer: |call| Box::pin(cancel_timely_send(call)),
    },
    Action {
        resource: "mailOutbox",
        name: "list",
        access: Access::LoggedIn,
        answer: |call| Box::pin(list(call)),
    },
    Action {
        resource: "mailOutbox",
        name: "get",
        access: Access::LoggedIn,
        answer: |call| Box::pin(entry(call)),
    },
    Action {
        resource: "mailOutbox",
        name: "cancel",
        access: Access::LoggedIn,
        answer: |call| Box::pin(cancel(call)),
    },
    Action {
        resource: "mailOutbox",
        name: "resolve",
        access: Access::LoggedIn,
        answer: |call| Box::pin(resolve(call)),
    },
    Action {
        resource: "mail",
        name: "replyProposal",
        access: Access::LoggedIn,
        answer: |call| Box::pin(reply_proposal(call)),
    },
    Action {
        resource: "mail",
        name: "recipientSuggestions",
        access: Access::LoggedIn,
        answer: |call| Box::pin(suggestions(call)),
    },
    Action {
        resource: "mail",
        name: "accountIdentitiesSync",
        access: Access::LoggedIn,
        answer: |call| Box::pin(identities_sync(call)),
    },
];

async fn send(call: Call<'_>) -> Answered {
    let queued = outbox::queue(call.host, call.user.id, &call.request.values, None).await?;
    let mut answer = queued.entry.to_public();
    if let Some(members) = answer.as_object_mut() {
        members.insert("repeated".to_owned(), json!(queued.repeated));
        if queued.entry.schedule_send_at.is_some() {
            let named =
                Filter::eq("userId", call.user.id).and(Filter::eq("outboxKey", queued.entry.key.as_str()));
            let query = Query::new(collections::MESSAGES, named).fields(&["id"]).limit(1);
            let rows = call.host.find(query).await?;
            let record = rows.first().and_then(|row| row.get("id")).cloned();
            members.insert("mailMessageId".to_owned(), record.unwrap_or_default());
        }
    }
    Ok(working(answer))
}

/// An answer after which there may be work for the outbox.
pub(super) fn working(body: Value) -> ActionResponse {
    ActionResponse {
        body,
        wake: vec![OUTBOX_SCHEDULE],
        ..ActionResponse::default()
    }
}

async fn cancel_timely_send(call: Call<'_>) -> Answered {
    let draft = outbox::cancel_scheduled(call.host.as_ref(), call.user.id, named(&call)?).await?;
    Ok(working(json!({ "id": draft })))
}

async fn list(call: Call<'_>) -> Answered {
    body(outbox::list(call.host.as_ref(), call.user.id).await?)
}

async fn entry(call: Call<'_>) -> Answered {
    let entry = outbox::of_user(call.host.as_ref(), call.user.id, named(&call)?).await?;
    body(entry.to_public())
}

async fn cancel(call: Call<'_>) -> Answered {
    let edit = parameter(&call, "edit").and_then(Value::as_bool).unwrap_or(true);
    let draft = outbox::cancel(call.host.as_ref(), call.user.id, named(&call)?, edit).await?;
    Ok(working(json!({ "id": draft })))
}

async fn resolve(call: Call<'_>) -> Answered {
    let resolution = Resolution::parse(required(&call, "outcome")?)?;
    let entry = outbox::resolve(call.host.as_ref(), call.user.id, named(&call)?, resolution).await?;
    Ok(working(entry))
}

async fn reply_proposal(call: Call<'_>) -> Answered {
    let host = call.host.as_ref();
    let mode = text(&call, "mode").and_then(Mode::parse);
    let mode = mode.ok_or_else(|| Error::invalid("mode", "the mode is reply, replyAll or forward"))?;
    let original = reply::original(host, call.user.id, &json!(named(&call)?)).await?;
    let accounts = account::of_user(host, call.user.id).await?;
    let account = accounts.iter().find(|account| account.id == original.account_id);
    // Another mailbox of the same person is somebody else in this one: often others read it, too.
    let own = account.map(identities::addresses).unwrap_or_default();
    let mut proposal = original.proposal(host, &own, mode);
    if let (Some(members), Some(account)) = (proposal.as_object_mut(), account) {
        let identity = original.addressed(&own);
        members.insert("accountEmail".to_owned(), json!(account.email));
        let identity = identity.unwrap_or_else(|| account.email.clone());
        members.insert("identityEmail".to_owned(), json!(identity));
    }
    body(proposal)
}

async fn suggestions(call: Call<'_>) -> Answered {
    let text = text(&call, "text").unwrap_or_default();
    body(json!(
        suggest::recipients(call.host.as_ref(), call.user.id, text).await?
    ))
}

async fn identities_sync(call: Call<'_>) -> Answered {
    let provider = text(&call, "type").map(Provider::parse).transpose()?;
    let email = required(&call, "email")?;
    let account = account::own(call.host.as_ref(), call.user.id, email, provider).await?;
    body(identities::sync(call.host, &account).await?)
}

pub(super) fn named(call: &Call<'_>) -> Result<i64> {
    let id = parameter(call, "id").or_else(|| parameter(call, "filterByTk"));
    id.and_then(store::id_of)
        .ok_or_else(|| Error::invalid("id", "name one mail by its id"))
}
