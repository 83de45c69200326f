//! What mails carry, compared by lists of ids after the provider has forgotten the position: what isn't stored is fetched,
//! what isn't listed is confirmed, and of the rest only those mails are read whose labels are others here than there.
//!
//! A list of a label marks what has it there. What of that has it not here is read, and then what has it here without
//! the mark. The mark is an instant of this label's own, and counts only as it is: where another comparison has put its
//! own in its place, a mail is read once more, and never taken for compared.

use chrono::{DateTime, TimeDelta, Utc};
use serde_json::json;

use super::super::cursor::{Phase, ScopeCursor};
use super::super::known;
use super::super::ledger::{self, ItemState};
use super::super::merge::Merged;
use super::super::trail::Trails;
use super::super::{audit, brake};
use super::{Step, StepOutcome};
use crate::account::{Account, Reason};
use crate::error::{ErrorCode, Result};
use crate::host::{Batch, Comparison, Filter, Query, Row, row};
use crate::model::{BoxType, Folder};
use crate::ordered::set_of;
use crate::provider::{Change, ListRequest, Next, PageOutcome};
use crate::store::{self, collections};

/// Why a mail is read again, in its entry.
const FOUND: &str = "found by comparison";

impl Step<'_, '_> {
    /// Takes a new position and notes what is to be compared: everything, and every label by itself.
    pub(super) async fn compare(&self, cursor: ScopeCursor, marks: &[&str]) -> Result<StepOutcome> {
        let position = self.provider.position(self.session).await?;
        let folders = self.provider.folders(self.session).await?;
        let ids = folders.iter().map(|folder| folder.id.as_str());
        // Each label's mark is an instant of its own, so that the marks of one tell nothing about another.
        let labels = ids.chain(marks.iter().copied()).zip(1..);
        let mut cursors: Vec<ScopeCursor> = labels
            .map(|(id, place)| ScopeCursor::label(id, self.now + TimeDelta::milliseconds(place), self.now))
            .collect();
        cursors.push(cursor.comparing(position.map(|position| position.cursor), self.now));
        let batch = ScopeCursor::save_all(&cursors, Batch::new(), self.account)?;
        Ok(self.outcome(self.save_folders(batch, &folders)?, Merged::default()))
    }

    /// The next page of a label, or the next records that have it.
    pub(super) async fn label(&self, mut cursor: ScopeCursor) -> Result<StepOutcome> {
        let Some(label) = cursor.label_id().map(as_folder) else {
            return self.settled(cursor, Batch::new());
        };
        if cursor.phase == Phase::Confirming {
            let unmarked = having(self.account, &label)
                .and(unmarked(&cursor))
                .and(before("syncedAt", cursor.checked_at));
            let (rows, next) = brake::records(self.host, unmarked, cursor.page.as_ref()).await?;
            let ids = rows.iter().filter_map(|row| store::text(row, "mailId"));
            let entries = ids.map(|id| self.to_be_read(id)).collect();
            let batch = Batch::new().upsert(collections::LEDGER, &ledger::KEY, entries);
            cursor.page = next;
            return match cursor.page {
                Some(_) => Ok(self.outcome(cursor.save(batch, self.account)?, Merged::default())),
                None => self.settled(cursor, batch),
            };
        }
        let request = ListRequest {
            folder: Some(&label),
            folders: &self.progress.folders,
            since: self.account.sync_start_date,
            page: cursor.page.as_ref(),
            size: audit::PAGE,
        };
        let page = match self.provider.list_ids(self.session, request).await {
            Ok(PageOutcome::Page(page)) => page,
            // Its place in the list is forgotten: it begins anew.
            Ok(PageOutcome::CursorExpired | PageOutcome::Unreadable(_)) => {
                cursor.page = None;
                return Ok(self.outcome(cursor.save(Batch::new(), self.account)?, Merged::default()));
            }
            // It was removed in the meantime, as the history tells.
            Err(error) if matches!(error.code(), ErrorCode::ProviderRejected | ErrorCode::ItemGone) => {
                return self.settled(cursor, Batch::new());
            }
            Err(error) => return Err(error),
        };
        let batch = self.listed(&cursor, &label, page.changes).await?;
        let next = match page.next {
            Next::Page(next) => cursor.trails.list.follow(cursor.page.as_ref(), next).map(Some),
            Next::End(_) => Ok(None),
        };
        match next {
            Ok(Some(next)) => cursor.page = Some(next),
            Ok(None) => {
                cursor = ScopeCursor {
                    phase: Phase::Confirming,
                    page: None,
                    trails: Trails::default(),
                    ..cursor
                }
            }
            // A list that leads in a circle tells no more than this.
            Err(_) => return self.settled(cursor, batch),
        }
        Ok(self.outcome(cursor.save(batch, self.account)?, Merged::default()))
    }

