//! What the scripts for reading say, in the page's language: `front/code.js`, `front/footnotes.js`.
//! The texts themselves are stored without any words of ours.

use crate::foundation::locale::Locale;
use crate::t;
use leptos::prelude::*;

/// What they look for: code samples, footnotes that can be followed, a contents list.
const MARKS: [&str; 3] = ["<figure class=\"code\"", "<sup class=\"footnote\"><a", "<details class=\"post-contents\""];

/// The body of a page, with the sentences at its end where there is something to read with their help.
pub fn with_words(body: String, locale: Locale) -> String {
    if !MARKS.iter().any(|mark| body.contains(mark)) {
        return body;
    }
    let words = view! {
        <template
            data-live="reading"
            data-copy=t!(locale, "复制", "Copy")
            data-copied=t!(locale, "已复制", "Copied")
            data-selected=t!(locale, "无法复制，代码已选中", "Could not copy; the code is selected")
            data-wrap=t!(locale, "换行", "Wrap")
            data-numbers=t!(locale, "行号", "Lines")
            data-note=t!(locale, "脚注", "Footnote")
            data-close=t!(locale, "关闭", "Close")
        ></template>
    };
    body + &words.to_html()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::markdown;

    #[test]
    fn only_a_page_with_something_to_help_with_gets_the_words() {
        for source in ["```rust\nlet a;\n```", "a[^1]\n\n[^1]: b"] {
            let body = with_words(markdown::article(source).preview_html, Locale::Zh);
            assert!(body.contains("data-live=\"reading\"") && body.contains("data-copy=\"复制\""), "{source}");
        }
        for source in [
            "plain",
            "`<figure class=\"code\">`",
            "<figure class=\"code\">x</figure>",
            "<sup class=\"footnote\"><a href=\"#x\">1</a></sup>",
        ] {
            let html = markdown::article(source).preview_html;
            assert_eq!(with_words(html.clone(), Locale::En), html, "{source}");
        }
    }
}
