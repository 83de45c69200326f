//! `users.drafts`: <https://developers.google.com/workspace/gmail/api/reference/rest/v1/users.drafts>, with its uploads
//! <https://developers.google.com/workspace/gmail/api/guides/uploads>.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE;
use chrono::{DateTime, Utc};
use http::header::{CONTENT_RANGE, HeaderValue, LOCATION, RANGE};
use http::{Method, Request, Response};
use serde::Deserialize;
use serde_json::{Value, json as value};

use super::super::http::{get, json, missing, post, post_json, segment, with_query};
use super::error;
use crate::error::{Error, ErrorCode, Result};

#[derive(Deserialize)]
pub(super) struct Draft {
    pub(super) id: String,
    #[serde(default)]
    pub(super) message: Option<DraftMessage>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct DraftMessage {
    #[serde(default)]
    pub(super) thread_id: Option<String>,
}

#[derive(Deserialize)]
struct ListDraftsResponse {
    drafts: Option<Vec<Draft>>,
}

/// A message that was sent.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Sent {
    pub(super) id: String,
    #[serde(default)]
    pub(super) thread_id: Option<String>,
}

#[derive(Deserialize)]
struct ListMessagesResponse {
    messages: Option<Vec<Sent>>,
}

fn in_thread(thread_id: Option<&str>) -> Value {
    match thread_id {
        Some(id) => value!({ "message": { "threadId": id } }),
        None => value!({ "message": {} }),
    }
}

/// Creates a draft of a whole mail.
pub(super) fn create(api: &str, mime: &[u8], thread_id: Option<&str>) -> Result<Request<Vec<u8>>> {
    let mut body = in_thread(thread_id);
    if let Some(message) = body.get_mut("message").and_then(Value::as_object_mut) {
        message.insert("raw".to_owned(), Value::String(URL_SAFE.encode(mime)));
    }
    post_json(&format!("{api}/users/me/drafts"), &body)
}

pub(super) fn parse(response: &Response<Vec<u8>>, now: DateTime<Utc>) -> Result<Draft> {
    json(error::check(response, now)?)
}

/// Begins the upload of a draft of so many bytes.
pub(super) fn begin_upload(api: &str, length: u64, thread_id: Option<&str>) -> Result<Request<Vec<u8>>> {
    let base = api.strip_suffix("/gmail/v1").ok_or_else(|| {
        Error::new(
            ErrorCode::NotConfigured,
            "large mails can't be sent: the address of Gmail's API has to end with /gmail/v1",
        )
    })?;
    let address = format!("{base}/upload/gmail/v1/users/me/drafts?uploadType=resumable");
    let mut request = post_json(&address, &in_thread(thread_id))?;
    let headers = request.headers_mut();
    headers.insert(
        "x-upload-content-type",
        HeaderValue::from_static("message/rfc822"),
    );
    headers.insert("x-upload-content-length", HeaderValue::from(length));
    Ok(request)
}

/// The address of the upload's session.
pub(super) fn parse_session(response: &Response<Vec<u8>>, now: DateTime<Utc>) -> Result<String> {
    error::check(response, now)?;
    let location = response.headers().get(LOCATION);
    location
        .and_then(|location| location.to_str().ok())
        .map(str::to_owned)
        .ok_or_else(|| missing("address to upload to"))
}

/// Sends bytes from `offset` on; with none of them, asks how far the upload is.
pub(super) fn upload(url: &str, bytes: Vec<u8>, offset: u64, length: u64) -> Result<Request<Vec<u8>>> {
    let range = match bytes.len() as u64 {
        0 => format!("bytes */{length}"),
        count => format!("bytes {offset}-{}/{length}", offset + count - 1),
    };
    let mut request = post(url, "message/rfc822", bytes)?;
    *request.method_mut() = Method::PUT;
    let range = HeaderValue::from_str(&range)
        .map_err(|error| Error::new(ErrorCode::Internal, "a request could not be built").because(error))?;
    request.headers_mut().insert(CONTENT_RANGE, range);
    Ok(request)
}

/// How far an upload is.
pub(super) enum Progress {
    /// So many bytes have arrived.
    Arrived(u64),
    /// All have, and made this draft.
    Done(Draft),
    /// The session is over.
    Lost,
}

pub(super) fn parse_upload(response: &Response<Vec<u8>>, now: DateTime<Utc>) -> Result<Progress> {
    match response.status().as_u16() {
        308 => {
            let range = response
                .headers()
                .get(RANGE)
                .and_then(|range| range.to_str().ok());
            // Without the header nothing has arrived.
            let last = range.and_then(|range| range.rsplit('-').next()?.trim().parse::<u64>().ok());
            Ok(Progress::Arrived(last.map_or(0, |last| last + 1)))
        }
        404 | 410 => Ok(Progress::Lost),
        _ => parse(response, now).map(Progress::Done),
    }
}

/// Reads whether a draft is still there.
pub(super) fn read(api: &str, id: &str) -> Result<Request<Vec<u8>>> {
    let address = format!("{api}/users/me/drafts/{}", segment(id)?);
    get(&with_query(&address, &[("format", "minimal")]))
}

/// The drafts of the mail with this Message-ID.
pub(super) fn find(api: &str, mark: &str) -> Result<Request<Vec<u8>>> {
    let query = format!("rfc822msgid:{mark}");
    get(&with_query(
        &format!("{api}/users/me/drafts"),
        &[("q", query.as_str())],
    ))
}

pub(super) fn parse_found(response: &Response<Vec<u8>>, now: DateTime<Utc>) -> Result<Option<String>> {
    let list: ListDraftsResponse = json(error::check(response, now)?)?;
    Ok(list.drafts.into_iter().flatten().next().map(|draft| draft.id))
}

/// Sends a draft; it is one no more.
pub(super) fn send(api: &str, id: &str) -> Result<Request<Vec<u8>>> {
    post_json(&format!("{api}/users/me/drafts/send"), &value!({ "id": id }))
}

pub(super) fn parse_sent(response: &Response<Vec<u8>>, now: DateTime<Utc>) -> Result<Sent> {
    json(error::check(response, now)?)
}

/// The sent mails with this Message-ID, wherever they are by now.
pub(super) fn find_sent(api: &str, mark: &str) -> Result<Request<Vec<u8>>> {
    let query = format!("rfc822msgid:{mark}");
    let pairs = [
        ("q", query.as_str()),
        ("labelIds", "SENT"),
        ("includeSpamTrash", "true"),
        ("fields", "messages(id,threadId)"),
    ];
    get(&with_query(&format!("{api}/users/me/messages"), &pairs))
}

pub(super) fn parse_found_sent(response: &Response<Vec<u8>>, now: DateTime<Utc>) -> Result<Option<Sent>> {
    let list: ListMessagesResponse = json(error::check(response, now)?)?;
    Ok(list.messages.into_iter().flatten().next())
}

/// Removes a draft for good.
pub(super) fn delete(api: &str, id: &str) -> Result<Request<Vec<u8>>> {
    let mut request = get(&format!("{api}/users/me/drafts/{}", segment(id)?))?;
    *request.method_mut() = Method::DELETE;
    Ok(request)
}

pub(super) fn parse_deleted(response: &Response<Vec<u8>>, now: DateTime<Utc>) -> Result<()> {
    match error::check(response, now) {
        Err(error) if error.code() != ErrorCode::ItemGone => Err(error),
        _ => Ok(()),
    }
}
