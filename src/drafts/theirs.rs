//! Drafts that were begun at the provider: who edits one here goes on with a copy that takes its place.
//!
//! The draft is read anew, and what it says is stored here, files included, before the provider's own goes to the trash,
//! where it can still be found. The copy's name tells which mail it was and what that said: however often this is asked for, and
//! wherever it was cut off, there is one copy, and whatever is written at the provider meanwhile is another draft.

use std::rc::Rc;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Map, Value, json};
use sha2::{Digest, Sha256};

use super::record::columns;
use super::{LARGEST, changed_elsewhere, first_id, gone, own, payload};
use crate::account::{self, Account};
use crate::compose::{FileName, MediaType};
use crate::error::{Error, ErrorCode, Result};
use crate::host::{Batch, Comparison, Filter, Host, Query, Row, row};
use crate::identities;
use crate::mail::organise::{self, Which, Wish};
use crate::mail::{access, remote};
use crate::model::{BoxType, Destination, Edit, Message};
use crate::outbox::files::{self, Incoming, Upload};
use crate::provider::{FetchOutcome, Wanted};
use crate::sanitize;
use crate::store::{self, collections};

/// Two windows may ask at the same time.
const ATTEMPTS: u32 = 3;

/// Makes the provider's draft with this record a draft of this site, and returns the id of that one's record.
///
/// # Errors
/// `not_found` about `id` where it no longer is a draft; `permission_missing` where the mailbox was linked for less;
/// `conflict` when others do the same all the time; what the provider reports.
pub async fn take_over(host: &Rc<dyn Host>, user_id: i64, id: i64) -> Result<i64> {
    let to_trash = Wish::Edit(Edit::to(Destination::Box(BoxType::Trash)));
    let (mail_id, account) = theirs(host.as_ref(), user_id, id).await?;
    organise::may_do(&account, &to_trash)?;
    let message = read(host, &account, &mail_id).await?;
    let payload = copied(host.as_ref(), &account, id, &message).await?;
    let copy = copy(host, user_id, (id, &account), payload, &message).await?;
    organise::change(host.as_ref(), user_id, "id", &Which::Ids(vec![id]), &to_trash).await?;
    Ok(copy)
}

/// The provider's id of a draft, and its account.
async fn theirs(host: &dyn Host, user_id: i64, id: i64) -> Result<(String, Account)> {
    let query = Query::new(collections::MESSAGES, at_provider(user_id, id)).fields(&["accountId", "mailId"]);
    let rows = host.find(query.limit(1)).await?;
    let found = rows.first().ok_or_else(gone)?;
    let account_id = found.get("accountId").and_then(store::id_of).ok_or_else(gone)?;
    let mail_id = store::text(found, "mailId").ok_or_else(gone)?;
    Ok((mail_id.to_owned(), account::by_id(host, account_id).await?))
}

fn at_provider(user_id: i64, id: i64) -> Filter {
    access::own(user_id)
        .and(Filter::eq("id", id))
        .and(Filter::eq("boxType", BoxType::Draft.as_str()))
        .and(Filter::compare("mailId", Comparison::NotEqual, Value::Null))
}

/// The draft as it is at the provider now.
async fn read(host: &Rc<dyn Host>, account: &Account, mail_id: &str) -> Result<Message> {
    let session = remote::session(host, account).await?;
    let folders = account::folders(host.as_ref(), account.id).await?;
    let wanted = [Wanted::Message(mail_id.to_owned())];
    let provider = account.provider.mail();
    let fetched = provider.fetch(&session, &wanted, &folders).await?;
    match fetched.into_iter().next().map(|fetched| fetched.outcome) {
        Some(FetchOutcome::Message(message)) if message.placement.box_type == BoxType::Draft => Ok(*message),
        Some(FetchOutcome::Failed(error)) => Err(error),
        // It was sent, thrown away, or, at Gmail, written on: the next synchronisation tells.
        _ => {
            account::request_sync(host.as_ref(), &[account.id]).await?;
            Err(gone())
        }
    }
}

/// What a page would have sent of this draft, as payload.
async fn copied(host: &dyn Host, account: &Account, id: i64, message: &Message) -> Result<Value> {
    let author = message.from.as_ref().map(|from| from.address.to_lowercase());
    let identity = author.filter(|address| identities::addresses(account).contains(address));
    let files = message.attachments.iter().map(|file| {
        let mut reference = json!({
            "messageId": id,
            "attachmentId": file.attachment_id,
            "filename": file.filename,
            "mimeType": file.mime_type,
            "size": file.size,
        });
        if let (Some(name), Some(members)) = (&file.content_id, reference.as_object_mut()) {
            members.insert("contentId".to_owned(), json!(name));
        }
        reference
    });
    let mut values: Map<String, Value> = row([
        ("accountEmail", json!(account.email)),
        (
            "identityEmail",
            json!(identity.as_ref().unwrap_or(&account.email)),
        ),
        ("to", json!(message.to)),
        ("cc", json!(message.cc)),
        ("bcc", json!(message.bcc)),
        ("subject", json!(message.subject.replace('\0', ""))),
        ("attachments", files.collect()),
    ]);
    if let Some(answered) = answered(host, account, message).await? {
        let subject = message.subject.trim_start().to_lowercase();
        let mode = if subject.starts_with("fw") {
            "forward"
        } else {
            "reply"
        };
        values.insert("replyTo".to_owned(), json!(answered));
        values.insert("mode".to_owned(), json!(mode));
    }
    let html = match (&message.body.html, &message.body.text) {
        (Some(html), _) => sanitize::composed(html),
        (None, Some(text)) => sanitize::text_to_html(text),
        (None, None) => String::new(),
    };
    let payload = payload(&values, &html.replace('\0', ""));
    match payload.to_string().len() > LARGEST {
        true => Err(Error::invalid(
            "body",
            "the text is too long: attach it as a file",
        )),
        false => Ok(payload),
    }
}

