//! Questions that people ask before they join, answered by the admin.

use crate::foundation::locale::Locale;
use crate::foundation::site::Site;
use crate::t;
use crate::ui::Prose;
use leptos::prelude::*;
use std::sync::Arc;

#[component]
pub fn Questions(locale: Locale, site: Arc<Site>) -> impl IntoView {
    let (html, lang) = site.look.questions_html.shown(locale).map(|shown| (shown.text.to_owned(), shown.lang.map(str::to_owned)))?;
    Some(view! {
        <section class="home-section" aria-labelledby="home-questions">
            <h2 id="home-questions">{t!(locale, "常见问题", "Questions and answers")}</h2>
            <Prose html lang/>
        </section>
    })
}
