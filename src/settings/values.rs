//! What a browser may send for a setting, field by field.

use chrono::NaiveDate;
use serde_json::{Map, Value};
use url::Url;

use super::{AccessMode, EndpointOverrides, Linking};
use crate::error::{Error, Result};

/// The longest value a field takes, in bytes; client ids and secrets are far shorter.
const MAX_LENGTH: usize = 2_048;

/// A text without spaces around it; `null` is an empty one.
pub(super) fn text(value: &Value, field: &'static str) -> Result<String> {
    let text = match value {
        Value::Null => "",
        Value::String(text) => text.trim(),
        _ => return Err(Error::invalid(field, "enter a text")),
    };
    if text.len() > MAX_LENGTH || text.chars().any(char::is_control) {
        return Err(Error::invalid(
            field,
            "the value is too long or contains control characters",
        ));
    }
    Ok(text.to_owned())
}

/// A client id or secret (RFC 6749 appendix A), or the name of a variable that holds one.
pub(super) fn credential(value: &Value, field: &'static str) -> Result<String> {
    let entered = text(value, field)?;
    if entered == super::PLACEHOLDER {
        return Ok(entered);
    }
    if !entered.chars().all(|letter| matches!(letter, ' '..='~')) {
        return Err(Error::invalid(
            field,
            "this contains a character that no provider uses: copy it again",
        ));
    }
    if entered.starts_with("{{") && super::variable(&entered).is_none() {
        return Err(Error::invalid(
            field,
            "a variable of the host is written as $env.NAME in double braces",
        ));
    }
    Ok(entered)
}

/// A switch.
pub(super) fn switch(value: &Value, field: &'static str) -> Result<bool> {
    value
        .as_bool()
        .ok_or_else(|| Error::invalid(field, "switch it on or off"))
}

/// Whole minutes.
pub(super) fn minutes(value: &Value) -> Result<u32> {
    value
        .as_u64()
        .and_then(|minutes| u32::try_from(minutes).ok())
        .filter(|minutes| (1..=1_440).contains(minutes))
        .ok_or_else(|| Error::invalid("syncInterval", "enter whole minutes from 1 to 1440"))
}

/// An access mode.
pub(super) fn mode(value: &Value) -> Result<AccessMode> {
    value
        .as_str()
        .and_then(AccessMode::parse)
        .ok_or_else(|| Error::invalid("mode", "choose readAndSend, readOnly or sendOnly"))
}

pub(super) fn linking(value: &Value) -> Result<Linking> {
    match value.as_str() {
        Some("everyone") => Ok(Linking::Everyone),
        Some("permitted") => Ok(Linking::Permitted),
        _ => Err(Error::invalid("linking", "choose everyone or permitted")),
    }
}

/// A day as `2027-01-31`; nothing where it is empty.
pub(super) fn day(value: &Value) -> Result<Option<NaiveDate>> {
    let entered = text(value, "secretExpiresAt")?;
    if entered.is_empty() {
        return Ok(None);
    }
    let problem = || Error::invalid("secretExpiresAt", "enter a date such as 2027-01-31");
    let day: NaiveDate = entered.parse().map_err(|_| problem())?;
    // The page's own format, so that what is stored is shown as it was entered.
    (day.to_string() == entered && ("2000-01-01".."2100-01-01").contains(&entered.as_str()))
        .then_some(Some(day))
        .ok_or_else(problem)
}

/// A Microsoft tenant: one of the three words, a directory's id, or a domain that the directory has verified.
pub(super) fn tenant(value: &Value) -> Result<String> {
    let tenant = text(value, "tenant")?.to_ascii_lowercase();
    if tenant.is_empty() {
        return Ok("common".to_owned());
    }
    let is_word = matches!(tenant.as_str(), "common" | "organizations" | "consumers");
    if is_word || is_uuid(&tenant) || is_domain(&tenant) {
        return Ok(tenant);
    }
    Err(Error::invalid(
        "tenant",
        "enter common, organizations, consumers, or your directory's id or domain",
    ))
}

fn is_uuid(text: &str) -> bool {
    let lengths = text.split('-').map(str::len);
    lengths.eq([8, 4, 4, 4, 12]) && text.bytes().all(|byte| byte == b'-' || byte.is_ascii_hexdigit())
}

fn is_domain(text: &str) -> bool {
    let is_label = |label: &str| {
        (1..=63).contains(&label.len())
            && !label.starts_with('-')
            && !label.ends_with('-')
            && label
                .bytes()
                .all(|byte| byte == b'-' || byte.is_ascii_alphanumeric())
    };
    text.len() <= 253 && text.contains('.') && text.split('.').all(is_label)
}

/// The site's address; nothing where it is empty.
pub(super) fn public_url(value: &Value) -> Result<Option<String>> {
    let entered = text(value, "publicUrl")?;
    if entered.is_empty() {
        return Ok(None);
    }
    let problem = || {
        Error::invalid(
            "publicUrl",
            "enter the site's address, for example https://crm.example.com",
        )
    };
    let url = Url::parse(&entered).map_err(|_| problem())?;
    let is_plain =
        matches!(url.scheme(), "http" | "https") && url.query().is_none() && url.fragment().is_none();
    if !is_plain || !url.username().is_empty() || url.password().is_some() {
        return Err(problem());
    }
    Ok(Some(entered.trim_end_matches('/').to_owned()))
}

/// The addresses of a provider.
pub(super) fn endpoints(value: &Value) -> Result<EndpointOverrides> {
    let problem = || Error::invalid("endpoints", "the addresses must be texts");
    let entered = value.as_object().ok_or_else(problem)?;
    let mut endpoints = EndpointOverrides::default();
    for (name, value) in entered {
        let address = |field| Ok(Some(text(value, field)?).filter(|text| !text.is_empty()));
        match name.as_str() {
            "authorize" => endpoints.authorize = address("endpoints.authorize")?,
            "token" => endpoints.token = address("endpoints.token")?,
            "revoke" => endpoints.revoke = address("endpoints.revoke")?,
            "api" => endpoints.api = address("endpoints.api")?,
            "batch" => endpoints.batch = address("endpoints.batch")?,
            "allowPrivate" => endpoints.allow_private = switch(value, "endpoints.allowPrivate")?,
            unknown => return Err(unknown_field("endpoints.", unknown)),
        }
    }
    endpoints.check()?;
    Ok(endpoints)
}

/// The error for a key that no section has. It names what of the key is a plain word.
pub(super) fn unknown_field(prefix: &str, name: &str) -> Error {
    let shown: String = name
        .chars()
        .filter(|letter| letter.is_ascii_alphanumeric())
        .take(40)
        .collect();
    Error::invalid(format!("{prefix}{shown}"), "there is no such setting")
}

/// The values of a section, as an object.
pub(super) type Entered = Map<String, Value>;
