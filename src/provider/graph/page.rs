//! A page of messages, made whole: what the feed leaves out is asked for in batches.
//!
//! The feed names no files, and a changed message may come with its changed properties only.

use serde_json::Value;

use super::super::http::{call, missing, own_link};
use super::super::{Change, FetchOutcome, Next, Page, PageOutcome};
use super::batch::Answer;
use super::convert::{self, Item, Place};
use super::feed::Feed;
use super::wire::{Attachment, Collection};
use super::{attachments_list, batch, fault, message_get, messages_delta};
use crate::error::{Error, ErrorCode, Result};
use crate::model::{Cursor, Folder, Message};
use crate::session::Session;

/// A mail with more pages of files than this is broken.
const MOST_FILE_PAGES: usize = 20;

/// A page as it came, and whose it is.
pub(super) struct Raw<'a> {
    pub(super) page: Collection<Value>,
    pub(super) folder: &'a Folder,
    pub(super) folders: &'a [Folder],
    pub(super) total: Option<u64>,
}

/// Reads the page of a feed.
///
/// # Errors
/// `response_invalid` where the page as a whole is unusable; a broken item is [`Change::Broken`].
pub(super) async fn read(session: &Session, feed: Feed<'_>) -> Result<PageOutcome> {
    let read = match feed.read(session).await {
        Err(fault) if fault::may_be_of_folder(&fault) => {
            let call = feed.call(&session.endpoints().api)?;
            fault::once_more(session, call, fault, messages_delta::parse).await?
        }
        read => read,
    };
    let page = match read {
        Ok(Some(page)) => page,
        Ok(None) => return Ok(PageOutcome::CursorExpired),
        Err(error) if fault::is_of_folder(&error) => return Ok(PageOutcome::Unreadable(error)),
        Err(error) => return Err(error),
    };
    let raw = Raw {
        page,
        folder: feed.folder,
        folders: feed.folders,
        total: feed.total,
    };
    let pages = complete(session, vec![raw]).await?;
    let page = pages.into_iter().next().ok_or_else(|| missing("page"))?;
    Ok(PageOutcome::Page(page))
}

/// Makes pages whole, with as few further requests as all of them together take.
///
/// # Errors
/// `response_invalid` where a page as a whole is unusable.
pub(super) async fn complete(session: &Session, raw: Vec<Raw<'_>>) -> Result<Vec<Page>> {
    let mut pages = Vec::with_capacity(raw.len());
    let mut tasks = Vec::new();
    for each in raw {
        let place = Place {
            folder: Some(each.folder),
            folders: each.folders,
        };
        let mut slots = Vec::with_capacity(each.page.value.len());
        for value in each.page.value {
            match convert::item(value, place)? {
                Item::Change(change) => slots.push(Slot::Known(change)),
                Item::Partial(id) => {
                    tasks.push((Task::Read(id.clone()), place));
                    slots.push(Slot::Asked(id));
                }
                Item::Message(message, needs_files) => {
                    slots.push(Slot::Asked(message.mail_id.clone()));
                    tasks.push((Task::after_message(message, needs_files), place));
                }
            }
            session.breathe().await;
        }
        let next = next(session, each.page.next_link, each.page.delta_link)?;
        pages.push((slots, next, each.total));
    }
    let mut outcomes = settle(session, tasks).await?.into_iter();
    let page = |(slots, next, total): (Vec<Slot>, Next, Option<u64>)| Page {
        changes: slots
            .into_iter()
            .filter_map(|slot| change(slot, &mut outcomes))
            .collect(),
        next,
        total,
        // A folder's feed shows mail of that folder only.
        names_unknown_folder: false,
    };
    Ok(pages.into_iter().map(page).collect())
}

fn change(slot: Slot, outcomes: &mut impl Iterator<Item = FetchOutcome>) -> Option<Change> {
    match slot {
        Slot::Known(change) => Some(change),
        Slot::Asked(id) => outcomes.next().map(|outcome| match outcome {
            FetchOutcome::Message(message) => Change::Message(message),
            FetchOutcome::Gone => Change::Removed(id),
            FetchOutcome::Failed(error) => Change::Broken(id, error),
        }),
    }
}

/// The messages with these ids, in their order.
///
/// # Errors
/// Only when a batch as a whole failed.
pub(super) async fn fetch(
    session: &Session,
    ids: &[String],
    folders: &[Folder],
) -> Result<Vec<FetchOutcome>> {
    let place = Place {
        folder: None,
        folders,
    };
    let tasks = ids.iter().map(|id| (Task::Read(id.clone()), place)).collect();
    settle(session, tasks).await
}

