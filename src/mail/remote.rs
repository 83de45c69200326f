//! What goes through the provider when a user acts on a mail: reading files, marking mails read.

use std::collections::BTreeMap;
use std::rc::Rc;

use serde_json::json;

use super::access::Part;
use super::read::{self, StoredMail};
use crate::account::{self, Account};
use crate::error::{Error, ErrorCode, Result};
use crate::host::{Batch, Filter, Host, row};
use crate::model::Attachment;
use crate::oauth::AccountTokens;
use crate::quota::Meter;
use crate::session::Session;
use crate::settings;
use crate::store::{self, collections};

/// How many mails one request may mark.
const MAX_MARKED: usize = 1_000;

/// A session with the mailbox of `account`, for a person who waits.
///
/// # Errors
/// What [`settings::application_of`] reports.
pub async fn session(host: &Rc<dyn Host>, account: &Account) -> Result<Session> {
    let application = settings::application_of(host.as_ref(), account.provider, account.dry_run).await?;
    let tokens = Rc::new(AccountTokens::new(
        Rc::clone(host),
        application.clone(),
        account.id,
    ));
    let policy = account.provider.mail().capabilities().quota;
    let meter = host.meters().map_or_else(
        || Rc::new(Meter::new(policy)),
        |meters| meters.of(account.id, policy),
    );
    Ok(Session::new(Rc::clone(host), application.endpoints, tokens).metered(meter))
}

/// Marks the user's mails read or unread, at the provider first, then here.
///
/// # Errors
/// `invalid_input` about `mailIds`; what the provider reports: nothing is changed here for that mailbox then.
pub async fn set_read(host: &Rc<dyn Host>, user_id: i64, mail_ids: &[String], is_read: bool) -> Result<()> {
    if mail_ids.is_empty() || mail_ids.len() > MAX_MARKED {
        return Err(Error::invalid("mailIds", "name between 1 and 1000 mails"));
    }
    let mut by_account: BTreeMap<i64, Vec<StoredMail>> = BTreeMap::new();
    for mail in read::stored_by_mail_ids(host.as_ref(), user_id, mail_ids).await? {
        by_account.entry(mail.account_id).or_default().push(mail);
    }
    for (account_id, mails) in by_account {
        let account = account::by_id(host.as_ref(), account_id).await?;
        let session = session(host, &account).await?;
        let provider = account.provider.mail();
        let ids: Vec<String> = mails.iter().map(|mail| mail.mail_id.clone()).collect();
        for chunk in ids.chunks(provider.capabilities().fetch_size.max(1)) {
            provider.set_read(&session, chunk, is_read).await?;
        }
        let marked = Filter::is_in("id", mails.iter().map(|mail| mail.id));
        let batch = Batch::new().update(collections::MESSAGES, marked, row([("isRead", json!(is_read))]));
        store::commit(host.as_ref(), batch).await?;
    }
    Ok(())
}

/// The bytes of a file of a mail that the user may see, and what is known of it.
///
/// # Errors
/// `not_found` for a mail or file that isn't there; what the provider reports.
pub async fn attachment(
    host: &Rc<dyn Host>,
    user_id: i64,
    id: i64,
    part: Part,
    wanted: impl Fn(&Attachment) -> bool,
) -> Result<(Attachment, Vec<u8>)> {
    let mail = read::opened(host.as_ref(), user_id, id, part).await?;
    let attachment = mail
        .attachments
        .iter()
        .find(|attachment| wanted(attachment))
        .ok_or_else(|| Error::new(ErrorCode::NotFound, "this mail has no such file"))?;
    let account = account::by_id(host.as_ref(), mail.account_id).await?;
    let session = session(host, &account).await?;
    let bytes = account
        .provider
        .mail()
        .attachment(&session, &mail.mail_id, &attachment.attachment_id)
        .await?;
    Ok((attachment.clone(), bytes))
}
