//! What came of changing a message.

use crate::error::{Error, ErrorCode};

/// The outcome of changing one message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Applied {
    /// The message.
    pub mail_id: String,
    /// What came of it.
    pub outcome: ApplyOutcome,
}

/// What came of changing a message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ApplyOutcome {
    /// It is as it should be.
    Done,
    /// The provider doesn't know the message, or the place it should go to.
    Gone,
    /// Not now; with the provider's wish when to try again, in seconds.
    Later(Option<u64>),
    /// The provider says no.
    Refused {
        /// Why.
        code: ErrorCode,
        /// The sentence.
        message: String,
    },
}

impl From<&Error> for ApplyOutcome {
    fn from(error: &Error) -> Self {
        match error.code() {
            ErrorCode::ItemGone => Self::Gone,
            _ if error.is_retryable() => Self::Later(error.retry_after_seconds()),
            code => Self::Refused {
                code,
                message: error.message().to_owned(),
            },
        }
    }
}

impl ApplyOutcome {
    /// The outcome of a call that changed one message.
    pub(super) fn of(outcome: crate::error::Result<()>) -> Self {
        match outcome {
            Ok(()) => Self::Done,
            Err(error) => Self::from(&error),
        }
    }
}
