//! Files for mails being written.
//!
//! | action | in | out |
//! |---|---|---|
//! | `mail:messageAttachmentUpload` | multipart, one `file` of at most 150 MB | `{originalname, filename, path, size, encoding, mimetype}` |
//! | `mail:messageUploadGet` GET (ours) | `filename` as the upload was answered | bytes of a picture, for showing it in a draft |
//!
//! What comes back goes into a payload's `attachments` as it is; ours: `contentId` beside it makes the file a picture of
//! the text, shown there as `cid:…`. A file waits a day for its mail, with a draft for half a year.

use super::files::{SHOWN_PICTURES, shown_picture};
use super::{Access, Action};
use crate::compose::{FileName, MediaType};
use crate::error::{Error, ErrorCode};
use crate::outbox::files::{self, Incoming};
use crate::plugin::call::{Answered, Call, body, required};

/// The largest picture that is shown, in bytes.
const LARGEST_PICTURE: u64 = 25 << 20;

/// The actions of this file.
pub(super) const ACTIONS: &[Action] = &[
    Action {
        resource: "mail",
        name: "messageAttachmentUpload",
        access: Access::LoggedIn,
        answer: |call| Box::pin(upload(call)),
    },
    Action {
        resource: "mail",
        name: "messageUploadGet",
        access: Access::LoggedIn,
        answer: |call| Box::pin(picture(call)),
    },
];

/// The actions that take a file, and how many bytes it may have.
pub(super) const TAKING_FILES: &[(&str, &str, u64)] = &[("mail", "messageAttachmentUpload", files::LARGEST)];

async fn upload(call: Call<'_>) -> Answered {
    let file = call
        .request
        .file
        .as_ref()
        .ok_or_else(|| Error::invalid("file", "send one file as multipart/form-data"))?;
    let upload = files::save(
        call.host.as_ref(),
        call.user.id,
        FileName::cleaned(&file.name),
        MediaType::cleaned(&file.mime_type),
        Incoming::Blob(file.bytes.as_ref(), file.size),
    )
    .await?;
    body(upload.to_public())
}

/// Only pictures are shown: any other type would be for the browser to guess at.
async fn picture(call: Call<'_>) -> Answered {
    let host = call.host.as_ref();
    let gone = || Error::new(ErrorCode::NotFound, "this file is not here any more").about("filename");
    let token = required(&call, "filename")?;
    let upload = files::of_user(host, call.user.id, &[token]).await?.pop();
    let upload = upload
        .filter(|upload| upload.size <= LARGEST_PICTURE)
        .ok_or_else(gone)?;
    let kind = upload.mime_type.as_str().to_ascii_lowercase();
    if !SHOWN_PICTURES.contains(&kind.as_str()) {
        return Err(gone());
    }
    Ok(shown_picture(kind, upload.bytes(host).await?))
}
