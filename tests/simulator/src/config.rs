//! What a simulator is started with.

use crate::generate::Profile;
use crate::mailbox::Provider;

/// A registered application.
#[derive(Clone, Debug)]
pub struct Client {
    /// Its public id.
    pub id: String,
    /// Its secret.
    pub secret: String,
}

/// A mailbox to make.
#[derive(Clone, Debug)]
pub struct MailboxPlan {
    /// Whose it is.
    pub provider: Provider,
    /// Its address.
    pub email: String,
    /// Messages at the start.
    pub count: u32,
}

/// Everything that decides a simulator's answers besides the requests and their times.
#[derive(Clone, Debug)]
pub struct Config {
    /// The same seed, mailboxes and start give the same mail.
    pub seed: u64,
    /// Milliseconds since 1970: the newest mail lies shortly before.
    pub start_ms: i64,
    /// What the mailboxes look like.
    pub profile: Profile,
    /// The mailboxes.
    pub mailboxes: Vec<MailboxPlan>,
    /// The application registered at Google.
    pub google: Client,
    /// The application registered at Microsoft.
    pub microsoft: Client,
    /// Addresses both may send people back to; `*` stands for any port.
    pub redirect_uris: Vec<String>,
}

impl Config {
    /// Redirect addresses accepted when none are configured.
    pub const REDIRECT_URIS: [&str; 2] = [
        "http://127.0.0.1:*/admin/settings/mail/oauth2",
        "http://localhost:*/admin/settings/mail/oauth2",
    ];
}

impl Default for Config {
    fn default() -> Self {
        let client = |id: &str, secret: &str| Client {
            id: id.to_owned(),
            secret: secret.to_owned(),
        };
        let mailbox = |provider, email: &str| MailboxPlan {
            provider,
            email: email.to_owned(),
            count: 200,
        };
        Self {
            seed: 7,
            start_ms: 1_777_000_000_000,
            profile: Profile::Business,
            mailboxes: vec![
                mailbox(Provider::Google, "alice@gmail.example"),
                mailbox(Provider::Microsoft, "bob@outlook.example"),
            ],
            google: client("simulator-google", "simulator-google-secret"),
            microsoft: client("simulator-microsoft", "simulator-microsoft-secret"),
            redirect_uris: Self::REDIRECT_URIS.iter().map(|uri| (*uri).to_owned()).collect(),
        }
    }
}
