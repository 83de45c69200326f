//! The keys that stored secrets are encrypted under.
//!
//! | action | in | out |
//! |---|---|---|
//! | `mail:rotateKey` | | `{generation, since, remaining}`: the new key is in use, `remaining` records are moved in the background |
//! | `mail:keyRotation` | | the same, as it is now |

use serde_json::json;

use super::{Access, Action};
use crate::plugin::call::{Answered, Call, body};
use crate::plugin::{ActionResponse, TIDY_SCHEDULE};
use crate::secret;

/// The actions of this file.
pub(super) const ACTIONS: &[Action] = &[
    Action {
        resource: "mail",
        name: "rotateKey",
        access: Access::Settings,
        answer: |call| Box::pin(rotate_key(call)),
    },
    Action {
        resource: "mail",
        name: "keyRotation",
        access: Access::Settings,
        answer: |call| Box::pin(key_rotation(call)),
    },
];

async fn rotate_key(call: Call<'_>) -> Answered {
    secret::rotate(call.host.as_ref(), call.user.id).await?;
    Ok(ActionResponse {
        body: json!(secret::rotation_state(call.host.as_ref()).await?),
        wake: vec![TIDY_SCHEDULE],
        ..ActionResponse::default()
    })
}

async fn key_rotation(call: Call<'_>) -> Answered {
    body(json!(secret::rotation_state(call.host.as_ref()).await?))
}
