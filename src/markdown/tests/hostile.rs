//! What people type to break things.

use super::{depth, html, visible};
use crate::markdown::*;

#[test]
fn what_could_run_or_deceive_is_gone_and_its_text_stays() {
    let hostile = [
        "[text](javascript:alert(1))",
        "[text](JaVa\tScRiPt:alert)",
        "[text](<java&#10;script:alert(1)>)",
        "[text](data:text/html,x)",
        "[text](vbscript:x)",
        "<a href=\"java&#115;cript:alert(1)\">text</a>",
        "<a href='javascript&colon;alert(1)'>text</a>",
        "<a href=\" \u{1}javascript:alert(1)\">text</a>",
        "<javascript:alert(1)> text",
        "![text](javascript:alert(1))",
        "<img src=x onerror=alert(1)> text",
        "<img src=\"javascript:alert(1)\" alt=text>",
        "<p onclick=alert(1)>text</p>",
        "<div style=\"position:fixed\">text</div>",
        "<svg><script>alert(1)</script>text</svg>",
        "<svg onload=alert(1)>text",
        "<math><mtext><style><img src=x onerror=alert(1)></style></mtext></math>text",
        "<iframe src=//e.org>text</iframe>",
        "<form action=/x><button>text</button></form>",
        "text <script>alert(1)</script>",
        "<style>*{}</style>\n\ntext",
        "<base href=//e.org>text",
        "<meta http-equiv=refresh>text",
        "<input autofocus onfocus=alert(1)>text",
        "<object data=x>text</object>",
        "<a href=\"x\"onclick=\"alert(1)\">text</a>",
        "<b class=\"hl-add\" id=\"config\">text</b>",
        "<noscript><p title=\"</noscript><img src=x onerror=alert(1)>\">text",
        "<template><script>alert(1)</script></template>text",
        "<!--> <img src=x onerror=alert(1)> --> text",
        "<textarea></textarea><img onerror=alert(1) src=x>text",
        "``` \"onclick=alert(1)\ntext\n```",
    ];
    for source in hostile {
        let html = html(source);
        let tags: String = html.split('<').skip(1).map(|piece| format!("<{}>", piece.split('>').next().unwrap().to_lowercase())).collect();
        for danger in [
            "<script",
            "<svg",
            "<math",
            "<iframe",
            "<form",
            "<style",
            "<base",
            "<meta",
            "<input",
            "<object",
            "<button",
            "<template",
            "<textarea",
            " on",
            " style",
            "script:",
            "data:",
            "class=\"hl",
            "id=\"c",
        ] {
            assert!(!tags.contains(danger), "{danger} is in {html} of {source}");
        }
        assert!(visible(&html).contains("text") || tags.contains("alt=\"text\""), "the text of {source} is not in {html}");
        depth(&html);
    }
}

#[test]
fn harmless_html_stays() {
    let html = html(
        "<details open><summary>More</summary>\n\n*inside*\n\n</details>\n\nH<sub>2</sub>O <kbd>x</kbd>\n\n<table><tr><td colspan=2>cell</td></tr></table>\n\n<a name=\"Old Place\"></a>\n",
    );
    for piece in [
        "<details open=\"\"><summary>More</summary>",
        "<em>inside</em></p>\n</details>",
        "H<sub>2</sub>O <kbd>x</kbd>",
        "<td colspan=\"2\">cell</td>",
        "<a id=\"h-old-place\"></a>",
    ] {
        assert!(html.contains(piece), "{piece} is not in {html}");
    }
}

#[test]
fn comments_and_scripts_that_do_not_end_hide_nothing() {
    for source in ["<!-- never closed\n\ntext", "<script>\n\ntext", "<div title=\"\n\ntext", "<?php\n\ntext"] {
        assert!(visible(&html(source)).contains("text"), "{source}");
    }
}

#[test]
fn hostile_markdown_stays_small_shallow_and_whole() {
    let n = 60_000;
    let stairs: String = (0..400).map(|i| format!("{}- a\n", "  ".repeat(i))).collect();
    let sources = [
        ">".repeat(n),
        "> ".repeat(n),
        format!("{}text", "- ".repeat(n)),
        "1. ".repeat(n),
        format!("{stairs}{}", "\n".repeat(n)),
        "[a](b) ".repeat(100_000),
        "[".repeat(n),
        "![".repeat(n),
        "*a _b ".repeat(n / 6),
        "<div>".repeat(n),
        "x<b>".repeat(n),
        "<b><i><u>".repeat(n / 9),
        format!("{}\n\n{}", "<b>".repeat(500), "p\n\n".repeat(n / 3)),
        format!("<table>{}", "<br>".repeat(n)),
        "<table>x".repeat(n / 8),
        "<table><tr><td>".repeat(n / 15),
        "<ul><li>".repeat(n / 8),
        "<!--".repeat(n),
        "x<?".repeat(n),
        "<a x=\"".repeat(n / 6),
        "<a href=x>".repeat(n / 10),
        "</div>".repeat(n / 6),
        "# a\n".repeat(n / 4),
        "[^a]: ".repeat(n / 6),
        "[^a]: x\n\n".repeat(n / 9),
        format!("[^a]: x\n\n{}", "[^a]".repeat(n)),
        format!("|{}\n|{}\n{}", "a|".repeat(200), "-|".repeat(200), "|b\n".repeat(500)),
        "a <!--paywall--> ".repeat(n / 17),
        "<!--paywall-->\n".repeat(n / 15),
        "\u{202e}\u{0}\u{feff}🎉".repeat(n / 10),
        "> - 1. ".repeat(n / 7),
        "&amp;".repeat(n / 5),
        format!("![{}](a)", "&amp;".repeat(n / 5)),
        format!("[a](/{})", "&amp;".repeat(n / 5)),
    ];
    for source in sources {
        let head: String = source.chars().take(30).collect();
        let article = article(&source);
        let html = [article.preview_html, article.rest_html.unwrap_or_default()].concat();
        assert!(html.len() < source.len() * 32 + 1024, "{head}: {} bytes become {}", source.len(), html.len());
        assert!(depth(&html) < 100, "{head}");
    }
}

#[test]
fn text_in_too_many_quotes_and_lists_is_kept() {
    for mark in ["> ", ">", "- ", "1. ", "+ ", "<div>", "<b>", "<ul><li>", "*"] {
        assert!(visible(&html(&format!("{}the text", mark.repeat(10_000)))).contains("the text"), "{mark}");
    }
}

#[test]
fn the_bound_on_nesting_leaves_ordinary_lines_alone() {
    let frame = format!("+{}+", "-".repeat(100));
    assert!(html(&format!("```\n{frame}\n```")).contains(&format!(">{frame}\n<")));
    for line in ["> ".repeat(20), "-".repeat(200), "- ".repeat(100), "*".repeat(100), format!("{}x", " ".repeat(200))] {
        assert!(matches!(bound::bound(&line), std::borrow::Cow::Borrowed(_)), "{line}");
    }
}

#[test]
fn long_text_full_of_signs_is_kept() {
    for sign in ["&", "°", "\u{a0}", "<", "学"] {
        let text = sign.repeat(20_000);
        assert_eq!(visible(&html(&format!("```\n{text}\n```"))), format!("{text}\n\n"), "{sign}");
        assert_eq!(visible(&html(&format!("a{}b", text.replace('<', "\\<").replace('&', "&amp;")))), format!("a{text}b\n"), "{sign}");
    }
}
