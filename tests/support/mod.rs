//! What the integration tests share: a host in memory with the plugin on it.
#![allow(unreachable_pub, dead_code, reason = "every test file uses a part of this")]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests"
)]

use std::rc::Rc;

use email_manager::error::{Error, Result};
use email_manager::host::Content;
use email_manager::host::memory::MemoryHost;
use email_manager::plugin::{ActionRequest, ActionResponse, Plugin, User};
use serde_json::{Map, Value, json};

pub mod attack;
pub mod dry_run;
pub mod edge;
pub mod organising;
pub mod posting;
pub mod service;
pub mod wire;
pub mod world;

/// The plugin on a host in memory.
pub struct Site {
    pub host: Rc<MemoryHost>,
    pub plugin: Plugin,
}

/// Where the site stands.
pub const ORIGIN: &str = "https://crm.example.com";
/// An administrator.
pub const ADMIN: User = User {
    id: 1,
    can_configure: true,
    can_link: false,
};
/// Somebody without the settings permission.
pub const USER: User = User {
    id: 2,
    can_configure: false,
    can_link: false,
};
/// The file that an answer is.
pub fn downloaded(answer: ActionResponse) -> Vec<u8> {
    match answer.content {
        Some(Content::Whole(bytes)) => bytes,
        other => panic!("no file, but {other:?}"),
    }
}

/// Somebody else.
pub const OTHER: User = User {
    id: 3,
    can_configure: false,
    can_link: false,
};

impl Site {
    pub fn new() -> Self {
        let host = Rc::new(MemoryHost::new());
        let plugin = Plugin::new(Rc::clone(&host) as Rc<dyn email_manager::host::Host>);
        Self { host, plugin }
    }

    /// A site whose administrator has set up both providers.
    pub fn configured() -> Self {
        let site = Self::new();
        for section in ["google", "microsoft"] {
            let values = json!({ "clientId": format!("{section}-id"), "clientSecret": format!("{section}-secret"), "enabled": true });
            site.save(section, values).unwrap();
        }
        site
    }

    pub fn call(
        &self,
        user: Option<User>,
        resource: &str,
        action: &str,
        params: Value,
        values: Value,
    ) -> Result<ActionResponse> {
        let session = user.map(|user| format!("login of {}", user.id));
        self.call_in(session.as_deref(), user, resource, action, params, values)
    }

    /// The same in another login.
    pub fn call_in(
        &self,
        session: Option<&str>,
        user: Option<User>,
        resource: &str,
        action: &str,
        params: Value,
        values: Value,
    ) -> Result<ActionResponse> {
        let object = |value: Value| value.as_object().cloned().unwrap_or_else(Map::new);
        pollster::block_on(self.plugin.action(ActionRequest {
            resource: resource.to_owned(),
            action: action.to_owned(),
            params: object(params),
            values: object(values),
            user,
            session: session.map(str::to_owned),
            origin: ORIGIN.to_owned(),
            language: "en-US".to_owned(),
            file: None,
        }))
    }

    pub fn mail(&self, user: User, action: &str, values: Value) -> Result<Value> {
        self.call(Some(user), "mail", action, json!({}), values)
            .map(|response| response.body)
    }

    pub fn save(&self, section: &str, values: Value) -> Result<Value> {
        self.mail(
            ADMIN,
            "saveSettings",
            json!({ "section": section, "values": values }),
        )
    }
}

/// The error's code and field, to compare.
pub fn refusal(error: &Error) -> (&'static str, Option<&str>) {
    (error.code().as_str(), error.field())
}

/// The parameters of an address.
pub fn parameters(address: &str) -> std::collections::BTreeMap<String, String> {
    url::Url::parse(address)
        .unwrap()
        .query_pairs()
        .into_owned()
        .collect()
}
