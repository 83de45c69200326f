//! The operations of a commit as the host reads them. Rows are handed over one by one, when the host asks: of a batch
//! with a hundred mails, only those it is writing stand in JavaScript's memory too.

use js_sys::{Array, Object, Reflect, Symbol};
use wasm_bindgen::prelude::*;

use super::value::to_js;
use crate::error::{Error, ErrorCode, Result};
use crate::host::{Batch, Operation, Row};

/// The operations of a batch, for as long as the host may read them.
pub(super) struct Operations {
    list: Array,
    /// Dropped with this; an iterator that the host keeps longer throws.
    _iterators: Vec<RowIterator>,
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
                let iterator = RowIterator::over(rows)?;
                set(&object, &"rows".into(), &iterator.object)?;
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
struct RowIterator {
    object: Object,
    _next: Closure<dyn FnMut() -> Result<JsValue, JsValue>>,
    _itself: Closure<dyn Fn() -> JsValue>,
}

impl RowIterator {
    fn over(rows: Vec<Row>) -> Result<Self> {
        let object = Object::new();
        let mut rows = rows.into_iter();
        let next = Closure::<dyn FnMut() -> Result<JsValue, JsValue>>::new(move || {
            result_of(rows.next()).map_err(|error| super::to_js(&error))
        });
        let iterator = object.clone();
        let itself = Closure::<dyn Fn() -> JsValue>::new(move || iterator.clone().into());
        set(&object, &"next".into(), next.as_ref())?;
        set(&object, &Symbol::iterator().into(), itself.as_ref())?;
        Ok(Self {
            object,
            _next: next,
            _itself: itself,
        })
    }
}

fn result_of(row: Option<Row>) -> Result<JsValue> {
    let result = Object::new();
    set(&result, &"done".into(), &row.is_none().into())?;
    if let Some(row) = row {
        set(&result, &"value".into(), &to_js(&row)?)?;
    }
    Ok(result.into())
}

fn set(object: &JsValue, name: &JsValue, value: &JsValue) -> Result<()> {
    match Reflect::set(object, name, value) {
        Ok(true) => Ok(()),
        _ => Err(Error::new(
            ErrorCode::Internal,
            "an operation could not be handed to the host",
        )),
    }
}
