//! Search: first among what is stored, by an index of words, and when asked for by the provider itself.

use std::rc::Rc;

use serde_json::{Map, Value, json};

use super::read::{self, Scope};
use super::{hints, labels, query, record, remote, words};
use crate::account::{self, Account};
use crate::error::{Error, ErrorCode, Result};
use crate::host::{Comparison, Filter, Host, Query, Row, row};
use crate::model::{BoxType, Place, Search};
use crate::provider::{FetchOutcome, Wanted};
use crate::settings::AccessMode;
use crate::store::{self, collections};

mod typed;

/// The column that the words of a mail stand in.
const COLUMN: &str = "searchText";
/// How many mails of a mailbox its provider is asked for.
pub const FROM_PROVIDER: u32 = 25;

/// A page of the stored mails that `text` of the parameters finds; the rest of them is as for a list, which also tells what
/// comes back. The answer's `highlight` names the words to mark.
///
/// # Errors
/// `invalid_input` about `text` or as [`read::list`]; `storage_failed`.
pub async fn stored(host: &dyn Host, user_id: i64, params: &Map<String, Value>) -> Result<(Vec<Row>, Value)> {
    let search = typed(params)?;
    let within = labels::resolve(host, user_id, query::filter(params.get("filter"))?).await?;
    let scope = match query::flag(params, "all", false)? {
        true => Scope::Visible,
        false => Scope::Own,
    };
    let asked = within.and(condition(&search));
    let (rows, mut meta) = read::list_of(host, user_id, scope, params, asked).await?;
    if let Some(meta) = meta.as_object_mut() {
        let texts = search.terms.iter().map(|term| term.text.as_str());
        meta.insert("highlight".to_owned(), texts.collect());
    }
    Ok((rows, meta))
}

/// What the providers of the user's mailboxes find, the newest first: `[{email, type, rows, more, error?}]`. A mail that
/// isn't stored has `stored: false`, no `id`, and all of its text. One provider's failure is no other's.
///
/// # Errors
/// `invalid_input` about `text`, `storage_failed`.
pub async fn at_providers(host: &Rc<dyn Host>, user_id: i64, params: &Map<String, Value>) -> Result<Value> {
    let search = typed(params)?;
    let only = params.get("email").and_then(Value::as_str);
    let mut found = Vec::new();
    for account in account::of_user(host.as_ref(), user_id).await? {
        let is_asked = only.is_none_or(|email| email.eq_ignore_ascii_case(&account.email));
        if !is_asked || !account.mode.is_none_or(AccessMode::reads) {
            continue;
        }
        let (rows, error) = match at_provider(host, &account, &search).await {
            Ok(rows) => (rows, None),
            Err(error) if error.code() == ErrorCode::StorageFailed => return Err(error),
            Err(error) => (Vec::new(), Some(error)),
        };
        let mut answer = row([
            ("email", json!(account.email)),
            ("type", json!(account.provider)),
            ("more", json!(rows.len() as u64 >= u64::from(FROM_PROVIDER))),
            ("rows", rows.into_iter().map(Value::Object).collect()),
        ]);
        if let Some(error) = error {
            let told = json!({ "code": error.code().as_str(), "message": error.message() });
            answer.insert("error".to_owned(), told);
        }
        found.push(Value::Object(answer));
    }
    Ok(Value::Array(found))
}

async fn at_provider(host: &Rc<dyn Host>, account: &Account, search: &Search) -> Result<Vec<Row>> {
    let session = remote::session(host, account).await?;
    let provider = account.provider.mail();
    let ids = provider.search(&session, search, FROM_PROVIDER).await?;
    let these =
        Filter::eq("accountId", account.id).and(Filter::is_in("mailId", ids.iter().map(String::as_str)));
    let mut fields = record::LIST_COLUMNS.to_vec();
    fields.push("deletedAt");
    let known = host
        .find(Query::new(collections::MESSAGES, these).fields(&fields))
        .await?;
    let unknown: Vec<Wanted> = ids
        .iter()
        .filter(|id| row_of(&known, id).is_none())
        .map(|id| Wanted::Message(id.clone()))
        .collect();
    let folders = account::folders(host.as_ref(), account.id).await?;
    let mut fetched = Vec::new();
    for some in unknown.chunks(provider.capabilities().fetch_size.max(1)) {
        for each in provider.fetch(&session, some, &folders).await? {
            // What is gone or broken by now was not found.
            if let FetchOutcome::Message(message) = each.outcome {
                let mut row = record::columns(account, &message)?;
                row.remove(COLUMN);
                row.insert("stored".to_owned(), json!(false));
                row.insert("readOnly".to_owned(), json!(true));
                row.insert("hints".to_owned(), hints::of(&row));
                fetched.push(row);
            }
        }
    }
    let found = ids
        .iter()
        .filter_map(|id| row_of(&known, id).or_else(|| row_of(&fetched, id)));
    // What is hidden here is on its way out, or its user has left it out.
    let shown = found.filter(|row| row.get("deletedAt").is_none_or(Value::is_null));
    Ok(shown.cloned().collect())
}

fn row_of<'a>(rows: &'a [Row], mail_id: &str) -> Option<&'a Row> {
    rows.iter()
        .find(|row| store::text(row, "mailId") == Some(mail_id))
}

fn typed(params: &Map<String, Value>) -> Result<Search> {
    match params.get("text") {
        Some(Value::String(text)) => typed::read(text),
        _ => Err(Error::invalid("text", "type what you are looking for")),
    }
}

/// The condition that stored mails fulfil.
fn condition(search: &Search) -> Filter {
    let words = |operand: String| Filter::compare(COLUMN, Comparison::Words, operand);
    let mut all = Filter::all();
    for term in &search.terms {
        // A term of marks alone says nothing.
        if let Some(operand) = words::operand(term.part, &term.text, term.is_whole) {
            all = all.and(words(operand));
        }
    }
    if search.has_attachment {
        all = all.and(words(words::HAS_ATTACHMENT.to_owned()));
    }
    for (column, value) in [("isRead", search.is_read), ("isStarred", search.is_starred)] {
        if let Some(value) = value {
            all = all.and(Filter::eq(column, value));
        }
    }
    all = match search.place {
        Some(Place::Anywhere) => all,
        Some(Place::Box(place)) => all.and(Filter::eq("boxType", place.as_str())),
        None => {
            let away = json!([BoxType::Trash, BoxType::Spam]);
            all.and(Filter::compare("boxType", Comparison::NotIn, away))
        }
    };
    let bounds = [
        (Comparison::GreaterOrEqual, search.since),
        (Comparison::Less, search.before),
    ];
    for (comparison, moment) in bounds {
        if let Some(moment) = moment {
            all = all.and(Filter::compare("date", comparison, json!(moment)));
        }
    }
    all
}
