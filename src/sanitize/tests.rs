use super::*;

mod oracle;
mod properties;
mod quotes;

/// Each hides `evil` where a browser would run, load or obey it.
const HOSTILE: &[&str] = &[
    "<script>evil()</script>",
    "<SCRIPT SRC=https://evil.test/x.js></SCRIPT>",
    "<script/x>evil()</script>",
    "<<script>evil()//<</script>",
    "<scr<script>ipt>evil()</scr</script>ipt>",
    "<script>evil()",
    "<img src=x onerror=evil()>",
    "<img src=x onerror=\"evil()\" style=color:red>",
    "<img/src=x/onerror=evil()>",
    "<img src=`x`onerror=evil()>",
    "<img src=\"javascript:evil()\">",
    "<img src=//evil.test/x.png>",
    "<img src=/evil.png>",
    "<img srcset=\"https://evil.test/x.png 2x\">",
    "<img src=\"data:image/svg+xml;base64,evil\">",
    "<img src=\"data:text/html,evil\">",
    "<img src=\"data:image/png,evil\">",
    "<img src=\"ftp://evil.test/x\">",
    "<img dynsrc=https://evil.test/x lowsrc=https://evil.test/y>",
    "<img usemap=#evil>",
    "<body onload=evil()>",
    "<body background=https://evil.test/x>",
    "<table background=\"https://evil.test/x\"><tr><td background=https://evil.test/x></table>",
    "<a href=\"javascript:evil()\">x</a>",
    "<a href=\"JaVaScRiPt:evil()\">x</a>",
    "<a href=\"java&#10;script:evil()\">x</a>",
    "<a href=\"java\tscript:evil()\">x</a>",
    "<a href=\"&#106;avascript:evil()\">x</a>",
    "<a href=\" &#14; javascript:evil()\">x</a>",
    "<a href=\"vbscript:evil()\">x</a>",
    "<a href=\"data:text/html,evil\">x</a>",
    "<a href=\"cid:evil\">x</a>",
    "<a href=\"file:///evil\">x</a>",
    "<a href=\"blob:https://evil\">x</a>",
    "<a href=\"view-source:evil\">x</a>",
    "<a href=\"evil/relative\">x</a>",
    "<a href=https://ok.test ping=https://evil.test>x</a>",
    "<a href=https://ok.test onclick=evil()>x</a>",
    "<a xlink:href=\"javascript:evil()\">x</a>",
    "<svg onload=evil()>",
    "<svg><script>evil()</script></svg>",
    "<svg><style><img src=x onerror=evil()></style></svg>",
    "<svg><a xlink:href=\"javascript:evil()\"><text>evil</text></a></svg>",
    "<svg><image href=https://evil.test/x /></svg>",
    "<svg><use href=\"https://evil.test/x#y\"/></svg>",
    "<svg><foreignObject><iframe src=https://evil.test></iframe></foreignObject></svg>",
    "<svg><animate attributeName=href values=javascript:evil() /></svg>",
    "<math><mtext><table><mglyph><style><!--</style><img title=\"--&gt;&lt;img src=1 onerror=evil()&gt;\">",
    "<math href=\"javascript:evil()\">x</math>",
    "<math><annotation-xml encoding=text/html><script>evil()</script></annotation-xml></math>",
    "<style>body{background:url(https://evil.test)}</style>",
    "<style>@import 'https://evil.test';</style>",
    "<style><img src=\"</style><img src=x onerror=evil()>\">",
    "<link rel=stylesheet href=https://evil.test/x.css>",
    "<link rel=dns-prefetch href=//evil.test>",
    "<meta http-equiv=refresh content=\"0;url=https://evil.test\">",
    "<meta http-equiv=Set-Cookie content=evil>",
    "<base href=https://evil.test/>",
    "<iframe src=https://evil.test></iframe>",
    "<iframe srcdoc=\"<script>evil()</script>\"></iframe>",
    "<frameset><frame src=https://evil.test></frameset>",
    "<object data=https://evil.test></object>",
    "<embed src=https://evil.test>",
    "<applet code=evil></applet>",
    "<form action=https://evil.test><input name=evil><button formaction=https://evil.test>x</button></form>",
    "<input type=image src=https://evil.test/x>",
    "<isindex action=https://evil.test>",
    "<textarea>evil</textarea>",
    "<select><option>evil</select>",
    "<video src=https://evil.test poster=https://evil.test/x></video>",
    "<audio src=https://evil.test autoplay></audio>",
    "<picture><source srcset=https://evil.test/x><img src=cid:a></picture>",
    "<noscript><p title=\"</noscript><img src=x onerror=evil()>\">",
    "<noembed><img title=\"</noembed><img src onerror=evil()>\"></noembed>",
    "<template><script>evil()</script></template>",
    "<xml id=evil><i><b>x</b></i></xml>",
    "<!--<img src=\"--><img src=x onerror=evil()//\">",
    "<!--[if gte IE 4]><script>evil()</script><![endif]-->",
    "<?xml-stylesheet href=\"javascript:evil()\"?>",
    "<![CDATA[<script>evil()</script>",
    "<div style=\"background:url(https://evil.test/x)\">x</div>",
    "<div style=\"background:u\\72l(https://evil.test/x)\">x</div>",
    "<div style=\"background-image:image-set('https://evil.test/x' 1x)\">x</div>",
    "<div style=\"width:expression(evil())\">x</div>",
    "<div style=\"behavior:url(evil.htc)\">x</div>",
    "<div style=\"-moz-binding:url(https://evil.test/x#y)\">x</div>",
    "<div style=\"position:fixed;top:0\">x</div>",
    "<div style=\"POSITION : absolute\">x</div>",
    "<div style=\"pos\\69tion:sticky\">x</div>",
    "<div style=\"color:red;@import 'https://evil.test'\">x</div>",
    "<div style=\"list-style-image:url(https://evil.test)\">x</div>",
    "<div style='font-family:\"</style><script>evil()</script>\"'>x</div>",
    "<div id=evil class=evil>x</div>",
    "<div contenteditable data-evil=evil>x</div>",
    "<p onmouseover\n=\nevil()>x</p>",
    "<p title=\"x\"onclick=\"evil()\">x</p>",
    "<dialog open onclose=evil()>x</dialog>",
    "<marquee onstart=evil()>x</marquee>",
    "<details open ontoggle=evil()>x</details>",
    "<plaintext><script>evil()",
    "<bgsound src=https://evil.test>",
    "<layer src=https://evil.test></layer>",
    "<portal src=https://evil.test></portal>",
    "<map name=evil><area href=javascript:evil()></map>",
];

