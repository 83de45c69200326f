//! The plan of a mailbox: conversations, their kinds, times, and the state each mail is in at the start.

use std::cell::Cell;

use super::{Kind, Profile};
use crate::dates::{DAY, HOUR, MINUTE, days_from_monday};
use crate::generate::{broken, conversation};
use crate::mailbox::label;
use crate::mailbox::{Entry, FolderSlot, Thread};
use crate::rng::Rng;

/// How far back a mailbox reaches.
const SPAN: i64 = 730 * DAY;

/// Conversations and messages of a new mailbox, oldest message first.
pub(crate) fn plan(seed: u64, count: u32, profile: Profile, now_ms: i64) -> (Vec<Thread>, Vec<Entry>) {
    let shapes = shapes(seed, count, profile);
    let total = shapes.len() as i128;
    let mut planned: Vec<(i64, u32, u16)> = Vec::with_capacity(count as usize);
    for (number, (kind, size)) in shapes.iter().enumerate() {
        let mut rng = Rng::new(seed, &[number as u64, 3]);
        // Newest first and densest: the age grows with the third power of the conversation's number.
        let rank = number as i128;
        let share = |part: i128| {
            i64::try_from(i128::from(SPAN) * part / (total * total * total).max(1)).unwrap_or(SPAN)
        };
        let age = share(rank * rank * rank)
            + rng.below(share(3 * rank * rank + 3 * rank + 1).max(1).unsigned_abs()) as i64;
        let mut time = at_work(now_ms - age - 4 * MINUTE, *kind, now_ms);
        for position in (0..*size).rev() {
            planned.push((time, number as u32, position));
            let gap = 20 * MINUTE + rng.below(30 * HOUR as u64) as i64;
            time = at_work(time - gap, *kind, time - 5 * MINUTE);
        }
    }
    planned.sort_unstable();

    let mut threads: Vec<Thread> = shapes
        .iter()
        .map(|(kind, size)| Thread {
            kind: Some(*kind),
            members: Vec::with_capacity(usize::from(*size)),
        })
        .collect();
    let mut entries = Vec::with_capacity(planned.len());
    for (received_ms, thread, position) in planned {
        let index = entries.len() as u32;
        let Some(owning) = threads.get_mut(thread as usize) else {
            continue;
        };
        owning.members.push(index);
        let kind = owning.kind.unwrap_or(Kind::PlainNote);
        let (labels, folder) = placement(seed, kind, thread, position, now_ms - received_ms);
        entries.push(Entry {
            received_ms,
            changed: u64::from(index) + 1,
            labels,
            thread,
            stored: None,
            folder,
            position,
            moves: 0,
            alive: true,
            given: Cell::default(),
        });
    }
    (threads, entries)
}

/// Kind and size of every conversation, newest first, sizes adding up to the count.
fn shapes(seed: u64, count: u32, profile: Profile) -> Vec<(Kind, u16)> {
    let mut shapes = Vec::new();
    let mut left = count;
    let mut foreign = 0_u8;
    while left > 0 {
        let number = shapes.len() as u64;
        let mut rng = Rng::new(seed, &[number, 4]);
        let (mut kind, wanted) = match profile {
            // Sizes 1 to 4 in turn: ten messages in four conversations.
            Profile::Bench => (Kind::Bench, 1 + (number % 4) as u16),
            Profile::Business => business_shape(seed, number, count, &mut rng),
        };
        if kind == Kind::International(0) {
            // One language after the other, so that all of them appear.
            kind = Kind::International(foreign);
            foreign = foreign.wrapping_add(1);
        }
        let size = u32::from(wanted).min(left);
        left -= size;
        shapes.push((kind, size as u16));
    }
    shapes
}

