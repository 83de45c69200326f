//! Bounds on what is parsed at all.
//!
//! The HTML algorithm repeats every open formatting element in each new block, and walks the stack of open elements
//! for many a tag: a mail of some hundred kilobytes can ask for gigabytes. So markup with many tags is built once
//! without its contents, and given up as soon as it grows out of proportion.

use std::borrow::Cow;
use std::cell::Cell;
use std::rc::Rc;

use html5ever::interface::{ElementFlags, NodeOrText, QuirksMode, TreeSink};
use html5ever::tendril::{StrTendril, TendrilSink};
use html5ever::{Attribute, ExpandedName, LocalName, ParseOpts, QualName, ns, parse_fragment};

/// The longest input, in bytes.
const MAX_BYTES: usize = 5 << 20;
/// The deepest nesting.
const MAX_DEPTH: usize = 512;
/// The most elements.
const MAX_ELEMENTS: usize = 200_000;
/// So few tags can't exceed the other bounds, whatever they are.
const FEW_TAGS: usize = 400;
/// How much is parsed between two looks at the bounds: little enough that one piece can't do harm.
const PIECE_BYTES: usize = 2048;

/// Whether `html` is too long, too deep, or grows into too many elements.
pub(super) fn are_exceeded(html: &str) -> bool {
    if html.len() > MAX_BYTES {
        return true;
    }
    if html.bytes().filter(|byte| *byte == b'<').count() <= FEW_TAGS {
        return false;
    }
    let context = QualName::new(None, ns!(html), LocalName::from("div"));
    let mut parser = parse_fragment(
        Counter::default(),
        ParseOpts::default(),
        context,
        Vec::new(),
        false,
    );
    let mut rest = html;
    while !rest.is_empty() {
        let mut end = rest.len().min(PIECE_BYTES);
        while !rest.is_char_boundary(end) {
            end += 1;
        }
        let (piece, tail) = rest.split_at(end);
        parser.process(StrTendril::from_slice(piece));
        let counter = &parser.tokenizer.sink.sink;
        if counter.elements.get() > MAX_ELEMENTS || counter.depth.get() > MAX_DEPTH {
            return true;
        }
        rest = tail;
    }
    false
}

/// A tree that is counted and not kept.
#[derive(Default)]
struct Counter {
    elements: Cell<usize>,
    /// The depth of the deepest node so far.
    depth: Cell<usize>,
}

/// A node as the parser needs it: which it is, and how deep it hangs.
struct Node {
    name: QualName,
    depth: Cell<usize>,
}

impl Counter {
    fn node(&self, name: QualName) -> Rc<Node> {
        self.elements.set(self.elements.get() + 1);
        Rc::new(Node {
            name,
            depth: Cell::new(0),
        })
    }

    fn unnamed(&self) -> Rc<Node> {
        self.node(QualName::new(None, ns!(), LocalName::from("")))
    }

    fn hang(&self, depth: usize, child: NodeOrText<Rc<Node>>) {
        if let NodeOrText::AppendNode(child) = child {
            child.depth.set(depth);
            self.depth.set(self.depth.get().max(depth));
        }
    }
}

impl TreeSink for Counter {
    type Handle = Rc<Node>;
    type Output = Self;
    type ElemName<'a> = ExpandedName<'a>;

    fn finish(self) -> Self {
        self
    }

    fn parse_error(&self, _: Cow<'static, str>) {}

    fn get_document(&self) -> Rc<Node> {
        self.unnamed()
    }

    fn elem_name<'a>(&'a self, target: &'a Rc<Node>) -> ExpandedName<'a> {
        target.name.expanded()
    }

    fn create_element(&self, name: QualName, _: Vec<Attribute>, _: ElementFlags) -> Rc<Node> {
        self.node(name)
    }

    fn create_comment(&self, _: StrTendril) -> Rc<Node> {
        self.unnamed()
    }

    fn create_pi(&self, _: StrTendril, _: StrTendril) -> Rc<Node> {
        self.unnamed()
    }

    fn append(&self, parent: &Rc<Node>, child: NodeOrText<Rc<Node>>) {
        self.hang(parent.depth.get() + 1, child);
    }

    fn append_based_on_parent_node(&self, element: &Rc<Node>, _: &Rc<Node>, child: NodeOrText<Rc<Node>>) {
        // Foster parenting puts the child beside its table.
        self.hang(element.depth.get(), child);
    }

    fn append_doctype_to_document(&self, _: StrTendril, _: StrTendril, _: StrTendril) {}

    fn get_template_contents(&self, target: &Rc<Node>) -> Rc<Node> {
        Rc::clone(target)
    }

    fn same_node(&self, one: &Rc<Node>, other: &Rc<Node>) -> bool {
        Rc::ptr_eq(one, other)
    }

    fn set_quirks_mode(&self, _: QuirksMode) {}

    fn append_before_sibling(&self, sibling: &Rc<Node>, child: NodeOrText<Rc<Node>>) {
        self.hang(sibling.depth.get(), child);
    }

    fn add_attrs_if_missing(&self, _: &Rc<Node>, _: Vec<Attribute>) {}

    fn remove_from_parent(&self, _: &Rc<Node>) {}

    fn reparent_children(&self, _: &Rc<Node>, _: &Rc<Node>) {}
}
