//! What mails consist of: header fields, markup, styles.

use std::collections::BTreeSet;

use email_manager::host::memory::MemoryHost;
use email_manager::{mime as fields, sanitize};

/// Encoded words, addresses, parameters, dates, message ids, character sets.
pub fn mime(input: &[u8]) {
    let host = MemoryHost::new();
    let text = String::from_utf8_lossy(input);
    let decoded = fields::decode_words(&host, &text);
    // Base64 and quoted-printable only shrink; a byte of another character set may become three.
    assert!(decoded.len() <= text.len() * 3 + 16, "words grow");
    for address in fields::addresses(&host, &text) {
        assert!(
            address.address.len() + address.name.len() <= text.len() * 3 + 16,
            "addresses grow"
        );
    }
    let ids = fields::message_ids(&text);
    assert!(ids.len() <= 100, "more ids than are kept");
    assert!(
        ids.iter().all(|id| id.len() <= 998
            && id.starts_with('<')
            && id.ends_with('>')
            && !id.contains(char::is_whitespace)),
        "{ids:?}"
    );
    let _ = fields::date(&text);
    for name in ["boundary", "charset", "filename", "name"] {
        if let Some(value) = fields::parameter(&text, name) {
            assert!(value.len() <= text.len(), "a parameter grows");
        }
    }
    let (label, bytes) = input.split_at(input.len().min(12));
    let label = String::from_utf8_lossy(label);
    let decoded = fields::decode_charset(&host, Some(&label), bytes.to_vec());
    assert!(decoded.len() <= bytes.len() * 3, "a text grows");
}

/// Markup of a mail.
pub fn html(input: &[u8]) {
    let markup = String::from_utf8_lossy(input);
    check(&markup);
    let text = sanitize::html_to_text(&markup);
    assert!(text.len() <= markup.len() * 3 + 1024, "the text grows");
    // A plain mail goes the same way.
    let shown = sanitize::text_to_html(&markup);
    assert_eq!(
        sanitize::html(&shown).html.matches("<script").count(),
        0,
        "a text became markup"
    );
}

/// A style, in an attribute.
pub fn css(input: &[u8]) {
    let style = String::from_utf8_lossy(input)
        .replace('&', "&amp;")
        .replace('"', "&quot;");
    check(&format!("<p style=\"{style}\">x</p>"));
}

/// Sanitises, and reads the outcome with eyes of its own.
fn check(markup: &str) {
    let once = sanitize::html(markup);
    assert!(
        once.html.len() <= markup.len() * 40 + (64 << 10),
        "{} bytes became {}",
        markup.len(),
        once.html.len()
    );
    forbidden(&once.html);
    // Elements that were nested wrongly may come to nest otherwise, as the HTML algorithm has it. But nothing is left to
    // take away, and nothing appears that wasn't there.
    let twice = sanitize::html(&once.html);
    forbidden(&twice.html);
    assert_eq!(
        letters(&twice.html),
        letters(&once.html),
        "another text: {}",
        once.html
    );
    let known: BTreeSet<_> = tags(&once.html).into_iter().map(parts).collect();
    let unknown = tags(&twice.html)
        .into_iter()
        .find(|tag| !known.contains(&parts(tag)));
    assert_eq!(unknown, None, "another tag: {}", once.html);
    if is_nested_well(&once.html) {
        assert_eq!(
            settled(&twice.html),
            settled(&once.html),
            "the second time it is something else"
        );
    }
    assert_eq!(twice.has_remote_images, once.has_remote_images);
}

/// The letters of the text, whatever their order.
fn letters(html: &str) -> String {
    let pieces = html.split('<').enumerate().map(|(number, piece)| match number {
        0 => piece,
        _ => piece.split_once('>').map_or("", |(_, text)| text),
    });
    let mut letters: Vec<char> = pieces
        .flat_map(str::chars)
        // A byte order mark in front is dropped as such.
        .filter(|letter| !letter.is_whitespace() && *letter != '\u{feff}')
        .collect();
    letters.sort_unstable();
    letters.into_iter().collect()
}

/// Whether no element is of a kind that moves others about: formatting, tables, paragraphs, lists, links in links.
fn is_nested_well(html: &str) -> bool {
    let calm = [
        "div", "/div", "img", "br", "hr", "span", "/span", "pre", "/pre", "section", "/section",
    ];
    tags(html).into_iter().all(|tag| {
        let name = tag.split(char::is_whitespace).next().unwrap_or_default();
        calm.contains(&name)
    })
}