/// Every kind appears near the top of a mailbox that has room for it; beyond that, shares as in real life.
fn business_shape(seed: u64, number: u64, count: u32, rng: &mut Rng) -> (Kind, u16) {
    const FIRST: &[Kind] = &[
        Kind::Conversation,
        Kind::Newsletter,
        Kind::Conversation,
        Kind::Invoice,
        Kind::International(0),
        Kind::InlineImage,
        Kind::PlainNote,
        Kind::Outgoing,
        Kind::Notification,
        Kind::Draft,
        Kind::Invitation,
        Kind::Spam,
    ];
    let conversation = |wanted: u16| wanted.min(conversation::longest(seed, number as u32));
    if let Some(kind) = FIRST.get(number as usize) {
        let size = if *kind == Kind::Conversation && count >= 20 {
            conversation(3 + (number % 3) as u16)
        } else {
            1
        };
        return (*kind, size);
    }
    // Below the first screens, one broken mail of each sort, every third conversation.
    let past = number.saturating_sub(if count >= 100 { 30 } else { FIRST.len() as u64 });
    if count >= 60 && past > 0 && past.is_multiple_of(3) && past / 3 <= u64::from(broken::SORTS) {
        return (Kind::Broken((past / 3 - 1) as u8), 1);
    }
    match rng.below(100) {
        0..=43 => (Kind::Conversation, conversation(conversation_size(rng))),
        44..=58 => (Kind::Newsletter, 1),
        59..=69 => (Kind::Notification, 1),
        70..=76 => (Kind::International(0), 1),
        77..=82 => (Kind::Invoice, 1),
        83..=88 => (Kind::PlainNote, 1),
        89..=91 => (Kind::InlineImage, 1),
        92..=93 => (Kind::Invitation, 1),
        94..=95 => (Kind::Outgoing, 1),
        96..=97 => (Kind::Spam, 1),
        98 => (Kind::Draft, 1),
        _ => (Kind::Broken(rng.below(u64::from(broken::SORTS)) as u8), 1),
    }
}

fn conversation_size(rng: &mut Rng) -> u16 {
    match rng.below(100) {
        0..=24 => 1,
        25..=49 => 2,
        50..=74 => 3,
        75..=91 => 4,
        _ => 5,
    }
}

/// People write on weekdays between 7 and 18 o'clock UTC; machines whenever. Never after `latest`.
fn at_work(time: i64, kind: Kind, latest: i64) -> i64 {
    if matches!(
        kind,
        Kind::Newsletter | Kind::Notification | Kind::Spam | Kind::Broken(_)
    ) {
        return time.min(latest);
    }
    let day = time.div_euclid(DAY);
    let moved = day * DAY + 7 * HOUR + time.rem_euclid(DAY) * 11 / 24;
    let weekend = (days_from_monday(moved) - 4).max(0);
    let mut result = moved - weekend * DAY;
    while result > latest {
        result -= DAY;
    }
    result
}

fn placement(seed: u64, kind: Kind, thread: u32, position: u16, age: i64) -> (u64, FolderSlot) {
    let mut whole = Rng::new(seed, &[u64::from(thread), 5]);
    let mut own = Rng::new(seed, &[u64::from(thread), 6, u64::from(position)]);
    let incoming_unread = if age < 3 * DAY {
        own.percent(45)
    } else if age < 30 * DAY {
        own.percent(15)
    } else {
        own.percent(3)
    };
    let unread = if incoming_unread { label::UNREAD } else { 0 };
    let star = if own.percent(5) { label::STARRED } else { 0 };
    let trashed = whole.percent(3);
    let archived = age > 45 * DAY && whole.percent(40);
    let filed = age > 10 * DAY && whole.percent(25);
    let topic = conversation::label_of(seed, kind, thread);
    let important = if whole.percent(35) { label::IMPORTANT } else { 0 };
    let category = match kind {
        Kind::Newsletter => label::CATEGORY_PROMOTIONS,
        Kind::Notification => label::CATEGORY_UPDATES,
        _ => label::CATEGORY_PERSONAL | important,
    };
    let (labels, folder) = match kind {
        Kind::Spam => return (label::SPAM | unread, FolderSlot::JUNK),
        Kind::Draft => return (label::DRAFT, FolderSlot::DRAFTS),
        Kind::Outgoing => (label::SENT, FolderSlot::SENT),
        Kind::Conversation | Kind::Bench if position % 2 == 1 => (label::SENT, FolderSlot::SENT),
        _ if archived => (unread | star | topic | category, FolderSlot::ARCHIVE),
        _ if filed && topic != 0 => (unread | star | topic | category, label::folder_of(topic)),
        _ => (label::INBOX | unread | star | topic | category, FolderSlot::INBOX),
    };
    if trashed && thread > 14 {
        return ((labels & !label::INBOX) | label::TRASH, FolderSlot::TRASH);
    }
    (labels, folder)
}
