//! What holds for whatever is typed.

use proptest::prelude::*;

use super::{depth, visible};
use crate::markdown::*;

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
        "![i](j)",
        "\n\n![i](j \"k\")\n\n",
        "{width=8 height=6}",
        "\n\n```rust title=\"l.rs\"\nlet m;\n```\n\n",
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
        for html in [article.preview_html.as_str(), article.rest_html.as_deref().unwrap_or_default(), &passage(&source).html] {
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
