//! What ordinary Markdown becomes.

use super::html;
use crate::markdown::*;

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
    assert!(passage("# a").html.contains("<h3>a</h3>"));
}

#[test]
fn replies_have_no_ids_and_no_links_to_them() {
    let html = passage("# Head\n\n<b id=x>x</b>[^1]\n\n[^1]: note").html;
    assert!(!html.contains("id=") && !html.contains("href"), "{html}");
    assert!(html.contains("<sup class=\"footnote\">1</sup>") && html.contains("note"));
}

#[test]
fn foreign_links_are_not_vouched_for_and_images_load_late() {
    for foreign in ["https://e.org", "HTTP://e.org", "//e.org", "/\\e.org"] {
        assert!(html(&format!("[a](<{foreign}>)")).contains("rel=\"nofollow ugc noopener\""), "{foreign}");
        assert!(html(&format!("<a href=\"{foreign}\" rel=follow>a</a>")).contains("rel=\"nofollow ugc noopener\""), "{foreign}");
    }
    assert_eq!(html("[a](/p/x?y=1&z)"), "<p><a href=\"/p/x?y=1&amp;z\">a</a></p>\n");
    assert_eq!(html("<me@e.org>"), "<p><a href=\"mailto:me@e.org\" rel=\"nofollow ugc noopener\">me@e.org</a></p>\n");
    assert_eq!(
        html("see ![a *b*](c.png \"d\")"),
        "<p>see <img src=\"c.png\" alt=\"a b\" loading=\"lazy\" decoding=\"async\" title=\"d\"></p>\n"
    );
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
fn an_image_by_itself_is_a_figure_and_its_title_the_caption() {
    let image = "<img src=\"c.png\" alt=\"a\" loading=\"lazy\" decoding=\"async\">";
    let figure = format!("<figure class=\"image\">{image}<figcaption>said &lt;b&gt; of it</figcaption></figure>\n");
    assert_eq!(html("![a](c.png \"said <b> of it\")"), figure);
    assert_eq!(html("> ![a](c.png)"), format!("<blockquote><figure class=\"image\">{image}</figure>\n</blockquote>\n"));
    for not_alone in ["![a](c.png) and more", "[![a](c.png)](/x)", "**![a](c.png)**", "![a](c.png)![b](d.png)", "- ![a](c.png)"] {
        assert!(!html(not_alone).contains("<figure"), "{not_alone}");
    }
}

#[test]
fn an_image_may_say_its_size() {
    for written in ["{width=800 height=600}", "{ height=600px width=800px }"] {
        let html = html(&format!("![a](c.png \"t\"){written}"));
        assert!(html.starts_with("<figure class=\"image\"><img width=\"800\" height=\"600\" src=\"c.png\""), "{html}");
        assert!(html.ends_with("<figcaption>t</figcaption></figure>\n"), "{html}");
    }
    assert!(html("a ![a](c.png){width=80} b").contains("<img width=\"80\" src=\"c.png\" alt=\"a\" loading=\"lazy\" decoding=\"async\"> b"));
    for text in ["{width=80 onload=x}", "{width=8em}", "{width=1 width=2}", "{}", "{width=800", "{the end}"] {
        assert!(html(&format!("![a](c.png){text}")).contains(&format!(">{text}</p>")), "{text}");
    }
}

#[test]
fn a_table_is_named_by_its_first_row() {
    let table = "| what | *how* \"many\" |\n|-|-|\n| a | b |\n";
    assert!(
        html(table).starts_with("<div class=\"table\" tabindex=\"0\" role=\"group\" aria-label=\"what · how &quot;many&quot;\"><table>")
    );
    assert!(html("|||\n|-|-|\n| a | b |\n").starts_with("<div class=\"table\" tabindex=\"0\"><table>"));
}

#[test]
fn the_language_of_a_text_is_that_of_its_prose() {
    let code = "```\nfor each of these words there is one more word\n```";
    assert_eq!(passage(&format!("怎么写？\n\n{code}")).lang, Some(Locale::Zh));
    assert_eq!(article(&format!("How?\n\n{code}\n\n<!--paywall-->\n\nAnd why?")).lang, Some(Locale::En));
    assert_eq!(passage(code).lang, None);
}
