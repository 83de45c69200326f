//! From Graph's shapes to the model.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use serde_json::Value;

use super::super::http::{missing, shaped};
use super::super::sending::Identity;
use super::super::{Change, Profile};
use super::wire;
use crate::error::{Error, ErrorCode, Result};
use crate::mime;
use crate::model::{Address, Attachment, Body, BoxType, Folder, Message, Placement};

/// The well-known folders that have a box of their own.
pub(super) const WELL_KNOWN: [(&str, BoxType); 6] = [
    ("inbox", BoxType::In),
    ("sentitems", BoxType::Out),
    ("drafts", BoxType::Draft),
    ("archive", BoxType::Archive),
    ("junkemail", BoxType::Spam),
    ("deleteditems", BoxType::Trash),
];

/// The well-known folders in which Outlook keeps what it needs itself. What it failed to synchronise stands in folders
/// below the last one.
pub(super) const TECHNICAL: [&str; 3] = ["outbox", "conversationhistory", SYNC_ISSUES];
const SYNC_ISSUES: &str = "syncissues";

/// What a well-known name stands for.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Box(BoxType),
    /// One of [`TECHNICAL`].
    Technical(&'static str),
}

/// Every name that is asked for, with what it stands for.
pub(super) fn known_names() -> impl Iterator<Item = (&'static str, Kind)> {
    let boxes = WELL_KNOWN
        .into_iter()
        .map(|(name, box_type)| (name, Kind::Box(box_type)));
    boxes.chain(TECHNICAL.into_iter().map(|name| (name, Kind::Technical(name))))
}

/// The well-known folder of a box, by the name that stands for its id.
pub(super) fn well_known_name(box_type: BoxType) -> &'static str {
    let found = WELL_KNOWN.iter().find(|(_, each)| *each == box_type);
    found.map_or("archive", |(name, _)| name)
}

/// A folder that a well-known name led to.
pub(super) struct WellKnown {
    pub(super) id: String,
    pub(super) kind: Kind,
}

/// Where a message is looked at: the folder of the feed it came in, and all folders.
#[derive(Clone, Copy)]
pub(super) struct Place<'a> {
    pub(super) folder: Option<&'a Folder>,
    pub(super) folders: &'a [Folder],
}

pub(super) fn profile(user: wire::User) -> Result<Profile> {
    let email = user
        .mail
        .into_iter()
        .chain(user.user_principal_name)
        .find(|email| email.contains('@'));
    Ok(Profile {
        email: email.ok_or_else(|| missing("email address"))?.to_lowercase(),
        name: user.display_name.unwrap_or_default(),
        subject: user.id.filter(|id| !id.is_empty()),
    })
}

/// The addresses of the mailbox: its own, and those that Exchange lists (`SMTP:` the primary one, `smtp:` the others).
pub(super) fn identities(user: wire::User) -> Result<Vec<Identity>> {
    let others = user.proxy_addresses.clone().unwrap_or_default();
    let profile = profile(user)?;
    let identity = |email: String, is_primary| Identity {
        email,
        name: profile.name.clone(),
        is_primary,
        is_verified: true,
    };
    let mut identities = vec![identity(profile.email.clone(), true)];
    for address in others {
        let Some((scheme, email)) = address.split_once(':') else {
            continue;
        };
        let email = email.to_lowercase();
        let is_known = identities.iter().any(|known| known.email == email);
        if scheme.eq_ignore_ascii_case("smtp") && !is_known {
            identities.push(identity(email, false));
        }
    }
    Ok(identities)
}

/// All folders, the well-known ones first. A folder stands in the box of the well-known folder that it is under.
pub(super) fn folders(folders: Vec<wire::MailFolder>, well_known: &[WellKnown]) -> Vec<Folder> {
    // The feed may name a folder twice: the last word counts.
    let mut by_id: BTreeMap<String, wire::MailFolder> = BTreeMap::new();
    let mut order = Vec::new();
    for folder in folders {
        if !by_id.contains_key(&folder.id) {
            order.push(folder.id.clone());
        }
        by_id.insert(folder.id.clone(), folder);
    }
    let is_well_known = |id: &String| {
        let mut boxes = well_known.iter().filter(|each| matches!(each.kind, Kind::Box(_)));
        boxes.any(|each| each.id == *id)
    };
    let (mut order, others): (Vec<_>, Vec<_>) = order.into_iter().partition(is_well_known);
    order.extend(others);
    order
        .iter()
        .filter_map(|id| by_id.get(id))
        .filter(|folder| folder.removed.is_none() && !is_search(folder))
        .map(|folder| Folder {
            id: folder.id.clone(),
            name: folder.display_name.clone().unwrap_or_default(),
            parent_id: folder
                .parent_folder_id
                .clone()
                .filter(|id| by_id.get(id).is_some_and(|parent| parent.removed.is_none())),
            is_own: !is_well_known(&folder.id),
            is_technical: is_technical(folder, well_known),
            box_type: inherited_box(&folder.id, &by_id, well_known),
            total: folder.total_item_count,
        })
        .collect()
}

