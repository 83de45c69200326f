//! Where an element may stand so that a browser, reading what was written, builds the same tree.
//!
//! The parser closes elements by itself: a paragraph before a block, a link before a link. Around elements that were
//! left out it didn't. Markup that is read differently the second time is how sanitisers are deceived, so an element
//! is written only where the parser would leave it.

use super::policy::Tag;

/// How the parser treats an element.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Nesting {
    /// Anything within a line.
    Inline,
    Link,
    /// Within a line, without contents.
    Void,
    Block,
    /// A block that a list item may end through.
    Division,
    Paragraph,
    Heading,
    /// A block without contents.
    Rule,
    Item,
    Definition,
    /// A part of ruby text.
    Annotation,
    Table,
    Caption,
    Columns,
    Column,
    Rows,
    Row,
    Cell,
}

impl Nesting {
    /// Whether it has no contents and no end tag.
    pub(super) fn is_void(self) -> bool {
        matches!(self, Self::Void | Self::Rule | Self::Column)
    }

    /// Whether text in it would be moved before its table.
    pub(super) fn is_within_table(self) -> bool {
        matches!(self, Self::Table | Self::Columns | Self::Rows | Self::Row)
    }

    /// Whether the parser keeps to its inside what it looks for among the open elements.
    fn is_scope(self) -> bool {
        matches!(self, Self::Table | Self::Caption | Self::Cell)
    }

    fn closes_paragraph(self) -> bool {
        matches!(
            self,
            Self::Block
                | Self::Division
                | Self::Paragraph
                | Self::Heading
                | Self::Rule
                | Self::Item
                | Self::Definition
                | Self::Table
        )
    }
}

/// Whether the parser would hang an element of that kind under the last of `open`.
pub(super) fn fits(open: &[&'static Tag], nesting: Nesting) -> bool {
    let outwards = || open.iter().rev().map(|tag| tag.nesting);
    let parent = outwards().next().unwrap_or(Nesting::Division);
    let has_its_parent = match nesting {
        Nesting::Caption | Nesting::Columns | Nesting::Rows => parent == Nesting::Table,
        Nesting::Column => parent == Nesting::Columns,
        Nesting::Row => parent == Nesting::Rows,
        Nesting::Cell => parent == Nesting::Row,
        _ => !parent.is_within_table(),
    };
    let ends_paragraph = || {
        nesting.closes_paragraph()
            && outwards()
                .take_while(|outer| !outer.is_scope())
                .any(|outer| outer == Nesting::Paragraph)
    };
    let ends_its_like = || match nesting {
        Nesting::Link => outwards()
            .take_while(|outer| !outer.is_scope())
            .any(|outer| outer == Nesting::Link),
        Nesting::Heading => parent == Nesting::Heading,
        Nesting::Item | Nesting::Definition => outwards()
            .find(|outer| {
                !matches!(
                    outer,
                    Nesting::Inline
                        | Nesting::Link
                        | Nesting::Annotation
                        | Nesting::Division
                        | Nesting::Paragraph
                )
            })
            .is_some_and(|outer| outer == nesting),
        Nesting::Annotation => matches!(
            parent,
            Nesting::Annotation | Nesting::Paragraph | Nesting::Item | Nesting::Definition
        ),
        _ => false,
    };
    has_its_parent && !ends_paragraph() && !ends_its_like()
}
