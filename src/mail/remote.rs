//! What is fetched while a user waits for it: whole mails from their provider, and files from there or from the uploads.

use std::rc::Rc;

use super::access::Part;
use super::read::{self, StoredMail};
use crate::account::{self, Account};
use crate::drafts;
use crate::error::{Error, ErrorCode, Result};
use crate::host::{Content, Host, Row};
use crate::model::Attachment;
use crate::oauth::AccountTokens;
use crate::outbox::files::{self, Upload};
use crate::quota::Meter;
use crate::session::Session;
use crate::settings;
use crate::store;

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

/// A mail that was read from the storage, as it came over the wire; `None` for one that no provider has.
///
/// # Errors
/// What the provider reports.
pub async fn source(host: &Rc<dyn Host>, mail: &Row) -> Result<Option<String>> {
    let Some(mail_id) = store::text(mail, "mailId") else {
        return Ok(None);
    };
    let account_id = mail.get("accountId").and_then(store::id_of).unwrap_or_default();
    let account = account::by_id(host.as_ref(), account_id).await?;
    let session = session(host, &account).await?;
    let bytes = account.provider.mail().source(&session, mail_id).await?;
    Ok(Some(String::from_utf8_lossy(&bytes).into_owned()))
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
    let (file, place) = located(host.as_ref(), user_id, id, part, wanted).await?;
    let bytes = match &place {
        Place::Uploads(upload) => upload.bytes(host.as_ref()).await?,
        Place::Provider(account, mail_id, attachment_id) => {
            let session = session(host, account).await?;
            let provider = account.provider.mail();
            provider.attachment(&session, mail_id, attachment_id).await?
        }
    };
    Ok((file, bytes))
}

/// The same file to be handed on to whoever asked for it.
///
/// # Errors
/// As [`attachment`].
pub async fn open_attachment(
    host: &Rc<dyn Host>,
    user_id: i64,
    id: i64,
    wanted: impl Fn(&Attachment) -> bool,
) -> Result<(Attachment, Content)> {
    let (file, place) = located(host.as_ref(), user_id, id, Part::Attachment, wanted).await?;
    let content = match &place {
        Place::Uploads(upload) => Content::Whole(upload.bytes(host.as_ref()).await?),
        Place::Provider(account, mail_id, attachment_id) => {
            let session = session(host, account).await?;
            let provider = account.provider.mail();
            provider.open_attachment(&session, mail_id, attachment_id).await?
        }
    };
    Ok((file, content))
}

/// Where the bytes of a file are.
enum Place {
    Uploads(Upload),
    /// In the mailbox: the ids of the mail and of the file.
    Provider(Box<Account>, String, String),
}

async fn located(
    host: &dyn Host,
    user_id: i64,
    id: i64,
    part: Part,
    wanted: impl Fn(&Attachment) -> bool,
) -> Result<(Attachment, Place)> {
    let (mail, file) = opened(host, user_id, id, part, wanted).await?;
    if let Some(place) = place_of(host, &mail, &file).await? {
        return Ok((file, place));
    }
    // A draft names a file of another mail, which gets an upload of its own once the draft is sent.
    let gone = || Error::new(ErrorCode::NotFound, "this file is not here any more");
    let named = &file.attachment_id;
    let source = drafts::source_of(host, mail.id, named).await?;
    let wanted = |each: &Attachment| each.attachment_id == *named;
    let (mail, from) = opened(host, user_id, source.ok_or_else(gone)?, part, wanted).await?;
    let place = place_of(host, &mail, &from).await?.ok_or_else(gone)?;
    Ok((file, place))
}

async fn opened(
    host: &dyn Host,
    user_id: i64,
    id: i64,
    part: Part,
    wanted: impl Fn(&Attachment) -> bool,
) -> Result<(StoredMail, Attachment)> {
    let mail = read::opened(host, user_id, id, part).await?;
    let file = mail.attachments.iter().find(|file| wanted(file)).cloned();
    let file = file.ok_or_else(|| Error::new(ErrorCode::NotFound, "this mail has no such file"))?;
    Ok((mail, file))
}

/// Where a file of a mail is; `None` where it should be among the uploads and isn't.
async fn place_of(host: &dyn Host, mail: &StoredMail, file: &Attachment) -> Result<Option<Place>> {
    let Some(mail_id) = mail.at_provider() else {
        let token = file.attachment_id.as_str();
        let upload = files::of_user(host, mail.user_id, &[token]).await?.pop();
        return Ok(upload.map(Place::Uploads));
    };
    let account = account::by_id(host, mail.account_id).await?;
    Ok(Some(Place::Provider(
        Box::new(account),
        mail_id.to_owned(),
        file.attachment_id.clone(),
    )))
}
