//! Bounds on what is parsed at all.
//!
//! The HTML algorithm repeats every open formatting element in each new block, walks the stack of open elements for
//! many a tag, and compares each attribute with those before it: a mail of some hundred kilobytes can ask for
//! gigabytes or hours. So the tree is measured while it grows, and given up as soon as it is out of proportion.

use html5ever::tendril::{StrTendril, TendrilSink};
use html5ever::{LocalName, ParseOpts, QualName, ns, parse_fragment};

use super::tree::{Arena, Builder, Node};

/// The longest input, in bytes.
const MAX_BYTES: usize = 5 << 20;
/// The deepest nesting.
const MAX_DEPTH: usize = 512;
/// The most elements.
const MAX_ELEMENTS: usize = 200_000;
/// The longest tag or comment, in bytes.
const MAX_TAG_BYTES: usize = 1 << 20;
/// The most places in a tag where an attribute may begin, beyond those in a picture that stands in it.
const MAX_ATTRIBUTES: usize = 2000;
/// Of so many letters of such a picture, one looks like such a place.
const PICTURE_LETTERS: usize = 40;
/// How much is parsed between two looks at the bounds: little enough that one piece can't do harm.
const PIECE_BYTES: usize = 2048;

/// Parses `html` as the contents of an element. Nothing when it is too long, too deep, or grows too much.
pub(super) fn parse<'a>(html: &str, arena: &'a Arena<'a>) -> Option<&'a Node<'a>> {
    if html.len() > MAX_BYTES {
        return None;
    }
    let context = QualName::new(None, ns!(html), LocalName::from("div"));
    let builder = Builder::new(arena)?;
    let mut parser = parse_fragment(builder, ParseOpts::default(), context, Vec::new(), false);
    let mut rest = html;
    let mut tag = Tag::default();
    while !rest.is_empty() {
        let mut end = rest.len().min(PIECE_BYTES);
        while !rest.is_char_boundary(end) {
            end += 1;
        }
        let (piece, tail) = rest.split_at(end);
        parser.process(StrTendril::from_slice(piece));
        let builder = &parser.tokenizer.sink.sink;
        if builder.elements.get() > MAX_ELEMENTS
            || builder.depth.get() > MAX_DEPTH
            || tag.is_exceeded_by(piece, builder.calls.get())
        {
            return None;
        }
        rest = tail;
    }
    let root = parser.tokenizer.sink.sink.root();
    parser.finish();
    Some(root)
}

/// What may be a single tag: the pieces since the parser was last heard.
#[derive(Default)]
struct Tag {
    calls: usize,
    bytes: usize,
    separators: usize,
}

impl Tag {
    fn is_exceeded_by(&mut self, piece: &str, calls: usize) -> bool {
        if calls != self.calls {
            *self = Self {
                calls,
                ..Self::default()
            };
        }
        self.bytes += piece.len();
        self.separators += piece
            .bytes()
            .filter(|byte| matches!(byte, b'/' | b'"' | b'\'' | 0..=b' '))
            .count();
        self.bytes > MAX_TAG_BYTES || self.separators > MAX_ATTRIBUTES + self.bytes / PICTURE_LETTERS
    }
}
