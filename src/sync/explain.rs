//! "Why isn't my mail here?": one answer for one Message-ID, with the provider asked where nothing here knows it.

use std::rc::Rc;

use chrono::{DateTime, Utc};
use serde_json::{Value, json};

use super::cursor;
use super::ledger::{self, ItemState};
use super::tidy::GRACE;
use crate::account::{self, Account, Reason};
use crate::error::{Error, Result};
use crate::host::{Batch, Filter, Host, Query, Row};
use crate::mail::remote;
use crate::model::{Folder, Message};
use crate::provider::{FetchOutcome, Wanted};
use crate::store::{self, collections};

/// The longest Message-ID that is looked for: a header line's bound (RFC 5322).
const LONGEST: usize = 998;

/// Where the mail with this Message-ID is, or why it isn't here: `{answer, …}`. Answers: `here` (`id`, `boxType`),
/// `removed` (`reason`, `since`, `until`), `failing` (`reason`, `nextAttemptAt`), `excluded` (`reason`, `folders`),
/// `older` (`date`), `not_found`, `fetching`.
///
/// # Errors
/// `invalid_input` about `messageId`; what the provider reports.
pub async fn explain(host: &Rc<dyn Host>, account: &Account, message_id: &str) -> Result<Value> {
    let message_id = parse(message_id)?;
    let records = recorded(host.as_ref(), account, &message_id).await?;
    let is_shown = |row: &&Row| row.get("deletedAt").is_none_or(Value::is_null);
    if let Some(shown) = records.iter().find(is_shown) {
        return Ok(json!({ "answer": "here", "id": shown.get("id"), "boxType": shown.get("boxType") }));
    }
    let session = remote::session(host, account).await?;
    let provider = account.provider.mail();
    let ids = provider.find_by_message_id(&session, &message_id).await?;
    let is_gone = |row: &&Row| Reason::of(row, "deletedReason") == Some(Reason::Gone);
    if let Some(hidden) = records
        .first()
        .filter(|hidden| ids.is_empty() || !is_gone(hidden))
    {
        let since = store::text(hidden, "deletedAt").and_then(|at| at.parse::<DateTime<Utc>>().ok());
        return Ok(json!({
            "answer": "removed",
            "reason": hidden.get("deletedReason"),
            "since": since,
            "until": since.map(|since| since + GRACE),
        }));
    }
    if ids.is_empty() {
        return Ok(json!({ "answer": "not_found" }));
    }
    let in_ledger =
        Filter::eq("accountId", account.id).and(Filter::is_in("mailId", ids.iter().map(String::as_str)));
    let failing = in_ledger.and(Filter::eq("state", ItemState::Failing.as_str()));
    let entries = host
        .find(Query::new(collections::LEDGER, failing).limit(1))
        .await?;
    if let Some(failing) = entries.first() {
        return Ok(json!({
            "answer": "failing",
            "mailId": failing.get("mailId"),
            "reason": failing.get("reason"),
            "nextAttemptAt": failing.get("nextAttemptAt"),
        }));
    }
    let folders = cursor::folders(host.as_ref(), account).await?;
    let wanted: Vec<Wanted> = ids.into_iter().map(Wanted::Message).collect();
    for fetched in provider.fetch(&session, &wanted, &folders).await? {
        let answer = match fetched.outcome {
            FetchOutcome::Message(message) => reason_to_leave_out(account, &message, &folders),
            FetchOutcome::Gone => continue,
            FetchOutcome::Failed(error) => Some(json!({
                "answer": "failing",
                "mailId": fetched.mail_id,
                "reason": format!("{}: {}", error.code().as_str(), error.message()),
            })),
        };
        if let Some(answer) = answer {
            return Ok(answer);
        }
        // It should be here. The account's next step stores it, under its lease.
        let listed = ledger::entry(
            host.as_ref(),
            account.id,
            &fetched.mail_id,
            ItemState::Listed,
            "asked for by its Message-ID",
        );
        let batch = Batch::new().upsert(collections::LEDGER, &ledger::KEY, vec![listed]);
        store::commit(host.as_ref(), batch).await?;
        account::request_sync(host.as_ref(), &[account.id]).await?;
        return Ok(json!({ "answer": "fetching" }));
    }
    Ok(json!({ "answer": "not_found" }))
}

fn reason_to_leave_out(account: &Account, message: &Message, folders: &[Folder]) -> Option<Value> {
    if account.sync_start_date.is_some_and(|start| message.date < start) {
        return Some(
            json!({ "answer": "older", "date": message.date, "startDate": account.sync_start_date }),
        );
    }
    let exclusions = account.exclusions.among(folders);
    let reason = exclusions.of_message(message)?;
    let names: Vec<&str> = folders
        .iter()
        .filter(|folder| message.placement.folder_ids.contains(&folder.id))
        .filter(|folder| exclusions.cover_folder(folder))
        .map(|folder| folder.name.as_str())
        .collect();
    Some(json!({ "answer": "excluded", "reason": reason.as_str(), "folders": names }))
}

/// A Message-ID with its angle brackets, which people leave out when they copy one.
fn parse(text: &str) -> Result<String> {
    let inner = text.trim().trim_start_matches('<').trim_end_matches('>').trim();
    let is_plain =
        |each: char| !each.is_whitespace() && !each.is_control() && !matches!(each, '<' | '>' | '"');
    if inner.is_empty() || inner.len() > LONGEST || !inner.chars().all(is_plain) {
        return Err(Error::invalid(
            "messageId",
            "enter the Message-ID of one mail, such as <abc@mail.example.com>",
        ));
    }
    Ok(format!("<{inner}>"))
}

async fn recorded(host: &dyn Host, account: &Account, message_id: &str) -> Result<Vec<Row>> {
    let same = Filter::eq("accountId", account.id).and(Filter::eq("rawId", message_id));
    let query = Query::new(collections::MESSAGES, same)
        .fields(&["id", "boxType", "deletedAt", "deletedReason"])
        .sort(&["-id"])
        .limit(20);
    host.find(query).await
}
