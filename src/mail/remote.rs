//! What is asked of the provider while a user waits for it: the bytes of files.

use std::rc::Rc;

use super::access::Part;
use super::read;
use crate::account::{self, Account};
use crate::error::{Error, ErrorCode, Result};
use crate::host::Host;
use crate::model::Attachment;
use crate::oauth::AccountTokens;
use crate::quota::Meter;
use crate::session::Session;
use crate::settings;

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
