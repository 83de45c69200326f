//! Text as JSON.

/// Adds a text as a JSON string without NUL characters: PostgreSQL's text has none, and one stray byte in a mail must not
/// stop its batch. Serde's own way has a call for each piece between two escapes.
pub fn push_json(json: &mut Vec<u8>, text: &str) {
    let is_special = |byte: &u8| *byte < b' ' || *byte == b'"' || *byte == b'\\';
    json.reserve(text.len() + 2);
    json.push(b'"');
    let mut rest = text.as_bytes();
    while let Some((plain, [byte, after @ ..])) = rest
        .iter()
        .position(is_special)
        .and_then(|place| rest.split_at_checked(place))
    {
        json.extend_from_slice(plain);
        match byte {
            0 => json.extend_from_slice("\u{FFFD}".as_bytes()),
            b'"' | b'\\' => json.extend_from_slice(&[b'\\', *byte]),
            b'\n' => json.extend_from_slice(b"\\n"),
            _ => json.extend_from_slice(format!("\\u{byte:04x}").as_bytes()),
        }
        rest = after;
    }
    json.extend_from_slice(rest);
    json.push(b'"');
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_read_as_it_was_written_but_for_the_zero() {
        for (text, read) in [
            ("", ""),
            ("plain", "plain"),
            ("\"\\\n\r\t\u{1}\u{1f}", "\"\\\n\r\t\u{1}\u{1f}"),
            ("报价 a\0b", "报价 a\u{fffd}b"),
        ] {
            let mut json = Vec::new();
            push_json(&mut json, text);
            assert_eq!(serde_json::from_slice::<String>(&json).unwrap(), read);
        }
    }
}
