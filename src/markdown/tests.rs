use proptest::prelude::*;

use super::*;

/// The preview of an article without a wall.
fn html(source: &str) -> String {
    article(source).preview_html
}

/// Text of HTML: what stands outside of tags, references read.
fn visible(html: &str) -> String {
    let outside: String =
        html.split('<').enumerate().map(|(i, piece)| if i == 0 { piece } else { piece.split_once('>').unwrap().1 }).collect();
    raw::decoded(&outside)
}

/// The deepest nesting of elements; panics when they do not nest.
fn depth(html: &str) -> usize {
    let mut open: Vec<&str> = Vec::new();
    let mut deepest = 0;
    for tag in html.split('<').skip(1).map(|piece| piece.split('>').next().unwrap()) {
        let name = tag.split(' ').next().unwrap();
        match name.strip_prefix('/') {
            Some(name) => assert_eq!(open.pop(), Some(name), "in {html}"),
            None if matches!(name, "br" | "hr" | "img" | "wbr") => {}
            None => open.push(name),
        }
        deepest = deepest.max(open.len());
    }
    assert!(open.is_empty(), "{open:?} stay open");
    deepest
}

#[test]
fn common_markdown_becomes_html() {
    let html = html(
        "Some *soft* **loud** ~~gone~~ `a<b` text.\n\n- [x] done\n- [ ] open\n\n> said\n\n3. three\n\n|a|b|\n|-:|:-:|\n|1|2|\n\n---\n",
    );
    for piece in [
        "<p>Some <em>soft</em> <strong>loud</strong> <del>gone</del> <code>a&lt;b</code> text.</p>",
        "<li><span class=\"task\">☑</span> done</li>",
        "<li><span class=\"task\">☐</span> open</li>",
        "<blockquote><p>said</p>",
        "<ol start=\"3\"><li>three</li>",
        "<th class=\"align-right\">a</th>",
        "<td class=\"align-center\">2</td>",
        "<hr>",
    ] {
        assert!(html.contains(piece), "{piece} is not in {html}");
    }
}

#[test]
fn quotes_and_dashes_stay_as_typed() {
    assert_eq!(html("\"a\" -- 'b'..."), "<p>\"a\" -- 'b'...</p>\n");
}

#[test]
fn headings_have_unique_prefixed_ids_and_links_to_them_work() {
    let article = article("# One\n\n## 学廊\n\n## One\n\n## Named {#here}\n\n[a](#one) [b](#学廊) [c](#%E5%AD%A6%E5%BB%8A) [d](#here)");
    let found: Vec<_> = article.contents.iter().map(|h| (h.level, h.id.as_str(), h.text.as_str())).collect();
    assert_eq!(found, [(2, "h-one", "One"), (3, "h-xue-lang", "学廊"), (3, "h-one-1", "One"), (3, "h-here", "Named")]);
    let link = "<a class=\"anchor\" href=\"#h-one-1\" aria-labelledby=\"h-one-1\">#</a>";
    assert!(article.preview_html.contains(&format!("<h3 id=\"h-one-1\">One</h3>\n{link}")), "{}", article.preview_html);
    assert!(
        article
            .preview_html
            .contains("<a href=\"#h-one\">a</a> <a href=\"#h-xue-lang\">b</a> <a href=\"#h-xue-lang\">c</a> <a href=\"#h-here\">d</a>")
    );
}

#[test]
fn the_title_of_the_page_is_the_only_first_level_heading() {
    assert_eq!(article("## a\n### b").contents.iter().map(|h| h.level).collect::<Vec<_>>(), [2, 3]);
    assert_eq!(article("# a\n## b").contents.iter().map(|h| h.level).collect::<Vec<_>>(), [2, 3]);
    assert!(reply("# a").contains("<h3>a</h3>"));
}

