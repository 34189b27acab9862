//! The tags of a page for whoever links to it (Open Graph, Twitter cards), its own address and the same in the other
//! language. Only a page with an address of its own that everybody may see has them.
//!
//! An address is one page in two languages. `?lang=` asks for one of them; the canonical address is always the one without,
//! so that a page is not counted twice.

use super::facts::Article;
use super::linked_data;
use crate::foundation::format;
use crate::foundation::locale::Locale;
use crate::foundation::site::Site;
use crate::server::http::Ask;
use crate::share::service::{self, HEIGHT, WIDTH};
use crate::tf;
use html_escape::encode_double_quoted_attribute as escape;

/// What there is to say of a page.
pub struct Said<'a> {
    pub title: &'a str,
    pub description: Option<&'a str>,
    /// Its own path.
    pub path: &'a str,
    /// `og:type`, when it is no article.
    pub kind: &'static str,
    pub article: Option<&'a Article>,
}

struct Tags(String);

impl Tags {
    fn add(&mut self, attribute: &str, name: &str, value: &str) {
        let value = escape(value);
        self.0.push_str(&format!(r#"<meta {attribute}="{name}" content="{value}">"#));
    }

    fn property(&mut self, name: &str, value: &str) {
        self.add("property", name, value);
    }

    fn link(&mut self, rel: &str, lang: &str, href: &str) {
        let (lang, href) = (if lang.is_empty() { String::new() } else { format!(r#" hreflang="{lang}""#) }, escape(href));
        self.0.push_str(&format!(r#"<link rel="{rel}"{lang} href="{href}">"#));
    }
}

/// The tags, as HTML.
pub fn draw(said: &Said<'_>, ask: &Ask) -> String {
    let (locale, site, base) = (ask.locale, ask.site.as_ref(), ask.ctx.config().base_url.as_str());
    let address = format!("{base}{}", said.path);
    let title = if said.title.is_empty() { &site.name } else { said.title };
    let mut tags = Tags(String::with_capacity(2048));
    tags.link("canonical", "", &address);
    for other in Locale::ALL {
        tags.link("alternate", other.tag(), &format!("{address}?lang={}", other.tag()));
    }
    tags.link("alternate", "x-default", &address);

    let lang = said.article.and_then(|article| article.lang.as_deref()).and_then(Locale::from_tag).unwrap_or(locale);
    tags.property("og:title", title);
    tags.property("og:site_name", &site.name);
    tags.property("og:type", if said.article.is_some() { "article" } else { said.kind });
    tags.property("og:url", &address);
    tags.property("og:locale", territory(lang));
    for other in Locale::ALL.into_iter().filter(|other| *other != lang) {
        tags.property("og:locale:alternate", territory(other));
    }
    let name = &site.name;
    let of_site = tf!(locale, "{name}的文章、讨论和会员。", "Articles, discussions and membership at {name}.");
    tags.property("og:description", said.description.filter(|text| !text.is_empty()).unwrap_or(&of_site));
    picture(&mut tags, said, title, site, locale, base);
    if let Some(article) = said.article {
        tags.property("article:published_time", &format::machine(article.published));
        if let Some(at) = article.revised {
            tags.property("article:modified_time", &format::machine(at));
        }
        if let Some((name, path)) = &article.author {
            tags.property("article:author", &format!("{base}{path}"));
            tags.add("name", "author", name);
        }
        for tag in &article.tags {
            tags.property("article:tag", tag);
        }
        let json = linked_data::article(article, title, said.description.unwrap_or_default(), said.path, &site.name, base);
        tags.0.push_str(&format!(r#"<script type="application/ld+json">{json}</script>"#));
    }
    tags.0
}

/// The article's card, or the site's.
fn picture(tags: &mut Tags, said: &Said<'_>, title: &str, site: &Site, locale: Locale, base: &str) {
    let (path, alt) = match said.article {
        Some(article) => {
            let name = &site.name;
            let alt = match &article.author {
                Some((author, _)) => tf!(locale, "《{title}》，作者：{author}，{name}", "“{title}” by {author}, {name}"),
                None => tf!(locale, "《{title}》，{name}", "“{title}”, {name}"),
            };
            (article.card.clone(), alt)
        }
        None => (service::site_path(site, base), site.name.clone()),
    };
    tags.property("og:image", &format!("{base}{path}"));
    tags.property("og:image:type", "image/png");
    tags.property("og:image:width", &WIDTH.to_string());
    tags.property("og:image:height", &HEIGHT.to_string());
    tags.property("og:image:alt", &alt);
    // Title, description and picture are taken from the above.
    tags.add("name", "twitter:card", "summary_large_image");
    tags.add("name", "twitter:image:alt", &alt);
}

/// As Open Graph writes a language.
const fn territory(locale: Locale) -> &'static str {
    match locale {
        Locale::Zh => "zh_CN",
        Locale::En => "en_US",
    }
}
