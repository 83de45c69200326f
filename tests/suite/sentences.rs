//! What an error says to a person exists in every language.
#![allow(missing_docs, clippy::unwrap_used, reason = "tests")]

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::{Map, Value};

const LANGUAGES: [&str; 6] = [
    include_str!("../../js/locale/de-DE.json"),
    include_str!("../../js/locale/en-US.json"),
    include_str!("../../js/locale/es-ES.json"),
    include_str!("../../js/locale/fr-FR.json"),
    include_str!("../../js/locale/ja-JP.json"),
    include_str!("../../js/locale/zh-CN.json"),
];
const TEMPLATES: &str = include_str!("../../js/client/host/sentences.ts");

/// What never reaches a person.
const EXCEPTIONS: [(&str, &str); 3] = [
    ("src/plugin.rs", "there is no such schedule"), // said to the host's timer
    ("src/provider/scenarios.rs", "connection reset"), // a scenario of the tests
    ("src/sync/outgoing.rs", "not now"),            // a scenario of the tests
];

#[test]
fn every_literal_sentence_of_an_error_has_a_key_in_every_language() {
    let languages = LANGUAGES.map(|text| serde_json::from_str::<Map<String, Value>>(text).unwrap());
    let missing: Vec<_> = said()
        .into_iter()
        .filter(|said| !said.is_formatted)
        .filter(|said| !EXCEPTIONS.contains(&(said.file.as_str(), said.sentence.as_str())))
        .filter(|said| {
            languages
                .iter()
                .any(|language| !language.contains_key(&said.sentence))
        })
        .map(|said| format!("{}: {}", said.file, said.sentence))
        .collect();
    assert!(missing.is_empty(), "{missing:#?}");
}

#[test]
fn every_formatted_sentence_of_an_error_has_a_template() {
    let missing: Vec<_> = said()
        .into_iter()
        .filter(|said| said.is_formatted)
        .filter(|said| !has_template(&said.sentence))
        .map(|said| format!("{}: {}", said.file, said.sentence))
        .collect();
    assert!(missing.is_empty(), "{missing:#?}");
}

fn has_template(sentence: &str) -> bool {
    TEMPLATES.lines().any(|line| {
        let line = line.trim().trim_end_matches(',').trim_matches(['\'', '"']);
        line.contains("{{") && blank(line) == blank(sentence)
    })
}

/// The text with every placeholder, `{name}` and `{{name}}`, replaced by the same sign.
fn blank(text: &str) -> String {
    let mut blanked = String::new();
    let mut depth = 0_u32;
    for letter in text.chars() {
        match letter {
            '{' => depth += 1,
            '}' => {
                depth -= 1;
                if depth == 0 {
                    blanked.push('#');
                }
            }
            _ if depth == 0 => blanked.push(letter),
            _ => {}
        }
    }
    blanked
}

/// Where sentences stand in a table, from these words to the end of what they open.
const TABLES: [(&str, &str); 2] = [
    ("src/oauth/client/refusal.rs", "let known = ["),
    ("src/oauth/revocation.rs", "match self {"),
];

struct Said {
    file: String,
    sentence: String,
    is_formatted: bool,
}

/// The literals with more than a word in every call of `Error::new` and `Error::invalid`, of what a file calls in their
/// place, and in tables.
fn said() -> Vec<Said> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut found = Vec::new();
    for path in sources(&root.join("src")) {
        let file = path.strip_prefix(root).unwrap().to_string_lossy().into_owned();
        let source = fs::read_to_string(&path).unwrap();
        let source = source.split("#[cfg(test)]\nmod tests").next().unwrap();
        let mut openings = vec!["Error::new(".to_owned(), "Error::invalid(".to_owned()];
        openings.extend(helpers(source).into_iter().map(|name| format!("{name}(")));
        let tables = TABLES.iter().filter(|(place, _)| *place == file);
        openings.extend(tables.map(|(_, opening)| (*opening).to_owned()));
        for opening in openings {
            let places: Vec<usize> = source.match_indices(&opening).map(|(at, _)| at).collect();
            assert!(
                !places.is_empty() || opening.starts_with("Error::"),
                "{file}: {opening}"
            );
            for start in places {
                let literals = arguments(source.get(start + opening.len()..).unwrap());
                let sentences = literals.into_iter().filter(|literal| literal.contains(' '));
                found.extend(sentences.map(|sentence| Said {
                    file: file.clone(),
                    is_formatted: sentence.contains('{'),
                    sentence,
                }));
            }
        }
    }
    assert!(found.len() > 200, "the scan finds the calls");
    found
}

/// The functions and closures of a file that make an error of a sentence.
fn helpers(source: &str) -> Vec<String> {
    let mut names = Vec::new();
    for (at, _) in source.match_indices("&'static str") {
        let before = source.get(..at).unwrap();
        let after = source.get(at..).unwrap();
        let opens_function = before.rfind("fn ").map(|start| (start + 3, '('));
        let opens_closure = before.rfind("let ").map(|start| (start + 4, ' '));
        let Some((start, end)) = opens_function.max(opens_closure) else {
            continue;
        };
        let head = source.get(start..at).unwrap();
        let body = after.split('}').next().unwrap();
        if head.contains('\n') || !body.contains("Error::") {
            continue;
        }
        names.extend(head.split(end).next().map(str::to_owned));
    }
    names.sort();
    names.dedup();
    names
}

fn sources(folder: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let is_memory = path.to_string_lossy().contains("src/host/memory");
        if path.is_dir() {
            files.extend(sources(&path));
        } else if path.extension().is_some_and(|extension| extension == "rs") && !is_memory {
            files.push(path);
        }
    }
    files
}

/// The literals up to the bracket that closes what was opened.
fn arguments(text: &str) -> Vec<String> {
    let (mut literals, mut depth) = (Vec::new(), 1_u32);
    let mut letters = text.chars().peekable();
    while let Some(letter) = letters.next() {
        match letter {
            '"' => {
                let mut literal = String::new();
                while let Some(letter) = letters.next() {
                    match letter {
                        '"' => break,
                        '\\' => match letters.next() {
                            // A line that goes on: its break and indentation are no part of the text.
                            Some('\n') => while letters.next_if(|next| next.is_whitespace()).is_some() {},
                            escaped => literal.extend(escaped),
                        },
                        other => literal.push(other),
                    }
                }
                literals.push(literal);
            }
            '(' | '[' | '{' => depth += 1,
            ')' | ']' | '}' if depth == 1 => break,
            ')' | ']' | '}' => depth -= 1,
            _ => {}
        }
    }
    literals
}
