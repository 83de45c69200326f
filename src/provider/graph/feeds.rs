//! Several folders' feeds, and the folders themselves, in one exchange: what a mailbox has to say in a pass fits into
//! a batch or two.

use http::{Response, StatusCode};

use super::super::http::{call, missing, own_link, sorted_by_box};
use super::super::{Feeds, FeedsRequest, Next, Page, PageOutcome};
use super::batch::{self, Answer};
use super::feed::Feed;
use super::page::{self, Raw};
use super::{convert, fault, mail_folder_get, mail_folders_delta, messages_delta, wire};
use crate::error::{Error, ErrorCode, Result};
use crate::model::Folder;
use crate::session::Session;

/// How many calls it takes to read the folders: the well-known ones by their names, and all of them.
pub(super) const FOLDER_CALLS: usize = convert::WELL_KNOWN.len() + convert::TECHNICAL.len() + 1;

/// Reads the feeds, and the folders where they are asked for.
///
/// # Errors
/// When one of the feeds fails in a way that may pass, unless it is a fault of nothing but its folder.
pub(super) async fn read(session: &Session, request: FeedsRequest<'_>) -> Result<Feeds> {
    let mut calls = Vec::with_capacity(request.feeds.len() + FOLDER_CALLS);
    if request.with_folders {
        calls.extend(convert::known_names().map(|(name, _)| mail_folder_get::call(name)));
        calls.push(mail_folders_delta::call());
    }
    let api = &session.endpoints().api;
    let feeds = request.feeds.iter().map(|feed| Feed::of(api, *feed));
    let feeds = feeds.collect::<Result<Vec<_>>>()?;
    for feed in &feeds {
        calls.push(feed.call(api)?);
    }
    let mut answers = batch::send(session, &calls).await?.into_iter();
    let folders = match request.with_folders {
        true => Some(folders(session, answers.by_ref().take(FOLDER_CALLS).collect()).await?),
        false => None,
    };
    let pages = pages(session, feeds, answers, folders.as_deref()).await?;
    Ok(Feeds { pages, folders })
}

async fn pages(
    session: &Session,
    feeds: Vec<Feed<'_>>,
    answers: impl Iterator<Item = Answer>,
    folders: Option<&[Folder]>,
) -> Result<Vec<PageOutcome>> {
    let answers = fault::settled(session, &feeds, answers.collect(), folders.is_some()).await?;
    let mut pages = Vec::with_capacity(feeds.len());
    let mut raw = Vec::new();
    let mut places = Vec::new();
    let now = session.host().now();
    let count = feeds.len();
    for (place, (feed, answer)) in feeds.into_iter().zip(answers).enumerate() {
        let folder = feed.folder;
        let answer = match answer {
            Err(error) if error.is_too_large() => {
                pages.push(page::read(session, feed).await?);
                continue;
            }
            answer => answer?,
        };
        let is_gone = answer.status() == StatusCode::NOT_FOUND
            && folders.is_some_and(|folders| folders.iter().all(|each| each.id != folder.id));
        if is_gone {
            // It was deleted just now, as the list of folders tells.
            pages.push(PageOutcome::Page(nothing()));
            continue;
        }
        match messages_delta::parse(&answer, now) {
            Err(error) if fault::is_of_folder(&error) => pages.push(PageOutcome::Unreadable(error)),
            Err(error) => return Err(error),
            Ok(None) => pages.push(PageOutcome::CursorExpired),
            Ok(Some(page)) => {
                pages.push(PageOutcome::Page(nothing()));
                places.push(place);
                raw.push(Raw {
                    page,
                    folder,
                    folders: folders.unwrap_or(feed.folders),
                    total: feed.total,
                });
            }
        }
    }
    for (place, page) in places.into_iter().zip(page::complete(session, raw).await?) {
        if let Some(slot) = pages.get_mut(place) {
            *slot = PageOutcome::Page(page);
        }
    }
    if pages.len() != count {
        return Err(missing("answer to this call"));
    }
    Ok(pages)
}

const fn nothing() -> Page {
    Page {
        changes: Vec::new(),
        next: Next::End(None),
        total: None,
        names_unknown_folder: false,
    }
}

async fn folders(session: &Session, mut answers: Vec<Answer>) -> Result<Vec<Folder>> {
    let list = answers.pop().ok_or_else(|| missing("list of folders"))?;
    let well_known = well_known_folders(session, answers)?;
    let folders = all_folders(session, list?).await?;
    Ok(sorted_by_box(convert::folders(folders, &well_known)))
}

/// The ids of the well-known folders, as far as this mailbox has them.
fn well_known_folders(session: &Session, answers: Vec<Answer>) -> Result<Vec<convert::WellKnown>> {
    let mut found = Vec::new();
    for ((_, kind), answer) in convert::known_names().zip(answers) {
        match mail_folder_get::parse(&answer?, session.host().now()) {
            Ok(folder) => found.push(convert::WellKnown { id: folder.id, kind }),
            Err(error) if error.code() == ErrorCode::ItemGone => {}
            Err(error) => return Err(error),
        }
    }
    Ok(found)
}

async fn all_folders(session: &Session, first: Response<Vec<u8>>) -> Result<Vec<wire::MailFolder>> {
    /// More pages than any mailbox has: the answers lead in a circle.
    const MOST_PAGES: usize = 200;
    let api = &session.endpoints().api;
    let mut page = mail_folders_delta::parse(&first, session.host().now())?;
    let mut folders = Vec::new();
    for _ in 0..MOST_PAGES {
        folders.append(&mut page.value);
        let Some(link) = page.next_link else {
            return Ok(folders);
        };
        let request = mail_folders_delta::next_request(&own_link(api, &link)?)?;
        page = call(session, request, mail_folders_delta::parse).await?;
    }
    Err(Error::new(
        ErrorCode::ResponseInvalid,
        "the provider's list of folders has no end",
    ))
}
