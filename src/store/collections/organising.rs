//! What users do to mail: changes on their way to the provider, labels, notes, senders they trust.

use super::super::schema::FieldKind::{BigInt, Boolean, DatetimeTz, Integer, Json, String, Text};
use super::super::schema::{Collection, field, index, unique};
use super::{LABEL_LINKS, LABELS, NOTES, OUTGOING, TRUSTED_SENDERS};

pub(super) fn outgoing() -> Collection {
    Collection {
        name: OUTGOING,
        title: "Email changes on their way",
        // The id is the order in which the changes were made.
        fields: vec![
            field("accountId", BigInt),
            field("userId", BigInt),
            field("mailId", String),
            field("edit", Json),
            // How the mail stood before: what is as it was needs no sending.
            field("before", Json),
            field("mustSend", Boolean),
            field("state", String),
            field("reason", Text),
            field("attempts", Integer),
            field("nextAttemptAt", DatetimeTz),
        ],
        indexes: vec![
            index(&["state", "nextAttemptAt"]),
            index(&["accountId", "mailId"]),
        ],
    }
}

pub(super) fn labels() -> Collection {
    Collection {
        name: LABELS,
        title: "Email labels",
        fields: vec![
            field("userId", BigInt),
            field("label", String),
            field("color", String),
            field("description", Text),
        ],
        indexes: vec![unique(&["userId", "label"])],
    }
}

pub(super) fn label_links() -> Collection {
    Collection {
        name: LABEL_LINKS,
        title: "Email labels of messages",
        fields: vec![
            field("accountId", BigInt),
            field("userId", BigInt),
            field("messageId", BigInt),
            field("labelId", BigInt),
        ],
        indexes: vec![
            unique(&["messageId", "labelId"]),
            index(&["labelId", "messageId"]),
        ],
    }
}

pub(super) fn notes() -> Collection {
    Collection {
        name: NOTES,
        title: "Email notes",
        fields: vec![
            field("accountId", BigInt),
            field("userId", BigInt),
            field("mailMessageId", BigInt),
            field("note", Text),
        ],
        indexes: vec![index(&["mailMessageId"])],
    }
}

pub(super) fn trusted_senders() -> Collection {
    Collection {
        name: TRUSTED_SENDERS,
        title: "Email senders whose images are shown",
        fields: vec![field("userId", BigInt), field("address", String)],
        indexes: vec![unique(&["userId", "address"])],
    }
}
