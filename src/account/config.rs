//! What a user may configure for an account: the sender's name and signatures.

use serde_json::{Map, Value, json};

use crate::error::{Error, Result};

/// The longest name, in characters.
const NAME: usize = 200;
/// The longest signature, in bytes; small pictures may stand in it.
const SIGNATURE: usize = 100_000;
/// The most signatures.
const SIGNATURES: usize = 50;

/// The configuration with `entered` over it: `displayName` and `signatures` `[{id, name, content, default}]`. What is
/// absent stays, what is unknown is refused.
///
/// # Errors
/// `invalid_input` naming the field.
pub(super) fn merge(stored: &Value, entered: &Value) -> Result<Value> {
    let entered = entered
        .as_object()
        .ok_or_else(|| Error::invalid("config", "send the configuration as an object"))?;
    let mut config = stored.as_object().cloned().unwrap_or_default();
    for (field, value) in entered {
        match field.as_str() {
            "displayName" => {
                config.insert(field.clone(), json!(text(value, "config.displayName", NAME)?));
            }
            "signatures" => {
                config.insert(field.clone(), signatures(value)?);
            }
            _ => return Err(Error::invalid("config", "there is no such configuration")),
        }
    }
    Ok(Value::Object(config))
}

fn signatures(value: &Value) -> Result<Value> {
    const FIELD: &str = "config.signatures";
    let list = value
        .as_array()
        .filter(|list| list.len() <= SIGNATURES)
        .ok_or_else(|| Error::invalid(FIELD, "send a list of at most 50 signatures"))?;
    let signatures = list.iter().map(|each| {
        let each = each
            .as_object()
            .ok_or_else(|| Error::invalid(FIELD, "each signature is an object"))?;
        signature(each, FIELD)
    });
    let signatures = signatures.collect::<Result<Vec<_>>>()?;
    let defaults = signatures
        .iter()
        .filter(|each| each.get("default") == Some(&json!(true)));
    match defaults.count() {
        0 | 1 => Ok(Value::Array(signatures)),
        _ => Err(Error::invalid(FIELD, "only one signature can be the default")),
    }
}

fn signature(entered: &Map<String, Value>, field: &'static str) -> Result<Value> {
    let of = |name: &str| entered.get(name).unwrap_or(&Value::Null);
    let id = match of("id") {
        Value::Number(number) => json!(number),
        id => json!(text(id, field, NAME)?),
    };
    if id == "" {
        return Err(Error::invalid(field, "each signature needs an id"));
    }
    let content = of("content").as_str().unwrap_or_default();
    if content.len() > SIGNATURE {
        return Err(Error::invalid(field, "the signature is too long"));
    }
    Ok(json!({
        "id": id,
        "name": text(of("name"), field, NAME)?,
        "content": content,
        "default": of("default").as_bool().unwrap_or_default(),
    }))
}

/// One line of text; `null` is an empty one.
fn text(value: &Value, field: &'static str, longest: usize) -> Result<String> {
    let text = match value {
        Value::Null => "",
        Value::String(text) => text.trim(),
        _ => return Err(Error::invalid(field, "enter a text")),
    };
    if text.chars().count() > longest || text.chars().any(char::is_control) {
        return Err(Error::invalid(
            field,
            "the value is too long or contains control characters",
        ));
    }
    Ok(text.to_owned())
}
