//! Files of a message: list, get, bytes, add.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

use super::resource::selection;
use super::{Call, Outcome, error, ids, page, reply};
use crate::answer::{self, text};
use crate::dates::iso8601;
use crate::mail::Attachment;
use crate::mailbox::label;

/// Files of this size and more need an upload session.
const INLINE_MOST: usize = 3 * 1024 * 1024;

fn shown(call: &Call<'_>, index: u32, place: usize, file: &Attachment) -> Value {
    let received = call.mailbox.key(index).0;
    let properties = [
        ("lastModifiedDateTime", json!(iso8601(received))),
        ("name", json!(file.filename)),
        ("contentType", json!(file.mime_type)),
        // Exchange counts the envelope, too.
        ("size", json!(file.size() + 260)),
        ("isInline", json!(file.inline)),
        ("contentId", json!(file.content_id)),
        ("contentLocation", Value::Null),
    ];
    let select = selection(&call.query);
    let mut object = serde_json::Map::new();
    object.insert("@odata.type".to_owned(), json!("#microsoft.graph.fileAttachment"));
    object.insert("@odata.mediaContentType".to_owned(), json!(file.mime_type));
    object.insert(
        "id".to_owned(),
        json!(ids::attachment_id(
            call.mailbox,
            index,
            place,
            call.prefer.immutable_ids
        )),
    );
    let is_wanted = |name: &str| {
        select.as_ref().is_none_or(|select| {
            select
                .iter()
                .any(|wanted| wanted.rsplit('/').next() == Some(name))
        })
    };
    for (name, value) in properties {
        if is_wanted(name) {
            object.insert(name.to_owned(), value);
        }
    }
    if is_wanted("contentBytes") {
        object.insert("contentBytes".to_owned(), json!(STANDARD.encode(file.bytes())));
    }
    Value::Object(object)
}

/// Every file of a message.
pub(super) fn all(call: &Call<'_>, index: u32) -> Vec<Value> {
    let mail = call.mailbox.mail(index);
    mail.attachments
        .iter()
        .enumerate()
        .map(|(place, file)| shown(call, index, place, file))
        .collect()
}

pub(super) fn list(call: &mut Call<'_>, id: &str) -> Outcome {
    let index = ids::find(call.mailbox, id)?;
    Ok(page(
        call.context("me/messages('message')/attachments"),
        all(call, index),
        None,
    ))
}

fn find(call: &Call<'_>, id: &str, file_id: &str) -> Result<(u32, usize, Attachment), super::ApiError> {
    let index = ids::find(call.mailbox, id)?;
    let files = call.mailbox.mail(index).attachments;
    let named = |place: usize| {
        [true, false]
            .iter()
            .any(|immutable| ids::attachment_id(call.mailbox, index, place, *immutable) == file_id)
    };
    let found = files.into_iter().enumerate().find(|(place, _)| named(*place));
    found
        .map(|(place, file)| (index, place, file))
        .ok_or_else(error::not_found)
}

pub(super) fn get(call: &mut Call<'_>, id: &str, file_id: &str) -> Outcome {
    let (index, place, file) = find(call, id, file_id)?;
    let mut body = shown(call, index, place, &file);
    if let Some(members) = body.as_object_mut() {
        members.insert(
            "@odata.context".to_owned(),
            json!(call.context("me/messages('message')/attachments/$entity")),
        );
    }
    Ok(reply(200, &body))
}

pub(super) fn value(call: &mut Call<'_>, id: &str, file_id: &str) -> Outcome {
    let (_, _, file) = find(call, id, file_id)?;
    Ok(answer::response(200, &file.mime_type, file.bytes()))
}

/// A file out of a request's JSON; `None` when it is none.
pub(super) fn read(value: &Value) -> Option<Attachment> {
    let name = text(value, "name");
    let data = STANDARD.decode(text(value, "contentBytes")).ok()?;
    let kind = text(value, "contentType");
    (!name.is_empty()).then(|| Attachment {
        filename: name.to_owned(),
        mime_type: if kind.is_empty() {
            "application/octet-stream".to_owned()
        } else {
            kind.to_owned()
        },
        content_id: value.get("contentId").and_then(Value::as_str).map(str::to_owned),
        inline: value.get("isInline").and_then(Value::as_bool).unwrap_or(false),
        data,
        filler: 0,
    })
}

pub(super) fn delete(call: &mut Call<'_>, id: &str, file_id: &str) -> Outcome {
    let (index, place, _) = find(call, id, file_id)?;
    call.mailbox.rewrite(index, |mail| {
        mail.attachments.remove(place);
    });
    Ok(answer::empty(204))
}

pub(super) fn create(call: &mut Call<'_>, id: &str) -> Outcome {
    let index = ids::find(call.mailbox, id)?;
    if !call
        .mailbox
        .entry(index)
        .is_some_and(|entry| entry.has(label::DRAFT))
    {
        return Err(error::error(
            400,
            "ErrorInvalidOperation",
            "The item is not a draft.",
        ));
    }
    let file = read(&call.json)
        .ok_or_else(|| error::bad_request("The attachment is not a valid fileAttachment."))?;
    if file.data.len() >= INLINE_MOST {
        return Err(error::error(
            413,
            "ErrorMessageSizeExceeded",
            "The attachment is too large for one request.",
        ));
    }
    call.mailbox
        .rewrite(index, |mail| mail.attachments.push(file.clone()));
    let place = call.mailbox.mail(index).attachments.len().saturating_sub(1);
    Ok(reply(201, &shown(call, index, place, &file)))
}
