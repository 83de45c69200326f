//! From Gmail's shapes to the model.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Utc};

use super::super::http::missing;
use super::super::{Change, Listed, Next, Page, Position, Profile};
use super::wire;
use crate::error::{Error, ErrorCode, Result};
use crate::host::Host;
use crate::mime;
use crate::model::{BoxType, Cursor, Folder, Message, Placement};
use crate::sanitize;

mod edit;
mod payload;

pub(super) use edit::{LabelChange, label_change, placed};
pub(super) use payload::{bytes, part_bytes, part_id};

/// A position in the mailbox's history, and the page reached from there: `<history id>` or
/// `<history id>/<page token>`.
pub(super) struct HistoryCursor {
    pub(super) start: String,
    pub(super) page_token: Option<String>,
}

impl HistoryCursor {
    /// `None` for a cursor that isn't one of history.
    pub(super) fn parse(cursor: &Cursor) -> Option<Self> {
        let (start, page_token) = match cursor.0.split_once('/') {
            Some((start, token)) => (start, Some(token.to_owned())),
            None => (cursor.0.as_str(), None),
        };
        start.parse::<u64>().ok()?;
        Some(Self {
            start: start.to_owned(),
            page_token,
        })
    }
}

pub(super) fn profile(profile: wire::Profile) -> Result<Profile> {
    let email = profile.email_address.filter(|email| email.contains('@'));
    Ok(Profile {
        email: email.ok_or_else(|| missing("email address"))?.to_lowercase(),
        name: String::new(),
        subject: None,
    })
}

pub(super) fn position(profile: wire::Profile) -> Result<Position> {
    let id = profile.history_id.filter(|id| id.parse::<u64>().is_ok());
    let cursor = id.map(Cursor).ok_or_else(|| missing("history id"))?;
    Ok(Position {
        cursor,
        total: profile.messages_total,
    })
}

/// The folders of the labels. A label is in the one whose name, with a slash, is the longest beginning of its own.
pub(super) fn folders(labels: Vec<wire::Label>) -> Vec<Folder> {
    let mut folders: Vec<Folder> = labels.into_iter().filter_map(folder).collect();
    let own = folders.iter().filter(|folder| folder.is_own);
    let ids: BTreeMap<String, String> = own
        .map(|folder| (folder.name.clone(), folder.id.clone()))
        .collect();
    for folder in folders.iter_mut().filter(|folder| folder.is_own) {
        let mut path = folder.name.as_str();
        while let Some((above, _)) = path.rsplit_once('/') {
            if let Some(id) = ids.get(above) {
                folder.parent_id = Some(id.clone());
                break;
            }
            path = above;
        }
    }
    folders
}

/// The folder of a label; `None` for labels that are flags or categories.
fn folder(label: wire::Label) -> Option<Folder> {
    let is_own = label.kind.as_deref() == Some("user");
    let (name, box_type) = match label.id.as_str() {
        "INBOX" => ("Inbox".to_owned(), BoxType::In),
        "SENT" => ("Sent".to_owned(), BoxType::Out),
        "DRAFT" => ("Drafts".to_owned(), BoxType::Draft),
        "SPAM" => ("Spam".to_owned(), BoxType::Spam),
        "TRASH" => ("Bin".to_owned(), BoxType::Trash),
        _ if is_own => (label.name.unwrap_or_else(|| label.id.clone()), BoxType::Archive),
        _ => return None,
    };
    Some(Folder {
        id: label.id,
        name,
        parent_id: None,
        is_own,
        is_technical: false,
        box_type,
        total: None,
    })
}

pub(super) fn listing(list: wire::ListMessagesResponse) -> Result<Page> {
    let messages = list.messages.unwrap_or_default();
    if messages.iter().any(|message| message.id.is_empty()) {
        return Err(missing("message id"));
    }
    Ok(Page {
        changes: messages
            .into_iter()
            .map(|message| {
                Change::Listed(Listed {
                    mail_id: message.id,
                    conversation_id: message.thread_id,
                })
            })
            .collect(),
        next: match token(list.next_page_token) {
            Some(token) => Next::Page(Cursor(token)),
            None => Next::End(None),
        },
        // The list's own estimate is far off; the mailbox's total came with the position.
        total: None,
        names_unknown_folder: false,
    })
}

/// One change a message: the page's last word about it.
pub(super) fn changes(
    cursor: &HistoryCursor,
    folders: &[Folder],
    response: wire::ListHistoryResponse,
) -> Result<Page> {
    let mut words = LastWords::default();
    for record in response.history.unwrap_or_default() {
        for item in record.messages_added.into_iter().flatten() {
            let conversation_id = item.message.thread_id.clone();
            words.say(item.message, |mail_id, _| {
                Change::Listed(Listed {
                    mail_id,
                    conversation_id,
                })
            });
        }
        for item in record
            .labels_added
            .into_iter()
            .chain(record.labels_removed)
            .flatten()
        {
            words.say(item.message, Change::Placed);
        }
        for item in record.messages_deleted.into_iter().flatten() {
            words.say(item.message, |id, _| Change::Removed(id));
        }
    }
    let next = match token(response.next_page_token) {
        Some(token) => Next::Page(Cursor(format!("{}/{token}", cursor.start))),
        None => {
            let id = response.history_id.filter(|id| id.parse::<u64>().is_ok());
            Next::End(Some(Cursor(id.ok_or_else(|| missing("history id"))?)))
        }
    };
    Ok(Page {
        names_unknown_folder: words.labels.iter().any(|label| is_unknown(label, folders)),
        changes: words.changes,
        next,
        total: None,
    })
}

