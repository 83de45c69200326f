//! The quoted mail below an answer, as the common clients mark it: it is folded away, one click from being read.

use html5ever::{Attribute, local_name};

use super::policy::Fate;
use super::tree::{Content, Node};

/// What opens a fold. Without a script, the browser itself shows it as a button.
pub(super) const SUMMARY: &str = "…";

/// How much of a mail an element says is quoted.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Quote {
    /// Itself: Gmail, Yahoo, Apple Mail and Thunderbird.
    Itself,
    /// Itself and all that follows: Outlook.
    AndWhatFollows,
}

/// Whether an element with such attributes begins a quoted mail.
pub(super) fn begun_by(attributes: &[Attribute]) -> Option<Quote> {
    attributes.iter().find_map(|attribute| {
        let value = &*attribute.value;
        match attribute.name.local {
            local_name!("class") => value
                .split_ascii_whitespace()
                .any(|class| matches!(class, "gmail_quote" | "yahoo_quoted"))
                .then_some(Quote::Itself),
            local_name!("type") => value.eq_ignore_ascii_case("cite").then_some(Quote::Itself),
            // Outlook on the web sets its own ids off with x_ when it quotes them.
            local_name!("id") => matches!(value.trim_start_matches("x_"), "divRplyFwdMsg" | "appendonsend")
                .then_some(Quote::AndWhatFollows),
            _ => None,
        }
    })
}

/// The class by which other clients know an element with such attributes as the quoted mail or as the signature.
pub(super) fn known_class(attributes: &[Attribute]) -> Option<&'static str> {
    let class = attributes
        .iter()
        .find(|attribute| attribute.name.local == local_name!("class"))?;
    ["gmail_quote", "gmail_signature"]
        .into_iter()
        .find(|known| class.value.split_ascii_whitespace().any(|each| each == *known))
}

/// Whether no text follows `node`, which began after all before it was read.
pub(super) fn is_last<'a>(node: &'a Node<'a>) -> bool {
    let mut inner = Some(node);
    while let Some(node) = inner {
        let mut sibling = node.next.get();
        while let Some(found) = sibling {
            if has_text(found) {
                return false;
            }
            sibling = found.next.get();
        }
        inner = node.parent.get();
    }
    true
}

/// Whether there is text in what is shown of `root`.
fn has_text<'a>(root: &'a Node<'a>) -> bool {
    let mut node = root;
    loop {
        let is_shown = match &node.content {
            Content::Text(text) if !text.borrow().trim().is_empty() => return true,
            Content::Element { fate, .. } => !matches!(fate, Fate::Drop),
            _ => false,
        };
        if let (true, Some(first)) = (is_shown, node.first.get()) {
            node = first;
            continue;
        }
        loop {
            if std::ptr::eq(node, root) {
                return false;
            }
            match (node.next.get(), node.parent.get()) {
                (Some(next), _) => {
                    node = next;
                    break;
                }
                (None, Some(parent)) => node = parent,
                (None, None) => return false,
            }
        }
    }
}
