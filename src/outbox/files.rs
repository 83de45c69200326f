//! Files for mails being written: kept in the database piece by piece, until their mail has gone or their time is up.
//!
//! A file may belong to several drafts and mails of its user. Its time is when it is looked at again: whatever uses it
//! then keeps it (see [`expiry`]), so that one use that ends takes nothing from another.

use std::rc::Rc;

use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use chrono::{DateTime, TimeDelta, Utc};
use serde::Deserialize;
use serde_json::{Value, json};

use crate::compose::{Attached, ContentId, FileName, FileSource, MediaType};
use crate::error::{Error, ErrorCode, Result};
use crate::host::{Batch, Blob, Comparison, Content, Filter, Host, HostFuture, Query, row};
use crate::store::{self, collections};

mod expiry;

pub use expiry::{forget_expired, release_with_account};

/// The largest file, in bytes.
pub const LARGEST: u64 = 150 << 20;
/// Bytes of a piece: a multiple of what Outlook's upload sessions take.
const PIECE: u64 = 3 * 320 * 1024;
/// How much one user may have waiting, in bytes.
const WAITING: u64 = 1 << 30;
/// How long a file waits for its mail to be saved or sent, and for a draft that it was taken out of.
pub const LIFE: TimeDelta = TimeDelta::days(1);
/// How long the files of a draft are kept after it was saved last.
const DRAFT_LIFE: TimeDelta = TimeDelta::days(180);

/// A stored file, without its bytes.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Upload {
    /// Names it.
    pub token: String,
    /// Its name.
    pub filename: FileName,
    /// Its type, as the browser declared it.
    pub mime_type: MediaType,
    /// Its size in bytes.
    #[serde(deserialize_with = "size_from")]
    pub size: u64,
}

fn size_from<'de, D: serde::Deserializer<'de>>(deserializer: D) -> std::result::Result<u64, D::Error> {
    store::id_from(deserializer).map(|size| u64::try_from(size).unwrap_or_default())
}

impl Upload {
    /// All of its bytes.
    ///
    /// # Errors
    /// `storage_failed`.
    pub async fn bytes(&self, host: &dyn Host) -> Result<Vec<u8>> {
        StoredFiles(host).read(&self.token, 0, self.size).await
    }

    /// The file as one of a mail, whose text shows it by `content_id`.
    pub fn attached(self, content_id: Option<ContentId>) -> Attached {
        Attached {
            token: self.token,
            filename: self.filename,
            mime_type: self.mime_type,
            size: self.size,
            content_id,
        }
    }

    /// What the page gets.
    pub fn to_public(&self) -> Value {
        json!({
            "originalname": self.filename,
            "filename": self.token,
            "path": format!("{}/{}", collections::UPLOADS, self.token),
            "size": self.size,
            "encoding": "7bit",
            "mimetype": self.mime_type,
        })
    }
}

/// A file that comes in, one piece after the other.
pub enum Incoming<'a> {
    /// It can be read from any place, and has so many bytes.
    Blob(&'a dyn Blob, u64),
    /// A provider has said that it has about so many.
    Content(Content, u64),
}

impl Incoming<'_> {
    /// The bytes from `offset` on, where the piece before has ended: a whole piece, or less at the end.
    async fn piece(&self, host: &dyn Host, offset: u64) -> Result<Vec<u8>> {
        match self {
            Self::Blob(bytes, size) => {
                let length = PIECE.min(size.saturating_sub(offset));
                let piece = bytes.read(offset, length).await?;
                if piece.len() as u64 != length {
                    return Err(Error::invalid(
                        "file",
                        "the file did not arrive whole: upload it again",
                    ));
                }
                Ok(piece)
            }
            Self::Content(Content::Whole(bytes), _) => bytes.read(offset, PIECE).await,
            Self::Content(Content::Stream(stream), _) => host.read_next(Rc::clone(stream), PIECE).await,
        }
    }
}

/// Stores a file for a user, piece by piece.
///
/// # Errors
/// `invalid_input` about `file` for one that is too large, or when too much waits already; `storage_failed`; what the
/// reading reports.
pub async fn save(
    host: &dyn Host,
    user_id: i64,
    filename: FileName,
    mime_type: MediaType,
    incoming: Incoming<'_>,
) -> Result<Upload> {
    let expected = match incoming {
        Incoming::Blob(_, size) => fits(size)?,
        Incoming::Content(_, about) => about.min(LARGEST),
    };
    let now = host.now();
    if waiting(host, user_id, now).await? + expected > WAITING {
        return Err(Error::invalid(
            "file",
            "too many files wait to be sent: send or discard some drafts first",
        ));
    }
    let mut name = [0; 24];
    host.random(&mut name)?;
    let token = URL_SAFE_NO_PAD.encode(name);
    let expires_at = now + LIFE;
    let mut size = 0;
    for number in 0.. {
        let piece = incoming.piece(host, size).await?;
        if piece.is_empty() {
            break;
        }
        size = fits(size + piece.len() as u64)?;
        let columns = row([
            ("token", json!(token)),
            ("number", json!(number)),
            ("content", json!(STANDARD.encode(&piece))),
            ("expiresAt", json!(expires_at)),
        ]);
        store::commit(
            host,
            Batch::new().insert(collections::UPLOAD_PIECES, vec![columns]),
        )
        .await?;
    }
    let columns = row([
        ("token", json!(token)),
        ("userId", json!(user_id)),
        ("filename", json!(filename)),
        ("mimeType", json!(mime_type)),
        ("size", json!(size)),
        ("expiresAt", json!(expires_at)),
    ]);
    store::commit(host, Batch::new().insert(collections::UPLOADS, vec![columns])).await?;
    Ok(Upload {
        token,
        filename,
        mime_type,
        size,
    })
}