/// Parsers drop a line break right behind `<pre>`, and serialisers don't put it back.
fn settled(html: &str) -> String {
    html.split("<pre")
        .map(|piece| match piece.split_once('>') {
            Some((head, text)) => format!("{head}>{}", text.trim_start_matches('\n')),
            None => piece.to_owned(),
        })
        .collect::<Vec<_>>()
        .join("<pre")
}

/// Nothing of what the policy forbids: looked for in tags, as a browser would find them.
fn forbidden(html: &str) {
    for tag in tags(html) {
        let lower = tag.to_ascii_lowercase();
        let name: String = lower
            .trim_start_matches('/')
            .chars()
            .take_while(|letter| letter.is_ascii_alphanumeric())
            .collect();
        for evil in [
            "script", "style", "iframe", "object", "embed", "form", "input", "button", "svg", "math", "link",
            "meta", "base", "frame", "frameset", "template", "textarea", "video", "audio",
        ] {
            assert_ne!(name, evil, "<{tag}>");
        }
        for (attribute, value) in attributes(&lower) {
            assert!(
                !attribute.starts_with("on") && attribute != "srcset" && attribute != "srcdoc",
                "<{tag}>"
            );
            if attribute == "href" || attribute == "src" {
                // What browsers overlook in an address.
                let value = value.trim_start_matches(|letter| letter <= ' ');
                let value = value.replace(['\t', '\n', '\r'], "");
                let schemes = ["http:", "https:", "mailto:", "tel:", "cid:", "data:image/"];
                assert!(schemes.iter().any(|scheme| value.starts_with(scheme)), "<{tag}>");
            }
            if attribute == "style" {
                style(value);
            }
        }
    }
}

/// A style loads nothing, runs nothing and covers nothing.
fn style(value: &str) {
    let unescaped = value.replace("&quot;", "\"").replace("&amp;", "&");
    // Strings are names of fonts.
    let outside: Vec<&str> = unescaped.split('"').step_by(2).collect();
    let outside = outside.concat();
    for function in ["url(", "image(", "image-set(", "expression(", "attr(", "var("] {
        let mut places = outside.match_indices(function);
        // Behind a letter or a digit it is the end of another word.
        let is_word = |at: usize| {
            !outside[..at].ends_with(|letter: char| letter.is_alphanumeric() || "-_".contains(letter))
        };
        assert!(!places.any(|(at, _)| is_word(at)), "{value}");
    }
    assert!(!outside.contains('@'), "{value}");
    for declaration in outside.split(';') {
        let name = declaration.split(':').next().unwrap_or_default().trim();
        for evil in [
            "position",
            "behavior",
            "-moz-binding",
            "z-index",
            "background-image",
            "content",
        ] {
            assert_ne!(name, evil, "{value}");
        }
    }
}

/// What stands between `<` and `>`, quotes respected.
fn tags(html: &str) -> Vec<&str> {
    let mut tags = Vec::new();
    let mut rest = html;
    while let Some((_, after)) = rest.split_once('<') {
        let mut quote = None;
        let end = after.find(|letter: char| match (quote, letter) {
            (Some(open), letter) if open == letter => {
                quote = None;
                false
            }
            (None, '"' | '\'') => {
                quote = Some(letter);
                false
            }
            (None, '>') => true,
            _ => false,
        });
        let end = end.unwrap_or(after.len());
        tags.push(&after[..end]);
        rest = &after[end..];
    }
    tags
}

/// A tag's name and attributes, whatever their order.
fn parts(tag: &str) -> (&str, BTreeSet<(&str, &str)>) {
    let name = tag.split(char::is_whitespace).next().unwrap_or_default();
    (name, attributes(tag).into_iter().collect())
}

/// The attributes of a serialised tag: ` name="value"`.
fn attributes(tag: &str) -> Vec<(&str, &str)> {
    let mut found = Vec::new();
    let mut rest = tag;
    while let Some((before, after)) = rest.split_once("=\"") {
        let name = before.rsplit(char::is_whitespace).next().unwrap_or_default();
        let (value, tail) = after.split_once('"').unwrap_or((after, ""));
        found.push((name, value));
        rest = tail;
    }
    found
}
