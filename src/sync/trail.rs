//! Noticing that a list leads in a circle, however many pages that has, without keeping more than one of them: the page
//! in hand is compared with a mark, which moves up after one page, two, four and so on (R. P. Brent, 1980).

use serde::{Deserialize, Serialize};

use crate::error::{Error, ErrorCode, Result};
use crate::model::Cursor;

/// How far the lists of a scope were followed.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Trails {
    /// What is there.
    pub(super) list: Trail,
    /// What has changed.
    pub(super) changes: Trail,
}

/// How far a list was followed.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Trail {
    pages: u64,
    mark: Option<Cursor>,
}

impl Trail {
    /// Follows the list from `page` to `next`.
    ///
    /// # Errors
    /// `response_invalid` where the list has been there before.
    pub(super) fn follow(&mut self, page: Option<&Cursor>, next: Cursor) -> Result<Cursor> {
        if page == Some(&next) || self.mark.as_ref() == Some(&next) {
            return Err(Error::new(
                ErrorCode::ResponseInvalid,
                "the provider's list of mails leads in a circle",
            ));
        }
        self.pages += 1;
        if self.pages.is_power_of_two() {
            self.mark = Some(next.clone());
        }
        Ok(next)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// How many pages of a list that leads from page `last` back to page `first` are read before it is noticed.
    fn read(first: u32, last: u32) -> u32 {
        let page = |number: u32| Cursor(format!("page {number}"));
        let mut trail = Trail::default();
        let (mut at, mut pages) = (0, 0);
        loop {
            let next = if at == last { first } else { at + 1 };
            if trail.follow(Some(&page(at)), page(next)).is_err() {
                return pages;
            }
            at = next;
            pages += 1;
        }
    }

    #[test]
    fn circles_of_any_length_are_noticed_within_a_few_rounds() {
        for (first, last) in [
            (0, 0),
            (3, 3),
            (0, 1),
            (1, 2),
            (5, 9),
            (0, 100),
            (100, 163),
            (70, 71),
        ] {
            let pages = read(first, last);
            assert!(
                pages <= 3 * (last + 2),
                "{first} to {last}: noticed after {pages}"
            );
        }
    }

    #[test]
    fn a_list_without_a_circle_is_followed_to_its_end() {
        let mut trail = Trail::default();
        let mut at = None;
        for number in 0..10_000 {
            at = Some(
                trail
                    .follow(at.as_ref(), Cursor(format!("page {number}")))
                    .unwrap(),
            );
        }
    }
}
