//! The bottom of every page.

use super::look::FooterLinks;
use crate::foundation::locale::Locale;
use crate::server::http::Ask;
use crate::t;
use leptos::prelude::*;

#[component]
pub fn Footer(ask: Ask) -> impl IntoView {
    let locale = ask.locale;
    let here = ask.path_and_query().to_owned();
    let languages = Locale::ALL
        .into_iter()
        .map(|other| {
            let current = (other == locale).then_some("true");
            view! { <button class="linklike" type="submit" name="locale" value=other.tag() lang=other.tag() aria-current=current>{other.name()}</button> }
        })
        .collect_view();
    view! {
        <footer class="site-footer">
            <p><bdi>{ask.site.name.clone()}</bdi></p>
            <FooterLinks ask=ask.clone()/>
            <form method="post" action="/language" aria-label=t!(locale, "语言", "Language")>
                <input type="hidden" name="to" value=here/>
                {languages}
            </form>
        </footer>
    }
}
