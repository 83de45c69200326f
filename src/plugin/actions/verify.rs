//! "Verify", "Test sign-in" and the admin consent link of the "Email settings" page.

use serde_json::{Map, Value, json};

use super::{Access, Action};
use crate::error::{Error, Result};
use crate::oauth;
use crate::plugin::actions::accounts::caller;
use crate::plugin::call::{Answered, Call, body, required};
use crate::provider::Provider;
use crate::settings;

/// The actions of this file.
pub(super) const ACTIONS: &[Action] = &[
    Action {
        resource: "mail",
        name: "verifySettings",
        access: Access::Settings,
        answer: |call| Box::pin(verify_settings(call)),
    },
    Action {
        resource: "mail",
        name: "trialUrl",
        access: Access::Settings,
        answer: |call| Box::pin(trial_url(call)),
    },
    Action {
        resource: "mail",
        name: "adminConsentUrl",
        access: Access::Settings,
        answer: |call| Box::pin(admin_consent_url(call)),
    },
];

async fn verify_settings(call: Call<'_>) -> Answered {
    let provider = section(&call)?;
    let entered = match call.request.values.get("values") {
        None | Some(Value::Null) => &Map::new(),
        Some(Value::Object(values)) => values,
        Some(_) => {
            return Err(Error::invalid("values", "send the section's values as an object"));
        }
    };
    let report = settings::verify(call.host.as_ref(), provider, entered, &call.request.origin).await?;
    body(json!(report))
}

async fn trial_url(call: Call<'_>) -> Answered {
    let url = oauth::begin_trial(call.host.as_ref(), caller(&call), section(&call)?).await?;
    body(json!({ "url": url }))
}

async fn admin_consent_url(call: Call<'_>) -> Answered {
    let url = oauth::begin_admin_consent(call.host.as_ref(), caller(&call)).await?;
    body(json!({ "url": url }))
}

/// The provider whose section is meant.
fn section(call: &Call<'_>) -> Result<Provider> {
    Provider::parse(required(call, "section")?)
        .map_err(|_| Error::invalid("section", "there is no such section: google or microsoft"))
}
