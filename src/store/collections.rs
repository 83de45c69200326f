//! The collections. Names and columns are those of NocoBase's documented email manager; what is ours is marked.

use super::schema::FieldKind::{BigInt, Boolean, DatetimeTz, Integer, Json, String, Text};
use super::schema::{Collection, entries, field, hidden, index, unique, words};

mod organising;
mod sending;

/// One row: what applies to every mailbox.
pub const GENERAL_SETTINGS: &str = "mailGeneralSettings";
/// One row a provider application.
pub const SETTINGS: &str = "mailSettings";
/// Connected mailboxes.
pub const ACCOUNTS: &str = "mailAccounts";
/// Mail.
pub const MESSAGES: &str = "mailMessages";
/// Authorisations that users have begun (ours).
pub const AUTHORIZATIONS: &str = "mailAuthorizations";
/// Folders and labels of the mailboxes (ours).
pub const FOLDERS: &str = "mailFolders";
/// Positions in the providers' lists and change feeds (ours).
pub const CURSORS: &str = "mailSyncCursors";
/// Items that are not stored, each with its reason (ours).
pub const LEDGER: &str = "mailSyncItems";

/// What runs of synchronisation did (ours).
pub const RUNS: &str = "mailSyncRuns";
/// Mails on their way out (ours).
pub const OUTBOX: &str = "mailOutbox";
/// Files for mails being written (ours).
pub const UPLOADS: &str = "mailUploads";
/// The bytes of those files, piece by piece (ours).
pub const UPLOAD_PIECES: &str = "mailUploadPieces";
/// Bulk mails, and below each of them its recipients.
pub const MASS_MESSAGES: &str = "mailMassMessages";
/// Users' templates.
pub const TEMPLATES: &str = "mailTemplates";

/// The keys that secrets are encrypted under, themselves encrypted (ours).
pub const KEYS: &str = "mailKeys";

/// What users have still to be told (ours).
pub const NOTICES: &str = "mailNotices";
/// Who did what (ours).
pub const AUDIT_LOG: &str = "mailAuditLog";
/// Changes that users have made and the provider hasn't yet (ours).
pub const OUTGOING: &str = "mailOutgoing";
/// Labels that users have made here.
pub const LABELS: &str = "mailMessageLabels";
/// Which mail has which of them (ours).
pub const LABEL_LINKS: &str = "mailMessageLabelLinks";
/// Senders whose images from elsewhere a user lets load (ours).
pub const TRUSTED_SENDERS: &str = "mailTrustedSenders";
/// Notes on mails.
pub const NOTES: &str = "mailMessageNotes";

/// Every collection.
pub fn all() -> Vec<Collection> {
    vec![
        general_settings(),
        settings(),
        accounts(),
        messages(),
        authorizations(),
        folders(),
        cursors(),
        ledger(),
        runs(),
        keys(),
        notices(),
        audit_log(),
        organising::outgoing(),
        organising::labels(),
        organising::label_links(),
        organising::notes(),
        organising::trusted_senders(),
        sending::outbox(),
        sending::mass_messages(),
        sending::uploads(),
        sending::upload_pieces(),
        sending::templates(),
    ]
}

fn general_settings() -> Collection {
    Collection {
        name: GENERAL_SETTINGS,
        title: "Email general settings",
        fields: vec![field("key", String), field("values", Json)],
        indexes: vec![unique(&["key"])],
    }
}

fn settings() -> Collection {
    Collection {
        name: SETTINGS,
        title: "Email provider settings",
        fields: vec![
            field("type", String),
            field("values", Json),
            hidden("clientSecret", Text),
            // When a dry run began and what has arrived in it (ours); none outside of one.
            field("dryRun", Json),
            // Why the provider refuses the secret, and what administrators were told of it (ours).
            field("secretRefused", String),
            field("secretTold", String),
        ],
        indexes: vec![unique(&["type"])],
    }
}

