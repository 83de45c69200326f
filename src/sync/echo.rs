//! What the provider says about mails that were changed here.
//!
//! A change that is still to be sent stands, whatever the provider says about the same thing meanwhile: it is brought
//! together with the change. What has been sent comes back as an echo, which changes nothing. After that, the provider's
//! word counts again.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::json;

use super::known::shown;
use crate::account::Account;
use crate::error::Result;
use crate::host::{Batch, Comparison, Filter, Host, Query, Row, row};
use crate::mail::organise::queue;
use crate::mail::record;
use crate::model::{BoxType, Folder, Message, Placement};
use crate::store::collections;

/// What came of bringing a page together with what was changed here.
#[derive(Default)]
pub(super) struct Settled {
    /// Messages that are stored as they came.
    unchanged: BTreeSet<String>,
    /// Mails with changes to be sent, about which the provider has said something meanwhile.
    told: Vec<String>,
    /// The mails of the page.
    mail_ids: Vec<String>,
    /// The changes that were brought together with it.
    changes: Vec<i64>,
}

impl Settled {
    /// Whether a message says nothing that isn't stored.
    pub(super) fn is_echo(&self, mail_id: &str) -> bool {
        self.unchanged.contains(mail_id)
    }

    /// Notes in a commit what has to be sent even if it is taken back: the mail may stand differently there by now. A
    /// change that was made since the page was brought together with the others would be overwritten: the commit is a
    /// conflict then.
    pub(super) fn note(&self, batch: Batch, account: &Account) -> Batch {
        if self.mail_ids.is_empty() {
            return batch;
        }
        let mut unread = waiting(account, &self.mail_ids);
        if !self.changes.is_empty() {
            let others = Filter::compare("id", Comparison::NotIn, json!(self.changes));
            unread = unread.and(others);
        }
        let batch = batch.update_exactly(collections::OUTGOING, unread, must_send(), 0);
        must_be_sent(batch, account, &self.told)
    }

    /// What is still to be noted where the commit was a conflict: the page has told of these mails.
    pub(super) fn note_afterwards(&self, account: &Account) -> Batch {
        must_be_sent(Batch::new(), account, &self.mail_ids)
    }
}

fn must_be_sent(batch: Batch, account: &Account, mail_ids: &[String]) -> Batch {
    match mail_ids.is_empty() {
        true => batch,
        false => batch.update(collections::OUTGOING, waiting(account, mail_ids), must_send()),
    }
}

fn waiting(account: &Account, mail_ids: &[String]) -> Filter {
    queue::waiting(account.id).and(Filter::is_in("mailId", mail_ids.iter().map(String::as_str)))
}

fn must_send() -> Row {
    row([("mustSend", json!(true))])
}

/// Applies what is still to be sent to what the provider says, and drops what says nothing new.
pub(super) async fn settle(
    host: &dyn Host,
    account: &Account,
    folders: &[Folder],
    messages: &mut BTreeMap<String, Message>,
    placed: &mut BTreeMap<String, Placement>,
) -> Result<Settled> {
    let mut settled = Settled {
        mail_ids: messages.keys().chain(placed.keys()).cloned().collect(),
        ..Settled::default()
    };
    if settled.mail_ids.is_empty() {
        return Ok(settled);
    }
    let (edits, changes) =
        queue::of_mails(host, account.id, settled.mail_ids.iter().map(String::as_str)).await?;
    settled.changes = changes;
    let provider = account.provider.mail();
    for (id, edit) in &edits {
        let incoming = [
            messages.get_mut(id).map(|message| &mut message.placement),
            placed.get_mut(id),
        ];
        for placement in incoming.into_iter().flatten() {
            *placement = provider.placed(placement, edit, folders);
            settled.told.push(id.clone());
        }
        if edit.deleted {
            // It is gone for its user, and goes there soon.
            messages.remove(id);
            placed.remove(id);
        }
    }
    let stored = stored(host, account, &settled.mail_ids).await?;
    let known = |id: &str| {
        stored
            .iter()
            .find(|(stored, _)| stored == id)
            .map(|(_, placement)| placement)
    };
    placed.retain(|id, placement| known(id).is_none_or(|stored| !stored.agrees_with(placement)));
    let is_echo = |message: &Message| {
        // The text of a draft changes, too.
        message.placement.box_type != BoxType::Draft
            && known(&message.mail_id).is_some_and(|stored| stored.agrees_with(&message.placement))
    };
    settled.unchanged = messages
        .values()
        .filter(|message| is_echo(message))
        .map(|message| message.mail_id.clone())
        .collect();
    Ok(settled)
}

/// How the mails stand that their user sees.
async fn stored(host: &dyn Host, account: &Account, ids: &[String]) -> Result<Vec<(String, Placement)>> {
    let these = shown(account).and(Filter::is_in("mailId", ids.iter().map(String::as_str)));
    let query = Query::new(collections::MESSAGES, these).fields(&[
        "mailId",
        "boxType",
        "folderIds",
        "isRead",
        "isStarred",
        "categories",
    ]);
    let rows = host.find(query).await?;
    let placements = rows.iter().filter_map(|row| {
        let mail_id = row.get("mailId")?.as_str()?.to_owned();
        Some((mail_id, record::placement_of(row)?))
    });
    Ok(placements.collect())
}
