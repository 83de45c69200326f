//! What a world sends.

use email_manager::error::ErrorCode;
use email_manager::host::Row;
use futures_util::FutureExt;
use http::Request;
use serde_json::Value;

use super::service::Mail;
use super::world::World;

impl World {
    /// What was really sent from the mailbox, in order.
    pub fn sent(&self) -> Vec<Value> {
        self.sent_from(self.service.mailbox())
    }

    /// The same of another mailbox.
    pub fn sent_from(&self, mailbox: &str) -> Vec<Value> {
        let address = format!("/control/sent?mailbox={mailbox}");
        let sent = self.ask(Request::get(address).body(Vec::new()).unwrap());
        sent["sent"].as_array().unwrap().clone()
    }

    /// Runs the outbox until nothing is due. Returns whether it came to that: a failure of the storage or a crash ends it.
    pub fn post(&self) -> bool {
        const ENDLESS: usize = 300;
        for _ in 0..ENDLESS {
            match self.site.plugin.run_schedule("outbox").now_or_never() {
                Some(Ok(outcome)) if outcome.again => {}
                Some(Ok(_)) => return true,
                Some(Err(error)) => {
                    assert_eq!(error.code(), ErrorCode::StorageFailed, "{error}");
                    return false;
                }
                None => return false,
            }
        }
        panic!("the outbox asks for one step after the other without an end");
    }

    /// The outbox.
    pub fn outbox(&self) -> Vec<Row> {
        self.site.host.rows("mailOutbox")
    }

    /// Checks that the mails in the box of sent ones are the provider's, each of them once.
    pub fn assert_equal_sent(&self) {
        let ids = |mails: Vec<Mail>| -> Vec<String> {
            mails
                .into_iter()
                .filter(|mail| mail.1 == "out")
                .map(|mail| mail.0)
                .collect()
        };
        let rows = self.site.host.rows("mailMessages");
        let mut stored: Vec<String> = rows
            .iter()
            .filter(|row| row["boxType"] == "out" && row.get("deletedAt").is_none_or(Value::is_null))
            .map(|row| row["mailId"].as_str().unwrap().to_owned())
            .collect();
        stored.sort();
        assert_eq!(stored, ids(self.expected()), "{:?}", self.service);
    }
}
