//! Mail folders: list, get, create.

use serde_json::json;

use super::resource::{self, selection};
use super::{Call, Outcome, error, ids, page, reply};
use crate::answer::text;

pub(super) fn list(call: &mut Call<'_>, parent: Option<&str>) -> Outcome {
    let parent = match parent {
        Some("msgfolderroot") | None => None,
        Some(id) => Some(ids::find_folder(call.mailbox, id)?),
    };
    let size = call.page_size(10, 1_000)?;
    let skip = call.query.get("$skip").parse::<usize>().unwrap_or(0);
    let counts = resource::counts(call.mailbox);
    let select = selection(&call.query);
    let children: Vec<_> = call
        .mailbox
        .living_folders()
        .filter(|(_, folder)| folder.parent == parent)
        .map(|(slot, _)| slot)
        .collect();
    let value = children
        .iter()
        .skip(skip)
        .take(size)
        .map(|slot| resource::folder(call.mailbox, *slot, &counts, select.as_deref()))
        .collect();
    let next = (skip + size < children.len()).then(|| super::messages::skip_link(call, skip + size));
    Ok(page(call.context("me/mailFolders"), value, next))
}

pub(super) fn get(call: &mut Call<'_>, id: &str) -> Outcome {
    let counts = resource::counts(call.mailbox);
    let select = selection(&call.query);
    let context = call.context("me/mailFolders/$entity");
    let mut body = if id.eq_ignore_ascii_case("msgfolderroot") {
        let children = call
            .mailbox
            .living_folders()
            .filter(|(_, folder)| folder.parent.is_none())
            .count();
        json!({
            "id": ids::root_id(call.mailbox),
            "displayName": "Top of Information Store",
            "parentFolderId": ids::root_id(call.mailbox),
            "childFolderCount": children,
            "unreadItemCount": 0,
            "totalItemCount": 0,
            "isHidden": false,
        })
    } else {
        let slot = ids::find_folder(call.mailbox, id)?;
        resource::folder(call.mailbox, slot, &counts, select.as_deref())
    };
    if let Some(members) = body.as_object_mut() {
        members.insert("@odata.context".to_owned(), json!(context));
    }
    Ok(reply(200, &body))
}

pub(super) fn create(call: &mut Call<'_>) -> Outcome {
    let name = text(&call.json, "displayName").to_owned();
    if name.is_empty() {
        return Err(error::bad_request("The property displayName is required."));
    }
    let taken = call
        .mailbox
        .living_folders()
        .any(|(_, folder)| folder.parent.is_none() && folder.name == name);
    if taken {
        return Err(error::error(
            409,
            "ErrorFolderExists",
            "A folder with the specified name already exists.",
        ));
    }
    let slot = call.mailbox.add_folder(&name, None);
    Ok(reply(201, &resource::folder(call.mailbox, slot, &[], None)))
}