#[test]
fn the_first_wall_parts_the_text() {
    for line in ["<!--paywall-->", "<!-- Paywall -->  ", "   <!--\tPAYWALL\t-->"] {
        let article = article(&format!("# A\n\nopen text\n{line}\n\n# B\n\nsecret\n\n<!--paywall-->\n\nmore\n\n```\nx\n```"));
        let rest = article.rest_html.unwrap();
        assert!(article.preview_html.contains("open text") && !article.preview_html.contains("secret"), "{line}");
        assert!(rest.contains("secret") && rest.contains("more") && !rest.contains("open text") && !rest.contains("paywall"));
        assert_eq!(article.contents.iter().map(|h| h.behind_wall).collect::<Vec<_>>(), [false, true]);
        assert_eq!((article.words, article.rest_words, article.code_samples, article.rest_code_samples), (6, 3, 1, 1));
        assert_eq!(article.excerpt, "open text");
    }
}

#[test]
fn a_wall_within_something_is_no_wall() {
    for source in [
        "> <!--paywall-->\n\na",
        "- x\n\n  <!--paywall-->\n\na",
        "```\n<!--paywall-->\n```\na",
        "`<!--paywall-->` a",
        "a <!--paywall--> b",
        "[^n]\n\n[^n]: x\n\n    <!--paywall-->\n\na",
    ] {
        assert_eq!(article(source).rest_html, None, "{source}");
    }
    assert_eq!(article("no wall").rest_words, 0);
}

#[test]
fn a_line_that_a_writer_would_take_for_a_wall_is_one() {
    for source in [
        "open\n      <!--paywall-->\nsecret",
        "*open\n      <!--paywall-->\nsecret*",
        "open\n      <!--paywall-->\nsecret\n===",
        "![open\n      <!--paywall-->\nsecret](a.png)",
        "- open\n<!--paywall-->\nsecret",
        "> open\n<!--paywall-->\nsecret",
        "[^n]\n\n[^n]: open\n<!--paywall-->\nsecret",
        "<div>open\n<!--paywall-->\nsecret</div>",
        "<!-- open\n<!--paywall-->\nsecret",
        "open\r\n<!--paywall-->\r\nsecret",
    ] {
        let article = article(source);
        assert!(article.preview_html.contains("open") && !article.preview_html.contains("secret"), "{source:?}: {}", article.preview_html);
        assert!(article.rest_html.unwrap().contains("secret"), "{source:?}");
        depth(&article.preview_html);
    }
}

#[test]
fn footnotes_stay_on_the_side_where_they_were_written() {
    let article = article(
        "open[^a] and[^b]\n\n[^b]: written open\n[^c]: for later\n\n<!--paywall-->\n\nwalled[^c]\n\n[^a]: written behind\n[^a]: twice\n[^d]: alone\n\n    with a list:\n\n    - item",
    );
    let rest = article.rest_html.unwrap();
    assert!(
        article.preview_html.contains("written open")
            && article.preview_html.contains("for later")
            && !article.preview_html.contains("behind")
    );
    for text in ["written behind", "twice", "alone", "item"] {
        assert!(rest.contains(text) && !article.preview_html.contains(text), "{text}");
    }
    assert!(article.preview_html.contains("<sup class=\"footnote\"><a href=\"#fn-1\" id=\"fnref-1\">1</a></sup>"));
    assert!(rest.contains("<li id=\"fn-1\" value=\"1\"><p>written behind</p>"), "{rest}");
    depth(&rest);
}

#[test]
fn link_definitions_serve_both_sides() {
    let article = article("[a][x]\n\n<!--paywall-->\n\n[b][y]\n\n[x]: /one\n[y]: /two");
    assert_eq!(article.preview_html, "<p><a href=\"/one\">a</a></p>\n");
    assert!(article.rest_html.unwrap().contains("<a href=\"/two\">b</a>"));
}

