//! What is stored already, hidden records included.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use crate::account::{Account, Reason};
use crate::error::Result;
use crate::host::{Comparison, Filter, Host, Query, Row, row};
use crate::ordered::map_of;
use crate::store::{self, collections};

/// How a mail is stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Known {
    /// Its user sees it.
    Shown,
    /// It is hidden for a reason, until its grace ends or the reason does.
    Hidden(Reason),
}

/// Those of these mails that are stored.
pub(super) async fn stored(
    host: &dyn Host,
    account: &Account,
    ids: Vec<&String>,
) -> Result<BTreeMap<String, Known>> {
    if ids.is_empty() {
        return Ok(BTreeMap::new());
    }
    let wanted = several(account, ids.into_iter().map(String::as_str));
    let query = Query::new(collections::MESSAGES, wanted).fields(&["mailId", "deletedAt", "deletedReason"]);
    let known = |row: &Row| {
        let known = match row.get("deletedAt") {
            None | Some(Value::Null) => Known::Shown,
            Some(_) => Known::Hidden(Reason::of(row, "deletedReason").unwrap_or(Reason::Gone)),
        };
        store::text(row, "mailId").map(|id| (id.to_owned(), known))
    };
    Ok(map_of(host.find(query).await?.iter().filter_map(known)))
}

/// The mails of an account that its user sees, but for what the provider doesn't know: drafts that are written here, and
/// what waits for its time.
pub(super) fn shown(account: &Account) -> Filter {
    Filter::eq("accountId", account.id)
        .and(Filter::eq("deletedAt", json!(null)))
        .and(Filter::compare("mailId", Comparison::NotEqual, json!(null)))
}

/// The columns that hide a record.
pub(super) fn hiding(host: &dyn Host, reason: Reason) -> Row {
    row([
        ("deletedAt", json!(host.now())),
        ("deletedReason", json!(reason.as_str())),
    ])
}

/// The columns that show a record again.
pub(super) fn showing() -> Row {
    row([("deletedAt", json!(null)), ("deletedReason", json!(null))])
}

/// The records of these mails.
pub(super) fn several<'a>(account: &Account, mail_ids: impl Iterator<Item = &'a str>) -> Filter {
    Filter::eq("accountId", account.id).and(Filter::is_in("mailId", mail_ids))
}
