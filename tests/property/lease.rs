//! Who works on the account: a step whose lease somebody else has taken since writes nothing any more.

use std::cell::Cell;

use email_manager::host::memory::MemoryHost;
use email_manager::host::{Batch, Operation, Row};

use crate::observer::Violation;

/// The state of an account whose grant is dead.
const DEAD: &str = "needs_reauthorization";

/// The lease that a node has taken last, by its number.
#[derive(Default)]
pub struct Lease {
    number: Cell<Option<i64>>,
}

impl Lease {
    /// Checks a commit of the node: a step's holds only while nobody has taken the lease from it.
    pub fn committed(&self, batch: &Batch, memory: &MemoryHost) -> Result<(), Violation> {
        let values: Vec<&Row> = batch.operations().iter().filter_map(of_account).collect();
        if let Some(taken) = values.iter().find_map(|values| values.get("leaseNumber")) {
            self.number.set(taken.as_i64());
            return Ok(());
        }
        // A grant that turns out to be dead stops the account, whoever works on it.
        let is_of_step = values
            .iter()
            .any(|values| values.contains_key("leaseUntil") && values.get("status") != Some(&DEAD.into()));
        let account = memory.rows("mailAccounts").into_iter().next();
        let current = account.and_then(|account| account["leaseNumber"].as_i64());
        match is_of_step && self.number.get() != current {
            false => Ok(()),
            true => Err(Violation::new(
                "only who holds the lease writes",
                format!(
                    "a step with the lease {:?} wrote, it is {current:?}",
                    self.number.get()
                ),
            )),
        }
    }
}

/// What an operation writes into the account.
fn of_account(operation: &Operation) -> Option<&Row> {
    match operation {
        Operation::Update { values, .. } if operation.collection() == "mailAccounts" => Some(values),
        _ => None,
    }
}
