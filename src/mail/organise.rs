//! What users do with their mails: here at once, at the provider soon after.
//!
//! A change is written to the mails and to the queue ([`queue`]) in one commit, whether the provider can be reached or not.
//! The [sync engine](crate::sync) sends what is queued. A draft that no provider has is changed here alone.

use serde_json::{Value, json};

use crate::account::{self, Account};
use crate::drafts;
use crate::error::{Error, ErrorCode, Result};
use crate::host::{Batch, CommitOutcome, Event, Filter, Host, Query, Row};
use crate::mail::access;
use crate::model::{BoxType, Destination, Edit, Folder};
use crate::settings::AccessMode;
use crate::store::{self, collections};

mod group;
pub mod queue;
mod stand;

use group::Group;
use stand::Stand;

/// How many mails one request may change.
const MAX_MAILS: usize = 1_000;
/// Steps of the sync engine change mails between reading and writing now and then.
const ATTEMPTS: u32 = 5;

/// Which of the user's mails.
#[derive(Clone, Debug)]
pub enum Which {
    /// Those with these record ids.
    Ids(Vec<i64>),
    /// Those with these ids of the provider.
    MailIds(Vec<String>),
}

/// What is to be done with them.
#[derive(Clone, Debug)]
pub enum Wish {
    /// The same with all.
    Edit(Edit),
    /// Each goes back to where it was before it was moved here.
    PutBack,
}

/// What came of it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Changed {
    /// How many of the mails are there.
    pub found: usize,
    /// How many of them stand otherwise now.
    pub changed: usize,
}

/// A mail as far as it can be changed.
#[derive(Debug)]
struct Mail {
    id: i64,
    account_id: i64,
    /// Whether its account has sent it.
    is_own: bool,
    stand: Stand,
    original_box: Option<BoxType>,
    original_folder: Option<String>,
}

impl Mail {
    const COLUMNS: [&'static str; 12] = [
        "id",
        "accountId",
        "mailId",
        "email",
        "from",
        "boxType",
        "originalBoxType",
        "originalFolderId",
        "folderIds",
        "isRead",
        "isStarred",
        "categories",
    ];

    fn of(row: &Row) -> Option<Self> {
        let text = |name: &str| row.get(name).and_then(Value::as_str);
        Some(Self {
            id: row.get("id").and_then(store::id_of)?,
            account_id: row.get("accountId").and_then(store::id_of).unwrap_or(0),
            is_own: text("from").is_some() && text("from") == text("email"),
            stand: Stand::of(row),
            original_box: text("originalBoxType").and_then(BoxType::parse),
            original_folder: text("originalFolderId").map(str::to_owned),
        })
    }

    /// Where it was before it was moved. A mail that was moved elsewhere goes to the box that such mails stand in.
    fn origin(&self, folders: &[Folder], one_folder_each: bool) -> Destination {
        let folder = self
            .original_folder
            .as_ref()
            .filter(|id| one_folder_each && folders.iter().any(|folder| folder.id == **id));
        if let Some(id) = folder {
            return Destination::Folder(id.clone());
        }
        let usual = if self.is_own { BoxType::Out } else { BoxType::In };
        Destination::Box(self.original_box.unwrap_or(usual))
    }
}

/// Changes the user's mails here, and queues the changes for their providers.
///
/// # Errors
/// `invalid_input` about `field` for too many or no mails, and about a destination that isn't one; `permission_missing`
/// where the mailbox was linked for less; `conflict` about `field` for mail that waits to be sent, and when others change
/// the same mails all the time.
pub async fn change(
    host: &dyn Host,
    user_id: i64,
    field: &'static str,
    which: &Which,
    wish: &Wish,
) -> Result<Changed> {
    for _ in 0..ATTEMPTS {
        let mails = load(host, user_id, field, which).await?;
        for mail in &mails {
            if let Stand::Outbox(waiting) = &mail.stand {
                waiting.refuse(wish, field)?;
            }
        }
        let mut batch = Batch::new();
        let mut touched = Vec::new();
        let mut changed = 0;
        for (account_id, mails) in by_account(&mails) {
            let account = account::by_id(host, account_id).await?;
            let plan = Plan::new(host, account, wish, &mails).await?;
            let (count, with) = plan.write(host, batch, &mails)?;
            batch = with;
            changed += count;
            if count > 0 {
                touched.push(account_id);
            }
        }
        let outcome = Changed {
            found: mails.len(),
            changed,
        };
        if touched.is_empty() {
            return Ok(outcome);
        }
        if matches!(wish, Wish::Edit(edit) if edit.deleted) {
            let drafts = mails.iter().filter(|mail| matches!(mail.stand, Stand::Draft(_)));
            let ids: Vec<i64> = drafts.map(|mail| mail.id).collect();
            batch = drafts::release_files(host, batch, user_id, &ids).await?;
        }
        if host.commit(batch).await? == CommitOutcome::Committed {
            for account_id in touched {
                host.emit(Event {
                    kind: "mail:messages",
                    user_id,
                    payload: json!({ "accountId": account_id }),
                });
            }
            return Ok(outcome);
        }
    }
    Err(Error::new(
        ErrorCode::Conflict,
        "somebody else changed this: please try again",
    ))
}

