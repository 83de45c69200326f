//! Between plain text and HTML.

use super::quote::SUMMARY;

/// The longest text made from markup that isn't shown as such, in bytes.
const MAX_BYTES: usize = 1 << 20;
/// The longest markup made from text, in bytes but for its last word and its end tags.
const MAX_SHOWN: usize = 900_000;
/// The most tags that are looked at for the text around them.
const MAX_TAGS: usize = 1_000_000;
/// Tags whose content is no text.
const UNSHOWN: [&str; 3] = ["script", "style", "title"];
/// Tags that begin a line.
const LINES: [&str; 13] = [
    "br",
    "p",
    "/p",
    "div",
    "/div",
    "tr",
    "/tr",
    "li",
    "/table",
    "h1",
    "h2",
    "h3",
    "blockquote",
];
/// Tags that are told apart from what is beside them.
const CELLS: [&str; 2] = ["td", "th"];
/// More than any of their names, in bytes.
const LONGEST_NAME: usize = 12;
/// The characters that plain text has as references, and what they are.
const ESCAPED: [(&str, &str); 6] = [
    ("&nbsp;", " "),
    ("&lt;", "<"),
    ("&gt;", ">"),
    ("&quot;", "\""),
    ("&#39;", "'"),
    ("&amp;", "&"),
];
/// What stands where something was left out at the end.
pub(super) const MORE: char = '…';

/// Plain text as HTML: escaped, with its line breaks and with links where it has addresses of the web. The quoted
/// lines below an answer are folded away. Of a text beyond all reading its beginning, with a sign that there is more.
pub fn text_to_html(text: &str) -> String {
    let mut html = String::with_capacity(text.len() + text.len() / 8);
    html.push_str("<div style=\"white-space:pre-wrap\">");
    let text = text.replace("\r\n", "\n").replace('\r', "\n");
    let quoted = quoted_from(&text);
    let mut has_fold = false;
    'lines: for (number, line) in text.split('\n').enumerate() {
        if number > 0 {
            html.push_str("<br>");
        }
        if quoted == Some(number) {
            has_fold = true;
            html.push_str("<details><summary>");
            html.push_str(SUMMARY);
            html.push_str("</summary>");
        }
        for word in line.split_inclusive(char::is_whitespace) {
            if html.len() > MAX_SHOWN {
                html.push(MORE);
                break 'lines;
            }
            push_word(&mut html, word);
        }
    }
    if has_fold {
        html.push_str("</details>");
    }
    html.push_str("</div>");
    html
}

/// The line from which on all is quoted, if other lines come before it.
fn quoted_from(text: &str) -> Option<usize> {
    let is_blank = |line: &str| line.trim().is_empty();
    let mut quoted = None;
    for (number, line) in text.split('\n').enumerate() {
        if line.starts_with('>') {
            quoted = quoted.or(Some(number));
        } else if !is_blank(line) {
            quoted = None;
        }
    }
    quoted.filter(|first| text.split('\n').take(*first).any(|line| !is_blank(line)))
}

fn push_word(html: &mut String, word: &str) {
    let start = ["https://", "http://"]
        .iter()
        .filter_map(|scheme| word.find(scheme))
        .min();
    let Some((before, rest)) = start.and_then(|start| word.split_at_checked(start)) else {
        escape(html, word);
        return;
    };
    let end = rest
        .find(|character: char| {
            character.is_whitespace() || character.is_control() || matches!(character, '<' | '>' | '"' | '`')
        })
        .unwrap_or(rest.len());
    let (link, _) = rest.split_at_checked(end).unwrap_or((rest, ""));
    // A full stop or a closing bracket behind an address belongs to the sentence.
    let link = link.trim_end_matches(['.', ',', ';', ':', '!', '?', ')', ']', '\'']);
    let after = rest.strip_prefix(link).unwrap_or_default();
    escape(html, before);
    if link.ends_with("//") {
        escape(html, link);
    } else {
        html.push_str("<a href=\"");
        escape(html, link);
        html.push_str("\" target=\"_blank\" rel=\"noopener noreferrer nofollow\">");
        escape(html, link);
        html.push_str("</a>");
    }
    escape(html, after);
}

