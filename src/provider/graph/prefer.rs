//! What every request prefers: <https://learn.microsoft.com/graph/outlook-immutable-id>.

use http::header::HeaderName;
use http::{HeaderValue, Request};

/// Ids that survive moves.
pub(super) const IMMUTABLE_IDS: &str = "IdType=\"ImmutableId\"";

const PREFER: HeaderName = HeaderName::from_static("prefer");

/// The same as one header, as the calls of a batch have it.
pub(super) fn preferences(page_size: Option<u32>) -> String {
    match page_size {
        Some(size) => format!("{IMMUTABLE_IDS}, odata.maxpagesize={size}"),
        None => IMMUTABLE_IDS.to_owned(),
    }
}

/// The request with immutable ids and, for pages, their size.
pub(super) fn with_preferences(mut request: Request<Vec<u8>>, page_size: Option<u32>) -> Request<Vec<u8>> {
    let headers = request.headers_mut();
    headers.append(PREFER, HeaderValue::from_static(IMMUTABLE_IDS));
    let size = page_size.and_then(|size| HeaderValue::from_str(&format!("odata.maxpagesize={size}")).ok());
    if let Some(size) = size {
        headers.append(PREFER, size);
    }
    request
}
