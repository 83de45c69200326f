//! The tree of a mail's markup, as the HTML algorithm builds it, and what it has grown to so far.
//!
//! Nodes live in one arena and point to each other, so nothing is counted or freed one by one. Of the attributes only
//! those are kept that may be shown.

use std::borrow::Cow;
use std::cell::{Cell, OnceCell, RefCell};

use html5ever::interface::{ElementFlags, NodeOrText, QuirksMode, TreeSink};
use html5ever::tendril::StrTendril;
use html5ever::{Attribute, ExpandedName, LocalName, QualName, ns};

use super::policy::{self, Fate};
use super::quote::{self, Quote};

/// The first chunk of an arena; each next one is twice as long.
const FIRST_CHUNK: usize = 64;
/// Room for sixteen million nodes: many times what the bounds let through.
const CHUNKS: usize = 18;

/// Where the nodes of one tree live.
#[derive(Default)]
pub(super) struct Arena<'a> {
    chunks: [OnceCell<Box<[OnceCell<Node<'a>>]>>; CHUNKS],
    length: Cell<usize>,
}

impl<'a> Arena<'a> {
    fn add(&'a self, node: Node<'a>) -> Option<&'a Node<'a>> {
        let index = self.length.get();
        self.length.set(index + 1);
        let chunk = (index / FIRST_CHUNK + 1).ilog2() as usize;
        let length = FIRST_CHUNK << chunk;
        let nodes = self
            .chunks
            .get(chunk)?
            .get_or_init(|| (0..length).map(|_| OnceCell::new()).collect());
        let slot = nodes.get(index + FIRST_CHUNK - length)?;
        Some(slot.get_or_init(|| node))
    }
}

type Link<'a> = Cell<Option<&'a Node<'a>>>;

/// An element or a text.
pub(super) struct Node<'a> {
    name: QualName,
    pub(super) content: Content,
    /// Whether its tag stands in what has been written.
    pub(super) is_written: Cell<bool>,
    is_integration_point: bool,
    depth: Cell<usize>,
    pub(super) parent: Link<'a>,
    previous: Link<'a>,
    pub(super) next: Link<'a>,
    pub(super) first: Link<'a>,
    last: Link<'a>,
}

pub(super) enum Content {
    Element {
        fate: Fate,
        attributes: Vec<Attribute>,
        quote: Option<Quote>,
        /// Kept in mail that is written here.
        class: Option<&'static str>,
    },
    Text(RefCell<StrTendril>),
    /// A comment, or the document.
    Nothing,
}

impl<'a> Node<'a> {
    fn new(name: QualName, content: Content) -> Self {
        Self {
            name,
            content,
            is_written: Cell::new(false),
            is_integration_point: false,
            depth: Cell::new(0),
            parent: Cell::new(None),
            previous: Cell::new(None),
            next: Cell::new(None),
            first: Cell::new(None),
            last: Cell::new(None),
        }
    }

    fn unnamed(content: Content) -> Self {
        Self::new(QualName::new(None, ns!(), LocalName::from("")), content)
    }

    /// Whether `more` could be put at its end.
    fn extend(&self, more: &StrTendril) -> bool {
        match &self.content {
            Content::Text(text) => {
                text.borrow_mut().push_tendril(more);
                true
            }
            _ => false,
        }
    }

    fn detach(&self) {
        let (previous, next) = (self.previous.take(), self.next.take());
        if let Some(parent) = self.parent.take() {
            match previous {
                Some(previous) => previous.next.set(next),
                None => parent.first.set(next),
            }
            match next {
                Some(next) => next.previous.set(previous),
                None => parent.last.set(previous),
            }
        }
    }

    fn append(&'a self, child: &'a Self) {
        child.detach();
        child.parent.set(Some(self));
        child.previous.set(self.last.get());
        match self.last.replace(Some(child)) {
            Some(last) => last.next.set(Some(child)),
            None => self.first.set(Some(child)),
        }
    }

    fn insert_before(&'a self, child: &'a Self) {
        child.detach();
        child.parent.set(self.parent.get());
        child.next.set(Some(self));
        child.previous.set(self.previous.get());
        match self.previous.replace(Some(child)) {
            Some(previous) => previous.next.set(Some(child)),
            None => {
                if let Some(parent) = self.parent.get() {
                    parent.first.set(Some(child));
                }
            }
        }
    }
}

/// Builds a tree and measures it.
pub(super) struct Builder<'a> {
    arena: &'a Arena<'a>,
    document: &'a Node<'a>,
    /// How many elements there are; one with many attributes counts several times.
    pub(super) elements: Cell<usize>,
    /// The depth of the deepest node so far.
    pub(super) depth: Cell<usize>,
    /// How often the parser has called: it is silent within a tag.
    pub(super) calls: Cell<usize>,
}

impl<'a> Builder<'a> {
    pub(super) fn new(arena: &'a Arena<'a>) -> Option<Self> {
        let document = arena.add(Node::unnamed(Content::Nothing))?;
        Some(Self {
            arena,
            document,
            elements: Cell::new(0),
            depth: Cell::new(0),
            calls: Cell::new(0),
        })
    }

