//! Cursors: how far each scope of a mailbox (all of it, or one folder) has been read.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::trail::Trails;
use super::trouble::Trouble;
use crate::account::{self, Account};
use crate::error::Result;
use crate::host::{Batch, Filter, Host, Query};
use crate::model::{Cursor, Folder};
use crate::provider::Listed;
use crate::store::{self, collections};

/// The scope whose cursor tells when the folders were last read.
const FOLDERS_SCOPE: &str = "folders";
/// The scope of a provider with one cursor for everything.
pub(super) const MAILBOX_SCOPE: &str = "mailbox";
/// What the scopes of labels begin with that are compared after a position was forgotten.
const LABEL_SCOPES: &str = "label:";
/// The scope whose cursor tells when somebody last looked for mail in folders that are still listed.
const ARRIVALS_SCOPE: &str = "arrivals";
/// The scope whose cursor tells how far stored mails have been compared with changed exclusions.
pub(super) const EXCLUSIONS_SCOPE: &str = "exclusions";

/// How far a scope has been read.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct ScopeCursor {
    /// [`MAILBOX_SCOPE`] or a folder's id.
    pub(super) scope: String,
    /// What is being done.
    pub(super) phase: Phase,
    /// The page to go on with.
    pub(super) page: Option<Cursor>,
    /// Where changes are read from once listing has ended.
    pub(super) position: Option<Cursor>,
    /// When changes were last read to their end.
    pub(super) checked_at: Option<DateTime<Utc>>,
    /// When listing again began in this scope: stored mail that was seen since is there still.
    #[serde(default)]
    pub(super) relisted_from: Option<DateTime<Utc>>,
    /// What the page in hand has listed and nobody has fetched yet.
    #[serde(default)]
    pub(super) pending: Option<Pending>,
    /// How much the listing in hand has given so far, where its pages carry messages.
    #[serde(default, deserialize_with = "store::or_default")]
    pub(super) given: u64,
    /// How far its lists were followed.
    #[serde(default, deserialize_with = "store::or_default")]
    pub(super) trails: Trails,
    /// Why it can't be read at present, where it can't.
    #[serde(default)]
    pub(super) trouble: Option<Trouble>,
}

/// Messages of a page that have still to be fetched: a page of ids is long, and steps are short.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Pending {
    /// The messages, in the order of the list.
    pub(super) items: Vec<Listed>,
    /// Whether that page was the last one.
    pub(super) is_last: bool,
}

/// What is being done in a scope.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Phase {
    /// Nothing yet.
    New,
    /// Listing what is there; messages that are stored already are not fetched again.
    Listing,
    /// Listing again after a cursor had expired; stored messages are refreshed.
    Relisting,
    /// The same where what mails carry is compared by lists of ids: what is stored is only marked as met.
    Comparing,
    /// Listing by their ids what the listing before it has left out: from a date on it gives only so many.
    Completing,
    /// Asking for the stored messages that listing again has not shown; the page is the record to go on after.
    Confirming,
    /// Following changes.
    Following,
}

impl Phase {
    /// Whether what is listed is fetched only where it isn't stored.
    pub(super) const fn skips_stored(self) -> bool {
        matches!(self, Self::Listing | Self::Comparing | Self::Completing)
    }
}

impl ScopeCursor {
    /// A scope that hasn't been read.
    pub(super) fn new(scope: &str) -> Self {
        Self {
            scope: scope.to_owned(),
            phase: Phase::New,
            page: None,
            position: None,
            checked_at: None,
            relisted_from: None,
            pending: None,
            given: 0,
            trails: Trails::default(),
            trouble: None,
        }
    }

    /// The same scope, to be listed again from the start because what is known of it no longer holds.
    pub(super) fn relisting(self, position: Option<Cursor>, now: DateTime<Utc>) -> Self {
        Self {
            phase: Phase::Relisting,
            page: None,
            checked_at: position.as_ref().map(|_| now),
            position,
            relisted_from: Some(now),
            pending: None,
            given: 0,
            trails: Trails::default(),
            trouble: None,
            ..self
        }
    }

    /// The same scope, to be compared with what is stored because its position is forgotten.
    pub(super) fn comparing(self, position: Option<Cursor>, now: DateTime<Utc>) -> Self {
        Self {
            phase: Phase::Comparing,
            ..self.relisting(position, now)
        }
    }

    /// The cursor of a label in a comparison that begins at `now`. `mark` is the instant that its mails are marked with.
    pub(super) fn label(id: &str, mark: DateTime<Utc>, now: DateTime<Utc>) -> Self {
        Self {
            phase: Phase::Comparing,
            relisted_from: Some(mark),
            checked_at: Some(now),
            ..Self::new(&format!("{LABEL_SCOPES}{id}"))
        }
    }

    /// The label, where it is the cursor of one.
    pub(super) fn label_id(&self) -> Option<&str> {
        self.scope.strip_prefix(LABEL_SCOPES)
    }

