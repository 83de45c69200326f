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
use crate::host::{Batch, Filter, Host, Query, row};
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
}

impl Settled {
    /// Whether a message says nothing that isn't stored.
    pub(super) fn is_echo(&self, mail_id: &str) -> bool {
        self.unchanged.contains(mail_id)
    }

    /// Notes in a commit what has to be sent even if it is taken back: the mail may stand differently there by now.
    pub(super) fn note(&self, batch: Batch, account: &Account) -> Batch {
        if self.told.is_empty() {
            return batch;
        }
        let waiting =
            queue::waiting(account.id).and(Filter::is_in("mailId", self.told.iter().map(String::as_str)));
        batch.update(collections::OUTGOING, waiting, row([("mustSend", json!(true))]))
    }
}

/// Applies what is still to be sent to what the provider says, and drops what says nothing new.
pub(super) async fn settle(
    host: &dyn Host,
    account: &Account,
    folders: &[Folder],
    messages: &mut BTreeMap<String, Message>,
    placed: &mut BTreeMap<String, Placement>,
) -> Result<Settled> {
    let ids: Vec<String> = messages.keys().chain(placed.keys()).cloned().collect();
    let mut settled = Settled::default();
    if ids.is_empty() {
        return Ok(settled);
    }
    let edits = queue::of_mails(host, account.id, ids.iter().map(String::as_str)).await?;
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
    let stored = stored(host, account, &ids).await?;
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
