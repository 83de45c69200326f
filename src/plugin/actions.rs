//! The actions of the HTTP API: who may call which, and what answers.

use std::rc::Rc;

use serde::Serialize;

use super::{ActionEntry, ActionRequest, ActionResponse, User, answers};
use crate::error::{Error, ErrorCode, Result};
use crate::host::{Host, HostFuture};

/// Who may call an action.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum Access {
    /// Every signed-in user, for what is their own.
    LoggedIn,
    /// Users with the settings permission.
    Settings,
}

/// A call with everything an answer needs.
pub(super) struct Call<'a> {
    pub(super) host: &'a Rc<dyn Host>,
    pub(super) request: &'a ActionRequest,
    pub(super) user: User,
}

type Answer = for<'a> fn(Call<'a>) -> HostFuture<'a, ActionResponse>;

/// Resource, name, access and answer of every action.
const TABLE: [(&str, &str, Access, Answer); 18] = [
    ("mail", "settingsSchema", Access::Settings, |call| {
        Box::pin(answers::settings_schema(call))
    }),
    ("mail", "settings", Access::Settings, |call| {
        Box::pin(answers::settings(call))
    }),
    ("mail", "saveSettings", Access::Settings, |call| {
        Box::pin(answers::save_settings(call))
    }),
    ("mail", "providers", Access::LoggedIn, |call| {
        Box::pin(answers::providers(call))
    }),
    ("mail", "oauth2url", Access::LoggedIn, |call| {
        Box::pin(answers::oauth2_url(call))
    }),
    ("mail", "oauth2callback", Access::LoggedIn, |call| {
        Box::pin(answers::oauth2_callback(call))
    }),
    ("mail", "getMailAccounts", Access::LoggedIn, |call| {
        Box::pin(answers::accounts(call))
    }),
    ("mail", "startSync", Access::LoggedIn, |call| {
        Box::pin(answers::start_sync(call))
    }),
    ("mail", "messagesSync", Access::LoggedIn, |call| {
        Box::pin(answers::messages_sync(call))
    }),
    ("mail", "deleteMailAccount", Access::LoggedIn, |call| {
        Box::pin(answers::delete_account(call))
    }),
    ("mail", "folders", Access::LoggedIn, |call| {
        Box::pin(answers::folders(call))
    }),
    ("mail", "messageUnreadCount", Access::LoggedIn, |call| {
        Box::pin(answers::unread_count(call))
    }),
    ("mail", "messageSetReaded", Access::LoggedIn, |call| {
        Box::pin(answers::set_read(call))
    }),
    ("mail", "messageAttachmentGet", Access::LoggedIn, |call| {
        Box::pin(answers::attachment(call))
    }),
    ("mail", "messageContentPreview", Access::LoggedIn, |call| {
        Box::pin(answers::inline_image(call))
    }),
    ("mailMessages", "list", Access::LoggedIn, |call| {
        Box::pin(answers::messages(call))
    }),
    ("mailMessages", "listPerson", Access::LoggedIn, |call| {
        Box::pin(answers::messages(call))
    }),
    ("mailMessages", "get", Access::LoggedIn, |call| {
        Box::pin(answers::message(call))
    }),
];

/// The actions as the manifest lists them.
pub(super) fn entries() -> Vec<ActionEntry> {
    TABLE
        .iter()
        .map(|(resource, name, access, _)| ActionEntry {
            resource,
            name,
            access: *access,
        })
        .collect()
}

/// Finds the action, checks that the caller may call it, and answers.
pub(super) async fn answer(host: &Rc<dyn Host>, request: &ActionRequest) -> Result<ActionResponse> {
    let (_, _, access, answer) = TABLE
        .iter()
        .find(|(resource, name, _, _)| *resource == request.resource && *name == request.action)
        .ok_or_else(|| Error::new(ErrorCode::NotFound, "there is no such action"))?;
    let user = request
        .user
        .ok_or_else(|| Error::new(ErrorCode::Unauthenticated, "sign in first"))?;
    if *access == Access::Settings && !user.can_configure {
        return Err(Error::new(
            ErrorCode::Forbidden,
            "only roles with the Email settings permission may do this",
        ));
    }
    answer(Call { host, request, user }).await
}
