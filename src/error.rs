//! The one error type. It carries a stable code for machines, a sentence for people, and the chain of causes.

use std::borrow::Cow;
use std::error::Error as StdError;
use std::fmt;

/// The result of everything that can fail here.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// What went wrong, as a stable string that logs, clients and translations refer to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ErrorCode {
    /// A value from a browser is missing, of the wrong shape or out of range; the field is named.
    InvalidInput,
    /// The action needs a signed-in user.
    Unauthenticated,
    /// The signed-in user may not do this.
    Forbidden,
    /// The record or action does not exist, or not for this user.
    NotFound,
    /// Somebody else changed the same thing first; reading again and repeating helps.
    Conflict,
    /// An administrator has to complete the email settings first.
    NotConfigured,
    /// The state of an OAuth callback is missing, unknown, used, expired or somebody else's.
    StateInvalid,
    /// The user or an administrator said no on the provider's consent page.
    ConsentDenied,
    /// The provider refused the application's credentials (client id, secret, redirect URI, tenant).
    ClientRejected,
    /// The grant is dead: the user has to authorise the mailbox again.
    ReauthorizationRequired,
    /// The grant lives, but lacks a permission that this needs.
    PermissionMissing,
    /// The provider's API is not enabled, or the account has no mailbox there.
    MailboxUnavailable,
    /// The provider asked to slow down.
    RateLimited,
    /// The provider answered with a passing fault of its own.
    ProviderUnavailable,
    /// The provider refused this request for good.
    ProviderRejected,
    /// The provider's answer is not what its API describes.
    ResponseInvalid,
    /// The item is gone at the provider.
    ItemGone,
    /// The provider could not be reached in time.
    NetworkFailed,
    /// The host's storage failed; nothing was written.
    StorageFailed,
    /// A stored secret cannot be opened with this application's key.
    SecretUnreadable,
    /// The host broke its side of the contract.
    HostFailed,
    /// Another plugin that owns the same collections is enabled.
    PluginConflict,
    /// A fault of this module.
    Internal,
}

impl ErrorCode {
    /// Every code, in the order of declaration.
    pub const ALL: [Self; 23] = [
        Self::InvalidInput,
        Self::Unauthenticated,
        Self::Forbidden,
        Self::NotFound,
        Self::Conflict,
        Self::NotConfigured,
        Self::StateInvalid,
        Self::ConsentDenied,
        Self::ClientRejected,
        Self::ReauthorizationRequired,
        Self::PermissionMissing,
        Self::MailboxUnavailable,
        Self::RateLimited,
        Self::ProviderUnavailable,
        Self::ProviderRejected,
        Self::ResponseInvalid,
        Self::ItemGone,
        Self::NetworkFailed,
        Self::StorageFailed,
        Self::SecretUnreadable,
        Self::HostFailed,
        Self::PluginConflict,
        Self::Internal,
    ];

    /// The stable string of this code.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::InvalidInput => "invalid_input",
            Self::Unauthenticated => "unauthenticated",
            Self::Forbidden => "forbidden",
            Self::NotFound => "not_found",
            Self::Conflict => "conflict",
            Self::NotConfigured => "not_configured",
            Self::StateInvalid => "state_invalid",
            Self::ConsentDenied => "consent_denied",
            Self::ClientRejected => "client_rejected",
            Self::ReauthorizationRequired => "reauthorization_required",
            Self::PermissionMissing => "permission_missing",
            Self::MailboxUnavailable => "mailbox_unavailable",
            Self::RateLimited => "rate_limited",
            Self::ProviderUnavailable => "provider_unavailable",
            Self::ProviderRejected => "provider_rejected",
            Self::ResponseInvalid => "response_invalid",
            Self::ItemGone => "item_gone",
            Self::NetworkFailed => "network_failed",
            Self::StorageFailed => "storage_failed",
            Self::SecretUnreadable => "secret_unreadable",
            Self::HostFailed => "host_failed",
            Self::PluginConflict => "plugin_conflict",
            Self::Internal => "internal",
        }
    }

    /// The HTTP status under which an action reports this code.
    pub const fn http_status(self) -> u16 {
        match self {
            Self::InvalidInput | Self::StateInvalid | Self::ConsentDenied | Self::ClientRejected => 400,
            Self::Unauthenticated => 401,
            Self::Forbidden | Self::PermissionMissing => 403,
            Self::NotFound | Self::ItemGone => 404,
            Self::Conflict | Self::ReauthorizationRequired | Self::PluginConflict | Self::NotConfigured => {
                409
            }
            Self::RateLimited => 429,
            Self::MailboxUnavailable | Self::ProviderRejected | Self::ResponseInvalid => 502,
            Self::ProviderUnavailable | Self::NetworkFailed => 503,
            Self::StorageFailed | Self::SecretUnreadable | Self::HostFailed | Self::Internal => 500,
        }
    }
}

/// An error with its code, a sentence for people, and what caused it.
///
/// The message never holds a secret, a token, a subject or a body.
// One pointer: results are handed from caller to caller and across awaits everywhere, and failing is rare.
#[derive(Debug)]
pub struct Error(Box<Details>);

