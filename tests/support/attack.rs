//! Attacks on "Link account": what a browser brings back, changed on the way.

use email_manager::error::{Error, Result};
use email_manager::plugin::{ActionRequest, User};
use serde_json::{Map, Value, json};

use super::service::Service;
use super::world::World;
use super::{USER, refusal};

pub fn asked(service: Service) -> Value {
    json!({ "type": service.name() })
}

/// Agrees on the consent page as `user`: what the browser brings back.
pub fn consented(world: &World, user: User) -> Value {
    world.consent(user, asked(world.service), world.service.mailbox(), |_| true)
}

pub fn callback(world: &World, user: User, back: &Value) -> Result<Value> {
    world.site.mail(user, "oauth2callback", back.clone())
}

pub fn with(back: &Value, name: &str, value: Value) -> Value {
    let mut changed = back.clone();
    changed[name] = value;
    changed
}

/// Checks that an answer is refused before any provider is asked, that the refusal repeats no secret, and that nothing is
/// linked.
pub fn assert_refused(world: &World, what: &str, result: Result<Value>) {
    let error = result.unwrap_err();
    assert_eq!(refusal(&error).0, "state_invalid", "{what}: {error}");
    assert_silent(world, &error);
    let asked = world.wire.take_requests();
    assert!(asked.is_empty(), "{what}: {asked:?}");
    assert!(world.site.host.rows("mailAccounts").is_empty(), "{what}");
}

pub fn assert_silent(world: &World, error: &Error) {
    let told = format!("{error} {error:?}");
    assert!(
        world
            .secrets()
            .iter()
            .all(|secret| secret.is_empty() || !told.contains(secret)),
        "a secret is in an error"
    );
    world.assert_discreet();
}

/// Checks that the one who began it can still finish: no attack took anything away.
pub fn assert_still_good(world: &World, back: &Value) {
    assert_eq!(callback(world, USER, back).unwrap()["created"], true);
}

pub fn request(
    origin: &str,
    session: Option<&str>,
    user: User,
    action: &str,
    values: &Value,
) -> ActionRequest {
    ActionRequest {
        resource: "mail".to_owned(),
        action: action.to_owned(),
        params: Map::new(),
        values: values.as_object().cloned().unwrap_or_default(),
        user: Some(user),
        session: session.map(str::to_owned),
        origin: origin.to_owned(),
        language: "en-US".to_owned(),
        file: None,
    }
}

/// Answers from another address of the site, or in another login.
pub fn from(world: &World, origin: &str, session: Option<&str>, user: User, back: &Value) -> Result<Value> {
    let request = request(origin, session, user, "oauth2callback", back);
    pollster::block_on(world.site.plugin.action(request)).map(|response| response.body)
}
