//! Client secrets that end: administrators are told ahead of the date that one of them noted, and when the provider
//! refuses the secret. Once for each occasion, in the host's notifications and on the settings page.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::{Application, ProviderRecord, provider_record};
use crate::error::{Error, ErrorCode, Result};
use crate::host::{Batch, CommitOutcome, Filter, Host, Notification, row};
use crate::notice;
use crate::provider::Provider;
use crate::store::collections;

/// So many days ahead administrators are told, each time anew.
const AHEAD: [i64; 3] = [1, 7, 30];

/// Where administrators enter another secret.
const SETTINGS_PATH: &str = "/admin/settings/mail";

const EXPIRES_SOON: &str =
    "The client secret expires on {{date}}. Create a new one before mailboxes stop working.";
const EXPIRED: &str = "The client secret expired on {{date}}: mailboxes cannot connect any more. Create a new one and enter it here.";
const REFUSED_AS_EXPIRED: &str = "The provider says that the client secret has expired: mailboxes cannot connect any more. Create a new one and enter it here.";
const REFUSED: &str = "The provider refuses the client secret: mailboxes cannot connect any more. Check it, or create a new one and enter it here.";

/// Why a provider refuses a client secret.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Refusal {
    /// It has expired, says the provider.
    Expired,
    /// It isn't the application's, or no longer.
    Rejected,
}

/// A secret as it is stored.
#[derive(Clone, Debug)]
pub(super) struct StoredSecret {
    pub(super) sealed: String,
    pub(super) is_refused: bool,
}

/// How a client secret stands.
enum Standing {
    Refused(Refusal),
    Expired(NaiveDate),
    /// It expires within so many days.
    Soon(NaiveDate, i64),
}

impl Application {
    /// Writes down what a token endpoint's answer says of the client secret: that it is refused, or good again. Of others
    /// than the one that was sent it says nothing.
    ///
    /// # Errors
    /// `storage_failed`.
    pub(crate) async fn note_secret(&self, host: &dyn Host, refused: Option<&Error>) -> Result<()> {
        let Some(stored) = &self.stored else { return Ok(()) };
        let refusal = refused.and_then(refusal);
        let is_news = match refused {
            Some(_) => refusal.is_some(),
            None => stored.is_refused,
        };
        if !is_news {
            return Ok(());
        }
        let same = Filter::eq("type", self.provider.as_str())
            .and(Filter::eq("clientSecret", stored.sealed.as_str()));
        let values = row([("secretRefused", json!(refusal))]);
        let batch = Batch::new().update(collections::SETTINGS, same, values);
        host.commit(batch).await.map(drop)
    }
}

fn refusal(error: &Error) -> Option<Refusal> {
    let is_about_it = error.code() == ErrorCode::ClientRejected && error.field() == Some("clientSecret");
    is_about_it.then(|| match error.message().contains("expired") {
        true => Refusal::Expired,
        false => Refusal::Rejected,
    })
}

/// Has every administrator told what there is to tell of the client secrets, unless they were told.
///
/// # Errors
/// `storage_failed`.
pub async fn watch_secrets(host: &dyn Host) -> Result<()> {
    for provider in Provider::ALL {
        let Some(record) = provider_record(host, provider).await? else {
            continue;
        };
        let Some(standing) = standing(&record, host.now().date_naive()).filter(|_| record.values.enabled)
        else {
            continue;
        };
        let occasion = standing.occasion();
        if record.secret_told.as_ref() == Some(&occasion) {
            continue;
        }
        // What has been told of this very secret may be told of another one: the key is of this moment.
        let moment = host.now().timestamp_millis();
        let unchanged = Filter::eq("type", provider.as_str())
            .and(Filter::eq("clientSecret", json!(record.client_secret)))
            .and(Filter::eq("secretTold", json!(record.secret_told)));
        let told = row([("secretTold", json!(occasion))]);
        let batch = Batch::new().swap(collections::SETTINGS, unchanged, told);
        let batch = host
            .administrators()
            .await?
            .into_iter()
            .fold(batch, |batch, user_id| {
                let key = format!("mail-secret-{}-{moment}-{user_id}", provider.as_str());
                notice::add(host, batch, None, &standing.notification(provider, key, user_id))
            });
        // Where somebody else was faster, they have told it.
        let (CommitOutcome::Committed | CommitOutcome::Conflict) = host.commit(batch).await?;
    }
    Ok(())
}

/// What the settings page says of a client secret: `{section, level, sentence, values, step}`.
pub(super) fn notice_of(provider: Provider, record: &ProviderRecord, today: NaiveDate) -> Option<Value> {
    let standing = standing(record, today)?;
    let (level, sentence, date) = match &standing {
        Standing::Refused(Refusal::Expired) => ("error", REFUSED_AS_EXPIRED, None),
        Standing::Refused(Refusal::Rejected) => ("error", REFUSED, None),
        Standing::Expired(date) => ("error", EXPIRED, Some(date)),
        Standing::Soon(date, _) => ("warning", EXPIRES_SOON, Some(date)),
    };
    let step = match provider {
        Provider::Google => "google.credentials",
        Provider::Microsoft => "microsoft.client-secret",
    };
    let values = date.map(|date| json!({ "date": date })).unwrap_or(json!({}));
    Some(json!({
        "section": provider, "level": level, "sentence": sentence, "values": values, "step": step,
    }))
}

fn standing(record: &ProviderRecord, today: NaiveDate) -> Option<Standing> {
    record.client_secret.as_ref()?;
    if let Some(refusal) = record.secret_refused {
        return Some(Standing::Refused(refusal));
    }
    let date = record.values.secret_expires_at?;
    let days = (date - today).num_days();
    match days {
        ..=-1 => Some(Standing::Expired(date)),
        _ => AHEAD
            .into_iter()
            .find(|ahead| days <= *ahead)
            .map(|ahead| Standing::Soon(date, ahead)),
    }
}

impl Standing {
    /// What tells this occasion from the next one.
    fn occasion(&self) -> String {
        match self {
            Self::Refused(Refusal::Expired) => "refused-expired".to_owned(),
            Self::Refused(Refusal::Rejected) => "refused".to_owned(),
            Self::Expired(date) => format!("{date} over"),
            Self::Soon(date, ahead) => format!("{date} in {ahead}"),
        }
    }

    fn notification(&self, provider: Provider, key: String, user_id: i64) -> Notification {
        let (title, content) = match self {
            Self::Refused(Refusal::Rejected) => (
                "The client secret for {{provider}} is refused",
                "Mailboxes cannot connect any more. Check the secret in Email settings, or create a new one; the guide there says how.",
            ),
            Self::Refused(Refusal::Expired) | Self::Expired(_) => (
                "The client secret for {{provider}} has expired",
                "Mailboxes cannot connect any more. Create a new secret and enter it in Email settings; the guide there says how.",
            ),
            Self::Soon(..) => (
                "The client secret for {{provider}} expires on {{date}}",
                "Create a new secret and enter it in Email settings before mailboxes stop working; the guide there says how.",
            ),
        };
        let mut values = BTreeMap::from([("provider".to_owned(), provider.service_name().to_owned())]);
        if let Self::Soon(date, _) = self {
            values.insert("date".to_owned(), date.to_string());
        }
        Notification {
            key,
            user_id,
            title: title.to_owned(),
            content: content.to_owned(),
            values,
            path: SETTINGS_PATH.to_owned(),
        }
    }
}
