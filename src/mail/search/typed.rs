//! What is typed into the search box: words, `"words in their order"`, `from:`, `to:`, `subject:`, `has:attachment`,
//! `is:unread`, `is:read`, `is:starred`, `in:inbox`, `before:` and `after:` with a date.

use chrono::{DateTime, NaiveDate, NaiveTime, TimeDelta, Utc};

use crate::error::{Error, Result};
use crate::model::{BoxType, Part, Place, Search, Term};

const MAX_TEXT: usize = 500;
const MAX_TERMS: usize = 20;

/// Reads it.
///
/// # Errors
/// `invalid_input` about `text` where it is empty, too long, or an operator has a value that it doesn't know.
pub(super) fn read(text: &str) -> Result<Search> {
    if text.trim().is_empty() {
        return Err(invalid("type what you are looking for"));
    }
    let tokens = tokens(text);
    if text.len() > MAX_TEXT || tokens.len() > MAX_TERMS {
        return Err(invalid("this is too long: look for fewer words"));
    }
    let mut search = Search::default();
    for token in tokens {
        token.add_to(&mut search)?;
    }
    Ok(search)
}

/// A piece of what was typed.
#[derive(Debug, Default, PartialEq)]
struct Token {
    operator: String,
    text: String,
    is_quoted: bool,
}

fn tokens(text: &str) -> Vec<Token> {
    let mut tokens = Vec::new();
    let mut token = Token::default();
    let mut is_open = false;
    for letter in text.chars().chain([' ']) {
        match letter {
            '"' | '“' | '”' => {
                is_open = !is_open;
                token.is_quoted = true;
            }
            ':' | '：'
                if !is_open && !token.is_quoted && is_operator(&token.text) && token.operator.is_empty() =>
            {
                token.operator = std::mem::take(&mut token.text).to_lowercase();
            }
            _ if letter.is_whitespace() && !is_open => {
                let done = std::mem::take(&mut token);
                if !done.text.trim().is_empty() || !done.operator.is_empty() {
                    tokens.push(done);
                }
            }
            _ => token.text.push(letter),
        }
    }
    // A quotation mark that nothing closes ends with the text.
    if !token.text.trim().is_empty() {
        tokens.push(token);
    }
    tokens
}

fn is_operator(text: &str) -> bool {
    const OPERATORS: [&str; 9] = [
        "from", "to", "cc", "subject", "has", "is", "in", "before", "after",
    ];
    OPERATORS
        .iter()
        .any(|operator| operator.eq_ignore_ascii_case(text))
}

impl Token {
    fn add_to(self, search: &mut Search) -> Result<()> {
        let value = self.text.trim().to_lowercase();
        let part = match self.operator.as_str() {
            "from" => Part::From,
            "to" | "cc" => Part::To,
            "subject" => Part::Subject,
            "has" => {
                if !matches!(value.as_str(), "attachment" | "attachments" | "file") {
                    return Err(invalid("after has: write attachment"));
                }
                search.has_attachment = true;
                return Ok(());
            }
            "is" => {
                match value.as_str() {
                    "unread" => search.is_read = Some(false),
                    "read" => search.is_read = Some(true),
                    "starred" => search.is_starred = Some(true),
                    _ => return Err(invalid("after is: write unread, read or starred")),
                }
                return Ok(());
            }
            "in" => {
                search.place = Some(place(&value)?);
                return Ok(());
            }
            "before" => {
                search.before = Some(day(&value)?);
                return Ok(());
            }
            "after" => {
                search.since = Some(day(&value)?);
                return Ok(());
            }
            _ => Part::Any,
        };
        // Without a word it would find everything.
        if value.is_empty() {
            return Err(invalid("after from:, to: and subject: write what to look for"));
        }
        search.terms.push(Term {
            part,
            text: self.text.trim().to_owned(),
            is_whole: self.is_quoted,
        });
        Ok(())
    }
}

fn place(name: &str) -> Result<Place> {
    let box_type = match name {
        "anywhere" | "all" => return Ok(Place::Anywhere),
        "inbox" => BoxType::In,
        "sent" => BoxType::Out,
        "drafts" => BoxType::Draft,
        "bin" => BoxType::Trash,
        "junk" => BoxType::Spam,
        other => BoxType::parse(other).ok_or_else(|| {
            invalid("after in: write inbox, sent, drafts, archive, spam, trash or anywhere")
        })?,
    };
    Ok(Place::Box(box_type))
}

/// The beginning of a day, `2026-03-01` or `2026/3/1`.
fn day(text: &str) -> Result<DateTime<Utc>> {
    let plain = text.replace('/', "-");
    NaiveDate::parse_from_str(&plain, "%Y-%m-%d")
        .ok()
        .filter(|day| (1970..=9999).contains(&chrono::Datelike::year(day)))
        .map(|day| day.and_time(NaiveTime::MIN).and_utc() + TimeDelta::zero())
        .ok_or_else(|| invalid("write a date as 2026-03-01"))
}

fn invalid(message: &'static str) -> Error {
    Error::invalid("text", message)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn terms(text: &str) -> Vec<(Part, String, bool)> {
        let terms = read(text).unwrap().terms;
        terms
            .into_iter()
            .map(|term| (term.part, term.text, term.is_whole))
            .collect()
    }

    #[test]
    fn words_quotes_and_operators_are_told_apart() {
        let found = terms(
            r#"From:anna  "quarterly report" subject:"final draft" 10:30 to:bob@example.com open"end of"#,
        );
        let expected = [
            (Part::From, "anna", false),
            (Part::Any, "quarterly report", true),
            (Part::Subject, "final draft", true),
            (Part::Any, "10:30", false),
            (Part::To, "bob@example.com", false),
            (Part::Any, "openend of", true),
        ];
        assert_eq!(
            found,
            expected.map(|(part, text, whole)| (part, text.to_owned(), whole))
        );
        for nothing in ["from:", "report from: ", "subject:\"\""] {
            let refusal = read(nothing).unwrap_err();
            assert!(
                refusal.message().contains("what to look for"),
                "{nothing}: {refusal:?}"
            );
        }
    }

    #[test]
    fn marks_places_and_days_are_conditions() {
        let search =
            read("is:unread is:starred has:attachment in:sent after:2026-02-01 before:2026/3/1").unwrap();
        assert_eq!(
            (search.is_read, search.is_starred, search.has_attachment),
            (Some(false), Some(true), true)
        );
        assert_eq!(search.place, Some(Place::Box(BoxType::Out)));
        let day = |text: Option<DateTime<Utc>>| text.unwrap().to_rfc3339();
        assert_eq!(day(search.since), "2026-02-01T00:00:00+00:00");
        assert_eq!(day(search.before), "2026-03-01T00:00:00+00:00");
        assert_eq!(read("in:anywhere x").unwrap().place, Some(Place::Anywhere));
    }

    #[test]
    fn what_cannot_be_understood_is_said() {
        let long = "word ".repeat(30);
        for text in [
            "",
            "  ",
            "is:odd",
            "has:wings",
            "in:space",
            "before:soon",
            "after:2026-02-30",
            &long,
        ] {
            assert_eq!(read(text).unwrap_err().field(), Some("text"), "{text}");
        }
    }
}
