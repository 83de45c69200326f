//! The host of the module: an object of JavaScript functions behind the trait [`Host`](crate::host::Host).

use std::any::Any;
use std::cell::Cell;
use std::rc::Rc;

use chrono::{DateTime, Utc};
use js_sys::Uint8Array;
use serde_json::Value;
use wasm_bindgen::prelude::*;

use super::rows::Operations;
use super::value::{broken, failed, from_host, get, immediate, parsed, settled, to_js};
use super::{executor, fetch};
use crate::error::{Error, ErrorCode, Result};
use crate::host::{
    AllowedOrigin, Batch, CommitOutcome, Content, Event, FetchLimits, Filter, Host as HostTrait, HostFuture,
    LogLevel, Notification, Person, Query, Row,
};
use crate::quota::Meters;
use crate::secret::ApplicationKey;

#[wasm_bindgen]
extern "C" {
    /// The object that the host passes to the constructor. Its functions may throw, reject or return anything.
    #[wasm_bindgen(typescript_type = "Host")]
    pub type Host;

    #[wasm_bindgen(method, catch)]
    fn fetch(this: &Host, request: &web_sys::Request, limits: &JsValue) -> Result<JsValue, JsValue>;
    #[wasm_bindgen(method, catch)]
    fn open(this: &Host, request: &web_sys::Request, limits: &JsValue) -> Result<JsValue, JsValue>;
    #[wasm_bindgen(method, catch, js_name = readNext)]
    fn read_next(this: &Host, response: &JsValue, length: f64) -> Result<JsValue, JsValue>;
    #[wasm_bindgen(method, catch, js_name = allowOrigins)]
    fn allow_origins(this: &Host, origins: &JsValue) -> Result<JsValue, JsValue>;
    #[wasm_bindgen(method, catch)]
    fn find(this: &Host, query: &JsValue) -> Result<JsValue, JsValue>;
    #[wasm_bindgen(method, catch)]
    fn count(this: &Host, collection: &str, filter: &JsValue) -> Result<JsValue, JsValue>;
    #[wasm_bindgen(method, catch)]
    fn commit(this: &Host, operations: &JsValue) -> Result<JsValue, JsValue>;
    #[wasm_bindgen(method, catch)]
    fn now(this: &Host) -> Result<JsValue, JsValue>;
    #[wasm_bindgen(method, catch)]
    fn sleep(this: &Host, milliseconds: u32) -> Result<JsValue, JsValue>;
    #[wasm_bindgen(method, catch)]
    fn random(this: &Host, length: u32) -> Result<JsValue, JsValue>;
    #[wasm_bindgen(method, catch, js_name = applicationKey)]
    fn application_key(this: &Host) -> Result<JsValue, JsValue>;
    #[wasm_bindgen(method, catch)]
    fn environment(this: &Host, name: &str) -> Result<JsValue, JsValue>;
    #[wasm_bindgen(method, catch, js_name = decodeText)]
    fn decode_text(this: &Host, label: &str, bytes: Uint8Array) -> Result<JsValue, JsValue>;
    #[wasm_bindgen(method, catch)]
    fn emit(this: &Host, event: &JsValue) -> Result<JsValue, JsValue>;
    #[wasm_bindgen(method, catch)]
    fn notify(this: &Host, notification: &JsValue) -> Result<JsValue, JsValue>;
    #[wasm_bindgen(method, catch)]
    fn supervised(this: &Host, user_id: f64) -> Result<JsValue, JsValue>;
    #[wasm_bindgen(method, catch)]
    fn people(this: &Host, ids: &JsValue) -> Result<JsValue, JsValue>;
    #[wasm_bindgen(method, catch)]
    fn administrators(this: &Host) -> Result<JsValue, JsValue>;
    #[wasm_bindgen(method, catch)]
    fn log(this: &Host, level: &str, message: &str) -> Result<JsValue, JsValue>;
}

