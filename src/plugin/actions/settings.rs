//! The "Email settings" page.

use serde_json::{Value, json};

use super::{Access, Action};
use crate::error::{Error, ErrorCode};
use crate::plugin::call::{Answered, Call, body, required};
use crate::provider::Provider;
use crate::settings;

/// The actions of this file.
pub(super) const ACTIONS: &[Action] = &[
    Action {
        resource: "mail",
        name: "settingsSchema",
        access: Access::Settings,
        answer: |call| Box::pin(settings_schema(call)),
    },
    Action {
        resource: "mail",
        name: "settings",
        access: Access::Settings,
        answer: |call| Box::pin(settings(call)),
    },
    Action {
        resource: "mail",
        name: "saveSettings",
        access: Access::Settings,
        answer: |call| Box::pin(save_settings(call)),
    },
    Action {
        resource: "mail",
        name: "providers",
        access: Access::LoggedIn,
        answer: |call| Box::pin(providers(call)),
    },
];

async fn settings_schema(call: Call<'_>) -> Answered {
    body(settings::describe(call.host.as_ref(), &call.request.origin).await?)
}

async fn settings(call: Call<'_>) -> Answered {
    body(Value::Object(settings::to_page(call.host.as_ref()).await?))
}

async fn save_settings(call: Call<'_>) -> Answered {
    let section = required(&call, "section")?;
    let values = call.request.values.get("values").and_then(Value::as_object);
    let values = values.ok_or_else(|| Error::invalid("values", "send the section's values as an object"))?;
    settings::save(call.host.as_ref(), call.user.id, section, values).await?;
    let mut page = settings::to_page(call.host.as_ref()).await?;
    body(page.remove(section).unwrap_or_default())
}

async fn providers(call: Call<'_>) -> Answered {
    let mut list = Vec::with_capacity(Provider::ALL.len());
    for provider in Provider::ALL {
        let (configured, dry_run) = match settings::application(call.host.as_ref(), provider).await {
            Ok(application) => (true, application.is_dry_run()),
            Err(error)
                if matches!(
                    error.code(),
                    ErrorCode::NotConfigured | ErrorCode::SecretUnreadable
                ) =>
            {
                (false, false)
            }
            Err(error) => return Err(error),
        };
        list.push(json!({
            "type": provider,
            "name": provider.service_name(),
            "configured": configured,
            "dryRun": dry_run,
        }));
    }
    body(Value::Array(list))
}
