//! What became of changes that were sent, as the commit that records it.

use chrono::{DateTime, Utc};
use serde_json::json;

use super::super::known;
use super::{Due, Plan, Sent, later};
use crate::account::{Account, Reason};
use crate::error::Result;
use crate::host::{Batch, Comparison, Filter, row};
use crate::mail::organise::queue;
use crate::mail::record;
use crate::model::Message;
use crate::provider::{FetchOutcome, Fetched, Wanted};
use crate::store::collections;

/// What is written after a batch of changes was sent.
pub(super) struct Settlement {
    pub(super) batch: Batch,
    /// Whether pages show something else now.
    pub(super) visible: bool,
    /// How many changes the provider refused.
    pub(super) refused: usize,
    finished: Vec<i64>,
    doubts: Vec<Doubt>,
}

/// A mail that the provider didn't change: how it stands there has to be asked.
struct Doubt {
    mail_id: String,
    rows: Vec<i64>,
    attempts: u32,
    deleted: bool,
    reason: String,
}

impl Settlement {
    /// A settlement in which these rows need nothing more.
    pub(super) fn new(finished: Vec<i64>) -> Self {
        Self {
            batch: Batch::new(),
            visible: false,
            refused: 0,
            finished,
            doubts: Vec::new(),
        }
    }

    pub(super) fn done(&mut self, sent: &Sent<'_>, due: &Due) {
        self.finished.extend(&due.rows);
        self.leave_out(sent, &due.mail_id);
        // Pages show what has waited for long.
        self.visible |= due.attempts > 0;
    }

    /// A mail that its user has put where mails are left out is left out itself: that folder is never read.
    fn leave_out(&mut self, sent: &Sent<'_>, mail_id: &str) {
        let exclusions = &sent.account.exclusions;
        if exclusions.folders.is_empty() && exclusions.boxes.is_empty() {
            return;
        }
        let boxes = exclusions.boxes.iter().map(|each| each.as_str());
        let place = Filter::Or(vec![
            Filter::is_in("boxType", boxes),
            Filter::compare("folderIds", Comparison::AnyOf, json!(exclusions.folders)),
        ]);
        let shown = one(sent.account, mail_id).and(Filter::eq("deletedAt", json!(null)));
        let columns = known::hiding(sent.host, Reason::Folder);
        self.batch = std::mem::take(&mut self.batch).update(collections::MESSAGES, shown.and(place), columns);
    }

    /// The provider said no, or knows no such mail or folder.
    pub(super) fn doubted(&mut self, due: &Due, reason: Option<String>) {
        self.doubts.push(Doubt {
            mail_id: due.mail_id.clone(),
            rows: due.rows.clone(),
            attempts: due.attempts,
            deleted: due.edit.deleted,
            reason: reason.unwrap_or_else(|| "item_gone: the place to move it to is gone".to_owned()),
        });
    }

    pub(super) fn later(&mut self, due: &Due, asked: Option<u64>, now: DateTime<Utc>) {
        self.put_off(&due.rows, due.attempts + 1, later(due.attempts + 1, asked, now));
    }

    /// Everything of the account that is due waits until `next`.
    pub(super) fn all_later(
        &mut self,
        account: &Account,
        plan: &Plan,
        attempts: u32,
        next: DateTime<Utc>,
        now: DateTime<Utc>,
    ) {
        let rows: Vec<i64> = plan.due.iter().flat_map(|due| due.rows.iter().copied()).collect();
        self.put_off(&rows, attempts, next);
        let due = queue::waiting(account.id).and(Filter::compare(
            "nextAttemptAt",
            Comparison::LessOrEqual,
            json!(now),
        ));
        let batch = std::mem::take(&mut self.batch);
        self.batch = batch.update(collections::OUTGOING, due, row([("nextAttemptAt", json!(next))]));
        self.close();
    }

    fn put_off(&mut self, rows: &[i64], attempts: u32, next: DateTime<Utc>) {
        self.visible = true;
        let values = row([("attempts", json!(attempts)), ("nextAttemptAt", json!(next))]);
        let these = Filter::is_in("id", rows.iter().copied());
        self.batch = std::mem::take(&mut self.batch).update(collections::OUTGOING, these, values);
    }

    /// Asks the provider how the mails stand that it didn't change, and settles them in its favour.
    pub(super) async fn finish(&mut self, sent: &Sent<'_>) -> Result<()> {
        let mut doubts = std::mem::take(&mut self.doubts);
        while !doubts.is_empty() {
            let rest = doubts.split_off(doubts.len().min(sent.provider.capabilities().fetch_size.max(1)));
            self.ask(sent, doubts).await?;
            doubts = rest;
        }
        self.close();
        Ok(())
    }

    async fn ask(&mut self, sent: &Sent<'_>, doubts: Vec<Doubt>) -> Result<()> {
        let wanted: Vec<Wanted> = doubts
            .iter()
            .map(|doubt| Wanted::Message(doubt.mail_id.clone()))
            .collect();
        let fetched = sent.provider.fetch(sent.session, &wanted, sent.folders).await?;
        // The outcomes come in the order asked.
        let mut outcomes = fetched.into_iter().map(|Fetched { outcome, .. }| outcome);
        for doubt in doubts {
            match outcomes.next() {
                Some(FetchOutcome::Message(message)) => self.refuse(sent, &doubt, &message)?,
                Some(FetchOutcome::Gone) => self.gone(sent, &doubt),
                Some(FetchOutcome::Failed(_)) | None => {
                    let next = later(doubt.attempts + 1, None, sent.host.now());
                    self.put_off(&doubt.rows, doubt.attempts + 1, next);
                }
            }
        }
        Ok(())
    }

    /// The mail is here as it is there, and the refusal stays to be seen.
    fn refuse(&mut self, sent: &Sent<'_>, doubt: &Doubt, message: &Message) -> Result<()> {
        let Some((last, others)) = doubt.rows.split_last() else {
            return Ok(());
        };
        self.visible = true;
        self.refused += 1;
        self.finished.extend(others);
        let batch = std::mem::take(&mut self.batch).update(
            collections::OUTGOING,
            Filter::eq("id", *last),
            row([
                ("state", json!(queue::REFUSED)),
                ("reason", json!(doubt.reason)),
                ("attempts", json!(doubt.attempts + 1)),
            ]),
        );
        self.batch = if doubt.deleted {
            let mut columns = record::columns(sent.account, message)?;
            columns.insert("syncedAt".to_owned(), json!(sent.host.now()));
            columns.extend(known::showing());
            batch.upsert(collections::MESSAGES, &["accountId", "mailId"], vec![columns])
        } else {
            batch.update(
                collections::MESSAGES,
                one(sent.account, &doubt.mail_id),
                record::placement_columns(&message.placement)?,
            )
        };
        Ok(())
    }

    fn gone(&mut self, sent: &Sent<'_>, doubt: &Doubt) {
        self.finished.extend(&doubt.rows);
        self.visible = true;
        self.batch = std::mem::take(&mut self.batch).update(
            collections::MESSAGES,
            one(sent.account, &doubt.mail_id),
            known::hiding(sent.host, Reason::Gone),
        );
    }

    /// Takes what needs nothing more out of the queue.
    pub(super) fn close(&mut self) {
        let finished = std::mem::take(&mut self.finished);
        if !finished.is_empty() {
            let these = Filter::is_in("id", finished);
            self.batch = std::mem::take(&mut self.batch).delete(collections::OUTGOING, these);
        }
    }
}

fn one(account: &Account, mail_id: &str) -> Filter {
    Filter::eq("accountId", account.id).and(Filter::eq("mailId", mail_id))
}
