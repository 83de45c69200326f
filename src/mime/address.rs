//! Address lists (RFC 5322 section 3.4): names, quoted names, comments, routes and groups.

use super::decode_words;
use crate::host::Host;
use crate::model::Address;

/// A list longer than this is cut, and its end tells by how many: no page shows them, and every name costs memory.
const LIMIT: usize = 2000;

/// The mailboxes of an address header, groups flattened, names decoded. What is no mailbox keeps its text as
/// the name, so that nothing that the sender wrote disappears.
pub fn addresses(host: &dyn Host, text: &str) -> Vec<Address> {
    let mut list = Vec::new();
    let mut reader = Reader::default();
    let mut more = 0;
    let mut take = |mailbox: Mailbox| match list.len() < LIMIT {
        true => list.extend(mailbox.address(host)),
        false => more += usize::from(!mailbox.is_empty()),
    };
    for character in text.chars() {
        if let Some(mailbox) = reader.read(character) {
            take(mailbox);
        }
    }
    take(reader.mailbox);
    cut(list, more)
}

/// A list that has come as one, no longer than those that are read here.
pub fn bounded(list: impl Iterator<Item = Address>) -> Vec<Address> {
    let mut list = list.fuse();
    let kept = list.by_ref().take(LIMIT).collect();
    cut(kept, list.count())
}

/// The list with an end that says how many more there are, where it had no room for them.
fn cut(mut list: Vec<Address>, more: usize) -> Vec<Address> {
    if more > 0 {
        list.truncate(LIMIT - 1);
        list.push(Address {
            // Of no language: it is stored.
            name: format!("… +{}", more + 1),
            address: String::new(),
        });
    }
    list
}

/// What one entry of the list has shown so far.
#[derive(Default)]
struct Mailbox {
    phrase: String,
    comment: String,
    angle: Option<String>,
}

impl Mailbox {
    fn is_empty(&self) -> bool {
        let is_blank = |text: &str| text.trim().is_empty();
        is_blank(&self.phrase) && is_blank(&self.comment) && self.angle.as_deref().is_none_or(is_blank)
    }

    fn address(self, host: &dyn Host) -> Option<Address> {
        let phrase = decode_words(host, &self.phrase);
        let comment = decode_words(host, &self.comment);
        let address = match self.angle {
            Some(angle) => {
                let compact: String = angle.split_whitespace().collect();
                // A route ("@relay:user@host") is obsolete; the mailbox is what follows it.
                let address = match compact.split_once(':') {
                    Some((route, address)) if route.starts_with('@') => address.to_owned(),
                    _ => compact,
                };
                Address {
                    name: if phrase.is_empty() { comment } else { phrase },
                    address,
                }
            }
            None if phrase.contains('@') && !phrase.contains(char::is_whitespace) => Address {
                name: comment,
                address: phrase,
            },
            None => Address {
                name: if phrase.is_empty() { comment } else { phrase },
                address: String::new(),
            },
        };
        (!address.name.is_empty() || !address.address.is_empty()).then_some(address)
    }
}

#[derive(Default)]
struct Reader {
    mailbox: Mailbox,
    in_quotes: bool,
    in_angle: bool,
    comment_depth: usize,
    is_escaped: bool,
}

impl Reader {
    /// Takes one character; returns the entry that it ends.
    fn read(&mut self, character: char) -> Option<Mailbox> {
        if self.is_escaped {
            self.is_escaped = false;
            self.push(character);
            return None;
        }
        match character {
            '\\' if self.in_quotes || self.comment_depth > 0 => self.is_escaped = true,
            '"' if self.comment_depth == 0 && self.in_angle => self.push(character),
            '"' if self.comment_depth == 0 => self.in_quotes = !self.in_quotes,
            _ if self.in_quotes => self.push(character),
            '(' if !self.in_angle => {
                if self.comment_depth > 0 {
                    self.push(character);
                }
                self.comment_depth += 1;
            }
            ')' if self.comment_depth > 0 => {
                self.comment_depth -= 1;
                if self.comment_depth > 0 {
                    self.push(character);
                }
            }
            _ if self.comment_depth > 0 => self.push(character),
            '<' => {
                self.in_angle = true;
                self.mailbox.angle = Some(String::new());
            }
            '>' => self.in_angle = false,
            _ if self.in_angle => self.push(character),
            ',' | ';' => return Some(std::mem::take(&mut self.mailbox)),
            // The name of a group is not a mailbox.
            ':' => self.mailbox = Mailbox::default(),
            _ => self.push(character),
        }
        None
    }