#[test]
fn replies_have_no_ids_and_no_links_to_them() {
    let html = reply("# Head\n\n<b id=x>x</b>[^1]\n\n[^1]: note");
    assert!(!html.contains("id=") && !html.contains("href"), "{html}");
    assert!(html.contains("<sup class=\"footnote\">1</sup>") && html.contains("note"));
}

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
fn foreign_links_are_not_vouched_for_and_images_load_late() {
    for foreign in ["https://e.org", "HTTP://e.org", "//e.org", "/\\e.org"] {
        assert!(html(&format!("[a](<{foreign}>)")).contains("rel=\"nofollow ugc noopener\""), "{foreign}");
        assert!(html(&format!("<a href=\"{foreign}\" rel=follow>a</a>")).contains("rel=\"nofollow ugc noopener\""), "{foreign}");
    }
    assert_eq!(html("[a](/p/x?y=1&z)"), "<p><a href=\"/p/x?y=1&amp;z\">a</a></p>\n");
    assert_eq!(html("<me@e.org>"), "<p><a href=\"mailto:me@e.org\" rel=\"nofollow ugc noopener\">me@e.org</a></p>\n");
    assert_eq!(html("![a *b*](c.png \"d\")"), "<p><img src=\"c.png\" alt=\"a b\" loading=\"lazy\" decoding=\"async\" title=\"d\"></p>\n");
}

#[test]
fn code_is_coloured_with_classes() {
    for info in ["rust", "rs", "rust,ignore", "rust {data-x=1}", "RUST"] {
        let html = html(&format!("```{info}\nlet a = \"b\"; // c\n```"));
        assert!(
            html.contains(
                "<span class=\"hl-keyword\">let</span> a = <span class=\"hl-string\">\"b\"</span>; <span class=\"hl-comment\">// c"
            ),
            "{html}"
        );
        assert!(html.starts_with("<pre tabindex=\"0\"><code class=\"language-r") && !html.contains("style="));
    }
    for (info, code) in [
        ("toml", "a = 1"),
        ("console", "# x"),
        ("sh", "# x"),
        ("bash", "# x"),
        ("js", "var a"),
        ("ts", "var a"),
        ("json", "[1]"),
        ("yaml", "a: 1"),
        ("diff", "+a"),
        ("python", "def a(): pass"),
    ] {
        assert!(html(&format!("```{info}\n{code}\n```")).contains("class=\"hl-"), "{info}");
    }
}

#[test]
fn unknown_and_oversized_code_is_shown_plain() {
    assert_eq!(html("```nothing\na < b\n```"), "<pre tabindex=\"0\"><code class=\"language-nothing\">a &lt; b\n</code></pre>\n");
    assert_eq!(html("```\nlet a;\n```"), "<pre tabindex=\"0\"><code>let a;\n</code></pre>\n");
    assert!(!html(&format!("```rust\nlet a = \"{}\";\n```", "x".repeat(3_000))).contains("hl-"));
    assert!(!html(&format!("```rust\n{}```", "let a = 1;\n".repeat(7_000))).contains("hl-"));
}

#[test]
fn words_are_counted_as_people_read() {
    assert_eq!(Words::of("Don't say hello, 世界！ほら 3.5"), Words { han: 4, latin: 5 });
    assert_eq!(article(&"word ".repeat(460)).reading_minutes, 2);
    assert_eq!(article(&"字".repeat(1200)).reading_minutes, 3);
    assert_eq!(article("").reading_minutes, 1);
    assert_eq!(article("foo*bar* `baz`\n\n- one\n- two\n\n```\nnot counted\n```").words, 4);
}

