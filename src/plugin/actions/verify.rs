//! "Verify" on the "Email settings" page.

use serde_json::{Map, Value, json};

use super::{Access, Action};
use crate::error::{Error, Result};
use crate::plugin::call::{Answered, Call, body, required};
use crate::provider::Provider;
use crate::settings;

/// The actions of this file.
pub(super) const ACTIONS: &[Action] = &[Action {
    resource: "mail",
    name: "verifySettings",
    access: Access::Settings,
    answer: |call| Box::pin(verify_settings(call)),
}];

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

/// The provider whose section is meant.
fn section(call: &Call<'_>) -> Result<Provider> {
    Provider::parse(required(call, "section")?)
        .map_err(|_| Error::invalid("section", "there is no such section: google or microsoft"))
}
