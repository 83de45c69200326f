//! Whom a mail may be to: people that the user has written to, and then those who have written to the user.

use serde::Deserialize;

use crate::account;
use crate::error::Result;
use crate::host::{Comparison, Filter, Host, Query};
use crate::identities;
use crate::model::{Address, BoxType};
use crate::store::{self, collections};

/// How many are suggested.
const MOST: usize = 8;
/// So many of the newest mails with the text in an address are looked at.
const WITH_TEXT: u64 = 100;
/// So many of the newest mails are looked at for names.
const NEWEST: u64 = 300;
/// The longest text that is looked for, in characters.
const LONGEST: usize = 100;

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Parties {
    #[serde(default, deserialize_with = "store::or_default")]
    from_user: Address,
    #[serde(default, deserialize_with = "store::or_default")]
    to_users: Vec<Address>,
    #[serde(default, deserialize_with = "store::or_default")]
    cc_users: Vec<Address>,
}

/// People of the user's own mail whose address, or a word of whose name, begins with `text`: the latest first, each once.
///
/// # Errors
/// `storage_failed`.
pub async fn recipients(host: &dyn Host, user_id: i64, text: &str) -> Result<Vec<Address>> {
    let wanted: String = text.trim().to_lowercase().chars().take(LONGEST).collect();
    let mut found: Vec<Address> = Vec::new();
    if wanted.is_empty() {
        return Ok(found);
    }
    let accounts = account::of_user(host, user_id).await?;
    let own: Vec<String> = accounts.iter().flat_map(identities::addresses).collect();
    let has = |column: &&str| Filter::compare(column, Comparison::Includes, wanted.as_str());
    for (boxed, columns) in [
        (Comparison::Equal, ["to", "cc"].as_slice()),
        (Comparison::NotEqual, ["from"].as_slice()),
    ] {
        let in_box =
            || Filter::eq("userId", user_id).and(Filter::compare("boxType", boxed, BoxType::Out.as_str()));
        // The columns have the addresses alone: a name is found among the newest mails.
        for (filter, limit) in [
            (
                in_box().and(Filter::Or(columns.iter().map(has).collect())),
                WITH_TEXT,
            ),
            (in_box(), NEWEST),
        ] {
            let query = Query::new(collections::MESSAGES, filter)
                .fields(&["fromUser", "toUsers", "ccUsers"])
                .sort(&["-date"])
                .limit(limit);
            for mail in store::find::<Parties>(host, query).await? {
                let people = match boxed {
                    Comparison::Equal => [mail.to_users, mail.cc_users].concat(),
                    _ => vec![mail.from_user],
                };
                for person in people {
                    let is = |other: &String| other.eq_ignore_ascii_case(&person.address);
                    if let Some(known) = found.iter_mut().find(|known| is(&known.address)) {
                        // An address that was typed alone has no name.
                        if known.name.is_empty() {
                            known.name = person.name;
                        }
                    } else if !own.iter().any(is) && person.address.contains('@') && begins(&person, &wanted)
                    {
                        found.push(person);
                    }
                }
            }
            found.truncate(MOST);
            if found.len() == MOST {
                return Ok(found);
            }
        }
    }
    Ok(found)
}

/// Whether the address, the whole name or a word of it begins with `wanted`, which is in lower case.
fn begins(person: &Address, wanted: &str) -> bool {
    let name = person.name.to_lowercase();
    person.address.to_lowercase().starts_with(wanted)
        || name.starts_with(wanted)
        || name
            .split(|character: char| !character.is_alphanumeric())
            .any(|word| word.starts_with(wanted))
}
