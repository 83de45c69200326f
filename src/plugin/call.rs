//! A call of an action with everything an answer needs, and its parameters as what they have to be.

use std::rc::Rc;

use serde_json::{Map, Value};

use super::{ActionRequest, ActionResponse, User};
use crate::error::{Error, Result};
use crate::host::Host;
use crate::json;
use crate::store;

/// A call of an action whose caller may make it.
pub(super) struct Call<'a> {
    pub(super) host: &'a Rc<dyn Host>,
    pub(super) request: &'a ActionRequest,
    pub(super) user: User,
}

/// What an answer comes to.
pub(super) type Answered = Result<ActionResponse>;

/// An answer that is nothing but its body.
pub(super) fn body(body: Value) -> Answered {
    Ok(ActionResponse {
        body,
        ..ActionResponse::default()
    })
}

/// A parameter of the body, or else of the query.
pub(super) fn parameter<'a>(call: &Call<'a>, name: &str) -> Option<&'a Value> {
    let of = |map: &'a Map<String, Value>| map.get(name);
    of(&call.request.values).or_else(|| of(&call.request.params))
}

/// A parameter that is a text.
pub(super) fn text<'a>(call: &Call<'a>, name: &str) -> Option<&'a str> {
    parameter(call, name).and_then(Value::as_str)
}

/// A text that must be there.
pub(super) fn required<'a>(call: &Call<'a>, name: &'static str) -> Result<&'a str> {
    text(call, name)
        .filter(|text| !text.is_empty())
        .ok_or_else(|| Error::invalid(name, "this is required"))
}

/// A list of texts; none where the parameter is missing.
pub(super) fn texts(call: &Call<'_>, name: &'static str) -> Result<Vec<String>> {
    let problem = || Error::invalid(name, "send a list of texts");
    match parameter(call, name) {
        None | Some(Value::Null) => Ok(Vec::new()),
        Some(Value::Array(list)) => list
            .iter()
            .map(|each| each.as_str().map(str::to_owned).ok_or_else(problem))
            .collect(),
        Some(_) => Err(problem()),
    }
}

/// Ids of records: a list of them, one, or several with commas between them.
///
/// # Errors
/// `invalid_input` about `name` for anything else.
pub(super) fn identifiers(call: &Call<'_>, name: &'static str) -> Result<Vec<i64>> {
    let problem = || Error::invalid(name, "send a list of ids");
    let ids = match parameter(call, name) {
        Some(Value::Array(list)) => list.iter().map(store::id_of).collect(),
        Some(Value::String(text)) => match json::parse(text) {
            Some(Value::Array(list)) => list.iter().map(store::id_of).collect(),
            _ => text.split(',').map(|each| each.trim().parse().ok()).collect(),
        },
        Some(value) => store::id_of(value).map(|id| vec![id]),
        None => None,
    };
    ids.filter(|ids: &Vec<i64>| !ids.is_empty()).ok_or_else(problem)
}
