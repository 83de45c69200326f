//! The module as JavaScript sees it: one class, one function, and the types that belong to them.
//!
//! Every long call takes `&self`, clones what it needs and returns a promise, so that `free()` while a call is
//! running does no harm: the call goes on with its own clones.

use std::rc::Rc;

use js_sys::Promise;
use wasm_bindgen::prelude::*;

use crate::host::{Content, Host as _};
use crate::plugin::{self, ActionRequest, Plugin};

mod error;
mod executor;
mod fetch;
mod file;
mod host;
mod panic;
mod rows;
mod types;
mod value;

pub use error::to_js;
pub use executor::promise;
pub use host::{Host, JsHost};

/// What the plugin consists of: collections, actions, schedules. The host registers what it finds here.
///
/// # Errors
/// An `EmailManagerError` when the manifest can't be turned into a JavaScript value.
#[wasm_bindgen(unchecked_return_type = "Manifest")]
pub fn manifest() -> Result<JsValue, JsValue> {
    value::to_js(&plugin::manifest()).map_err(|error| to_js(&error))
}

/// The email manager of one running application.
#[wasm_bindgen]
pub struct EmailManager {
    host: Rc<JsHost>,
    plugin: Rc<Plugin>,
}

#[wasm_bindgen]
impl EmailManager {
    /// An email manager that lives on what `host` supplies.
    #[wasm_bindgen(constructor)]
    pub fn new(host: Host) -> Self {
        let host = Rc::new(JsHost::new(host));
        Self {
            plugin: Rc::new(Plugin::new(Rc::clone(&host) as Rc<dyn crate::host::Host>)),
            host,
        }
    }

    /// Prepares what the plugin needs once its tables exist; harmless when repeated.
    #[wasm_bindgen(unchecked_return_type = "Promise<void>")]
    pub fn enable(&self) -> Promise {
        let plugin = Rc::clone(&self.plugin);
        self.run(async move { plugin.enable().await.map(|()| JsValue::UNDEFINED) })
    }

    /// Answers one request. What is wrong with it comes as a rejection with an `EmailManagerError`.
    #[wasm_bindgen(unchecked_return_type = "Promise<ActionResponse>")]
    pub fn action(
        &self,
        #[wasm_bindgen(unchecked_param_type = "ActionRequest")] request: JsValue,
    ) -> Promise {
        let plugin = Rc::clone(&self.plugin);
        self.run(async move {
            let file = file::incoming(&request)?;
            let mut request: ActionRequest = value::from_host("action", &request)?;
            request.file = file;
            let mut response = plugin.action(request).await?;
            let content = response.content.take();
            let answer = value::to_js(&response)?;
            match content {
                Some(Content::Whole(bytes)) => {
                    value::set(&answer, "bytes", &js_sys::Uint8Array::from(bytes.as_slice()))?;
                }
                Some(Content::Stream(stream)) => {
                    value::set(&answer, "stream", fetch::stream_to_js(stream.as_ref())?)?;
                }
                None => {}
            }
            Ok(answer)
        })
    }

    /// Runs one short step of a schedule.
    #[wasm_bindgen(js_name = runSchedule, unchecked_return_type = "Promise<ScheduleOutcome>")]
    pub fn run_schedule(&self, name: String) -> Promise {
        let plugin = Rc::clone(&self.plugin);
        self.run(async move { value::to_js(&plugin.run_schedule(&name).await?) })
    }

    fn run(&self, work: impl Future<Output = crate::error::Result<JsValue>> + 'static) -> Promise {
        let host = Rc::clone(&self.host);
        // The host's log is where a panic in this call is reported.
        panic::report_to(Rc::new(move |message: &str| {
            host.log(crate::host::LogLevel::Error, message);
        }));
        promise(work)
    }
}
