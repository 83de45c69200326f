//! What a mail's markup may hold.

use std::borrow::Cow;
use std::collections::{HashMap, HashSet};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use ammonia::{Builder, UrlRelative};
use url::Url;

use super::{Sanitized, css};

/// Images that stand in the markup itself may be so long, in bytes.
const MAX_DATA_URL: usize = 256 << 10;

const TAGS: [&str; 68] = [
    "a",
    "abbr",
    "acronym",
    "address",
    "article",
    "aside",
    "b",
    "bdi",
    "bdo",
    "big",
    "blockquote",
    "br",
    "caption",
    "center",
    "cite",
    "code",
    "col",
    "colgroup",
    "dd",
    "del",
    "details",
    "dfn",
    "div",
    "dl",
    "dt",
    "em",
    "figcaption",
    "figure",
    "font",
    "footer",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "header",
    "hr",
    "i",
    "img",
    "ins",
    "kbd",
    "li",
    "main",
    "mark",
    "ol",
    "p",
    "pre",
    "q",
    "rp",
    "rt",
    "ruby",
    "s",
    "samp",
    "section",
    "small",
    "span",
    "strike",
    "strong",
    "sub",
    "summary",
    "sup",
    "table",
    "tbody",
    "td",
    "tfoot",
    "th",
    "thead",
];
const MORE_TAGS: [&str; 6] = ["time", "tr", "tt", "u", "ul", "var"];

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

const ATTRIBUTES: [&str; 7] = ["align", "bgcolor", "dir", "height", "lang", "style", "title"];
const ATTRIBUTES_OF: [(&str, &[&str]); 15] = [
    ("a", &["href", "name"]),
    ("blockquote", &["type"]),
    ("col", &["span", "valign", "width"]),
    ("colgroup", &["span", "valign", "width"]),
    ("font", &["color", "face", "size"]),
    ("hr", &["color", "noshade", "size", "width"]),
    ("img", &["alt", "border", "hspace", "src", "vspace", "width"]),
    ("li", &["type", "value"]),
    ("ol", &["reversed", "start", "type"]),
    (
        "table",
        &[
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
        ],
    ),
    ("tbody", &["valign"]),
    (
        "td",
        &[
            "colspan", "headers", "nowrap", "rowspan", "scope", "valign", "width",
        ],
    ),
    (
        "th",
        &[
            "colspan", "headers", "nowrap", "rowspan", "scope", "valign", "width",
        ],
    ),
    ("tr", &["valign"]),
    ("ul", &["type"]),
];

/// Applies the policy.
pub(super) fn apply(html: &str) -> Sanitized {
    let has_remote_images = Arc::new(AtomicBool::new(false));
    let sees_remote_images = Arc::clone(&has_remote_images);
    let tags: HashSet<&str> = TAGS.into_iter().chain(MORE_TAGS).collect();
    let attributes_of: HashMap<&str, HashSet<&str>> = ATTRIBUTES_OF
        .into_iter()
        .map(|(tag, names)| (tag, names.iter().copied().collect()))
        .collect();
    let html = Builder::empty()
        .tags(tags)
        .clean_content_tags(HashSet::from(CONTENT_TAGS))
        .generic_attributes(HashSet::from(ATTRIBUTES))
        .tag_attributes(attributes_of)
        .url_schemes(HashSet::from(["cid", "data", "http", "https", "mailto", "tel"]))
        .url_relative(UrlRelative::Deny)
        .link_rel(Some("noopener noreferrer nofollow"))
        .set_tag_attribute_value("a", "target", "_blank")
        .strip_comments(true)
        .attribute_filter(move |tag, name, value| match (tag, name) {
            (_, "style") => Some(css::declarations(value))
                .filter(|style| !style.is_empty())
                .map(Cow::Owned),
            ("a", "href") => is_link(value).then_some(Cow::Borrowed(value)),
            ("img", "src") => match image(value) {
                Image::Remote => {
                    sees_remote_images.store(true, Ordering::Relaxed);
                    Some(Cow::Borrowed(value))
                }
                Image::Inline => Some(Cow::Borrowed(value)),
                Image::Refused => None,
            },
            (_, "href" | "src") => None,
            _ => Some(Cow::Borrowed(value)),
        })
        .clean(html)
        .to_string();
    Sanitized {
        html,
        has_remote_images: has_remote_images.load(Ordering::Relaxed),
    }
}

fn is_link(address: &str) -> bool {
    Url::parse(address).is_ok_and(|url| matches!(url.scheme(), "http" | "https" | "mailto" | "tel"))
}

enum Image {
    Remote,
    Inline,
    Refused,
}

fn image(address: &str) -> Image {
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
        "data" if address.len() <= MAX_DATA_URL && is_picture() => Image::Inline,
        _ => Image::Refused,
    }
}
