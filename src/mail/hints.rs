//! What speaks for a mail not being what it says: told beside it, and nothing is hidden or blocked for it.

use serde_json::{Value, json};

use crate::host::Row;
use crate::store;

/// So many links are looked at.
const MAX_LINKS: usize = 500;

/// The hints about a mail: `[{level, sentence, values: {shown?, actual}}]`, one of each kind at most.
pub(super) fn of(row: &Row) -> Value {
    let text = |column: &str| store::text(row, column).unwrap_or_default();
    let own = matches!(text("boxType"), "out" | "draft" | "scheduled" | "mass");
    let from = text("from").trim().to_lowercase();
    if own || from.is_empty() {
        return json!([]);
    }
    let name = row.get("fromUser").and_then(|from| from.get("name"));
    let name = name.and_then(Value::as_str).unwrap_or_default();
    let hints = [
        unproven_sender(row, &from),
        foreign_name(name, &from),
        foreign_link(text("bodyHtml")),
        foreign_answer(text("replyTo"), &from),
    ];
    hints.into_iter().flatten().collect()
}

/// A sender whose domain does not stand for the mail: DMARC has failed, or, where nothing is said of it, neither of the
/// two that it rests on has passed.
fn unproven_sender(row: &Row, from: &str) -> Option<Value> {
    let results = row.get("authentication")?;
    let result = |method: &str| results.get(method).and_then(Value::as_str);
    let has_passed = |method: &str| result(method) == Some("pass");
    let has_failed = match result("dmarc") {
        Some(dmarc) => dmarc == "fail",
        None => {
            let is_told = result("spf").is_some() && result("dkim").is_some();
            is_told && !has_passed("spf") && !has_passed("dkim")
        }
    };
    let actual = domain(from)?;
    let sentence = "Nothing proves that this email comes from {{actual}}: the sender may be forged.";
    has_failed.then(|| json!({ "level": "warning", "sentence": sentence, "values": { "actual": actual } }))
}

/// A name that shows somebody else's address.
fn foreign_name(name: &str, from: &str) -> Option<Value> {
    let mut words = name.split(|end: char| end.is_whitespace() || "<>()[]\"',;:".contains(end));
    let shown = words.find(|word| domain(word).is_some_and(|domain| domain.contains('.')))?;
    let actual = domain(from)?;
    let sentence = "The sender’s name shows {{shown}}, but the email comes from {{actual}}.";
    (!is_related(&domain(shown)?.to_lowercase(), actual)).then(
        || json!({ "level": "warning", "sentence": sentence, "values": { "shown": shown, "actual": from } }),
    )
}

/// Answers that go to another organisation than the mail came from.
fn foreign_answer(reply_to: &str, from: &str) -> Option<Value> {
    let actual = domain(from)?;
    let is_foreign =
        |address: &&str| domain(address).is_some_and(|to| !is_related(&to.to_lowercase(), actual));
    let address = reply_to.split(',').map(str::trim).find(is_foreign)?;
    let sentence = "Answers go to {{actual}}, not to the sender’s address.";
    Some(json!({ "level": "info", "sentence": sentence, "values": { "actual": address } }))
}

/// A link whose text is the address of another site than it leads to.
fn foreign_link(html: &str) -> Option<Value> {
    // The HTML is the sanitiser's, which escapes every mark in texts and values.
    let links = html.split("<a ").skip(1).take(MAX_LINKS);
    let (shown, actual) = links
        .filter_map(hosts)
        .find(|(shown, actual)| !is_related(shown, actual))?;
    let sentence = "A link says {{shown}}, but leads to {{actual}}.";
    Some(json!({ "level": "warning", "sentence": sentence, "values": { "shown": shown, "actual": actual } }))
}

/// The site that the text of a link names and the one that it leads to.
fn hosts(link: &str) -> Option<(String, String)> {
    let (tag, rest) = link.split_once('>')?;
    let (inside, _) = rest.split_once("</a>")?;
    let (_, value) = tag.split_once("href=\"")?;
    let (target, _) = value.split_once('"')?;
    let target = target.to_lowercase();
    let actual = target
        .strip_prefix("https://")
        .or_else(|| target.strip_prefix("http://"))?;
    let mut shown = String::new();
    let mut is_text = true;
    for character in inside.chars() {
        match character {
            '<' => is_text = false,
            '>' => is_text = true,
            other if is_text => shown.extend(other.to_lowercase()),
            _ => {}
        }
    }
    let shown = shown.trim();
    let plain = shown
        .strip_prefix("https://")
        .or_else(|| shown.strip_prefix("http://"));
    let shown = match plain {
        Some(plain) => plain,
        None if shown.starts_with("www.") => shown,
        None => return None,
    };
    if shown.contains(char::is_whitespace) {
        return None;
    }
    Some((host(shown)?, host(actual)?))
}

/// The host of an address behind its scheme.
fn host(address: &str) -> Option<String> {
    let authority = address.split(['/', '?', '#', '\\', '&']).next()?;
    let host = authority
        .rsplit('@')
        .next()?
        .split(':')
        .next()?
        .trim_end_matches('.');
    host.contains('.').then(|| host.to_owned())
}

fn domain(address: &str) -> Option<&str> {
    let (name, domain) = address.rsplit_once('@')?;
    (!name.is_empty() && !domain.is_empty()).then_some(domain)
}

/// Whether two hosts are of one organisation: they end in the same registered name.
fn is_related(one: &str, other: &str) -> bool {
    registered(one) == registered(other)
}

