//! Sending through Outlook: a draft that bears our mark, behind the mail it answers, its files, and then sent.

use url::Url;

use super::super::http::call;
use super::super::sending::{Identity, MailSender, Preparation, SentMail, Sighting, Upload};
use super::upload_session::{self as files, Progress};
use super::{Graph, drafts, user_get};
use crate::compose::{Attached, Outgoing};
use crate::error::{Error, ErrorCode, Result};
use crate::host::{FetchLimits, HostFuture};
use crate::session::Session;

/// Outlook's limit for the files of a mail.
const LARGEST: u64 = 150 << 20;
/// Files below this go in one request.
const AT_ONCE: u64 = 3 << 20;
/// Bytes of an upload's requests: a multiple of 320 KiB below 4 MB.
const SLICE: u64 = 9 * 320 * 1024;
/// Long enough for a slice, short enough to notice a dead peer.
const LIMITS: FetchLimits = FetchLimits {
    timeout_ms: 60_000,
    max_bytes: 1 << 20,
};

impl MailSender for Graph {
    fn largest(&self) -> u64 {
        LARGEST
    }

    fn look<'a>(
        &'a self,
        session: &'a Session,
        mark: &'a str,
        draft: Option<&'a str>,
    ) -> HostFuture<'a, Sighting> {
        Box::pin(async move {
            let api = &session.endpoints().api;
            if let Some(id) = draft {
                match call(session, drafts::read(api, id)?, drafts::parse).await {
                    Ok(found) => return Ok(sighting(found)),
                    Err(error) if error.code() == ErrorCode::ItemGone => {}
                    Err(error) => return Err(error),
                }
            }
            let found = call(session, drafts::find(api, mark)?, drafts::parse_found).await?;
            let (left, sent): (Vec<_>, Vec<_>) =
                found.into_iter().partition(|each| each.is_draft != Some(false));
            let seen = sent.into_iter().chain(left).next();
            Ok(seen.map_or(Sighting::Nothing, sighting))
        })
    }

    fn prepare<'a>(
        &'a self,
        session: &'a Session,
        outgoing: &'a Outgoing<'a>,
        so_far: Preparation,
    ) -> HostFuture<'a, Preparation> {
        Box::pin(async move {
            let Some(draft) = so_far.draft.clone() else {
                return begin(session, outgoing).await;
            };
            if !so_far.has_text {
                return write(session, outgoing, so_far, &draft).await;
            }
            if !so_far.is_certain {
                return recount(session, so_far, &draft).await;
            }
            match outgoing.mail.files.get(so_far.files) {
                Some(file) => attach(session, outgoing, so_far, &draft, file).await,
                None => complete(session, outgoing, so_far, &draft).await,
            }
        })
    }

    fn send<'a>(
        &'a self,
        session: &'a Session,
        _: &'a Outgoing<'a>,
        prepared: &'a Preparation,
    ) -> HostFuture<'a, SentMail> {
        Box::pin(async move {
            let draft = prepared.draft.clone().unwrap_or_default();
            let request = drafts::send(&session.endpoints().api, &draft)?;
            call(session, request, drafts::parse_sent).await?;
            Ok(SentMail {
                mail_id: draft,
                conversation_id: prepared.conversation_id.clone().unwrap_or_default(),
            })
        })
    }

    fn discard<'a>(&'a self, session: &'a Session, draft: &'a str) -> HostFuture<'a, ()> {
        Box::pin(async move {
            let api = &session.endpoints().api;
            // The id stays the same when a draft is sent: what was sent is not removed.
            match call(session, drafts::read(api, draft)?, drafts::parse).await {
                Ok(found) if found.is_draft == Some(true) => {
                    call(session, drafts::delete(api, draft)?, drafts::parse_done).await
                }
                Ok(_) => Ok(()),
                Err(error) if error.code() == ErrorCode::ItemGone => Ok(()),
                Err(error) => Err(error),
            }
        })
    }

    fn identities<'a>(&'a self, session: &'a Session) -> HostFuture<'a, Vec<Identity>> {
        Box::pin(async move {
            let api = &session.endpoints().api;
            let user = match call(session, user_get::addresses_request(api)?, user_get::parse).await {
                Ok(user) => user,
                // Personal accounts don't tell them.
                Err(error) if error.code() == ErrorCode::ProviderRejected => {
                    call(session, user_get::request(api)?, user_get::parse).await?
                }
                Err(error) => return Err(error),
            };
            super::convert::identities(user)
        })
    }
}

fn sighting(found: drafts::Draft) -> Sighting {
    match found.is_draft {
        Some(false) => Sighting::Sent(SentMail {
            mail_id: found.id,
            conversation_id: found.conversation_id.unwrap_or_default(),
        }),
        _ => Sighting::Draft(found.id),
    }
}

async fn begin(session: &Session, outgoing: &Outgoing<'_>) -> Result<Preparation> {
    let (api, mail) = (&session.endpoints().api, outgoing.mail);
    let answered = mail.answers.as_ref();
    let original = answered.and_then(|answered| Some((answered.mail_id.as_deref()?, answered.mode)));
    if let Some((id, mode)) = original {
        let request = drafts::create_reply(api, id, mode, outgoing.mark)?;
        match call(session, request, drafts::parse).await {
            Ok(draft) => return Ok(begun(draft, false)),
            // The mail that is answered is gone. The answer goes out all the same.
            Err(error) if error.code() == ErrorCode::ItemGone => {}
            Err(error) => return Err(error),
        }
    }
    let request = drafts::create(api, mail, outgoing.mark)?;
    Ok(begun(call(session, request, drafts::parse).await?, true))
}

