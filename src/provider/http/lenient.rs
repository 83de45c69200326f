//! JSON with letters that are none: half a sign in one mail must not hide the page that it stands in.

use serde_json::Value;

/// So many bytes has `u` with the four digits behind it.
const UNIT: usize = 5;

/// Reads JSON. Bytes that are no UTF-8 and halves of surrogate pairs, as a cut preview ends with, become U+FFFD.
///
/// # Errors
/// Where it is no JSON all the same.
pub(super) fn value(body: &[u8]) -> serde_json::Result<Value> {
    serde_json::from_slice(body).or_else(|error| match error.is_syntax() {
        true => serde_json::from_slice(mended(body).as_bytes()).map_err(|_| error),
        false => Err(error),
    })
}

fn mended(body: &[u8]) -> String {
    let text = String::from_utf8_lossy(body);
    let mut mended = String::with_capacity(text.len());
    let mut rest = text.as_ref();
    while let Some((before, escape)) = rest.split_once('\\') {
        mended.push_str(before);
        let (length, is_half) = match unit(escape) {
            Some(0xD800..=0xDBFF) if is_second_half(escape) => (2 * UNIT + 1, false),
            Some(0xD800..=0xDFFF) => (UNIT, true),
            // A backslash, too, may be what is escaped.
            _ => (escape.chars().next().map_or(0, char::len_utf8), false),
        };
        let (taken, tail) = escape.split_at_checked(length).unwrap_or((escape, ""));
        match is_half {
            true => mended.push(char::REPLACEMENT_CHARACTER),
            false => {
                mended.push('\\');
                mended.push_str(taken);
            }
        }
        rest = tail;
    }
    mended.push_str(rest);
    mended
}

fn is_second_half(escape: &str) -> bool {
    let next = escape.get(UNIT..).and_then(|tail| tail.strip_prefix('\\'));
    next.and_then(unit)
        .is_some_and(|unit| (0xDC00..=0xDFFF).contains(&unit))
}

/// The UTF-16 unit of an escape, without its backslash.
fn unit(escape: &str) -> Option<u16> {
    let digits = escape.strip_prefix('u')?.get(..UNIT - 1)?;
    let is_hex = digits.bytes().all(|digit| digit.is_ascii_hexdigit());
    is_hex.then(|| u16::from_str_radix(digits, 16).ok())?
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn letters_that_are_none_are_replaced_and_the_rest_stays() {
        for (json, expected) in [
            (&br#""cut \ud83d""#[..], "cut \u{fffd}"),
            (
                br#""\ude00 \ud83d\ude00 \ud83d\n""#,
                "\u{fffd} \u{1f600} \u{fffd}\n",
            ),
            (br#""\ud83d\ud83d\ude00""#, "\u{fffd}\u{1f600}"),
            (br#""\\ud83d \ud83d""#, "\\ud83d \u{fffd}"),
            (b"\"a\xe9b \xff\"", "a\u{fffd}b \u{fffd}"),
        ] {
            assert_eq!(value(json).ok(), Some(Value::from(expected)));
        }
    }

    #[test]
    fn what_is_no_json_stays_none() {
        for text in [
            &b"{"[..],
            b"\"\\ud83",
            b"\"\\ud83x\"",
            b"\xff",
            b"\"\\",
            b"[1,]",
            b"",
        ] {
            assert!(value(text).is_err(), "{text:?}");
        }
        let cut = value(b"{\"a\":").map_err(|error| error.is_eof());
        assert_eq!(cut, Err(true));
    }
}
