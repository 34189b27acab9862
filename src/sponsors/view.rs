//! Sponsors under an article, each marked as what it is.

use super::service::Sponsor;
use crate::foundation::locale::Locale;
use crate::t;
use leptos::prelude::*;

#[component]
pub fn Sponsors(locale: Locale, sponsors: Vec<Sponsor>) -> impl IntoView {
    let mark = t!(locale, "广告", "Advertising");
    let one = |sponsor: Sponsor| {
        view! {
            <li class="sponsor">
                <span class="sponsor-mark">{mark}</span>
                <a href=sponsor.address rel="sponsored nofollow noopener" target="_blank"><bdi>{sponsor.name}</bdi></a>
                <bdi class="sponsor-says">{sponsor.says}</bdi>
            </li>
        }
    };
    (!sponsors.is_empty()).then(|| {
        view! { <aside class="sponsors" aria-label=mark><ul>{sponsors.into_iter().map(one).collect_view()}</ul></aside> }
    })
}
