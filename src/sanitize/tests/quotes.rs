//! The quoted mail below an answer is folded away, and nothing else is.

use super::super::*;

const FOLD: &str = "<details><summary>…</summary>";

#[test]
fn the_quoted_mail_of_each_client_is_folded() {
    for (mail, shown) in [
        (
            "<div>yes</div><div class=\"gmail_quote gmail_quote_container\"><div>Ann wrote:</div>old</div>",
            format!("<div>yes</div>{FOLD}<div><div>Ann wrote:</div>old</div></details>"),
        ),
        (
            "<div>yes<div class=yahoo_quoted>old</div></div>",
            format!("<div>yes{FOLD}<div>old</div></details></div>"),
        ),
        (
            "yes<blockquote type=\"cite\">old</blockquote><br>",
            format!("yes{FOLD}<blockquote type=\"cite\">old</blockquote></details><br>"),
        ),
        (
            "<div>yes</div><div id=\"appendonsend\"></div><hr><div id=\"divRplyFwdMsg\">From: Ann</div><p>old</p>",
            format!("<div>yes</div>{FOLD}<div></div><hr><div>From: Ann</div><p>old</p></details>"),
        ),
        (
            "<section><p>yes</p><div id=x_divRplyFwdMsg>From: Ann</div><p>old</p></section>",
            format!("<section><p>yes</p>{FOLD}<div>From: Ann</div><p>old</p></details></section>"),
        ),
    ] {
        assert_eq!(html(mail).html, shown);
        assert_eq!(html(&shown).html, shown);
    }
}

#[test]
fn a_quote_within_a_quote_is_folded_once() {
    let mail = "a<blockquote type=cite>b<blockquote type=cite>c</blockquote></blockquote>";
    assert_eq!(html(mail).html.matches("<details>").count(), 1);
}

#[test]
fn what_is_not_only_quoted_stays_open() {
    for mail in [
        // A mail that was forwarded without a word.
        "<div class=gmail_quote>Forwarded message</div>",
        "<p> &nbsp;</p><blockquote type=cite>old</blockquote>",
        // Answers between the quoted lines, and below them.
        "Hello<blockquote type=cite>one?</blockquote>yes<blockquote type=cite>two?</blockquote>no",
        "Ann wrote:<blockquote type=cite>one?</blockquote><div><div></div><p>yes</p></div>",
        "yes<blockquote>a saying</blockquote>",
        // Where the parser would move it.
        "yes<table><blockquote type=cite></table>no",
    ] {
        assert!(!html(mail).html.contains("details"), "{mail}");
    }
}

#[test]
fn many_quotes_are_no_burden() {
    let mail = format!("a{}b", "<blockquote type=cite></blockquote>".repeat(50_000));
    assert!(!html(&mail).html.contains("details"));
}

#[test]
fn the_quoted_lines_below_a_plain_text_are_folded() {
    assert_eq!(
        text_to_html("yes\n\nAnn wrote:\n> old\n>\n> older\n\n"),
        format!(
            "<div style=\"white-space:pre-wrap\">yes<br><br>Ann wrote:<br>{FOLD}&gt; old<br>&gt;<br>&gt; \
             older<br><br></details></div>"
        )
    );
    for text in ["> only quoted", "> one?\nyes", "a > b", ""] {
        assert!(!text_to_html(text).contains("details"), "{text}");
    }
}
