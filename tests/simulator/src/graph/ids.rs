//! Ids of messages, folders, conversations and files. A message has two: the default one changes when it moves to
//! another folder, the immutable one does not.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use super::error::{self, ApiError};
use crate::mailbox::{FolderSlot, Mailbox};
use crate::rng::mix;

const DEFAULT: &str = "AAMkAG";
const IMMUTABLE: &str = "AAkALgAAAAAAHYQDEapmEc2byACqAC-EWg0A";
const CONVERSATION: &str = "AAQkAG";
const TAIL: &str = "AAA=";

/// What makes a mailbox's ids its own, and as long as real ones.
fn filler(mailbox: &Mailbox) -> String {
    let bytes: Vec<u8> = (0..6)
        .flat_map(|round| mix(mailbox.seed, round).to_be_bytes())
        .collect();
    URL_SAFE_NO_PAD.encode(bytes)
}

fn pack(mailbox: &Mailbox, prefix: &str, number: u32, extra: u16) -> String {
    let mut bytes = number.to_be_bytes().to_vec();
    bytes.extend_from_slice(&extra.to_be_bytes());
    bytes.extend_from_slice(&(mix(mailbox.seed, u64::from(number)) as u16).to_be_bytes());
    bytes.push(0);
    format!(
        "{prefix}{}{}{TAIL}",
        filler(mailbox),
        URL_SAFE_NO_PAD.encode(bytes)
    )
}

fn unpack(mailbox: &Mailbox, prefix: &str, id: &str) -> Option<(u32, u16)> {
    let packed = id
        .strip_prefix(prefix)?
        .strip_prefix(filler(mailbox).as_str())?
        .strip_suffix(TAIL)?;
    let bytes: [u8; 9] = URL_SAFE_NO_PAD.decode(packed).ok()?.try_into().ok()?;
    let [a, b, c, d, high, low, ..] = bytes;
    Some((u32::from_be_bytes([a, b, c, d]), u16::from_be_bytes([high, low])))
}

pub(crate) fn message_id(mailbox: &Mailbox, index: u32, immutable: bool) -> String {
    if immutable {
        return pack(mailbox, IMMUTABLE, index, 0);
    }
    let moves = mailbox.entries.get(index as usize).map_or(0, |entry| entry.moves);
    pack(mailbox, DEFAULT, index, moves)
}

/// The living message that either kind of id names. An id from before a move names none.
pub(crate) fn find(mailbox: &Mailbox, id: &str) -> Result<u32, ApiError> {
    if let Some((index, _)) = unpack(mailbox, IMMUTABLE, id) {
        return mailbox.entry(index).map(|_| index).ok_or_else(error::not_found);
    }
    if let Some((index, moves)) = unpack(mailbox, DEFAULT, id) {
        let found = mailbox.entry(index).filter(|entry| entry.moves == moves);
        return found.map(|_| index).ok_or_else(error::not_found);
    }
    // Ids that another mailbox could have given are unknown; anything else is no id at all.
    Err(if id.starts_with("AA") && id.len() > 60 {
        error::not_found()
    } else {
        error::malformed_id()
    })
}

/// The number of a folder in its id: apart from those of messages.
const FOLDERS: u32 = 0xF000_0000;
const ROOT: u32 = 0xFFFF_FFFF;

pub(crate) fn folder_id(mailbox: &Mailbox, slot: FolderSlot) -> String {
    pack(mailbox, DEFAULT, FOLDERS + u32::from(slot.0), 0)
}

/// The id of the top of the mailbox.
pub(super) fn root_id(mailbox: &Mailbox) -> String {
    pack(mailbox, DEFAULT, ROOT, 0)
}

/// A folder by id or well-known name.
pub(crate) fn find_folder(mailbox: &Mailbox, id: &str) -> Result<FolderSlot, ApiError> {
    let known = mailbox.living_folders().find(|(_, folder)| {
        folder
            .well_known
            .is_some_and(|name| name.eq_ignore_ascii_case(id))
    });
    if let Some((slot, _)) = known {
        return Ok(slot);
    }
    let Some((number, _)) = unpack(mailbox, DEFAULT, id) else {
        return Err(if id.starts_with("AA") {
            error::not_found()
        } else {
            error::malformed_id()
        });
    };
    let slot = number
        .checked_sub(FOLDERS)
        .and_then(|place| u16::try_from(place).ok())
        .map(FolderSlot);
    slot.filter(|slot| mailbox.folder(*slot).is_some())
        .ok_or_else(error::not_found)
}

pub(crate) fn conversation_id(mailbox: &Mailbox, thread: u32) -> String {
    pack(mailbox, CONVERSATION, thread, 0)
}

pub(super) fn conversation(mailbox: &Mailbox, id: &str) -> Option<u32> {
    unpack(mailbox, CONVERSATION, id).map(|(thread, _)| thread)
}

pub(super) fn attachment_id(mailbox: &Mailbox, index: u32, place: usize, immutable: bool) -> String {
    let message = message_id(mailbox, index, immutable);
    let own = pack(mailbox, "", index, place as u16);
    format!("{}BEgAQ{}", message.trim_end_matches('='), own)
}

/// The version of a message or folder.
pub(super) fn change_key(mailbox: &Mailbox, changed: u64) -> String {
    let mut bytes = vec![9, 0, 0, 0, 0x16, 0, 0, 0];
    bytes.extend_from_slice(&mix(mailbox.seed, changed).to_be_bytes());
    base64::engine::general_purpose::STANDARD.encode(bytes)
}
