//! Bulk mails: one mail of its own for each recipient. What is marked "ours" is beside NocoBase's documented interface.
//!
//! | action | in | out |
//! |---|---|---|
//! | `mailMassMessages:send` | `data`: as `mail:messageSend`, with at most 500 recipients in `to`; `mailSendSetting.interval` between two mails, in milliseconds, 0 (as without it) to 86,400,000 | the bulk mail with its `children`; ours: `key`, `repeated` |
//! | `mailMassMessages:list` | `filter.parentId`, ours: `filter.accountId`; `page`, `pageSize`; `appends=children` | the user's bulk mails, newest first, or the recipients of the one with this id |
//! | `mailMassMessages:cancel` | `id` of a bulk mail: all that is not sent yet; of a recipient: the mail to that one | the record |
//! | `mailMassMessages:resend` | `id` likewise: what has failed | the record |
//!
//! `{{name}}` and `{{email}}` in subject and text are each recipient's. The `result` of a bulk mail counts its recipients
//! by `status`; that of a recipient is `{outboxId, state, code, reason, mailId}`. Whoever's state is `ambiguous` is
//! `sending` until the user decides by `mailOutbox:resolve`. The event `mail:bulk` `{id}` tells of a change.

use serde_json::Value;

use super::messages::page;
use super::sending::{named, working};
use super::{Access, Action};
use crate::outbox::bulk::{self, Wish};
use crate::plugin::call::{Answered, Call};

/// The actions of this file.
pub(super) const ACTIONS: &[Action] = &[
    Action {
        resource: "mailMassMessages",
        name: "send",
        access: Access::LoggedIn,
        answer: |call| Box::pin(send(call)),
    },
    Action {
        resource: "mailMassMessages",
        name: "list",
        access: Access::LoggedIn,
        answer: |call| Box::pin(list(call)),
    },
    Action {
        resource: "mailMassMessages",
        name: "cancel",
        access: Access::LoggedIn,
        answer: |call| Box::pin(change(call, Wish::Cancel)),
    },
    Action {
        resource: "mailMassMessages",
        name: "resend",
        access: Access::LoggedIn,
        answer: |call| Box::pin(change(call, Wish::Resend)),
    },
];

async fn send(call: Call<'_>) -> Answered {
    Ok(working(
        bulk::send(call.host, call.user.id, &call.request.values).await?,
    ))
}

async fn list(call: Call<'_>) -> Answered {
    page(bulk::list(call.host.as_ref(), call.user.id, &call.request.params).await?)
}

async fn change(call: Call<'_>, wish: Wish) -> Answered {
    let row = bulk::change(call.host.as_ref(), call.user.id, named(&call)?, wish).await?;
    Ok(working(Value::Object(row)))
}
