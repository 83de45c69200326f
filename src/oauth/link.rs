//! From a grant to an account: whose mailbox it is, and its tokens in the database.

use std::rc::Rc;

use serde_json::{Value, json};

use super::authorization::Linked;
use super::client::Grant;
use super::pending::{self, Outcome, Pending};
use crate::account::{self, Account, AccountStatus, SyncPhase};
use crate::audit::{Act, Entry};
use crate::error::{Error, ErrorCode, Result};
use crate::host::{Batch, Filter, Host, HostFuture, Row, row};
use crate::notice;
use crate::provider::Profile;
use crate::secret::{Secret, Vault};
use crate::session::{Session, TokenSource};
use crate::settings::Application;
use crate::store::{self, collections};

/// What its user is told whose address has come to belong to somebody else: no mail of the two is mixed.
pub(super) const ANOTHER_MAILBOX: &str =
    "the address belongs to another mailbox than the linked one: delete that account first to link this one";

/// Stores the mailbox of `grant` with its tokens, and what came of the authorisation, in one commit.
///
/// # Errors
/// `invalid_input` about `email` for another mailbox than the expected one; `permission_missing` without a lasting
/// authorisation; what the provider, the vault or the storage reports.
pub(super) async fn save(
    host: &Rc<dyn Host>,
    user_id: i64,
    application: &Application,
    pending: &Pending,
    grant: &Grant,
) -> Result<Linked> {
    let refresh_token = grant.refresh_token.as_ref().ok_or_else(|| {
        Error::new(
            ErrorCode::PermissionMissing,
            "the provider gave no lasting authorisation: link the account again and allow offline access",
        )
    })?;
    let profile = profile(host, application, grant).await?;
    let host = host.as_ref();
    let (provider, email) = (application.provider, profile.email.as_str());
    let existing = match account::own(host, user_id, email, Some(provider)).await {
        Ok(account) => Some(account),
        Err(error) if error.code() == ErrorCode::NotFound => None,
        Err(error) => return Err(error),
    };
    is_expected(pending, existing.as_ref(), &profile)?;
    if existing
        .as_ref()
        .is_some_and(|account| account.dry_run != application.is_dry_run())
    {
        return Err(Error::invalid(
            "email",
            "a test mailbox and a real one can't have the same address: delete the other one first",
        ));
    }

    let vault = Vault::open(host).await?;
    let seal = |column: &str, secret: &Secret| {
        let context = Account::secret_context(user_id, provider, email, column);
        vault.seal(host, &context, secret)
    };
    let mut columns = row([
        ("mode", json!(application.mode)),
        ("refreshToken", json!(seal("refreshToken", refresh_token)?)),
        ("accessToken", json!(seal("accessToken", &grant.access_token)?)),
        ("accessTokenExpiresAt", json!(grant.expires_at)),
        ("tokenLeaseUntil", Value::Null),
    ]);
    columns.extend(
        profile
            .subject
            .iter()
            .map(|subject| ("subject".to_owned(), json!(subject))),
    );
    columns.extend(
        grant
            .scopes
            .iter()
            .map(|scopes| ("scopes".to_owned(), json!(scopes))),
    );
    let (batch, act) = match &existing {
        Some(account) => (
            again(host, application, account, columns),
            Act::AccountReauthorized,
        ),
        None => {
            columns.extend(first(host, application, user_id, &profile));
            let batch = Batch::new().insert(collections::ACCOUNTS, vec![columns]);
            (batch, Act::AccountLinked)
        }
    };
    let entry = Entry::new(host, act, user_id)
        .mailbox(user_id, provider, email)
        .details(json!({ "dryRun": application.is_dry_run() }));
    let batch = entry.note(batch);
    let outcome = Outcome::Linked {
        email: email.to_owned(),
        created: existing.is_none(),
    };
    store::commit(host, pending::note(batch, pending, &outcome)).await?;
    Ok(Linked {
        account: account::own(host, user_id, email, Some(provider)).await?,
        created: existing.is_none(),
    })
}

/// Refuses a mailbox that isn't the one to authorise again, or that has taken over an address that is known here.
fn is_expected(pending: &Pending, existing: Option<&Account>, profile: &Profile) -> Result<()> {
    let pinned = pending.account_id.as_ref().and_then(store::id_of);
    if pinned.is_some() && pinned != existing.map(|account| account.id) {
        return Err(Error::invalid(
            "email",
            "another mailbox was authorised: choose the one that you want to authorise again",
        ));
    }
    match existing {
        Some(account) if account.subject.is_some() && account.subject != profile.subject => {
            Err(Error::invalid("email", ANOTHER_MAILBOX))
        }
        _ => Ok(()),
    }
}

/// Whether a token stands for somebody else than the account's owner, as far as both are told.
pub(super) fn is_another_mailbox(account: &Account, subject: Option<&String>) -> bool {
    account.subject.is_some() && subject.is_some() && account.subject.as_ref() != subject
}

/// The batch that gives a known account its new tokens.
fn again(host: &dyn Host, application: &Application, account: &Account, mut columns: Row) -> Batch {
    let now = host.now();
    let reads = application.mode.reads();
    let status = match account.status {
        AccountStatus::Paused => AccountStatus::Paused,
        _ if reads && account.sync_state.phase == SyncPhase::Waiting => AccountStatus::Connected,
        _ => AccountStatus::Ready,
    };
    columns.extend(account.status_columns(status, None, now));
    columns.extend(row([
        ("nextSyncAt", json!(Some(now).filter(|_| reads))),
        ("tokenVersion", json!(account.token_version + 1)),
    ]));
    let unchanged = Filter::eq("id", account.id).and(Filter::eq("tokenVersion", account.token_version));
    notice::forget(Batch::new(), account.id).swap(collections::ACCOUNTS, unchanged, columns)
}

/// The columns of an account that is new here. One that may not be read needs no start date.
fn first(host: &dyn Host, application: &Application, user_id: i64, profile: &Profile) -> Row {
    let status = match application.mode.reads() {
        true => AccountStatus::Connected,
        false => AccountStatus::Ready,
    };
    row([
        ("type", json!(application.provider)),
        ("email", json!(profile.email)),
        ("userId", json!(user_id)),
        ("dryRun", json!(application.is_dry_run())),
        ("config", json!({ "displayName": profile.name, "signatures": [] })),
        ("identities", json!([])),
        ("status", json!(status)),
        ("statusSince", json!(host.now())),
        ("leaseNumber", json!(0)),
        ("tokenVersion", json!(1)),
        ("tokenLeaseNumber", json!(0)),
    ])
}

pub(super) async fn profile(
    host: &Rc<dyn Host>,
    application: &Application,
    grant: &Grant,
) -> Result<Profile> {
    let tokens = Rc::new(FixedToken(grant.access_token.clone()));
    let session = Session::new(Rc::clone(host), application.endpoints.clone(), tokens);
    let mut profile = application.provider.mail().profile(&session).await?;
    profile.email = profile.email.to_lowercase();
    profile.subject = grant.subject.clone().or(profile.subject);
    Ok(profile)
}

/// The token that has just been granted, before there is an account.
struct FixedToken(Secret);

impl TokenSource for FixedToken {
    fn access_token<'a>(&'a self, rejected: Option<&'a Secret>) -> HostFuture<'a, Secret> {
        Box::pin(async move {
            match rejected {
                None => Ok(self.0.clone()),
                Some(_) => Err(Error::new(
                    ErrorCode::ProviderRejected,
                    "the provider does not accept the token it has just issued",
                )),
            }
        })
    }
}
