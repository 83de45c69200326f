//! From a user's wishes to labels: in Gmail, everything that can be changed on a message is one.

use std::collections::BTreeSet;

use super::placement;
use crate::model::{BoxType, Destination, Edit, Placement};

/// Labels to put on and to take off.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(in super::super) struct LabelChange {
    pub(in super::super) add: BTreeSet<String>,
    pub(in super::super) remove: BTreeSet<String>,
}

impl LabelChange {
    fn set(&mut self, label: &str, on: bool) {
        let (to, from) = match on {
            true => (&mut self.add, &mut self.remove),
            false => (&mut self.remove, &mut self.add),
        };
        from.remove(label);
        to.insert(label.to_owned());
    }
}

/// The labels that `edit` puts on and takes off.
///
/// `TRASH` and `SPAM` are labels that a client may set like any other
/// (<https://developers.google.com/workspace/gmail/api/guides/labels>), so that a mail that is moved and marked takes one
/// call, and many of them take one as well.
pub(in super::super) fn label_change(edit: &Edit) -> LabelChange {
    let mut change = LabelChange::default();
    match &edit.destination {
        Some(Destination::Box(box_type)) => {
            for (label, place) in [
                ("INBOX", BoxType::In),
                ("SPAM", BoxType::Spam),
                ("TRASH", BoxType::Trash),
            ] {
                // Sent mail and drafts keep the label that tells so wherever they are.
                if label != "INBOX" || !matches!(box_type, BoxType::Out | BoxType::Draft) {
                    change.set(label, place == *box_type);
                }
            }
        }
        Some(Destination::Folder(label)) => {
            for place in ["INBOX", "SPAM", "TRASH"] {
                change.set(place, false);
            }
            change.set(label, true);
        }
        None => {}
    }
    for (label, on) in &edit.labels {
        change.set(label, *on);
    }
    if let Some(is_read) = edit.is_read {
        change.set("UNREAD", !is_read);
    }
    if let Some(is_starred) = edit.is_starred {
        change.set("STARRED", is_starred);
    }
    change
}

/// The placement of a mail whose labels are changed so.
pub(in super::super) fn placed(before: &Placement, change: &LabelChange) -> Placement {
    let mut labels: Vec<String> = before
        .folder_ids
        .iter()
        .filter(|label| !change.remove.contains(*label))
        .cloned()
        .collect();
    let new = change
        .add
        .iter()
        .filter(|label| !before.folder_ids.contains(label));
    labels.extend(new.cloned());
    placement(labels)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn after(labels: &[&str], edit: &Edit) -> Placement {
        let labels = labels.iter().map(|label| (*label).to_owned()).collect();
        placed(&placement(labels), &label_change(edit))
    }

    #[test]
    fn every_box_and_mark_is_a_set_of_labels() {
        let to = |box_type| Edit::to(Destination::Box(box_type));
        let inbox = ["INBOX", "UNREAD", "Label_1"];
        for box_type in [BoxType::In, BoxType::Archive, BoxType::Spam, BoxType::Trash] {
            let placement = after(&inbox, &to(box_type));
            assert_eq!((placement.box_type, placement.is_read), (box_type, false));
            assert!(placement.folder_ids.contains(&"Label_1".to_owned()));
        }
        assert!(after(&inbox, &Edit::read(true)).is_read);
        assert_eq!(
            after(&["SENT", "TRASH"], &to(BoxType::Out)).box_type,
            BoxType::Out
        );
        let filed = after(&inbox, &Edit::to(Destination::Folder("Label_2".to_owned())));
        assert_eq!(filed.box_type, BoxType::Archive);
        assert_eq!(filed.folder_ids, ["UNREAD", "Label_1", "Label_2"]);
    }

    #[test]
    fn what_is_put_on_and_taken_off_at_once_follows_the_order_of_the_wishes() {
        let mut edit = Edit::to(Destination::Folder("Label_2".to_owned()));
        edit.label("Label_2", false);
        let change = label_change(&edit);
        assert!(change.add.is_empty() && change.remove.contains("Label_2"));
    }
}
