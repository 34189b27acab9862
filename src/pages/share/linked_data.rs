//! An article as JSON-LD for search engines (schema.org `Article`). A walled one says so and names the part that is behind
//! the wall, as search engines ask, so that showing them the preview is not taken for hiding.

use super::facts::Article;
use crate::foundation::format;
use crate::share::icons;
use crate::share::service::{HEIGHT, WIDTH};
use serde_json::json;

/// The class of what stands behind a wall, or in its place (`posts::view`).
const WALLED: &str = ".paywalled";

/// The text between `<script type="application/ld+json">` and its end. `base` is the site's address.
pub fn article(article: &Article, title: &str, description: &str, path: &str, site: &str, base: &str) -> String {
    let address = format!("{base}{path}");
    let icon = icons::Size::Large;
    let mut data = json!({
        "@context": "https://schema.org",
        "@type": "Article",
        "headline": title,
        "publisher": {
            "@type": "Organization",
            "name": site,
            "url": format!("{base}/"),
            "logo": { "@type": "ImageObject", "url": format!("{base}/icons/{}", icon.file()), "width": icon.pixels(), "height": icon.pixels() },
        },
        "datePublished": format::machine(article.published),
        "dateModified": format::machine(article.revised.unwrap_or(article.published)),
        "image": { "@type": "ImageObject", "url": format!("{base}{}", article.card), "width": WIDTH, "height": HEIGHT },
        "mainEntityOfPage": address,
        "isAccessibleForFree": !article.walled,
    });
    if let Some((name, path)) = &article.author {
        data["author"] = json!({ "@type": "Person", "name": name, "url": format!("{base}{path}") });
    }
    if !description.is_empty() {
        data["description"] = json!(description);
    }
    if let Some(lang) = &article.lang {
        data["inLanguage"] = json!(lang);
    }
    if !article.tags.is_empty() {
        data["keywords"] = json!(article.tags);
    }
    if article.walled {
        data["hasPart"] = json!({ "@type": "WebPageElement", "isAccessibleForFree": false, "cssSelector": WALLED });
    }
    in_script(&data.to_string())
}

/// JSON that cannot end the element it stands in: `<` and its kin are only found in strings, where they may be escaped.
fn in_script(json: &str) -> String {
    json.replace('<', "\\u003c").replace('>', "\\u003e").replace('&', "\\u0026")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::foundation::time::Timestamp;

    #[test]
    fn a_title_cannot_end_the_script_and_is_read_back_as_it_was() {
        let facts = Article {
            card: "/cards/a/0.png".into(),
            lang: None,
            author: Some(("Ann".into(), "/u/ann".into())),
            published: Timestamp(0),
            revised: None,
            tags: vec![],
            walled: true,
        };
        let title = "</script><script>alert(1)</script><!-- & \"'\u{2028}";
        let json = article(&facts, title, "", "/p/a", "学廊", "https://stoa.example");
        assert!(!json.contains(['<', '>', '&']));
        let read: serde_json::Value = serde_json::from_str(&json).unwrap();
        assert_eq!(read["headline"], title);
        assert_eq!(read["hasPart"]["cssSelector"], ".paywalled");
    }
}
