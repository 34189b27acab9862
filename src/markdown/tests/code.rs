//! Code samples.

use super::html;

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
        assert!(html.contains("<pre tabindex=\"0\"><code class=\"language-r") && !html.contains("style="));
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
    assert_eq!(
        html("```nothing\na < b\n```"),
        "<figure class=\"code\"><figcaption><span class=\"language\">nothing</span></figcaption>\
         <pre tabindex=\"0\"><code class=\"language-nothing\">a &lt; b\n</code></pre></figure>\n"
    );
    for plain in ["```\nlet a;\n```", "    let a;\n"] {
        assert_eq!(html(plain), "<figure class=\"code\"><pre tabindex=\"0\"><code>let a;\n</code></pre></figure>\n");
    }
    assert!(!html(&format!("```rust\nlet a = \"{}\";\n```", "x".repeat(3_000))).contains("hl-"));
    assert!(!html(&format!("```rust\n{}```", "let a = 1;\n".repeat(7_000))).contains("hl-"));
}

#[test]
fn a_sample_may_name_its_file() {
    for info in ["rust title=\"src/main <1>.rs\"", "rust,ignore file='src/main <1>.rs'", "rust {filename=\"src/main <1>.rs\" x=1}"] {
        let caption = "<figcaption><span class=\"file\">src/main &lt;1&gt;.rs</span><span class=\"language\">rust</span></figcaption>";
        assert!(html(&format!("```{info}\nlet a;\n```")).starts_with(&format!("<figure class=\"code\">{caption}<pre")), "{info}");
    }
    assert!(
        html("```title=Cargo.toml\na = 1\n```")
            .contains("<figcaption><span class=\"file\">Cargo.toml</span></figcaption><pre tabindex=\"0\"><code>")
    );
    for none in ["rust", "rust subtitle=x", "rust title=", "rust title=\"\"", "text title"] {
        assert!(!html(&format!("```{none}\nlet a;\n```")).contains("class=\"file\""), "{none}");
    }
    let long = html(&format!("```rust title=\"{}\"\nlet a;\n```", "x".repeat(5_000)));
    assert!(long.len() < 1_000, "{}", long.len());
}
