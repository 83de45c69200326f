//! What the user of an account is told in the host's notifications.

use std::collections::BTreeMap;

use super::Account;
use crate::host::Notification;

/// Where users authorise their mailboxes again.
const ACCOUNTS_PATH: &str = "/admin/mail?view=accounts";

/// That the mailbox has to be authorised again. The tokens' version tells this occasion from the next one.
pub fn alert(account: &Account) -> Notification {
    let email = account.email.clone();
    Notification {
        key: format!("mail-reauthorize-{}-{}", account.id, account.token_version),
        user_id: account.user_id,
        title: "{{email}} needs to be authorized again".to_owned(),
        content: "Its emails are no longer synchronized. Open your email accounts and choose “Authorize again”; nothing that is stored here is lost."
            .to_owned(),
        values: BTreeMap::from([("email".to_owned(), email)]),
        path: ACCOUNTS_PATH.to_owned(),
    }
}
