//! Properties of whatever comes in: the corpus of hostile mails, and mails made of pieces at random.

use super::super::*;
use super::oracle::{self, Piece};
use crate::policy;

/// The mails of `tests/corpus`, each with the technique it uses.
fn corpus() -> Vec<(String, String)> {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../tests/corpus");
    let mut mails = Vec::new();
    for file in std::fs::read_dir(folder).unwrap() {
        let file: serde_json::Value =
            serde_json::from_slice(&std::fs::read(file.unwrap().path()).unwrap()).unwrap();
        for (technique, found) in file.as_object().unwrap() {
            for mail in found.as_array().unwrap() {
                mails.push((technique.clone(), mail.as_str().unwrap().to_owned()));
            }
        }
    }
    mails
}

/// Pieces that change how what follows them is parsed.
const PIECES: &[&str] = &[
    "x",
    " ",
    "\n",
    "<p>",
    "</p>",
    "<b>",
    "</b>",
    "<i title=a>",
    "</i>",
    "<a href=https://x.test>",
    "</a>",
    "<div>",
    "</div>",
    "<table>",
    "</table>",
    "<tr>",
    "<td>",
    "</td>",
    "<tbody>",
    "<caption>",
    "</caption>",
    "<colgroup>",
    "<col>",
    "<li>",
    "</li>",
    "<ul>",
    "</ul>",
    "<dd>",
    "<dt>",
    "<h1>",
    "</h1>",
    "<h2>",
    "<pre>",
    "</pre>",
    "<hr>",
    "<br>",
    "<img src=cid:a>",
    "<button>",
    "</button>",
    "<form>",
    "</form>",
    "<select>",
    "<option>",
    "</select>",
    "<svg>",
    "</svg>",
    "<math>",
    "</math>",
    "<mtext>",
    "<mglyph>",
    "<annotation-xml encoding=text/html>",
    "<foreignObject>",
    "<desc>",
    "<style>",
    "</style>",
    "<title>",
    "</title>",
    "<textarea>",
    "</textarea>",
    "<noscript>",
    "</noscript>",
    "<template>",
    "</template>",
    "<script>",
    "</script>",
    "<!--",
    "-->",
    "<object>",
    "</object>",
    "<marquee>",
    "</marquee>",
    "<nobr>",
    "<ruby>",
    "<rt>",
    "<rp>",
    "<details>",
    "<summary>",
    "</details>",
    "<frameset>",
    "<body>",
    "<html>",
    "<plaintext>",
    "<font color=red>",
    "</font>",
    "<center>",
    "<blockquote type=cite>",
    "</blockquote>",
    "<div class=gmail_quote>",
    "<div id=appendonsend>",
    "<nav>",
    "</nav>",
    "<label>",
    "</label>",
    "<u><u><u><u>",
    "<image>",
    "<xmp>",
    "<input>",
    "<address>",
    "<span style=color:red>",
    "</span>",
    "&#13;",
    "&nbsp;",
    "&lt;img src=x onerror=canary()&gt;",
    "\"",
    "<p title='</p><script>canary()</script>'>",
    "</br>",
    "<![CDATA[",
    "]]>",
    "<?x",
    "\0",
];

/// Mails of those pieces, the same in every run.
fn random() -> impl Iterator<Item = String> {
    let mut state = 0x9e37_79b9_7f4a_7c15_u64;
    let mut next = move |below: usize| {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        usize::try_from(state % 1_000_003).unwrap() % below
    };
    (0..8_000).map(move |_| {
        let length = 1 + next(24);
        (0..length).map(|_| PIECES[next(PIECES.len())]).collect()
    })
}

#[test]
fn the_corpus_is_large() {
    assert!(corpus().len() >= 300, "{}", corpus().len());
}

/// Tags end where they have to, and each is one of the policy with its own attributes only.
fn assert_harmless(shown: &str, context: &str) {
    let mut open = Vec::new();
    for piece in oracle::pieces(shown) {
        match piece {
            Piece::Start(name, attributes) => {
                let allowed = policy::tests::tags().find(|(tag, _)| *tag == name);
                let (_, own) = allowed.unwrap_or_else(|| panic!("{name} of {context}"));
                for (attribute, value) in attributes {
                    let is_set = name == "a"
                        && match attribute.as_str() {
                            "target" => value == "_blank",
                            "rel" => value == "noopener noreferrer nofollow",
                            _ => false,
                        };
                    let is_known = policy::tests::attributes().any(|known| known == attribute)
                        || own.contains(&attribute.as_str());
                    assert!(is_set || is_known, "{name} {attribute} of {context}");
                    assert_value_is_harmless(&attribute, &value, context);
                }
                if !["br", "col", "hr", "img"].contains(&name.as_str()) {
                    open.push(name);
                }
            }
            Piece::End(name) => assert_eq!(open.pop(), Some(name), "{context}"),
            Piece::Text(_) => {}
            Piece::Other(other) => panic!("{other} of {context}"),
        }
    }
    assert!(open.is_empty(), "{open:?} of {context}");
}