    fn push(&mut self, character: char) {
        if self.comment_depth > 0 {
            self.mailbox.comment.push(character);
        } else if self.in_angle {
            if let Some(angle) = &mut self.mailbox.angle {
                angle.push(character);
            }
        } else {
            self.mailbox.phrase.push(character);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::host::memory::MemoryHost;

    fn pairs(text: &str) -> Vec<(String, String)> {
        addresses(&MemoryHost::new(), text)
            .into_iter()
            .map(|address| (address.name, address.address))
            .collect()
    }

    fn pair(name: &str, address: &str) -> (String, String) {
        (name.to_owned(), address.to_owned())
    }

    #[test]
    fn names_quotes_and_commas() {
        assert_eq!(
            pairs("Ann <ann@x.test>, \"Lee, Bo\" <bo@x.test>,cy@x.test"),
            [
                pair("Ann", "ann@x.test"),
                pair("Lee, Bo", "bo@x.test"),
                pair("", "cy@x.test")
            ]
        );
        assert_eq!(
            pairs("\"A \\\"B\\\" C\" <a@x.test>"),
            [pair("A \"B\" C", "a@x.test")]
        );
        assert_eq!(pairs("<a@x.test>"), [pair("", "a@x.test")]);
    }

    #[test]
    fn encoded_names_are_decoded_after_the_list_is_split() {
        assert_eq!(
            pairs("=?UTF-8?Q?M=C3=BCller=2C_Jo?= <jo@x.test>, =?utf-8?B?5L2g?= <n@x.test>"),
            [pair("Müller, Jo", "jo@x.test"), pair("你", "n@x.test")]
        );
    }

    #[test]
    fn groups_routes_and_comments() {
        assert_eq!(
            pairs("Team: a@x.test, B <b@x.test>;, c@x.test"),
            [pair("", "a@x.test"), pair("B", "b@x.test"), pair("", "c@x.test")]
        );
        assert_eq!(pairs("undisclosed-recipients:;"), []);
        assert_eq!(pairs("a@x.test (Ann (Boss))"), [pair("Ann (Boss)", "a@x.test")]);
        assert_eq!(pairs("Ann <@relay.test:a@x.test>"), [pair("Ann", "a@x.test")]);
    }

    #[test]
    fn broken_lists_keep_what_they_say() {
        assert_eq!(pairs(""), []);
        assert_eq!(pairs(" , ,"), []);
        assert_eq!(pairs("Ann <ann@x.test"), [pair("Ann", "ann@x.test")]);
        assert_eq!(pairs("\"Ann <ann@x.test>"), [pair("Ann <ann@x.test>", "")]);
        assert_eq!(pairs("Mailer Daemon"), [pair("Mailer Daemon", "")]);
        assert_eq!(pairs(&"(".repeat(100_000)).len(), 1);
    }

    #[test]
    fn a_list_beyond_all_use_ends_with_how_many_more_there_are() {
        let read = pairs(&"a@x.test,".repeat(5000));
        assert_eq!(read.len(), LIMIT);
        assert_eq!(read.last(), Some(&pair("… +3001", "")));
        let exact = pairs(&"a@x.test,".repeat(LIMIT));
        assert_eq!(exact.last(), Some(&pair("", "a@x.test")));
        let each = |number: usize| Address {
            name: String::new(),
            address: format!("{number}@x.test"),
        };
        let kept = bounded((0..LIMIT + 1).map(each));
        assert_eq!((kept.len(), kept.last().unwrap().name.as_str()), (LIMIT, "… +2"));
        assert_eq!(bounded((0..LIMIT).map(each)).last(), Some(&each(LIMIT - 1)));
    }
}
