//! Files of a draft: small ones at once (<https://learn.microsoft.com/graph/api/message-post-attachments>), others in
//! upload sessions (<https://learn.microsoft.com/graph/outlook-large-attachments>).

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use chrono::{DateTime, Utc};
use http::header::{CONTENT_LENGTH, CONTENT_RANGE, HeaderValue};
use http::{Method, Request, Response};
use serde::Deserialize;
use serde_json::json as value;

use super::super::http::{get, json, post, post_json, segment, with_query};
use super::error;
use super::prefer::with_preferences;
use crate::compose::Attached;
use crate::error::{Error, ErrorCode, Result};

/// Adds a small file.
pub(super) fn attach(api: &str, id: &str, file: &Attached, bytes: &[u8]) -> Result<Request<Vec<u8>>> {
    let address = format!("{api}/me/messages/{}/attachments", segment(id)?);
    let body = value!({
        "@odata.type": "#microsoft.graph.fileAttachment",
        "name": file.filename,
        "contentType": file.mime_type,
        "isInline": file.content_id.is_some(),
        "contentId": file.content_id,
        "contentBytes": STANDARD.encode(bytes),
    });
    Ok(with_preferences(post_json(&address, &body)?, None))
}

pub(super) fn parse_attached(response: &Response<Vec<u8>>, now: DateTime<Utc>) -> Result<()> {
    error::check(response, now).map(drop)
}

#[derive(Deserialize)]
struct List {
    value: Vec<Listed>,
}

/// A file that a draft has.
#[derive(Deserialize)]
pub(super) struct Listed {
    pub(super) id: String,
    #[serde(default, deserialize_with = "crate::store::or_default")]
    pub(super) name: String,
}

/// The files that a draft has.
pub(super) fn list(api: &str, id: &str) -> Result<Request<Vec<u8>>> {
    let address = format!("{api}/me/messages/{}/attachments", segment(id)?);
    let pairs = [("$select", "id,name"), ("$top", "200")];
    Ok(with_preferences(get(&with_query(&address, &pairs))?, None))
}

pub(super) fn parse_list(response: &Response<Vec<u8>>, now: DateTime<Utc>) -> Result<Vec<Listed>> {
    json::<List>(error::check(response, now)?).map(|list| list.value)
}

/// Removes a file from a draft.
pub(super) fn remove(api: &str, id: &str, file: &str) -> Result<Request<Vec<u8>>> {
    let address = format!(
        "{api}/me/messages/{}/attachments/{}",
        segment(id)?,
        segment(file)?
    );
    let mut request = get(&address)?;
    *request.method_mut() = Method::DELETE;
    Ok(with_preferences(request, None))
}

/// Begins the upload of a large file.
pub(super) fn begin(api: &str, id: &str, file: &Attached) -> Result<Request<Vec<u8>>> {
    let address = format!(
        "{api}/me/messages/{}/attachments/createUploadSession",
        segment(id)?
    );
    let body = value!({ "AttachmentItem": {
        "attachmentType": "file",
        "name": file.filename,
        "contentType": file.mime_type,
        "size": file.size,
        "isInline": file.content_id.is_some(),
        "contentId": file.content_id,
    } });
    Ok(with_preferences(post_json(&address, &body)?, None))
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Session {
    #[serde(default)]
    upload_url: Option<String>,
    #[serde(default)]
    next_expected_ranges: Option<Vec<String>>,
}

/// The address of the session, which answers to whoever knows it.
pub(super) fn parse_session(response: &Response<Vec<u8>>, now: DateTime<Utc>) -> Result<String> {
    let session: Session = json(error::check(response, now)?)?;
    session
        .upload_url
        .ok_or_else(|| super::super::http::missing("address to upload to"))
}

/// Sends bytes from `offset` on. No token goes with them: the session refuses it.
pub(super) fn upload(url: &str, bytes: Vec<u8>, offset: u64, size: u64) -> Result<Request<Vec<u8>>> {
    let count = bytes.len() as u64;
    let mut request = post(url, "application/octet-stream", bytes)?;
    *request.method_mut() = Method::PUT;
    let range = format!("bytes {offset}-{}/{size}", (offset + count).saturating_sub(1));
    let range = HeaderValue::from_str(&range)
        .map_err(|error| Error::new(ErrorCode::Internal, "a request could not be built").because(error))?;
    request.headers_mut().insert(CONTENT_RANGE, range);
    request.headers_mut().insert(CONTENT_LENGTH, count.into());
    Ok(request)
}

/// Asks how far the upload is.
pub(super) fn status(url: &str) -> Result<Request<Vec<u8>>> {
    get(url)
}

/// How far an upload is.
pub(super) enum Progress {
    /// So many bytes have arrived.
    Arrived(u64),
    /// All have.
    Done,
    /// The session is over: the file is there, or has to be sent again.
    Lost,
}

pub(super) fn parse_upload(response: &Response<Vec<u8>>, now: DateTime<Utc>) -> Result<Progress> {
    match response.status().as_u16() {
        201 => Ok(Progress::Done),
        404 | 410 => Ok(Progress::Lost),
        _ => {
            let session: Session = json(error::check(response, now)?)?;
            let first = session.next_expected_ranges.into_iter().flatten().next();
            let start = first.and_then(|range| range.split('-').next()?.trim().parse().ok());
            Ok(start.map_or(Progress::Lost, Progress::Arrived))
        }
    }
}
