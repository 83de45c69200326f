//! Fetching messages by id.

use futures_util::future::try_join_all;

use super::cursor::Progress;
use crate::account::Account;
use crate::error::Result;
use crate::provider::Fetched;
use crate::session::Session;

/// Fetches messages, as many requests at once as the provider allows, each item with an outcome of its own.
pub(super) async fn messages(
    session: &Session,
    account: &Account,
    progress: &Progress,
    ids: &[String],
) -> Result<Vec<Fetched>> {
    let provider = account.provider.mail();
    let capabilities = provider.capabilities();
    let mut fetched = Vec::with_capacity(ids.len());
    for wave in ids.chunks(capabilities.fetch_size.max(1) * capabilities.fetch_concurrency.max(1)) {
        let requests = wave
            .chunks(capabilities.fetch_size.max(1))
            .map(|chunk| provider.fetch(session, chunk, &progress.folders));
        fetched.extend(try_join_all(requests).await?.into_iter().flatten());
    }
    Ok(fetched)
}
