//! Partial responses: the `fields` parameter, as `messages(id,threadId),nextPageToken` or `payload/headers`.

use serde_json::{Map, Value};

#[derive(Debug, Default)]
struct Selection(Vec<(String, Selection)>);

/// The selected members; `None` when the selection cannot be read.
pub(super) fn select(body: &Value, fields: &str) -> Option<Value> {
    let mut letters = fields.chars().peekable();
    let selection = parse(&mut letters, 0)?;
    letters.peek().is_none().then(|| apply(body, &selection))
}

fn parse(letters: &mut std::iter::Peekable<std::str::Chars<'_>>, depth: usize) -> Option<Selection> {
    let mut items = Vec::new();
    loop {
        let (item, closing) = parse_item(letters, depth)?;
        items.push(item);
        match closing {
            Some(',') => {
                letters.next();
            }
            _ => return Some(Selection(items)),
        }
    }
}

fn parse_item(
    letters: &mut std::iter::Peekable<std::str::Chars<'_>>,
    depth: usize,
) -> Option<((String, Selection), Option<char>)> {
    let mut name = String::new();
    while let Some(letter) =
        letters.next_if(|letter| letter.is_ascii_alphanumeric() || *letter == '*' || *letter == '_')
    {
        name.push(letter);
    }
    if name.is_empty() || depth > 16 {
        return None;
    }
    let inner = match letters.peek() {
        Some('/') => {
            letters.next();
            let (item, _) = parse_item(letters, depth + 1)?;
            Selection(vec![item])
        }
        Some('(') => {
            letters.next();
            let inner = parse(letters, depth + 1)?;
            letters.next_if_eq(&')')?;
            inner
        }
        _ => Selection::default(),
    };
    Some(((name, inner), letters.peek().copied()))
}

fn apply(value: &Value, selection: &Selection) -> Value {
    if selection.0.is_empty() {
        return value.clone();
    }
    match value {
        Value::Array(items) => Value::Array(items.iter().map(|item| apply(item, selection)).collect()),
        Value::Object(members) => {
            let mut kept = Map::new();
            for (name, inner) in &selection.0 {
                if name == "*" {
                    kept.extend(
                        members
                            .iter()
                            .map(|(key, value)| (key.clone(), apply(value, inner))),
                    );
                } else if let Some(found) = members.get(name) {
                    kept.insert(name.clone(), apply(found, inner));
                }
            }
            Value::Object(kept)
        }
        other => other.clone(),
    }
}