/// A JavaScript object as our host.
pub struct JsHost {
    object: Host,
    meters: Meters,
    /// How many traps there had been when the meters were asked for last.
    traps: Cell<u64>,
}

impl JsHost {
    /// The host that `object` is.
    pub fn new(object: Host) -> Self {
        Self {
            object,
            meters: Meters::default(),
            traps: Cell::new(executor::traps()),
        }
    }

    /// Whether the host has a function that it may do without.
    fn offers(&self, call: &str) -> bool {
        get(&self.object, call).is_function()
    }
}

impl HostTrait for JsHost {
    fn fetch(
        &self,
        request: http::Request<Vec<u8>>,
        limits: FetchLimits,
    ) -> HostFuture<'_, http::Response<Vec<u8>>> {
        Box::pin(async move {
            let request = fetch::to_js(request)?;
            fetch::from_js(self.object.fetch(&request, &to_js(&limits)?)).await
        })
    }

    fn open(
        &self,
        request: http::Request<Vec<u8>>,
        limits: FetchLimits,
    ) -> HostFuture<'_, http::Response<Content>> {
        Box::pin(async move {
            if !self.offers("open") {
                return Ok(self.fetch(request, limits).await?.map(Content::Whole));
            }
            let request = fetch::to_js(request)?;
            fetch::opened_from_js(self.object.open(&request, &to_js(&limits)?)).await
        })
    }

    fn read_next(&self, stream: Rc<dyn Any>, length: u64) -> HostFuture<'_, Vec<u8>> {
        Box::pin(async move {
            let response = fetch::stream_to_js(stream.as_ref())?;
            fetch::part_from_js(self.object.read_next(response, length as f64)).await
        })
    }

    fn allow_origins(&self, origins: Vec<AllowedOrigin>) {
        // Without this function a host allows the manifest's origins only, and says so at the next fetch.
        let _ = to_js(&origins).map(|origins| immediate(self.object.allow_origins(&origins)));
    }

    fn find(&self, query: Query) -> HostFuture<'_, Vec<Row>> {
        Box::pin(async move {
            let returned = self.object.find(&to_js(&query)?);
            let rows = settled(returned, storage("find")).await?;
            let Value::Array(rows) = parsed("find", &rows)? else {
                return Err(broken("find", "no list"));
            };
            let row = |row| match row {
                Value::Object(row) => Some(row),
                _ => None,
            };
            let rows: Option<Vec<Row>> = rows.into_iter().map(row).collect();
            rows.ok_or_else(|| broken("find", "something else than a record"))
        })
    }

    fn count(&self, collection: &'static str, filter: Filter) -> HostFuture<'_, u64> {
        Box::pin(async move {
            let returned = self.object.count(collection, &to_js(&filter)?);
            let count = settled(returned, storage("count")).await?;
            from_host("count", &count)
        })
    }

    fn commit(&self, batch: Batch) -> HostFuture<'_, CommitOutcome> {
        Box::pin(async move {
            let operations = Operations::of(batch)?;
            let returned = self.object.commit(operations.as_js());
            let written = settled(returned, storage("commit")).await?;
            match written.as_bool() {
                Some(true) => Ok(CommitOutcome::Committed),
                Some(false) => Ok(CommitOutcome::Conflict),
                None => Err(broken("commit", "neither true nor false")),
            }
        })
    }

    fn now(&self) -> DateTime<Utc> {
        let told = immediate(self.object.now())
            .ok()
            .and_then(|now| now.as_f64())
            .and_then(instant);
        // A host without a clock still has JavaScript's.
        told.or_else(|| instant(js_sys::Date::now())).unwrap_or_default()
    }

    fn sleep(&self, milliseconds: u32) -> HostFuture<'_, ()> {
        Box::pin(async move {
            let returned = self.object.sleep(milliseconds);
            let waited = settled(returned, |thrown| failed("sleep", ErrorCode::HostFailed, &thrown));
            waited.await.map(drop)
        })
    }

    fn random(&self, buffer: &mut [u8]) -> Result<()> {
        const CALL: &str = "random";
        let length =
            u32::try_from(buffer.len()).map_err(|_| broken(CALL, "too little for so long a buffer"))?;
        let bytes = bytes(CALL, immediate(self.object.random(length)))?;
        if bytes.length() != length {
            return Err(broken(CALL, "another number of bytes"));
        }
        bytes.copy_to(buffer);
        Ok(())
    }

    fn application_key(&self) -> Result<ApplicationKey> {
        ApplicationKey::new(bytes("applicationKey", immediate(self.object.application_key()))?.to_vec())
    }

    fn environment(&self, name: &str) -> Option<String> {
        immediate(self.object.environment(name)).ok()?.as_string()
    }

    fn decode_text(&self, label: &str, bytes: &[u8]) -> Option<String> {
        immediate(self.object.decode_text(label, Uint8Array::from(bytes)))
            .ok()?
            .as_string()
    }

    fn meters(&self) -> Option<&Meters> {
        // A call that trapped has let go of nothing.
        if self.traps.replace(executor::traps()) != executor::traps() {
            self.meters.release_slots();
        }
        Some(&self.meters)
    }

    fn emit(&self, event: Event) {
        // Best effort by contract.
        let _ = to_js(&event).map(|event| immediate(self.object.emit(&event)));
    }

    fn notify(&self, notification: Notification) -> HostFuture<'_, ()> {
        Box::pin(async move {
            if !self.offers("notify") {
                return Ok(());
            }
            let returned = self.object.notify(&to_js(&notification)?);
            let told = settled(returned, |thrown| {
                failed("notify", ErrorCode::HostFailed, &thrown)
            });
            told.await.map(drop)
        })
    }

    fn supervised(&self, user_id: i64) -> HostFuture<'_, Vec<i64>> {
        Box::pin(async move {
            if !self.offers("supervised") {
                return Ok(Vec::new());
            }
            // The ids of a host are whole numbers that JavaScript's hold exactly.
            let returned = self.object.supervised(user_id as f64);
            let ids = settled(returned, storage("supervised")).await?;
            from_host("supervised", &ids)
        })
    }

    fn administrators(&self) -> HostFuture<'_, Vec<i64>> {
        Box::pin(async move {
            if !self.offers("administrators") {
                return Ok(Vec::new());
            }
            let ids = settled(self.object.administrators(), storage("administrators")).await?;
            from_host("administrators", &ids)
        })
    }

    fn people(&self, ids: Vec<i64>) -> HostFuture<'_, Vec<Person>> {
        Box::pin(async move {
            if ids.is_empty() || !self.offers("people") {
                return Ok(Vec::new());
            }
            let people = settled(self.object.people(&to_js(&ids)?), storage("people")).await?;
            from_host("people", &people)
        })
    }

    fn log(&self, level: LogLevel, message: &str) {
        // There is no other place to say that logging fails.
        let _ = immediate(self.object.log(level.as_str(), message));
    }
}

fn storage(call: &'static str) -> impl Fn(JsValue) -> Error {
    move |thrown| failed(call, ErrorCode::StorageFailed, &thrown)
}

fn instant(milliseconds: f64) -> Option<DateTime<Utc>> {
    // Casts saturate, and chrono refuses what is out of its range; NaN would become 1970.
    (!milliseconds.is_nan()).then(|| DateTime::from_timestamp_millis(milliseconds as i64))?
}

fn bytes(call: &str, returned: Result<JsValue, JsValue>) -> Result<Uint8Array> {
    returned
        .map_err(|thrown| failed(call, ErrorCode::HostFailed, &thrown))?
        .dyn_into()
        .map_err(|_| broken(call, "something else than a Uint8Array"))
}
