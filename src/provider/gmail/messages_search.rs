//! `users.messages.list` with a search: <https://support.google.com/mail/answer/7190>.

use chrono::{DateTime, Utc};
use http::{Request, Response};

use super::super::http::{costing, get, json, with_query};
use super::error;
use super::wire::ListMessagesResponse;
use crate::error::Result;
use crate::model::{BoxType, Part, Place, Search, Term};

/// What a search costs.
const UNITS: u32 = 5;
/// More mails than this with one Message-ID aren't looked at.
const MOST: &str = "10";

/// The messages with this Message-ID, bin and junk included.
pub(super) fn request(api: &str, message_id: &str) -> Result<Request<Vec<u8>>> {
    let bare = message_id.trim_start_matches('<').trim_end_matches('>');
    let query = format!("rfc822msgid:{bare}");
    let pairs = [
        ("includeSpamTrash", "true"),
        ("maxResults", MOST),
        ("fields", "messages/id"),
        ("q", query.as_str()),
    ];
    let request = get(&with_query(&format!("{api}/users/me/messages"), &pairs))?;
    Ok(costing(request, UNITS))
}

/// The messages that Gmail's own search finds: <https://support.google.com/mail/answer/7190>.
pub(super) fn words(api: &str, search: &Search, size: u32) -> Result<Request<Vec<u8>>> {
    let mut query = Vec::new();
    for Term { part, text, .. } in &search.terms {
        let operator = match part {
            Part::Any => "",
            Part::From => "from:",
            Part::To => "to:",
            Part::Subject => "subject:",
        };
        query.push(format!("{operator}\"{}\"", text.replace('"', " ")));
    }
    let mut say = |holds: bool, word: &str| query.extend(holds.then(|| word.to_owned()));
    say(search.has_attachment, "has:attachment");
    say(search.is_read == Some(true), "is:read");
    say(search.is_read == Some(false), "is:unread");
    say(search.is_starred == Some(true), "is:starred");
    let place = match search.place {
        None => "",
        Some(Place::Anywhere) => "in:anywhere",
        Some(Place::Box(BoxType::In)) => "in:inbox",
        Some(Place::Box(BoxType::Out)) => "in:sent",
        Some(Place::Box(BoxType::Draft)) => "in:drafts",
        Some(Place::Box(BoxType::Trash)) => "in:trash",
        Some(Place::Box(BoxType::Spam)) => "in:spam",
        Some(Place::Box(BoxType::Archive)) => "-in:inbox",
    };
    say(!place.is_empty(), place);
    // As seconds they mean the same everywhere; `after:` leaves out the second that it names.
    query.extend(
        search
            .since
            .map(|since| format!("after:{}", since.timestamp() - 1)),
    );
    query.extend(
        search
            .before
            .map(|before| format!("before:{}", before.timestamp())),
    );
    let (query, size) = (query.join(" "), size.to_string());
    let pairs = [
        ("maxResults", size.as_str()),
        ("fields", "messages/id"),
        ("q", query.as_str()),
    ];
    get(&with_query(&format!("{api}/users/me/messages"), &pairs))
}

/// Their ids.
pub(super) fn parse(response: &Response<Vec<u8>>, now: DateTime<Utc>) -> Result<Vec<String>> {
    let list: ListMessagesResponse = json(error::check(response, now)?)?;
    Ok(list
        .messages
        .unwrap_or_default()
        .into_iter()
        .map(|message| message.id)
        .collect())
}
