//! What stands on which side of the wall.

use super::depth;
use crate::markdown::*;

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
