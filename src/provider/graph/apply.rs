//! Changing messages, in rounds of batches: categories are read first, marks are set then, and moves come last. What
//! fails in a round takes no part in the next one.

use chrono::{DateTime, Utc};
use http::Response;
use serde_json::{Value, json};

use super::super::http::missing;
use super::super::{Applied, ApplyOutcome};
use super::batch::{self, Call};
use super::convert::well_known_name;
use super::{message_categories, message_delete, message_move, message_update};
use crate::error::Result;
use crate::model::{Destination, Edit, Folder, Placement};
use crate::session::Session;

/// The placement of a mail once `edit` is done.
pub(super) fn placed(before: &Placement, edit: &Edit, folders: &[Folder]) -> Placement {
    let mut after = before.clone();
    after.is_read = edit.is_read.unwrap_or(after.is_read);
    after.is_starred = edit.is_starred.unwrap_or(after.is_starred);
    let folder = match &edit.destination {
        Some(Destination::Folder(id)) => folders.iter().find(|folder| folder.id == *id),
        // The well-known folder stands first among those of its box.
        Some(Destination::Box(box_type)) => {
            after.box_type = *box_type;
            folders.iter().find(|folder| folder.box_type == *box_type)
        }
        None => None,
    };
    if let Some(folder) = folder {
        after.box_type = folder.box_type;
        after.folder_ids = vec![folder.id.clone()];
    }
    if !edit.labels.is_empty() {
        after.categories = Some(with_labels(after.categories.unwrap_or_default(), edit));
    }
    after
}

fn with_labels(mut categories: Vec<String>, edit: &Edit) -> Vec<String> {
    for (name, on) in &edit.labels {
        categories.retain(|category| category != name);
        if *on {
            categories.push(name.clone());
        }
    }
    categories
}

/// A message on its way through the rounds.
struct Item<'a> {
    id: &'a str,
    edit: &'a Edit,
    categories: Option<Vec<String>>,
    outcome: ApplyOutcome,
}

impl Item<'_> {
    fn marks(&self) -> Value {
        let mut marks = serde_json::Map::new();
        if let Some(is_read) = self.edit.is_read {
            marks.insert("isRead".to_owned(), json!(is_read));
        }
        if let Some(is_starred) = self.edit.is_starred {
            let status = if is_starred { "flagged" } else { "notFlagged" };
            marks.insert("flag".to_owned(), json!({ "flagStatus": status }));
        }
        if let Some(categories) = &self.categories {
            marks.insert("categories".to_owned(), json!(categories));
        }
        Value::Object(marks)
    }
}

/// Changes the messages.
pub(super) async fn apply(session: &Session, edits: &[(String, Edit)]) -> Result<Vec<Applied>> {
    let mut items: Vec<Item<'_>> = edits
        .iter()
        .map(|(id, edit)| Item {
            id,
            edit,
            categories: None,
            outcome: ApplyOutcome::Done,
        })
        .collect();
    let reads = |item: &Item<'_>| {
        let labelled = !item.edit.deleted && !item.edit.labels.is_empty();
        labelled.then(|| message_categories::call(item.id))
    };
    round(session, &mut items, reads, |item, answer, now| {
        let categories = message_categories::parse(answer, now)?;
        item.categories = Some(with_labels(categories, item.edit));
        Ok(())
    })
    .await?;
    let marks = |item: &Item<'_>| {
        let marks = item.marks();
        let marked = !item.edit.deleted && marks.as_object().is_some_and(|marks| !marks.is_empty());
        marked.then(|| message_update::call(item.id, marks))
    };
    round(session, &mut items, marks, |_, answer, now| {
        message_update::parse(answer, now)
    })
    .await?;
    round(session, &mut items, relocation, |item, answer, now| {
        match item.edit.deleted {
            true => message_delete::parse(answer, now),
            false => message_move::parse(answer, now),
        }
    })
    .await?;
    let applied = items.into_iter().map(|item| Applied {
        mail_id: item.id.to_owned(),
        outcome: item.outcome,
    });
    Ok(applied.collect())
}

fn relocation(item: &Item<'_>) -> Option<Result<Call>> {
    if item.edit.deleted {
        return Some(message_delete::call(item.id));
    }
    let destination = match item.edit.destination.as_ref()? {
        Destination::Folder(id) => id.as_str(),
        Destination::Box(box_type) => well_known_name(*box_type),
    };
    Some(message_move::call(item.id, destination))
}

/// Sends the calls of the items that are well so far, and notes what came of them.
async fn round<'a>(
    session: &Session,
    items: &mut [Item<'a>],
    call: impl Fn(&Item<'a>) -> Option<Result<Call>>,
    read: impl Fn(&mut Item<'a>, &Response<Vec<u8>>, DateTime<Utc>) -> Result<()>,
) -> Result<()> {
    let mut calls = Vec::new();
    let mut asked = Vec::new();
    for item in items {
        if item.outcome != ApplyOutcome::Done {
            continue;
        }
        match call(item) {
            Some(Ok(call)) => {
                calls.push(call);
                asked.push(item);
            }
            // An unusable id fails alone.
            Some(Err(error)) => item.outcome = ApplyOutcome::from(&error),
            None => {}
        }
    }
    let mut answers = batch::send(session, &calls).await?.into_iter();
    let now = session.host().now();
    for item in asked {
        let answer = answers
            .next()
            .unwrap_or_else(|| Err(missing("answer to this call")));
        let outcome = answer.and_then(|answer| read(item, &answer, now));
        item.outcome = ApplyOutcome::of(outcome);
    }
    Ok(())
}

/// How many messages one call of [`apply`] takes: each round is a few batches.
pub(super) const SIZE: usize = 3 * batch::LIMIT;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::BoxType;

    #[test]
    fn a_box_is_the_first_folder_in_it_and_a_folder_has_its_box() {
        let folder = |id: &str, box_type| Folder {
            id: id.to_owned(),
            name: id.to_owned(),
            parent_id: None,
            is_own: false,
            is_technical: false,
            box_type,
            total: None,
        };
        let folders = [
            folder("inbox", BoxType::In),
            folder("archive", BoxType::Archive),
            folder("customers", BoxType::Archive),
        ];
        let before = Placement {
            box_type: BoxType::In,
            folder_ids: vec!["inbox".to_owned()],
            is_read: false,
            is_starred: false,
            categories: Some(vec!["Red".to_owned()]),
        };
        let filed = placed(
            &before,
            &Edit::to(Destination::Folder("customers".to_owned())),
            &folders,
        );
        assert_eq!(
            (filed.box_type, filed.folder_ids),
            (BoxType::Archive, vec!["customers".to_owned()])
        );
        let mut edit = Edit::to(Destination::Box(BoxType::Archive));
        edit.label("Red", false);
        edit.label("Blue", true);
        let archived = placed(&before, &edit, &folders);
        assert_eq!(archived.folder_ids, ["archive"]);
        assert_eq!(archived.categories, Some(vec!["Blue".to_owned()]));
    }
}