    /// What a page of a label's mails comes to.
    async fn listed(&self, cursor: &ScopeCursor, label: &Folder, page: Vec<Change>) -> Result<Batch> {
        let ids = set_of(page.into_iter().filter_map(|change| match change {
            Change::Listed(listed) => Some(listed.mail_id),
            _ => None,
        }));
        let these = || known::several(self.account, ids.iter().map(String::as_str));
        let query =
            Query::new(collections::MESSAGES, these().and(not_gone())).fields(&["mailId", "folderIds"]);
        let mut entries = Vec::new();
        for row in self.host.find(query).await? {
            if !store::texts(&row, "folderIds").contains(&label.id)
                && let Some(id) = store::text(&row, "mailId")
            {
                entries.push(self.to_be_read(id));
            }
        }
        let mark = row([("auditedAt", json!(cursor.relisted_from))]);
        let batch = Batch::new().update(collections::MESSAGES, these(), mark).upsert(
            collections::LEDGER,
            &ledger::KEY,
            entries,
        );
        let box_type = self.progress.folders.iter().find(|folder| folder.id == label.id);
        let box_type = box_type.map_or(BoxType::Archive, |folder| folder.box_type);
        let exclusions = &self.account.exclusions;
        if exclusions
            .of_place(box_type, std::slice::from_ref(&label.id))
            .is_none()
        {
            return Ok(batch);
        }
        // What is left out for this label is so still.
        let left_out = left_out(self.account).and(Filter::is_in("mailId", ids.iter().map(String::as_str)));
        Ok(batch.update(
            collections::LEDGER,
            left_out,
            row([("since", json!(cursor.relisted_from))]),
        ))
    }

    /// The label is compared. After the last one, what no label was found to leave out any more is read.
    fn settled(&self, cursor: ScopeCursor, batch: Batch) -> Result<StepOutcome> {
        let own = Filter::eq("accountId", self.account.id).and(Filter::eq("scope", cursor.scope.as_str()));
        let mut batch = batch.delete(collections::CURSORS, own);
        let is_last = self.progress.labels.len() < 2;
        if is_last && !self.account.exclusions.is_empty() {
            let unconfirmed = before("since", cursor.checked_at);
            let wanted = left_out(self.account).and(unconfirmed);
            let listed = row([
                ("state", json!(ItemState::Listed.as_str())),
                ledger::due_now(self.host),
            ]);
            batch = batch.update(collections::LEDGER, wanted, listed);
        }
        Ok(self.outcome(batch, Merged::default()))
    }

    fn to_be_read(&self, mail_id: &str) -> Row {
        ledger::entry(self.host, self.account.id, mail_id, ItemState::Listed, FOUND)
    }
}

/// A label as what a list is asked for by.
fn as_folder(id: &str) -> Folder {
    Folder {
        id: id.to_owned(),
        name: String::new(),
        parent_id: None,
        is_own: false,
        is_technical: false,
        box_type: BoxType::Archive,
        total: None,
    }
}

/// The records that have a label here, hidden ones too, as long as the provider has the mail.
fn having(account: &Account, label: &Folder) -> Filter {
    Filter::eq("accountId", account.id)
        .and(Filter::compare("mailId", Comparison::NotEqual, json!(null)))
        .and(not_gone())
        .and(Filter::compare("folderIds", Comparison::AnyOf, json!([label.id])))
}

fn not_gone() -> Filter {
    Filter::compare("deletedReason", Comparison::NotIn, json!([Reason::Gone.as_str()]))
}

/// The entries of what is left out for the folder that it stands in.
fn left_out(account: &Account) -> Filter {
    ledger::in_state(account, ItemState::Skipped).and(Filter::eq("reason", Reason::Folder.as_str()))
}

/// The records that the list of a label has not marked.
fn unmarked(cursor: &ScopeCursor) -> Filter {
    Filter::Or(vec![
        Filter::eq("auditedAt", json!(null)),
        Filter::compare("auditedAt", Comparison::NotEqual, json!(cursor.relisted_from)),
    ])
}

/// Where a column tells of an instant before this one, or of none.
fn before(column: &str, instant: Option<DateTime<Utc>>) -> Filter {
    Filter::Or(vec![
        Filter::eq(column, json!(null)),
        Filter::compare(column, Comparison::Less, json!(instant)),
    ])
}
