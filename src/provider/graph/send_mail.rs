//! `sendMail` (<https://learn.microsoft.com/graph/api/user-sendmail>), for accounts that may send and nothing else: no
//! draft, and no look among the sent mails.
//!
//! An answer that gets lost can't be found out here: its mail is shown as undecided at once, and never sent twice.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use http::{Method, Request};

use super::super::http::{call, get};
use super::super::sending::{Identity, MailSender, Preparation, SentMail, Sighting};
use super::prefer::with_preferences;
use super::{Graph, drafts};
use crate::compose::Outgoing;
use crate::compose::mime::Mime;
use crate::error::{Error, Result};
use crate::host::HostFuture;
use crate::session::Session;

/// With them in base64 twice, and a text, a request stays below Graph's 4 MB.
const LARGEST: u64 = 2 << 20;
/// The most that the whole mail may have, before the outer base64.
const LARGEST_MAIL: u64 = 3 << 20;

/// Sends mails in one request.
pub(in crate::provider) struct SendMail;

impl MailSender for SendMail {
    fn largest(&self) -> u64 {
        LARGEST
    }

    fn look<'a>(&'a self, _: &'a Session, _: &'a str, _: Option<&'a str>) -> HostFuture<'a, Sighting> {
        Box::pin(async { Ok(Sighting::Hidden) })
    }

    fn prepare<'a>(
        &'a self,
        _: &'a Session,
        outgoing: &'a Outgoing<'a>,
        so_far: Preparation,
    ) -> HostFuture<'a, Preparation> {
        Box::pin(async move {
            if Mime::new(outgoing).length() > LARGEST_MAIL {
                return Err(Error::invalid(
                    "body",
                    "the mail is too large to be sent from this account",
                ));
            }
            Ok(Preparation {
                complete: true,
                is_certain: true,
                ..so_far
            })
        })
    }

    fn send<'a>(
        &'a self,
        session: &'a Session,
        outgoing: &'a Outgoing<'a>,
        _: &'a Preparation,
    ) -> HostFuture<'a, SentMail> {
        Box::pin(async move {
            let mime = Mime::new(outgoing);
            let bytes = mime.read(0, mime.length()).await?;
            let request = request(&session.endpoints().api, &bytes)?;
            call(session, request, drafts::parse_sent).await?;
            // Graph tells no id. The mark is the mail's own.
            Ok(SentMail {
                mail_id: outgoing.mark.to_owned(),
                conversation_id: String::new(),
            })
        })
    }

    fn discard<'a>(&'a self, _: &'a Session, _: &'a str) -> HostFuture<'a, ()> {
        Box::pin(async { Ok(()) })
    }

    fn identities<'a>(&'a self, session: &'a Session) -> HostFuture<'a, Vec<Identity>> {
        Graph.identities(session)
    }
}

fn request(api: &str, mime: &[u8]) -> Result<Request<Vec<u8>>> {
    let mut request = get(&format!("{api}/me/sendMail"))?;
    *request.method_mut() = Method::POST;
    request
        .headers_mut()
        .insert("content-type", http::HeaderValue::from_static("text/plain"));
    *request.body_mut() = STANDARD.encode(mime).into_bytes();
    Ok(with_preferences(request, None))
}
