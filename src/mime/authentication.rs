//! What the receiving server found out about where a mail comes from (RFC 8601).

use crate::model::Authentication;

/// Reads the value of the topmost `Authentication-Results`: that one is the receiving server's own, while those below may be
/// anybody's. `None` where it tells of nothing that is known here.
pub fn authentication(header: &str) -> Option<Authentication> {
    let mut found = Authentication::default();
    // What comes before the first semicolon is the server's name.
    for result in without_comments(header).split(';').skip(1) {
        let Some((method, value)) = result.split_once('=') else {
            continue;
        };
        let method = method.split('/').next().unwrap_or_default().trim();
        let value = value.split_whitespace().next().unwrap_or_default();
        let value = value.to_ascii_lowercase();
        if value.is_empty() || !value.chars().all(|letter| letter.is_ascii_alphabetic()) {
            continue;
        }
        let place = match method.to_ascii_lowercase().as_str() {
            "spf" => &mut found.spf,
            "dkim" => &mut found.dkim,
            "dmarc" => &mut found.dmarc,
            _ => continue,
        };
        if place.is_none() || value == "pass" {
            *place = Some(value);
        }
    }
    (found != Authentication::default()).then_some(found)
}

/// Comments stand in parentheses, which may hold others, and may contain anything.
fn without_comments(header: &str) -> String {
    let mut depth = 0_usize;
    let mut kept = String::with_capacity(header.len());
    for character in header.chars() {
        match character {
            '(' => depth += 1,
            ')' => depth = depth.saturating_sub(1),
            other if depth == 0 => kept.push(other),
            _ => {}
        }
    }
    kept
}

#[cfg(test)]
mod tests {
    use super::authentication;
    use crate::model::Authentication;

    fn told(spf: &str, dkim: &str, dmarc: &str) -> Option<Authentication> {
        let told = |value: &str| (!value.is_empty()).then(|| value.to_owned());
        Some(Authentication {
            spf: told(spf),
            dkim: told(dkim),
            dmarc: told(dmarc),
        })
    }

    #[test]
    fn results_are_read_as_servers_write_them() {
        let google = "mx.google.com;\r\n dkim=pass header.i=@shop.example header.s=a header.b=Xy/1;\r\n       spf=softfail (google.com: domain of transitioning a@shop.example; ip=203.0.113.25 spf=pass) smtp.mailfrom=a@shop.example;\r\n       dmarc=fail (p=NONE sp=NONE dis=NONE) header.from=shop.example";
        assert_eq!(authentication(google), told("softfail", "pass", "fail"));
        assert_eq!(
            authentication("mx.example 1; SPF/1=Pass smtp.mailfrom=a@b; dkim=fail; dkim=pass header.d=c"),
            told("pass", "pass", "")
        );
        assert_eq!(
            authentication("mx.example; dkim=pass; dkim=fail"),
            told("", "pass", "")
        );
    }

    #[test]
    fn what_tells_nothing_is_nothing() {
        for header in [
            "",
            "mx.example; none",
            "dmarc=pass",
            "mx.example; arc=pass; iprev=pass",
            "mx.example; dmarc=",
            "mx.example; dmarc=\"><b>",
            "mx.example; (dmarc=fail",
        ] {
            assert_eq!(authentication(header), None, "{header}");
        }
    }
}