    /// The element whose children are the mail's.
    pub(super) fn root(&self) -> &'a Node<'a> {
        self.document.first.get().unwrap_or(self.document)
    }

    /// An arena without room takes what comes as the document itself: by then the bounds have ended it.
    fn add(&self, node: Node<'a>) -> &'a Node<'a> {
        self.calls.set(self.calls.get() + 1);
        self.arena.add(node).unwrap_or(self.document)
    }

    fn text(&self, text: StrTendril) -> &'a Node<'a> {
        self.add(Node::unnamed(Content::Text(RefCell::new(text))))
    }

    fn hang(&self, child: &'a Node<'a>, depth: usize) {
        child.depth.set(depth);
        self.depth.set(self.depth.get().max(depth));
    }
}

impl<'a> TreeSink for Builder<'a> {
    type Handle = &'a Node<'a>;
    type Output = ();
    type ElemName<'b>
        = ExpandedName<'b>
    where
        Self: 'b;

    fn finish(self) {}

    fn parse_error(&self, _: Cow<'static, str>) {}

    fn get_document(&self) -> &'a Node<'a> {
        self.document
    }

    fn elem_name<'b>(&'b self, target: &'b &'a Node<'a>) -> ExpandedName<'b> {
        target.name.expanded()
    }

    fn create_element(
        &self,
        name: QualName,
        mut attributes: Vec<Attribute>,
        flags: ElementFlags,
    ) -> &'a Node<'a> {
        self.elements.set(self.elements.get() + 1 + attributes.len() / 16);
        let fate = if name.ns == ns!(html) {
            policy::fate(&name.local)
        } else {
            Fate::Drop
        };
        let quote = quote::begun_by(&attributes);
        let class = quote::known_class(&attributes);
        match fate {
            Fate::Keep(tag) => attributes.retain(|attribute| tag.may_have(&attribute.name.local)),
            Fate::Unwrap | Fate::Drop => attributes = Vec::new(),
        }
        let content = Content::Element {
            fate,
            attributes,
            quote,
            class,
        };
        self.add(Node {
            is_integration_point: flags.mathml_annotation_xml_integration_point,
            ..Node::new(name, content)
        })
    }

    fn create_comment(&self, _: StrTendril) -> &'a Node<'a> {
        self.add(Node::unnamed(Content::Nothing))
    }

    fn create_pi(&self, _: StrTendril, _: StrTendril) -> &'a Node<'a> {
        self.add(Node::unnamed(Content::Nothing))
    }

    fn append(&self, parent: &&'a Node<'a>, child: NodeOrText<&'a Node<'a>>) {
        self.calls.set(self.calls.get() + 1);
        let child = match child {
            NodeOrText::AppendNode(child) => child,
            NodeOrText::AppendText(text) => {
                if parent.last.get().is_some_and(|last| last.extend(&text)) {
                    return;
                }
                self.text(text)
            }
        };
        parent.append(child);
        self.hang(child, parent.depth.get() + 1);
    }

    fn append_based_on_parent_node(
        &self,
        element: &&'a Node<'a>,
        previous: &&'a Node<'a>,
        child: NodeOrText<&'a Node<'a>>,
    ) {
        if element.parent.get().is_some() {
            self.append_before_sibling(element, child);
        } else {
            self.append(previous, child);
        }
    }

    fn append_doctype_to_document(&self, _: StrTendril, _: StrTendril, _: StrTendril) {}

    /// A template's contents are its children here: they go with it.
    fn get_template_contents(&self, target: &&'a Node<'a>) -> &'a Node<'a> {
        target
    }

    fn same_node(&self, one: &&'a Node<'a>, other: &&'a Node<'a>) -> bool {
        std::ptr::eq(*one, *other)
    }

    fn set_quirks_mode(&self, _: QuirksMode) {}

    fn append_before_sibling(&self, sibling: &&'a Node<'a>, child: NodeOrText<&'a Node<'a>>) {
        let child = match child {
            NodeOrText::AppendNode(child) => child,
            NodeOrText::AppendText(text) => {
                let previous = sibling.previous.get();
                if previous.is_some_and(|previous| previous.extend(&text)) {
                    return;
                }
                self.text(text)
            }
        };
        sibling.insert_before(child);
        self.hang(child, sibling.depth.get());
    }

    /// Only the outermost element gets attributes late, and it isn't shown.
    fn add_attrs_if_missing(&self, _: &&'a Node<'a>, _: Vec<Attribute>) {}

    fn remove_from_parent(&self, target: &&'a Node<'a>) {
        target.detach();
    }

    fn reparent_children(&self, node: &&'a Node<'a>, parent: &&'a Node<'a>) {
        while let Some(child) = node.first.get() {
            parent.append(child);
            self.hang(child, parent.depth.get() + 1);
        }
    }

    fn is_mathml_annotation_xml_integration_point(&self, node: &&'a Node<'a>) -> bool {
        node.is_integration_point
    }
}