#[test]
fn nothing_hostile_survives() {
    assert!(HOSTILE.len() >= 60);
    let forbidden = [
        "<script",
        "<style",
        "<svg",
        "<math",
        "<iframe",
        "<frame",
        "<object",
        "<embed",
        "<form",
        "<input",
        "<meta",
        "<base",
        "<link",
        "<template",
        "<!--",
        "javascript:",
        "vbscript:",
        "url(",
        "expression",
        "srcset",
        "position",
        "@import",
        "behavior",
        "class=",
        " id=",
        "background=",
    ];
    for hostile in HOSTILE {
        for wrapped in [
            (*hostile).to_owned(),
            format!("<table><tr><td>{hostile}</td></tr></table>"),
            format!("<p>{hostile}"),
        ] {
            let shown = html(&wrapped);
            let lower = shown.html.to_lowercase();
            for word in forbidden {
                assert!(!lower.contains(word), "{word} of {wrapped} in {lower}");
            }
            // As text it is harmless; within a tag it is not.
            for tag in lower.split('<').skip(1).filter_map(|tail| tail.split('>').next()) {
                let without_title = tag.split("title=\"").next().unwrap();
                assert!(!without_title.contains("evil"), "{wrapped} in {lower}");
            }
            assert_eq!(html(&shown.html).html, shown.html, "once is enough: {wrapped}");
        }
    }
}

#[test]
fn attributes_quoting_markup_stay_attributes() {
    let shown = html("<p title=\"</p><script>x</script>\">a</p>").html;
    assert_eq!(
        shown,
        "<p title=\"&lt;/p&gt;&lt;script&gt;x&lt;/script&gt;\">a</p>"
    );
}

