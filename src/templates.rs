//! Templates: texts with a subject and `{{variables}}` that users write mail from. Each user has their own.
//!
//! A template is a text and a subject. What it is put into is the page's: a signature is no part of it, and is handed
//! over apart.

use serde_json::{Map, Value, json};

use crate::account::Account;
use crate::compose::Line;
use crate::error::{Error, ErrorCode, Result};
use crate::host::{Batch, Filter, Host, Query, Row, row};
use crate::sanitize;
use crate::store::{self, collections};

/// The longest content, in bytes of HTML.
const CONTENT: usize = 1 << 20;
/// The most templates of a user.
const MOST: u64 = 500;

/// The user's templates by name.
///
/// # Errors
/// `storage_failed`.
pub async fn list(host: &dyn Host, user_id: i64) -> Result<Vec<Row>> {
    let query = Query::new(collections::TEMPLATES, own(user_id))
        .sort(&["name", "id"])
        .limit(MOST);
    host.find(query.fields(&["id", "name", "subject", "content", "createdAt", "updatedAt"]))
        .await
}

/// Adds a template.
///
/// # Errors
/// `invalid_input` naming the field.
pub async fn create(host: &dyn Host, user_id: i64, values: &Map<String, Value>) -> Result<Row> {
    if host.count(collections::TEMPLATES, own(user_id)).await? >= MOST {
        return Err(Error::invalid(
            "name",
            "there are 500 templates already: delete some first",
        ));
    }
    let mut columns = row([("subject", json!("")), ("content", json!(""))]);
    columns.extend(parse(values)?);
    if columns.get("name").is_none() {
        return Err(Error::invalid("name", "this is required"));
    }
    columns.insert("userId".to_owned(), json!(user_id));
    store::commit(host, Batch::new().insert(collections::TEMPLATES, vec![columns])).await?;
    let query = Query::new(collections::TEMPLATES, own(user_id)).sort(&["-id"]);
    host.find(query.limit(1))
        .await?
        .into_iter()
        .next()
        .ok_or_else(gone)
}

/// Changes a template; what is absent stays.
///
/// # Errors
/// `not_found`; `invalid_input` naming the field.
pub async fn update(host: &dyn Host, user_id: i64, id: i64, values: &Map<String, Value>) -> Result<Row> {
    let columns = parse(values)?;
    if !columns.is_empty() {
        let batch = Batch::new().swap(collections::TEMPLATES, one(user_id, id), columns);
        store::commit(host, batch)
            .await
            .map_err(|error| match error.code() {
                ErrorCode::Conflict => gone(),
                _ => error,
            })?;
    }
    get(host, user_id, id).await
}

/// Removes templates.
///
/// # Errors
/// `storage_failed`.
pub async fn destroy(host: &dyn Host, user_id: i64, ids: &[i64]) -> Result<()> {
    let filter = own(user_id).and(Filter::is_in("id", ids.iter().copied()));
    store::commit(host, Batch::new().delete(collections::TEMPLATES, filter)).await
}

/// A template with its variables filled in, and beside it the signature of the account that is written from.
///
/// # Errors
/// `not_found`.
pub async fn render(
    host: &dyn Host,
    user_id: i64,
    id: i64,
    variables: &Map<String, Value>,
    account: Option<&Account>,
) -> Result<Value> {
    let template = get(host, user_id, id).await?;
    let text = |name: &str| template.get(name).and_then(Value::as_str).unwrap_or_default();
    let subject = fill(text("subject"), variables, str::to_owned);
    let content = fill(text("content"), variables, escape);
    Ok(json!({
        "subject": Line::cleaned(&subject),
        "content": sanitize::html(&content).html,
        "signature": account.and_then(signature),
        "missing": missing(text("subject"), text("content"), variables),
    }))
}

/// The account's default signature.
fn signature(account: &Account) -> Option<String> {
    let list = account.config.get("signatures")?.as_array()?;
    let default = list
        .iter()
        .find(|each| each.get("default") == Some(&json!(true)))?;
    let content = default.get("content")?.as_str()?;
    Some(sanitize::html(content).html)
}

/// Replaces `{{name}}` by the variable's value; what has none stays to be seen.
pub fn fill(text: &str, variables: &Map<String, Value>, write: impl Fn(&str) -> String) -> String {
    let mut filled = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("{{") {
        filled.push_str(before);
        let known = after
            .split_once("}}")
            .and_then(|(name, tail)| Some((value(variables, name)?, tail)));
        match known {
            Some((value, tail)) => {
                filled.push_str(&write(&value));
                rest = tail;
            }
            None => {
                filled.push_str("{{");
                rest = after;
            }
        }
    }
    filled.push_str(rest);
    filled
}

fn value(variables: &Map<String, Value>, name: &str) -> Option<String> {
    match variables.get(name.trim())? {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}

/// The variables that have no value.
fn missing(subject: &str, content: &str, variables: &Map<String, Value>) -> Vec<String> {
    let mut names: Vec<String> = Vec::new();
    for text in [subject, content] {
        for piece in text.split("{{").skip(1) {
            let Some((name, _)) = piece.split_once("}}") else {
                continue;
            };
            let name = name.trim().to_owned();
            if name.len() <= 100 && value(variables, &name).is_none() && !names.contains(&name) {
                names.push(name);
            }
        }
    }
    names
}

/// The text as HTML.
pub fn escape(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;")
}

fn parse(values: &Map<String, Value>) -> Result<Row> {
    let mut columns = Row::new();
    if let Some(name) = values.get("name") {
        let name = Line::parse(name.as_str().unwrap_or_default(), "name")?;
        if name.as_str().is_empty() || name.as_str().chars().count() > 200 {
            return Err(Error::invalid("name", "enter a name of at most 200 characters"));
        }
        columns.insert("name".to_owned(), json!(name));
    }
    if let Some(subject) = values.get("subject") {
        let subject = Line::parse(subject.as_str().unwrap_or_default(), "subject")?;
        columns.insert("subject".to_owned(), json!(subject));
    }
    if let Some(content) = values.get("content") {
        let content = content.as_str().unwrap_or_default();
        if content.len() > CONTENT {
            return Err(Error::invalid("content", "the text is too long"));
        }
        columns.insert(
            "content".to_owned(),
            json!(sanitize::html(content).html.replace('\0', "")),
        );
    }
    Ok(columns)
}

async fn get(host: &dyn Host, user_id: i64, id: i64) -> Result<Row> {
    let query = Query::new(collections::TEMPLATES, one(user_id, id)).limit(1);
    host.find(query).await?.into_iter().next().ok_or_else(gone)
}

fn own(user_id: i64) -> Filter {
    Filter::eq("userId", user_id)
}

fn one(user_id: i64, id: i64) -> Filter {
    own(user_id).and(Filter::eq("id", id))
}

fn gone() -> Error {
    Error::new(ErrorCode::NotFound, "this template is not here any more").about("filterByTk")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn variables_are_filled_in_as_text_and_unknown_ones_stay() {
        let variables = json!({ "name": "Ann <b>", "n": 3, "list": [1] });
        let variables = variables.as_object().unwrap();
        let text = "Dear {{ name }}, {{n}} of {{list}} {{gone}} {{ {{name}}";
        assert_eq!(
            fill(text, variables, escape),
            "Dear Ann &lt;b&gt;, 3 of {{list}} {{gone}} {{ Ann &lt;b&gt;"
        );
        assert_eq!(missing("{{gone}}", text, variables), ["gone", "list"]);
    }
}