fn accounts() -> Collection {
    Collection {
        name: ACCOUNTS,
        title: "Email accounts",
        fields: vec![
            field("type", String),
            field("email", String),
            field("userId", BigInt),
            field("settingId", BigInt),
            // Whether the mailbox is the stand-in's (ours).
            field("dryRun", Boolean),
            field("config", Json),
            field("identities", Json),
            field("scopes", Json),
            field("status", String),
            field("statusCode", String),
            field("statusReason", Text),
            field("statusSince", DatetimeTz),
            field("syncStartDate", DatetimeTz),
            field("syncState", Json),
            field("nextSyncAt", DatetimeTz),
            field("syncRequestedAt", DatetimeTz),
            field("leaseUntil", DatetimeTz),
            field("leaseNumber", BigInt),
            // When its user was last here, what they leave out, and how complete it is (ours).
            field("activeAt", DatetimeTz),
            field("exclusions", Json),
            field("audit", Json),
            hidden("refreshToken", Text),
            hidden("accessToken", Text),
            field("accessTokenExpiresAt", DatetimeTz),
            field("tokenVersion", BigInt),
            // Who renews the tokens holds a lease on them (ours).
            field("tokenLeaseUntil", DatetimeTz),
            field("tokenLeaseNumber", BigInt),
            // The mailbox's owner at the provider, and what its grant was asked for (ours).
            hidden("subject", String),
            field("mode", String),
        ],
        indexes: vec![unique(&["userId", "type", "email"]), index(&["nextSyncAt"])],
    }
}

fn messages() -> Collection {
    Collection {
        name: MESSAGES,
        title: "Email messages",
        fields: vec![
            field("accountId", BigInt),
            field("userId", BigInt),
            field("email", String),
            field("mailId", String),
            field("rawId", Text),
            field("boxType", String),
            // Where it was before it was moved here, for putting it back; the folder is ours.
            field("originalBoxType", String),
            field("originalFolderId", String),
            field("folderIds", Json),
            field("categories", Json),
            field("isRead", Boolean),
            field("isStarred", Boolean),
            field("isDraft", Boolean),
            field("isTodo", Boolean),
            field("from", Text),
            field("fromUser", Json),
            field("to", Text),
            field("toUsers", Json),
            field("cc", Text),
            field("ccUsers", Json),
            field("bcc", Text),
            field("bccUsers", Json),
            field("replyTo", Text),
            field("date", DatetimeTz),
            field("subject", Text),
            field("preview", Text),
            field("conversationId", String),
            field("references", Json),
            field("relatedMessageLatestDate", DatetimeTz),
            field("bodyText", Text),
            field("bodyHtml", Text),
            field("attachments", Json),
            // What a search looks at, and what the receiving server found out about the sender (ours).
            field("searchText", Text),
            field("authentication", Json),
            // Of a mail that waits for its time, and of a draft written here: what the page sent (ours: the draft's columns).
            field("scheduleSendAt", DatetimeTz),
            field("draft", Json),
            field("draftVersion", BigInt),
            field("identityEmail", String),
            field("outboxKey", String),
            // When the provider last sent the whole mail (ours): what wasn't seen by a listing is older than that.
            field("syncedAt", DatetimeTz),
            // When and why it was hidden (ours): what isn't hidden any more within the grace period was never lost.
            field("deletedAt", DatetimeTz),
            field("deletedReason", String),
            // When a comparison with the provider's lists last met it (ours).
            field("auditedAt", DatetimeTz),
        ],
        indexes: vec![
            unique(&["accountId", "mailId"]),
            index(&["userId", "boxType", "date"]),
            index(&["userId", "isTodo", "date"]),
            index(&["userId", "isStarred", "date"]),
            index(&["userId", "date"]),
            index(&["accountId", "conversationId", "date"]),
            // What the tree counts stands in the index alone.
            index(&["accountId", "boxType", "isRead", "deletedAt"]),
            index(&["deletedAt"]),
            words("searchText"),
            entries("folderIds"),
        ],
    }
}

