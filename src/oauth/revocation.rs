//! Taking a grant back at the provider when an account is deleted (RFC 7009), and what to tell where that can't be.

use std::rc::Rc;

use serde::Serialize;

use super::client;
use crate::account::{self, Account};
use crate::error::Result;
use crate::host::{Host, LogLevel};
use crate::provider::Provider;
use crate::secret::Vault;
use crate::settings;

/// What became of the grant of an account that was deleted here.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Revocation {
    /// Whether the provider took it back.
    pub revoked: bool,
    /// Why not.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<Reason>,
    /// The same as a sentence.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub message: Option<&'static str>,
    /// Where the mailbox's owner sees and removes it.
    pub manage_url: &'static str,
}

/// Why a grant was not revoked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Reason {
    /// Somebody else here has linked the same mailbox. Revoking would end theirs too: Google takes back every token that
    /// the mailbox's owner has given to the application.
    Shared,
    /// The provider has no way to do it (Microsoft).
    Unsupported,
    /// The provider could not be asked, or refused.
    Failed,
}

impl Reason {
    const fn sentence(self) -> &'static str {
        match self {
            Self::Shared => {
                "the access was not revoked at the provider, because somebody else here uses the same mailbox"
            }
            Self::Unsupported => {
                "the provider lets only the mailbox's owner remove the access: its page shows the applications"
            }
            Self::Failed => "the access could not be revoked at the provider: remove it on its page",
        }
    }
}

/// Revokes the grant of an account that is deleted already, unless another account here lives on it.
pub async fn revoke(host: &Rc<dyn Host>, account: &Account) -> Revocation {
    let reason = attempt(host, account).await.unwrap_or_else(|error| {
        let message = format!("the grant of account {} was not revoked: {error}", account.id);
        host.log(LogLevel::Warn, &message);
        Some(Reason::Failed)
    });
    Revocation {
        revoked: reason.is_none(),
        reason,
        message: reason.map(Reason::sentence),
        manage_url: manage_url(account),
    }
}

async fn attempt(host: &Rc<dyn Host>, account: &Account) -> Result<Option<Reason>> {
    if account.dry_run {
        // The stand-in's grants lead nowhere.
        return Ok(None);
    }
    let application = settings::application_of(host.as_ref(), account.provider, false).await?;
    if application.endpoints.revoke.is_empty() {
        return Ok(Some(Reason::Unsupported));
    }
    if account::others_with_mailbox(host.as_ref(), account).await? > 0 {
        return Ok(Some(Reason::Shared));
    }
    let Some(sealed) = account.refresh_token.as_deref() else {
        return Ok(Some(Reason::Failed));
    };
    let context = Account::secret_context(account.user_id, account.provider, &account.email, "refreshToken");
    let token = Vault::open(host.as_ref()).await?.unseal(&context, sealed)?;
    client::revoke(host, &application, &token).await?;
    Ok(None)
}

/// Microsoft keeps people's own mailboxes and those of organisations apart.
fn manage_url(account: &Account) -> &'static str {
    const PERSONAL: [&str; 5] = ["outlook", "hotmail", "live", "msn", "passport"];
    match account.provider {
        Provider::Google => "https://myaccount.google.com/connections",
        Provider::Microsoft => {
            let domain = account.email.rsplit('@').next().unwrap_or_default();
            match PERSONAL.contains(&domain.split('.').next().unwrap_or_default()) {
                true => "https://account.live.com/consent/Manage",
                false => "https://myapps.microsoft.com",
            }
        }
    }
}