async fn load(host: &dyn Host, user_id: i64, field: &'static str, which: &Which) -> Result<Vec<Mail>> {
    let (count, filter) = match which {
        Which::Ids(ids) => (ids.len(), Filter::is_in("id", ids.iter().copied())),
        Which::MailIds(ids) => (ids.len(), Filter::is_in("mailId", ids.iter().map(String::as_str))),
    };
    if count == 0 || count > MAX_MAILS {
        return Err(Error::invalid(field, "name between 1 and 1000 mails"));
    }
    let query = Query::new(collections::MESSAGES, access::own(user_id).and(filter));
    let rows = host.find(query.fields(&Mail::COLUMNS).sort(&["id"])).await?;
    Ok(rows.iter().filter_map(Mail::of).collect())
}

fn by_account(mails: &[Mail]) -> Vec<(i64, Vec<&Mail>)> {
    let mut by_account: Vec<(i64, Vec<&Mail>)> = Vec::new();
    for mail in mails {
        match by_account.iter_mut().find(|(id, _)| *id == mail.account_id) {
            Some((_, mails)) => mails.push(mail),
            None => by_account.push((mail.account_id, vec![mail])),
        }
    }
    by_account
}

/// What a wish comes to in one account.
struct Plan<'a> {
    account: Account,
    folders: Vec<Folder>,
    wish: &'a Wish,
}

impl<'a> Plan<'a> {
    async fn new(host: &dyn Host, account: Account, wish: &'a Wish, mails: &[&Mail]) -> Result<Self> {
        // What only this site has takes nobody's permission.
        if mails.iter().any(|mail| matches!(mail.stand, Stand::There(..))) {
            may_do(&account, wish)?;
        }
        let folders = account::folders(host, account.id).await?;
        let plan = Self {
            account,
            folders,
            wish,
        };
        plan.check()?;
        Ok(plan)
    }

    fn check(&self) -> Result<()> {
        let Wish::Edit(edit) = self.wish else {
            return Ok(());
        };
        let target = match &edit.destination {
            None => return Ok(()),
            Some(Destination::Box(box_type)) => Some(*box_type),
            Some(Destination::Folder(id)) => self
                .folders
                .iter()
                .find(|folder| folder.id == *id && !folder.is_technical)
                .map(|folder| folder.box_type),
        };
        match target {
            Some(BoxType::Out | BoxType::Draft) => Err(Error::invalid(
                "boxType",
                "mail can't be moved to the sent mail or the drafts",
            )),
            Some(_) => Ok(()),
            None => Err(Error::invalid(
                "folderId",
                "this folder is not in the mailbox any more",
            )),
        }
    }

    /// Adds the changes to a batch. Returns how many mails stand otherwise then.
    fn write(&self, host: &dyn Host, mut batch: Batch, mails: &[&Mail]) -> Result<(usize, Batch)> {
        let provider = self.account.provider.mail();
        let one_folder_each = provider.capabilities().one_folder_each;
        let mut groups: Vec<Group> = Vec::new();
        let mut queued = Vec::new();
        for mail in mails {
            let edit = match self.wish {
                Wish::Edit(edit) => edit.clone(),
                Wish::PutBack => Edit::to(mail.origin(&self.folders, one_folder_each)),
            };
            let (before, after) = match &mail.stand {
                Stand::There(_, before) => (before, provider.placed(before, &edit, &self.folders)),
                Stand::Draft(before) => (before, stand::draft_placed(before, self.wish, &self.folders)?),
                Stand::Outbox(_) => continue,
            };
            if after.agrees_with(before) && !edit.deleted {
                continue;
            }
            if let Stand::There(mail_id, _) = &mail.stand {
                queued.push(queue::record(&self.account, mail_id, &edit, before, host.now())?);
            }
            let is_draft = matches!(mail.stand, Stand::Draft(_));
            let same = |group: &&mut Group| {
                group.is_draft == is_draft && group.before == *before && group.after == after
            };
            match groups.iter_mut().find(same) {
                Some(group) => group.ids.push(mail.id),
                None => groups.push(Group {
                    before: before.clone(),
                    after,
                    deleted: edit.deleted,
                    is_draft,
                    ids: vec![mail.id],
                }),
            }
        }
        let changed = groups.iter().map(|group| group.ids.len()).sum();
        // The mails come first: who changes the same ones at the same time waits for them, so that the queue's order is
        // the order in which they were changed.
        for group in groups {
            batch = group.write(batch, one_folder_each)?;
        }
        let sent: Vec<_> = queued
            .iter()
            .filter_map(|row| row.get("mailId").cloned())
            .collect();
        if !sent.is_empty() {
            let refused = Filter::eq("accountId", self.account.id)
                .and(Filter::eq("state", queue::REFUSED))
                .and(Filter::is_in("mailId", sent));
            batch = batch.delete(collections::OUTGOING, refused);
        }
        Ok((changed, batch.insert(collections::OUTGOING, queued)))
    }
}

/// Whether mails of this account may be deleted for good.
pub fn may_delete(account: &Account) -> bool {
    match account.provider.mail().capabilities().deletion_scope {
        None => true,
        Some(scope) => account.scopes.iter().flatten().any(|granted| granted == scope),
    }
}

/// Whether the mailbox was linked for what is wished.
///
/// # Errors
/// `permission_missing` where it was linked for less.
pub fn may_do(account: &Account, wish: &Wish) -> Result<()> {
    if !account.mode.is_none_or(AccessMode::organises) {
        return Err(Error::new(
            ErrorCode::PermissionMissing,
            "this mailbox was linked for less than organising its mail: link it again to allow it",
        ));
    }
    match wish {
        Wish::Edit(edit) if edit.deleted && !may_delete(account) => Err(Error::new(
            ErrorCode::PermissionMissing,
            "deleting for good takes full access to the mailbox, which was not asked for: leave it in the trash, \
             which the provider empties after 30 days",
        )),
        _ => Ok(()),
    }
}