#[test]
fn an_excerpt_is_short_and_plain() {
    let long = article(&format!("# Title\n\n**Bold** [link](/x) {}", "words and ".repeat(60)));
    assert!(long.excerpt.starts_with("Bold link words and") && long.excerpt.ends_with('…') && long.excerpt.chars().count() <= EXCERPT);
    assert_eq!(article("# Only a title").excerpt, "Only a title");
    assert_eq!(article("<!--paywall-->\n\nsecret").excerpt, "");
    assert_eq!(plain("one two three\n\n<!--paywall-->\n\nfour", 100), "one two three");
    assert_eq!(plain("学廊是一个社区", 4), "学廊是…");
    assert_eq!(plain("anything", 0), "");
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

/// Pieces that, put together, make most of what Markdown and HTML can do wrong.
fn pieces() -> impl Strategy<Value = String> {
    let piece = prop::sample::select(vec![
        "a",
        "字",
        " ",
        "\n",
        "\n\n",
        "    ",
        "> ",
        "- ",
        "1. ",
        "# ",
        "*",
        "**",
        "_",
        "~~",
        "`",
        "```\n",
        "[",
        "](b)",
        "![",
        "[^1]",
        "[^1]: ",
        "[b]: c\n",
        "|a|b|\n|-|-|\n",
        "|",
        "---\n",
        "===\n",
        "<!--paywall-->\n",
        "<!--",
        "-->",
        "<div>",
        "</div>",
        "<b>",
        "</b>",
        "<p>",
        "</p>",
        "<a href=x>",
        "</a>",
        "<table>",
        "<tr>",
        "<td>",
        "</td>",
        "</table>",
        "<ul>",
        "<li>",
        "</ul>",
        "<details>",
        "<summary>",
        "<script>",
        "</script>",
        "<svg>",
        "<style>",
        "<br>",
        "<pre>",
        "<h1>",
        "<img src=x>",
        "<img alt='",
        "\"",
        "'",
        ">",
        "<",
        "&",
        "&lt;",
        "&#x3c;",
        "\\",
        "\0",
        "<select>",
        "<textarea>",
        "<plaintext>",
        "<math>",
        "<ruby>",
        "<rt>",
        "<code>",
    ]);
    prop::collection::vec(piece, 0..60).prop_map(|pieces| pieces.concat())
}

proptest! {
    #[test]
    fn whatever_is_written_becomes_whole_html(source in pieces()) {
        let article = article(&source);
        for html in [article.preview_html.as_str(), article.rest_html.as_deref().unwrap_or_default(), &reply(&source)] {
            depth(html);
            // The sanitiser finds nothing more to do, so a browser reads it as it is written.
            prop_assert_eq!(gate::clean(html), html);
            prop_assert!(!html.to_lowercase().contains("<script") && !html.contains("<svg") && !html.contains("<style"));
        }
        prop_assert!(article.excerpt.chars().count() <= EXCERPT);
        prop_assert!(article.rest_words <= article.words);
    }

    #[test]
    fn nothing_behind_the_wall_shows_before_it(open in pieces(), walled in pieces()) {
        // A fence that stays open would make the wall a line of code; a list or a quote would take it in.
        let article = article(&format!("{}\n\n<!--paywall-->\n\nplantedphrase {walled} plantedphrase", open.replace(['`', '~', '>', '-', '1', '[', '#'], "")));
        prop_assert!(article.rest_html.is_some());
        prop_assert!(!article.preview_html.contains("plantedphrase") && !article.excerpt.contains("plantedphrase"));
        prop_assert!(article.contents.iter().all(|h| h.behind_wall || !h.text.contains("plantedphrase")));
    }

    #[test]
    fn plain_words_are_never_lost(words in prop::collection::vec("[a-z]{3,8}|[一-龥]{2,4}", 1..30), glue in prop::collection::vec(prop::sample::select(vec![" ", "\n", "\n\n", "\n> ", "\n- ", "\n\n# ", " *", "* ", " <b>", "</i> ", " <div>", "\n<table>", "<!--x-->", " `", "` ", "\n\n<p>", "<td>", "\n<!--paywall-->\n"]), 30)) {
        let source: String = words.iter().zip(&glue).map(|(word, glue)| format!("{word}{glue}")).collect();
        let article = article(&source);
        let shown = visible(&[article.preview_html, article.rest_html.unwrap_or_default()].concat());
        for word in &words {
            prop_assert!(shown.contains(word.as_str()), "{} of {:?} is not in {:?}", word, source, shown);
        }
    }
}
