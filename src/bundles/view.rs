//! Bundles as pieces of a page.

use super::model::Bundle;
use crate::foundation::locale::{Locale, plural};
use crate::tf;
use leptos::prelude::*;

/// `12 篇文章`.
pub fn size(n: i64, locale: Locale) -> String {
    let word = plural(n, "article", "articles");
    tf!(locale, "{n} 篇文章", "{n} {word}")
}

/// At the wall of an article: the bundles that it is in.
#[component]
pub fn InBundles(bundles: Vec<Bundle>, locale: Locale) -> impl IntoView {
    let line = |bundle: Bundle| {
        let (title, size, price) = (&bundle.title, size(bundle.articles, locale), bundle.price.format(locale));
        let text = tf!(locale, "收录于合集《{title}》", "In the bundle “{title}”");
        let what = tf!(locale, "，共 {size}，{price}。", ", {size} for {price}.");
        view! { <p class="paywall-bundle"><a href=bundle.path()>{text}</a>{what}</p> }
    };
    bundles.into_iter().map(line).collect_view()
}
