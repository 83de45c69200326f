//! From whom mail is sent: accounts and the addresses that their providers let them send from.

use std::rc::Rc;

use serde::Deserialize;
use serde_json::{Map, Value, json};

use crate::account::{self, Account};
use crate::compose::{EmailAddress, Line, Payload, Person};
use crate::error::{Error, ErrorCode, Result};
use crate::host::{Batch, Filter, Host, row};
use crate::json;
use crate::mail::remote;
use crate::store::{self, collections};

/// An identity as stored with its account.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Stored {
    #[serde(default)]
    email: String,
    #[serde(default)]
    name: Option<String>,
    #[serde(default)]
    verification_status: Option<String>,
}

impl Stored {
    fn is_verified(&self) -> bool {
        self.verification_status.as_deref() == Some("accepted")
    }
}

fn stored(account: &Account) -> Vec<Stored> {
    let list = account.identities.as_array().cloned().unwrap_or_default();
    list.into_iter()
        .filter_map(|each| json::read(each).ok())
        .collect()
}

/// Every address that mail can be sent from as this account, its own first.
pub fn addresses(account: &Account) -> Vec<String> {
    let mut addresses = vec![account.email.clone()];
    for identity in stored(account) {
        let email = identity.email.to_lowercase();
        if identity.is_verified() && !addresses.contains(&email) {
            addresses.push(email);
        }
    }
    addresses
}

/// The account that a payload is sent from, and the sender that it names.
///
/// # Errors
/// `not_found` about `identityEmail` for an address that isn't a verified one of the user's own accounts.
pub async fn sender(host: &dyn Host, user_id: i64, payload: &Payload) -> Result<(Account, Person)> {
    let accounts = account::of_user(host, user_id).await?;
    let wanted = payload.identity.as_deref().unwrap_or_default().to_lowercase();
    // "Ann <ann@example.com>" as well as the address alone.
    let named = crate::mime::addresses(host, &wanted);
    let wanted = named
        .first()
        .map(|address| address.address.clone())
        .unwrap_or_default();
    let is_wanted = |account: &&Account| match &payload.account_email {
        Some(email) => account.email == *email,
        None => wanted.is_empty() || addresses(account).contains(&wanted),
    };
    let account = accounts.iter().find(is_wanted).ok_or_else(unknown)?;
    let address = match wanted.is_empty() {
        true => account.email.clone(),
        false => wanted,
    };
    if !addresses(account).contains(&address) {
        return Err(unknown());
    }
    let person = Person {
        name: Line::cleaned(&name(account, &address)),
        address: EmailAddress::parse(&address, "identityEmail")?,
    };
    Ok((account.clone(), person))
}

fn unknown() -> Error {
    Error::new(
        ErrorCode::NotFound,
        "none of your accounts can send from this address: choose another one, or synchronise the aliases",
    )
    .about("identityEmail")
}

/// The name that goes with an address: for the account's own, the one that its user has entered.
fn name(account: &Account, address: &str) -> String {
    let entered = account.config.get("displayName").and_then(Value::as_str);
    let entered = entered.filter(|name| !name.is_empty());
    let of_identity = stored(account)
        .into_iter()
        .find(|identity| identity.email.eq_ignore_ascii_case(address))
        .and_then(|identity| identity.name)
        .filter(|name| !name.is_empty());
    let is_own = address == account.email;
    let names = match is_own {
        true => [entered.map(str::to_owned), of_identity],
        false => [of_identity, entered.map(str::to_owned)],
    };
    names.into_iter().flatten().next().unwrap_or_default()
}

/// The account that a draft belongs to: the one that it names, or else the user's first one.
///
/// # Errors
/// `not_found` when the user has none.
pub async fn account(host: &dyn Host, user_id: i64, values: &Map<String, Value>) -> Result<Account> {
    let mut accounts = account::of_user(host, user_id).await?;
    let given = |name: &str| values.get(name).and_then(Value::as_str).map(str::to_lowercase);
    let named = given("accountEmail");
    let identity = given("identityEmail").or_else(|| given("from"));
    let by_account = accounts
        .iter()
        .position(|each| Some(&each.email) == named.as_ref());
    let by_identity = || {
        let identity = identity.as_ref()?;
        accounts
            .iter()
            .position(|each| addresses(each).contains(identity))
    };
    let place = by_account.or_else(by_identity).unwrap_or_default();
    if place < accounts.len() {
        return Ok(accounts.swap_remove(place));
    }
    Err(Error::new(ErrorCode::NotFound, "link an account before you write mail").about("identityEmail"))
}

/// Asks the provider from which addresses the account can send, and stores them.
///
/// # Errors
/// `permission_missing` where the grant doesn't cover it; what the provider reports.
pub async fn sync(host: &Rc<dyn Host>, account: &Account) -> Result<Value> {
    let session = remote::session(host, account).await?;
    let identities = account.sender().identities(&session).await?;
    let listed: Vec<Value> = identities
        .iter()
        .enumerate()
        .map(|(number, identity)| {
            json!({
                "id": number + 1,
                "email": identity.email,
                "accountId": account.id,
                "userId": account.user_id,
                "isPrimary": identity.is_primary,
                "name": identity.name,
                "verificationStatus": if identity.is_verified { "accepted" } else { "pending" },
            })
        })
        .collect();
    let values = row([("identities", json!(listed))]);
    let batch = Batch::new().swap(collections::ACCOUNTS, Filter::eq("id", account.id), values);
    store::commit(host.as_ref(), batch).await?;
    Ok(json!(listed))
}