#[derive(Debug)]
struct Details {
    code: ErrorCode,
    message: Cow<'static, str>,
    field: Option<Cow<'static, str>>,
    retry_after_seconds: Option<u64>,
    is_postponed: bool,
    is_without_effect: bool,
    is_too_large: bool,
    source: Option<Box<dyn StdError + 'static>>,
}

impl Error {
    /// An error of `code` that says `message`.
    pub fn new(code: ErrorCode, message: impl Into<Cow<'static, str>>) -> Self {
        Self(Box::new(Details {
            code,
            message: message.into(),
            field: None,
            retry_after_seconds: None,
            is_postponed: false,
            is_without_effect: false,
            is_too_large: false,
            source: None,
        }))
    }

    /// An [`ErrorCode::InvalidInput`] that names the field and says what to do.
    pub fn invalid(field: impl Into<Cow<'static, str>>, message: impl Into<Cow<'static, str>>) -> Self {
        Self::new(ErrorCode::InvalidInput, message).about(field)
    }

    /// The same error, caused by `source`.
    #[must_use]
    pub fn because(mut self, source: impl Into<Box<dyn StdError + 'static>>) -> Self {
        self.0.source = Some(source.into());
        self
    }

    /// The same error about `field`.
    #[must_use]
    pub fn about(mut self, field: impl Into<Cow<'static, str>>) -> Self {
        self.0.field = Some(field.into());
        self
    }

    /// The same error with the provider's wish when to try again, in seconds.
    #[must_use]
    pub fn retry_after(mut self, seconds: Option<u64>) -> Self {
        self.0.retry_after_seconds = seconds;
        self
    }

    /// The same error about work that was not tried, but put off to the time it names.
    #[must_use]
    pub fn postponed(mut self) -> Self {
        self.0.is_postponed = true;
        self
    }

    /// The same error about a request that certainly has changed nothing: it was not sent, or refused for its token.
    #[must_use]
    pub fn without_effect(mut self) -> Self {
        self.0.is_without_effect = true;
        self
    }

    /// The same error about an answer beyond the limit on its length.
    #[must_use]
    pub fn too_large(mut self) -> Self {
        self.0.is_too_large = true;
        self
    }

    /// The stable code.
    pub fn code(&self) -> ErrorCode {
        self.0.code
    }

    /// The sentence for people, without the causes.
    pub fn message(&self) -> &str {
        &self.0.message
    }

    /// The field of the input that is wrong, where it is one.
    pub fn field(&self) -> Option<&str> {
        self.0.field.as_deref()
    }

    /// When the provider wants to be asked again, in seconds, where it said so.
    pub fn retry_after_seconds(&self) -> Option<u64> {
        self.0.retry_after_seconds
    }

    /// Whether nothing has failed: the work was put off, to keep within the provider's limits.
    pub fn is_postponed(&self) -> bool {
        self.0.is_postponed
    }

    /// Whether the request has certainly changed nothing, whatever the code says in general.
    pub fn is_without_effect(&self) -> bool {
        self.0.is_without_effect
    }

    /// Whether the answer was beyond the limit on its length: asking for less at a time may help.
    pub fn is_too_large(&self) -> bool {
        self.0.is_too_large
    }

    /// Whether the same call may succeed later without anybody doing anything.
    pub fn is_retryable(&self) -> bool {
        matches!(
            self.0.code,
            ErrorCode::Conflict
                | ErrorCode::RateLimited
                | ErrorCode::ProviderUnavailable
                | ErrorCode::ResponseInvalid
                | ErrorCode::NetworkFailed
                | ErrorCode::StorageFailed
                | ErrorCode::HostFailed
        )
    }

    /// Whether the grant is dead. Only the token endpoint says so: no other answer stops an account for good.
    pub fn needs_reauthorization(&self) -> bool {
        matches!(self.0.code, ErrorCode::ReauthorizationRequired)
    }
}

impl fmt::Display for Error {
    /// The message and the whole chain of causes, joined by colons.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0.message)?;
        let mut cause = self.0.source.as_deref();
        while let Some(error) = cause {
            write!(formatter, ": {error}")?;
            // Our own errors have rendered their causes already.
            cause = if error.is::<Self>() { None } else { error.source() };
        }
        Ok(())
    }
}

impl StdError for Error {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        self.0.source.as_deref()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    #[test]
    fn every_code_has_its_own_string_and_an_error_status() {
        let strings: HashSet<_> = ErrorCode::ALL.iter().map(|code| code.as_str()).collect();
        assert_eq!(strings.len(), ErrorCode::ALL.len());
        assert!(
            ErrorCode::ALL
                .iter()
                .all(|code| (400..600).contains(&code.http_status()))
        );
    }

    #[test]
    fn the_whole_chain_is_rendered_once() {
        let root = Error::new(ErrorCode::NetworkFailed, "connection reset");
        let middle = Error::new(ErrorCode::ProviderUnavailable, "no answer").because(root);
        let outer = Error::new(ErrorCode::Internal, "sync stopped").because(middle);
        assert_eq!(outer.to_string(), "sync stopped: no answer: connection reset");
    }
}