fn authorizations() -> Collection {
    Collection {
        name: AUTHORIZATIONS,
        title: "Email authorisations",
        fields: vec![
            field("stateHash", String),
            field("userId", BigInt),
            field("type", String),
            field("redirectUri", Text),
            field("dryRun", Boolean),
            field("session", String),
            field("accountId", BigInt),
            field("purpose", String),
            hidden("verifier", Text),
            field("expiresAt", DatetimeTz),
            field("claimedAt", DatetimeTz),
            field("answerHash", String),
            field("outcome", Json),
        ],
        indexes: vec![unique(&["stateHash"]), index(&["expiresAt"])],
    }
}

fn folders() -> Collection {
    Collection {
        name: FOLDERS,
        title: "Email folders",
        fields: vec![
            field("accountId", BigInt),
            field("folderId", String),
            field("name", Text),
            field("parentId", String),
            field("isOwn", Boolean),
            field("isTechnical", Boolean),
            field("boxType", String),
            field("total", BigInt),
            field("position", Integer),
        ],
        indexes: vec![unique(&["accountId", "folderId"])],
    }
}

fn cursors() -> Collection {
    Collection {
        name: CURSORS,
        title: "Email sync cursors",
        fields: vec![
            field("accountId", BigInt),
            field("scope", String),
            field("phase", String),
            field("page", Text),
            field("position", Text),
            field("checkedAt", DatetimeTz),
            field("relistedFrom", DatetimeTz),
            field("pending", Json),
            field("given", Integer),
            // How far its lists were followed, and why the scope can't be read at present.
            field("trails", Json),
            field("trouble", Json),
        ],
        indexes: vec![unique(&["accountId", "scope"])],
    }
}

fn ledger() -> Collection {
    Collection {
        name: LEDGER,
        title: "Email sync items",
        fields: vec![
            field("accountId", BigInt),
            field("mailId", String),
            field("state", String),
            field("reason", Text),
            field("attempts", Integer),
            field("nextAttemptAt", DatetimeTz),
            field("since", DatetimeTz),
        ],
        indexes: vec![unique(&["accountId", "mailId"]), index(&["accountId", "state"])],
    }
}

fn runs() -> Collection {
    Collection {
        name: RUNS,
        title: "Email sync runs",
        fields: vec![
            field("accountId", BigInt),
            // Counts the rows of an account; the newest row has the highest.
            field("number", BigInt),
            field("kind", String),
            field("startedAt", DatetimeTz),
            field("endedAt", DatetimeTz),
            // How many runs in a row this row tells of: those that changed nothing share one.
            field("passes", Integer),
            field("created", BigInt),
            field("changed", BigInt),
            field("removed", BigInt),
            field("skipped", BigInt),
            field("failed", BigInt),
            field("requests", BigInt),
            field("units", BigInt),
            field("bytes", BigInt),
            // `done`, or what stopped it: an error's code, `lease_lost`, `paused`, `restarted`.
            field("stop", String),
            field("message", Text),
        ],
        indexes: vec![unique(&["accountId", "number"]), index(&["endedAt"])],
    }
}

fn keys() -> Collection {
    Collection {
        name: KEYS,
        title: "Email encryption keys",
        fields: vec![
            field("generation", BigInt),
            field("keyId", String),
            hidden("wrapped", Text),
            field("retiredAt", DatetimeTz),
            field("checkedAt", DatetimeTz),
        ],
        indexes: vec![unique(&["generation"]), unique(&["keyId"])],
    }
}

fn notices() -> Collection {
    Collection {
        name: NOTICES,
        title: "Email notices",
        fields: vec![
            field("key", String),
            field("accountId", BigInt),
            field("notification", Json),
            field("attempts", Integer),
            field("dueAt", DatetimeTz),
        ],
        indexes: vec![unique(&["key"]), index(&["dueAt"])],
    }
}

/// No column of it is called `accountId`: the log outlives the accounts that it tells of.
fn audit_log() -> Collection {
    Collection {
        name: AUDIT_LOG,
        title: "Email activity",
        fields: vec![
            field("at", DatetimeTz),
            field("kind", String),
            field("userId", BigInt),
            field("ownerId", BigInt),
            field("type", String),
            field("email", String),
            field("messageId", BigInt),
            field("details", Json),
        ],
        indexes: vec![index(&["at"]), index(&["userId", "at"]), index(&["email", "at"])],
    }
}