#[test]
fn newsletters_keep_their_layout() {
    for kept in [
        "<table width=\"600\" cellpadding=\"0\" cellspacing=\"0\" border=\"0\" bgcolor=\"#ffffff\" align=\"center\"><tbody><tr><td valign=\"top\" width=\"50%\" colspan=\"2\" style=\"padding:10px 20px\">a</td></tr></tbody></table>",
        "<h1 style=\"font-family:Arial,sans-serif;font-size:24px;color:#333\">a</h1>",
        "<font color=\"#ff0000\" face=\"Arial\" size=\"2\">a</font>",
        "<ul><li>a</li></ul><ol start=\"3\"><li>b</li></ol>",
        "<blockquote type=\"cite\"><p>a</p></blockquote><pre>b</pre><hr>",
        "<div dir=\"rtl\" lang=\"ar\">مرحبا</div>",
        "<center><b>a</b> <i>b</i> <u>c</u> <sup>d</sup></center>",
        "<img src=\"cid:logo@x.test\" alt=\"Logo\" width=\"100\" height=\"50\" border=\"0\">",
        "<img src=\"data:image/png;base64,iVBORw0KGgo=\">",
        "<a name=\"top\" target=\"_blank\" rel=\"noopener noreferrer nofollow\">a</a>",
    ] {
        assert_eq!(html(kept).html, kept);
    }
}

#[test]
fn links_open_elsewhere_and_tell_nothing() {
    for address in [
        "https://x.test/?a=1&amp;b=2",
        "http://x.test",
        "mailto:a@x.test",
        "tel:+123",
    ] {
        assert_eq!(
            html(&format!("<a href=\"{address}\">a</a>")).html,
            format!("<a href=\"{address}\" target=\"_blank\" rel=\"noopener noreferrer nofollow\">a</a>")
        );
    }
    let own = html("<a href=\"https://x.test\" target=_top rel=opener>a</a>").html;
    assert_eq!(
        own,
        "<a href=\"https://x.test\" target=\"_blank\" rel=\"noopener noreferrer nofollow\">a</a>"
    );
}

#[test]
fn remote_images_are_told_of() {
    let remote = html("<p>a<img src=\"https://x.test/a.png\" width=1>");
    assert!(remote.has_remote_images && remote.html.contains("https://x.test/a.png"));
    for none in [
        "<p>a",
        "<img src=cid:a>",
        "<img src=\"data:image/gif;base64,R0lGODlhAQABAAAAACw=\">",
        "<script><img src=https://x.test></script>",
        "&lt;img src=\"https://x.test\"&gt;",
    ] {
        assert!(!html(none).has_remote_images, "{none}");
    }
    let long = format!("<img src=\"data:image/png;base64,{}\">", "A".repeat(300 << 10));
    assert_eq!(html(&long).html, "<img>");
}

#[test]
fn bombs_are_shown_as_text() {
    let attributes = |end: &str| {
        (0..100_000)
            .map(|number| format!("a{number}{end}"))
            .collect::<String>()
    };
    let nested = "<div>".repeat(100_000);
    let formatting: String = (0..20_000).map(|number| format!("<font a={number}>")).collect();
    let reconstructed = format!("<p>{formatting}</p>{}", "<p>x</p>".repeat(20_000));
    // Closed where it doesn't count: in a cell, a comment or a raw text.
    let hidden: String = (0..600)
        .map(|number| format!("<b a={number}><table><td></b></table><textarea></b></textarea><!--</b>-->"))
        .collect();
    for bomb in [
        format!("{nested}hello"),
        format!("hello{reconstructed}"),
        format!("hello{hidden}{}", "<p>x</p>".repeat(5_000)),
        format!("hello{}", "<a>".repeat(3_000_000)),
        format!("{}hello", "<table><tr><td>".repeat(600)),
        format!("<p {}>hello", attributes(" ")),
        format!("<p {}>hello", attributes("/")),
        format!("<p {}>hello", attributes("=''")),
        format!(
            "<p>hello<font {}></p>{}",
            attributes(" ").get(..4_000).unwrap(),
            "<p>x</p>".repeat(20_000)
        ),
    ] {
        let shown = html(&bomb).html;
        assert!(
            shown.starts_with("<div style=\"white-space:pre-wrap\">"),
            "{:.80}",
            shown
        );
        assert!(shown.contains("hello") && shown.len() < 3 << 20);
    }
}

#[test]
fn what_is_shown_is_bounded_where_elements_repeat_their_attributes() {
    let formatting: String = (0..100)
        .map(|number| format!("<font title='{number}{}'>", "x".repeat(5_000)))
        .collect();
    let shown = html(&format!("<p>{formatting}hello{}", "<p>x</p>".repeat(900))).html;
    assert!(shown.contains("hello") && shown.len() < 1_100_000);
    assert!(shown.ends_with("</p>…"), "it says that there is more");
    let text = html(&format!("<b>{}", "&".repeat(4 << 20))).html;
    assert!(text.ends_with("&amp;</b>…") && text.len() < 1_100_000);
}

