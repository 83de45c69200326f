//! The stand-in as JavaScript sees it.

use wasm_bindgen::prelude::*;

use crate::answer::Response;

/// Google and Microsoft for dry runs, inside this process.
#[wasm_bindgen]
#[derive(Debug, Default)]
pub struct StandIn(crate::StandIn);

/// An answer: status, header fields and body.
#[wasm_bindgen]
#[derive(Debug)]
pub struct Answer(Response);

#[wasm_bindgen]
impl StandIn {
    /// A stand-in that remembers nothing yet.
    #[wasm_bindgen(constructor)]
    pub fn new() -> Self {
        Self::default()
    }

    /// Answers a request with these header fields (name, value, name, value…) that came at a time (milliseconds since
    /// 1970).
    ///
    /// # Errors
    /// A text that says what of the request is no HTTP.
    pub fn answer(
        &mut self,
        method: &str,
        url: &str,
        headers: Vec<String>,
        body: Vec<u8>,
        now: f64,
    ) -> Result<Answer, String> {
        let mut request = http::Request::builder().method(method).uri(url);
        for field in headers.chunks_exact(2) {
            if let [name, value] = field {
                request = request.header(name, value);
            }
        }
        let request = request.body(body).map_err(|error| error.to_string())?;
        // Casts saturate; NaN becomes 0.
        Ok(Answer(self.0.answer(&request, now as i64)))
    }
}

#[wasm_bindgen]
impl Answer {
    /// The status code.
    #[wasm_bindgen(getter)]
    pub fn status(&self) -> u16 {
        self.0.status().as_u16()
    }

    /// The header fields: name, value, name, value….
    #[wasm_bindgen(getter)]
    pub fn headers(&self) -> Vec<String> {
        let fields = self.0.headers().iter();
        fields
            .flat_map(|(name, value)| {
                let value = value.to_str().unwrap_or_default();
                [name.as_str().to_owned(), value.to_owned()]
            })
            .collect()
    }

    /// The body.
    #[wasm_bindgen(getter)]
    pub fn body(&self) -> Vec<u8> {
        self.0.body().clone()
    }
}
