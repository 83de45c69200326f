//! Answering and forwarding: to whom, about what, and behind which mail in the conversation.

use serde::Deserialize;
use serde_json::{Value, json};

use super::{Answered, Line, Mode};
use crate::account::Account;
use crate::error::{Error, ErrorCode, Result};
use crate::host::{Filter, Host, Query};
use crate::mime;
use crate::model::Address;
use crate::store::{self, collections};

/// How many earlier mails a reply names; a longer chain keeps its newest.
const REFERENCES: usize = 50;

/// What of a mail an answer is made from.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Original {
    /// The account it stands in.
    #[serde(deserialize_with = "store::id_from")]
    pub account_id: i64,
    mail_id: String,
    #[serde(default)]
    raw_id: Option<String>,
    #[serde(default, deserialize_with = "store::or_default")]
    conversation_id: String,
    #[serde(default, deserialize_with = "store::or_default")]
    references: Vec<String>,
    #[serde(default, deserialize_with = "store::or_default")]
    from_user: Address,
    #[serde(default, deserialize_with = "store::or_default")]
    to_users: Vec<Address>,
    #[serde(default, deserialize_with = "store::or_default")]
    cc_users: Vec<Address>,
    #[serde(default, deserialize_with = "store::or_default")]
    reply_to: String,
    #[serde(default, deserialize_with = "store::or_default")]
    subject: String,
}

/// Reads the user's mail that is answered, by its record's id or the provider's.
///
/// # Errors
/// `not_found` about `replyTo` when it isn't there any more, or isn't the user's.
pub async fn original(host: &dyn Host, user_id: i64, named: &Value) -> Result<Original> {
    let which = match store::id_of(named) {
        Some(id) => Filter::eq("id", id),
        None => Filter::eq("mailId", named.as_str().unwrap_or_default()),
    };
    let filter = Filter::eq("userId", user_id).and(which).and(Filter::compare(
        "mailId",
        crate::host::Comparison::NotEqual,
        Value::Null,
    ));
    let query = Query::new(collections::MESSAGES, filter).fields(&[
        "accountId",
        "mailId",
        "rawId",
        "conversationId",
        "references",
        "fromUser",
        "toUsers",
        "ccUsers",
        "replyTo",
        "subject",
    ]);
    store::find_one(host, query).await?.ok_or_else(|| {
        Error::new(ErrorCode::NotFound, "the mail to answer is not here any more").about("replyTo")
    })
}

impl Original {
    /// What an answer sent from `account` bears of it.
    pub fn answered(&self, account: &Account, mode: Mode) -> Answered {
        let is_here = self.account_id == account.id;
        let here = |id: &String| Some(id.clone()).filter(|id| is_here && !id.is_empty());
        let ids = self.references.iter().flat_map(|id| mime::message_ids(id));
        let ids: Vec<Line> = ids.map(|id| Line::cleaned(&id)).collect();
        let message_id = self
            .raw_id
            .as_deref()
            .and_then(|id| mime::message_ids(id).into_iter().next());
        let skipped = ids.len().saturating_sub(REFERENCES);
        Answered {
            mode,
            mail_id: here(&self.mail_id),
            conversation_id: here(&self.conversation_id),
            message_id: message_id.map(|id| Line::cleaned(&id)),
            references: ids.into_iter().skip(skipped).collect(),
        }
    }

    /// The recipients and the subject of an answer by somebody who owns the addresses `own`.
    pub fn proposal(&self, host: &dyn Host, own: &[String], mode: Mode) -> Value {
        let is_own = |address: &Address| own.iter().any(|own| own.eq_ignore_ascii_case(&address.address));
        let asked = mime::addresses(host, &self.reply_to);
        let author = match asked.is_empty() {
            true => vec![self.from_user.clone()],
            false => asked,
        };
        // Whoever answers their own mail goes on writing to those it was to.
        let is_followed_up = author.iter().all(is_own) && !self.to_users.is_empty();
        let mut to = Vec::new();
        let mut cc = Vec::new();
        if mode != Mode::Forward {
            let first = if is_followed_up { &self.to_users } else { &author };
            add(&mut to, &[], first, &is_own);
            // Mail to oneself only is answered to oneself.
            if to.is_empty() {
                add(&mut to, &[], first, &|_| false);
            }
        }
        if mode == Mode::ReplyAll {
            if !is_followed_up {
                let known = to.clone();
                add(&mut to, &known, &self.to_users, &is_own);
            }
            add(&mut cc, &to, &self.cc_users, &is_own);
        }
        json!({ "to": to, "cc": cc, "subject": subject(&self.subject, mode) })
    }

    /// Which of the addresses `own` the mail was to: the one to answer from.
    pub fn addressed(&self, own: &[String]) -> Option<String> {
        let recipients = self.to_users.iter().chain(&self.cc_users);
        let sender = std::iter::once(&self.from_user);
        recipients
            .chain(sender)
            .find_map(|address| own.iter().find(|own| own.eq_ignore_ascii_case(&address.address)))
            .cloned()
    }
}

fn add(list: &mut Vec<Address>, known: &[Address], more: &[Address], is_own: &dyn Fn(&Address) -> bool) {
    for address in more {
        let same = |other: &Address| other.address.eq_ignore_ascii_case(&address.address);
        let is_known = list.iter().any(same) || known.iter().any(same);
        if !is_known && !is_own(address) && !address.address.is_empty() {
            list.push(address.clone());
        }
    }
}

/// The subject with one prefix, whatever prefixes stand there already.
fn subject(subject: &str, mode: Mode) -> String {
    const REPLIES: [&str; 5] = ["re:", "aw:", "antw:", "回复:", "回复："];
    const FORWARDS: [&str; 7] = ["fw:", "fwd:", "wg:", "tr:", "rv:", "转发:", "转发："];
    let (prefix, known): (&str, &[&str]) = match mode {
        Mode::Forward => ("Fwd: ", &FORWARDS),
        Mode::Reply | Mode::ReplyAll => ("Re: ", &REPLIES),
    };
    let lower = subject.trim_start().to_lowercase();
    match known.iter().any(|known| lower.starts_with(known)) {
        true => subject.to_owned(),
        false => format!("{prefix}{subject}"),
    }
}