fn escape(html: &mut String, text: &str) {
    for character in text.chars() {
        match character {
            '&' => html.push_str("&amp;"),
            '<' => html.push_str("&lt;"),
            '>' => html.push_str("&gt;"),
            '"' => html.push_str("&quot;"),
            '\'' => html.push_str("&#39;"),
            '\0' => {}
            _ => html.push(character),
        }
    }
}

/// The text of markup, read in one pass: tags, comments, scripts and styles left out, blocks on lines of their own.
/// Character references stay as they are but for the commonest; the result is text, not HTML.
pub fn html_to_text(html: &str) -> String {
    let mut text = String::new();
    let mut rest = html;
    let mut tags = 0;
    while let Some((before, tail)) = rest.split_once('<') {
        text.push_str(before);
        tags += 1;
        if text.len() > MAX_BYTES || tags > MAX_TAGS {
            break;
        }
        rest = skip_markup(tail, &mut text);
    }
    if text.len() <= MAX_BYTES && tags <= MAX_TAGS {
        text.push_str(rest);
    }
    let mut shown = tidy(&unescape(bounded(&text)));
    if text.len() > MAX_BYTES || tags > MAX_TAGS {
        shown.push(MORE);
    }
    shown
}

/// Skips what `<` has begun and returns what follows it.
fn skip_markup<'a>(tail: &'a str, text: &mut String) -> &'a str {
    if let Some(comment) = tail.strip_prefix("!--") {
        return comment.split_once("-->").map_or("", |(_, after)| after);
    }
    let is_markup =
        tail.starts_with(|first: char| first.is_ascii_alphabetic() || matches!(first, '/' | '!' | '?'));
    if !is_markup {
        text.push('<');
        return tail;
    }
    let (tag, after) = tail.split_once('>').unwrap_or((tail, ""));
    let is_name = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'/';
    let end = tag
        .bytes()
        .take(LONGEST_NAME)
        .take_while(|byte| is_name(*byte))
        .count();
    let name = tag.get(..end).unwrap_or_default().trim_end_matches('/');
    let is_one_of = |names: &[&str]| names.iter().any(|each| each.eq_ignore_ascii_case(name));
    if is_one_of(&UNSHOWN) {
        return skip_raw(after, name);
    }
    if is_one_of(&LINES) {
        text.push('\n');
    } else if is_one_of(&CELLS) {
        text.push(' ');
    }
    after
}

/// Skips to behind the end tag of `name`.
fn skip_raw<'a>(text: &'a str, name: &str) -> &'a str {
    let mut rest = text;
    while let Some((_, tail)) = rest.split_once("</") {
        if tail
            .get(..name.len())
            .is_some_and(|found| found.eq_ignore_ascii_case(name))
        {
            return tail.split_once('>').map_or("", |(_, after)| after);
        }
        rest = tail;
    }
    ""
}

fn bounded(text: &str) -> &str {
    let mut end = text.len().min(MAX_BYTES);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    text.get(..end).unwrap_or_default()
}

/// The characters of markup that are escaped in plain text, as in Gmail's snippets.
pub fn unescape(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, from)) = rest.find('&').and_then(|place| rest.split_at_checked(place)) {
        plain.push_str(before);
        let known = ESCAPED
            .iter()
            .find_map(|(escaped, character)| Some((*character, from.strip_prefix(escaped)?)));
        // What is no reference is a sign of its own.
        let (character, after) = known.unwrap_or(("&", from.get(1..).unwrap_or_default()));
        plain.push_str(character);
        rest = after;
    }
    plain.push_str(rest);
    plain
}

/// Single spaces, and at most one empty line in a row.
fn tidy(text: &str) -> String {
    let mut tidied = String::with_capacity(text.len());
    for line in text.lines() {
        let before = tidied.len();
        for word in line.split_whitespace() {
            if tidied.len() > before {
                tidied.push(' ');
            }
            tidied.push_str(word);
        }
        if tidied.len() > before || !tidied.ends_with("\n\n") {
            tidied.push('\n');
        }
    }
    tidied.trim().to_owned()
}
