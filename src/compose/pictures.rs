//! Pictures that a text has in itself, such as the logo of a signature. Common clients show none of those; what they show
//! are files of the mail that the text names.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use sha2::{Digest, Sha256};

use super::{ContentId, FileName, MediaType};
use crate::error::{Error, Result};

/// More than anybody puts into a text; each is stored as a file.
const MOST: usize = 100;
const TAG: &str = "<img ";
const ADDRESS: &str = " src=\"data:image/";

/// A picture that stood in a text.
#[derive(Debug, PartialEq)]
pub struct Picture {
    /// Its type.
    pub mime_type: MediaType,
    /// By which name the text shows it now.
    pub content_id: ContentId,
    /// A name for it.
    pub filename: FileName,
    /// The picture.
    pub bytes: Vec<u8>,
}

/// A sanitised text with names in place of the pictures in it, and these pictures, each once. What can't be read stays
/// as it is.
///
/// # Errors
/// `invalid_input` about `body` for more than 100 pictures.
pub fn taken_out(html: &str) -> Result<(String, Vec<Picture>)> {
    let mut pictures: Vec<Picture> = Vec::new();
    let mut text = String::with_capacity(html.len());
    let mut rest = html;
    // A sanitised text has angle brackets around its tags and nowhere else.
    while let Some((before, from_tag)) = halves(rest, TAG) {
        text.push_str(before);
        let (tag, after) = halves(from_tag, ">").unwrap_or((from_tag, ""));
        rest = after;
        let Some((start, picture, end)) = parts(tag) else {
            text.push_str(tag);
            continue;
        };
        let picture = picture.named(pictures.len())?;
        let known = pictures.iter().find(|known| known.bytes == picture.bytes);
        let name = known.unwrap_or(&picture).content_id.as_str();
        text.extend([start, " src=\"cid:", name, "\"", end]);
        if known.is_some() {
            continue;
        }
        if pictures.len() == MOST {
            return Err(Error::invalid(
                "body",
                "the text has more than 100 pictures: attach some of them as files",
            ));
        }
        pictures.push(picture);
    }
    text.push_str(rest);
    Ok((text, pictures))
}

/// What is before the first `mark`, and what begins with it.
fn halves<'t>(text: &'t str, mark: &str) -> Option<(&'t str, &'t str)> {
    text.find(mark).and_then(|at| text.split_at_checked(at))
}

struct Found {
    format: String,
    bytes: Vec<u8>,
}

/// A tag around the address of its picture, where that is the picture itself.
fn parts(tag: &str) -> Option<(&str, Found, &str)> {
    let (start, from_address) = halves(tag, ADDRESS)?;
    let (address, end) = from_address.strip_prefix(ADDRESS)?.split_once('"')?;
    let (format, data) = address.split_once(";base64,")?;
    let bytes = STANDARD.decode(data.trim()).ok()?;
    let format = format.to_ascii_lowercase();
    Some((start, Found { format, bytes }, end))
}

impl Found {
    /// The same picture has the same name in each mail.
    fn named(self, before: usize) -> Result<Picture> {
        let hash = Sha256::digest(&self.bytes);
        let name: String = hash.iter().take(12).map(|byte| format!("{byte:02x}")).collect();
        Ok(Picture {
            mime_type: MediaType::cleaned(&format!("image/{}", self.format)),
            content_id: ContentId::parse(&format!("{name}@picture"))?,
            filename: FileName::cleaned(&format!("picture-{}.{}", before + 1, self.format)),
            bytes: self.bytes,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sanitize;

    fn taken_out(html: &str) -> (String, Vec<Picture>) {
        super::taken_out(&sanitize::composed(html)).unwrap()
    }

    #[test]
    fn a_picture_in_the_text_becomes_a_file_that_the_text_names() {
        let (html, pictures) = taken_out(
            r#"<p>Regards<img alt="a > b" SRC='data:image/PNG;base64,aGVsbG8=' width="40"> Ann</p>"#,
        );
        assert_eq!(
            html,
            r#"<p>Regards<img alt="a &gt; b" src="cid:2cf24dba5fb0a30e26e83b2a@picture" width="40"> Ann</p>"#
        );
        let [picture] = &pictures[..] else {
            panic!("{pictures:?}")
        };
        assert_eq!(picture.bytes, b"hello");
        assert_eq!(picture.mime_type.as_str(), "image/png");
        assert_eq!(picture.filename.as_str(), "picture-1.png");
    }

    #[test]
    fn the_same_picture_comes_along_once() {
        let one = "<img src=\"data:image/gif;base64,aGVsbG8=\">";
        let other = "<img src=\"data:image/webp;base64,d29ybGQ=\">";
        let (html, pictures) = taken_out(&format!("{one}{other}{one}"));
        let names: Vec<&str> = pictures
            .iter()
            .map(|picture| picture.content_id.as_str())
            .collect();
        assert_eq!(names.len(), 2);
        let shown = |name: &str| format!("<img src=\"cid:{name}\">");
        assert_eq!(html, [shown(names[0]), shown(names[1]), shown(names[0])].concat());
    }

    #[test]
    fn a_text_of_nothing_but_pictures_is_refused() {
        let pictures = |count: usize| {
            let one = |number| {
                format!(
                    "<img src=\"data:image/png;base64,{}\">",
                    STANDARD.encode([number])
                )
            };
            (0..count).map(|number| one(number as u8)).collect::<String>()
        };
        assert_eq!(super::taken_out(&pictures(MOST)).unwrap().1.len(), MOST);
        let refusal = super::taken_out(&pictures(MOST + 1)).unwrap_err();
        assert!(
            refusal.message().contains("more than 100 pictures"),
            "{refusal:?}"
        );
    }

    #[test]
    fn what_is_no_picture_in_the_text_stays() {
        for html in [
            "<p>write &lt;img src=\"data:image/png;base64,aGVsbG8=\"&gt; there</p>",
            "<p>a src=\"data:image/png;base64,aGVsbG8=\"</p>",
            "<img src=\"https://example.com/a.png\">",
            "<img src=\"cid:a@b\">",
            "<img src=\"data:image/png;base64,???\">",
            "<img alt=\"",
            "",
        ] {
            let sanitised = sanitize::composed(html);
            assert_eq!(taken_out(html), (sanitised, Vec::new()), "{html}");
        }
    }
}
