//! The collections of mail that is written and sent.

use crate::store::schema::FieldKind::{BigInt, DatetimeTz, Integer, Json, String, Text};
use crate::store::schema::{Collection, field, hidden, index, unique};

use super::{MASS_MESSAGES, OUTBOX, TEMPLATES, UPLOAD_PIECES, UPLOADS};

pub(super) fn outbox() -> Collection {
    Collection {
        name: OUTBOX,
        title: "Email outbox",
        fields: vec![
            field("userId", BigInt),
            field("accountId", BigInt),
            // Names the page's wish to send: the same one twice is one mail.
            field("key", String),
            field("state", String),
            // Of a bulk mail its record, once its recipients have theirs; of a mail that it consists of that recipient's.
            field("massId", BigInt),
            field("mail", Json),
            // Apart from the mail, as lists don't show it.
            field("html", Text),
            field("payload", Json),
            // The Message-ID, and the value of the extended property that stands for it at Outlook.
            field("mark", String),
            field("composedAt", DatetimeTz),
            field("scheduleSendAt", DatetimeTz),
            // Since when it is being sent, or accepted.
            field("since", DatetimeTz),
            field("notBefore", DatetimeTz),
            // Addresses of upload sessions need no further authorisation.
            hidden("preparation", Json),
            field("triedAt", DatetimeTz),
            field("failures", Integer),
            field("looks", Integer),
            // Until when it needs its files; null where it doesn't.
            field("filesUntil", DatetimeTz),
            field("mailId", Text),
            field("code", String),
            field("reason", Text),
            field("leaseUntil", DatetimeTz),
            field("leaseNumber", BigInt),
        ],
        indexes: vec![
            unique(&["userId", "key"]),
            index(&["state", "notBefore"]),
            index(&["massId"]),
        ],
    }
}

/// A bulk mail has neither parent nor number; its state is that of its recipients.
pub(super) fn mass_messages() -> Collection {
    Collection {
        name: MASS_MESSAGES,
        title: "Email bulk mails",
        fields: vec![
            field("userId", BigInt),
            field("accountId", BigInt),
            field("parentId", BigInt),
            // The place of a recipient in the list (ours).
            field("number", Integer),
            // In milliseconds.
            field("interval", BigInt),
            field("message", Json),
            field("from", Text),
            field("to", Text),
            field("sendAt", DatetimeTz),
            field("status", String),
            field("result", Json),
            // The mail in the outbox (ours).
            field("outboxKey", String),
        ],
        indexes: vec![unique(&["parentId", "number"]), index(&["userId", "parentId"])],
    }
}

pub(super) fn uploads() -> Collection {
    Collection {
        name: UPLOADS,
        title: "Email uploads",
        fields: vec![
            field("token", String),
            field("userId", BigInt),
            field("filename", Text),
            field("mimeType", String),
            field("size", BigInt),
            field("expiresAt", DatetimeTz),
        ],
        indexes: vec![unique(&["token"]), index(&["expiresAt"])],
    }
}

pub(super) fn upload_pieces() -> Collection {
    Collection {
        name: UPLOAD_PIECES,
        title: "Email upload pieces",
        fields: vec![
            field("token", String),
            field("number", Integer),
            // Base64: the host's storage knows no bytes.
            field("content", Text),
            field("expiresAt", DatetimeTz),
        ],
        indexes: vec![unique(&["token", "number"]), index(&["expiresAt"])],
    }
}

pub(super) fn templates() -> Collection {
    Collection {
        name: TEMPLATES,
        title: "Email templates",
        fields: vec![
            field("userId", BigInt),
            field("name", String),
            field("subject", Text),
            field("content", Text),
        ],
        indexes: vec![index(&["userId"])],
    }
}
