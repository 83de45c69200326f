//! Files that come with a request: their bytes stay with the host, and are read part by part.

use std::rc::Rc;

use js_sys::Uint8Array;
use wasm_bindgen::prelude::*;

use super::value::{broken, failed, get, settled};
use crate::error::{ErrorCode, Result};
use crate::host::{Blob, HostFuture};
use crate::plugin::IncomingFile;

const CALL: &str = "file";

#[wasm_bindgen]
extern "C" {
    type JsFile;

    #[wasm_bindgen(method, catch)]
    fn read(this: &JsFile, offset: f64, length: f64) -> Result<JsValue, JsValue>;
}

/// The file of a request, where it has one.
pub(super) fn incoming(request: &JsValue) -> Result<Option<IncomingFile>> {
    let file = get(request, "file");
    if !file.is_object() {
        return Ok(None);
    }
    let size = get(&file, "size").as_f64().filter(|size| *size >= 0.0);
    let size = size.ok_or_else(|| broken(CALL, "no size"))?;
    Ok(Some(IncomingFile {
        name: get(&file, "name").as_string().unwrap_or_default(),
        mime_type: get(&file, "mimeType").as_string().unwrap_or_default(),
        // The cast saturates.
        size: size as u64,
        bytes: Rc::new(JsBlob(file.unchecked_into())),
    }))
}

struct JsBlob(JsFile);

impl Blob for JsBlob {
    fn read(&self, offset: u64, length: u64) -> HostFuture<'_, Vec<u8>> {
        Box::pin(async move {
            let returned = self.0.read(offset as f64, length as f64);
            let bytes = settled(returned, |thrown| failed(CALL, ErrorCode::HostFailed, &thrown)).await?;
            let bytes: Uint8Array = bytes
                .dyn_into()
                .map_err(|_| broken(CALL, "something else than a Uint8Array"))?;
            if f64::from(bytes.length()) > length as f64 {
                return Err(broken(CALL, "more bytes than were asked for"));
            }
            Ok(bytes.to_vec())
        })
    }
}