fn begun(draft: drafts::Draft, has_text: bool) -> Preparation {
    Preparation {
        draft: Some(draft.id),
        conversation_id: draft.conversation_id,
        has_text,
        is_certain: true,
        ..Preparation::default()
    }
}

/// Gives a draft behind another mail its own content, and takes away what it brought along.
async fn write(
    session: &Session,
    outgoing: &Outgoing<'_>,
    so_far: Preparation,
    draft: &str,
) -> Result<Preparation> {
    let api = &session.endpoints().api;
    let brought = list(session, draft).await?;
    clear(session, draft, brought).await?;
    call(session, drafts::update(api, draft, outgoing.mail)?, drafts::parse).await?;
    Ok(Preparation {
        has_text: true,
        is_certain: true,
        ..so_far
    })
}

async fn list(session: &Session, draft: &str) -> Result<Vec<files::Listed>> {
    let request = files::list(&session.endpoints().api, draft)?;
    call(session, request, files::parse_list).await
}

async fn clear(session: &Session, draft: &str, files: Vec<files::Listed>) -> Result<()> {
    for file in files.into_iter().rev() {
        let request = files::remove(&session.endpoints().api, draft, &file.id)?;
        call(session, request, drafts::parse_done).await?;
    }
    Ok(())
}

/// A process has ended while it worked on the draft: how far it came, the draft tells. Files are added in order.
async fn recount(session: &Session, so_far: Preparation, draft: &str) -> Result<Preparation> {
    let count = list(session, draft).await?.len();
    let is_same_file = count == so_far.files;
    let upload = match so_far.upload.clone().filter(|_| is_same_file) {
        Some(upload) => match progress(session, files::status(&upload.url)?).await? {
            Progress::Arrived(offset) => Some(Upload { offset, ..upload }),
            Progress::Done | Progress::Lost => None,
        },
        None => None,
    };
    Ok(Preparation {
        files: count,
        upload,
        is_certain: true,
        ..so_far
    })
}

/// The draft is complete where it has each file once. Where two have worked on it at once, its files are added anew.
async fn complete(
    session: &Session,
    outgoing: &Outgoing<'_>,
    so_far: Preparation,
    draft: &str,
) -> Result<Preparation> {
    let wanted = &outgoing.mail.files;
    let there = match wanted.is_empty() {
        true => Vec::new(),
        false => list(session, draft).await?,
    };
    // Outlook may have changed a name: of those that it has not, none may be there too often.
    let is_too_often = |file: &Attached| {
        let name = file.filename.as_str();
        let count = wanted
            .iter()
            .filter(|each| each.filename.as_str() == name)
            .count();
        there.iter().filter(|each| each.name == name).count() > count
    };
    if there.len() == wanted.len() && !wanted.iter().any(is_too_often) {
        return Ok(Preparation {
            complete: true,
            ..so_far
        });
    }
    clear(session, draft, there).await?;
    Err(Error::new(
        ErrorCode::ProviderUnavailable,
        "the files of the mail did not arrive as they should: they are added again",
    ))
}

async fn attach(
    session: &Session,
    outgoing: &Outgoing<'_>,
    mut so_far: Preparation,
    draft: &str,
    file: &Attached,
) -> Result<Preparation> {
    let api = &session.endpoints().api;
    if let Some(upload) = so_far.upload.take() {
        let bytes = read(outgoing, file, upload.offset, SLICE).await?;
        let request = files::upload(&upload.url, bytes, upload.offset, file.size)?;
        match progress(session, request).await? {
            Progress::Arrived(offset) => so_far.upload = Some(Upload { offset, ..upload }),
            Progress::Done => so_far.files += 1,
            Progress::Lost => return Err(interrupted()),
        }
        return Ok(so_far);
    }
    if file.size < AT_ONCE {
        let bytes = read(outgoing, file, 0, file.size).await?;
        call(
            session,
            files::attach(api, draft, file, &bytes)?,
            files::parse_attached,
        )
        .await?;
        so_far.files += 1;
        return Ok(so_far);
    }
    let url = call(session, files::begin(api, draft, file)?, files::parse_session).await?;
    so_far.upload = Some(Upload {
        url: session_address(api, &url)?,
        offset: 0,
    });
    Ok(so_far)
}

fn interrupted() -> Error {
    Error::new(
        ErrorCode::ProviderUnavailable,
        "the provider has ended the upload of a file",
    )
}

async fn read(outgoing: &Outgoing<'_>, file: &Attached, offset: u64, length: u64) -> Result<Vec<u8>> {
    let bytes = outgoing.files.read(&file.token, offset, length).await?;
    if bytes.len() as u64 != length.min(file.size.saturating_sub(offset)) {
        return Err(Error::new(
            ErrorCode::NotFound,
            "a file of the mail is no longer there: attach it again",
        )
        .about("attachments"));
    }
    Ok(bytes)
}

/// A request to an upload session, which takes no token.
async fn progress(session: &Session, request: http::Request<Vec<u8>>) -> Result<Progress> {
    let response = session.send_openly(request, LIMITS).await?;
    files::parse_upload(&response, session.host().now())
}

/// Sessions are at Outlook's own hosts. What the host doesn't allow is refused there.
fn session_address(api: &str, address: &str) -> Result<String> {
    let foreign = || {
        Error::new(
            ErrorCode::ResponseInvalid,
            "the provider's answer continues at another address than its API's",
        )
    };
    let (own, url) = (
        Url::parse(api).map_err(|_| foreign())?,
        Url::parse(address).map_err(|_| foreign())?,
    );
    let is_own = own.origin() == url.origin();
    let is_outlook = url.scheme() == "https"
        && url
            .host_str()
            .is_some_and(|host| super::UPLOAD_HOSTS.contains(&host));
    (is_own || is_outlook).then(|| url.into()).ok_or_else(foreign)
}
