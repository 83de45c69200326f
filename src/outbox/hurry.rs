//! "Sync emails" after an outage: what waits for its next try is tried now.

use serde_json::json;

use super::State;
use crate::error::Result;
use crate::host::{Batch, Comparison, Filter, Host, row};
use crate::store::{self, collections};

/// Makes mail of these accounts due whose last step has failed. What waits for its time, or to be taken back, keeps waiting.
///
/// # Errors
/// `storage_failed`.
pub async fn hurry(host: &dyn Host, account_ids: &[i64]) -> Result<()> {
    let now = json!(host.now());
    let moving = [State::Sending, State::Accepted].map(State::as_str);
    let failed = Filter::is_in("accountId", account_ids.iter().copied())
        .and(Filter::is_in("state", moving))
        .and(Filter::compare("failures", Comparison::Greater, 0))
        .and(Filter::compare("notBefore", Comparison::Greater, now.clone()));
    let values = row([("notBefore", now)]);
    store::commit(host, Batch::new().update(collections::OUTBOX, failed, values)).await
}
