//! What leaves a mailbox: mails that were really sent, those that don't show yet, and uploads under way.

use super::{ChangeKind, Mailbox};

/// The outgoing side of a mailbox.
#[derive(Debug, Default)]
pub(crate) struct Post {
    /// Every mail that was accepted for sending, in order.
    pub(crate) sent: Vec<Dispatch>,
    /// How long a mail that was sent takes to show as sent.
    pub(crate) delay_ms: i64,
    pub(crate) pending: Vec<Pending>,
    pub(crate) uploads: Vec<Upload>,
}

/// A mail that left.
#[derive(Clone, Debug)]
pub(crate) struct Dispatch {
    pub(crate) at_ms: i64,
    pub(crate) index: u32,
}

/// A mail that was accepted and doesn't show yet.
#[derive(Clone, Debug)]
pub(crate) struct Pending {
    pub(crate) index: u32,
    pub(crate) due_ms: i64,
}

/// An upload in several requests.
#[derive(Clone, Debug)]
pub(crate) struct Upload {
    pub(crate) token: String,
    pub(crate) kind: UploadKind,
    pub(crate) size: u64,
    pub(crate) data: Vec<u8>,
}

#[derive(Clone, Debug)]
pub(crate) enum UploadKind {
    /// A mail for Gmail, to become a draft or to be sent.
    Mail { thread: String, is_draft: bool },
    /// A file of an Outlook draft.
    File {
        draft: u32,
        name: String,
        mime_type: String,
        content_id: Option<String>,
        inline: bool,
    },
}

impl Mailbox {
    /// Notes that a mail has left, and whether it still has to show.
    pub(crate) fn dispatched(&mut self, index: u32, now_ms: i64) {
        self.post.sent.push(Dispatch { at_ms: now_ms, index });
        if self.post.delay_ms > 0 {
            let due_ms = now_ms + self.post.delay_ms;
            self.post.pending.push(Pending { index, due_ms });
        }
    }

    /// What was to show by now.
    pub(crate) fn due(&mut self, now_ms: i64) -> Vec<u32> {
        let (due, waiting): (Vec<Pending>, Vec<Pending>) = std::mem::take(&mut self.post.pending)
            .into_iter()
            .partition(|pending| pending.due_ms <= now_ms);
        self.post.pending = waiting;
        due.into_iter().map(|pending| pending.index).collect()
    }

    /// Hides a message as if it had not come yet.
    pub(crate) fn conceal(&mut self, index: u32) {
        let key = self.key(index);
        if let Ok(place) = self.order.binary_search_by_key(&key, |other| self.key(*other)) {
            self.order.remove(place);
        }
        if let Some(entry) = self.entries.get_mut(index as usize) {
            entry.alive = false;
        }
    }

    /// Shows a message that was hidden.
    pub(crate) fn reveal(&mut self, index: u32) {
        let Some(entry) = self.entries.get_mut(index as usize).filter(|entry| !entry.alive) else {
            return;
        };
        entry.alive = true;
        let key = self.key(index);
        let place = self.order.partition_point(|other| self.key(*other) <= key);
        self.order.insert(place, index);
        self.record(index, ChangeKind::Added);
    }

    /// Every living message with a Message-ID, given without its angle brackets or with them.
    pub(crate) fn all_with_message_id(&self, id: &str) -> Vec<u32> {
        let id = id.trim_matches(['<', '>']);
        let known = self.find_message_id(id);
        let stored = (0..self.entries.len() as u32).filter(|index| {
            let place = self.entry(*index).and_then(|entry| entry.stored);
            let mail = place.and_then(|place| self.stored.get(place as usize));
            mail.and_then(|mail| mail.message_id.as_deref())
                .is_some_and(|own| own.trim_matches(['<', '>']) == id)
        });
        let mut all: Vec<u32> = known.into_iter().chain(stored).collect();
        all.sort_unstable();
        all.dedup();
        all
    }

    /// Room for an upload: the token of its address.
    pub(crate) fn begin_upload(&mut self, kind: UploadKind, size: u64) -> String {
        let number = self.post.uploads.len();
        let token = format!("{:016x}-{number}", self.seed);
        self.post.uploads.push(Upload {
            token: token.clone(),
            kind,
            size,
            data: Vec::new(),
        });
        token
    }
}
