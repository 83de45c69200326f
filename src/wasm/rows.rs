//! The operations of a commit as the host reads them. Rows are handed over as bytes, a chunk at a time and when the host
//! asks: a mail's body never becomes a JavaScript string, and of a batch with a hundred mails only those being written
//! stand in JavaScript's memory too.

use js_sys::{Array, Object, Symbol, Uint8Array};
use serde_json::Value;
use wasm_bindgen::prelude::*;

use super::value::{set, to_js};
use crate::error::{Error, ErrorCode, Result};
use crate::host::{Batch, Operation, Row};
use crate::sanitize::push_json;

/// A chunk ends with the row that reaches this size.
const CHUNK_BYTES: usize = 1 << 20;

/// The operations of a batch, for as long as the host may read them.
pub(super) struct Operations {
    list: Array,
    /// Dropped with this; an iterator that the host keeps longer throws.
    _iterators: Vec<ChunkIterator>,
}

impl Operations {
    /// The operations of `batch`.
    pub(super) fn of(batch: Batch) -> Result<Self> {
        let list = Array::new();
        let mut iterators = Vec::new();
        for mut operation in batch.into_operations() {
            let rows = match &mut operation {
                Operation::Insert { rows, .. } | Operation::Upsert { rows, .. } => Some(std::mem::take(rows)),
                Operation::Update { .. } | Operation::Delete { .. } => None,
            };
            let object = to_js(&operation)?;
            if let Some(rows) = rows {
                let columns: Vec<&str> = rows
                    .first()
                    .into_iter()
                    .flat_map(Row::keys)
                    .map(String::as_str)
                    .collect();
                set(&object, "columns", &to_js(&columns)?)?;
                let iterator = ChunkIterator::over(rows)?;
                set(&object, "rows", &iterator.object)?;
                iterators.push(iterator);
            }
            list.push(&object);
        }
        Ok(Self {
            list,
            _iterators: iterators,
        })
    }

    /// The array that the host gets.
    pub(super) fn as_js(&self) -> &JsValue {
        &self.list
    }
}

/// A JavaScript iterator that is its own iterable, as generators are.
struct ChunkIterator {
    object: Object,
    _next: Closure<dyn FnMut() -> Result<JsValue, JsValue>>,
    _itself: Closure<dyn Fn() -> JsValue>,
}

impl ChunkIterator {
    fn over(rows: Vec<Row>) -> Result<Self> {
        let object = Object::new();
        let mut rows = rows.into_iter();
        let next = Closure::<dyn FnMut() -> Result<JsValue, JsValue>>::new(move || {
            result_of(&mut rows).map_err(|error| super::to_js(&error))
        });
        let iterator = object.clone();
        let itself = Closure::<dyn Fn() -> JsValue>::new(move || iterator.clone().into());
        set(&object, "next", next.as_ref())?;
        js_sys::Reflect::set(&object, &Symbol::iterator(), itself.as_ref()).map_err(|_| unusable())?;
        Ok(Self {
            object,
            _next: next,
            _itself: itself,
        })
    }
}

fn result_of(rows: &mut impl Iterator<Item = Row>) -> Result<JsValue> {
    let chunk = chunk(rows);
    let result = Object::new();
    set(&result, "done", &chunk.is_none().into())?;
    if let Some(chunk) = chunk {
        set(&result, "value", &Uint8Array::from(chunk.as_slice()))?;
    }
    Ok(result.into())
}

/// The next rows as a JSON array; `None` after the last one.
fn chunk(rows: &mut impl Iterator<Item = Row>) -> Option<Vec<u8>> {
    let mut json = Vec::new();
    while json.len() < CHUNK_BYTES
        && let Some(row) = rows.next()
    {
        json.push(if json.is_empty() { b'[' } else { b',' });
        write(&mut json, &Value::Object(row));
    }
    if json.is_empty() {
        return None;
    }
    json.push(b']');
    Some(json)
}

/// Adds a value as JSON, without NUL characters.
fn write(json: &mut Vec<u8>, value: &Value) {
    match value {
        Value::String(text) => push_json(json, text),
        Value::Array(values) => {
            json.push(b'[');
            for (place, value) in values.iter().enumerate() {
                if place > 0 {
                    json.push(b',');
                }
                write(json, value);
            }
            json.push(b']');
        }
        Value::Object(properties) => {
            json.push(b'{');
            for (place, (name, value)) in properties.iter().enumerate() {
                if place > 0 {
                    json.push(b',');
                }
                push_json(json, name);
                json.push(b':');
                write(json, value);
            }
            json.push(b'}');
        }
        Value::Null | Value::Bool(_) | Value::Number(_) => {
            json.extend_from_slice(value.to_string().as_bytes());
        }
    }
}

fn unusable() -> Error {
    Error::new(
        ErrorCode::Internal,
        "an operation could not be handed to the host",
    )
}
