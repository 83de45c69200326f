//! Parameters of structured headers such as `Content-Type: text/plain; charset="utf-8"` (RFC 2045 section 5.1).

/// The value of the parameter `name`, its quotes removed.
pub fn parameter(header: &str, name: &str) -> Option<String> {
    let mut rest = header.split_once(';')?.1;
    loop {
        let (key, tail) = rest.split_once('=')?;
        let (value, after) = value(tail.trim_start());
        // A parameter without a value may stand before this one: its name is what follows the last semicolon.
        let key = key.rsplit(';').next().unwrap_or(key).trim();
        if key.eq_ignore_ascii_case(name) {
            return Some(value);
        }
        rest = after;
    }
}

fn value(text: &str) -> (String, &str) {
    let Some(quoted) = text.strip_prefix('"') else {
        let (value, after) = text.split_once(';').unwrap_or((text, ""));
        return (value.trim().to_owned(), after);
    };
    let mut value = String::new();
    let mut characters = quoted.chars();
    while let Some(character) = characters.next() {
        match character {
            '"' => break,
            '\\' => value.extend(characters.next()),
            _ => value.push(character),
        }
    }
    (value, characters.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_found_with_and_without_quotes() {
        let header = "multipart/mixed; flag; BOUNDARY=\"a;b\\\"=c\" ; charset = utf-8 ";
        assert_eq!(parameter(header, "boundary").unwrap(), "a;b\"=c");
        assert_eq!(parameter(header, "charset").unwrap(), "utf-8");
        assert_eq!(parameter(header, "name"), None);
        assert_eq!(parameter("text/plain", "charset"), None);
        assert_eq!(parameter("text/plain; charset", "charset"), None);
        assert_eq!(
            parameter("text/plain; charset=\"open", "charset").unwrap(),
            "open"
        );
    }
}
