//! Hostile HTML made harmless: an allow-list of tags, attributes, addresses and CSS, applied to the parsed tree.
//!
//! The layout of newsletters survives: tables, inline styles, images. What runs, loads, submits or covers the page
//! does not. Markup that is built to exhaust the reader is shown as its text.
//!
//! What else every letter of every mail passes through stands here, too: this crate is compiled to be fast.

mod bounds;
mod css;
mod json;
mod nesting;
mod policy;
mod quote;
mod text;
mod tree;
mod words;
mod write;

pub use json::push_json;
pub use text::{html_to_text, text_to_html, unescape};
pub use words::{LONGEST_WORD, each_word};

/// HTML that may be shown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sanitized {
    /// The markup, safe to put into a document of its own.
    pub html: String,
    /// Whether it shows images from elsewhere, which tell their sender that the mail was read.
    pub has_remote_images: bool,
}

/// Sanitises the HTML of a mail.
pub fn html(html: &str) -> Sanitized {
    let arena = tree::Arena::default();
    match bounds::parse(html, &arena) {
        Some(root) => write::write(root),
        None => Sanitized {
            html: text_to_html(&html_to_text(html)),
            has_remote_images: false,
        },
    }
}

/// Sanitises the HTML of a mail that is written here: nothing is folded away, and what is quoted and signed keeps the
/// classes by which the common clients know it.
pub fn composed(html: &str) -> String {
    let arena = tree::Arena::default();
    match bounds::parse(html, &arena) {
        Some(root) => write::write_composed(root),
        None => text_to_html(&html_to_text(html)),
    }
}

#[cfg(test)]
mod tests;
