//! Questions that people ask before they join, answered by the admin.

use crate::foundation::locale::Locale;
use crate::t;
use leptos::prelude::*;

#[component]
pub fn Questions(locale: Locale, html: Option<String>) -> impl IntoView {
    html.filter(|html| !html.is_empty()).map(|html| {
        view! {
            <section class="home-section" aria-labelledby="home-questions">
                <h2 id="home-questions">{t!(locale, "常见问题", "Questions")}</h2>
                <div class="prose" inner_html=html></div>
            </section>
        }
    })
}
