//! The command line.

use chrono::DateTime;
use email_manager_simulator::{Config, MailboxPlan, Profile, Provider};

pub(crate) const HELP: &str = "\
A deterministic stand-in for Google and Microsoft: OAuth, Gmail API, Graph mail.

Usage: simulator [OPTIONS]

  --port PORT               Port on 127.0.0.1 (14100; 0 takes a free one)
  --seed NUMBER             Same seed, same mail (7)
  --google EMAIL[:COUNT]    A Gmail mailbox with COUNT messages (200); repeatable
  --microsoft EMAIL[:COUNT] An Outlook mailbox; repeatable
                            Without either: alice@gmail.example:200 and bob@outlook.example:200
  --profile NAME            business: a believable mailbox (default)
                            bench: COUNT messages in 0.4 COUNT conversations, 8 KB HTML each
  --now TIME                Start of the clock, RFC 3339 (default: the real time)
  --latency MS              Delay of every API answer (0)
  --client-id ID            Both of these set the application of both providers;
  --client-secret SECRET    with --google-… or --microsoft-… of one alone. Defaults:
                            simulator-google / simulator-google-secret,
                            simulator-microsoft / simulator-microsoft-secret
  --redirect-uri URI        Registered redirect address; repeatable; * is any port
                            (http://127.0.0.1:*/admin/settings/mail/oauth2 and the same on localhost)
  --help                    This text

Addresses below http://127.0.0.1:PORT:
  /google/o/oauth2/v2/auth  /google/token  /google/revoke  /google/oauth2/v3/userinfo
  /google/gmail/v1/users/me/…  /google/batch/gmail/v1
  /microsoft/TENANT/oauth2/v2.0/authorize and /token  /microsoft/TENANT/adminconsent
  /microsoft/graph/v1.0/me/…  /microsoft/graph/v1.0/$batch
  /control/…                See tests/simulator/README.md

Prints one line, “listening on http://127.0.0.1:PORT”, when it is ready.
";

pub(crate) enum Command {
    Help,
    Serve(Box<Settings>),
}

pub(crate) struct Settings {
    pub(crate) port: u16,
    pub(crate) config: Config,
    /// The clock starts here instead of at the real time.
    pub(crate) now_ms: Option<i64>,
    pub(crate) latency_ms: u64,
}

pub(crate) fn parse(arguments: impl Iterator<Item = String>) -> Result<Command, String> {
    let defaults = Config::default();
    let mut settings = Settings {
        port: 14100,
        config: Config {
            mailboxes: Vec::new(),
            redirect_uris: Vec::new(),
            ..defaults.clone()
        },
        now_ms: None,
        latency_ms: 0,
    };
    let mut arguments = arguments.flat_map(|argument| match argument.split_once('=') {
        Some((name, value)) if name.starts_with("--") => vec![name.to_owned(), value.to_owned()],
        _ => vec![argument],
    });
    while let Some(name) = arguments.next() {
        if name == "--help" || name == "-h" {
            return Ok(Command::Help);
        }
        let value = arguments.next().ok_or_else(|| format!("{name} needs a value."))?;
        set(&mut settings, &name, value)?;
    }
    if settings.config.mailboxes.is_empty() {
        settings.config.mailboxes = defaults.mailboxes;
    }
    if settings.config.redirect_uris.is_empty() {
        settings.config.redirect_uris = defaults.redirect_uris;
    }
    Ok(Command::Serve(Box::new(settings)))
}

fn set(settings: &mut Settings, name: &str, value: String) -> Result<(), String> {
    let wrong = |what: &str| format!("{name}: {value:?} is not {what}.");
    let config = &mut settings.config;
    match name {
        "--port" => settings.port = value.parse().map_err(|_| wrong("a port"))?,
        "--seed" => config.seed = value.parse().map_err(|_| wrong("a number"))?,
        "--latency" => settings.latency_ms = value.parse().map_err(|_| wrong("a number of milliseconds"))?,
        "--google" => config
            .mailboxes
            .push(mailbox(Provider::Google, &value).ok_or_else(|| wrong("EMAIL:COUNT"))?),
        "--microsoft" => {
            config
                .mailboxes
                .push(mailbox(Provider::Microsoft, &value).ok_or_else(|| wrong("EMAIL:COUNT"))?);
        }
        "--profile" => {
            config.profile = match value.as_str() {
                "business" => Profile::Business,
                "bench" => Profile::Bench,
                _ => return Err(wrong("business or bench")),
            }
        }
        "--now" => {
            let time = DateTime::parse_from_rfc3339(&value)
                .map_err(|_| wrong("a time like 2026-03-01T09:00:00Z"))?;
            settings.now_ms = Some(time.timestamp_millis());
        }
        "--client-id" => {
            config.google.id.clone_from(&value);
            config.microsoft.id = value;
        }
        "--client-secret" => {
            config.google.secret.clone_from(&value);
            config.microsoft.secret = value;
        }
        "--google-client-id" => config.google.id = value,
        "--google-client-secret" => config.google.secret = value,
        "--microsoft-client-id" => config.microsoft.id = value,
        "--microsoft-client-secret" => config.microsoft.secret = value,
        "--redirect-uri" => config.redirect_uris.push(value),
        _ => return Err(format!("{name} is no option.")),
    }
    Ok(())
}

/// Most messages of one mailbox.
const MOST: u32 = 1_000_000;

fn mailbox(provider: Provider, value: &str) -> Option<MailboxPlan> {
    let (email, count) = match value.split_once(':') {
        Some((email, count)) => (email, count.parse().ok().filter(|count| *count <= MOST)?),
        None => (value, 200),
    };
    email.contains('@').then(|| MailboxPlan {
        provider,
        email: email.to_owned(),
        count,
    })
}