/// The newest mail of the draft's conversation that is no draft.
async fn answered(host: &dyn Host, account: &Account, message: &Message) -> Result<Option<i64>> {
    if message.conversation_id.is_empty() {
        return Ok(None);
    }
    let others = access::shown(Filter::eq("accountId", account.id))
        .and(Filter::eq("conversationId", message.conversation_id.as_str()))
        .and(Filter::eq("isDraft", false));
    let query = Query::new(collections::MESSAGES, others)
        .fields(&["id"])
        .sort(&["-date"]);
    let rows = host.find(query.limit(1)).await?;
    Ok(rows.first().and_then(|row| store::id_of(row.get("id")?)))
}

/// The copy, which is stored unless it is there already.
async fn copy(
    host: &Rc<dyn Host>,
    user_id: i64,
    (id, account): (i64, &Account),
    mut payload: Value,
    message: &Message,
) -> Result<i64> {
    let said = json!([
        account.id,
        message.mail_id,
        payload.get("body"),
        payload.get("subject"),
        payload.get("to"),
        payload.get("cc"),
        payload.get("bcc"),
        payload.get("attachments")
    ]);
    let name = format!(
        "theirs-{}",
        URL_SAFE_NO_PAD.encode(Sha256::digest(said.to_string()))
    );
    let named = || own(user_id).and(Filter::eq("outboxKey", name.as_str()));
    if let Some(copy) = first_id(host.as_ref(), named()).await? {
        return Ok(copy);
    }
    let uploads = uploaded(host, user_id, account, message).await?;
    let tokens: Vec<&str> = uploads.iter().map(|upload| upload.token.as_str()).collect();
    if let Some(listed) = payload.get_mut("attachments").and_then(Value::as_array_mut) {
        for (file, upload) in listed.iter_mut().zip(&uploads) {
            let name = file.get("contentId").cloned();
            *file = upload.to_public();
            if let (Some(name), Some(members)) = (name, file.as_object_mut()) {
                members.insert("contentId".to_owned(), name);
            }
        }
    }
    let host = host.as_ref();
    for _ in 0..ATTEMPTS {
        if let Some(copy) = first_id(host, named()).await? {
            return Ok(copy);
        }
        let mut columns = columns(host, account, &payload);
        columns.insert("outboxKey".to_owned(), json!(name));
        let batch = account::must_exist(Batch::new(), account);
        let batch = claimed(host, batch, user_id, id).await?;
        let batch = files::keep_with_draft(batch, user_id, &tokens, host.now());
        match store::commit(host, batch.insert(collections::MESSAGES, vec![columns])).await {
            Err(error) if error.code() != ErrorCode::Conflict => return Err(error),
            _ => {}
        }
    }
    Err(changed_elsewhere())
}

/// The draft's files among the uploads, in their order: what is in a trash may be gone before the copy is.
async fn uploaded(
    host: &Rc<dyn Host>,
    user_id: i64,
    account: &Account,
    message: &Message,
) -> Result<Vec<Upload>> {
    let session = remote::session(host, account).await?;
    let provider = account.provider.mail();
    let mut uploads = Vec::with_capacity(message.attachments.len());
    for file in &message.attachments {
        let content = provider
            .open_attachment(&session, &message.mail_id, &file.attachment_id)
            .await?;
        let name = FileName::cleaned(&file.filename);
        let kind = MediaType::cleaned(&file.mime_type);
        let incoming = Incoming::Content(content, file.size.unwrap_or_default());
        uploads.push(files::save(host.as_ref(), user_id, name, kind, incoming).await?);
    }
    Ok(uploads)
}

/// Of two that copy the same draft at the same time, one finds that the other has.
async fn claimed(host: &dyn Host, batch: Batch, user_id: i64, id: i64) -> Result<Batch> {
    let this = at_provider(user_id, id);
    let query = Query::new(collections::MESSAGES, this.clone())
        .fields(&["draftVersion"])
        .limit(1);
    let rows = host.find(query).await?;
    let known = rows
        .first()
        .ok_or_else(gone)?
        .get("draftVersion")
        .cloned()
        .unwrap_or_default();
    let next: Row = row([("draftVersion", json!(store::id_of(&known).unwrap_or(0) + 1))]);
    Ok(batch.swap(
        collections::MESSAGES,
        this.and(Filter::eq("draftVersion", known)),
        next,
    ))
}