#[test]
fn what_is_shown_of_a_text_beyond_all_reading_says_that_there_is_more() {
    let long = "A word, and another one.\n".repeat(100_000);
    let shown = text_to_html(&long);
    assert!(shown.ends_with("…</div>") && shown.len() < 1_100_000);
    let quoted = text_to_html(&format!("Yes.\n{}", "> Well?\n".repeat(200_000)));
    assert!(quoted.ends_with("…</details></div>") && quoted.len() < 1_100_000);
    let hidden = text_to_html(&format!("{long}> Well?"));
    assert!(hidden.ends_with("…</div>") && !hidden.contains("<details>"));
    for markup in [format!("<p>{long}"), format!("hello{}", "<i>".repeat(1_100_000))] {
        assert!(html_to_text(&markup).ends_with('…'));
    }
    for short in [
        &*text_to_html("All."),
        &*html_to_text("<p>All.</p>"),
        &*html("<p>All.").html,
    ] {
        assert!(!short.contains('…'), "{short}");
    }
}

#[test]
fn long_honest_mails_are_no_bombs() {
    let letters = |times: usize| "iVBORw0KGgoiVBORw0KGgoiVBORw0KGgoiVBO/w0KGgo".repeat(times);
    let picture = format!("<p>a<img src=\"data:image/png;base64,{}\">b", letters(5_000));
    assert!(html(&picture).html == format!("{picture}</p>"));
    let too_long = format!("<p>a<img src=\"data:image/png;base64,{}\">b", letters(20_000));
    assert_eq!(html(&too_long).html, "<p>a<img>b</p>");
    let comment = format!("a<!--[if mso]>{}<![endif]-->b", "<v:rect style='a:b'>".repeat(50));
    assert_eq!(html(&comment).html, "ab");
    let rows = "<tr><td><a href=\"https://x.test\"><b>a</b></a><p>b<br>c</td></tr>".repeat(5_000);
    let shown = html(&format!("<table>{rows}</table>")).html;
    assert_eq!(shown.matches("<td>").count(), 5_000);
    let quoted = format!("{}a{}", "<blockquote>".repeat(100), "</blockquote>".repeat(100));
    assert_eq!(html(&quoted).html, quoted);
    let unclosed = "<p>a<li>b".repeat(2_000);
    assert!(html(&unclosed).html.matches("<p>").count() >= 2_000);
}

#[test]
fn any_prefix_and_noise_is_survived() {
    let mail = "<!DOCTYPE html><html><head><title>a</title></head><body><p style='color:red'>é<img src=\"cid:x\"><!-- c --></body>";
    for end in (0..mail.len()).filter(|end| mail.is_char_boundary(*end)) {
        let shown = html(mail.get(..end).unwrap());
        assert!(!shown.html.contains("<title"));
    }
    assert_eq!(html("").html, "");
    assert_eq!(html("a\0b < c").html.replace('\u{fffd}', ""), "ab &lt; c");
}

#[test]
fn plain_text_is_escaped_linked_and_broken_into_lines() {
    assert_eq!(
        text_to_html("a <b> & \"c\"\r\nsee (https://x.test/?a=1&b=2)."),
        "<div style=\"white-space:pre-wrap\">a &lt;b&gt; &amp; &quot;c&quot;<br>see (<a \
         href=\"https://x.test/?a=1&amp;b=2\" target=\"_blank\" rel=\"noopener noreferrer nofollow\">\
         https://x.test/?a=1&amp;b=2</a>).</div>"
    );
    for text in ["javascript:evil()", "https://", "http://.", "x\"onclick=evil()"] {
        assert!(!text_to_html(text).contains("<a"), "{text}");
    }
    let hostile = text_to_html("https://x.test/\"onclick=\"evil() https://x.test/'><script>");
    assert!(!hostile.contains("<script") && !hostile.contains("\"onclick"));
}

#[test]
fn the_text_of_markup_is_its_words() {
    assert_eq!(
        html_to_text(
            "<style>p{}</style><p>Dear&nbsp;Ann,</p><p>1 < 2 &amp;&lt;</p><script>x</script><!-- c -->end"
        ),
        "Dear Ann,\n\n1 < 2 &<\nend"
    );
    for broken in ["<", "<!--", "<script>", "</", "<p", "<style></styl"] {
        assert!(html_to_text(broken).len() <= 1, "{broken}");
    }
}

#[test]
fn what_is_shown_for_text_passes_the_policy_unchanged() {
    let shown = text_to_html("a <b>\nhttps://x.test");
    assert_eq!(html(&shown).html, shown.replace("&quot;", "\""));
}