/// The last two parts of a name, three below endings such as `co.uk`.
fn registered(host: &str) -> Vec<&str> {
    let mut parts = host.rsplit('.');
    let mut name: Vec<&str> = parts.by_ref().take(2).collect();
    let is_ending = matches!(name.as_slice(), [country, kind] if country.len() == 2 && kind.len() <= 3);
    if is_ending {
        name.extend(parts.next());
    }
    name
}

#[cfg(test)]
#[allow(clippy::indexing_slicing, reason = "tests")]
mod tests {
    use serde_json::{Value, json};

    use super::of;
    use crate::host::row;

    fn hints(name: &str, from: &str, reply_to: &str, html: &str) -> Vec<(String, Value)> {
        let mail = row([
            ("boxType", json!("in")),
            ("from", json!(from)),
            ("fromUser", json!({ "name": name, "address": from })),
            ("replyTo", json!(reply_to)),
            ("bodyHtml", json!(html)),
        ]);
        let hints = of(&mail);
        let hints = hints.as_array().into_iter().flatten();
        hints
            .map(|hint| (hint["level"].to_string(), hint["values"].clone()))
            .collect()
    }

    #[test]
    fn a_name_that_shows_another_address_is_told() {
        let told = |name: &str| hints(name, "x@mailer.example", "", "");
        let expected = json!({ "shown": "boss@bank.example", "actual": "x@mailer.example" });
        assert_eq!(
            told("Boss <boss@bank.example>"),
            [("\"warning\"".to_owned(), expected)]
        );
        for fine in [
            "Boss",
            "x@mailer.example",
            "X@Eu.Mailer.Example",
            "a @ b",
            "R@D team",
            "",
        ] {
            assert_eq!(told(fine), [], "{fine}");
        }
    }

    #[test]
    fn answers_that_go_elsewhere_are_told() {
        let told = |reply_to: &str| hints("Ann", "ann@shop.example", reply_to, "");
        let expected = json!({ "actual": "ann@evil.example" });
        assert_eq!(
            told("desk@shop.example, ann@evil.example"),
            [("\"info\"".to_owned(), expected)]
        );
        for fine in ["", "ann@shop.example", "desk@Mail.Shop.Example", "nobody"] {
            assert_eq!(told(fine), [], "{fine}");
        }
    }

    #[test]
    fn a_link_that_says_another_site_than_it_leads_to_is_told() {
        let told = |target: &str, text: &str| {
            let html = format!(
                "<p><a href=\"https://ok.example/\">here</a> <a href=\"{target}\" rel=\"x\">{text}</a></p>"
            );
            hints("Ann", "ann@shop.example", "", &html)
        };
        for (target, text) in [
            ("https://evil.example/", "https://www.bank.example/login"),
            ("http://evil.example?www.bank.example", "<b>www</b>.Bank.example"),
            ("https://www.bank.example@evil.example/", "www.bank.example"),
            ("https://www.bank.example.evil.example/", "www.bank.example"),
        ] {
            let found = told(target, text);
            assert_eq!(found.len(), 1, "{target} {text}");
            assert!(
                found[0].1["shown"]
                    .as_str()
                    .is_some_and(|shown| shown == "www.bank.example")
            );
            assert!(
                found[0].1["actual"]
                    .as_str()
                    .is_some_and(|actual| actual.ends_with("evil.example"))
            );
        }
        for (target, text) in [
            ("https://bank.example/", "www.bank.example"),
            ("https://go.bank.example:8443/a", "https://www.bank.example"),
            ("https://evil.example/", "our bank"),
            ("https://evil.example/", "report.pdf"),
            ("https://evil.example/", "www. is what addresses begin with"),
            ("mailto:a@evil.example", "www.bank.example"),
        ] {
            assert_eq!(told(target, text), [], "{target} {text}");
        }
        assert_eq!(
            told("https://shop.co.uk/", "www.bank.co.uk").len(),
            1,
            "a country's ending is no name"
        );
    }

    #[test]
    fn a_sender_whom_nothing_proves_is_told() {
        let told = |results: Value| {
            let mail = row([
                ("boxType", json!("in")),
                ("from", json!("ann@shop.example")),
                ("authentication", results),
            ]);
            of(&mail)
        };
        for forged in [
            json!({ "spf": "softfail", "dkim": "none", "dmarc": "fail" }),
            json!({ "spf": "pass", "dkim": "pass", "dmarc": "fail" }),
            json!({ "spf": "softfail", "dkim": "none", "dmarc": null }),
        ] {
            assert_eq!(
                told(forged.clone())[0]["values"],
                json!({ "actual": "shop.example" }),
                "{forged}"
            );
        }
        for fine in [
            Value::Null,
            json!({ "spf": "pass", "dkim": "none", "dmarc": null }),
            json!({ "spf": "fail", "dkim": "pass", "dmarc": null }),
            json!({ "spf": "fail", "dkim": null, "dmarc": null }),
            json!({ "spf": "fail", "dkim": "fail", "dmarc": "temperror" }),
            json!({ "spf": "softfail", "dkim": "none", "dmarc": "pass" }),
        ] {
            assert_eq!(told(fine.clone()), json!([]), "{fine}");
        }
    }

    #[test]
    fn what_one_wrote_oneself_has_no_hints() {
        let mail = row([
            ("boxType", json!("out")),
            ("from", json!("a@b.example")),
            ("replyTo", json!("c@d.example")),
        ]);
        assert_eq!(of(&mail), json!([]));
    }
}
