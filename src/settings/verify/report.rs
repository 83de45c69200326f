//! What a verification found, check by check.

use std::borrow::Cow;
use std::collections::BTreeMap;

use serde::Serialize;

use super::faults;
use crate::provider::Provider;

/// What is checked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum Subject {
    /// The way from this server to the provider.
    Route,
    /// The client id.
    ClientId,
    /// The client secret.
    ClientSecret,
    /// Whether the redirect URI is registered.
    RedirectUri,
    /// The Microsoft tenant.
    Tenant,
    /// Whether the mail API is there and enabled.
    Api,
    /// Whether users may consent.
    Consent,
}

/// How a check ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum CheckState {
    /// It can't be told without a user's sign-in.
    Unknown,
    /// It is right.
    Ok,
    /// It is wrong.
    Failed,
}

/// One check.
#[derive(Clone, Debug, Serialize)]
pub struct Check {
    /// What was checked.
    pub check: Subject,
    /// How it ended.
    pub state: CheckState,
    /// What that means and what to do: the key of its translation.
    pub sentence: Cow<'static, str>,
    /// What stands in the sentence's double braces.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub values: BTreeMap<&'static str, String>,
    /// The guide's step that repairs it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub step: Option<&'static str>,
    /// The provider's own code, for searching.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub code: Option<String>,
}

/// Every check, in the order in which things have to be right.
#[derive(Clone, Debug, Serialize)]
pub struct Report {
    /// The checks.
    pub checks: Vec<Check>,
    #[serde(skip)]
    provider: Provider,
}

impl Report {
    /// A report in which nothing is known yet.
    pub(crate) fn new(provider: Provider) -> Self {
        let subjects = [
            Subject::Route,
            Subject::ClientId,
            Subject::ClientSecret,
            Subject::RedirectUri,
            Subject::Tenant,
            Subject::Api,
            Subject::Consent,
        ];
        let checks = subjects
            .into_iter()
            .filter(|subject| provider == Provider::Microsoft || *subject != Subject::Tenant)
            .map(|subject| {
                Check::new(
                    provider,
                    subject,
                    CheckState::Unknown,
                    faults::unknown(provider, subject),
                )
            })
            .collect();
        Self { checks, provider }
    }

    /// Whose settings were verified.
    pub(crate) const fn provider(&self) -> Provider {
        self.provider
    }

    /// Whether nothing is known to be wrong.
    pub fn is_good(&self) -> bool {
        self.checks.iter().all(|check| check.state != CheckState::Failed)
    }

    /// Notes a finding, unless something that matters more is known of its subject.
    pub(crate) fn add(&mut self, finding: Check) {
        let known = self.checks.iter_mut().find(|check| check.check == finding.check);
        if let Some(known) = known
            && known.state != CheckState::Failed
            && known.state <= finding.state
        {
            *known = finding;
        }
    }

    /// Notes that something is right.
    pub(crate) fn pass(&mut self, subject: Subject) {
        self.add(Check::ok(self.provider, subject));
    }

    /// Notes that something is wrong.
    pub(crate) fn fail(
        &mut self,
        subject: Subject,
        sentence: impl Into<Cow<'static, str>>,
        code: Option<String>,
    ) {
        let mut check = Check::new(self.provider, subject, CheckState::Failed, sentence);
        check.code = code;
        self.add(check);
    }

    /// The same with a value in the sentence.
    pub(crate) fn fail_with(
        &mut self,
        subject: Subject,
        sentence: &'static str,
        (name, value): (&'static str, String),
        code: Option<&str>,
    ) {
        let mut check = Check::new(self.provider, subject, CheckState::Failed, sentence).with(name, value);
        check.code = code.map(str::to_owned);
        self.add(check);
    }
}

impl Check {
    /// A check that ended in `state`.
    pub(super) fn new(
        provider: Provider,
        check: Subject,
        state: CheckState,
        sentence: impl Into<Cow<'static, str>>,
    ) -> Self {
        Self {
            check,
            state,
            sentence: sentence.into(),
            values: BTreeMap::new(),
            step: (state != CheckState::Ok).then(|| faults::step(provider, check)),
            code: None,
        }
    }

    /// A check that ended well.
    pub(super) fn ok(provider: Provider, check: Subject) -> Self {
        Self::new(provider, check, CheckState::Ok, faults::well(check))
    }

    /// The same check with a value for its sentence.
    pub(super) fn with(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.values.insert(name, value.into());
        self
    }
}