/// A search folder shows mail of other folders once more.
fn is_search(folder: &wire::MailFolder) -> bool {
    let kind = folder.odata_type.as_deref().unwrap_or_default();
    kind.ends_with("mailSearchFolder")
}

fn is_technical(folder: &wire::MailFolder, well_known: &[WellKnown]) -> bool {
    let parent = folder.parent_folder_id.as_ref();
    well_known.iter().any(|each| match each.kind {
        Kind::Box(_) => false,
        Kind::Technical(name) => each.id == folder.id || (name == SYNC_ISSUES && parent == Some(&each.id)),
    })
}

fn inherited_box(id: &str, by_id: &BTreeMap<String, wire::MailFolder>, well_known: &[WellKnown]) -> BoxType {
    /// Deeper than folders nest; parents that lead in a circle end here.
    const DEEPEST: usize = 300;
    let mut id = id;
    for _ in 0..DEEPEST {
        let found = well_known.iter().find(|each| each.id == id);
        if let Some(Kind::Box(box_type)) = found.map(|each| each.kind) {
            return box_type;
        }
        match by_id
            .get(id)
            .and_then(|folder| folder.parent_folder_id.as_deref())
        {
            Some(parent) => id = parent,
            None => break,
        }
    }
    BoxType::Archive
}

/// What an item of the feed says.
pub(super) enum Item {
    Change(Change),
    /// A message, and whether its files have to be asked for.
    Message(Box<Message>, bool),
    /// A message of which the feed tells a part only.
    Partial(String),
}

/// Reads an item of the feed.
///
/// # Errors
/// `response_invalid` where it has no id: it could not even be put down as broken.
pub(super) fn item(value: Value, place: Place<'_>) -> Result<Item> {
    let id = value
        .get("id")
        .and_then(Value::as_str)
        .unwrap_or_default()
        .to_owned();
    if id.is_empty() {
        return Err(missing("message id"));
    }
    if value.get("@removed").is_some_and(|removed| !removed.is_null()) {
        return Ok(Item::Change(Change::Removed(id)));
    }
    let tells_placement_only = tells_placement_only(&value);
    let item: wire::Message = match shaped(value) {
        Ok(item) => item,
        Err(error) => return Ok(Item::Change(Change::Broken(id, error))),
    };
    if tells_placement_only && item.is_read.is_some() && item.flag.is_some() {
        return Ok(Item::Change(Change::Placed(id, placement(&item, place))));
    }
    let is_whole = item.body.is_some() && item.is_read.is_some() && item.received_date_time.is_some();
    if !is_whole {
        return Ok(Item::Partial(id));
    }
    Ok(match message(&id, item, place) {
        Ok((message, needs_files)) => Item::Message(Box::new(message), needs_files),
        Err(error) => Item::Change(Change::Broken(id, error)),
    })
}

fn tells_placement_only(value: &Value) -> bool {
    value.as_object().into_iter().flatten().all(|(key, _)| {
        key.starts_with('@')
            || matches!(
                key.as_str(),
                "id" | "isRead"
                    | "flag"
                    | "parentFolderId"
                    | "categories"
                    | "changeKey"
                    | "lastModifiedDateTime"
            )
    })
}

