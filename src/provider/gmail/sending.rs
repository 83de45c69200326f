//! Sending through Gmail: a draft with our own Message-ID, made at once or by a resumable upload, and then sent.

use super::super::http::{call, own_link};
use super::super::sending::{Identity, MailSender, Preparation, SentMail, Sighting, Upload};
use super::drafts::{self, Progress};
use super::{Gmail, send_as_list, threads_get};
use crate::compose::Outgoing;
use crate::compose::mime::Mime;
use crate::error::{Error, ErrorCode, Result};
use crate::host::HostFuture;
use crate::session::Session;

/// Files of more than this make a mail of more than 35 MB, Gmail's limit.
const LARGEST: u64 = 25 << 20;
/// Mails up to this go in one request.
const AT_ONCE: u64 = 4 << 20;
/// Bytes of an upload's requests: a multiple of 256 KiB.
const SLICE: u64 = 2 << 20;

impl MailSender for Gmail {
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
                    Ok(draft) => return Ok(Sighting::Draft(draft.id)),
                    Err(error) if error.code() == ErrorCode::ItemGone => {}
                    Err(error) => return Err(error),
                }
            }
            let sent = call(session, drafts::find_sent(api, mark)?, drafts::parse_found_sent).await;
            if let Ok(Some(sent)) = sent {
                return Ok(Sighting::Sent(sent_mail(sent)));
            }
            // Who may only send sees drafts and nothing else.
            if sent
                .as_ref()
                .is_err_and(|error| error.code() != ErrorCode::PermissionMissing)
            {
                return sent.map(|_| Sighting::Nothing);
            }
            match call(session, drafts::find(api, mark)?, drafts::parse_found).await? {
                Some(draft) => Ok(Sighting::Draft(draft)),
                None => sent.map(|_| Sighting::Nothing),
            }
        })
    }

    fn prepare<'a>(
        &'a self,
        session: &'a Session,
        outgoing: &'a Outgoing<'a>,
        so_far: Preparation,
    ) -> HostFuture<'a, Preparation> {
        Box::pin(async move {
            let api = &session.endpoints().api;
            let answered = outgoing.mail.answers.as_ref().filter(|_| !so_far.is_apart);
            let thread = answered.and_then(|answered| answered.conversation_id.as_deref());
            let mime = Mime::new(outgoing);
            let length = mime.length();
            if let Some(upload) = so_far.upload.clone() {
                return go_on(session, &mime, so_far, upload, thread).await;
            }
            if length <= AT_ONCE {
                let bytes = mime.read(0, length).await?;
                let create = async |thread: Option<&str>| {
                    let request = drafts::create(api, &bytes, thread)?;
                    call(session, request, drafts::parse).await
                };
                let (draft, is_apart) = where_it_belongs(thread, create).await?;
                return Ok(Preparation {
                    is_apart: so_far.is_apart || is_apart,
                    ..complete(draft)
                });
            }
            let begin = async |thread: Option<&str>| {
                let request = drafts::begin_upload(api, length, thread)?;
                call(session, request, drafts::parse_session).await
            };
            let (url, is_apart) = where_it_belongs(thread, begin).await?;
            Ok(Preparation {
                upload: Some(Upload {
                    url: own_link(api, &url)?,
                    offset: 0,
                }),
                is_apart: so_far.is_apart || is_apart,
                is_certain: true,
                ..Preparation::default()
            })
        })
    }

    fn send<'a>(
        &'a self,
        session: &'a Session,
        _: &'a Outgoing<'a>,
        prepared: &'a Preparation,
    ) -> HostFuture<'a, SentMail> {
        Box::pin(async move {
            let draft = prepared.draft.as_deref().unwrap_or_default();
            let request = drafts::send(&session.endpoints().api, draft)?;
            Ok(sent_mail(call(session, request, drafts::parse_sent).await?))
        })
    }

    fn discard<'a>(&'a self, session: &'a Session, draft: &'a str) -> HostFuture<'a, ()> {
        Box::pin(async move {
            let request = drafts::delete(&session.endpoints().api, draft)?;
            call(session, request, drafts::parse_deleted).await
        })
    }

    fn identities<'a>(&'a self, session: &'a Session) -> HostFuture<'a, Vec<Identity>> {
        Box::pin(async move {
            let request = send_as_list::request(&session.endpoints().api)?;
            call(session, request, send_as_list::parse).await
        })
    }
}

/// Asks for a draft in the conversation that it answers. Where the provider doesn't take that, because it is gone, the mail
/// goes out all the same, apart from it; nothing is sent by asking again. Returns whether it came to that.
async fn where_it_belongs<T>(
    thread: Option<&str>,
    ask: impl AsyncFn(Option<&str>) -> Result<T>,
) -> Result<(T, bool)> {
    match ask(thread).await {
        Err(error) if thread.is_some() && is_about_content(&error) => Ok((ask(None).await?, true)),
        answer => Ok((answer?, false)),
    }
}

fn is_about_content(error: &Error) -> bool {
    matches!(error.code(), ErrorCode::ItemGone | ErrorCode::ProviderRejected)
}

/// Sends the next bytes of an upload, or asks first how far it is.
async fn go_on(
    session: &Session,
    mime: &Mime<'_>,
    so_far: Preparation,
    upload: Upload,
    thread: Option<&str>,
) -> Result<Preparation> {
    let length = mime.length();
    let bytes = match so_far.is_certain {
        true => mime.read(upload.offset, SLICE).await?,
        false => Vec::new(),
    };
    let request = drafts::upload(&upload.url, bytes, upload.offset, length)?;
    let is_apart = so_far.is_apart;
    Ok(match call(session, request, drafts::parse_upload).await? {
        Progress::Done(draft) => Preparation {
            is_apart,
            ..complete(draft)
        },
        Progress::Arrived(offset) => Preparation {
            upload: Some(Upload { offset, ..upload }),
            is_certain: true,
            ..so_far
        },
        Progress::Lost => {
            // An upload into a conversation that is gone ends like one that took too long.
            let is_gone = is_gone(session, thread).await;
            if so_far.is_certain && !is_gone {
                return Err(Error::new(
                    ErrorCode::ProviderUnavailable,
                    "the provider has ended the upload of a file",
                ));
            }
            Preparation {
                is_apart: is_apart || is_gone,
                ..Preparation::default()
            }
        }
    })
}

/// Whether the provider says that there is no such conversation.
async fn is_gone(session: &Session, thread: Option<&str>) -> bool {
    let Some(thread) = thread else { return false };
    let Ok(request) = threads_get::existence(&session.endpoints().api, thread) else {
        return false;
    };
    let answer = call(session, request, threads_get::parse).await;
    answer.is_err_and(|error| error.code() == ErrorCode::ItemGone)
}
fn complete(draft: drafts::Draft) -> Preparation {
    Preparation {
        draft: Some(draft.id),
        conversation_id: draft.message.and_then(|message| message.thread_id),
        complete: true,
        is_certain: true,
        ..Preparation::default()
    }
}

fn sent_mail(sent: drafts::Sent) -> SentMail {
    SentMail {
        mail_id: sent.id,
        conversation_id: sent.thread_id.unwrap_or_default(),
    }
}
