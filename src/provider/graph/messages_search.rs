//! Search messages in the words of KQL: <https://learn.microsoft.com/graph/search-query-parameter>.

use std::fmt::Write as _;

use http::Request;

use super::super::http::with_query;
use super::convert::well_known_name;
use super::messages_list;
use crate::error::Result;
use crate::model::{Part, Place, Search, Term};

/// The messages that Outlook's own search finds, the newest first. What it can't be asked for is left to the reader.
pub(super) fn request(api: &str, search: &Search, size: u32) -> Result<Request<Vec<u8>>> {
    let mut words = Vec::new();
    for Term { part, text, .. } in &search.terms {
        let property = match part {
            Part::Any => "",
            Part::From => "from:",
            Part::To => "recipients:",
            Part::Subject => "subject:",
        };
        let plain: String = text
            .chars()
            .filter(|letter| !matches!(letter, '"' | '\\' | '(' | ')'))
            .collect();
        // Several words stand one after the other; the whole stands in quotation marks, these are escaped.
        match plain.split_whitespace().count() {
            0 => {}
            1 => words.push(format!("{property}{}", plain.trim())),
            _ => words.push(format!("{property}\\\"{}\\\"", plain.trim())),
        }
    }
    if search.has_attachment {
        words.push("hasAttachments:true".to_owned());
    }
    let mut bound = |operator: &str, moment: Option<chrono::DateTime<chrono::Utc>>| {
        if let Some(moment) = moment {
            let mut word = format!("received{operator}");
            // Writing to a string does not fail.
            let _ = write!(word, "{}", moment.format("%Y-%m-%d"));
            words.push(word);
        }
    };
    bound(">=", search.since);
    bound("<", search.before);
    let folder = match search.place {
        Some(Place::Box(place)) => format!("/mailFolders/{}", well_known_name(place)),
        Some(Place::Anywhere) | None => String::new(),
    };
    let address = format!("{api}/me{folder}/messages");
    let mut pairs = vec![("$select", "id")];
    let quoted = format!("\"{}\"", words.join(" "));
    let filter = search.is_read.map(|is_read| format!("isRead eq {is_read}"));
    match (words.is_empty(), &filter) {
        (false, _) => pairs.push(("$search", &quoted)),
        // A search can't be filtered, and a filter needs no search.
        (true, Some(filter)) => pairs.push(("$filter", filter)),
        (true, None) => {}
    }
    messages_list::request(&with_query(&address, &pairs), size)
}