/// The message without its files, and whether it has some.
///
/// # Errors
/// `response_invalid` where no date tells when it came.
pub(super) fn message(id: &str, mut message: wire::Message, place: Place<'_>) -> Result<(Message, bool)> {
    let body = body(message.body.take());
    let shows_inline_images = body.html.as_deref().is_some_and(names_a_part);
    let needs_files = message.has_attachments == Some(true) || shows_inline_images;
    let recipients = |list: Option<Vec<wire::Recipient>>| -> Vec<Address> {
        mime::bounded(list.into_iter().flatten().filter_map(address))
    };
    let message = Message {
        mail_id: id.to_owned(),
        placement: placement(&message, place),
        date: date(&message)?,
        conversation_id: message.conversation_id.unwrap_or_else(|| id.to_owned()),
        raw_id: message
            .internet_message_id
            .and_then(|text| mime::message_ids(&text).into_iter().next()),
        from: message
            .from
            .and_then(address)
            .or_else(|| message.sender.and_then(address)),
        to: recipients(message.to_recipients),
        cc: recipients(message.cc_recipients),
        bcc: recipients(message.bcc_recipients),
        reply_to: recipients(message.reply_to),
        subject: message.subject.unwrap_or_default(),
        preview: words(&message.body_preview.unwrap_or_default()),
        body,
        attachments: Vec::new(),
        // The headers that name them are not part of a page; Outlook threads by the conversation.
        references: Vec::new(),
        authentication: None,
    };
    Ok((message, needs_files))
}

/// Whether an address in the markup begins with `cid:`.
fn names_a_part(html: &str) -> bool {
    html.match_indices(':').any(|(end, _)| {
        let scheme = end
            .checked_sub(3)
            .and_then(|start| html.as_bytes().get(start..end));
        scheme.is_some_and(|scheme| scheme.eq_ignore_ascii_case(b"cid"))
    })
}

fn body(body: Option<wire::ItemBody>) -> Body {
    let (content, kind) = body.map_or_else(Default::default, |body| (body.content, body.content_type));
    let kind = kind.unwrap_or_default();
    if kind.eq_ignore_ascii_case("html") {
        Body {
            html: content,
            text: None,
        }
    } else {
        Body {
            html: None,
            text: content,
        }
    }
}

/// When the message came; drafts have only been made.
fn date(message: &wire::Message) -> Result<DateTime<Utc>> {
    [
        &message.received_date_time,
        &message.sent_date_time,
        &message.created_date_time,
    ]
    .into_iter()
    .flatten()
    .filter_map(|text| DateTime::parse_from_rfc3339(text).ok())
    .map(|date| date.to_utc())
    // A date that is not set is written as the first day of the year 1.
    .find(|date| date.timestamp() > 0)
    .ok_or_else(|| Error::new(ErrorCode::ResponseInvalid, "the message has no date"))
}

fn placement(message: &wire::Message, place: Place<'_>) -> Placement {
    let folder_id = message.parent_folder_id.as_deref();
    let folder = match folder_id {
        Some(id) => place
            .folders
            .iter()
            .chain(place.folder)
            .find(|folder| folder.id == id),
        None => place.folder,
    };
    let is_draft = message.is_draft == Some(true);
    let box_type = match folder.map(|folder| folder.box_type) {
        Some(BoxType::In | BoxType::Archive) | None if is_draft => BoxType::Draft,
        Some(box_type) => box_type,
        None => BoxType::Archive,
    };
    let flag = message.flag.as_ref().and_then(|flag| flag.flag_status.as_deref());
    Placement {
        box_type,
        folder_ids: folder_id
            .or_else(|| folder.map(|folder| folder.id.as_str()))
            .map(str::to_owned)
            .into_iter()
            .collect(),
        is_read: message.is_read.unwrap_or_default(),
        is_starred: flag.is_some_and(|status| status.eq_ignore_ascii_case("flagged")),
        categories: message.categories.clone(),
    }
}

fn address(recipient: wire::Recipient) -> Option<Address> {
    let email = recipient.email_address?;
    let address = email.address.unwrap_or_default();
    // Outlook repeats the address where there is no name.
    let name = email.name.filter(|name| *name != address).unwrap_or_default();
    (!address.is_empty() || !name.is_empty()).then_some(Address { name, address })
}

pub(super) fn attachment(attachment: wire::Attachment) -> Attachment {
    let is_item = attachment
        .odata_type
        .is_some_and(|kind| kind.ends_with("itemAttachment"));
    let mut filename = attachment.name.unwrap_or_default();
    if is_item {
        // An attached message or event has a subject, no file name.
        filename.push_str(".eml");
    }
    let declared = attachment.content_type.filter(|kind| !kind.is_empty());
    Attachment {
        attachment_id: attachment.id,
        filename,
        mime_type: declared.unwrap_or_else(|| {
            if is_item {
                "message/rfc822"
            } else {
                "application/octet-stream"
            }
            .to_owned()
        }),
        content_id: attachment
            .content_id
            .map(|id| id.trim().trim_matches(['<', '>']).to_owned())
            .filter(|id| !id.is_empty()),
        size: attachment.size,
    }
}

/// Words with single spaces between them.
fn words(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}
