//! Writes what the policy allows of a tree.

use html5ever::{Attribute, local_name};

use super::nesting::{self, Nesting};
use super::policy::{self, Fate, Image, Tag};
use super::quote::{self, Quote};
use super::text::MORE;
use super::tree::{Content, Node};
use super::{Sanitized, css};

/// The longest markup that is written, in bytes but for the end tags; what follows is left out,
/// with a sign that there was more.
const MAX_BYTES: usize = 1_000_000;
/// So many elements are looked at as the beginning of the quoted mail.
const MAX_QUOTES: usize = 50;

/// Every link opens elsewhere and tells nothing of this page.
const LINK: &str = " target=\"_blank\" rel=\"noopener noreferrer nofollow\"";

/// Writes the contents of `root` for reading.
pub(super) fn write<'a>(root: &'a Node<'a>) -> Sanitized {
    Writer::default().finish(root)
}

/// Writes the contents of `root` for sending.
pub(super) fn write_composed<'a>(root: &'a Node<'a>) -> String {
    let writer = Writer {
        is_composed: true,
        ..Writer::default()
    };
    writer.finish(root).html
}

#[derive(Default)]
struct Writer<'a> {
    html: String,
    /// The elements that have begun and not ended, outermost first.
    open: Vec<&'static Tag>,
    /// Where the fold of the quoted mail ends.
    fold: Option<Fold<'a>>,
    quotes: usize,
    has_text: bool,
    has_remote_images: bool,
    /// For sending: without a fold, and with the classes that other clients fold by.
    is_composed: bool,
    /// Behind `<pre>` the parser skips one line feed.
    skips_line_feed: bool,
}

struct Fold<'a> {
    until: &'a Node<'a>,
    is_inside: bool,
}

impl<'a> Writer<'a> {
    fn finish(mut self, root: &'a Node<'a>) -> Sanitized {
        self.write_contents(root);
        while !self.open.is_empty() {
            self.close();
        }
        if self.html.len() > MAX_BYTES && !self.is_composed {
            self.html.push(MORE);
        }
        Sanitized {
            html: self.html,
            has_remote_images: self.has_remote_images,
        }
    }

    fn write_contents(&mut self, root: &'a Node<'a>) {
        let mut node = root.first.get();
        while let Some(found) = node {
            if self.html.len() > MAX_BYTES {
                return;
            }
            if self.enter(found)
                && let Some(first) = found.first.get()
            {
                node = Some(first);
                continue;
            }
            node = self.leave(found, root);
        }
    }

    /// Begins a node, and says whether what it holds comes next.
    fn enter(&mut self, node: &'a Node<'a>) -> bool {
        match &node.content {
            Content::Text(text) => {
                self.write_text(&text.borrow());
                false
            }
            Content::Nothing => false,
            Content::Element {
                fate,
                attributes,
                quote,
                class,
            } => {
                if let (Some(quote), None, false) = (quote, &self.fold, self.is_composed) {
                    self.fold_away(node, *quote);
                }
                match fate {
                    Fate::Keep(tag) if nesting::fits(&self.open, tag.nesting) => {
                        let class = class.filter(|_| self.is_composed);
                        self.open(tag, attributes, class);
                        node.is_written.set(!tag.nesting.is_void());
                        true
                    }
                    Fate::Keep(_) | Fate::Unwrap => true,
                    Fate::Drop => false,
                }
            }
        }
    }

    /// Ends a node and those that end with it, and returns what follows.
    fn leave(&mut self, node: &'a Node<'a>, root: &'a Node<'a>) -> Option<&'a Node<'a>> {
        let mut node = node;
        loop {
            let ends_fold = self
                .fold
                .as_ref()
                .is_some_and(|fold| std::ptr::eq(fold.until, node));
            let is_inside = self.fold.as_ref().is_some_and(|fold| fold.is_inside);
            if ends_fold && is_inside {
                self.close();
            }
            if node.is_written.get() {
                self.close();
            }
            if ends_fold && !is_inside {
                self.close();
            }
            let parent = node.parent.get()?;
            if let Some(next) = node.next.get() {
                return Some(next);
            }
            if std::ptr::eq(parent, root) {
                return None;
            }
            node = parent;
        }
    }