/// A change that the page tells, or a message that takes further questions.
enum Slot {
    Known(Change),
    Asked(String),
}

/// What is still to do for a message.
enum Task {
    Read(String),
    ListFiles(Box<Message>),
    Nothing(FetchOutcome),
}

impl Task {
    fn after_message(message: Box<Message>, needs_files: bool) -> Self {
        if needs_files {
            Self::ListFiles(message)
        } else {
            Self::Nothing(FetchOutcome::Message(message))
        }
    }

    fn call(&self) -> Option<Result<batch::Call>> {
        match self {
            Self::Read(id) => Some(message_get::call(id)),
            Self::ListFiles(message) => Some(attachments_list::call(&message.mail_id)),
            Self::Nothing(_) => None,
        }
    }
}

/// Does all tasks, round by round: a message is read first, its files are listed then.
async fn settle(session: &Session, mut tasks: Vec<(Task, Place<'_>)>) -> Result<Vec<FetchOutcome>> {
    for _ in 0..2 {
        let mut calls = Vec::new();
        for (task, _) in &mut tasks {
            match task.call() {
                Some(Ok(call)) => calls.push(call),
                // An unusable id fails alone.
                Some(Err(error)) => *task = Task::Nothing(FetchOutcome::Failed(error)),
                None => {}
            }
        }
        let mut answers = batch::send(session, &calls).await?.into_iter();
        let mut done = Vec::with_capacity(tasks.len());
        for (task, place) in tasks {
            let task = match task {
                Task::Nothing(_) => task,
                Task::Read(id) => read_message(session, &id, answer(&mut answers), place),
                Task::ListFiles(message) => list_files(session, message, answer(&mut answers)).await,
            };
            done.push((task, place));
            session.breathe().await;
        }
        tasks = done;
    }
    let outcomes = tasks.into_iter().map(|(task, _)| match task {
        Task::Nothing(outcome) => outcome,
        Task::Read(_) | Task::ListFiles(_) => {
            FetchOutcome::Failed(Error::new(ErrorCode::Internal, "a message was left unfinished"))
        }
    });
    Ok(outcomes.collect())
}

fn answer(answers: &mut impl Iterator<Item = Answer>) -> Answer {
    answers
        .next()
        .unwrap_or_else(|| Err(missing("answer to this call")))
}

fn read_message(session: &Session, id: &str, answer: Answer, place: Place<'_>) -> Task {
    let message = answer
        .and_then(|answer| message_get::parse(&answer, session.host().now()))
        .and_then(|message| convert::message(id, message, place));
    match message {
        Ok((message, needs_files)) => Task::after_message(Box::new(message), needs_files),
        Err(error) => Task::Nothing(failure(error)),
    }
}

async fn list_files(session: &Session, mut message: Box<Message>, answer: Answer) -> Task {
    let first = answer.and_then(|answer| attachments_list::parse(&answer, session.host().now()));
    let files = match first {
        Ok(first) => all_files(session, first).await,
        Err(error) => Err(error),
    };
    Task::Nothing(match files {
        Ok(files) => {
            message.attachments = files.into_iter().map(convert::attachment).collect();
            FetchOutcome::Message(message)
        }
        Err(error) => failure(error),
    })
}

async fn all_files(session: &Session, first: Collection<Attachment>) -> Result<Vec<Attachment>> {
    let api = &session.endpoints().api;
    let mut files = first.value;
    let mut next = first.next_link;
    for _ in 0..MOST_FILE_PAGES {
        let Some(link) = next else {
            return Ok(files);
        };
        let request = attachments_list::next_request(&own_link(api, &link)?)?;
        let page = call(session, request, attachments_list::parse).await?;
        files.extend(page.value);
        next = page.next_link;
    }
    Err(Error::new(
        ErrorCode::ResponseInvalid,
        "the provider's list of files has no end",
    ))
}

fn failure(error: Error) -> FetchOutcome {
    if error.code() == ErrorCode::ItemGone {
        FetchOutcome::Gone
    } else {
        FetchOutcome::Failed(error)
    }
}

fn next(session: &Session, next_link: Option<String>, delta_link: Option<String>) -> Result<Next> {
    let cursor = |link: &str| own_link(&session.endpoints().api, link).map(Cursor);
    match (next_link, delta_link) {
        (Some(link), _) => cursor(&link).map(Next::Page),
        (None, Some(link)) => cursor(&link).map(|cursor| Next::End(Some(cursor))),
        (None, None) => Err(missing("next or delta link")),
    }
}
