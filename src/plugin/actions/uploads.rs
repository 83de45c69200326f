//! Files for mails being written.
//!
//! | action | in | out |
//! |---|---|---|
//! | `mail:messageAttachmentUpload` | multipart, one `file` of at most 150 MB | `{originalname, filename, path, size, encoding, mimetype}` |
//!
//! What comes back goes into a payload's `attachments` as it is; ours: `contentId` beside it makes the file a picture of
//! the text, shown there as `cid:…`. A file waits a day for its mail, with a draft for half a year.

use super::{Access, Action};
use crate::compose::{FileName, MediaType};
use crate::error::Error;
use crate::outbox::files;
use crate::plugin::call::{Answered, Call, body};

/// The actions of this file.
pub(super) const ACTIONS: &[Action] = &[Action {
    resource: "mail",
    name: "messageAttachmentUpload",
    access: Access::LoggedIn,
    answer: |call| Box::pin(upload(call)),
}];

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
        file.size,
        file.bytes.as_ref(),
    )
    .await?;
    body(upload.to_public())
}
