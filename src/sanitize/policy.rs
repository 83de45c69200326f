//! What a mail's markup may hold: elements, attributes and addresses.

use url::Url;

use super::nesting::Nesting::{
    self, Annotation, Block, Caption, Cell, Column, Columns, Definition, Division, Heading, Inline, Item,
    Link, Paragraph, Row, Rows, Rule, Table, Void,
};

/// Images that stand in the markup itself may be so long, in bytes.
const MAX_DATA_URL: usize = 256 << 10;

/// An element that may be shown.
pub(super) struct Tag {
    pub(super) name: &'static str,
    pub(super) nesting: Nesting,
    attributes: &'static [&'static str],
}

const fn tag(name: &'static str, nesting: Nesting, attributes: &'static [&'static str]) -> Tag {
    Tag {
        name,
        nesting,
        attributes,
    }
}

const NONE: &[&str] = &[];
const CELL: &[&str] = &[
    "colspan", "headers", "nowrap", "rowspan", "scope", "valign", "width",
];
const COLUMN: &[&str] = &["span", "valign", "width"];
const TABLE: &[&str] = &[
    "border",
    "bordercolor",
    "cellpadding",
    "cellspacing",
    "frame",
    "role",
    "rules",
    "summary",
    "valign",
    "width",
];

/// Attributes that every element may have.
const ATTRIBUTES: [&str; 7] = ["align", "bgcolor", "dir", "height", "lang", "style", "title"];

/// In the order of the alphabet, as are the attributes of each.
static TAGS: [Tag; 74] = [
    tag("a", Link, &["href", "name"]),
    tag("abbr", Inline, NONE),
    tag("acronym", Inline, NONE),
    tag("address", Division, NONE),
    tag("article", Block, NONE),
    tag("aside", Block, NONE),
    tag("b", Inline, NONE),
    tag("bdi", Inline, NONE),
    tag("bdo", Inline, NONE),
    tag("big", Inline, NONE),
    tag("blockquote", Block, &["type"]),
    tag("br", Void, NONE),
    tag("caption", Caption, NONE),
    tag("center", Block, NONE),
    tag("cite", Inline, NONE),
    tag("code", Inline, NONE),
    tag("col", Column, COLUMN),
    tag("colgroup", Columns, COLUMN),
    tag("dd", Definition, NONE),
    tag("del", Inline, NONE),
    tag("details", Block, NONE),
    tag("dfn", Inline, NONE),
    tag("div", Division, NONE),
    tag("dl", Block, NONE),
    tag("dt", Definition, NONE),
    tag("em", Inline, NONE),
    tag("figcaption", Block, NONE),
    tag("figure", Block, NONE),
    tag("font", Inline, &["color", "face", "size"]),
    tag("footer", Block, NONE),
    tag("h1", Heading, NONE),
    tag("h2", Heading, NONE),
    tag("h3", Heading, NONE),
    tag("h4", Heading, NONE),
    tag("h5", Heading, NONE),
    tag("h6", Heading, NONE),
    tag("header", Block, NONE),
    tag("hr", Rule, &["color", "noshade", "size", "width"]),
    tag("i", Inline, NONE),
    tag(
        "img",
        Void,
        &["alt", "border", "hspace", "src", "vspace", "width"],
    ),
    tag("ins", Inline, NONE),
    tag("kbd", Inline, NONE),
    tag("li", Item, &["type", "value"]),
    tag("main", Block, NONE),
    tag("mark", Inline, NONE),
    tag("ol", Block, &["reversed", "start", "type"]),
    tag("p", Paragraph, NONE),
    tag("pre", Block, NONE),
    tag("q", Inline, NONE),
    tag("rp", Annotation, NONE),
    tag("rt", Annotation, NONE),
    tag("ruby", Inline, NONE),
    tag("s", Inline, NONE),
    tag("samp", Inline, NONE),
    tag("section", Block, NONE),
    tag("small", Inline, NONE),
    tag("span", Inline, NONE),
    tag("strike", Inline, NONE),
    tag("strong", Inline, NONE),
    tag("sub", Inline, NONE),
    tag("summary", Block, NONE),
    tag("sup", Inline, NONE),
    tag("table", Table, TABLE),
    tag("tbody", Rows, &["valign"]),
    tag("td", Cell, CELL),
    tag("tfoot", Rows, NONE),
    tag("th", Cell, CELL),
    tag("thead", Rows, NONE),
    tag("time", Inline, NONE),
    tag("tr", Row, &["valign"]),
    tag("tt", Inline, NONE),
    tag("u", Inline, NONE),
    tag("ul", Block, &["type"]),
    tag("var", Inline, NONE),
];

/// Elements that go with everything in them: their contents are no text of the mail.
const CONTENT_TAGS: [&str; 22] = [
    "applet",
    "audio",
    "canvas",
    "embed",
    "frame",
    "frameset",
    "head",
    "iframe",
    "math",
    "noembed",
    "noframes",
    "noscript",
    "object",
    "plaintext",
    "script",
    "select",
    "style",
    "svg",
    "template",
    "textarea",
    "title",
    "video",
];

/// What becomes of an element.
#[derive(Clone, Copy)]
pub(super) enum Fate {
    /// It is shown, with what it holds.
    Keep(&'static Tag),
    /// Only what it holds is shown.
    Unwrap,
    /// It goes with what it holds.
    Drop,
}

/// What becomes of an element of HTML.
pub(super) fn fate(name: &str) -> Fate {
    match TAGS.binary_search_by(|tag| tag.name.cmp(name)) {
        Ok(found) => TAGS.get(found).map_or(Fate::Unwrap, Fate::Keep),
        Err(_) if CONTENT_TAGS.binary_search(&name).is_ok() => Fate::Drop,
        Err(_) => Fate::Unwrap,
    }
}

impl Tag {
    /// Whether it may have an attribute of that name, if its value passes.
    pub(super) fn may_have(&self, attribute: &str) -> bool {
        ATTRIBUTES.binary_search(&attribute).is_ok() || self.attributes.binary_search(&attribute).is_ok()
    }
}

/// Whether a link may lead there.
pub(super) fn is_link(address: &str) -> bool {
    Url::parse(address).is_ok_and(|url| matches!(url.scheme(), "http" | "https" | "mailto" | "tel"))
}

pub(super) enum Image {
    /// From elsewhere: loading it tells its sender that the mail was read.
    Remote,
    /// A part of the mail.
    Inline,
    Refused,
}

pub(super) fn image(address: &str) -> Image {
    if address.len() > MAX_DATA_URL {
        return Image::Refused;
    }
    let Ok(url) = Url::parse(address) else {
        return Image::Refused;
    };
    let is_picture = || {
        let (kind, _) = url.path().split_once(',').unwrap_or_default();
        let kind = kind.to_ascii_lowercase();
        ["gif", "jpeg", "png", "webp"]
            .iter()
            .any(|format| kind == format!("image/{format};base64"))
    };
    match url.scheme() {
        "http" | "https" => Image::Remote,
        "cid" => Image::Inline,
        "data" if is_picture() => Image::Inline,
        _ => Image::Refused,
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    pub(crate) fn tags() -> impl Iterator<Item = (&'static str, &'static [&'static str])> {
        TAGS.iter().map(|tag| (tag.name, tag.attributes))
    }

    pub(crate) fn attributes() -> impl Iterator<Item = &'static str> {
        ATTRIBUTES.into_iter()
    }

    pub(crate) fn content_tags() -> impl Iterator<Item = &'static str> {
        CONTENT_TAGS.into_iter()
    }

    #[test]
    fn names_can_be_searched() {
        assert!(TAGS.is_sorted_by_key(|tag| tag.name));
        assert!(TAGS.iter().all(|tag| tag.attributes.is_sorted()));
        assert!(ATTRIBUTES.is_sorted() && CONTENT_TAGS.is_sorted());
    }

    #[test]
    fn nothing_is_both_shown_and_dropped() {
        for tag in &TAGS {
            assert!(CONTENT_TAGS.binary_search(&tag.name).is_err(), "{}", tag.name);
            assert!(matches!(fate(tag.name), Fate::Keep(found) if found.name == tag.name));
        }
        assert!(matches!(fate("script"), Fate::Drop));
        assert!(matches!(fate("form"), Fate::Unwrap));
    }
}