    /// The same scope, of which the feed has left something out.
    pub(super) fn completing(self) -> Self {
        Self {
            phase: Phase::Completing,
            page: None,
            given: 0,
            trails: Trails::default(),
            ..self
        }
    }

    /// The same scope, whose stored messages have to be asked for one by one unless they were seen since `from`.
    pub(super) fn confirming(self, from: DateTime<Utc>) -> Self {
        Self {
            phase: Phase::Confirming,
            page: None,
            relisted_from: Some(from),
            pending: None,
            trouble: None,
            ..self
        }
    }

    /// The cursor that tells that folders were read at `now`.
    pub(super) fn folders_read(now: DateTime<Utc>) -> Self {
        Self {
            phase: Phase::Following,
            checked_at: Some(now),
            ..Self::new(FOLDERS_SCOPE)
        }
    }

    /// The cursor that tells that somebody looked for new mail at `now`.
    pub(super) fn looked(now: DateTime<Utc>) -> Self {
        Self {
            phase: Phase::Following,
            checked_at: Some(now),
            ..Self::new(ARRIVALS_SCOPE)
        }
    }

    /// The cursor of a scope that is read for the first time since its user wants it again: what is stored of it is old.
    pub(super) fn wanted_again(scope: &str, now: DateTime<Utc>) -> Self {
        Self::new(scope).relisting(None, now)
    }

    /// The cursor that tells that a folder has come up which nobody knows.
    pub(super) fn folders_unread() -> Self {
        Self {
            phase: Phase::Following,
            ..Self::new(FOLDERS_SCOPE)
        }
    }

    /// Adds this cursor to a commit.
    pub(super) fn save(&self, batch: Batch, account: &Account) -> Result<Batch> {
        Self::save_all(std::slice::from_ref(self), batch, account)
    }

    /// Adds cursors of different scopes to a commit, as one operation.
    pub(super) fn save_all(cursors: &[Self], batch: Batch, account: &Account) -> Result<Batch> {
        let columns = |cursor: &Self| {
            let mut columns = store::to_row(cursor)?;
            columns.insert("accountId".to_owned(), account.id.into());
            Ok(columns)
        };
        let rows = cursors.iter().map(columns).collect::<Result<_>>()?;
        Ok(batch.upsert(collections::CURSORS, &["accountId", "scope"], rows))
    }
}

/// What is known of a mailbox's folders and cursors.
#[derive(Clone)]
pub(super) struct Progress {
    /// The folders, the most interesting ones first.
    pub(super) folders: Vec<Folder>,
    /// When they were read.
    pub(super) folders_read_at: Option<DateTime<Utc>>,
    /// When somebody last looked for mail in folders that are still listed.
    pub(super) looked_at: Option<DateTime<Utc>>,
    /// The cursors of the scopes that have been begun.
    pub(super) cursors: Vec<ScopeCursor>,
    /// Those of the labels that are still to be compared.
    pub(super) labels: Vec<ScopeCursor>,
    /// How far stored mails have been compared with exclusions that were changed.
    pub(super) exclusions: Option<ScopeCursor>,
}

impl Progress {
    /// The same with one of its cursors moved on.
    pub(super) fn with(mut self, moved: ScopeCursor) -> Self {
        self.cursors.retain(|cursor| cursor.scope != moved.scope);
        self.cursors.push(moved);
        self
    }

    /// Whether some scope is listed again.
    pub(super) fn relists(&self) -> bool {
        !self.labels.is_empty() || self.cursors.iter().any(|cursor| cursor.relisted_from.is_some())
    }
}

/// Reads what is known of the account's folders and cursors.
pub(super) async fn load(host: &dyn Host, account: &Account) -> Result<Progress> {
    let own = Filter::eq("accountId", account.id);
    let mut cursors: Vec<ScopeCursor> = store::find(host, Query::new(collections::CURSORS, own)).await?;
    let mut take = |scope: &str| {
        cursors
            .iter()
            .position(|cursor| cursor.scope == scope)
            .map(|index| cursors.swap_remove(index))
    };
    let (read, exclusions) = (take(FOLDERS_SCOPE), take(EXCLUSIONS_SCOPE));
    let looked = take(ARRIVALS_SCOPE);
    let (labels, cursors) = cursors
        .into_iter()
        .partition(|cursor| cursor.label_id().is_some());
    Ok(Progress {
        labels,
        folders: folders(host, account).await?,
        folders_read_at: read.and_then(|cursor| cursor.checked_at),
        looked_at: looked.and_then(|cursor| cursor.checked_at),
        cursors,
        exclusions,
    })
}

/// The account's folders as they were last read, the most interesting ones first.
pub(super) async fn folders(host: &dyn Host, account: &Account) -> Result<Vec<Folder>> {
    account::folders(host, account.id).await
}
