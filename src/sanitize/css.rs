//! Inline styles: known properties with harmless values; everything else goes, declaration by declaration.

use cssparser::{BasicParseError, Delimiter, ParseError, Parser, Token};

/// The longest `style` attribute that is read.
const MAX_BYTES: usize = 16 << 10;

/// Properties that lay out and colour, in the order of the alphabet. None loads, moves over the page or runs.
const PROPERTIES: [&str; 88] = [
    "background",
    "background-color",
    "border",
    "border-bottom",
    "border-bottom-color",
    "border-bottom-left-radius",
    "border-bottom-right-radius",
    "border-bottom-style",
    "border-bottom-width",
    "border-collapse",
    "border-color",
    "border-left",
    "border-left-color",
    "border-left-style",
    "border-left-width",
    "border-radius",
    "border-right",
    "border-right-color",
    "border-right-style",
    "border-right-width",
    "border-spacing",
    "border-style",
    "border-top",
    "border-top-color",
    "border-top-left-radius",
    "border-top-right-radius",
    "border-top-style",
    "border-top-width",
    "border-width",
    "box-sizing",
    "caption-side",
    "clear",
    "color",
    "direction",
    "display",
    "empty-cells",
    "float",
    "font",
    "font-family",
    "font-size",
    "font-stretch",
    "font-style",
    "font-variant",
    "font-weight",
    "height",
    "letter-spacing",
    "line-height",
    "list-style-position",
    "list-style-type",
    "margin",
    "margin-bottom",
    "margin-left",
    "margin-right",
    "margin-top",
    "max-height",
    "max-width",
    "min-height",
    "min-width",
    "opacity",
    "outline",
    "overflow",
    "overflow-wrap",
    "overflow-x",
    "overflow-y",
    "padding",
    "padding-bottom",
    "padding-left",
    "padding-right",
    "padding-top",
    "page-break-after",
    "page-break-before",
    "page-break-inside",
    "quotes",
    "table-layout",
    "text-align",
    "text-decoration",
    "text-decoration-color",
    "text-decoration-line",
    "text-decoration-style",
    "text-indent",
    "text-overflow",
    "text-transform",
    "unicode-bidi",
    "vertical-align",
    "visibility",
    "white-space",
    "width",
    "word-break",
];

/// Functions that only compute a colour.
const FUNCTIONS: [&str; 4] = ["hsl", "hsla", "rgb", "rgba"];

/// The declarations of a `style` attribute that may stay; empty where none may.
pub(super) fn declarations(style: &str) -> String {
    let mut kept = String::new();
    if style.len() > MAX_BYTES {
        return kept;
    }
    let mut parser = Parser::new(style);
    while !parser.is_exhausted() {
        let declaration: Result<_, ParseError<()>> =
            parser.parse_until_after(Delimiter::Semicolon, |input| declaration(input));
        if let Ok((name, value)) = declaration {
            if !kept.is_empty() {
                kept.push(';');
            }
            kept.push_str(&name);
            kept.push(':');
            kept.push_str(value);
        }
    }
    kept
}

fn declaration<'i>(input: &mut Parser<'i>) -> Result<(String, &'i str), ParseError<()>> {
    let name = input.expect_ident_cloned()?.to_ascii_lowercase();
    input.expect_colon()?;
    if PROPERTIES.binary_search(&name.as_str()).is_err() {
        return Err(ParseError::unexpected_token());
    }
    let start = input.position();
    check_value(input)?;
    let value = input.slice_from(start).trim();
    // Escapes and comments read differently in different browsers; no honest mailer needs them here.
    if value.is_empty() || value.contains(['\\', '<', '>', '{', '}', '@']) || value.contains("/*") {
        return Err(ParseError::unexpected_token());
    }
    Ok((name, value))
}

fn check_value(input: &mut Parser<'_>) -> Result<(), ParseError<()>> {
    loop {
        let token: Result<Token<'_>, BasicParseError> = input.next().cloned();
        let Ok(token) = token else {
            return Ok(());
        };
        match token {
            Token::Ident(name) if !name.eq_ignore_ascii_case("expression") => {}
            Token::Hash(_)
            | Token::IDHash(_)
            | Token::QuotedString(_)
            | Token::Number { .. }
            | Token::Percentage { .. }
            | Token::Dimension { .. }
            | Token::Comma
            | Token::Delim('/' | '!' | '+' | '-') => {}
            Token::Function(name) if FUNCTIONS.iter().any(|each| name.eq_ignore_ascii_case(each)) => {
                input.parse_nested_block(check_value)?;
            }
            _ => return Err(ParseError::unexpected_token()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_properties_can_be_searched() {
        assert!(PROPERTIES.is_sorted());
    }

    #[test]
    fn layout_and_colours_stay() {
        for style in [
            "color:#333",
            "font-family:\"Helvetica Neue\",Arial,sans-serif",
            "font:14px/1.5 Arial",
            "background-color:rgba(0, 0, 0, .5)",
            "margin:0 auto;padding:10px 5%",
            "width:100% !important",
            "margin-left:-4px",
            "border:1px solid rgb(1 2 3 / 50%)",
        ] {
            assert_eq!(declarations(style), style);
        }
        assert_eq!(declarations(" COLOR : red ; ; "), "color:red");
    }

    #[test]
    fn what_loads_covers_or_runs_goes_alone() {
        for style in [
            "background:url(https://t.test/x.png)",
            "background:url('https://t.test/x.png') #fff",
            "background-image:url(x)",
            "background:image-set('x.png' 1x)",
            "background:-webkit-image-set(url(x) 1x)",
            "background:cross-fade(url(x),url(y),50%)",
            "background:u\\72l(https://t.test/x)",
            "background:\\75 rl(x)",
            "background:ur/**/l(x)",
            "width:expression(alert(1))",
            "width:expr/**/ession(alert(1))",
            "color:expression",
            "behavior:url(x.htc)",
            "-moz-binding:url(x)",
            "position:fixed",
            "position:absolute",
            "position:sticky",
            "top:0",
            "z-index:9999",
            "content:'x'",
            "list-style:url(x)",
            "cursor:url(x)",
            "filter:progid:DXImageTransform.Microsoft.AlphaImageLoader(src=x)",
            "animation:a 1s",
            "transform:scale(100)",
            "color:var(--x)",
            "--x:url(y)",
            "width:attr(data-x)",
            "font-family:'</style><script>'",
            "color:{red}",
            "@import 'x'",
            "color:red}@import 'x'",
            "pos\\69tion:fixed",
            "color",
            "color:",
            ":red",
        ] {
            assert_eq!(declarations(&format!("{style};margin:0")), "margin:0", "{style}");
        }
        assert_eq!(declarations("color:rgb(url(x))"), "");
        assert_eq!(declarations(&"color:red;".repeat(5000)), "");
        assert_eq!(declarations(&"(".repeat(10_000)), "");
        assert_eq!(declarations(&format!("color:{}", "rgb(".repeat(4000))), "");
    }
}