#[derive(Default)]
struct LastWords {
    changes: Vec<Change>,
    places: BTreeMap<String, usize>,
    labels: BTreeSet<String>,
}

impl LastWords {
    fn say(&mut self, message: wire::HistoryMessage, word: impl FnOnce(String, Placement) -> Change) {
        let labels = message.label_ids.unwrap_or_default();
        if is_chat(&labels) {
            return;
        }
        self.labels.extend(labels.iter().cloned());
        let change = word(message.id.clone(), placement(labels));
        match self
            .places
            .get(&message.id)
            .and_then(|place| self.changes.get_mut(*place))
        {
            // A new message still has to be fetched, and comes with its labels then.
            Some(Change::Listed(_)) if matches!(change, Change::Placed(..)) => {}
            Some(known) => *known = change,
            None => {
                self.places.insert(message.id, self.changes.len());
                self.changes.push(change);
            }
        }
    }
}

fn token(token: Option<String>) -> Option<String> {
    token.filter(|token| !token.is_empty())
}

/// Whether it is a label of the user's that isn't known yet. The ids of Gmail's own are in capitals.
fn is_unknown(label: &str, folders: &[Folder]) -> bool {
    label.bytes().any(|byte| byte.is_ascii_lowercase()) && !folders.iter().any(|folder| folder.id == label)
}

fn is_chat(labels: &[String]) -> bool {
    labels.iter().any(|label| label == "CHAT")
}

fn placement(labels: Vec<String>) -> Placement {
    let has = |name: &str| labels.iter().any(|label| label == name);
    let box_type = [
        ("TRASH", BoxType::Trash),
        ("SPAM", BoxType::Spam),
        ("DRAFT", BoxType::Draft),
        ("INBOX", BoxType::In),
        ("SENT", BoxType::Out),
    ]
    .into_iter()
    .find(|(label, _)| has(label))
    .map_or(BoxType::Archive, |(_, box_type)| box_type);
    Placement {
        box_type,
        is_read: !has("UNREAD"),
        is_starred: has("STARRED"),
        folder_ids: labels,
        categories: None,
    }
}

/// The message; `None` for a chat.
pub(super) fn message(host: &dyn Host, id: &str, message: wire::Message) -> Result<Option<Message>> {
    let labels = message.label_ids.unwrap_or_default();
    if is_chat(&labels) {
        return Ok(None);
    }
    let payload = message.payload.ok_or_else(|| missing("payload"))?;
    let addresses = |name: &str| mime::addresses(host, payload.header(name).unwrap_or_default());
    let content = payload::content(host, &payload)?;
    Ok(Some(Message {
        mail_id: id.to_owned(),
        conversation_id: message.thread_id.unwrap_or_else(|| id.to_owned()),
        raw_id: payload
            .header("Message-ID")
            .and_then(|value| mime::message_ids(value).into_iter().next()),
        placement: placement(labels),
        from: addresses("From").into_iter().next(),
        to: addresses("To"),
        cc: addresses("Cc"),
        bcc: addresses("Bcc"),
        reply_to: addresses("Reply-To"),
        date: date(message.internal_date.as_deref(), &payload)?,
        subject: mime::decode_words(host, payload.header("Subject").unwrap_or_default()),
        preview: sanitize::unescape(&message.snippet.unwrap_or_default()),
        body: content.body,
        attachments: content.attachments,
        references: references(&payload),
        authentication: payload
            .header("Authentication-Results")
            .and_then(mime::authentication),
    }))
}

/// When Gmail took the message in; where it doesn't say, the message's own date.
fn date(internal: Option<&str>, payload: &wire::MessagePart) -> Result<DateTime<Utc>> {
    internal
        .and_then(instant)
        .or_else(|| payload.header("Date").and_then(mime::date))
        .ok_or_else(|| Error::new(ErrorCode::ResponseInvalid, "the message has no date"))
}

/// When Gmail took a message in, where it says so.
pub(super) fn internal_date(message: &wire::Message) -> Option<DateTime<Utc>> {
    message.internal_date.as_deref().and_then(instant)
}

fn instant(millis: &str) -> Option<DateTime<Utc>> {
    millis.parse().ok().and_then(DateTime::from_timestamp_millis)
}

fn references(payload: &wire::MessagePart) -> Vec<String> {
    let ids = |name| mime::message_ids(payload.header(name).unwrap_or_default());
    let mut references = ids("References");
    let answered = ids("In-Reply-To");
    references.extend(answered.into_iter().filter(|id| !ids("References").contains(id)));
    references
}
