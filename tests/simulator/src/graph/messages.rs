//! Messages: list, get, raw.

use serde_json::{Value, json};

use super::filter::Filter;
use super::resource::{self, selection};
use super::search::Search;
use super::{Call, Outcome, attachments, counted_page, error, ids, reply};
use crate::answer;
use crate::mail::{mime, raw};

pub(super) fn list(call: &mut Call<'_>, folder: Option<&str>) -> Outcome {
    let folder = folder.map(|id| ids::find_folder(call.mailbox, id)).transpose()?;
    let filter = Filter::parse(call.query.get("$filter"), call.mailbox)?;
    let search = Search::parse(call.query.get("$search"))?;
    let goes_alone = filter.is_empty() && call.query.get("$orderby").is_empty();
    if !search.is_empty() && !goes_alone {
        return Err(error::error(
            400,
            "SearchWithOrderBy",
            "The query parameter '$search' is not supported with '$orderby' or '$filter'.",
        ));
    }
    let order = call.query.get("$orderby").to_ascii_lowercase();
    let ascending = match order.trim() {
        "" | "receiveddatetime desc" => false,
        "receiveddatetime" | "receiveddatetime asc" => true,
        other => {
            return Err(error::bad_request(&format!(
                "Could not find a property named '{other}' to order by."
            )));
        }
    };
    if !order.is_empty() && !filter.is_empty() && !filter.begins_with_received() {
        return Err(error::error(
            400,
            "InefficientFilter",
            "The restriction or sort order is too complex for this operation.",
        ));
    }
    let size = call.page_size(10, 1_000)?;
    let skip = call.query.get("$skip").parse::<usize>().unwrap_or(0);
    let mailbox = &*call.mailbox;
    let fits = |index: &u32| {
        mailbox
            .entry(*index)
            .is_some_and(|entry| folder.is_none_or(|folder| entry.folder == folder))
            && filter.matches(mailbox, *index)
            && search.matches(mailbox, *index)
    };
    let mut found: Vec<u32> = match filter.single(mailbox) {
        Some(single) => single.into_iter().filter(fits).skip(skip).collect(),
        None if ascending => mailbox
            .oldest_first(None)
            .filter(fits)
            .skip(skip)
            .take(size + 1)
            .collect(),
        None => mailbox
            .newest_first(None)
            .filter(fits)
            .skip(skip)
            .take(size + 1)
            .collect(),
    };
    let more = found.len() > size;
    found.truncate(size);
    let count = call
        .query
        .is_true("$count")
        .then(|| mailbox.newest_first(None).filter(fits).count());
    let value = found.iter().map(|index| shown(call, *index)).collect();
    let next = more.then(|| skip_link(call, skip + size));
    let context = if folder.is_some() {
        "me/mailFolders('folder')/messages"
    } else {
        "me/messages"
    };
    Ok(counted_page(call.context(context), value, next, count))
}

/// The link to the next page of a list: the same query, further on.
pub(super) fn skip_link(call: &Call<'_>, skip: usize) -> String {
    let mut link = match url::Url::parse(&format!("{}{}", call.origin, call.target)) {
        Ok(link) => link,
        Err(_) => return String::new(),
    };
    let kept: Vec<(String, String)> = link
        .query_pairs()
        .into_owned()
        .filter(|(name, _)| name != "$skip")
        .collect();
    link.query_pairs_mut()
        .clear()
        .extend_pairs(kept)
        .append_pair("$skip", &skip.to_string());
    link.into()
}

/// A message as the query wants it, with what `$expand` adds.
pub(super) fn shown(call: &Call<'_>, index: u32) -> Value {
    let select = selection(&call.query);
    let mut message = resource::message(call.mailbox, index, call.prefer, select.as_deref());
    let expand = call.query.get("$expand");
    let Some(members) = message.as_object_mut() else {
        return message;
    };
    if expand.contains("attachments") {
        members.insert(
            "attachments".to_owned(),
            Value::Array(attachments::all(call, index)),
        );
    }
    if expand.starts_with("singleValueExtendedProperties") {
        let wanted = expand.split('\'').nth(1).unwrap_or_default();
        let properties = call
            .mailbox
            .extended
            .get(&index)
            .map(Vec::as_slice)
            .unwrap_or_default();
        let listed: Vec<Value> = properties
            .iter()
            .filter(|(id, _)| id.eq_ignore_ascii_case(wanted))
            .map(|(id, value)| json!({ "id": id, "value": value }))
            .collect();
        if !listed.is_empty() {
            members.insert("singleValueExtendedProperties".to_owned(), Value::Array(listed));
        }
    }
    message
}

/// A single message, with its context.
pub(super) fn entity(call: &Call<'_>, status: u16, index: u32) -> answer::Response {
    let mut message = shown(call, index);
    if let Some(members) = message.as_object_mut() {
        members.insert(
            "@odata.context".to_owned(),
            json!(call.context("me/messages/$entity")),
        );
    }
    reply(status, &message)
}

pub(super) fn get(call: &mut Call<'_>, id: &str) -> Outcome {
    let index = ids::find(call.mailbox, id)?;
    Ok(entity(call, 200, index))
}

pub(super) fn value(call: &mut Call<'_>, id: &str) -> Outcome {
    let index = ids::find(call.mailbox, id)?;
    let received = call.mailbox.key(index).0;
    let tree = mime::tree(&call.mailbox.mail(index), call.mailbox.email(), received);
    Ok(answer::response(200, "text/plain", raw::write(&tree)))
}
