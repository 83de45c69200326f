//! Senders whose mails a user lets load images from elsewhere.

use serde_json::{Value, json};

use crate::error::{Error, Result};
use crate::host::{Batch, Filter, Host, Row, row};
use crate::model::BoxType;
use crate::store::{self, collections};

const MOST: u64 = 2_000;
const MAX_ADDRESS: usize = 320;

/// Trusts a sender of the user, or does so no longer. Doing it twice changes nothing.
///
/// # Errors
/// `invalid_input` about `address`; `storage_failed`.
pub async fn set(host: &dyn Host, user_id: i64, address: &str, trusted: bool) -> Result<()> {
    let address = address.trim().to_lowercase();
    if !address.contains('@') || address.len() > MAX_ADDRESS {
        return Err(Error::invalid("address", "name the sender by its address"));
    }
    let this = of(user_id, &address);
    let batch = Batch::new().delete(collections::TRUSTED_SENDERS, this);
    if !trusted {
        return store::commit(host, batch).await;
    }
    let all = Filter::eq("userId", user_id);
    if host.count(collections::TRUSTED_SENDERS, all).await? >= MOST {
        return Err(Error::invalid(
            "address",
            "there are too many trusted senders already",
        ));
    }
    let columns = row([("userId", json!(user_id)), ("address", json!(address))]);
    store::commit(host, batch.insert(collections::TRUSTED_SENDERS, vec![columns])).await
}

/// Adds to a mail that is opened whether its sender is trusted (`trustedSender`). In junk mail nobody is.
///
/// # Errors
/// `storage_failed`.
pub(super) async fn add_to_mail(host: &dyn Host, user_id: i64, row: &mut Row) -> Result<()> {
    let is_junk = store::text(row, "boxType") == Some(BoxType::Spam.as_str());
    let trusted = match store::text(row, "from").filter(|_| !is_junk) {
        Some(from) => {
            let this = of(user_id, &from.to_lowercase());
            host.count(collections::TRUSTED_SENDERS, this).await? > 0
        }
        None => false,
    };
    row.insert("trustedSender".to_owned(), Value::Bool(trusted));
    Ok(())
}

fn of(user_id: i64, address: &str) -> Filter {
    Filter::eq("userId", user_id).and(Filter::eq("address", address))
}
