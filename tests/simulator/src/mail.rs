//! A mail as content: what its author wrote, before any provider's shape.

pub(crate) mod charset;
pub(crate) mod mime;
pub(crate) mod parse;
pub(crate) mod raw;

pub(crate) use charset::Charset;

/// A person or list: `"Ana Costa" <ana@example.com>`; either part may be empty in a broken mail.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Address {
    pub(crate) name: String,
    pub(crate) email: String,
}

impl Address {
    pub(crate) fn new(name: &str, email: &str) -> Self {
        Self {
            name: name.to_owned(),
            email: email.to_owned(),
        }
    }
}

/// A file in a mail; with a content id and `inline` it is a picture of the HTML body.
#[derive(Clone, Debug, Default)]
pub(crate) struct Attachment {
    pub(crate) filename: String,
    pub(crate) mime_type: String,
    /// Without angle brackets.
    pub(crate) content_id: Option<String>,
    pub(crate) inline: bool,
    pub(crate) data: Vec<u8>,
    /// So many more bytes, made up whenever they are asked for.
    pub(crate) filler: usize,
}

impl Attachment {
    pub(crate) fn size(&self) -> usize {
        self.data.len() + self.filler
    }

    pub(crate) fn bytes(&self) -> Vec<u8> {
        let mut bytes = self.data.clone();
        let mut state = 0x9e37_79b9_7f4a_7c15_u64;
        while bytes.len() < self.size() {
            // xorshift64: nothing in it repeats soon.
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            let rest = self.size() - bytes.len();
            bytes.extend(state.to_le_bytes().into_iter().take(rest));
        }
        bytes
    }
}

/// One mail. Message ids carry their angle brackets.
#[derive(Clone, Debug, Default)]
pub(crate) struct Mail {
    pub(crate) message_id: Option<String>,
    pub(crate) date_ms: Option<i64>,
    pub(crate) from: Option<Address>,
    pub(crate) to: Vec<Address>,
    pub(crate) cc: Vec<Address>,
    pub(crate) bcc: Vec<Address>,
    pub(crate) reply_to: Vec<Address>,
    pub(crate) subject: Option<String>,
    pub(crate) in_reply_to: Option<String>,
    pub(crate) references: Vec<String>,
    pub(crate) text: Option<String>,
    pub(crate) html: Option<String>,
    pub(crate) charset: Charset,
    pub(crate) attachments: Vec<Attachment>,
    /// Further header fields, in order: List-Unsubscribe, X-…
    pub(crate) headers: Vec<(String, String)>,
    /// Whether the receiving server finds that it does not come from where it says.
    pub(crate) is_forged: bool,
}

impl Mail {
    /// The body as plain text, made from the HTML when there is no text part.
    pub(crate) fn plain_text(&self) -> String {
        match (&self.text, &self.html) {
            (Some(text), _) => text.clone(),
            (None, Some(html)) => text_of_html(html),
            (None, None) => String::new(),
        }
    }

    /// The first characters of the text, white space folded, as both providers preview a mail.
    pub(crate) fn preview(&self, limit: usize) -> String {
        let source = match (&self.text, &self.html) {
            (Some(text), _) => text.clone(),
            (None, Some(html)) => text_of_html(html),
            (None, None) => return String::new(),
        };
        let mut preview = String::new();
        for word in source.split_whitespace() {
            if !preview.is_empty() {
                preview.push(' ');
            }
            preview.push_str(word);
            if preview.len() > limit * 4 {
                break;
            }
        }
        preview.chars().take(limit).collect()
    }

    /// Whether there is a file that a reader would call an attachment (inline pictures are none).
    pub(crate) fn has_attachments(&self) -> bool {
        self.attachments.iter().any(|attachment| !attachment.inline)
    }
}

/// HTML without its tags, styles and scripts; good enough for a preview.
pub(crate) fn text_of_html(html: &str) -> String {
    let mut text = String::new();
    let mut rest = html;
    while let Some((before, after)) = rest.split_once('<') {
        text.push_str(before);
        let lower: String = after.chars().take(8).flat_map(char::to_lowercase).collect();
        let hidden = ["style", "script", "title", "!--"]
            .iter()
            .find(|name| lower.starts_with(**name));
        let end = match hidden {
            Some(&"!--") => "-->".to_owned(),
            Some(name) => format!("</{name}>"),
            None => ">".to_owned(),
        };
        if ["br", "p", "/p", "div", "/div", "tr", "td", "li", "h1", "h2", "h3"]
            .iter()
            .any(|name| {
                lower
                    .strip_prefix(name)
                    .is_some_and(|tail| tail.starts_with(['>', ' ', '/']))
            })
        {
            text.push('\n');
        }
        rest = after.split_once(end.as_str()).map_or("", |(_, tail)| tail);
    }
    text.push_str(rest);
    text.replace("&nbsp;", " ")
        .replace("&lt;", "<")
        .replace("&gt;", ">")
        .replace("&quot;", "\"")
        .replace("&#39;", "'")
        .replace("&zwnj;", "")
        .replace("&amp;", "&")
}

/// Text made safe inside HTML.
pub(crate) fn escape_html(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;")
        .replace('\'', "&#39;")
}
