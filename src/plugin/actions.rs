//! The actions of the HTTP API: who may call which, and what answers. A file a topic, each with its part of the table.

use std::rc::Rc;

use serde::Serialize;

use super::call::Call;
use super::{ActionEntry, ActionRequest, ActionResponse};
use crate::error::{Error, ErrorCode, Result};
use crate::host::{Host, HostFuture};

mod accounts;
mod audit;
mod bulk;
mod drafts;
mod dry_run;
mod files;
mod keys;
mod labels;
mod messages;
mod organise;
mod sending;
mod settings;
mod synchronization;
mod templates;
mod uploads;
mod verify;

/// Who may call an action.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum Access {
    /// Every signed-in user, for what is their own.
    LoggedIn,
    /// Users with the settings permission.
    Settings,
}

/// An action and what answers it.
struct Action {
    resource: &'static str,
    name: &'static str,
    access: Access,
    answer: for<'a> fn(Call<'a>) -> HostFuture<'a, ActionResponse>,
}

/// Every action, by topic.
const TOPICS: &[&[Action]] = &[
    settings::ACTIONS,
    dry_run::ACTIONS,
    verify::ACTIONS,
    accounts::ACTIONS,
    keys::ACTIONS,
    synchronization::ACTIONS,
    audit::ACTIONS,
    messages::ACTIONS,
    organise::ACTIONS,
    labels::ACTIONS,
    files::ACTIONS,
    sending::ACTIONS,
    bulk::ACTIONS,
    drafts::ACTIONS,
    templates::ACTIONS,
    uploads::ACTIONS,
];

/// The actions as the manifest lists them.
pub(super) fn entries() -> Vec<ActionEntry> {
    all()
        .map(|action| ActionEntry {
            resource: action.resource,
            name: action.name,
            access: action.access,
            file: uploads::TAKING_FILES
                .iter()
                .find(|(resource, name, _)| *resource == action.resource && *name == action.name)
                .map(|(_, _, bytes)| *bytes),
        })
        .collect()
}

/// Finds the action, checks that the caller may call it, and answers.
pub(super) async fn answer(host: &Rc<dyn Host>, request: &ActionRequest) -> Result<ActionResponse> {
    let action = all()
        .find(|action| action.resource == request.resource && action.name == request.action)
        .ok_or_else(|| Error::new(ErrorCode::NotFound, "there is no such action"))?;
    let user = request
        .user
        .ok_or_else(|| Error::new(ErrorCode::Unauthenticated, "sign in first"))?;
    if action.access == Access::Settings && !user.can_configure {
        return Err(Error::new(
            ErrorCode::Forbidden,
            "only roles with the Email settings permission may do this",
        ));
    }
    (action.answer)(Call { host, request, user }).await
}

fn all() -> impl Iterator<Item = &'static Action> {
    TOPICS.iter().copied().flatten()
}
