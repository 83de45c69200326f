//! The step-by-step guides of the "Email settings" page, as data. Errors point to their steps by id.

use serde_json::{Value, json};
use url::Url;

use super::schema::translated;
use super::{AccessMode, Endpoints};
use crate::provider::Provider;

mod google;
mod microsoft;

/// One step of a guide.
pub(super) struct Step {
    /// What errors refer to, for example `google.redirect-uri`.
    pub(super) id: &'static str,
    /// What it is about.
    title: &'static str,
    /// What to do, sentence by sentence.
    text: &'static [&'static str],
    /// The choices there are, each with what it means.
    choices: &'static [(&'static str, &'static str)],
    /// What to copy.
    values: &'static [Shown],
    /// The page of the provider's console where it is done.
    link: Option<&'static str>,
}

/// A value to copy.
enum Shown {
    /// The redirect URI of this site.
    RedirectUri,
    /// The host name of this site.
    Domain,
    /// The scopes of the access mode in force, each by itself.
    Scopes,
    /// The host names that the server connects to.
    Hosts,
    /// A name in the provider's console.
    Name(&'static str),
}

/// What a guide's values depend on.
pub(super) struct Facts<'a> {
    pub(super) provider: Provider,
    pub(super) redirect_uri: &'a str,
    pub(super) mode: AccessMode,
    pub(super) endpoints: &'a Endpoints,
}

/// The steps of a provider's guide.
pub(super) const fn steps(provider: Provider) -> &'static [Step] {
    match provider {
        Provider::Google => google::STEPS,
        Provider::Microsoft => microsoft::STEPS,
    }
}

/// A provider's guide as the page shows it: `{title, intro, steps: [{id, title, text, choices, values, link}]}`.
pub(super) fn guide(facts: &Facts<'_>) -> Value {
    let provider = facts.provider;
    let (title, intro) = match provider {
        Provider::Google => (google::TITLE, google::INTRO),
        Provider::Microsoft => (microsoft::TITLE, microsoft::INTRO),
    };
    let steps: Vec<Value> = steps(provider)
        .iter()
        .map(|step| {
            let text: Vec<Value> = step.text.iter().map(|text| translated(text)).collect();
            let choices: Vec<Value> = step
                .choices
                .iter()
                .map(|(name, meaning)| json!({ "name": translated(name), "meaning": translated(meaning) }))
                .collect();
            let values: Vec<Value> = step.values.iter().flat_map(|shown| shown.values(facts)).collect();
            json!({ "id": step.id, "title": translated(step.title), "text": text, "choices": choices,
                "values": values, "link": step.link })
        })
        .collect();
    json!({ "title": translated(title), "intro": translated(intro), "steps": steps })
}

impl Shown {
    fn values(&self, facts: &Facts<'_>) -> Vec<Value> {
        let value = |label: &str, value: &str| json!({ "label": translated(label), "value": value });
        match self {
            Self::RedirectUri => vec![value("Redirect URI", facts.redirect_uri)],
            Self::Domain => vec![value("Domain", &host_of(facts.redirect_uri))],
            Self::Scopes => facts
                .mode
                .scopes(facts.provider)
                .iter()
                .map(|scope| value("Permission", scope))
                .collect(),
            Self::Hosts => {
                let endpoints = facts.endpoints;
                let addresses = [
                    &endpoints.authorize,
                    &endpoints.token,
                    &endpoints.revoke,
                    &endpoints.api,
                    &endpoints.batch,
                ];
                let mut hosts: Vec<String> = addresses.into_iter().map(|address| host_of(address)).collect();
                hosts.retain(|host| !host.is_empty());
                hosts.sort_unstable();
                hosts.dedup();
                hosts.iter().map(|host| value("Host", host)).collect()
            }
            Self::Name(name) => vec![value("Name", name)],
        }
    }
}

fn host_of(address: &str) -> String {
    let url = Url::parse(address).ok();
    url.and_then(|url| url.host_str().map(str::to_owned))
        .unwrap_or_default()
}