fn fits(size: u64) -> Result<u64> {
    match size > LARGEST {
        true => Err(Error::invalid("file", "a file has at most 150 MB")),
        false => Ok(size),
    }
}

async fn waiting(host: &dyn Host, user_id: i64, now: DateTime<Utc>) -> Result<u64> {
    let alive =
        Filter::eq("userId", user_id).and(Filter::compare("expiresAt", Comparison::Greater, json!(now)));
    let rows = host
        .find(Query::new(collections::UPLOADS, alive).fields(&["size"]))
        .await?;
    let sizes = rows.iter().filter_map(|row| store::id_of(row.get("size")?));
    Ok(sizes.map(|size| u64::try_from(size).unwrap_or_default()).sum())
}

/// The user's uploads with these tokens; those that are no longer there are missing.
///
/// # Errors
/// `storage_failed`.
pub async fn of_user(host: &dyn Host, user_id: i64, tokens: &[&str]) -> Result<Vec<Upload>> {
    if tokens.is_empty() {
        return Ok(Vec::new());
    }
    let filter = Filter::eq("userId", user_id).and(Filter::is_in("token", tokens.iter().copied()));
    store::find(host, Query::new(collections::UPLOADS, filter)).await
}

/// The error about a file that a mail can't do without.
pub fn gone() -> Error {
    Error::new(
        ErrorCode::NotFound,
        "a file of the mail is no longer there: attach it again",
    )
    .about("attachments")
}

/// Adds to a commit that these files stay until `until` for a mail of the outbox, which says so itself; each must be there.
pub fn keep(mut batch: Batch, files: &[Attached], until: DateTime<Utc>) -> Batch {
    let mut tokens = tokens(files);
    tokens.sort_unstable();
    tokens.dedup();
    let columns = || row([("expiresAt", json!(until))]);
    for token in &tokens {
        batch = batch.swap(collections::UPLOADS, Filter::eq("token", *token), columns());
    }
    prolong(batch, &tokens, until)
}

/// The names of a mail's files.
pub fn tokens(files: &[Attached]) -> Vec<&str> {
    files.iter().map(|file| file.token.as_str()).collect()
}

/// Adds to a commit that the files of a draft stay with it.
pub fn keep_with_draft(batch: Batch, user_id: i64, tokens: &[&str], now: DateTime<Utc>) -> Batch {
    look_again(batch, user_id, tokens, now + DRAFT_LIFE)
}

/// Adds to a commit when it is looked whether these files of a user's are still used, as far as they are there.
pub fn look_again(batch: Batch, user_id: i64, tokens: &[&str], at: DateTime<Utc>) -> Batch {
    if tokens.is_empty() {
        return batch;
    }
    let own = Filter::eq("userId", user_id).and(Filter::is_in("token", tokens.iter().copied()));
    let batch = batch.update(collections::UPLOADS, own, row([("expiresAt", json!(at))]));
    prolong(batch, tokens, at)
}

fn prolong(batch: Batch, tokens: &[&str], until: DateTime<Utc>) -> Batch {
    if tokens.is_empty() {
        return batch;
    }
    let of_these = Filter::is_in("token", tokens.iter().copied());
    batch.update(
        collections::UPLOAD_PIECES,
        of_these,
        row([("expiresAt", json!(until))]),
    )
}

/// The bytes of stored files.
pub struct StoredFiles<'h>(pub &'h dyn Host);

#[derive(Deserialize)]
struct Piece {
    content: String,
}

impl FileSource for StoredFiles<'_> {
    fn read<'a>(&'a self, token: &'a str, offset: u64, length: u64) -> HostFuture<'a, Vec<u8>> {
        Box::pin(async move {
            let end = offset.saturating_add(length);
            let mut bytes = Vec::with_capacity(usize::try_from(length).unwrap_or_default());
            let mut number = offset / PIECE;
            while number * PIECE < end {
                let named = Filter::eq("token", token).and(Filter::eq("number", number));
                let query = Query::new(collections::UPLOAD_PIECES, named).fields(&["content"]);
                let Some(piece) = store::find_one::<Piece>(self.0, query).await? else {
                    break;
                };
                let piece = STANDARD.decode(piece.content).map_err(|_| {
                    Error::new(
                        ErrorCode::StorageFailed,
                        "a stored file is damaged: attach it again",
                    )
                })?;
                let place = |at: u64| {
                    usize::try_from(at.saturating_sub(number * PIECE))
                        .unwrap_or(usize::MAX)
                        .min(piece.len())
                };
                bytes.extend_from_slice(piece.get(place(offset)..place(end)).unwrap_or_default());
                number += 1;
            }
            Ok(bytes)
        })
    }
}
