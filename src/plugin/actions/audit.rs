//! The audit log.
//!
//! | action | in | out |
//! |---|---|---|
//! | `mail:auditLog` | `page`, `pageSize`, `userId?`, `kind?`, `email?` | entries, newest first: `{at, kind, user, owner, type, email, messageId, details}` |

use serde_json::Value;

use super::{Access, Action};
use crate::audit;
use crate::plugin::ActionResponse;
use crate::plugin::call::{Answered, Call};

/// The actions of this file.
pub(super) const ACTIONS: &[Action] = &[Action {
    resource: "mail",
    name: "auditLog",
    access: Access::Settings,
    answer: |call| Box::pin(log(call)),
}];

async fn log(call: Call<'_>) -> Answered {
    let (rows, meta) = audit::list(call.host.as_ref(), &call.request.params).await?;
    Ok(ActionResponse {
        body: rows.into_iter().map(Value::Object).collect(),
        meta: Some(meta),
        ..ActionResponse::default()
    })
}
