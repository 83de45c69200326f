//! The same policy given to another sanitiser, and what both write compared token by token.

use std::borrow::Cow;
use std::cell::RefCell;
use std::collections::{BTreeMap, HashMap, HashSet};

use ammonia::{Builder, UrlRelative};
use html5ever::tendril::StrTendril;
use html5ever::tokenizer::{
    BufferQueue, TagKind, Token, TokenSink, TokenSinkResult, Tokenizer, TokenizerOpts,
};

use crate::css;
use crate::policy::{self, Image};

/// What another sanitiser leaves under our policy.
pub(super) fn sanitised(html: &str) -> String {
    let tags: HashSet<&str> = policy::tests::tags().map(|(name, _)| name).collect();
    let attributes: HashMap<&str, HashSet<&str>> = policy::tests::tags()
        .map(|(name, attributes)| (name, attributes.iter().copied().collect()))
        .collect();
    Builder::empty()
        .tags(tags)
        .clean_content_tags(policy::tests::content_tags().collect())
        .generic_attributes(policy::tests::attributes().collect())
        .tag_attributes(attributes)
        .url_schemes(HashSet::from(["cid", "data", "http", "https", "mailto", "tel"]))
        .url_relative(UrlRelative::Deny)
        .link_rel(Some("noopener noreferrer nofollow"))
        .set_tag_attribute_value("a", "target", "_blank")
        .strip_comments(true)
        .attribute_filter(|tag, name, value| match (tag, name) {
            (_, "style") => Some(css::declarations(value))
                .filter(|style| !style.is_empty())
                .map(Cow::Owned),
            ("a", "href") => policy::is_link(value).then_some(Cow::Borrowed(value)),
            ("img", "src") => {
                (!matches!(policy::image(value), Image::Refused)).then_some(Cow::Borrowed(value))
            }
            (_, "href" | "src") => None,
            _ => Some(Cow::Borrowed(value)),
        })
        .clean(html)
        .to_string()
}

/// What a tokenizer reads: start tags with their attributes in order of the alphabet, end tags, and runs of text.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Piece {
    Start(String, BTreeMap<String, String>),
    End(String),
    Text(String),
    Other(String),
}

pub(super) fn pieces(html: &str) -> Vec<Piece> {
    let input = BufferQueue::default();
    input.push_back(StrTendril::from_slice(html));
    let tokenizer = Tokenizer::new(Collector::default(), TokenizerOpts::default());
    let _ = tokenizer.feed(&input);
    tokenizer.end();
    tokenizer.sink.0.into_inner()
}

#[derive(Default)]
struct Collector(RefCell<Vec<Piece>>);

impl TokenSink for Collector {
    type Handle = ();

    fn process_token(&self, token: Token, _: u64) -> TokenSinkResult<()> {
        let mut pieces = self.0.borrow_mut();
        match token {
            Token::TagToken(tag) if tag.kind == TagKind::StartTag => {
                let attributes = tag
                    .attrs
                    .iter()
                    .map(|attribute| (attribute.name.local.to_string(), attribute.value.to_string()))
                    .collect();
                pieces.push(Piece::Start(tag.name.to_string(), attributes));
            }
            Token::TagToken(tag) => pieces.push(Piece::End(tag.name.to_string())),
            Token::CharacterTokens(text) => match pieces.last_mut() {
                Some(Piece::Text(before)) => before.push_str(&text),
                _ => pieces.push(Piece::Text(text.to_string())),
            },
            Token::EOFToken => {}
            other => pieces.push(Piece::Other(format!("{other:?}"))),
        }
        TokenSinkResult::Continue
    }
}