fn assert_value_is_harmless(attribute: &str, value: &str, context: &str) {
    let lower = value.to_lowercase();
    let begins = |schemes: &[&str]| {
        schemes
            .iter()
            .any(|scheme| lower.trim_start().starts_with(scheme))
    };
    match attribute {
        "href" => assert!(
            begins(&["http:", "https:", "mailto:", "tel:"]),
            "{value} of {context}"
        ),
        "src" => assert!(
            begins(&[
                "http:",
                "https:",
                "cid:",
                "data:image/gif",
                "data:image/jpeg",
                "data:image/png",
                "data:image/webp"
            ]),
            "{value} of {context}"
        ),
        "style" => {
            for forbidden in [
                "url",
                "expression",
                "position",
                "behavior",
                "binding",
                "@",
                "\\",
                "/*",
                "var(",
                "image",
                "attr(",
            ] {
                assert!(!lower.contains(forbidden), "{value} of {context}");
            }
        }
        _ => {}
    }
}

#[test]
fn nothing_of_the_corpus_stays_dangerous() {
    for (technique, mail) in corpus() {
        for wrapped in [
            mail.clone(),
            format!("<table><tr><td>{mail}</td></tr></table>"),
            format!("<p><b>{mail}"),
            format!("<div title=\"{mail}"),
        ] {
            assert_harmless(&html(&wrapped).html, &format!("{technique}: {wrapped}"));
        }
        assert_harmless(&text_to_html(&mail), &mail);
    }
}

#[test]
fn nothing_made_at_random_is_dangerous() {
    for mail in random() {
        assert_harmless(&html(&mail).html, &mail);
    }
}

#[test]
fn what_is_shown_is_read_as_it_was_written() {
    for mail in corpus().into_iter().map(|(_, mail)| mail).chain(random()) {
        let shown = html(&mail).html;
        assert_eq!(html(&shown).html, shown, "{mail}");
    }
}

#[test]
fn another_sanitiser_with_the_same_policy_finds_nothing_to_change() {
    for mail in corpus().into_iter().map(|(_, mail)| mail).chain(random()) {
        let shown = html(&mail).html;
        assert_eq!(
            oracle::pieces(&oracle::sanitised(&shown)),
            oracle::pieces(&shown.replace("<pre>\n\n", "<pre>\n")),
            "{mail}"
        );
    }
}

/// Elements of HTML with a name of SVG or MathML: the other sanitiser drops their text, which is only text.
const FOREIGN: [&str; 10] = [
    "<svg",
    "<math",
    "<mtext",
    "<mglyph",
    "<annotation",
    "<foreignobject",
    "<desc",
    "<image",
    "<mi",
    "<set",
];

#[test]
fn no_tag_is_shown_that_another_sanitiser_would_not_show() {
    let mut compared = 0;
    for mail in corpus().into_iter().map(|(_, mail)| mail).chain(random()) {
        let lower = mail.to_lowercase();
        let is_folded = ["cite", "gmail_quote", "appendonsend"]
            .iter()
            .any(|mark| lower.contains(mark));
        if is_folded || FOREIGN.iter().any(|foreign| lower.contains(foreign)) {
            continue;
        }
        compared += 1;
        let mut others: Vec<Piece> = starts(&oracle::sanitised(&mail));
        for own in starts(&html(&mail).html) {
            let found = others.iter().position(|other| *other == own);
            others.remove(found.unwrap_or_else(|| panic!("{own:?} of {mail}")));
        }
    }
    assert!(compared > 1000);
}

/// The start tags, without the line ends in their attributes: the other sanitiser leaves carriage returns there.
fn starts(html: &str) -> Vec<Piece> {
    let mut starts = oracle::pieces(html);
    starts.retain(|piece| matches!(piece, Piece::Start(..)));
    for start in &mut starts {
        if let Piece::Start(_, attributes) = start {
            for value in attributes.values_mut() {
                *value = value.replace(['\r', '\n', '\t'], "").trim().to_owned();
            }
        }
    }
    starts
}
