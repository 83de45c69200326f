//! The liberties that the real services take with their lists and feeds, each only where it was asked for.
//!
//! Whatever is told twice, late or in another order: in the end a client that has read everything knows how things stand.

use serde_json::Value;

use crate::answer::{text, texts};
use crate::rng::Rng;

/// A liberty.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// What an earlier page or round has told is told again.
    Repeats,
    /// Items of a page stand in another order (Graph).
    Shuffles,
    /// An older state of a message comes after its newer one; how it stands comes once more behind it (Graph).
    Stale,
    /// What has left the folder while it is listed is called removed on its pages (Graph).
    Removals,
    /// A round ends before the newest changes, which come with the next one (Graph).
    Lags,
    /// Next links answer 410 (Graph).
    Expiry,
    /// Lists name messages that have just been deleted (Gmail).
    Ghosts,
}

const KINDS: [(&str, Kind); 7] = [
    ("repeats", Kind::Repeats),
    ("shuffles", Kind::Shuffles),
    ("stale", Kind::Stale),
    ("removals", Kind::Removals),
    ("lags", Kind::Lags),
    ("expiry", Kind::Expiry),
    ("ghosts", Kind::Ghosts),
];

/// The liberties of a mailbox; none at the start.
#[derive(Debug)]
pub(crate) struct Disorder {
    kinds: Vec<Kind>,
    /// No page has more items.
    page: usize,
    rng: Rng,
}

impl Default for Disorder {
    fn default() -> Self {
        Self {
            kinds: Vec::new(),
            page: usize::MAX,
            rng: Rng::new(0, &[]),
        }
    }
}

impl Disorder {
    /// What the control interface asks for, or what is wrong with it.
    pub(crate) fn parse(body: &Value) -> Result<Self, String> {
        let kinds = texts(body, "kinds").into_iter().map(|name| {
            let known = KINDS.iter().find(|(known, _)| *known == name);
            known
                .map(|(_, kind)| *kind)
                .ok_or_else(|| format!("unknown kind {name}"))
        });
        let number = |name: &str| body.get(name).and_then(Value::as_u64);
        let page = number("page").map(|page| usize::try_from(page).unwrap_or(usize::MAX));
        if page == Some(0) || !text(body, "page").is_empty() {
            return Err("page must be 1 or more".to_owned());
        }
        Ok(Self {
            kinds: kinds.collect::<Result<_, _>>()?,
            page: page.unwrap_or(usize::MAX),
            rng: Rng::new(number("seed").unwrap_or(0), &[]),
        })
    }

    /// How many items a page has of which so many were wanted.
    pub(crate) fn page_size(&self, wanted: usize) -> usize {
        wanted.min(self.page)
    }

    /// Whether the liberty is taken this time: in two of three cases.
    pub(crate) fn takes(&mut self, kind: Kind) -> bool {
        self.kinds.contains(&kind) && self.rng.percent(66)
    }

    /// A number in `0..limit`.
    pub(crate) fn below(&mut self, limit: usize) -> usize {
        self.rng.below(limit as u64) as usize
    }

    /// Another order, where it is asked for.
    pub(crate) fn shuffle<T>(&mut self, items: &mut [T]) {
        if self.takes(Kind::Shuffles) {
            for end in (2..=items.len()).rev() {
                items.swap(end - 1, self.below(end));
            }
        }
    }
}
