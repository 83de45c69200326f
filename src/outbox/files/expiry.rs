//! Removing files that nothing uses any more. What uses a file says so itself, so that no list of uses can be wrong: the
//! user's drafts, and the mails of the outbox that need their files.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Utc};
use serde::Deserialize;
use serde_json::{Value, json};

use super::{DRAFT_LIFE, look_again, tokens};
use crate::compose::Composition;
use crate::drafts;
use crate::error::Result;
use crate::host::{Batch, Comparison, Filter, Host, Query, row};
use crate::store::{self, collections};

/// How many files are looked at in one step.
const AT_ONCE: u64 = 100;

/// Looks at the files whose time has come, and removes those that nothing uses.
///
/// # Errors
/// `storage_failed`.
pub async fn forget_expired(host: &dyn Host) -> Result<()> {
    let now = host.now();
    let due = || Filter::compare("expiresAt", Comparison::LessOrEqual, json!(now));
    let mut seen = BTreeSet::new();
    // What was cut off while it was stored has a first piece and nothing else.
    let begun = due().and(Filter::eq("number", 0));
    for (collection, filter) in [(collections::UPLOADS, due()), (collections::UPLOAD_PIECES, begun)] {
        let query = Query::new(collection, filter).fields(&["token"]).limit(AT_ONCE);
        let rows = host.find(query).await?;
        seen.extend(
            rows.iter()
                .filter_map(|row| store::text(row, "token").map(str::to_owned)),
        );
    }
    if seen.is_empty() {
        return Ok(());
    }
    let these = Filter::is_in("token", seen.iter().map(String::as_str));
    let query = Query::new(collections::UPLOADS, these).fields(&["token", "userId"]);
    let owners: Vec<Owner> = store::find(host, query).await?;
    let users: BTreeSet<i64> = owners.iter().map(|owner| owner.user_id).collect();
    let mut used = BTreeMap::new();
    for user_id in users {
        let own = uses(host, Filter::eq("userId", user_id), now).await?;
        used.extend(own.into_iter().map(|(token, until)| ((user_id, token), until)));
    }
    let mut batch = Batch::new();
    for Owner { token, user_id } in owners {
        if let Some(until) = used.get(&(user_id, token.clone())).filter(|until| **until > now) {
            seen.remove(&token);
            // What was given another time meanwhile keeps that.
            for collection in [collections::UPLOADS, collections::UPLOAD_PIECES] {
                let this = Filter::eq("token", token.as_str()).and(due());
                batch = batch.update(collection, this, row([("expiresAt", json!(until))]));
            }
        }
    }
    let unused = || Filter::is_in("token", seen.iter().map(String::as_str)).and(due());
    let batch = batch
        .delete(collections::UPLOADS, unused())
        .delete(collections::UPLOAD_PIECES, unused());
    store::commit(host, batch).await
}

/// Adds to the commit that removes an account that the files of its drafts and mails go, but for what others use.
///
/// # Errors
/// `storage_failed`.
pub async fn release_with_account(
    host: &dyn Host,
    batch: Batch,
    user_id: i64,
    account_id: i64,
) -> Result<Batch> {
    let now = host.now();
    let of_account = Filter::eq("userId", user_id).and(Filter::eq("accountId", account_id));
    let used = uses(host, of_account, now).await?;
    let tokens: Vec<&str> = used.keys().map(String::as_str).collect();
    Ok(look_again(batch, user_id, &tokens, now))
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Owner {
    token: String,
    #[serde(deserialize_with = "store::id_from")]
    user_id: i64,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Draft {
    date: DateTime<Utc>,
    #[serde(default)]
    attachments: Value,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Mail {
    files_until: DateTime<Utc>,
    mail: Composition,
}

/// The files that drafts and mails use which match, and until when the last of them does.
async fn uses(host: &dyn Host, whose: Filter, now: DateTime<Utc>) -> Result<BTreeMap<String, DateTime<Utc>>> {
    let mut used: BTreeMap<String, DateTime<Utc>> = BTreeMap::new();
    let mut note = |token: &str, until: DateTime<Utc>| {
        let latest = used.entry(token.to_owned()).or_insert(until);
        *latest = until.max(*latest);
    };
    let query = Query::new(collections::MESSAGES, drafts::written_here().and(whose.clone()));
    let found: Vec<Draft> = store::find(host, query.fields(&["date", "attachments"])).await?;
    for draft in found {
        for token in drafts::attached(&draft.attachments) {
            note(token, draft.date + DRAFT_LIFE);
        }
    }
    let waiting = Filter::compare("filesUntil", Comparison::Greater, json!(now)).and(whose);
    let query = Query::new(collections::OUTBOX, waiting).fields(&["filesUntil", "mail"]);
    let found: Vec<Mail> = store::find(host, query).await?;
    for mail in found {
        for token in tokens(&mail.mail.files) {
            note(token, mail.files_until);
        }
    }
    Ok(used)
}
