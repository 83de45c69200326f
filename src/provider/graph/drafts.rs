//! Drafts: create (<https://learn.microsoft.com/graph/api/user-post-messages>), create to reply
//! (<https://learn.microsoft.com/graph/api/message-createreply>), update, read, find, send
//! (<https://learn.microsoft.com/graph/api/message-send>) and delete.

use chrono::{DateTime, Utc};
use http::{Method, Request, Response};
use serde::Deserialize;
use serde_json::{Value, json as value};

use super::super::http::{get, json, post_json, segment, with_query};
use super::error;
use super::prefer::with_preferences;
use crate::compose::{Composition, Line, Mode, Person};
use crate::error::{Error, ErrorCode, Result};

/// The extended property that holds a mail's mark. The GUID is ours: a set of names of its own.
const PROPERTY: &str = "String {6f3b1c0a-9a5e-4a57-8d0e-4e9c2b7f51d4} Name EmailManagerMark";

/// What Exchange writes In-Reply-To and References from (MS-OXCMAIL: PidTagInReplyToId, PidTagInternetReferences); as
/// headers they can't be given.
const IN_REPLY_TO: &str = "String 0x1042";
const REFERENCES: &str = "String 0x1039";

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Draft {
    pub(super) id: String,
    #[serde(default)]
    pub(super) conversation_id: Option<String>,
    #[serde(default)]
    pub(super) is_draft: Option<bool>,
}

#[derive(Deserialize)]
struct Found {
    value: Vec<Draft>,
}

fn marked(mark: &str) -> Value {
    value!([{ "id": PROPERTY, "value": mark }])
}

fn recipients(people: &[Person]) -> Value {
    people.iter().map(recipient).collect()
}

fn recipient(person: &Person) -> Value {
    value!({ "emailAddress": { "name": person.name, "address": person.address } })
}

fn content(mail: &Composition) -> Value {
    value!({
        "subject": mail.subject,
        "body": { "contentType": "html", "content": mail.html },
        "from": recipient(&mail.from),
        "toRecipients": recipients(&mail.to),
        "ccRecipients": recipients(&mail.cc),
        "bccRecipients": recipients(&mail.bcc),
    })
}

/// The mark, and what the mail answers where that doesn't stand in this mailbox.
fn properties(mail: &Composition, mark: &str) -> Value {
    let mut properties = vec![value!({ "id": PROPERTY, "value": mark })];
    if let Some(answered) = &mail.answers {
        let ids = answered.references.iter().chain(&answered.message_id);
        let ids: Vec<&str> = ids.map(Line::as_str).collect();
        if let Some(id) = &answered.message_id {
            properties.push(value!({ "id": IN_REPLY_TO, "value": id.as_str() }));
        }
        if !ids.is_empty() {
            properties.push(value!({ "id": REFERENCES, "value": ids.join(" ") }));
        }
    }
    Value::Array(properties)
}

/// Creates a draft with all but its files.
pub(super) fn create(api: &str, mail: &Composition, mark: &str) -> Result<Request<Vec<u8>>> {
    let mut body = content(mail);
    if let Some(members) = body.as_object_mut() {
        members.insert("singleValueExtendedProperties".to_owned(), properties(mail, mark));
    }
    Ok(with_preferences(
        post_json(&format!("{api}/me/messages"), &body)?,
        None,
    ))
}

/// Creates a draft that stands behind another mail; its text comes with [`update`].
pub(super) fn create_reply(api: &str, id: &str, mode: Mode, mark: &str) -> Result<Request<Vec<u8>>> {
    let method = match mode {
        Mode::Reply => "createReply",
        Mode::ReplyAll => "createReplyAll",
        Mode::Forward => "createForward",
    };
    let address = format!("{api}/me/messages/{}/{method}", segment(id)?);
    let body = value!({ "message": { "singleValueExtendedProperties": marked(mark) } });
    Ok(with_preferences(post_json(&address, &body)?, None))
}

/// Gives a draft its content.
pub(super) fn update(api: &str, id: &str, mail: &Composition) -> Result<Request<Vec<u8>>> {
    let address = format!("{api}/me/messages/{}", segment(id)?);
    let mut request = post_json(&address, &content(mail))?;
    *request.method_mut() = Method::PATCH;
    Ok(with_preferences(request, None))
}

pub(super) fn parse(response: &Response<Vec<u8>>, now: DateTime<Utc>) -> Result<Draft> {
    json(error::check(response, now)?)
}

const SELECT: &str = "id,conversationId,isDraft";

/// Reads whether a draft still is one.
pub(super) fn read(api: &str, id: &str) -> Result<Request<Vec<u8>>> {
    let address = format!("{api}/me/messages/{}", segment(id)?);
    Ok(with_preferences(
        get(&with_query(&address, &[("$select", SELECT)]))?,
        None,
    ))
}

/// The mails with this mark, in whatever folder.
pub(super) fn find(api: &str, mark: &str) -> Result<Request<Vec<u8>>> {
    let quoted = mark.replace('\'', "''");
    let filter =
        format!("singleValueExtendedProperties/Any(ep: ep/id eq '{PROPERTY}' and ep/value eq '{quoted}')");
    let pairs = [("$filter", filter.as_str()), ("$select", SELECT)];
    Ok(with_preferences(
        get(&with_query(&format!("{api}/me/messages"), &pairs))?,
        None,
    ))
}

pub(super) fn parse_found(response: &Response<Vec<u8>>, now: DateTime<Utc>) -> Result<Vec<Draft>> {
    let found: Found = json(error::check(response, now)?)?;
    Ok(found.value)
}

/// Sends a draft. The answer is 202, and final whatever else it says.
pub(super) fn send(api: &str, id: &str) -> Result<Request<Vec<u8>>> {
    let address = format!("{api}/me/messages/{}/send", segment(id)?);
    let mut request = get(&address)?;
    *request.method_mut() = Method::POST;
    request.headers_mut().insert("content-length", 0.into());
    Ok(with_preferences(request, None))
}

/// Removes a draft.
pub(super) fn delete(api: &str, id: &str) -> Result<Request<Vec<u8>>> {
    let mut request = get(&format!("{api}/me/messages/{}", segment(id)?))?;
    *request.method_mut() = Method::DELETE;
    Ok(with_preferences(request, None))
}

/// Nothing to read but whether it was done; what is gone already is.
pub(super) fn parse_done(response: &Response<Vec<u8>>, now: DateTime<Utc>) -> Result<()> {
    match error::check(response, now) {
        Err(error) if error.code() != ErrorCode::ItemGone => Err(error),
        _ => Ok(()),
    }
}

/// Whether it was accepted; a draft that is gone was not, as far as this answer tells.
pub(super) fn parse_sent(response: &Response<Vec<u8>>, now: DateTime<Utc>) -> Result<()> {
    error::check(response, now)?;
    // Somebody on the way may answer with a page: only this status is Outlook's word.
    match response.status().as_u16() {
        202 => Ok(()),
        status => Err(Error::new(
            ErrorCode::ResponseInvalid,
            format!("the provider's answer to sending has the status {status}"),
        )),
    }
}
