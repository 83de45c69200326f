//! What the plugin may do in mailboxes, and the least scopes that allow it.

use serde::{Deserialize, Serialize};

use crate::provider::Provider;

/// What an administrator lets the plugin do in the mailboxes of a provider.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum AccessMode {
    /// Read, organise and send.
    #[default]
    ReadAndSend,
    /// Read, and change nothing.
    ReadOnly,
    /// Send, and read nothing.
    SendOnly,
}

impl AccessMode {
    /// Every mode, in the order in which the page offers them.
    pub const ALL: [Self; 3] = [Self::ReadAndSend, Self::ReadOnly, Self::SendOnly];

    /// The value in records and on the page.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::ReadAndSend => "readAndSend",
            Self::ReadOnly => "readOnly",
            Self::SendOnly => "sendOnly",
        }
    }

    /// The mode of this name.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|mode| mode.as_str() == name)
    }

    /// Whether mail is synchronised.
    pub const fn reads(self) -> bool {
        !matches!(self, Self::SendOnly)
    }

    /// Whether mail may be marked, moved and deleted.
    pub const fn organises(self) -> bool {
        matches!(self, Self::ReadAndSend)
    }

    /// Whether mail may be sent.
    pub const fn sends(self) -> bool {
        !matches!(self, Self::ReadOnly)
    }

    /// The least scopes that consent is asked for in this mode. What only one feature needs, such as aliases, is asked
    /// for when it is first used.
    ///
    /// References: <https://developers.google.com/workspace/gmail/api/auth/scopes>,
    /// <https://learn.microsoft.com/graph/permissions-reference>.
    pub const fn scopes(self, provider: Provider) -> &'static [&'static str] {
        match (provider, self) {
            (Provider::Google, Self::ReadAndSend) => &["https://www.googleapis.com/auth/gmail.modify"],
            (Provider::Google, Self::ReadOnly) => &["https://www.googleapis.com/auth/gmail.readonly"],
            // gmail.send alone can't tell whose mailbox it is, nor hold the draft that is sent exactly once.
            (Provider::Google, Self::SendOnly) => &["https://www.googleapis.com/auth/gmail.compose"],
            (Provider::Microsoft, Self::ReadAndSend) => {
                &["offline_access", "User.Read", "Mail.ReadWrite", "Mail.Send"]
            }
            (Provider::Microsoft, Self::ReadOnly) => &["offline_access", "User.Read", "Mail.Read"],
            (Provider::Microsoft, Self::SendOnly) => &["offline_access", "User.Read", "Mail.Send"],
        }
    }
}