    fn fold_away(&mut self, node: &'a Node<'a>, quote: Quote) {
        self.quotes += 1;
        let is_folded = |tag: &&Tag| tag.name == "details";
        if !self.has_text
            || self.quotes > MAX_QUOTES
            || self.open.iter().any(is_folded)
            || !nesting::fits(&self.open, Nesting::Block)
        {
            return;
        }
        let until = match quote {
            Quote::Itself if quote::is_last(node) => node,
            Quote::Itself => return,
            Quote::AndWhatFollows => node.parent.get().unwrap_or(node),
        };
        self.fold = Some(Fold {
            until,
            is_inside: quote == Quote::AndWhatFollows,
        });
        for name in ["details", "summary"] {
            if let Fate::Keep(tag) = policy::fate(name) {
                self.open(tag, &[], None);
            }
        }
        self.html.push_str(quote::SUMMARY);
        self.close();
    }

    fn open(&mut self, tag: &'static Tag, attributes: &[Attribute], class: Option<&str>) {
        self.html.push('<');
        self.html.push_str(tag.name);
        if let Some(class) = class {
            self.html.push_str(" class=\"");
            self.html.push_str(class);
            self.html.push('"');
        }
        for attribute in attributes {
            self.write_attribute(tag, attribute);
        }
        if tag.nesting == Nesting::Link {
            self.html.push_str(LINK);
        }
        self.html.push('>');
        self.skips_line_feed = tag.name == "pre";
        if !tag.nesting.is_void() {
            self.open.push(tag);
        }
    }

    fn close(&mut self) {
        self.skips_line_feed = false;
        if let Some(tag) = self.open.pop() {
            self.html.push_str("</");
            self.html.push_str(tag.name);
            self.html.push('>');
        }
    }

    fn write_attribute(&mut self, tag: &Tag, attribute: &Attribute) {
        let value = &*attribute.value;
        let name = &attribute.name.local;
        let before = self.html.len();
        self.html.push(' ');
        self.html.push_str(name);
        self.html.push_str("=\"");
        let may_stay = match *name {
            local_name!("style") => {
                let style = css::declarations(value);
                escape(&mut self.html, &style, true);
                !style.is_empty()
            }
            local_name!("href") => tag.name == "a" && policy::is_link(value) && self.write_address(value),
            local_name!("src") => match policy::image(value) {
                Image::Refused => false,
                Image::Inline => self.write_address(value),
                Image::Remote => {
                    self.has_remote_images = true;
                    self.write_address(value)
                }
            },
            _ => self.write_value(value),
        };
        self.html.push('"');
        if !may_stay {
            self.html.truncate(before);
        }
    }

    fn write_value(&mut self, value: &str) -> bool {
        escape(&mut self.html, value, true);
        true
    }

    /// Without what a browser leaves out of an address: line ends, tabs, and the space around it.
    fn write_address(&mut self, address: &str) -> bool {
        for part in address.trim_matches(|end| end <= ' ').split(['\t', '\n', '\r']) {
            escape(&mut self.html, part, true);
        }
        true
    }

    fn write_text(&mut self, text: &str) {
        let is_blank = text
            .bytes()
            .all(|byte| matches!(byte, b' ' | b'\t' | b'\n' | b'\x0c' | b'\r'));
        let is_within_table = self.open.last().is_some_and(|tag| tag.nesting.is_within_table());
        if is_within_table && !is_blank {
            return;
        }
        self.has_text |= !is_blank && !text.trim().is_empty();
        if self.skips_line_feed && text.starts_with(['\n', '\r']) {
            self.html.push('\n');
        }
        self.skips_line_feed = false;
        escape(&mut self.html, text, false);
    }
}

/// Writes text so that it is read as itself.
fn escape(html: &mut String, text: &str, is_attribute: bool) {
    let is_special = |byte| matches!(byte, b'&' | b'<' | b'>' | b'"' | b'\r' | 0xc2);
    let mut rest = text;
    while let Some((plain, tail)) = rest
        .bytes()
        .position(is_special)
        .and_then(|at| rest.split_at_checked(at))
    {
        html.push_str(plain);
        let mut characters = tail.chars();
        match characters.next() {
            Some('&') => html.push_str("&amp;"),
            Some('<') => html.push_str("&lt;"),
            Some('>') => html.push_str("&gt;"),
            Some('"') if is_attribute => html.push_str("&quot;"),
            Some('\u{a0}') => html.push_str("&nbsp;"),
            // A browser reads a carriage return as a line feed.
            Some('\r') => html.push('\n'),
            Some(other) => html.push(other),
            None => {}
        }
        rest = characters.as_str();
        if html.len() > MAX_BYTES {
            return;
        }
    }
    html.push_str(rest);
}
